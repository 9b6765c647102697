"""Opening, checking and holding the encrypted clinic file."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from myositis_desktop.errors import DamagedFile, UserError
from myositis_desktop.store.failures import DAMAGED, NOT_OURS, translated
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import sync_folder
from myositis_desktop.store.schema import STEPS, Step

APPLICATION_ID = 0x4D594F44
"""Marks the file as a clinic file of this program ("MYOD")."""

_BUSY_MS = 2000
_STILL_OPEN = (
    "Another program still has the clinic file open, so it was not brought to the new version. Nothing was changed. "
    "Close the other program (a backup tool, a virus scanner) and start again."
)
_PRAGMAS = """
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA secure_delete = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA temp_store = MEMORY;
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who does something, and when (an aware time)."""

    who: str
    at: datetime


class Store:
    """An open clinic file. Any thread may use it; one at a time gets in.

    Callers reach the database through `reading` and `atomic` alone, which turn failures of the driver into sentences.
    """

    def __init__(self, path: Path, key: DataKey, connection: dbapi2.Connection) -> None:
        self.path = path
        self.key = key
        self._turn = threading.RLock()
        self._db = Database(connection, execute_plugins=False)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """The database, for queries. Raises UserError."""
        with self._turn, translated():
            yield self._db

    @contextmanager
    def atomic(self) -> Iterator[Database]:
        """The database inside one transaction: all of it is on the disk afterwards, or nothing. Raises UserError."""
        with self._turn, translated(), self._db.atomic():
            yield self._db

    def close(self) -> None:
        """Folds the log into the file, closes it and wipes the key."""
        with self._turn, translated():
            try:
                self._db.close()
            finally:
                self.key.wipe()


def create_store(path: Path, key: DataKey, now: datetime, steps: Sequence[Step] = STEPS) -> Store:
    """A new clinic file with an empty schema. Raises UserError where there is a file already."""
    if path.exists():
        raise UserError(f"There is a file {path.name} already. It was left as it is. Choose another folder.")
    with translated():
        path.touch(mode=0o600)
        connection = connect(path, key)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            store = Store(path, key, connection)
            migrate(store, now, steps)
        except BaseException:
            connection.close()
            raise
    return store


def open_store(path: Path, key: DataKey, *, thorough: bool, steps: Sequence[Step] = STEPS) -> Store:
    """The clinic file, opened and checked, not yet migrated.

    Args:
        path: of the file.
        key: the data key; the store takes it over and wipes it when closed.
        thorough: reads every page now; otherwise damage shows where it is met (every page carries a seal).
        steps: the schema that this program knows.

    Raises:
        UserError: the file is missing, damaged, another program's, or newer than this program.
    """
    with translated():
        if not path.is_file() or not path.stat().st_size:
            raise UserError(
                "clinic.db is missing from the clinic's folder, or empty. Nothing was changed. "
                "Put back clinic.db and keys.json together from the newest folder in backups."
            )
        connection = connect(path, key)
        try:
            check(connection, steps, thorough=thorough)
        except BaseException:
            connection.close()
            raise
    return Store(path, key, connection)


def connect(path: Path, key: DataKey) -> dbapi2.Connection:
    """A connection to an existing file; the key goes first, before any other statement. Raises driver errors."""
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()  # the first read: a wrong key shows here
        for pragma in _PRAGMAS.split("\n"):
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def check(connection: dbapi2.Connection, steps: Sequence[Step], *, thorough: bool) -> None:
    """Raises UserError where the file is not ours or newer, and driver errors or UserError where it is damaged."""
    if _number(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise DamagedFile(NOT_OURS)
    version = _number(connection, "PRAGMA user_version")
    if version > len(steps):
        raise UserError(
            f"This clinic file was written by a newer version of the program (its format is {version}, this program "
            f"knows {len(steps)}). Nothing was changed. Install the newer version and open it again."
        )
    if thorough and not _is_whole(connection):
        raise DamagedFile(DAMAGED)


def version_of(store: Store) -> int:
    """The number of the last schema step that was run."""
    with store.reading() as db:
        return _number(db.conn, "PRAGMA user_version")


def migrate(store: Store, now: datetime, steps: Sequence[Step] = STEPS) -> None:
    """Runs the steps that the file lacks; each one with its record in one transaction. Raises UserError."""
    for step in steps[version_of(store) :]:
        with store.atomic() as db:
            db.executescript(step.sql)
            db.execute(
                "INSERT INTO schema_steps (number, name, run_at) VALUES (?, ?, ?)", (step.number, step.name, utc(now))
            )
            db.execute(f"PRAGMA user_version = {step.number:d}")


def migrated(store: Store, now: datetime, steps: Sequence[Step] = STEPS) -> Store:
    """The clinic file with the steps that it lacks: they run on a copy, which is read whole and then takes its place.

    The store that is given is closed. A cut at any moment leaves the old file or the new one.

    Raises:
        UserError: the disk is full, or the copy could not be read back; the old file is as it was.
    """
    path, key = store.path, DataKey(store.key.reveal())
    part = path.with_name(path.name + ".migrating")
    with key, translated():
        for left in (part, *beside(part)):  # of a migration that was cut off
            left.unlink(missing_ok=True)
        part.touch(mode=0o600)
        try:
            with store.reading() as db, closing(connect(part, key)) as copy:
                db.conn.backup(copy)
            _migrate_file(part, DataKey(key.reveal()), now, steps)
            store.close()
            if any(left.exists() for left in beside(path)):
                raise UserError(_STILL_OPEN)
            part.replace(path)
            sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)
        return open_store(path, DataKey(key.reveal()), thorough=False, steps=steps)


def _migrate_file(path: Path, key: DataKey, now: datetime, steps: Sequence[Step]) -> None:
    """Runs the steps, reads the result whole and folds it into one file that is on the disk."""
    new = Store(path, key, connect(path, key))
    try:
        migrate(new, now, steps)
        with new.reading() as db:
            check(db.conn, steps, thorough=True)
    finally:
        new.close()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite may keep beside a database."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def utc(moment: datetime) -> str:
    """An aware time as the store keeps it: UTC, microseconds, ISO 8601; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _is_whole(connection: dbapi2.Connection) -> bool:
    """Whether every page has its seal and its place. Pages that a crash left torn are mended from the log first."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    sealed = not connection.execute("PRAGMA cipher_integrity_check").fetchall()
    return sealed and connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]


def _number(connection: dbapi2.Connection, pragma: str) -> int:
    return int(connection.execute(pragma).fetchone()[0])
