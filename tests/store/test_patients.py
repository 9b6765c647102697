"""Who could be mistaken for whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from myositis_desktop.model.case import Patient
from myositis_desktop.store import patients
from myositis_desktop.store.database import Stamp, Store

ANNE = Patient(date(1968, 4, 2), "female", "R-1001", "Müller-Łódź", "Anne-Marie")


@pytest.fixture
def one(store: Store, stamp: Callable[[], Stamp], case_file: bytes) -> Store:
    patients.add_patient(store, ANNE, case_file, stamp())
    return store


@pytest.mark.parametrize(
    "changed",
    [
        {"record_number": "R-2002"},
        {"record_number": "", "birth_date": date(1990, 1, 1), "family_name": "muller lodz", "given_name": "ANNE MARIE"},
        {"record_number": "", "family_name": "Anne-Marie", "given_name": "Müller-Łódź"},
        {"record_number": "r-1001", "family_name": "Other", "given_name": "Name", "birth_date": date(1990, 1, 1)},
        {"record_number": "", "family_name": "Other"},
    ],
    ids=["twice", "same names", "names the other way round", "same number", "same day, one name"],
)
def test_who_is_alike_is_found(changed: dict[str, object], one: Store) -> None:
    assert [row.id for row in patients.similar(one, replace(ANNE, **changed))] == [1]  # type: ignore[arg-type] # by name


@pytest.mark.parametrize(
    "other",
    [
        Patient(date(1968, 4, 2), "female", "R-3", "Other", "Name"),
        Patient(date(1970, 4, 2), "female", "R-3", "Müller-Łódź", "Berta"),
        Patient(date(1968, 4, 2), "female", "", "", ""),
        Patient(date(1970, 4, 2), "female", "1001", "Müller", "Anne-Marie"),
        Patient(date(1970, 4, 2), "female", "", "R-1001", "Müller"),
    ],
    ids=["same day only", "same family name only", "nameless", "parts", "number as a name"],
)
def test_who_is_not_alike_is_left_alone(other: Patient, one: Store) -> None:
    assert patients.similar(one, other) == ()


def test_nobody_is_like_themselves(one: Store) -> None:
    assert patients.similar(one, ANNE, other_than=1) == ()
