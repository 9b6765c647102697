"""People come and go; the data key stays, and each opens the clinic by a passphrase of their own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from myositis_desktop.clinic import Clinic, NewUser, TooManyTries, WrongPassphrase
from myositis_desktop.errors import UserError
from myositis_desktop.store import keys
from myositis_desktop.store.keys import Cost
from myositis_desktop.store.profile import Profile

OWN = "four words in a row"


def _names(place: Path) -> tuple[str, ...]:
    return keys.read(Profile(place).keys).users


def test_four_people_open_one_clinic(enter: Callable[[str], Clinic], example: bytes) -> None:
    patient, _ = enter("assistant").import_case(example)
    assert patient is not None
    clinician = enter("clinician")
    assert clinician.user.role == "clinician"
    signed = clinician.sign(patient, "five other plain words here", "author")
    assert signed[0].signer == "Dr Ben Second"
    assert clinician.verify(clinician.document(signed[0].id)).verdict == "good"
    assert enter("reader").filed(patient) == signed
    administrator = enter("administrator")
    assert [(u.name, u.role, u.disabled) for u in administrator.staff.everybody()] == [
        ("anna", "administrator", False),
        ("ben", "clinician", False),
        ("cora", "assistant", False),
        ("dan", "reader", False),
    ]
    assert administrator.trail.verify() == ()


def test_ending_access_changes_no_page_of_the_records(
    enter: Callable[[str], Clinic], place: Path, example: bytes, people: dict[str, NewUser], light: Cost
) -> None:
    patient, _ = enter("clinician").import_case(example)
    assert patient is not None
    signed = enter("clinician").sign(patient, people["clinician"].passphrase, "author")
    administrator = enter("administrator")
    key = administrator._store.key.reveal()
    administrator.staff.end_access("ben")
    assert _names(place) == ("anna", "cora", "dan")
    with pytest.raises(UserError, match="no user “ben”"):
        enter("clinician")
    administrator = enter("administrator")
    assert [u.name for u in administrator.staff.everybody() if u.disabled] == ["ben"]
    assert administrator.verify(administrator.document(signed[0].id)).verdict == "good"
    administrator.staff.give_access(OWN, "ben", "a new start for doctor ben", light)
    assert administrator._store.key.reveal() == key
    people["clinician"] = replace(people["clinician"], passphrase="a new start for doctor ben")
    assert administrator.trail.verify() == ()


def test_an_old_key_file_does_not_bring_the_access_back(
    enter: Callable[[str], Clinic], place: Path, people: dict[str, NewUser], clock: Callable[[], datetime]
) -> None:
    administrator = enter("administrator")
    old = Profile(place).keys.read_bytes()
    administrator.staff.end_access("dan")
    administrator.close()
    Profile(place).keys.write_bytes(old)
    with pytest.raises(UserError, match="access of Dan Fourth to this clinic has ended"):
        Clinic.open(place, "dan", people["reader"].passphrase, clock)
    again = enter("administrator")
    assert [u.disabled for u in again.staff.everybody()] == [False, False, False, True]


def test_somebody_with_a_key_who_is_not_among_the_people_stays_out(
    clinic: Clinic, place: Path, clock: Callable[[], datetime], light: Cost
) -> None:
    profile = Profile(place)
    wrapped = keys.add_user(keys.read(profile.keys), clinic._store.key, "eve", "an invented old key", clock(), light)
    keys.write(profile.keys, wrapped)
    clinic.close()
    with pytest.raises(UserError, match="not among the people"):
        Clinic.open(place, "eve", "an invented old key", clock)


def test_adding_asks_for_the_administrators_own_passphrase(clinic: Clinic, place: Path, light: Cost) -> None:
    new = NewUser("eve", "Eve Fifth", "a long walk over seven hills")
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            clinic.staff.add("not the four words", new, "reader", light)
    with pytest.raises(TooManyTries):
        clinic.staff.add(OWN, new, "reader", light)
    assert _names(place) == ("anna",)
    assert [u.name for u in clinic.staff.everybody()] == ["anna"]


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewUser("ANNA", "Another Anna", "a long walk over seven hills"), "already a user"),
        (NewUser("", "Eve Fifth", "a long walk over seven hills"), "A user name has"),
        (NewUser("eve", " ", "a long walk over seven hills"), "full name is empty"),
        (NewUser("eve", "Eve Fifth", "short"), "too short"),
        (NewUser("eve", "Eve Fifth", "password1234"), "easy to guess"),
        (NewUser("eve", "Evelina Fifthworth", "Evelina Fifthworth"), "easy to guess"),
        (NewUser("eve", "Eve Fifth", "hill clinic hill clinic"), "easy to guess"),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    new: NewUser, sentence: str, clinic: Clinic, place: Path, light: Cost
) -> None:
    before = clinic.audit_head(), Profile(place).keys.read_bytes()
    with pytest.raises(UserError, match=sentence):
        clinic.staff.add(OWN, new, "reader", light)
    assert (clinic.audit_head(), Profile(place).keys.read_bytes()) == before


def test_the_last_administrator_stays(enter: Callable[[str], Clinic], place: Path) -> None:
    administrator = enter("administrator")
    with pytest.raises(UserError, match="last administrator"):
        administrator.staff.end_access("anna")
    with pytest.raises(UserError, match="last administrator"):
        administrator.staff.set_role("anna", "reader")
    assert "anna" in _names(place)
    administrator.staff.set_role("ben", "administrator")
    administrator.staff.set_role("anna", "reader")
    assert administrator.user.role == "reader"
    assert enter("clinician").user.role == "administrator"


def test_a_key_file_that_cannot_be_written_takes_the_rows_back(
    clinic: Clinic, place: Path, light: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = clinic.audit_head()

    def full(*_: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr(keys, "write", full)
    with pytest.raises(UserError, match="full"):
        clinic.staff.add(OWN, NewUser("eve", "Eve Fifth", "a long walk over seven hills"), "reader", light)
    monkeypatch.undo()
    assert clinic.audit_head() == before
    assert [u.name for u in clinic.staff.everybody()] == ["anna"]
    assert _names(place) == ("anna",)


def test_the_founder_has_no_weak_passphrase(tmp_path: Path, clock: Callable[[], datetime], light: Cost) -> None:
    with pytest.raises(UserError, match="easy to guess"):
        Clinic.create(tmp_path / "new", "Hill clinic", NewUser("a", "Anna", "password1234"), clock, cost=light)
    assert not (tmp_path / "new").exists()


def test_the_cost_is_tuned_but_never_below_the_default() -> None:
    cost = keys.tuned_cost()
    assert cost.time >= keys.DEFAULT_COST.time
    assert (cost.memory_kib, cost.lanes) == (keys.DEFAULT_COST.memory_kib, keys.DEFAULT_COST.lanes)
