"""Files that earlier versions wrote: each opens, with everything in it. They were written once, never anew."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from myositis_desktop.clinic import Clinic
from myositis_desktop.model.case import Case
from myositis_desktop.store import keys
from myositis_desktop.store.schema import STEPS

DATA = Path(__file__).parents[1] / "data"
PASSPHRASE = "four words in a row"


def test_there_is_a_stored_file_of_every_schema() -> None:
    assert {p.name for p in DATA.glob("clinic-v*")} >= {f"clinic-v{step.number}" for step in STEPS}


def test_a_stored_file_of_the_first_schema_opens(tmp_path: Path, clock: Callable[[], datetime]) -> None:
    """Written once by the version that made schema 1; never written anew."""
    place = tmp_path / "clinic-v1"
    shutil.copytree(DATA / "clinic-v1", place)
    clinic = Clinic.open(place, "anna", PASSPHRASE, clock)
    try:
        assert clinic.trail.verify() == ()
        rows = clinic.patients()
        assert sorted(row.family_name for row in rows) == ["Müller-Łódź", "O'Brien", "山田"]
        signed = next(row for row in rows if row.has_signed_plan)
        assert [row.id for row in clinic.patients("muller lodz")] == [signed.id]
        case: Case = clinic.draft(signed.id)
        assert case.findings["body.weight"].entered is not None
        documents = clinic.filed(signed.id)
        assert [(d.kind, d.plan_number, d.supersedes) for d in documents] == [
            ("treatment", "P-2026-0002", "P-2026-0001"),
            ("taper", "P-2026-0002", "P-2026-0001"),
            ("treatment", "P-2026-0001", None),
            ("taper", "P-2026-0001", None),
        ]
        for document in documents:
            found = clinic.verify(clinic.document(document.id))
            assert (found.intact, found.signer_known, found.covers_whole_file) == (True, True, True)
        clinic.save_draft(signed.id, replace(case, findings={}))
    finally:
        clinic.close()
    assert keys.read(place / "keys.json").users == ("anna",)


def test_a_stored_file_of_the_second_schema_opens(tmp_path: Path, clock: Callable[[], datetime]) -> None:
    """Two patients with a plan each."""
    place = tmp_path / "clinic-v2"
    shutil.copytree(DATA / "clinic-v2", place)
    clinic = Clinic.open(place, "anna", PASSPHRASE, clock)
    try:
        assert clinic.trail.verify() == ()
        rows = clinic.patients()
        assert [row.id for row in rows] == [2, 1]
        assert all(row.has_signed_plan for row in rows)
        assert [row.id for row in clinic.patients(rows[1].family_name)] == [1]
        assert [(d.kind, d.withdrawn) for d in clinic.filed(1)] == [("treatment", None), ("taper", None)]
        assert {d.plan_number for d in clinic.filed(2)} == {"P-2026-0002"}
        for document in (*clinic.filed(1), *clinic.filed(2)):
            found = clinic.verify(clinic.document(document.id))
            assert (found.intact, found.signer_known) == (True, True)
    finally:
        clinic.close()


@pytest.mark.parametrize(("name", "address"), [("clinic-v3", ""), ("clinic-v4", "1 Hill Road\nHilltown")])
def test_a_stored_file_with_merged_received_and_deleted_records_opens(
    name: str, address: str, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    """Two records merged into one, a patient whom another clinic handed over, and one who was deleted."""
    place = tmp_path / name
    shutil.copytree(DATA / name, place)
    clinic = Clinic.open(place, "anna", PASSPHRASE, clock)
    try:
        assert clinic.trail.verify() == ()
        assert [row.id for row in clinic.patients()] == [4, 1]
        assert [merge.gone for merge in clinic.records.merges(1)] == [2]
        assert {d.from_clinic for d in clinic.filed(4)} == {"Lake clinic"}
        assert clinic.letterhead.address == address
        assert clinic.records.undo_merge(clinic.records.merges(1)[0].id)
        assert clinic.add_patient(clinic.draft(1)) == 5
    finally:
        clinic.close()
