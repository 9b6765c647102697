"""The clinic itself, its users and their signing identities."""

from dataclasses import dataclass

from myositis_desktop.errors import BugError
from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store, utc


@dataclass(frozen=True, slots=True, repr=False)
class ClinicRecord:
    """Name and authority of the clinic."""

    name: str
    root_certificate: bytes
    """PEM."""
    root_key: bytes
    """PEM; lies here alone."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can unlock the clinic."""

    name: str
    full_name: str
    role: str = "administrator"
    """administrator | clinician | assistant | reader"""


def found_clinic(store: Store, clinic: ClinicRecord, founder: User, p12: bytes, stamp: Stamp) -> None:
    """Writes the clinic with its first user, in one transaction. Raises UserError."""
    with store.atomic() as db:
        db.execute(
            "INSERT INTO clinic (id, name, root_certificate, root_key, created_at) VALUES (1, ?, ?, ?, ?)",
            (clinic.name, clinic.root_certificate, clinic.root_key, utc(stamp.at)),
        )
        db.execute(
            "INSERT INTO users (name, full_name, role, created_at) VALUES (?, ?, ?, ?)",
            (founder.name, founder.full_name, founder.role, utc(stamp.at)),
        )
        audit.append(db, stamp, "clinic-created", "clinic", {"name": [None, clinic.name]})
        told = {"full_name": [None, founder.full_name], "role": [None, founder.role]}
        audit.append(db, stamp, "user-added", f"user/{founder.name}", told)
        add_identity(store, founder.name, p12, stamp)


def add_identity(store: Store, user_name: str, p12: bytes, stamp: Stamp) -> None:
    """Adds a signing identity (PKCS#12); the newest is used, the others stay. Raises UserError."""
    with store.atomic() as db:
        db.execute(
            "INSERT INTO identities (user_name, p12, created_at) VALUES (?, ?, ?)", (user_name, p12, utc(stamp.at))
        )
        audit.append(db, stamp, "identity-added", f"user/{user_name}")


def clinic_record(store: Store) -> ClinicRecord:
    """The clinic. Raises UserError."""
    with store.reading() as db:
        row = db.execute("SELECT name, root_certificate, root_key FROM clinic").fetchone()
    if row is None:
        raise BugError("the clinic file has no clinic")
    return ClinicRecord(*row)


def user(store: Store, name: str) -> User:
    """The user of that name. Raises UserError."""
    with store.reading() as db:
        row = db.execute("SELECT name, full_name, role FROM users WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise BugError("keys.json names a user that the clinic file does not have")
    return User(*row)


def identities(store: Store, user_name: str) -> tuple[bytes, ...]:
    """PKCS#12 files of a user, newest first. Raises UserError."""
    with store.reading() as db:
        found = db.execute("SELECT p12 FROM identities WHERE user_name = ? ORDER BY id DESC", (user_name,)).fetchall()
    return tuple(row[0] for row in found)
