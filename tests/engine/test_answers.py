"""The answers that are tried: every word, and a value on each side of each number of the rules."""

from datetime import date
from decimal import Decimal

from myositis_desktop.engine.answers import answers
from myositis_desktop.engine.inputs import completed_years, months_between
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Patient

PACK = load_pack()
CASE = Case(Patient(date(1968, 2, 29), "female"), date(2026, 11, 20))


def values(id_: str) -> list[object]:
    return [f.value for f in answers(PACK, CASE, id_)]


def numbers(id_: str) -> list[Decimal]:
    return [v for v in values(id_) if isinstance(v, Decimal)]


def test_words() -> None:
    assert values("skin.heliotrope") == ["present", "absent"]
    assert values("antibody.mda5") == ["positive", "negative"]
    assert values("organ.ild") == list(PACK.catalogue.findings["organ.ild"].values)
    assert "indeterminate" not in values("screen.tb")


def test_a_number_on_and_on_each_side_of_every_threshold() -> None:
    """Severe below 60 %, with bulbar signs below 70 %, ILD suspected below 80 %."""
    tried = numbers("test.fvc")
    for threshold in map(Decimal, ("60", "70", "80")):
        assert threshold in tried
    assert any(v < 60 for v in tried)
    assert any(60 < v < 70 for v in tried)
    assert any(70 < v < 80 for v in tried)
    assert any(v > 80 for v in tried)


def test_a_limit_comes_with_values_on_each_side_and_its_multiples() -> None:
    found = list(answers(PACK, CASE, "lab.ck"))
    limit = found[0].uln
    assert limit is not None
    ratios = [f.value / limit for f in found if isinstance(f.value, Decimal)]
    assert any(r <= 1 for r in ratios)
    assert any(1 < r <= 5 for r in ratios)
    assert any(5 < r <= 15 for r in ratios)
    assert any(r > 15 for r in ratios)
    assert any(f.value > 10000 for f in found if isinstance(f.value, Decimal))


def test_a_scale_is_tried_on_each_side_of_its_share() -> None:
    tried = numbers("measure.mmt8")
    assert any(v < Decimal("0.9") * 80 for v in tried)
    assert any(v >= Decimal("0.9") * 80 for v in tried)


def test_every_number_is_plausible() -> None:
    for id_, spec in PACK.catalogue.findings.items():
        if spec.plausible is not None:
            low, high = spec.plausible
            assert all(low <= v <= high for v in numbers(id_)), id_


def test_days_of_onset_on_each_side_of_every_age_and_of_a_year() -> None:
    days = [d for d in values("onset.date") if isinstance(d, date)]
    ages = [completed_years(CASE.patient.birth_date, d) for d in days]
    for age in (17, 18, 40, 41, 45, 46):
        assert age in ages
    months = [months_between(d, CASE.assessed_on) for d in days]
    assert any(m <= 12 for m in months)
    assert any(12 < m < 13 for m in months)
    assert all(CASE.patient.birth_date <= d <= CASE.assessed_on for d in days)
