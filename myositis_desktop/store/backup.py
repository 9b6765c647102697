"""A copy of clinic file and key file together, opened and read before it counts as a backup.

Backups lie in the profile's folder `backups` and, where one is set and plugged in, in a second folder. They are thinned
as they age; a newest one always stays.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlcipher3 import dbapi2

from myositis_desktop.errors import UserError
from myositis_desktop.store.audit import Head, head_of
from myositis_desktop.store.database import Store, beside, check, connect, open_store
from myositis_desktop.store.failures import translated
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile, sync_folder, write_atomic
from myositis_desktop.store.schema import STEPS

T = TypeVar("T")
_one_at_a_time = threading.Lock()
_FILES = ("clinic.db", "keys.json", "clinic-root.pem")
_NAME = "%Y-%m-%dT%H%M%S.%fZ"
_KEPT_ASIDE = "replaced-"
_SPANS = (("%Y-%m-%dT%H", 24), ("%Y-%m-%d", 14), ("%G-%V", 8), ("%Y-%m", 24))
"""One backup is kept of each of the last 24 hours that have one, of 14 days, of 8 weeks and of 24 months."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A folder with a backup in it."""

    folder: Path
    made_at: datetime
    size: int
    """Bytes of the clinic file."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds, as seen with a passphrase of its time."""

    clinic: str
    patients: int
    plans: int
    last_change: datetime | None
    audit_head: str
    version: int
    """Of the schema."""


def back_up(store: Store, profile: Profile, now: datetime, mark: str = "") -> Path:
    """A new folder in backups, named by time (UTC), with clinic.db, keys.json and clinic-root.pem.

    What is not proven readable is removed again.

    Args:
        store: the open clinic file.
        profile: where it lies.
        now: with its zone.
        mark: a word at the end of the name; a backup that has one is never thinned away.

    Raises:
        UserError: it could not be written, or could not be read back.
    """
    name = now.astimezone(UTC).strftime(_NAME) + mark
    part = profile.backups / f".{name}.part"
    with _one_at_a_time, translated():
        profile.backups.mkdir(exist_ok=True, mode=0o700)
        for left in (*profile.backups.glob(".*.part"), *profile.backups.glob(".look-*")):  # of what was cut off
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


def copy_to(backup: Path, folder: Path, key: DataKey) -> Path:
    """A second copy of a backup, opened and read like the first. Raises UserError."""
    part = folder / f".{backup.name}.part"
    with _one_at_a_time, translated():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(".*.part"):
            shutil.rmtree(left)
        try:
            shutil.copytree(backup, part)
            with closing(connect(backup / _FILES[0], key)) as first:
                head = head_of(first)
            _prove(part / _FILES[0], key, head)
            done = part.rename(folder / backup.name)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(folder)
    return done


def backups_in(folder: Path) -> tuple[Backup, ...]:
    """The backups in a folder, newest first; what has another name is not ours. Raises UserError."""
    with translated():
        named = [(path, _made_at(path.name)) for path in folder.glob("2*")] if folder.is_dir() else []
        found = [
            Backup(path, made, (path / _FILES[0]).stat().st_size)
            for path, made in named
            if made is not None and all((path / name).is_file() for name in _FILES)
        ]
    return tuple(sorted(found, key=lambda b: b.made_at, reverse=True))


def remove_all_but(folder: Path, name: str) -> None:
    """Removes every other backup of a folder, and what restores and rescues have put aside. Raises UserError."""
    with translated():
        for path in (*folder.glob("2*"), *folder.glob(f"{_KEPT_ASIDE}*")):
            if path.is_dir() and path.name != name and (path / _FILES[0]).exists():
                shutil.rmtree(path)
        sync_folder(folder)


def thin(folder: Path, now: datetime) -> tuple[Path, ...]:
    """Removes the backups that newer ones make needless; what was removed. Raises UserError."""
    found = backups_in(folder)
    kept = kept_of([b.made_at for b in found], now)
    gone = tuple(b.folder for b in found if b.made_at not in kept and b.folder.name.endswith("Z"))
    with translated():
        for path in gone:
            shutil.rmtree(path)
    return gone


def kept_of(moments: Sequence[datetime], now: datetime) -> set[datetime]:
    """Which backups to keep: the newest of all, those of the last hour, and the newest of each span of time."""
    newest_first = sorted(moments, reverse=True)
    kept = {m for m in newest_first if now - m < timedelta(hours=1)} | set(newest_first[:1])
    for span, count in _SPANS:
        newest_of = {}
        for moment in reversed(newest_first):
            newest_of[moment.astimezone(UTC).strftime(span)] = moment
        kept |= set(sorted(newest_of.values(), reverse=True)[:count])
    return kept


def look_into(backup: Path, key: DataKey, work: Path) -> Contents:
    """What a backup holds; as `read_copy`."""
    return read_copy(backup, key, work, _contents)


def read_copy(backup: Path, key: DataKey, work: Path, ask: Callable[[Store], T]) -> T:
    """What `ask` finds in a backup. It is read in a copy: opening a file could write beside it.

    Args:
        backup: the folder.
        key: opens it; stays the caller's.
        work: an existing folder for the copy, on a disk with room; the copy is removed again.
        ask: gets the open copy.

    Raises:
        UserError: it is incomplete, damaged, another clinic's or newer than this program.
    """
    with translated(), tempfile.TemporaryDirectory(dir=work, prefix=".look-") as folder:
        copy = Path(folder) / _FILES[0]
        shutil.copyfile(backup / _FILES[0], copy)
        store = open_store(copy, DataKey(key.reveal()), thorough=True)
        try:
            return ask(store)
        finally:
            store.close()


def _contents(store: Store) -> Contents:
    def one(sql: str) -> Any:  # noqa: ANN401 - a cell of any kind
        return db.execute(sql).fetchone()[0]

    with store.reading() as db:
        changed = one("SELECT max(edited_at) FROM patients")
        return Contents(
            clinic=one("SELECT name FROM clinic"),
            patients=one("SELECT count(*) FROM patients"),
            plans=one("SELECT count(*) FROM plans"),
            last_change=datetime.fromisoformat(changed) if changed else None,
            audit_head=str(head_of(db.conn)),
            version=one("PRAGMA user_version"),
        )


def put_back(backup: Path, profile: Profile, key: DataKey, now: datetime) -> Path | None:
    """Puts a backup in the place of the clinic; the folder with what stood there before, or None.

    The caller holds the clinic's lock and no open file. Nothing that stands there is touched before a copy of it lies
    in backups and the new files lie beside their places, read and whole; the backup itself stays.

    Raises:
        UserError: the backup is damaged or the disk full; then the clinic is as it was.
    """
    new = {name: profile.folder / f".{name}.restored" for name in _FILES}
    with translated():
        try:
            for name, path in new.items():
                shutil.copyfile(backup / name, path)
                path.chmod(0o600)
                _flush(path)
            with closing(connect(new[_FILES[0]], key)) as connection:
                check(connection, STEPS, thorough=True)
            aside = _put_aside(profile, now)
            for left in beside(profile.database):
                left.unlink(missing_ok=True)
            for name in (*_FILES[1:], _FILES[0]):
                new[name].replace(profile.folder / name)
            profile.trust.unlink(missing_ok=True)  # it told of the file that was replaced; opening writes it anew
            sync_folder(profile.folder)
        finally:
            for path in new.values():
                for left in (path, *beside(path)):
                    left.unlink(missing_ok=True)
    return aside


def _put_aside(profile: Profile, now: datetime) -> Path | None:
    """Copies what stands in the clinic's place, damaged or not, with the log that belongs to it."""
    everything = (profile.database, *beside(profile.database), profile.keys, profile.root, profile.trust)
    standing = [path for path in everything if path.exists()]
    if not standing:
        return None
    profile.backups.mkdir(exist_ok=True, mode=0o700)
    aside = profile.backups / f"{_KEPT_ASIDE}{now.astimezone(UTC).strftime(_NAME)}"
    part = aside.with_name(f".{aside.name}.part")
    part.mkdir(mode=0o700)
    for path in standing:
        shutil.copyfile(path, part / path.name)
        _flush(part / path.name)
    part.rename(aside)
    sync_folder(profile.backups)
    return aside


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _made_at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name.partition("Z")[0] + "Z", _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
