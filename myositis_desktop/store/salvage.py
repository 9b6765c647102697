"""What can still be read of a damaged clinic file, copied row by row into a new one, with a report of what was lost.

The damaged file is never written to: a copy of it is read. A page whose seal is broken ends the connection, so each
hole costs a new one, and the rows around it are found by halving.
"""

import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store, beside, connect, create_store
from myositis_desktop.store.failures import translated
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile, write_atomic
from myositis_desktop.store.search import index_words

Row = tuple[Any, ...]
Span = tuple[int, int]
_TABLES = (
    *("schema_steps", "clinic", "users", "identities", "patients", "drafts", "plans", "documents", "audit"),
    *("audit_end", "certificates", "revocations", "trusted_roots", "revisions", "withdrawals", "merges", "received"),
    *("deletions", "letterhead"),
)
_UNKNOWN_END = 1 << 30
"""Where a table is walked to when its last page, which would tell, is broken."""
_MOST_QUESTIONS = 800
"""Failed reads of one table, after which a stretch that cannot be read is not searched any further."""
_NAMES = {"family_name": "", "given_name": "", "birth_date": "1900-01-01", "sex": "unknown", "record_number": ""}
_FIELDS = "SELECT family_name, given_name, birth_date, sex, record_number FROM patients WHERE id = ?"
_WITHOUT_DRAFT = "SELECT id FROM patients WHERE id NOT IN (SELECT patient_id FROM drafts)"
_NAMED_ONLY = """
SELECT id, family_name, given_name, birth_date, sex, record_number, edited_at FROM patients
WHERE id NOT IN (SELECT patient_id FROM drafts)
"""
"""Nothing but the name is left: a record without findings is still a record."""
_DRAFT_OF_PLAN = """
INSERT INTO drafts (patient_id, case_file, edited_at, edited_by)
SELECT patient_id, case_file, signed_at, signer FROM plans WHERE patient_id = ? ORDER BY id DESC LIMIT 1
"""
"""The last signed plan holds the findings as they were then."""
_NOTHING = (
    "Nothing can be read of this clinic file: its first pages are damaged. It was left as it is. "
    "Put back the newest backup instead."
)


@dataclass(frozen=True, slots=True)
class Loss:
    """What is missing of one table."""

    table: str
    saved: int
    lost: str
    """In words: "numbers 7 to 12", "all of it"; "" where nothing is known to be lost."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was saved."""

    folder: Path
    """Stands among the backups and is put back as one."""
    tables: tuple[Loss, ...]
    names_from_cases: int
    """Patients whose names were lost and read from their drafts; 0 is usual."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be lost."""
        return not any(loss.lost for loss in self.tables)


class _Reader:
    """Reads tables of a copy, over and around broken pages."""

    def __init__(self, path: Path, key: DataKey) -> None:
        self._path, self._key = path, key
        self._connection: dbapi2.Connection | None = None
        self._left = 0

    def ask(self, sql: str, values: Row = ()) -> list[Row] | None:
        """The rows, or None where a page that is needed is broken."""
        try:
            if self._connection is None:
                self._connection = connect(self._path, self._key)
            return list(self._connection.execute(sql, values).fetchall())
        except (dbapi2.Error, UnicodeDecodeError):
            self.close()
            return None

    def close(self) -> None:
        """Ends the connection; the next question makes a new one."""
        if self._connection is not None:
            with suppress(dbapi2.Error):
                self._connection.close()
        self._connection = None

    def rows(self, table: str, columns: str) -> tuple[list[Row], list[Span]]:
        """Every row that can be read, its row number first, and the numbers that cannot be read."""
        got: list[Row] = []
        holes: list[Span] = []
        self._left = _MOST_QUESTIONS
        select = f"SELECT rowid, {columns} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"  # noqa: S608 - ours
        self._walk(select, (0, self._last(table)), got, holes)
        return got, holes

    def _last(self, table: str) -> int:
        found = self.ask(f"SELECT coalesce(max(rowid), 0) FROM {table}")  # noqa: S608 - our own names
        return int(found[0][0]) if found else _UNKNOWN_END

    def _walk(self, select: str, span: Span, got: list[Row], holes: list[Span]) -> None:
        """Halves what cannot be read at once; gives a stretch up when too many questions went unanswered."""
        first, last = span
        found = self.ask(select, span)
        if found is not None:
            got.extend(found)
        elif first == last or self._left <= 0:
            joins = bool(holes) and holes[-1][1] == first - 1
            holes[-1 if joins else len(holes) :] = [(holes[-1][0] if joins else first, last)]
        else:
            self._left -= 1
            middle = (first + last) // 2
            self._walk(select, (first, middle), got, holes)
            self._walk(select, (middle + 1, last), got, holes)


def salvage(place: Profile, key: DataKey, stamp: Stamp) -> Salvage:
    """A new folder among the backups with everything that can be read; the damaged file stays as it is.

    Args:
        place: the clinic's folder; nobody has it open.
        key: its data key, which stays the caller's.
        stamp: who does it and when.

    Raises:
        UserError: nothing can be read, or the disk failed; nothing was changed.
    """
    name = f"{stamp.at.astimezone(UTC):%Y-%m-%dT%H%M%S.%fZ}-salvaged"
    part = place.backups / f".{name}.part"
    with translated():
        place.backups.mkdir(exist_ok=True, mode=0o700)
        try:
            part.mkdir(mode=0o700)
            told = _salvage(place, part, key, stamp)
            for file in (place.keys, place.root):
                write_atomic(part / file.name, file.read_bytes() if file.exists() else b"")
            done = part.rename(place.backups / name)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return Salvage(done, *told)


def _salvage(place: Profile, part: Path, key: DataKey, stamp: Stamp) -> tuple[tuple[Loss, ...], int]:
    with tempfile.TemporaryDirectory(dir=place.backups, prefix=".look-") as work:
        for path in (place.database, *beside(place.database)[:1]):
            if path.exists():
                shutil.copyfile(path, Path(work) / path.name)
        reader = _Reader(Path(work) / place.database.name, key)
        store = create_store(part / place.database.name, DataKey(key.reveal()), stamp.at)
        try:
            if reader.ask("SELECT count(*) FROM sqlite_master") is None or not reader.ask("SELECT name FROM users"):
                raise UserError(_NOTHING)
            losses = [_copy_table(reader, store, table) for table in _TABLES]
            names, orphans = _mend(store)
            losses += [Loss(table, 0, f"{count} without what they belong to") for table, count in orphans]
            told = {loss.table: loss.lost for loss in losses if loss.lost}
            audit.record(store, stamp, "salvaged", "clinic", told)
        finally:
            reader.close()
            store.close()
    return tuple(losses), names


def _copy_table(reader: _Reader, store: Store, table: str) -> Loss:
    theirs = reader.ask(f"PRAGMA table_info({table})")
    if theirs == []:  # an older schema, which did not have it
        return Loss(table, 0, "")
    with store.reading() as db:
        ours = [row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()]
    columns = [name for name in ours if theirs is None or name in {row[1] for row in theirs}]
    got, holes = reader.rows(table, ", ".join(columns)) if theirs is not None else ([], [(0, _UNKNOWN_END)])
    marks = ", ".join("?" * (len(columns) + 1))
    sql = f"INSERT OR REPLACE INTO {table} (rowid, {', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    with store.reading() as db:
        for trigger in _guards(db, table):
            db.execute(f"DROP TRIGGER {trigger[0]}")
            db.execute("INSERT INTO salvaged_triggers (sql) VALUES (?)", trigger[1:])
        db.execute("PRAGMA foreign_keys = OFF")
        with db.atomic():
            for row in got:
                db.execute(sql, row)
    return Loss(table, len(got), ", ".join(_words(span) for span in holes))


def _words(span: Span) -> str:
    first, last = span
    if last >= _UNKNOWN_END:
        return f"everything from number {first} on" if first else "all of it"
    return f"number {first}" if first == last else f"numbers {first} to {last}"


def _mend(store: Store) -> tuple[int, list[tuple[str, int]]]:
    """Makes the copied rows a clinic file again: (patients named from their drafts, rows without their owner)."""
    with store.reading() as db, db.atomic():
        named = _name_patients(db)
        db.execute("UPDATE patients SET recency = NULL")
        order = "SELECT id FROM patients WHERE merged_into IS NULL ORDER BY edited_at, id"
        for newest, (patient_id,) in enumerate(db.execute(order).fetchall(), 1):
            db.execute("UPDATE patients SET recency = ? WHERE id = ?", (newest, patient_id))
            row = db.execute(_FIELDS, (patient_id,)).fetchone()
            patient = Patient(date.fromisoformat(row[2]), row[3], row[4], row[0], row[1])
            db.execute("INSERT INTO patient_words (rowid, words) VALUES (?, ?)", (newest, index_words(patient)))
        orphans = _drop_orphans(db)
        last = db.execute("SELECT seq, hash, at FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        db.execute("DELETE FROM audit_end")
        if last is not None:
            db.execute("INSERT INTO audit_end (id, seq, hash, last_seen) VALUES (1, ?, ?, ?)", last)
        for (sql,) in db.execute("SELECT sql FROM salvaged_triggers").fetchall():
            db.execute(sql)
        db.execute("DROP TABLE salvaged_triggers")
    with store.reading() as db:
        db.execute("PRAGMA foreign_keys = ON")
    return named, orphans


def _name_patients(db: Database) -> int:
    """Patients whose own row is lost come back by what their draft, or else their last plan, says."""
    lost = db.execute(
        "SELECT patient_id, case_file, edited_at FROM drafts WHERE patient_id NOT IN (SELECT id FROM patients) "
        "UNION ALL SELECT patient_id, case_file, signed_at FROM plans WHERE id IN (SELECT max(id) FROM plans "
        "WHERE patient_id NOT IN (SELECT id FROM patients UNION SELECT patient_id FROM drafts) GROUP BY patient_id)"
    ).fetchall()
    for patient_id, case_file, at in lost:
        told = _patient_of(bytes(case_file))
        db.execute(
            "INSERT INTO patients (id, family_name, given_name, birth_date, sex, record_number, created_at, edited_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (patient_id, *(told.get(field, none) for field, none in _NAMES.items()), at, at),
        )
    for (patient_id,) in db.execute(_WITHOUT_DRAFT).fetchall():
        db.execute(_DRAFT_OF_PLAN, (patient_id,))
    for patient_id, *fields, edited_at in db.execute(_NAMED_ONLY).fetchall():
        told = {name: value for name, value in zip(_NAMES, fields, strict=True) if value}
        case = {"assessed_on": edited_at[:10], "format": "myositis-case/1", "patient": told}
        draft = (patient_id, json.dumps(case, ensure_ascii=False).encode(), edited_at)
        db.execute("INSERT INTO drafts (patient_id, case_file, edited_at, edited_by) VALUES (?, ?, ?, '')", draft)
    return len(lost)


def _patient_of(case_file: bytes) -> dict[str, str]:
    try:
        told = json.loads(case_file)["patient"]
        found = {field: told[field] for field in _NAMES if isinstance(told.get(field), str)}
        date.fromisoformat(found.get("birth_date", _NAMES["birth_date"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return found


def _drop_orphans(db: Database) -> list[tuple[str, int]]:
    """Rows that refer to rows that are lost; the database would refuse to work with them."""
    found: dict[str, int] = {}
    while broken := db.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, *_ in broken:
            db.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 - our own names
            found[table] = found.get(table, 0) + 1
    return sorted(found.items())


def _guards(db: Database, table: str) -> list[Row]:
    """(name, SQL) of the triggers of a table; where they wait for their return is made ready."""
    db.execute("CREATE TABLE IF NOT EXISTS salvaged_triggers (sql TEXT NOT NULL) STRICT")
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    return list(db.execute(sql, (table,)).fetchall())
