"""Drafts, plans and signatures in a real clinic: what was saved, signed and filed, and what proves it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.clinic import (
    Clinic,
    NewUser,
    WrongPassphrase,
    reproduce,
    verify_file,
)
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient, Visit
from myositis_desktop.model.plan_json import plan_bytes
from myositis_desktop.store import audit, patients
from myositis_desktop.store.database import Stamp
from myositis_desktop.store.keys import Cost

LIGHT = Cost(time=1, memory_kib=64, lanes=1)
PASSPHRASE = "four words in a row"
ANNA = NewUser("anna", "Dr Anna Example", PASSPHRASE)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DEMO = sorted(f.name for f in asset("resources", "demo").iterdir() if f.name.endswith(".json"))


def _demo(name: str = DEMO[0]) -> bytes:
    return asset("resources", "demo", name).read_bytes()


def _import(clinic: Clinic, name: str = DEMO[0]) -> int:
    patient_id, problems = clinic.import_case(_demo(name))
    assert patient_id is not None, problems
    return patient_id


def _files(place: Path) -> dict[str, bytes]:
    """The bytes of every file below the folder, but the count of wrong tries."""
    found = sorted(p for p in place.rglob("*") if p.is_file() and p.name != "tries.json")
    return {str(p.relative_to(place)): p.read_bytes() for p in found}


# --- patients and drafts ----------------------------------------------------------------------------------------------


def test_a_draft_is_what_was_last_saved(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    case = clinic.draft(patient_id)
    changed = replace(case, patient=replace(case.patient, family_name="Łukasiewicz"))
    clinic.save_draft(patient_id, changed)
    assert clinic.draft(patient_id) == changed
    assert [row.id for row in clinic.patients("lukas")] == [patient_id]


def test_a_refused_case_file_changes_nothing(clinic: Clinic) -> None:
    head = clinic.audit_head()
    patient_id, problems = clinic.import_case(b'{"format": "myositis-case/1"}')
    assert patient_id is None
    assert {p.pointer for p in problems} >= {"/patient", "/assessed_on"}
    assert clinic.patients() == ()
    assert clinic.audit_head() == head


def test_a_draft_that_contradicts_itself_is_kept_and_told(clinic: Clinic) -> None:
    """Both days are typed one after the other: in between the case makes no sense, and must not be lost."""
    patient_id = _import(clinic)
    case = clinic.draft(patient_id)
    odd = replace(case, visits=(*case.visits, Visit(case.patient.birth_date - timedelta(days=1), {})))
    clinic.save_draft(patient_id, odd)
    assert clinic.draft(patient_id) == odd
    plan, problems = clinic.decide(odd)
    assert plan is None
    assert [p.pointer for p in problems] == [f"/visits/{len(case.visits)}/on"]
    with pytest.raises(UserError, match="/visits/"):
        clinic.sign(patient_id, PASSPHRASE, "author")
    assert clinic.filed(patient_id) == ()


@pytest.mark.parametrize("broken", [b"{", b"\xff\xfe", b'{"format": "myositis-case/9"}', b""])
def test_a_draft_that_cannot_be_read_is_kept_and_can_be_exported(broken: bytes, clinic: Clinic) -> None:
    bad, good = _import(clinic), _import(clinic, DEMO[1])
    patient = clinic.draft(bad).patient
    patients.save_draft(clinic._store, bad, patient, broken, Stamp("anna", START))
    with pytest.raises(UserError, match="kept as it was saved"):
        clinic.draft(bad)
    assert clinic.export_case(bad) == broken
    assert clinic.draft(good).patient.sex
    assert clinic.trail.verify() == ()


def test_an_unknown_part_of_a_draft_is_not_lost_by_opening_it(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    document = json.loads(clinic.export_case(patient_id))
    document["findings"]["lab.of_a_later_version"] = "present"
    later = json.dumps(document).encode()
    patients.save_draft(clinic._store, patient_id, clinic.draft(patient_id).patient, later, Stamp("anna", START))
    with pytest.raises(UserError, match=r"lab\.of_a_later_version"):
        clinic.draft(patient_id)
    assert clinic.export_case(patient_id) == later


def test_an_exported_case_comes_back_the_same(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    copy_id, _ = clinic.import_case(clinic.export_case(patient_id))
    assert copy_id is not None
    assert clinic.draft(copy_id) == clinic.draft(patient_id)


# --- plans and signatures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DEMO)
def test_every_demonstration_case_is_signed_and_holds(name: str, clinic: Clinic, place: Path) -> None:
    patient_id = _import(clinic, name)
    plan, _ = clinic.decide(clinic.draft(patient_id))
    assert plan is not None
    filed = clinic.sign(patient_id, PASSPHRASE, "author")
    assert [d.kind for d in filed] == list(clinic.kinds_of(plan))
    for document in filed:
        found = verify_file(clinic.document(document.id), place)
        assert (found.verdict, found.signer, found.signer_known) == ("good", "Dr Anna Example", True)
        assert found.reproduces is True
    assert clinic.patients()[0].has_signed_plan


def test_the_preview_is_the_very_bytes_that_are_signed(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    plan, _ = clinic.decide(clinic.draft(patient_id))
    assert plan is not None
    assert clinic.kinds_of(plan) == ("treatment", "taper", "pharmacy", "monitoring", "letter")
    shown = {str(kind): clinic.preview(patient_id, kind, None) for kind in clinic.kinds_of(plan)}
    _import(clinic, DEMO[1])  # the audit goes on meanwhile
    for document in clinic.sign(patient_id, PASSPHRASE, "author"):
        pdf = clinic.document(document.id)
        assert pdf.startswith(shown[document.kind])
        assert clinic.verify(pdf).verdict == "good"


def test_a_preview_follows_the_draft(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    before = clinic.preview(patient_id, "treatment", None)
    case = clinic.draft(patient_id)
    clinic.save_draft(patient_id, replace(case, patient=replace(case.patient, given_name="Somebody")))
    assert clinic.preview(patient_id, "treatment", None) != before


def test_a_new_plan_supersedes_the_one_before(clinic: Clinic) -> None:
    one, other = _import(clinic), _import(clinic, DEMO[1])
    clinic.sign(one, PASSPHRASE, "author")
    clinic.sign(other, PASSPHRASE, "author")
    latest = clinic.sign(one, PASSPHRASE, "author")
    assert [(d.plan_number, d.supersedes) for d in clinic.filed(one) if d.kind == "treatment"] == [
        ("P-2026-0003", "P-2026-0001"),
        ("P-2026-0001", None),
    ]
    assert clinic.filed(other)[0].plan_number == "P-2026-0002"
    assert latest[0].signer == "Dr Anna Example"
    assert clinic.trail.verify() == ()


def test_a_filed_case_stays_as_it_was_signed(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    signed = clinic.draft(patient_id)
    document = clinic.sign(patient_id, PASSPHRASE, "author")[0]
    clinic.save_draft(patient_id, replace(signed, findings={}))
    assert clinic.case_of(document.id) == signed
    assert clinic.draft(patient_id).findings == {}


@pytest.mark.parametrize("field", ["family_name", "given_name", "record_number"])
def test_a_plan_is_not_signed_for_a_patient_without_a_name(field: str, clinic: Clinic) -> None:
    patient_id = _import(clinic)
    case = clinic.draft(patient_id)
    patient: Patient = replace(case.patient, **{field: " "})  # type: ignore[arg-type]
    clinic.save_draft(patient_id, replace(case, patient=patient))
    with pytest.raises(UserError, match=field.replace("_", " ")):
        clinic.sign(patient_id, PASSPHRASE, "author")
    assert clinic.filed(patient_id) == ()


def test_a_wrong_passphrase_signs_nothing_and_is_noted(clinic: Clinic) -> None:
    patient_id = _import(clinic)
    with pytest.raises(WrongPassphrase, match="Nothing was signed"):
        clinic.sign(patient_id, "not the four words", "author")
    assert clinic.filed(patient_id) == ()
    assert clinic.sign(patient_id, PASSPHRASE, "author")
    actions = [row.action for row in audit.audit_rows(clinic._store)]
    assert actions[-3:] == ["signature-refused", "certificate-added", "plan-filed"]


def test_nothing_is_filed_where_one_part_fails(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    patient_id = _import(clinic)
    head = clinic.audit_head()

    def fails(*_: object) -> None:
        raise UserError("The disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "append", fails)
        with pytest.raises(UserError, match="disk is full"):
            clinic.sign(patient_id, PASSPHRASE, "author")
    assert clinic.filed(patient_id) == ()
    assert clinic.audit_head() == head
    assert clinic.sign(patient_id, PASSPHRASE, "author")[0].plan_number == "P-2026-0001"


def test_there_is_no_taper_plan_without_a_taper(clinic: Clinic) -> None:
    for name in DEMO:
        patient_id = _import(clinic, name)
        plan, _ = clinic.decide(clinic.draft(patient_id))
        assert plan is not None
        if plan.taper is None:
            with pytest.raises(UserError, match="no taper plan"):
                clinic.preview(patient_id, "taper", None)
            return
    pytest.fail("every demonstration case has a taper")


def test_an_export_is_written_and_noted(clinic: Clinic, tmp_path: Path) -> None:
    document = clinic.sign(_import(clinic), PASSPHRASE, "author")[0]
    clinic.export(document.id, tmp_path / "plan.pdf")
    assert (tmp_path / "plan.pdf").read_bytes() == clinic.document(document.id)
    noted = audit.audit_rows(clinic._store)[-1]
    assert (noted.action, noted.detail["sha256"]) == ("document-exported", document.sha256)
    head = clinic.audit_head()
    with pytest.raises(UserError):
        clinic.export(document.id, tmp_path / "gone" / "plan.pdf")
    assert clinic.audit_head() == head


# --- verifying --------------------------------------------------------------------------------------------------------


def test_a_stranger_does_not_know_the_signer(clinic: Clinic, place: Path, tmp_path: Path) -> None:
    pdf = clinic.document(clinic.sign(_import(clinic), PASSPHRASE, "author")[0].id)
    assert (verify_file(pdf, None).verdict, verify_file(pdf, None).signer_known) == ("bad", False)
    assert verify_file(pdf, tmp_path / "nowhere").signer_known is False
    assert verify_file(pdf, None, [(place / "clinic-root.pem").read_bytes()]).verdict == "good"


def test_a_changed_document_does_not_hold(clinic: Clinic, place: Path) -> None:
    pdf = bytearray(clinic.document(clinic.sign(_import(clinic), PASSPHRASE, "author")[0].id))
    pdf[len(pdf) // 3] ^= 1
    assert verify_file(bytes(pdf), place).verdict == "bad"


def test_a_plan_is_reproduced_or_it_is_said_why_not(clinic: Clinic) -> None:
    case_file = clinic.export_case(_import(clinic))
    decided, _ = clinic.decide(clinic.draft(1))
    assert decided is not None
    plan = clinic.ask_next(clinic.draft(1), decided)
    judge = partial(reproduce, case_file)
    assert judge(plan_bytes(plan)) == (True, "")
    assert judge(plan_bytes(replace(plan, product_version="0.0.9"))) == (True, "")
    assert judge(plan_bytes(replace(plan, taper=None)))[0] is False
    assert judge(plan_bytes(replace(plan, engine=99))) == (
        None,
        "The plan was made by engine level 99; this program has level 1.",
    )
    for field, value in (("knowledge_version", "2020.1.0"), ("knowledge_version", "../x"), ("knowledge_sha256", "0")):
        made_elsewhere = replace(plan, **{field: value})  # type: ignore[arg-type]
        assert judge(plan_bytes(made_elsewhere)) == (
            None,
            "The knowledge pack that made the plan is not in this program.",
        )
    assert reproduce(b"{", plan_bytes(plan))[0] is False


@pytest.mark.parametrize("plan_file", [b"", b"[]", b"{}", b'{"product": 1}', b"[" * 100_000, b"\xff"])
def test_what_is_no_plan_file_is_not_reproduced(plan_file: bytes) -> None:
    assert reproduce(_demo(), plan_file) == (False, "The plan inside is not a plan file.")
