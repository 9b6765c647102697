"""A clinic from its first hour to signed plans and back: real keys, a real encrypted file, real documents."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.clinic import (
    Clinic,
    NewUser,
    Settings,
    TooManyTries,
    WrongPassphrase,
    reproduce,
    verify_file,
)
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient, Visit
from myositis_desktop.model.plan_json import plan_bytes
from myositis_desktop.store import audit, keys, patients
from myositis_desktop.store.database import Stamp
from myositis_desktop.store.keys import Cost
from myositis_desktop.store.schema import STEPS, Step

LIGHT = Cost(time=1, memory_kib=64, lanes=1)
PASSPHRASE = "four words in a row"
ANNA = NewUser("anna", "Dr Anna Example", PASSPHRASE)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DEMO = sorted(f.name for f in asset("resources", "demo").iterdir() if f.name.endswith(".json"))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A second later at every look."""
    seconds = count()
    return lambda: START + timedelta(seconds=next(seconds))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "clinic"


@pytest.fixture
def made(place: Path, clock: Callable[[], datetime]) -> tuple[Clinic, str]:
    return Clinic.create(place, "Hill clinic", ANNA, clock, cost=LIGHT)


@pytest.fixture
def clinic(made: tuple[Clinic, str]) -> Iterator[Clinic]:
    yield made[0]
    made[0].close()


@pytest.fixture
def again(place: Path, made: tuple[Clinic, str], clock: Callable[[], datetime]) -> Iterator[Callable[..., Clinic]]:
    """Opens the clinic, which was closed, and closes it in the end."""
    made[0].close()
    opened_now: list[Clinic] = []

    def enter(passphrase: str = PASSPHRASE) -> Clinic:
        opened_now.append(Clinic.open(place, "anna", passphrase, clock))
        return opened_now[-1]

    yield enter
    for clinic in opened_now:
        clinic.close()


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


# --- coming in --------------------------------------------------------------------------------------------------------


def test_a_new_clinic_has_its_folder(clinic: Clinic, place: Path) -> None:
    assert Clinic.exists(place)
    assert Clinic.user_names(place) == ("anna",)
    assert {p.name for p in place.iterdir()} >= {"clinic.db", "keys.json", "clinic-root.pem", "settings.toml", "logs"}
    assert (clinic.user.name, clinic.user.full_name, clinic.clinic_name) == ("anna", "Dr Anna Example", "Hill clinic")
    assert b"PRIVATE" not in b"".join(_files(place).values())
    assert clinic.trail.verify() == ()


def test_an_empty_folder_is_no_clinic(tmp_path: Path) -> None:
    assert not Clinic.exists(tmp_path)
    assert Clinic.settings_of(tmp_path) == Settings()
    with pytest.raises(UserError, match=r"keys\.json is missing"):
        Clinic.user_names(tmp_path)


def test_the_passphrase_opens_what_was_saved(again: Callable[..., Clinic]) -> None:
    first = again()
    patient_id = _import(first)
    case = first.draft(patient_id)
    first.close()
    second = again()
    assert second.draft(patient_id) == case
    assert second.trail.verify() == ()
    second.close()
    again()


def test_a_wrong_passphrase_changes_nothing(again: Callable[..., Clinic], place: Path) -> None:
    before = _files(place)
    for _ in range(2):
        with pytest.raises(WrongPassphrase, match="passphrase is wrong") as caught:
            again("not the four words")
        assert "not the four" not in repr(caught.value)
    assert _files(place) == before
    again()
    assert not (place / "tries.json").exists()


def test_many_wrong_passphrases_must_wait_even_with_the_right_one(place: Path, made: tuple[Clinic, str]) -> None:
    made[0].close()
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Clinic.open(place, "anna", "not the four words", lambda: START)
    with pytest.raises(TooManyTries):
        Clinic.open(place, "anna", PASSPHRASE, lambda: START)
    Clinic.open(place, "anna", PASSPHRASE, lambda: START + timedelta(seconds=2)).close()


def test_an_unknown_user_is_told(again: Callable[..., Clinic], place: Path, clock: Callable[[], datetime]) -> None:
    with pytest.raises(UserError, match="no user “bob”"):
        Clinic.open(place, "bob", PASSPHRASE, clock)
    again()


@pytest.mark.usefixtures("clinic")
def test_a_second_start_is_told_who_has_it(place: Path, clock: Callable[[], datetime]) -> None:
    with pytest.raises(UserError, match="already open: process"):
        Clinic.open(place, "anna", PASSPHRASE, clock)


def test_a_folder_with_a_clinic_is_not_overwritten(
    again: Callable[..., Clinic], place: Path, clock: Callable[[], datetime]
) -> None:
    before = _files(place)
    with pytest.raises(UserError, match="holds a clinic already"):
        Clinic.create(place, "Other", ANNA, clock, cost=LIGHT)
    (place / "keys.json").rename(place / "lost")
    with pytest.raises(UserError, match="holds a clinic already"):
        Clinic.create(place, "Other", ANNA, clock, cost=LIGHT)
    (place / "lost").rename(place / "keys.json")
    assert _files(place) == before
    again()


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("", ANNA),
        ("Hill\nclinic", ANNA),
        ("Hill clinic", replace(ANNA, passphrase="short")),
        ("Hill clinic", replace(ANNA, name="")),
        ("Hill clinic", replace(ANNA, full_name=" ")),
    ],
)
def test_what_cannot_be_used_makes_no_clinic(
    name: str, user: NewUser, place: Path, clock: Callable[[], datetime]
) -> None:
    with pytest.raises(UserError, match="Nothing was changed"):
        Clinic.create(place, name, user, clock, cost=LIGHT)
    assert not place.exists()


def test_a_creation_that_fails_half_way_can_be_tried_again(
    place: Path, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UserError("The disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(keys, "write", full)
        with pytest.raises(UserError, match="disk is full"):
            Clinic.create(place, "Hill clinic", ANNA, clock, cost=LIGHT)
    assert not Clinic.exists(place)
    (place / "clinic.db.part").write_bytes(b"left by a power cut")
    clinic, _ = Clinic.create(place, "Hill clinic", ANNA, clock, cost=LIGHT)
    assert clinic.patients() == ()
    clinic.close()


def test_a_passphrase_can_be_changed_and_signs(again: Callable[..., Clinic], place: Path) -> None:
    clinic = again()
    patient_id = _import(clinic)
    with pytest.raises(WrongPassphrase):
        clinic.staff.change_passphrase("not the four words", "the next passphrase", LIGHT)
    clinic.staff.change_passphrase(PASSPHRASE, "the next passphrase", LIGHT)
    assert clinic.sign(patient_id, "the next passphrase", "author")
    clinic.close()
    with pytest.raises(WrongPassphrase):
        again()
    clinic = again("the next passphrase")
    document = clinic.filed(patient_id)[0]
    assert verify_file(clinic.document(document.id), place).verdict == "good"
    assert clinic.trail.verify() == ()


def test_the_recovery_key_gives_a_new_passphrase(
    made: tuple[Clinic, str], place: Path, clock: Callable[[], datetime]
) -> None:
    clinic, printed = made
    patient_id = _import(clinic)
    clinic.close()
    saviour = replace(ANNA, passphrase="a passphrase regained")
    with pytest.raises(UserError, match="typing mistake"):
        Clinic.recover(place, printed[:-1] + ("0" if printed[-1] != "0" else "1"), saviour, clock, LIGHT)
    clinic = Clinic.recover(place, printed.lower(), saviour, clock, LIGHT)
    assert clinic.sign(patient_id, "a passphrase regained", "author")
    clinic.close()
    clinic = Clinic.open(place, "anna", "a passphrase regained", clock)
    assert clinic.trail.verify() == ()
    clinic.close()


def test_an_older_file_is_backed_up_before_it_is_changed(
    again: Callable[..., Clinic], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = Step(len(STEPS) + 1, "more", "CREATE TABLE more (id INTEGER) STRICT;")
    monkeypatch.setattr("myositis_desktop.clinic.opened.STEPS", (*STEPS, more))
    again()
    (kept,) = (place / "backups").glob("*-before-step-*")
    assert sorted(p.name for p in kept.iterdir()) == ["clinic-root.pem", "clinic.db", "keys.json"]


def test_settings_are_kept_beside_the_clinic(clinic: Clinic, place: Path) -> None:
    clinic.save_settings(Settings(language="de", page_size="Letter"))
    assert Clinic.settings_of(place) == clinic.settings == Settings(language="de", page_size="Letter")


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


# --- the day's end ----------------------------------------------------------------------------------------------------


def test_after_a_day_nothing_stands_in_plain(clinic: Clinic, place: Path) -> None:
    for name in DEMO:
        patient_id = _import(clinic, name)
        clinic.save_draft(patient_id, replace(clinic.draft(patient_id), findings={}))
    document = clinic.sign(_import(clinic), PASSPHRASE, "author")[0]
    clinic.copies.make()
    open_files = _files(place)
    told: set[str] = {PASSPHRASE, document.plan_number, "%PDF", "myositis-case", "skin.heliotrope", "SQLite format"}
    for row in clinic.patients():
        told |= {row.family_name, row.given_name, row.record_number}
    told = {word for word in told if len(word.encode()) > 4}  # four bytes can stand anywhere by chance
    for name, data in (open_files | _files(place)).items():
        assert [word for word in told if word.encode() in data] == [], name


def test_what_is_shown_of_a_clinic_in_a_failure_holds_no_secret(clinic: Clinic) -> None:
    for thing in (clinic, clinic._record, ANNA, clinic._store, clinic._store.key):
        text = repr(thing)
        assert PASSPHRASE not in text
        assert "PRIVATE" not in text
        assert clinic._store.key.reveal().hex() not in text


def test_the_key_is_wiped_on_leaving(again: Callable[..., Clinic]) -> None:
    clinic = again()
    key = clinic._store.key
    assert key.reveal() != bytes(32)
    clinic.close()
    assert key.reveal() == bytes(32)
    again()


def test_a_backup_opens_as_a_clinic(clinic: Clinic, tmp_path: Path, clock: Callable[[], datetime]) -> None:
    patient_id = _import(clinic)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(clinic.copies.make(), elsewhere)
    copy = Clinic.open(elsewhere, "anna", PASSPHRASE, clock)
    assert copy.draft(patient_id) == clinic.draft(patient_id)
    copy.close()
