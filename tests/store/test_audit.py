"""The audit finds whatever was done to it by somebody who has the key."""
# ruff: noqa: S608  # the names in these statements are our own

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlcipher3 import dbapi2

from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, filing, patients
from myositis_desktop.store.database import Stamp, Store, connect
from myositis_desktop.store.filing import Filing
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile

COLUMNS = ("at", "who", "action", "entity", "detail", "previous", "hash")


@pytest.fixture
def busy(
    store: Store, stamp: Callable[[], Stamp], patient: Patient, case_file: bytes, make_filing: Callable[..., Filing]
) -> Store:
    """A clinic file after a morning: drafts, a filed plan, more drafts."""
    patients.add_patient(store, patient, case_file, stamp())
    for n in range(4):
        patients.save_draft(
            store, 1, patient, json.dumps({"findings": {"lab.ck": {"value": str(n)}}}).encode(), stamp()
        )
    filing.file_plan(store, make_filing(audit_head=str(audit.audit_head(store))), stamp())
    for n in range(4):
        patients.save_draft(
            store, 1, patient, json.dumps({"findings": {"lab.ck": {"value": f"1{n}"}}}).encode(), stamp()
        )
    return store


@contextmanager
def _intruder(profile: Profile, secret: bytes) -> Iterator[dbapi2.Connection]:
    """Somebody with the key and without our triggers."""
    with closing(connect(profile.database, DataKey(secret))) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        yield raw


def test_rows_tell_who_did_what_with_before_and_after(busy: Store) -> None:
    rows = audit.audit_rows(busy)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.action for row in rows[:4]] == ["clinic-created", "user-added", "identity-added", "patient-added"]
    edit = rows[6]
    assert (edit.who, edit.action, edit.entity) == ("anna", "draft-saved", "patient/1")
    assert edit.detail == {"/findings/lab.ck": [{"value": "1"}, {"value": "2"}]}
    assert audit.audit_rows(busy, after=len(rows) - 2, limit=1)[0].seq == len(rows) - 1
    assert str(audit.audit_head(busy)).startswith(f"{len(rows)}:")


def test_an_untouched_audit_is_whole(busy: Store, reopen: Callable[[], Store]) -> None:
    assert audit.verify_audit(busy) == ()
    assert audit.verify_audit(reopen()) == ()


@pytest.mark.parametrize("column", COLUMNS)
def test_every_edited_row_is_found(column: str, busy: Store, profile: Profile, secret: bytes) -> None:
    count = audit.audit_head(busy).seq
    with _intruder(profile, secret) as raw:
        for seq in range(1, count + 1):
            raw.execute(f"UPDATE audit SET {column} = {column} || ' ' WHERE seq = ?", (seq,))
            assert audit.verify_audit(busy) != (), seq
            raw.execute(f"UPDATE audit SET {column} = substr({column}, 1, length({column}) - 1) WHERE seq = ?", (seq,))
            assert audit.verify_audit(busy) == (), seq


def test_every_deleted_row_is_found(busy: Store, profile: Profile, secret: bytes) -> None:
    with _intruder(profile, secret) as raw:
        for row in raw.execute("SELECT * FROM audit").fetchall():
            raw.execute("DELETE FROM audit WHERE seq = ?", (row[0],))
            assert audit.verify_audit(busy) != (), row[0]
            raw.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        assert audit.verify_audit(busy) == ()


def test_every_swap_of_rows_is_found(busy: Store, profile: Profile, secret: bytes) -> None:
    count = audit.audit_head(busy).seq
    with _intruder(profile, secret) as raw:
        for one in range(1, count):
            for other in range(one + 1, count + 1):
                _swap(raw, one, other)
                assert audit.verify_audit(busy) != (), (one, other)
                _swap(raw, one, other)
        assert audit.verify_audit(busy) == ()


def _swap(raw: dbapi2.Connection, one: int, other: int) -> None:
    for before, after in ((one, -1), (other, one), (-1, other)):
        raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (after, before))


def test_cutting_off_the_end_is_found(busy: Store, profile: Profile, secret: bytes) -> None:
    with _intruder(profile, secret) as raw:
        raw.execute("DELETE FROM audit WHERE seq > 10")
        assert any("cut off" in text for text in audit.verify_audit(busy))
        raw.execute("DELETE FROM audit")
        raw.execute("DELETE FROM audit_end")
        assert audit.verify_audit(busy) != ()


def test_a_chain_that_was_written_anew_lacks_the_head_on_paper(busy: Store, profile: Profile, secret: bytes) -> None:
    """Somebody who has the key can compute new hashes; the filed documents printed the old head."""
    rows = audit.audit_rows(busy)
    with _intruder(profile, secret) as raw:
        raw.execute("DELETE FROM audit")
        raw.execute("DELETE FROM audit_end")
    with busy.atomic() as db:
        for row in rows:
            who = "eve" if row.seq == 2 else row.who
            at = datetime.fromisoformat(row.at)
            audit.append(db, Stamp(who, at), row.action, row.entity, row.detail)
    assert [text for text in audit.verify_audit(busy) if "head printed on P-2026-0001" in text]


def test_an_exchanged_or_removed_document_is_found(busy: Store, profile: Profile, secret: bytes) -> None:
    with _intruder(profile, secret) as raw:
        raw.execute("UPDATE documents SET sha256 = 'f' WHERE kind = 'taper'")
        assert any("filed taper document of P-2026-0001" in text for text in audit.verify_audit(busy))
        raw.execute("DELETE FROM documents WHERE kind = 'taper'")
        assert any("is missing" in text for text in audit.verify_audit(busy))


def test_a_clock_that_goes_back_is_recorded_once(busy: Store, stamp: Callable[[], Stamp]) -> None:
    before = audit.audit_head(busy).seq
    now = stamp()
    back = replace(now, at=now.at - timedelta(days=1000))
    audit.record(busy, back, "unlocked", "user/anna")
    audit.record(busy, replace(back, at=back.at + timedelta(seconds=1)), "locked", "user/anna")
    jump, unlocked, locked = audit.audit_rows(busy, after=before)
    assert (jump.action, unlocked.action, locked.action) == ("clock-went-back", "unlocked", "locked")
    assert jump.detail["last_seen"] > jump.detail["clock"]
    assert audit.verify_audit(busy) == ()


def test_a_clock_that_is_set_by_seconds_is_not_worth_a_row(busy: Store, stamp: Callable[[], Stamp]) -> None:
    before = audit.audit_head(busy).seq
    now = stamp()
    audit.record(busy, now, "unlocked", "user/anna")
    audit.record(busy, replace(now, at=now.at - timedelta(seconds=30)), "locked", "user/anna")
    assert audit.audit_head(busy).seq == before + 2


def test_random_edits_are_found(busy: Store, profile: Profile, secret: bytes) -> None:
    chance = Random(11)
    count = audit.audit_head(busy).seq
    with _intruder(profile, secret) as raw:
        for _ in range(50):
            column, seq = chance.choice(COLUMNS), chance.randint(1, count)
            old = raw.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()[0]
            at = chance.randrange(len(old))
            new = old[:at] + chr((ord(old[at]) ^ 1) or 1) + old[at + 1 :]
            raw.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (new, seq))
            assert audit.verify_audit(busy) != (), (column, seq)
            raw.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (old, seq))
    assert audit.verify_audit(busy) == ()
