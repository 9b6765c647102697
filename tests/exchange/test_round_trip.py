"""A case survives the way through its file unchanged, and the same case is the same bytes."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myositis_desktop.errors import BugError
from myositis_desktop.exchange import case_bytes, case_json, case_sha256, quantity_finding, read_case
from myositis_desktop.model.case import Case, Finding, Patient, Quantity, Visit
from tests.strategies import cases, catalogue

ANN = Case(Patient(date(1968, 4, 2), "female", "R-1001", "Example", "Ann"), date(2026, 11, 20))
slow = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@slow
@given(cases())
def test_reading_what_was_written_gives_the_case(case: Case) -> None:
    assert read_case(case_bytes(case), catalogue()) == (case, ())


@slow
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_change_the_bytes(case: Case, chance: Random) -> None:
    ids = list(case.findings)
    chance.shuffle(ids)
    shuffled = replace(case, findings={id_: case.findings[id_] for id_ in ids})
    assert case_bytes(shuffled) == case_bytes(case)


def test_the_smallest_case_is_four_keys() -> None:
    smallest = Case(Patient(date(1968, 4, 2), "female"), date(2026, 11, 20))
    assert case_json(smallest) == {
        "format": "myositis-case/1",
        "patient": {"birth_date": "1968-04-02", "sex": "female"},
        "assessed_on": "2026-11-20",
    }


def test_bytes_are_indented_utf8_json_and_the_hash_is_theirs() -> None:
    case = replace(ANN, patient=replace(ANN.patient, given_name="Ánn 😀"))
    data = case_bytes(case)
    assert data.startswith(b'{\n "format": "myositis-case/1",\n')
    assert data.endswith(b"\n}\n")
    assert "Ánn 😀".encode() in data
    assert json.loads(data) == case_json(case)
    assert case_sha256(case) == hashlib.sha256(data).hexdigest()


def test_a_number_is_written_as_it_was_entered() -> None:
    spec = catalogue().findings["body.weight"]
    pounds = quantity_finding(spec, Quantity(Decimal("154.50"), "[lb_av]"))
    case = replace(ANN, findings={"body.weight": pounds})
    assert case_json(case)["findings"] == {"body.weight": {"value": "154.5", "unit": "[lb_av]"}}
    read, _ = read_case(case_bytes(case), catalogue())
    assert read is not None
    assert read.findings["body.weight"].value == Decimal("70.080021165")
    assert read.findings["body.weight"].entered == Quantity(Decimal("154.5"), "[lb_av]")


def test_limits_are_stored_in_the_first_unit_and_written_as_entered() -> None:
    spec = catalogue().findings["lab.ck"]
    ck = quantity_finding(spec, Quantity(Decimal(50), "ukat/L"), uln=Decimal("3.5"), lln=Decimal("0.5"))
    assert (ck.value, ck.uln, ck.lln) == (Decimal(3000), Decimal(210), Decimal(30))
    written = case_json(replace(ANN, findings={"lab.ck": ck}))["findings"]["lab.ck"]
    assert written == {"value": "50", "unit": "ukat/L", "uln": "3.5", "lln": "0.5"}


def test_numbers_of_foreign_keys_keep_every_digit() -> None:
    number = Decimal("0.12345678901234567890123456789")
    case = replace(ANN, extras={"x-lab": [number, Decimal("1E+20"), Decimal(0)], "x-a": {"b": None, "a": True}})
    assert b"0.12345678901234567890123456789" in case_bytes(case)
    assert read_case(case_bytes(case), catalogue()) == (case, ())


def test_a_quantity_without_its_unit_is_our_fault() -> None:
    bare = Finding("lab.ck", Decimal(3000))
    with pytest.raises(BugError, match=r"lab\.ck"):
        case_bytes(replace(ANN, visits=(Visit(date(2026, 1, 1), {"lab.ck": bare}),)))
    with pytest.raises(BugError, match="mg/dL"):
        quantity_finding(catalogue().findings["lab.ck"], Quantity(Decimal(1), "mg/dL"))
