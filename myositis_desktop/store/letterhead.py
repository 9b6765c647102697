"""Address and logo of the clinic, as its documents carry them."""

import hashlib

from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store


def letterhead(store: Store) -> tuple[str, bytes]:
    """(address, logo); both empty where none was ever kept. Raises UserError."""
    with store.reading() as db:
        row = db.execute("SELECT address, logo FROM letterhead").fetchone()
    return ("", b"") if row is None else (str(row[0]), bytes(row[1]))


def keep_letterhead(store: Store, address: str, logo: bytes, stamp: Stamp) -> None:
    """Replaces both, with what changed in the audit; does nothing where nothing changed. Raises UserError."""
    with store.atomic() as db:
        before = letterhead(store)
        if before == (address, logo):
            return
        db.execute("INSERT OR REPLACE INTO letterhead (id, address, logo) VALUES (1, ?, ?)", (address, logo))
        told = {"address": [before[0], address], "logo": [_digest(before[1]), _digest(logo)]}
        audit.append(db, stamp, "letterhead-changed", "clinic", told)


def _digest(logo: bytes) -> str | None:
    return hashlib.sha256(logo).hexdigest() if logo else None
