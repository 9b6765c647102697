"""The clinic itself, its users and their signing identities."""

from dataclasses import dataclass

from myositis_desktop.errors import BugError, UserError
from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store, utc

_USERS = "SELECT name, full_name, role, disabled_at IS NOT NULL FROM users"


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
    disabled: bool = False
    """May not come in any more; what was signed stays signed."""
    turned: bool = False
    """The screen is turned to a patient; never stored."""


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
        row = db.execute(f"{_USERS} WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise UserError(
            f"“{name}” has a key but is not among the people of this clinic, so the file stays closed. "
            "Nothing was changed. Ask an administrator to add the person again."
        )
    return _user(row)


def users(store: Store) -> tuple[User, ...]:
    """Everybody who has or had access, oldest first. Raises UserError."""
    with store.reading() as db:
        return tuple(_user(row) for row in db.execute(f"{_USERS} ORDER BY created_at, name").fetchall())


def add_user(store: Store, new: User, p12: bytes, stamp: Stamp) -> None:
    """A further user with a signing identity, in one transaction. Raises UserError where the name is in use."""
    with store.atomic() as db:
        if new.name.casefold() in {known.name.casefold() for known in users(store)}:
            raise UserError(f"There is already a user “{new.name}”. Nothing was changed. Choose another name.")
        db.execute(
            "INSERT INTO users (name, full_name, role, created_at) VALUES (?, ?, ?, ?)",
            (new.name, new.full_name, new.role, utc(stamp.at)),
        )
        told = {"full_name": [None, new.full_name], "role": [None, new.role]}
        audit.append(db, stamp, "user-added", f"user/{new.name}", told)
        add_identity(store, new.name, p12, stamp)


def change_user(store: Store, changed: User, stamp: Stamp) -> None:
    """Gives a user another role, or takes away or gives back the access. Raises UserError.

    The last administrator who may come in stays one: without any, nobody could ever be added again.
    """
    with store.atomic() as db:
        before = user(store, changed.name)
        db.execute(
            "UPDATE users SET role = ?, disabled_at = ? WHERE name = ?",
            (changed.role, utc(stamp.at) if changed.disabled else None, changed.name),
        )
        if not any(u.role == "administrator" and not u.disabled for u in users(store)):
            raise UserError(
                f"{before.full_name} is the last administrator. Nothing was changed. "
                "Make somebody else an administrator first."
            )
        if changed.role != before.role:
            audit.append(db, stamp, "role-changed", f"user/{changed.name}", {"role": [before.role, changed.role]})
        if changed.disabled != before.disabled:
            done = "access-ended" if changed.disabled else "access-given"
            audit.append(db, stamp, done, f"user/{changed.name}")


def identities(store: Store, user_name: str) -> tuple[bytes, ...]:
    """PKCS#12 files of a user, newest first. Raises UserError."""
    with store.reading() as db:
        found = db.execute("SELECT p12 FROM identities WHERE user_name = ? ORDER BY id DESC", (user_name,)).fetchall()
    return tuple(row[0] for row in found)


def _user(row: tuple[str, str, str, int]) -> User:
    name, full_name, role, disabled = row
    return User(name, full_name, role, bool(disabled))
