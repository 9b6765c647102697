"""Opening: what is right opens, everything else is a sentence and stays as it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from myositis_desktop.errors import BugError, UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, patients, people
from myositis_desktop.store.database import (
    Stamp,
    Store,
    connect,
    create_store,
    migrate,
    migrated,
    open_store,
    utc,
    version_of,
)
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile
from myositis_desktop.store.schema import STEPS, Step


def _refused(path: Path, secret: bytes, says: str) -> None:
    """Opening fails with that sentence, and leaves the file as it was."""
    before = path.read_bytes()
    with pytest.raises(UserError, match=says) as caught:
        open_store(path, DataKey(secret), thorough=True)
    assert path.read_bytes() == before
    assert secret.hex() not in repr(caught.value)


def test_what_was_saved_is_there_after_reopening(
    store: Store, stamp: Callable[[], Stamp], reopen: Callable[[], Store], patient: Patient, case_file: bytes
) -> None:
    patients.add_patient(store, patient, case_file, stamp())
    store = reopen()
    assert patients.draft_bytes(store, 1) == case_file
    assert people.clinic_record(store).name == "Hill clinic"
    assert people.user(store, "anna").full_name == "Dr Anna Example"
    assert people.identities(store, "anna") == (b"p12",)
    assert version_of(store) == len(STEPS)


def test_the_file_is_kept_with_care(store: Store) -> None:
    expected = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "trusted_schema": 0}
    with store.reading() as db:
        found = {name: db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}
        tables = [row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE type = 'table'") if row[0]]
    assert found == expected
    ours = [sql for sql in tables if "patient_words" not in sql]
    assert len(ours) == 20
    assert all(sql.endswith("STRICT") for sql in ours)


def test_nothing_stands_in_plain(
    store: Store,
    stamp: Callable[[], Stamp],
    files: Callable[[], dict[str, bytes]],
    reopen: Callable[[], Store],
    patient: Patient,
    case_file: bytes,
) -> None:
    patients.add_patient(store, patient, case_file, stamp())
    told = [patient.family_name, patient.given_name, patient.record_number, "body.weight", "Hill clinic", "SQLite"]
    for _ in ("open, with its log", "closed"):
        for name, data in files().items():
            assert [word for word in told if word.encode() in data] == [], name
        reopen()


def test_a_wrong_key_opens_nothing(store: Store, profile: Profile, reopen: Callable[[], Store]) -> None:
    store.close()
    _refused(profile.database, bytes(32), "cannot be read with the key of this clinic")
    reopen()


@pytest.mark.parametrize("data", [b"hello", b"\x00" * 4096, b"SQLite format 3\x00" + b"\x00" * 8192])
def test_a_file_that_is_not_ours_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    path.write_bytes(data)
    _refused(path, bytes(32), "cannot be read with the key of this clinic")


def test_an_unencrypted_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE patients (name TEXT)")
    _refused(path, bytes(32), "cannot be read with the key of this clinic")


def test_another_programs_file_under_our_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    path.touch()
    with closing(connect(path, DataKey(bytes(32)))) as other:
        other.execute("CREATE TABLE notes (text TEXT)")
    _refused(path, bytes(32), "belongs to another clinic")


def test_a_newer_file_is_refused(store: Store, profile: Profile, secret: bytes) -> None:
    with store.reading() as db:
        db.conn.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    store.close()
    _refused(profile.database, secret, "written by a newer version")


def test_an_empty_file_is_refused_and_not_filled(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    path.touch()
    _refused(path, bytes(32), "missing from the clinic's folder, or empty")


def test_a_missing_file_is_a_sentence_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="missing"):
        open_store(tmp_path / "clinic.db", DataKey(bytes(32)), thorough=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_never_overwritten(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "clinic.db"
    path.write_bytes(b"somebody's")
    with pytest.raises(UserError, match="already"):
        create_store(path, DataKey(bytes(32)), start)
    assert path.read_bytes() == b"somebody's"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(
    store: Store,
    stamp: Callable[[], Stamp],
    profile: Profile,
    secret: bytes,
    reopen: Callable[[], Store],
    part: float,
    patient: Patient,
    case_file: bytes,
) -> None:
    for _ in range(20):
        patients.add_patient(store, patient, case_file, stamp())
    store.close()
    whole = profile.database.read_bytes()
    profile.database.write_bytes(whole[: int(len(whole) * part)])
    _refused(profile.database, secret, "damaged")
    profile.database.write_bytes(whole)
    reopen()


@pytest.mark.parametrize("edits", [60, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_changed_byte_is_found_or_harmless(
    edits: int, store: Store, stamp: Callable[[], Stamp], secret: bytes, patient: Patient, case_file: bytes
) -> None:
    for _ in range(5):
        patients.add_patient(store, patient, case_file, stamp())
    shown = patients.search(store)
    store.close()
    whole = store.path.read_bytes()
    copy, chance = store.path.with_name("copy.db"), Random(7)
    found = 0
    for _ in range(edits):
        at = chance.randrange(len(whole))
        copy.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        try:
            opened = open_store(copy, DataKey(secret), thorough=True)
        except UserError:
            found += 1
            continue
        try:
            assert patients.search(opened) == shown
            assert audit.verify_audit(opened) == ()
        finally:
            opened.close()
    assert found > edits * 5 // 6
    open_store(store.path, DataKey(secret), thorough=True).close()


def test_a_step_runs_once_and_is_recorded(store: Store, start: datetime) -> None:
    number = len(STEPS) + 1
    more = (
        *STEPS,
        Step(number, "colours", "CREATE TABLE colours (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"),
    )
    for _ in range(2):
        migrate(store, start, more)
    with store.reading() as db:
        steps = db.execute("SELECT number, name, run_at FROM schema_steps ORDER BY number").fetchall()
    known = [(step.number, step.name, utc(start)) for step in STEPS]
    assert steps == [*known, (number, "colours", utc(start))]
    assert version_of(store) == number


def test_a_step_that_fails_leaves_nothing(store: Store, start: datetime) -> None:
    more = (
        *STEPS,
        Step(
            len(STEPS) + 1, "half", "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);"
        ),
    )
    with pytest.raises(BugError):
        migrate(store, start, more)
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    assert version_of(store) == len(STEPS)


def test_an_outside_lock_is_a_sentence(
    store: Store, stamp: Callable[[], Stamp], profile: Profile, secret: bytes, patient: Patient, case_file: bytes
) -> None:
    with store.reading() as db, closing(connect(profile.database, DataKey(secret))) as other:
        db.conn.execute("PRAGMA busy_timeout = 10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError, match="Another program is using"):
            patients.add_patient(store, patient, case_file, stamp())
        other.execute("ROLLBACK")
    assert patients.add_patient(store, patient, case_file, stamp()) == 1


def test_what_fails_inside_a_transaction_leaves_nothing(
    store: Store, stamp: Callable[[], Stamp], patient: Patient, case_file: bytes
) -> None:
    before = audit.audit_head(store)

    def fails_half_way() -> None:
        with store.atomic():
            patients.add_patient(store, patient, case_file, stamp())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_half_way()
    assert patients.search(store) == ()
    assert audit.audit_head(store) == before


def test_faults_of_ours_are_ours_and_carry_no_values(store: Store) -> None:
    with pytest.raises(BugError) as caught, store.atomic() as db:
        db.execute("INSERT INTO drafts VALUES (99, ?, 'x', 'y')", (b"Secret-Name",))
    assert "Secret" not in str(caught.value)


def test_the_key_is_wiped_when_the_file_is_closed(store: Store, secret: bytes) -> None:
    key = store.key
    assert key.reveal() == secret
    store.close()
    assert key.reveal() == bytes(32)


# --- migrations on a copy ---------------------------------------------------------------------------------------------

MORE = (*STEPS, Step(len(STEPS) + 1, "more", "CREATE TABLE more (id INTEGER) STRICT; INSERT INTO more VALUES (7);"))


def test_a_migrated_file_takes_the_place_of_the_old_one(
    store: Store, start: datetime, stamp: Callable[[], Stamp], patient: Patient, case_file: bytes
) -> None:
    patients.add_patient(store, patient, case_file, stamp())
    path = store.path
    new = migrated(store, start, MORE)
    try:
        assert version_of(new) == len(MORE)
        assert patients.draft_bytes(new, 1) == case_file
        assert audit.verify_audit(new) == ()
        with new.reading() as db:
            assert db.execute("SELECT id FROM more").fetchall() == [(7,)]
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        new.close()
    assert [p.name for p in path.parent.glob("clinic.db*")] == ["clinic.db"]


@pytest.mark.parametrize(
    "sql",
    ["CREATE TABLE more (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);", "SELECT RAISE(ABORT, 'x');"],
)
def test_a_migration_that_fails_leaves_the_old_file_byte_for_byte(
    sql: str, store: Store, profile: Profile, secret: bytes, start: datetime
) -> None:
    store.close()
    before = profile.database.read_bytes()
    again = open_store(profile.database, DataKey(secret), thorough=True)
    with pytest.raises((BugError, UserError)):
        migrated(again, start, (*STEPS, Step(len(STEPS) + 1, "bad", sql)))
    again.close()
    assert profile.database.read_bytes() == before
    assert [p.name for p in profile.folder.glob("clinic.db*")] == ["clinic.db"]


def test_what_a_cut_left_behind_is_cleared_away(store: Store, start: datetime) -> None:
    for end in ("", "-wal"):
        store.path.with_name(f"clinic.db.migrating{end}").write_bytes(b"half a copy")
    new = migrated(store, start, MORE)
    assert version_of(new) == len(MORE)
    new.close()
    assert [p.name for p in new.path.parent.glob("clinic.db*")] == ["clinic.db"]
