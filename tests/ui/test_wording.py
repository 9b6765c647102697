"""Words on screen: days nobody reads the wrong way round, and unknown that never looks like no."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from myositis_desktop.model.case import Case, Finding, Patient, Quantity
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Answer, Change, Undecided
from myositis_desktop.ui.wording import (
    age_on,
    allergy_text,
    answer_lines,
    change_text,
    day_text,
    drug_label,
    finding_links,
    finding_text,
    name_text,
    pregnancy_text,
    read_day,
    source_text,
    value_text,
    weight_text,
)

ANN = Patient(date(1968, 4, 2), "female", "R-1001", "Example", "Ann")
CASE = Case(ANN, date(2026, 11, 20))


def with_findings(**words: str) -> Case:
    """A case with these words, the dots of ids written as two underscores."""
    ids = {name.replace("__", "."): word for name, word in words.items()}
    return replace(CASE, findings={id_: Finding(id_, word) for id_, word in ids.items()})


@pytest.mark.parametrize("text", ["1968-04-02", "2 Apr 1968", " 2 april 1968 ", "1968 04 02", "2-Apr-1968"])
def test_a_day_is_read_in_either_form(text: str) -> None:
    assert read_day(text) == date(1968, 4, 2)


@pytest.mark.parametrize("text", ["", "02.04.1968", "02 04 1968", "1968-02-30", "Apr 1968", "2 Foo 1968", "x-y-z"])
def test_a_day_that_could_be_two_is_none(text: str) -> None:
    assert read_day(text) is None


def test_days_and_ages() -> None:
    assert day_text(date(1968, 4, 2)) == "2 Apr 1968"
    assert age_on(date(1968, 4, 2), date(2026, 4, 1)) == 57
    assert age_on(date(1968, 4, 2), date(2026, 4, 2)) == 58


def test_names() -> None:
    assert name_text(ANN) == "EXAMPLE, Ann"
    assert name_text(replace(ANN, family_name="")) == "Ann"
    assert name_text(replace(ANN, family_name="", given_name="")) == "Name not given"


def test_weight_says_its_day_and_never_a_guess() -> None:
    assert weight_text(CASE) == "Weight not known"
    weighed = Finding("body.weight", Decimal("80.50"), on=date(2026, 11, 1))
    assert weight_text(replace(CASE, findings={"body.weight": weighed})) == "80.5 kg (1 Nov 2026)"


def test_silence_about_allergies_is_not_none(catalogue: Catalogue) -> None:
    assert allergy_text(CASE, catalogue) == "Allergies not all asked"
    assert allergy_text(with_findings(allergy__methotrexate="absent"), catalogue) == "Allergies not all asked"
    assert allergy_text(with_findings(allergy__methotrexate="present"), catalogue) == "Allergy: methotrexate"
    asked = {f: Finding(f, "absent") for f in catalogue.findings if f.startswith("allergy.")}
    assert allergy_text(replace(CASE, findings=asked), catalogue) == "Allergies: none of those asked about"


def test_pregnancy_is_said_as_far_as_it_is_known() -> None:
    assert pregnancy_text(CASE, None) == ""
    assert pregnancy_text(with_findings(screen__pregnancy="present"), None) == "Pregnant"
    assert pregnancy_text(with_findings(screen__pregnancy="absent"), None) == "Not pregnant (test)"
    assert pregnancy_text(with_findings(history__breastfeeding="present"), None) == "Breastfeeding"


def test_values_as_they_were_entered(catalogue: Catalogue) -> None:
    ck = Finding("lab.ck", Decimal(3240), entered=Quantity(Decimal(54), "ukat/L"))
    assert value_text(ck, catalogue).startswith("54 ")
    assert finding_text(CASE, catalogue, "lab.ck").endswith(": not known")
    assert value_text(Finding("onset.date", date(2026, 1, 3)), catalogue) == "3 Jan 2026"


def test_links_carry_no_markup_of_values() -> None:
    assert finding_links(["a"], ["<b>bold</b>"]) == '<a href="finding:a">&lt;b&gt;bold&lt;/b&gt;</a>'


def test_drugs_keep_their_tall_letters_and_measures_begin_with_a_capital(catalogue: Catalogue) -> None:
    assert drug_label(catalogue, "prednisone") == "predniSONE"
    assert drug_label(catalogue, "methotrexate") == "methotrexate"
    assert drug_label(catalogue, "physiotherapy") == "Physiotherapy"


def test_a_source_that_is_not_sure_says_so(catalogue: Catalogue) -> None:
    unsure = next(s for s in catalogue.sources.values() if s.confidence == "medium")
    assert "medium confidence: to be verified by a clinician" in source_text(catalogue, unsure.id)
    sure = next(s for s in catalogue.sources.values() if s.confidence == "high")
    assert "verified" not in source_text(catalogue, sure.id).removeprefix(sure.title)


def test_what_an_answer_would_change(catalogue: Catalogue) -> None:
    assert change_text(catalogue, "treatment.ivig") == catalogue.drugs["ivig"].label
    assert change_text(catalogue, "alert.weight-missing") == "Weight missing"
    assert change_text(catalogue, "assessment.cancer_risk") == "cancer risk"


def test_each_answer_says_what_it_would_change_what_matters_most_first(catalogue: Catalogue) -> None:
    severe = Change("assessment.severity", "moderate", "severe")
    alert = Change("alert.respiratory-failure-risk", "none", "emergency")
    group = Change("assessment.classification", "probable, dm", "definite, ibm")
    asked = Undecided(
        "test.fvc",
        (alert.part, severe.part, group.part),
        "examination",
        (Answer("40", "%", changes=(severe, alert)), Answer("90", "%", "80", (group,))),
    )
    low, high = answer_lines(catalogue, asked)
    assert low.startswith("for example 40 % predicted: alert: ")
    assert low.endswith("; severity: severe")
    assert "definite inflammatory myopathy, subgroup inclusion body myositis" in high
    assert "(limit 80)" in high
    assert answer_lines(catalogue, asked, changes=1)[0].count(";") == 0
