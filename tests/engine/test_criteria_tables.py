"""The criteria sets beside EULAR/ACR: what holds, what could still hold, what is missing for it."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.exchange import quantity_finding
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Finding, Patient, Quantity
from myositis_desktop.model.plan import OtherCriteria, Plan
from myositis_desktop.model.plan_json import plan_json

DAY = date(2026, 11, 20)
P, A = "present", "absent"
NO_RASH = {"skin.heliotrope": A, "skin.gottron_papules": A, "skin.gottron_sign": A}
RASH = {"skin.heliotrope": P}
WEAK = {"weakness.proximal_arms": P, "weakness.proximal_legs": P}
HIGH_CK, LOW_CK = {"lab.ck": ("3000", "200")}, {"lab.ck": ("900", "200")}
EMG, NO_EMG = {"test.emg_irritable_myopathy": P}, {"test.emg_irritable_myopathy": A}
NO_CELLS = {f"biopsy.{x}": A for x in ("endomysial_surrounding", "endomysial_invading", "perimysial_perivascular")}
NECROSIS = {"biopsy.muscle": "done", "biopsy.necrosis_regeneration": P, **NO_CELLS}
CLEAN = {"biopsy.muscle": "done", "biopsy.necrosis_regeneration": A, **NO_CELLS}
NEGATIVE = {f"antibody.{x}": "negative" for x in ("jo1", "pl7", "pl12", "ej", "oj", "ks", "zo", "ha", "srp", "hmgcr")}
OLD = {"onset.date": date(2024, 1, 1)}
IBM = {
    "weakness.knee_extensors": P,
    "weakness.finger_flexors": P,
    "biopsy.endomysial_invading": P,
    "biopsy.rimmed_vacuoles": P,
    "biopsy.protein_accumulation": P,
}


@cache
def pack() -> Pack:
    return load_pack()


def finding(id_: str, value: object) -> Finding:
    if isinstance(value, tuple):
        spec = pack().catalogue.findings[id_]
        return quantity_finding(spec, Quantity(Decimal(value[0]), spec.units[0].symbol), uln=Decimal(value[1]))
    assert isinstance(value, str | date)
    return Finding(id_, value)


def plan_of(*parts: dict[str, Any]) -> Plan:
    found = {id_: finding(id_, value) for part in parts for id_, value in part.items()}
    plan, problems = decide(Case(Patient(date(1960, 1, 1), "female"), DAY, found), pack(), "0" * 64)
    assert plan is not None, problems
    return plan


def judged(set_: str, *parts: dict[str, Any]) -> OtherCriteria:
    return next(o for o in plan_of(*parts).other_criteria if o.id == set_)


@pytest.mark.parametrize(
    ("set_", "parts", "level"),
    [
        ("bohan-peter-1975", (RASH, WEAK, HIGH_CK, EMG), "definite"),
        ("bohan-peter-1975", (RASH, WEAK, HIGH_CK, NO_EMG, CLEAN), "probable"),
        ("bohan-peter-1975", (RASH, {"weakness.proximal_arms": A, "weakness.proximal_legs": P}, NO_EMG, CLEAN,
                              {"lab.ck": ("100", "200"), "lab.ldh": ("100", "200"), "lab.ast": ("10", "40"),
                               "lab.alt": ("10", "40"), "lab.aldolase": ("3", "8")}), "possible"),
        ("bohan-peter-1975", (NO_RASH, WEAK, HIGH_CK, EMG, NECROSIS), "definite"),
        ("bohan-peter-1975", (WEAK, HIGH_CK, EMG, NECROSIS), "definite"),
        ("bohan-peter-1975", (NO_RASH, WEAK, HIGH_CK, NO_EMG, NECROSIS), "probable"),
        ("bohan-peter-1975", (NO_RASH, WEAK, HIGH_CK, NO_EMG, CLEAN), "possible"),
        ("bohan-peter-1975", (NO_RASH, WEAK, LOW_CK, NO_EMG, CLEAN), "possible"),
        ("bohan-peter-1975", (), None),
        ("enmc-2016-imnm", (WEAK, HIGH_CK, {"antibody.srp": "positive"}), "anti-srp"),
        ("enmc-2016-imnm", (WEAK, HIGH_CK, {"antibody.hmgcr": "positive"}), "anti-hmgcr"),
        ("enmc-2016-imnm", (WEAK, HIGH_CK, NEGATIVE, NECROSIS), "antibody-negative"),
        ("enmc-2016-imnm", (WEAK, HIGH_CK, NECROSIS), None),
        ("enmc-2016-imnm", (WEAK, {"lab.ck": ("100", "200")}), "not-met"),
        ("enmc-2011-ibm", (OLD, LOW_CK, IBM), "clinico-pathologically-defined"),
        ("enmc-2011-ibm", (OLD, LOW_CK, IBM, {"biopsy.protein_accumulation": A}), "clinically-defined"),
        ("enmc-2011-ibm", (OLD, LOW_CK, IBM, {"biopsy.rimmed_vacuoles": A, "weakness.finger_flexors": A}), "probable"),
        ("enmc-2011-ibm", (OLD, {"lab.ck": ("3001", "200")}, IBM), "not-met"),
        ("enmc-2011-ibm", ({"onset.date": date(2025, 11, 20)}, LOW_CK, IBM), "not-met"),
        ("enmc-2011-ibm", (LOW_CK, IBM), None),
        ("connors-2010", ({"antibody.jo1": "positive", "organ.raynaud": P},), "met"),
        ("connors-2010", ({"antibody.jo1": "positive", "organ.fever": P, "history.active_infection": A},), "met"),
        ("connors-2010", ({"antibody.jo1": "positive", "organ.fever": P},), None),
        ("connors-2010", (NEGATIVE, {"organ.raynaud": P}), "not-met"),
        ("connors-2010", ({"antibody.jo1": "weak", "organ.raynaud": P},), None),
        ("solomon-2011", ({"antibody.pl7": "positive", "organ.ild": "stable"}, WEAK, HIGH_CK, EMG), "met"),
        ("solomon-2011", ({"antibody.pl7": "positive", "organ.ild": "stable", "organ.arthritis": P,
                           "organ.raynaud": P},), "met"),
        ("solomon-2011", ({"antibody.pl7": "positive", "organ.ild": "none", "organ.arthritis": P,
                           "organ.raynaud": P}, NO_RASH, LOW_CK, NO_EMG, CLEAN), "not-met"),
    ],
)  # fmt: skip
def test_level(set_: str, parts: tuple[dict[str, Any], ...], level: str | None) -> None:
    assert judged(set_, *parts).level == level


def test_what_is_missing_could_raise_the_level_and_does() -> None:
    known = (NO_RASH, WEAK, HIGH_CK)
    other = judged("bohan-peter-1975", *known)
    assert (other.level, other.could_be) == ("possible", ("definite", "probable"))
    assert "test.emg_irritable_myopathy" in other.missing
    assert judged("bohan-peter-1975", *known, EMG).level == "probable"
    assert judged("bohan-peter-1975", *known, EMG, NECROSIS).level == "definite"


def test_a_set_whose_source_is_not_checked_is_named_and_never_judged() -> None:
    named = {o.id: o for o in plan_of(RASH, WEAK, HIGH_CK, IBM).other_criteria if o.level == "not-built-in"}
    assert set(named) == {"enmc-2018-dm", "enmc-2024-ibm", "acr-eular-2025-asys"}
    for other in named.values():
        assert other.because[0].text == "Not built in: the source must be checked."
        assert other.because[0].sources
        assert other.confidence == "low"


def test_plan_file_lists_every_set_with_its_level_and_grounds() -> None:
    listed = plan_json(plan_of(RASH, WEAK, HIGH_CK, EMG))["assessment"]["other_criteria"]
    assert len(listed) == 8
    bohan = next(o for o in listed if o["id"] == "bohan-peter-1975")
    assert bohan["level"] == "definite"
    assert "skin.heliotrope" in bohan["because"][0]["findings"]


def test_every_row_of_every_set_is_named_in_words() -> None:
    words = pack().catalogue.words
    for table in pack().other_criteria:
        assert f"other_criteria.{table.id}" in words
        for row in table.rows:
            assert row.then is not None
            assert row.text
            assert f"criteria_level.{row.then.read({})}" in words  # type: ignore[arg-type]  # a word reads no facts
