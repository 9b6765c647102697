"""A clinic from its first hour to signed plans and back: real keys, a real encrypted file, real documents."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    verify_file,
)
from myositis_desktop.errors import UserError
from myositis_desktop.store import keys
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
