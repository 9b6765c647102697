"""Deleting a patient: nothing of them is left in the file, and the audit still proves that nobody else touched it."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from myositis_desktop.errors import BugError, UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, erasing, filing, merging, patients
from myositis_desktop.store.database import Stamp, Store
from myositis_desktop.store.filing import Filing, Withdrawal
from myositis_desktop.store.profile import Profile
from tests.store.plain import plain_pages

Stamps = Callable[[], Stamp]
REASON = "Asked for by the patient"


@pytest.fixture
def others(store: Store, stamp: Stamps, patient: Patient, make_filing: Callable[..., Filing]) -> int:
    """A patient who is to go, with plans, a withdrawal and an export; and one who stays. The one who is to go."""
    gone = patients.add_patient(store, patient, b'{"secret":"GOTTRON"}', stamp())
    stays = patients.add_patient(store, replace(patient, family_name="Stays"), b'{"stays":1}', stamp())
    for number, whose in (("P-2026-0001", stays), ("P-2026-0002", gone)):
        made = make_filing(number, None, str(audit.audit_head(store)), treatment=number.encode())
        filing.file_plan(store, replace(made, patient_id=whose, case_file=b"{}"), stamp())
    filing.add_withdrawal(
        store, Withdrawal("P-2026-0002", "wrong-patient", "Not GOTTRON", ()), b"%PDF GOTTRON", stamp()
    )
    return gone


def _all_text(store: Store) -> str:
    with store.reading() as db:
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        return repr([db.execute(f"SELECT * FROM [{name}]").fetchall() for name in tables])  # noqa: S608 - our own names


def test_nothing_of_a_deleted_patient_is_left(
    others: int, store: Store, stamp: Stamps, profile: Profile, secret: bytes
) -> None:
    assert "GOTTRON" in _all_text(store)
    erasing.delete_patient(store, others, REASON, stamp())
    told = _all_text(store)
    assert [word for word in ("GOTTRON", "Müller", "muller") if word in told] == []
    assert [row.family_name for row in patients.search(store)] == ["Stays"]
    assert len(filing.filed_documents(store, 2)) == 1
    assert audit.verify_audit(store) == ()
    last = audit.find_rows(store)[0]
    assert (last.action, last.entity, last.detail["reason"]) == ("patient-deleted", "patient/1", REASON)
    log = profile.database.with_name("clinic.db-wal")
    assert not log.exists() or log.stat().st_size == 0
    store.close()
    plain = b"".join(plain_pages(profile, secret))
    assert b"Stays" in plain
    assert [word for word in ("GOTTRON", "Müller", "muller") if word.encode() in plain] == []


def test_numbers_of_a_deleted_patient_are_not_given_out_again(
    others: int, store: Store, stamp: Stamps, patient: Patient
) -> None:
    latest = patients.add_patient(store, patient, b'{"latest":1}', stamp())
    erasing.delete_patient(store, others, REASON, stamp())
    erasing.delete_patient(store, latest, REASON, stamp())
    assert patients.add_patient(store, patient, b"{}", stamp()) == latest + 1
    assert filing.next_number(store, 2026) == "P-2026-0003"


def test_what_was_signed_goes_in_no_other_way(others: int, store: Store, stamp: Stamps) -> None:
    for sql in ("DELETE FROM plans", "DELETE FROM documents", "DELETE FROM withdrawals", "DELETE FROM audit"):
        with pytest.raises(BugError, match=r"never changes|only grows"), store.atomic() as db:
            db.execute(sql)
    erasing.delete_patient(store, others, REASON, stamp())
    for sql in ("DELETE FROM plans", "UPDATE audit SET detail = '{\"erased\": true}'", "DELETE FROM deletions"):
        with pytest.raises(BugError, match=r"never changes|only grows"), store.atomic() as db:
            db.execute(sql)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE audit SET who = 'ben' WHERE seq = 4", "erased were changed"),
        ("UPDATE audit SET detail = '{\"erased\": true}' WHERE action = 'clinic-created'", "was changed after"),
        ("UPDATE audit SET detail = '{\"x\":1}' WHERE seq = 4", "was changed after"),
        ("UPDATE audit SET detail = '{\"reason\":\"none\"}' WHERE action = 'patient-deleted'", "was changed after"),
    ],
)
def test_erasing_gives_no_cover_to_a_forger(sql: str, said: str, others: int, store: Store, stamp: Stamps) -> None:
    erasing.delete_patient(store, others, REASON, stamp())
    with store.reading() as db:
        erased = [r[0] for r in db.execute("SELECT seq FROM audit WHERE detail = '{\"erased\": true}'").fetchall()]
        assert 4 in erased
        db.execute("DROP TRIGGER audit_stays_1")
        db.execute(sql)
    assert any(said in found for found in audit.verify_audit(store))


def test_the_reason_is_in_the_audit_and_the_rows_are_named(others: int, store: Store, stamp: Stamps) -> None:
    erasing.delete_patient(store, others, REASON, stamp())
    detail = audit.find_rows(store)[0].detail
    with store.reading() as db:
        erased = db.execute("SELECT count(*) FROM audit WHERE detail = ?", ('{"erased": true}',)).fetchone()[0]
    assert len(detail["rows"]) == erased == 3
    assert len(json.dumps(detail["seal"])) == 66


def test_a_patient_whose_plan_another_record_replaces_stays(
    store: Store, stamp: Stamps, patient: Patient, make_filing: Callable[..., Filing]
) -> None:
    kept = patients.add_patient(store, patient, b'{"a":1}', stamp())
    gone = patients.add_patient(store, patient, b'{"b":1}', stamp())
    filing.file_plan(store, replace(make_filing("P-1", None, str(audit.audit_head(store))), patient_id=gone), stamp())
    merging.merge(store, gone, (kept, patient), b'{"c":1}', stamp())
    made = make_filing("P-2", "P-1", str(audit.audit_head(store)), treatment=b"%PDF other")
    filing.file_plan(store, replace(made, patient_id=kept), stamp())
    merging.undo_merge(store, merging.merges_of(store, kept)[0].id, patient, stamp())
    with pytest.raises(UserError, match="replaces a plan"):
        erasing.delete_patient(store, gone, REASON, stamp())
    assert len(patients.search(store)) == 2
    erasing.delete_patient(store, kept, REASON, stamp())
    erasing.delete_patient(store, gone, REASON, stamp())
    assert patients.search(store) == ()
    assert audit.verify_audit(store) == ()
