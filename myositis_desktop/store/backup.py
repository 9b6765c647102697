"""A copy of clinic file and key file together, opened and read before it counts as a backup."""

import shutil
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlcipher3 import dbapi2

from myositis_desktop.errors import UserError
from myositis_desktop.store.audit import Head, head_of
from myositis_desktop.store.database import Store, check, connect
from myositis_desktop.store.failures import translated
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile, sync_folder, write_atomic
from myositis_desktop.store.schema import STEPS

_one_at_a_time = threading.Lock()


def back_up(store: Store, profile: Profile, now: datetime) -> Path:
    """A new folder in backups, named by time (UTC), with clinic.db, keys.json and clinic-root.pem.

    What is not proven readable is removed again.

    Raises:
        UserError: it could not be written, or could not be read back.
    """
    name = now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
    part = profile.backups / f".{name}.part"
    with _one_at_a_time, translated():
        profile.backups.mkdir(exist_ok=True, mode=0o700)
        for left in profile.backups.glob(".*.part"):  # of a backup that was cut off
            shutil.rmtree(left)
        try:
            head = _write(store, profile, part)
            _prove(part / profile.database.name, store.key, head)
            done = part.rename(profile.backups / name)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(profile.backups)
    return done


def _write(store: Store, profile: Profile, folder: Path) -> Head:
    """Copies the files; the audit head that the copy must have."""
    folder.mkdir(mode=0o700)
    target = folder / profile.database.name
    target.touch(mode=0o600)
    with store.reading() as db, closing(connect(target, store.key)) as copy:
        db.conn.backup(copy)
        for file in (profile.keys, profile.root):
            write_atomic(folder / file.name, file.read_bytes())
        return head_of(db.conn)


def _prove(path: Path, key: DataKey, head: Head) -> None:
    """Raises UserError where the copy does not open, is damaged or is not the clinic file of now."""
    try:
        with closing(connect(path, key)) as copy:
            check(copy, STEPS, thorough=True)
            whole = head_of(copy) == head
    except (dbapi2.Error, UserError):
        whole = False
    if not whole:
        raise UserError(
            "The backup could not be read back, so it was removed. The clinic file itself is unharmed. "
            "Check the disk, then make the backup again."
        )
