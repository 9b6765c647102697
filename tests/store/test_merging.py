"""Two records become one and two again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, filing, merging, patients
from myositis_desktop.store.database import Stamp, Store
from myositis_desktop.store.filing import Filing

Stamps = Callable[[], Stamp]


@pytest.fixture
def two(store: Store, stamp: Stamps, patient: Patient, case_file: bytes) -> tuple[int, int]:
    """The record that goes on and the one that ends, each with a plan of its own."""
    twin = replace(patient, family_name="Mueller", record_number="R-2")
    kept = patients.add_patient(store, patient, case_file, stamp())
    gone = patients.add_patient(store, twin, b'{"twin":1}', stamp())
    return kept, gone


def _file(store: Store, whose: int, stamp: Stamps, make: Callable[..., Filing]) -> str:
    number = filing.next_number(store, 2026)
    made = make(number, filing.latest_number(store, whose), str(audit.audit_head(store)), treatment=number.encode())
    filing.file_plan(store, replace(made, patient_id=whose), stamp())
    return number


def test_a_merged_record_is_listed_under_the_other_and_nothing_is_lost(
    two: tuple[int, int], store: Store, stamp: Stamps, patient: Patient, make_filing: Callable[..., Filing]
) -> None:
    kept, gone = two
    first = _file(store, gone, stamp, make_filing)
    merging.merge(store, gone, (kept, patient), b'{"both":1}', stamp())
    assert [row.id for row in patients.search(store)] == [kept]
    assert patients.search(store, "mueller") == ()
    assert patients.search(store, "muller")[0].has_signed_plan
    assert patients.draft_bytes(store, kept) == b'{"both":1}'
    assert patients.draft_bytes(store, gone) == b'{"twin":1}'
    assert [d.plan_number for d in filing.filed_documents(store, kept)] == [first]
    second = _file(store, kept, stamp, make_filing)
    assert filing.plan_of(store, second).supersedes == first
    assert filing.latest_number(store, gone) == second
    assert [m.gone_name for m in merging.merges_of(store, kept)] == ["Mueller, Anne-Marie, R-2"]
    assert audit.verify_audit(store) == ()


def test_a_merge_is_undone(two: tuple[int, int], store: Store, stamp: Stamps, patient: Patient) -> None:
    kept, gone = two
    before = patients.draft_bytes(store, kept)
    merging.merge(store, gone, (kept, patient), b'{"both":1}', stamp())
    (merge,) = merging.merges_of(store, kept)
    assert merging.draft_before(store, merge.id) == before
    assert merging.undo_merge(store, merge.id, patient, stamp())
    assert patients.draft_bytes(store, kept) == before
    assert {row.id for row in patients.search(store)} == {kept, gone}
    assert [row.id for row in patients.search(store, "mueller")] == [gone]
    assert merging.merges_of(store, kept) == ()
    assert audit.verify_audit(store) == ()


def test_what_was_edited_since_stays_when_a_merge_is_undone(
    two: tuple[int, int], store: Store, stamp: Stamps, patient: Patient
) -> None:
    kept, gone = two
    merging.merge(store, gone, (kept, patient), b'{"both":1}', stamp())
    patients.save_draft(store, kept, patient, b'{"later":1}', stamp())
    assert not merging.undo_merge(store, merging.merges_of(store, kept)[0].id, patient, stamp())
    assert patients.draft_bytes(store, kept) == b'{"later":1}'
    assert len(patients.search(store)) == 2


def test_what_is_one_already_is_not_merged_again(
    two: tuple[int, int], store: Store, stamp: Stamps, patient: Patient
) -> None:
    kept, gone = two
    with pytest.raises(UserError, match="one already"):
        merging.merge(store, kept, (kept, patient), b"{}", stamp())
    merging.merge(store, gone, (kept, patient), b"{}", stamp())
    head = audit.audit_head(store)
    for a, b in ((gone, kept), (kept, gone)):
        with pytest.raises(UserError, match="one already"):
            merging.merge(store, a, (b, patient), b"{}", stamp())
    assert audit.audit_head(store) == head


def test_records_are_merged_in_a_row(two: tuple[int, int], store: Store, stamp: Stamps, patient: Patient) -> None:
    kept, gone = two
    third = patients.add_patient(store, patient, b'{"third":1}', stamp())
    merging.merge(store, gone, (kept, patient), b'{"a":1}', stamp())
    merging.merge(store, kept, (third, patient), b'{"b":1}', stamp())
    assert patients.members(store, third) == (kept, gone, third)
    assert patients.standing(store, gone) == third
    assert [row.id for row in patients.search(store)] == [third]
