"""The first hour of a clinic: its authority, its first user, its files. Also new signing identities later."""

from contextlib import suppress
from datetime import datetime

from myositis_desktop.documents.identity import RootKey, make_root, make_signer
from myositis_desktop.errors import UserError
from myositis_desktop.store import keys, people
from myositis_desktop.store.database import Stamp, create_store
from myositis_desktop.store.keys import DataKey, KeyFile
from myositis_desktop.store.people import ClinicRecord, User
from myositis_desktop.store.profile import Profile, write_atomic

_PART = "clinic.db.part"


def found(place: Profile, lock_and_key: tuple[KeyFile, DataKey], who: tuple[str, User, str], now: datetime) -> None:
    """Writes the clinic file beside its place, moves it there whole, and then, last, the key file.

    Args:
        place: a folder without a clinic.
        lock_and_key: the key file to write, and the data key, which stays the caller's.
        who: name of the clinic, first user, passphrase of that user.
        now: with its zone.

    Raises:
        UserError: the folder cannot be written.
    """
    key_file, key = lock_and_key
    clinic_name, user, passphrase = who
    root = make_root(clinic_name, now)
    record = ClinicRecord(clinic_name, root.cert_pem, root.key_pem)
    p12 = new_identity(record, user.full_name, passphrase, now)
    for left in place.folder.glob(f"{_PART}*"):  # of a start that was cut off
        left.unlink()
    store = create_store(place.folder / _PART, DataKey(key.reveal()), now)
    try:
        people.found_clinic(store, record, user, p12, Stamp(user.name, now))
    finally:
        store.close()
    write_atomic(place.root, root.cert_pem)
    (place.folder / _PART).replace(place.database)
    keys.write(place.keys, key_file)


def remove_unfinished(place: Profile) -> None:
    """Takes away what a failed creation has written; nothing of it was ever in use."""
    for path in (place.keys, place.root, *place.folder.glob("clinic.db*")):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def new_identity(record: ClinicRecord, full_name: str, passphrase: str, now: datetime) -> bytes:
    """A signing identity (PKCS#12) under the passphrase, certified by the clinic."""
    root = RootKey(cert_pem=record.root_certificate, key_pem=record.root_key)
    return make_signer(root, full_name, keys.normal(passphrase), now)


def check_title(text: str, what: str) -> None:
    """Raises UserError where a name cannot be printed; `what` says whose it is."""
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise UserError(
            f"The {what} is empty, longer than 200 characters, or has characters that cannot be printed. "
            "Nothing was changed. Correct it and try again."
        )
