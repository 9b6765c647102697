"""Interactions among the drugs of a plan and the patient's medicines, steps by date, decision points, arithmetic."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from myositis_desktop.engine.decide import decide
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.plan import Plan
from tests.engine.test_rules import case_of

PRESENT = "present"


def planned(**row: Any) -> Plan:  # noqa: ANN401 - any part of a row of tests/data/rules
    pack = load_pack()
    case, problems = read_case(json.dumps(case_of(row)).encode(), pack.catalogue)
    assert case is not None, problems
    plan, problems = decide(case, pack, case_sha256(case))
    assert plan is not None, problems
    return plan


def met(plan: Plan) -> Mapping[str, set[tuple[str, ...]]]:
    """Interactions of a plan: rule -> the drugs that meet."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for one in plan.interactions:
        found.setdefault(one.rule, set()).add(tuple(sorted(one.drugs)))
    return found


EXPECTED = tomllib.loads((Path(__file__).parent.parent / "data/safety/interactions.toml").read_text("utf-8"))["meet"]


@pytest.mark.parametrize("meet", EXPECTED, ids=[e["rule"] for e in EXPECTED])
def test_what_does_not_go_together_is_said(meet: dict[str, Any]) -> None:
    plan = planned(**meet["row"])
    assert tuple(meet["drugs"]) in met(plan).get(meet["rule"], set()), met(plan)
    assert {i.level for i in plan.interactions if i.rule == meet["rule"]} == {meet["level"]}
    assert all(i.text and i.act and i.sources for i in plan.interactions)


@pytest.mark.parametrize("meet", EXPECTED, ids=[e["rule"] for e in EXPECTED])
def test_without_its_cause_nothing_is_said(meet: dict[str, Any]) -> None:
    """The same patient without the medicine, the second drug and the wish for it."""
    kept = {"base": meet["row"]["base"]} if "base" in meet["row"] else {}
    assert meet["rule"] not in met(planned(**kept))


def test_every_interaction_of_the_pack_is_expected_here() -> None:
    assert {i.rule for i in load_pack().interactions} == {e["rule"] for e in EXPECTED}


def test_co_trimoxazole_is_not_feared_where_atovaquone_is_given() -> None:
    assert "calcineurin-with-trimethoprim" in met(planned(choose=["tacrolimus"]))
    spared = planned(choose=["tacrolimus"], findings={"allergy.sulfonamide": PRESENT})
    assert "calcineurin-with-trimethoprim" not in met(spared)


def test_an_option_that_is_not_taken_meets_nothing() -> None:
    plan = planned(findings={"medication.anticoagulant": PRESENT})
    assert plan.item("azathioprine").status == "option"
    assert "azathioprine-with-anticoagulant" not in met(plan)


# ---- steps by date (the assessment of a row is on 2026-11-20; without a pulse treatment begins the day after)


def steps(plan: Plan, drug: str) -> list[tuple[str, str]]:
    return [(s.on.isoformat(), f"{s.value:f} {s.unit}") for s in plan.item(drug).step_up]


def test_methotrexate_goes_up_to_25_mg_by_week_8() -> None:
    assert steps(planned(), "methotrexate") == [
        ("2026-12-05", "17.5 mg/wk"), ("2026-12-19", "20.0 mg/wk"),
        ("2027-01-02", "22.5 mg/wk"), ("2027-01-16", "25.0 mg/wk"),
    ]  # fmt: skip


def test_half_the_methotrexate_goes_up_to_half() -> None:
    plan = planned(findings={"lab.egfr": "45 mL/min/{1.73_m2}"})
    assert [s.value for s in plan.item("methotrexate").step_up] == [10, 12.5]


def test_azathioprine_goes_up_by_25_mg_and_more_slowly_with_a_slow_gene() -> None:
    plan = planned(choose=["azathioprine"])
    assert steps(plan, "azathioprine") == [
        ("2026-12-05", "75 mg/d"), ("2026-12-19", "100 mg/d"), ("2027-01-02", "125 mg/d"), ("2027-01-16", "150 mg/d"),
    ]  # fmt: skip
    slow = planned(choose=["azathioprine"], findings={"gene.tpmt": "intermediate"})
    assert steps(slow, "azathioprine") == [
        ("2026-12-19", "75 mg/d"),
        ("2027-01-16", "100 mg/d"),
        ("2027-02-13", "125 mg/d"),
    ]


def test_mycophenolate_goes_up_to_2_g() -> None:
    assert steps(planned(base="asys"), "mycophenolate") == [("2026-12-05", "1500 mg/d"), ("2026-12-19", "2000 mg/d")]


def test_what_is_taken_or_only_an_option_has_no_steps() -> None:
    assert not planned(therapy=["methotrexate 15 mg/wk 2026-06-01.. improved"]).item("methotrexate").step_up
    assert not planned().item("azathioprine").step_up


def test_a_child_and_the_trial_in_inclusion_body_myositis_have_no_steps() -> None:
    child = planned(base="girl").item("methotrexate")
    assert child.status == "recommended"
    assert not child.step_up
    trial = planned(base="ibm", choose=["methotrexate"]).item("methotrexate")
    assert trial.status == "recommended"
    assert not trial.step_up


def test_after_a_pulse_the_steps_count_from_the_first_tablet() -> None:
    plan = planned(base="severe")
    assert plan.taper is not None
    assert plan.taper.starts == date(2026, 11, 24)
    assert steps(plan, "methotrexate")[0] == ("2026-12-08", "17.5 mg/wk")


# ---- what is due by date


def due(plan: Plan, drug: str) -> list[tuple[str, str | None]]:
    return [(d.on.isoformat(), None if d.until is None else d.until.isoformat()) for d in plan.item(drug).due]


@pytest.mark.parametrize(("weight", "stop"), [("60", 155), ("50", 141), ("35", 127)])
def test_prophylaxis_may_stop_four_weeks_below_15_mg(weight: str, stop: int) -> None:
    """The check values of the fact sheet (5.1): day 155 from 60 mg, 141 from 50 mg, 127 from 35 mg."""
    plan = planned(base="severe", findings={"body.weight": f"{weight} kg"})
    assert plan.taper is not None
    assert plan.taper.steps[0].dose_mg == int(weight)
    (item,) = plan.item("pjp-prophylaxis").due
    assert (item.on - plan.taper.starts).days + 1 == stop


def test_bone_and_eyes_have_their_days() -> None:
    assert due(planned(), "calcium-vitamin-d") == [
        ("2027-05-21", None),
        ("2026-11-21", None),
        ("2027-05-21", "2027-11-21"),
    ]


def test_vaccines_have_their_windows() -> None:
    plan = planned(base="severe")
    assert plan.taper is not None
    below_20 = next(s.start for s in plan.taper.steps if s.dose_mg < 20)
    live = plan.taper.ends + timedelta(days=28)
    assert due(plan, "vaccination") == [(below_20.isoformat(), None), (live.isoformat(), None), ("2027-10-24", None)]
    assert due(planned(base="still"), "vaccination") == []


def test_a_day_that_a_month_does_not_have_is_its_last() -> None:
    plan = planned(assessed_on="2026-08-30", findings={"onset.date": "2026-06-01"})
    assert due(plan, "calcium-vitamin-d")[0] == ("2027-02-28", None)


def test_the_eyes_are_examined_within_the_first_year_of_hydroxychloroquine() -> None:
    assert due(planned(base="adm"), "hydroxychloroquine") == [("2027-11-21", None)]
    assert due(planned(base="pm"), "hydroxychloroquine") == []


# ---- decision points


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ({}, [28, 42, 84, 168]),
        ({"base": "jdm"}, [28, 42, 84, 168]),
        ({"base": "ici", "findings": {"ici.grade": "2"}}, [28, 42]),
        ({"base": "ici", "findings": {"ici.grade": "3"}}, [14, 28, 42]),
        ({"base": "ibm"}, []),
        ({"base": "ibm", "choose": ["prednisone"]}, [28, 42, 84]),
        ({"base": "still"}, []),
    ],
    ids=["dm", "jdm", "ici-2", "ici-3", "ibm", "ibm-trial", "unclassified"],
)
def test_the_clock_has_its_dated_questions(row: dict[str, Any], days: list[int]) -> None:
    plan = planned(**row)
    assert [r.day for r in plan.reviews] == days
    start = plan.taper.starts if plan.taper else date(2026, 11, 21)
    assert all((r.on - start).days == r.day and r.keys and r.if_no and r.sources for r in plan.reviews)


def test_the_trial_in_inclusion_body_myositis_is_not_judged_by_creatine_kinase() -> None:
    last = planned(base="ibm", choose=["prednisone"]).reviews[-1]
    assert "Not judged by creatine kinase" in last.keys
    assert last.if_no == "The trial ends and is not renewed."


def test_every_test_of_the_calendar_says_why_and_when_to_act() -> None:
    seen = {m.test: m for base in ("dm", "rp-ild") for m in planned(base=base, choose=["tacrolimus"]).monitoring}
    assert set(seen) == set(load_pack().catalogue.lists["monitoring_tests"])
    assert all(m.why and m.act for m in seen.values())


# ---- arithmetic: worked patients of the fact sheet, section 11


def test_immunoglobulin_of_patient_c2_in_millilitres_and_rates() -> None:
    said = planned(
        base="severe",
        patient="male 62",
        findings={"body.weight": "85 kg", "body.height": "178 cm", "history.diabetes": PRESENT},
    ).item("ivig")
    assert said.dose is not None
    assert said.dose.arithmetic is not None
    assert "170 g; of a 10 % solution 1700 mL in all, 340 mL a day" in said.dose.arithmetic
    assert said.dose.arithmetic.endswith("the first 30 minutes at 51 mL an hour, at most 153 mL an hour")


def test_immunoglobulin_of_patient_c3_rests_on_the_dose_determining_weight() -> None:
    said = planned(base="hmgcr", patient="male 58", findings={"body.weight": "92 kg", "body.height": "175 cm"}).item(
        "ivig"
    )
    assert said.dose is not None
    assert "79.08 kg" in str(said.dose.arithmetic)
    assert "at 47 mL an hour, at most 190 mL an hour" in str(said.dose.arithmetic)


@pytest.mark.parametrize(
    ("patient", "found", "clearance"),
    [
        ("male 62", {"body.weight": "85 kg", "body.height": "178 cm", "lab.creatinine": "0.9 mg/dL"}, "102.31"),
        ("female 62", {"body.weight": "85 kg", "body.height": "178 cm", "lab.creatinine": "0.9 mg/dL"}, "86.97"),
        ("unknown 62", {"body.weight": "85 kg", "body.height": "178 cm", "lab.creatinine": "0.9 mg/dL"}, "86.97"),
        ("male 12", {"body.weight": "40 kg", "body.height": "150 cm"}, None),
        ("male 62", {"body.weight": ""}, None),
    ],
    ids=["C2", "woman", "sex-unknown", "child", "no-weight"],
)
def test_creatinine_clearance_is_shown_in_adults(patient: str, found: dict[str, str], clearance: str | None) -> None:
    assert dict(planned(patient=patient, findings=found).facts).get("creatinine_clearance") == clearance


# ---- cards


def test_every_drug_that_is_shown_carries_its_card() -> None:
    for item in planned(base="refractory").items:
        assert (item.card is not None) == (item.dose is not None and item.line != "supportive"), item.drug


def test_drugs_without_a_label_are_named_and_never_proposed() -> None:
    plan = planned(base="refractory")
    assert [d.id for d in plan.disabled] == ["brepocitinib", "efgartigimod"]
    assert all("Label not entered" in d.text and d.sources for d in plan.disabled)
    assert not {d.id for d in plan.disabled} & {i.drug for i in plan.items}


@pytest.mark.parametrize(
    ("base", "drug", "value", "unit", "reason", "refused"),
    [
        ("severe", "ivig", "65", "g", None, "outside 32 to 160 g a reason is needed"),
        ("severe", "ivig", "30", "g", None, "outside 32 to 160 g a reason is needed"),
        ("severe", "ivig", "165", "g", "Says so.", "165 g is above 160 g, which is refused"),
        ("refractory", "rituximab", "400", "mg", None, "outside 500 to 1000 mg a reason is needed"),
        ("refractory", "rituximab", "1010", "mg", "Says so.", "above 1000 mg, which is refused"),
        ("severe", "methylprednisolone-iv", "200", "mg/d", None, "outside 250 to 1000 mg/d a reason is needed"),
        ("severe", "methylprednisolone-iv", "1010", "mg/d", "Says so.", "above 1000 mg/d, which is refused"),
        ("rp-ild", "cyclophosphamide", "250", "mg", None, "outside 300 to 1200 mg a reason is needed"),
        ("rp-ild", "cyclophosphamide", "1210", "mg", "Says so.", "above 1200 mg, which is refused"),
        ("asys", "mycophenolate", "190", "mg/d", "Says so.", "190 mg/d is below 200 mg/d, which is refused"),
        ("asys", "mycophenolate", "3010", "mg/d", "Says so.", "above 3000 mg/d, which is refused"),
        ("adm", "hydroxychloroquine", "410", "mg/d", "Says so.", "above 400 mg/d, which is refused"),
        ("dm", "methotrexate", "27.5", "mg/wk", "Says so.", "above 25 mg/wk, which is refused"),
        ("dm", "prednisone", "85", "mg/d", "Says so.", "above 80 mg/d, which is refused"),
    ],
)  # fmt: skip
def test_the_two_rings_of_a_dose(base: str, drug: str, value: str, unit: str, reason: str | None, refused: str) -> None:
    wish = {"value": value, "unit": unit} | ({"reason": reason} if reason else {})
    pack = load_pack()
    case, problems = read_case(json.dumps(case_of({"base": base, "doses": {drug: wish}})).encode(), pack.catalogue)
    assert case is not None, problems
    plan, problems = decide(case, pack, case_sha256(case))
    inside = drug == "ivig" and value == "65"
    assert (plan is None) != inside, problems
    assert inside or refused in "\n".join(map(str, problems))


@pytest.mark.parametrize(("taken", "within"), [("80", True), ("500", False)])
def test_a_dose_beyond_the_absolute_ring_is_told_and_not_begun_as_the_other_molecule(taken: str, within: bool) -> None:
    plan = planned(base="dm", therapy=[f"prednisone {taken} mg/d 2026-11-06.. improved"])
    prednisone, prednisolone = plan.item("prednisone"), plan.item("prednisolone")
    assert ("beyond-taken" in [r.rule for r in prednisone.because]) != within
    assert (prednisolone.status == "option") == within
    assert (prednisolone.dose is None) != within
    assert ("beyond-not-begun" in [r.rule for r in prednisolone.because]) != within


def test_a_dose_beyond_the_absolute_ring_cannot_be_chosen() -> None:
    row = {"base": "dm", "therapy": ["prednisone 500 mg/d 2026-11-06.. improved"]}
    choose = {"drug": "prednisolone", "reason": "Swallows it better."}
    case, problems = read_case(json.dumps(case_of(row | {"choose": [choose]})).encode(), load_pack().catalogue)
    assert case is not None, problems
    plan, problems = decide(case, load_pack(), case_sha256(case))
    assert plan is None
    assert [p.pointer for p in problems] == ["/preferences/choose/0"]
    assert "prednisolone cannot be chosen" in problems[0].text


@pytest.mark.parametrize(
    ("drug", "key"), [("methotrexate 15 mg/wk", "taken-stop"), ("prednisone 20 mg/d", "taken-stop-slowly")]
)
def test_what_is_taken_against_a_contraindication_is_to_be_stopped(drug: str, key: str) -> None:
    item = planned(base="dm", therapy=[f"{drug} 2026-06-01.. not-tolerated"]).item(drug.split(maxsplit=1)[0])
    assert item.status == "contraindicated"
    assert item.because[0].rule == key


def test_azathioprine_comes_down_to_its_limit_and_never_says_more() -> None:
    findings = {"medication.allopurinol": "present"}
    plan = planned(base="dm", findings=findings, therapy=["azathioprine 150 mg/d 2026-06-01.. improved"])
    dose = plan.item("azathioprine").dose
    assert dose is not None
    assert dose.value == dose.highest
    assert "more every" not in dose.text
    assert dose.arithmetic == load_pack().wording.texts["taken-to-limit"]


def test_what_is_chosen_against_the_rules_has_no_steps_up() -> None:
    choose = {"drug": "methotrexate", "reason": "Says so."}
    item = planned(base="dm", findings={"lab.creatinine": "260 umol/L"}, choose=[choose]).item("methotrexate")
    assert item.override_reason == "Says so."
    assert item.step_up == ()


def test_folic_acid_goes_with_methotrexate_that_is_taken() -> None:
    plan = planned(base="dm", therapy=["methotrexate 15 mg/wk 2026-06-01.. improved"])
    assert plan.item("folic-acid").status == "recommended"


def test_a_glucocorticoid_taken_in_inclusion_body_myositis_is_not_stopped_and_keeps_its_taper() -> None:
    extra = {"biopsy.rimmed_vacuoles": "present"}
    plan = planned(base="ibm", findings=extra, therapy=["prednisone 20 mg/d 2026-03-01.. unknown"])
    assert plan.item("prednisone").status == "caution"
    assert plan.taper is not None


def test_points_are_told_in_tenths_of_the_item() -> None:
    """An onset at 40 or later gives 2.1 points without a biopsy."""
    plan = planned(base="dm")
    said = [r.text for r in plan.classification.because]
    assert any("2.1 points" in text for text in said), said


def test_defaults_are_told_only_where_there_is_a_taper() -> None:
    assert planned(base="dm").defaults
    assert planned(base="still").defaults == ()
