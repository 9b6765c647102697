"""Certificates that sign for the clinic, which of them were revoked, and authorities of others that it trusts."""

from dataclasses import dataclass

from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store, utc


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate of the clinic."""

    serial: str
    """Hexadecimal."""
    user_name: str
    name: str
    certificate: bytes
    """DER."""
    revoked: str | None
    """When, ISO 8601."""
    why: str | None
    """key-compromise | left-the-clinic | superseded"""


def add_certificate(store: Store, row: CertificateRow, stamp: Stamp) -> None:
    """Keeps a certificate; nothing where it is there already. Raises UserError."""
    with store.atomic() as db:
        known = db.execute("SELECT 1 FROM certificates WHERE serial = ?", (row.serial,)).fetchone()
        if known is None:
            db.execute(
                "INSERT INTO certificates (serial, user_name, name, certificate, added_at) VALUES (?, ?, ?, ?, ?)",
                (row.serial, row.user_name, row.name, row.certificate, utc(stamp.at)),
            )
            audit.append(db, stamp, "certificate-added", f"certificate/{row.serial}", {"name": row.name})


def certificates(store: Store) -> tuple[CertificateRow, ...]:
    """All certificates of the clinic, oldest first. Raises UserError."""
    with store.reading() as db:
        found = db.execute(
            "SELECT c.serial, c.user_name, c.name, c.certificate, r.at, r.why "
            "FROM certificates c LEFT JOIN revocations r ON r.serial = c.serial ORDER BY c.rowid"
        ).fetchall()
    return tuple(CertificateRow(*row) for row in found)


def revoke(store: Store, serial: str, why: str, stamp: Stamp) -> None:
    """Takes a certificate back for ever; nothing where it was done already. Raises UserError."""
    with store.atomic() as db:
        if db.execute("SELECT 1 FROM revocations WHERE serial = ?", (serial,)).fetchone() is None:
            db.execute("INSERT INTO revocations (serial, why, at) VALUES (?, ?, ?)", (serial, why, utc(stamp.at)))
            audit.append(db, stamp, "certificate-revoked", f"certificate/{serial}", {"why": why})


def trust_root(store: Store, purpose: str, pem: bytes, stamp: Stamp) -> None:
    """Trusts an authority of others, for `signer` or for `time`; nothing where it is trusted. Raises UserError."""
    with store.atomic() as db:
        if db.execute("SELECT 1 FROM trusted_roots WHERE pem = ?", (pem,)).fetchone() is None:
            values = (purpose, pem, utc(stamp.at))
            db.execute("INSERT INTO trusted_roots (purpose, pem, added_at) VALUES (?, ?, ?)", values)
            audit.append(db, stamp, "authority-trusted", f"authority/{purpose}", {"pem": pem.decode()})


def trusted_roots(store: Store, purpose: str) -> tuple[bytes, ...]:
    """PEM of the authorities of others that are trusted for a purpose. Raises UserError."""
    with store.reading() as db:
        found = db.execute("SELECT pem FROM trusted_roots WHERE purpose = ? ORDER BY id", (purpose,)).fetchall()
    return tuple(row[0] for row in found)
