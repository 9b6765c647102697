"""The audit: rows that only grow, each sealed with the hash of the row before it.

A row is written inside the transaction of what it records. `verify` finds any row that was edited, removed, added or
moved by someone who has the key and edits the tables; the head, printed on every signed document, is the witness
against someone who rewrites the whole chain.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from myositis_desktop.store.database import Stamp, Store, utc

_START = "0" * 64
_ROWS = "SELECT seq, at, who, action, entity, detail FROM audit"
_OF_ENTITY = "SELECT seq, at, who, action, entity, previous, hash FROM audit WHERE entity = ?"
_ERASED = '{"erased": true}'
_SLACK = timedelta(minutes=1)
"""Clocks are set by so much without anybody noticing; more is recorded."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the audit."""

    seq: int
    hash: str
    """SHA-256, hexadecimal."""

    def __str__(self) -> str:
        """As printed: the number and the hash, `17:ab12…`."""
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done."""

    seq: int
    at: str
    """UTC, ISO 8601."""
    who: str
    action: str
    entity: str
    """What it was done to, as `patient/17`."""
    detail: Mapping[str, Any]


def append(db: Database, stamp: Stamp, action: str, entity: str, detail: Mapping[str, Any] | None = None) -> Head:
    """Adds a row, inside the caller's transaction. A clock that went back gets a row of its own before it."""
    end = db.execute("SELECT seq, hash, last_seen FROM audit_end").fetchone()
    head = Head(end[0], end[1]) if end else Head(0, _START)
    if end and stamp.at < datetime.fromisoformat(end[2]) - _SLACK:
        told = {"last_seen": end[2], "clock": utc(stamp.at)}
        head = _write(db, head, (utc(stamp.at), stamp.who, "clock-went-back", "clinic", told))
    head = _write(db, head, (utc(stamp.at), stamp.who, action, entity, dict(detail or {})))
    db.execute(
        "INSERT INTO audit_end (id, seq, hash, last_seen) VALUES (1, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, last_seen = excluded.last_seen",
        (head.seq, head.hash, utc(stamp.at)),
    )
    return head


def record(store: Store, stamp: Stamp, action: str, entity: str, detail: Mapping[str, Any] | None = None) -> Head:
    """Adds a row by itself, for what leaves no other trace: a log-in, an export. Raises UserError."""
    with store.atomic() as db:
        return append(db, stamp, action, entity, detail)


def audit_head(store: Store) -> Head:
    """The newest row. Raises UserError."""
    with store.reading() as db:
        return head_of(db.conn)


def head_of(connection: dbapi2.Connection) -> Head:
    """The newest row, by a connection of the driver. Raises driver errors."""
    row = connection.execute("SELECT seq, hash FROM audit_end").fetchone()
    return Head(row[0], row[1]) if row else Head(0, _START)


def audit_rows(store: Store, *, after: int = 0, limit: int = 1000) -> tuple[AuditRow, ...]:
    """Rows with a number above `after`, oldest first. Raises UserError."""
    with store.reading() as db:
        found = db.execute(f"{_ROWS} WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)).fetchall()
    return tuple(_row(row) for row in found)


def changed_since_backup(store: Store) -> bool:
    """Whether anything is recorded after the last backup but coming, going and looking. Raises UserError."""
    with store.reading() as db:
        row = db.execute(
            "SELECT action FROM audit WHERE action NOT IN ('unlocked', 'locked', 'clock-went-back') "
            "ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    return row is not None and row[0] != "backup-made"


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to show; "" and None ask nothing."""

    who: str = ""
    action: str = ""
    entity: str = ""
    """As `patient/17`."""
    since: date | None = None
    until: date | None = None
    """The last day, included; days of UTC."""


ALL = AuditFilter()


def find_rows(
    store: Store, wanted: AuditFilter = ALL, before: int | None = None, limit: int = 200
) -> tuple[AuditRow, ...]:
    """Rows that fit, newest first, numbers below `before`. Reads from the end and no further than needed."""
    day_after = (wanted.until + timedelta(days=1)).isoformat() if wanted.until else ""
    since = wanted.since.isoformat() if wanted.since else ""
    asked = {
        "seq < ?": before or 0,
        "who = ?": wanted.who,
        "action = ?": wanted.action,
        "entity = ?": wanted.entity,
        "at >= ?": since,
        "at < ?": day_after,
    }
    asked = {term: value for term, value in asked.items() if value}
    where = f"WHERE {' AND '.join(asked)}" if asked else ""
    with store.reading() as db:
        found = db.execute(f"{_ROWS} {where} ORDER BY seq DESC LIMIT ?", (*asked.values(), limit)).fetchall()
    return tuple(_row(row) for row in found)


def names(store: Store) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(who, what) that stand in the audit, each in order of the alphabet. Raises UserError."""
    with store.reading() as db:
        who = db.execute("SELECT DISTINCT who FROM audit ORDER BY who").fetchall()
        what = db.execute("SELECT DISTINCT action FROM audit ORDER BY action").fetchall()
    return tuple(row[0] for row in who), tuple(row[0] for row in what)


def _row(row: tuple[int, str, str, str, str, str]) -> AuditRow:
    seq, at, who, action, entity, told = row
    return AuditRow(seq, at, who, action, entity, json.loads(told))


def verify_audit(store: Store) -> tuple[str, ...]:
    """What is wrong with the audit, one sentence each; empty where it is whole. Raises UserError."""
    with store.reading() as db:
        return (*_broken_links(db), *_unrecorded_documents(db), *_unknown_heads(db))


def erase(db: Database, stamp: Stamp, patient_id: int, entities: Sequence[str], told: Mapping[str, Any]) -> Head:
    """Takes away what the rows about a deleted patient recorded; inside the caller's transaction, see `erasing`.

    That they were written, when, by whom and about what stays, sealed by the row that says who deleted and why.
    """
    rows: list[tuple[Any, ...]] = []
    for entity in entities:
        rows += db.execute(_OF_ENTITY, (entity,)).fetchall()
        db.execute("UPDATE audit SET detail = ? WHERE entity = ?", (_ERASED, entity))
    rows.sort()
    detail = {**told, "rows": [row[0] for row in rows], "seal": _seal(rows)}
    return append(db, stamp, "patient-deleted", f"patient/{patient_id}", detail)


def _seal(rows: Sequence[tuple[Any, ...]]) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows], ensure_ascii=False).encode()).hexdigest()


def _broken_links(db: Database) -> Iterator[str]:
    head = Head(0, _START)
    erased: dict[int, tuple[Any, ...]] = {}
    for seq, *fields, previous, hash_ in db.execute(
        "SELECT seq, at, who, action, entity, detail, previous, hash FROM audit ORDER BY seq"
    ):
        if seq != head.seq + 1:
            yield f"Audit rows are missing between {head.seq} and {seq}."
        if previous != head.hash:
            yield f"Audit row {seq} does not follow the row before it."
        if fields[-1] == _ERASED:
            erased[seq] = (seq, *fields[:-1], previous, hash_)
        elif hash_ != _hash(seq, tuple(fields), previous):
            yield f"Audit row {seq} was changed after it was written."
        head = Head(seq, hash_)
    yield from _wrongly_erased(db, erased)
    end = db.execute("SELECT seq, hash FROM audit_end").fetchone()
    if end != ((head.seq, head.hash) if head.seq else None):
        yield "The end of the audit was cut off or replaced."


def _wrongly_erased(db: Database, erased: dict[int, tuple[Any, ...]]) -> Iterator[str]:
    """What was erased must stand, as it was, in a row that says who deleted the patient."""
    for seq, detail in db.execute("SELECT seq, detail FROM audit WHERE action = 'patient-deleted'"):
        try:
            told = json.loads(detail)
            listed, seal = [int(n) for n in told["rows"]], told["seal"]
        except (ValueError, KeyError, TypeError):
            continue  # the row was changed; its hash tells
        found = [erased.pop(n) for n in listed if n in erased]
        if _seal(found) != seal:
            yield f"The rows that audit row {seq} erased were changed afterwards."
    yield from (f"Audit row {seq} was changed after it was written." for seq in erased)


def _unrecorded_documents(db: Database) -> Iterator[str]:
    recorded = {
        digest
        for (detail,) in db.execute(
            "SELECT detail FROM audit WHERE action IN ('plan-filed', 'plan-received', 'plan-withdrawn')"
        )
        for digest in _digests(detail)
    }
    for number, kind, digest in db.execute(
        "SELECT p.number, d.kind, d.sha256 FROM documents d JOIN plans p ON p.id = d.plan_id ORDER BY d.id"
    ):
        if digest in recorded:
            recorded.discard(digest)
        else:
            yield f"The filed {kind} document of {number} is not the one that the audit recorded."
    yield from (f"A filed document (SHA-256 {digest}) is missing." for digest in sorted(recorded))


def _digests(detail: str) -> tuple[str, ...]:
    try:
        return tuple(json.loads(detail)["documents"].values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()  # a row that was changed; its hash tells


def _unknown_heads(db: Database) -> Iterator[str]:
    """Every filed plan printed the head of its day; a chain that was rewritten no longer has it."""
    for number, printed in db.execute(
        "SELECT number, audit_head FROM plans WHERE id NOT IN (SELECT plan_id FROM received) AND NOT EXISTS "
        "(SELECT 1 FROM audit WHERE audit.seq || ':' || audit.hash = plans.audit_head AND "
        "audit.seq = CAST(plans.audit_head AS INTEGER))"
    ):
        yield f"The audit head printed on {number} ({printed[:24]}…) is not in the audit."


def _write(db: Database, head: Head, fields: tuple[str, str, str, str, dict[str, Any]]) -> Head:
    at, who, action, entity, detail = fields
    row = (at, who, action, entity, json.dumps(detail, ensure_ascii=False, sort_keys=True))
    new = Head(head.seq + 1, _hash(head.seq + 1, row, head.hash))
    db.execute(
        "INSERT INTO audit (seq, at, who, action, entity, detail, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (new.seq, *row, head.hash, new.hash),
    )
    return new


def _hash(seq: int, row: tuple[Any, ...], previous: str) -> str:
    sealed = json.dumps([previous, seq, *row], ensure_ascii=False)
    return hashlib.sha256(sealed.encode()).hexdigest()
