"""Antibodies read against the picture, the search for cancer, the checks before treatment, checkpoint inhibitors."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.exchange import quantity_finding
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Finding, Patient, Quantity, Therapy
from myositis_desktop.model.plan import Plan

DAY = date(2026, 11, 20)
P, A = "present", "absent"
QUIET = {f"weakness.{w}": A for w in (
    "proximal_arms", "proximal_legs", "neck_flexors", "legs_proximal_over_distal", "finger_flexors",
    "knee_extensors", "respiratory", "ocular_bulbar")}  # fmt: skip
SKIN = ("heliotrope", "gottron_papules", "gottron_sign", "v_sign", "shawl_sign", "palmar_papules", "ulceration",
        "periungual", "mechanic_hands", "calcinosis")  # fmt: skip
CLEAR = {f"skin.{s}": A for s in SKIN}
WEAK = {"weakness.proximal_arms": P, "weakness.proximal_legs": P}
RASH = {"skin.heliotrope": P, "skin.gottron_sign": P}
ICI = {"history.ici": "current", **WEAK}


@cache
def pack() -> Pack:
    return load_pack()


def finding(id_: str, value: Any) -> Finding:  # noqa: ANN401 - a word, a day, or a number with its limit
    if isinstance(value, tuple):
        spec = pack().catalogue.findings[id_]
        limit = Decimal(value[1]) if len(value) > 1 else None
        return quantity_finding(spec, Quantity(Decimal(value[0]), spec.units[0].symbol), uln=limit)
    return Finding(id_, value)


def plan_of(*parts: dict[str, Any], born: int = 1966, sex: str = "female", therapy: tuple[Therapy, ...] = ()) -> Plan:
    found = {id_: finding(id_, value) for part in parts for id_, value in part.items()}
    case = Case(Patient(date(born, 3, 15), sex), DAY, found, therapy)
    plan, problems = decide(case, pack(), "0" * 64)
    assert plan is not None, problems
    return plan


# ---- antibodies


def test_the_catalogue_holds_every_specific_and_associated_antibody() -> None:
    cards = {c.id: c for c in pack().antibodies.cards}
    assert sum(c.kind == "specific" for c in cards.values()) == 16
    named = {f for f in pack().catalogue.findings if f.startswith("antibody.")} - {"antibody.achr"}
    assert set(cards) == named
    for card in cards.values():
        assert card.phenotype
        assert card.sources


@pytest.mark.parametrize(
    ("parts", "fits", "rule"),
    [
        ((RASH,), True, "antibody-fits"),
        ((QUIET, CLEAR, {"organ.dysphagia": "none"}), False, "antibody-does-not-fit"),
        ((), None, "antibody-fit-open"),
    ],
)
def test_an_antibody_is_read_against_its_picture(
    parts: tuple[dict[str, Any], ...], fits: bool | None, rule: str
) -> None:
    (reading,) = plan_of({"antibody.tif1g": "positive"}, *parts).antibodies
    assert (reading.id, reading.answer, reading.fits) == ("antibody.tif1g", "positive", fits)
    assert reading.because[1].rule == rule
    assert "antibody.tif1g" in reading.because[0].findings


def test_weak_antibodies_are_read_too_and_negative_ones_are_not() -> None:
    plan = plan_of({"antibody.srp": "weak", "antibody.mi2": "negative", "antibody.ku": "pending"})
    assert [(r.id, r.answer) for r in plan.antibodies] == [("antibody.srp", "weak")]


CK = {"lab.ck": ("5000", "200")}
IVIG = (Therapy("ivig", date(2026, 10, 1)),)


@pytest.mark.parametrize(
    ("parts", "therapy", "rule", "shown"),
    [
        (({"antibody.oj": "negative"}, WEAK), (), "blot-negative", True),
        (({"antibody.oj": "negative", "antibody.mi2": "positive"}, WEAK), (), "blot-negative", False),
        (({"history.statin": "past"}, CK), (), "blot-hmgcr", True),
        (({"history.statin": "past", "antibody.hmgcr": "negative"}, CK), (), "blot-hmgcr", False),
        (({"antibody.srp": "negative"}, CK, WEAK), (), "blot-srp", True),
        (({"antibody.srp": "negative"}, CK, WEAK, RASH), (), "blot-srp", False),
        (({"antibody.jo1": "positive"},), IVIG, "blot-after-ivig", True),
        (({"antibody.jo1": "positive"},), (), "blot-after-ivig", False),
    ],
)
def test_notes_on_the_blot(
    parts: tuple[dict[str, Any], ...], therapy: tuple[Therapy, ...], rule: str, shown: bool
) -> None:
    notes = [r.rule for r in plan_of(*parts, therapy=therapy).antibody_notes]
    assert (rule in notes) is shown


# ---- cancer


def test_high_risk_has_both_panels_with_their_timing_and_the_second_round() -> None:
    risk = plan_of(RASH, WEAK, {"antibody.tif1g": "positive", "organ.dysphagia": "severe"}).cancer_risk
    assert risk.level == "high"
    assert [(p.id, p.timing) for p in risk.panels] == [
        ("basic", "At diagnosis, then every year for 3 years."), ("enhanced", "At diagnosis."),
    ]  # fmt: skip
    rules = {r.rule for r in risk.advice}
    assert {"cancer-pet-single", "cancer-pet-second", "cancer-endoscopy", "cancer-red-flags"} <= rules
    assert risk.tests == tuple(t for p in risk.panels for t in p.tests)


def test_tests_fit_the_sex_and_an_unknown_sex_keeps_all() -> None:
    of = {sex: set(plan_of(RASH, WEAK, sex=sex).cancer_risk.tests) for sex in ("female", "male", "unknown")}
    assert {"mammography", "cervical-screening"} <= of["female"]
    assert "psa" not in of["female"]
    assert "psa" in of["male"]
    assert not {"mammography", "cervical-screening", "ca-125", "pelvic-ultrasound"} & of["male"]
    assert of["unknown"] == of["female"] | of["male"]


@pytest.mark.parametrize(
    ("parts", "born", "rule"),
    [
        ((RASH, WEAK), 2015, "cancer-not-screened-juvenile"),
        (({"biopsy.rimmed_vacuoles": P, "weakness.finger_flexors": P},), 1950, "cancer-not-screened-ibm"),
        ((ICI,), 1966, "cancer-not-screened-other"),
    ],
)
def test_who_is_not_screened_and_why(parts: tuple[dict[str, Any], ...], born: int, rule: str) -> None:
    risk = plan_of(*parts, born=born).cancer_risk
    assert (risk.level, risk.panels, risk.tests) == ("not-applicable", (), ())
    assert [r.rule for r in risk.advice] == [rule]


def test_age_alone_and_the_window_of_three_years_are_said() -> None:
    jo1 = {"antibody.jo1": "positive", "organ.raynaud": P, "onset.date": date(2020, 1, 1)}
    rules = [r.rule for r in plan_of(jo1).cancer_risk.advice]
    assert "cancer-age-alone" in rules
    assert "cancer-window" in rules


# ---- work-up


def status(plan: Plan) -> dict[str, str]:
    return {c.id: c.status for c in plan.workup}


def test_nothing_is_done_in_an_empty_case_and_what_is_missing_is_named() -> None:
    plan = plan_of()
    assert "done" not in status(plan).values()
    tsh = next(c for c in plan.workup if c.id == "tsh")
    assert (tsh.status, tsh.missing) == ("not-done", ("lab.tsh",))
    assert {c.group for c in plan.workup} <= {w.removeprefix("workup_group.") for w in pack().catalogue.words}


def test_done_and_not_needed_follow_the_findings() -> None:
    known = {"lab.tsh": ("2", "4"), "lab.creatinine": ("70",), "screen.hbsag": A, "screen.anti_hbc": A}
    plan = plan_of(RASH, WEAK, known, {"antibody.mda5": "negative"}, born=1950)
    got = status(plan)
    assert (got["tsh"], got["kidney"], got["hepatitis-b"]) == ("done", "done", "done")
    assert (got["ferritin"], got["pregnancy"]) == ("not-needed", "not-needed")
    assert got["skin"] == "not-done"
    assert not next(c for c in plan.workup if c.id == "skin").recorded


def test_half_of_an_item_leaves_it_to_be_done() -> None:
    heart = next(c for c in plan_of({"lab.troponin_i": ("3", "20")}).workup if c.id == "heart")
    assert (heart.status, heart.missing) == ("not-done", ("test.ecg_abnormal",))


def test_an_expired_or_indeterminate_answer_is_not_done() -> None:
    plan = plan_of(RASH, WEAK, {"screen.tb": "indeterminate", "body.weight": ("70",)})
    assert status(plan)["tuberculosis"] == "not-done"


# ---- checkpoint inhibitor


def test_the_work_up_is_complete_only_with_troponin_ecg_fvc_and_bulbar_check() -> None:
    full: dict[str, Any] = {
        "lab.troponin_i": ("3", "20"), "test.ecg_abnormal": A, "test.fvc": ("95",),
        "weakness.ocular_bulbar": A, "organ.dysphagia": "none",
    }  # fmt: skip
    whole = plan_of(ICI, full).ici
    assert whole is not None
    assert whole.complete
    for left_out in full:
        ici = plan_of(ICI, {k: v for k, v in full.items() if k != left_out}).ici
        assert ici is not None
        assert not ici.complete
        assert left_out in [f for c in ici.checks for f in c.missing]


@pytest.mark.parametrize(
    ("parts", "grade"),
    [
        (({"lab.ck": ("900", "200"), **QUIET},), "1"),
        ((WEAK,), "2"),
        ((WEAK, {"function.walking": "wheelchair"}), "3"),
        ((WEAK, {"lab.troponin_i": ("90", "20")}), "4"),
        ((WEAK, {"test.fvc": ("50",)}), "4"),
    ],
)
def test_the_grade_is_proposed_by_weakness(parts: tuple[dict[str, Any], ...], grade: str) -> None:
    ici = plan_of({"history.ici": "current"}, *parts).ici
    assert ici is not None
    assert ici.proposed_grade == grade


def test_no_other_subtype_has_that_work_up() -> None:
    assert plan_of(RASH, WEAK).ici is None


# ---- notes on mimics and red flags


@pytest.mark.parametrize(
    ("alert", "parts"),
    [
        ("tsh-not-measured", (CK,)),
        ("mimic-toxic", (CK, {"history.alcohol_excess": P})),
        ("mimic-metabolic", ({"lab.ck": ("900", "200"), "weakness.respiratory": P},)),
        ("mimic-metabolic", (CK, {"organ.dark_urine": P})),
        ("mimic-mitochondrial", (CK, {"weakness.ocular_bulbar": P})),
        ("mimic-vacuolar", ({"biopsy.rimmed_vacuoles": P, "onset.age": ("30",)},)),
        ("mimic-pmr", (QUIET, {"pain.myalgia": P, "lab.ck": ("80", "200"), "lab.crp": ("60", "5")})),
        ("mimic-infection", (CK, {"screen.hiv": P})),
        ("ck-without-weakness", (CK, QUIET, CLEAR)),
        ("enzymes-from-muscle", ({"lab.alt": ("90", "40"), "lab.ggt": ("20", "60"), "lab.bilirubin": ("8", "20")},)),
        ("normal-ck", (WEAK, {"lab.ck": ("80", "200")})),
        ("ici-myasthenia", (ICI, {"weakness.ocular_bulbar": P})),
        ("pneumomediastinum", ({"antibody.mda5": "positive", "organ.dyspnoea": P},)),
    ],
)
def test_note_is_shown_when_it_holds_and_asks_for_nothing(alert: str, parts: tuple[dict[str, Any], ...]) -> None:
    plan = plan_of(*parts)
    assert [a.level for a in plan.alerts if a.id == alert] == ["info"]
    assert alert not in [a.id for a in plan_of().alerts]
    assert not [u for u in plan_of().undecided if f"alert.{alert}" in u.would_change]


def test_fever_under_treatment_is_noted() -> None:
    taken = (Therapy("azathioprine", date(2026, 8, 1)),)
    assert "fever-on-treatment" in [a.id for a in plan_of({"organ.fever": P}, therapy=taken).alerts]
    assert "fever-on-treatment" not in [a.id for a in plan_of({"organ.fever": P}).alerts]


def test_every_emergency_says_whom_to_contact_now() -> None:
    emergencies = [a for a in pack().alerts if a.level == "emergency"]
    assert len(emergencies) >= 6
    for alert in emergencies:
        text = alert.row.text.lower()
        assert "contact" in text
        assert "now" in text
