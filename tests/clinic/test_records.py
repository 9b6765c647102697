"""Whole records in a real clinic: two made one, a patient deleted, a patient handed over to another clinic."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from myositis_desktop.clinic import Archive, Clinic, NewUser, WrongPassphrase
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Finding
from myositis_desktop.store.keys import Cost

SECRET = "four words in a row"
WORDS = "a quiet harbour before sunrise"
Clock = Callable[[], datetime]


@pytest.fixture
def two(clinic: Clinic, example: bytes) -> tuple[int, int]:
    """The same person twice: the second record is of an earlier day, names other findings and has a plan."""
    kept, _ = clinic.import_case(example)
    assert kept is not None
    case = clinic.draft(kept)
    earlier = case.assessed_on - timedelta(days=40)
    findings = {"lab.ck": replace(case.findings["lab.ck"], on=None), "body.weight": case.findings["body.weight"]}
    twin = replace(case, assessed_on=earlier, findings=findings, visits=(), therapy=(), extras={"x-note": "old"})
    clinic.save_draft(kept, replace(case, findings={k: f for k, f in case.findings.items() if k != "body.weight"}))
    gone = clinic.add_patient(twin)
    clinic.sign(gone, SECRET, "author")
    return kept, gone


def _weight(case: Case) -> Finding:
    return case.findings["body.weight"]


def test_two_records_become_one_and_two_again(clinic: Clinic, two: tuple[int, int]) -> None:
    kept, gone = two
    before, other = clinic.draft(kept), clinic.draft(gone)
    found = clinic.records.compare(kept, gone)
    taken = [offer.key for offer in found.offers if offer.taken]
    assert "finding:body.weight" in taken
    assert "as-visit" in taken
    assert "extra:x-note" in taken
    clinic.records.merge(kept, gone, taken)
    case = clinic.draft(kept)
    assert case.assessed_on == before.assessed_on
    assert _weight(case) == replace(_weight(other), on=other.assessed_on)
    assert other.assessed_on in [visit.on for visit in case.visits]
    assert case.findings["lab.ck"] == before.findings["lab.ck"]
    assert clinic.decide(case)[0] is not None
    assert [row.id for row in clinic.patients()] == [kept]
    assert {d.plan_number for d in clinic.filed(kept)} == {"P-2026-0001"}
    (merge,) = clinic.records.merges(kept)
    assert clinic.records.undo_merge(merge.id)
    assert clinic.draft(kept) == before
    assert clinic.draft(gone) == other
    assert {row.id for row in clinic.patients()} == {kept, gone}
    assert clinic.trail.verify() == ()


def test_the_other_direction_takes_the_later_values(clinic: Clinic, two: tuple[int, int]) -> None:
    """The record that goes on is the earlier one: what the later one says replaces it, and its day is kept."""
    kept, gone = two
    found = clinic.records.compare(gone, kept)
    assert all(offer.taken for offer in found.offers if offer.key.startswith("finding:"))
    assert len(found.offers) > 20
    clinic.records.merge(gone, kept, [offer.key for offer in found.offers if offer.taken])
    case = clinic.draft(gone)
    assert case.assessed_on == found.other.assessed_on
    assert _weight(case).on == found.kept.assessed_on
    assert found.kept.assessed_on in [visit.on for visit in case.visits]


def test_nothing_that_is_not_taken_comes_along(clinic: Clinic, two: tuple[int, int]) -> None:
    kept, gone = two
    before = clinic.draft(kept)
    clinic.records.merge(kept, gone, [])
    assert clinic.draft(kept) == before


def test_a_patient_is_deleted_with_a_reason_and_a_passphrase(clinic: Clinic, two: tuple[int, int]) -> None:
    kept, gone = two
    for reason, secret, kind in ((" ", SECRET, UserError), ("Asked for", "not the four words", WrongPassphrase)):
        with pytest.raises(kind):
            clinic.records.delete(gone, reason, secret)
    assert len(clinic.patients()) == 2
    old = clinic.copies.make()
    clinic.records.delete(gone, "Asked for", SECRET, backups_too=True)
    assert [row.id for row in clinic.patients()] == [kept]
    assert not old.exists()
    assert len(clinic.copies.known()) == 1
    assert clinic.trail.verify() == ()
    assert "patient-deleted" in clinic.trail.names()[1]


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    """Another clinic."""
    user = NewUser("eve", "Dr Eve Other", SECRET)
    made, _ = Clinic.create(tmp_path / "other", "Lake clinic", user, clock, cost=Cost(1, 64, 1))
    yield made
    made.close()


def _archive(clinic: Clinic, patient: int, folder: Path) -> bytes:
    path = folder / "one.myositis-patient"
    clinic.records.export(patient, path, WORDS, Cost(1, 64, 1))
    return path.read_bytes()


def test_a_patient_is_handed_over_with_plans_and_papers(
    clinic: Clinic, other: Clinic, two: tuple[int, int], tmp_path: Path
) -> None:
    kept, gone = two
    clinic.records.merge(kept, gone, [])
    clinic.sign(kept, SECRET, "author")
    data = _archive(clinic, kept, tmp_path)
    assert b"manifest" not in data
    assert clinic.trail.rows()[0].action == "archive-exported"
    with pytest.raises(WrongPassphrase):
        other.records.look_into(data, "not the right words")
    found: Archive = other.records.look_into(data, WORDS)
    assert (found.clinic, len(found.plans)) == ("Hill clinic", 2)
    assert other.patients() == ()
    patient, came = other.records.take_in(found)
    assert came == 2
    assert other.draft(patient) == clinic.draft(kept)
    theirs, ours = other.filed(patient), clinic.filed(kept)
    assert [d.kind for d in theirs] == [d.kind for d in ours]
    for here, there in zip(theirs, ours, strict=True):
        assert other.document(here.id) == clinic.document(there.id)
        assert here.plan_number.startswith(f"{there.plan_number}@")
        assert here.from_clinic == "Hill clinic"
        assert (here.supersedes is None) == (there.supersedes is None)
    assert not other.verify(other.document(theirs[0].id)).signer_known
    assert other.trail.verify() == ()
    with pytest.raises(UserError, match="another clinic"):
        other.signatures.countersign(theirs[0].plan_number, SECRET, "agrees")  # type: ignore[arg-type]
    other.sign(patient, SECRET, "author")
    assert other.filed(patient)[0].supersedes is None


def test_an_archive_comes_into_a_record_that_is_there(
    clinic: Clinic, other: Clinic, two: tuple[int, int], tmp_path: Path
) -> None:
    _, gone = two
    data = _archive(clinic, gone, tmp_path)
    found = other.records.look_into(data, WORDS)
    here = other.add_patient(Case(found.case.patient, date(2026, 11, 19)))
    assert [row.id for row in other.records.alike(found)] == [here]
    offers = other.records.compare_archive(here, found).offers
    patient, came = other.records.take_in(found, here, [offer.key for offer in offers if offer.taken])
    assert (patient, came) == (here, 1)
    assert len(other.patients()) == 1
    assert _weight(other.draft(here)).on == found.case.assessed_on
    again = other.records.take_in(other.records.look_into(data, WORDS), here)
    assert again == (here, 0)


def test_ones_own_archive_brings_back_a_deleted_patient(clinic: Clinic, two: tuple[int, int], tmp_path: Path) -> None:
    _, gone = two
    data = _archive(clinic, gone, tmp_path)
    before, papers = clinic.draft(gone), [clinic.document(d.id) for d in clinic.filed(gone)]
    clinic.records.delete(gone, "A slip", SECRET)
    patient, came = clinic.records.take_in(clinic.records.look_into(data, WORDS))
    assert patient > gone
    assert came == 1
    assert clinic.draft(patient) == before
    assert [clinic.document(d.id) for d in clinic.filed(patient)] == papers
    assert clinic.filed(patient)[0].plan_number == "P-2026-0001"
    assert clinic.trail.verify() == ()


def test_an_archive_needs_a_strong_passphrase(clinic: Clinic, two: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="easy to guess"):
        clinic.records.export(two[0], tmp_path / "x", "password1234")
    assert not (tmp_path / "x").exists()


def test_while_the_screen_is_turned_nothing_else_can_be_reached(clinic: Clinic, two: tuple[int, int]) -> None:
    kept, gone = two
    paper = clinic.filed(gone)[0].id
    clinic.turn_to(kept)
    case = clinic.draft(kept)
    clinic.save_draft(kept, replace(case, extras={"x-seen": True}))
    assert clinic.filed(kept) == ()
    assert clinic.patients() == clinic.similar(case.patient) == ()
    actions: tuple[Callable[[], object], ...] = (
        lambda: clinic.draft(gone),
        lambda: clinic.save_draft(gone, case),
        lambda: clinic.filed(gone),
        lambda: clinic.document(paper),
        lambda: clinic.case_of(paper),
        lambda: clinic.add_patient(case),
        lambda: clinic.export_case(kept),
        lambda: clinic.sign(kept, SECRET, "author"),
        lambda: clinic.preview(gone, "treatment", "draft"),
        lambda: clinic.turn_to(gone),
        clinic.trail.rows,
        clinic.copies.make,
        clinic.staff.everybody,
        lambda: clinic.records.delete(gone, "No", SECRET),
    )
    head = clinic.audit_head()
    for action in actions:
        with pytest.raises(UserError, match="turned to"):
            action()
    assert clinic.audit_head() == head
    with pytest.raises(WrongPassphrase):
        clinic.turn_back("not the four words")
    assert clinic.patients() == ()
    clinic.turn_back(SECRET)
    assert len(clinic.patients()) == 2
    assert clinic.document(paper)
