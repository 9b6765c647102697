"""Days, doses and findings in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from myositis_desktop.documents import wording
from myositis_desktop.model.case import Finding, Patient, Quantity
from tests.documents.sample import AT, case, catalogue


def test_days_name_the_month() -> None:
    assert wording.day(date(1968, 4, 2)) == "2 Apr 1968"
    assert wording.weekday(date(2026, 11, 23)) == "Mon 23 Nov 2026"


def test_moments_carry_their_zone() -> None:
    assert wording.moment(AT) == "20 Nov 2026 14:05 UTC+01:00"
    assert wording.moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2 Jan 2026 03:04 UTC+00:00"
    west = timezone(-timedelta(hours=3, minutes=30))
    assert wording.moment(datetime(2026, 1, 2, 3, 4, tzinfo=west)) == "2 Jan 2026 03:04 UTC-03:30"


def test_age_is_completed_years() -> None:
    ann = Patient(date(1968, 4, 2), "female")
    assert wording.age(ann, date(2026, 4, 1)) == 57
    assert wording.age(ann, date(2026, 4, 2)) == 58


def test_missing_names_are_said_to_be_missing() -> None:
    assert wording.patient_name(Patient(date(1968, 4, 2), "female")) == "family name not given, given name not given"


def test_a_raised_value_shows_unit_limit_and_multiple() -> None:
    assert wording.finding_value(case().findings["lab.ck"], catalogue()) == (
        "5400 U/L; upper limit 200 U/L, 27 times the limit"
    )


def test_a_value_is_printed_in_the_unit_it_was_written_in() -> None:
    assert wording.finding_value(case().findings["lab.creatinine"], catalogue()) == "0.8 mg/dL"
    ck = Finding("lab.ck", Decimal(600), Quantity(Decimal(10), "ukat/L"), Decimal(180), entered_uln=Decimal(3))
    assert wording.finding_value(ck, catalogue()) == ("10 microkat/L; upper limit 3 microkat/L, 3.3 times the limit")


def test_a_limit_without_its_own_unit_is_printed_in_the_first_unit() -> None:
    ck = Finding("lab.ck", Decimal(600), Quantity(Decimal(10), "ukat/L"), Decimal(180))
    assert "upper limit 180 U/L" in wording.finding_value(ck, catalogue())


def test_how_a_finding_was_made_stands_behind_it() -> None:
    assert wording.finding_value(case().findings["antibody.tif1g"], catalogue()) == "Positive (line blot, strong)"


def test_allergies_never_pass_unasked_for_absent() -> None:
    asked = case()
    assert wording.allergies(asked, catalogue()) == "ALLERGY: sulfonamides (not all were asked about)"
    none = replace(asked, findings={"allergy.rituximab": Finding("allergy.rituximab", "absent")})
    assert wording.allergies(none, catalogue()) == "Allergies: none of those asked about"
    assert wording.allergies(replace(asked, findings={}), catalogue()) == "Allergies: not asked about"


def test_small_counts_of_tablets_are_words() -> None:
    assert [wording.count(Decimal(n)) for n in ("6", "12", "13", "2.5")] == ["six", "twelve", "13", "2.5"]
