"""What is proposed at a visit: the two keys, the clock, the flare; each row is reached, unknown is never no."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import (
    Case,
    Decision,
    Finding,
    Findings,
    Patient,
    Preferences,
    Quantity,
    Therapy,
    Visit,
)
from myositis_desktop.model.plan import FollowUp

D = Decimal
BEGUN = date(2026, 11, 23)
SCALES = {"pg": "physician_global", "pt": "patient_global", "ext": "extramuscular_global", "haq": "haq", "mmt": "mmt8"}
UNITS = {"haq": "{0-3}", "mmt": "{0-80}"}
FIRST = "pg 6, pt 6, ext 4, haq 1.5, mmt 56, ck 3000, weight 80, walk independent, rash present"
GOOD = "pg 2, pt 3, ext 1, haq 0.5, mmt 72, ck 150, weight 80, walk independent"
TOLD = "continue", "hold", "flare", "escalate", "decide"


@cache
def pack() -> Pack:
    return load_pack()


def findings(text: str) -> Findings:
    """Findings written as "mmt 56, ck 3000": the limit of creatine kinase is 200 U/L."""
    out: dict[str, Finding] = {}
    for part in text.split(", ") if text else ():
        name, written = part.split(" ")
        if name in SCALES:
            out[name] = Finding(f"measure.{SCALES[name]}", D(written), Quantity(D(written), UNITS.get(name, "{0-10}")))
        elif name == "ck":
            out[name] = Finding("lab.ck", D(written), Quantity(D(written), "U/L"), uln=D(200), entered_uln=D(200))
        elif name == "weight":
            out[name] = Finding("body.weight", D(written), Quantity(D(written), "kg"))
        else:
            ids = {"walk": "function.walking", "rash": "skin.heliotrope", "infection": "history.active_infection"}
            id_ = ids.get(name, {"arms": "weakness.proximal_arms", "breath": "weakness.respiratory"}.get(name, name))
            out[name] = Finding(id_, written)
    return {f.id: f for f in out.values()}


def course(*doses: tuple[str, int]) -> tuple[tuple[Therapy, ...], date]:
    """Prednisone: mg and days of each dose, one after the other; the last is taken on the day that comes back."""
    day, out = BEGUN, []
    for mg, days in doses:
        last = (mg, days) == doses[-1]
        end = day + timedelta(days=days)
        out.append(Therapy("prednisone", day, Quantity(D(mg), "mg/d"), None if last else end))
        day = end
    return tuple(out), day


def case(today: str, *doses: tuple[str, int], before: str = FIRST, between: str = "", flared: str = "") -> Case:
    """A woman with dermatomyositis; `between` is a visit 14 days ago, `flared` the dose of a flare (?: not written)."""
    therapy, day = course(*doses)
    visits = [Visit(BEGUN - timedelta(days=3), findings(before))] if before else []
    visits += [Visit(day - timedelta(days=14), findings(between))] if between else []
    decisions = (Decision(BEGUN, "flare", None if flared == "?" else D(flared)),) if flared else ()
    wish = Preferences(decisions=decisions)
    return Case(Patient(date(1970, 3, 1), "female"), day, findings(today), therapy, tuple(visits), wish)


def follow(made: Case) -> FollowUp | None:
    plan, problems = decide(made, pack(), "0" * 64)
    assert plan is not None, problems
    return plan.follow_up


def rules_of(made: Case) -> set[str]:
    found = follow(made)
    assert found is not None
    return {r.rule for r in found.because}


TAPER = (("60", 28), ("50", 14), ("40", 10))
LOW = (("60", 28), ("40", 28), ("20", 28), ("10", 10))
WORSE = GOOD.replace("pg 2", "pg 4.5").replace("mmt 72", "mmt 55")
ROWS = {
    "follow-before-day-28": case(GOOD, ("60", 14)),
    "follow-both-keys": case(GOOD, ("60", 28)),
    "follow-hold-to-day-42": case(GOOD.replace("ck 150", "ck 900"), ("60", 30)),
    "follow-keys-unknown": case("mmt 72, weight 80", ("60", 35)),
    "follow-case-by-case": case(GOOD.replace("ck 150", "ck 500"), ("60", 42)),
    "follow-steroid-resistant": case(GOOD.replace("ck 150", "ck 2500"), ("60", 42)),
    "follow-worse-on-full-dose": case(WORSE, ("60", 30), between=GOOD),
    "follow-severe-on-full-dose": case(GOOD + ", breath present", ("60", 10)),
    "follow-steroid-myopathy": case(GOOD + ", arms present", ("60", 30)),
    "follow-flare-severe": case(GOOD + ", breath present", *TAPER, between=GOOD),
    "follow-flare-moderate": case(WORSE, *LOW, between=GOOD),
    "follow-flare-mild": case(GOOD.replace("ext 1", "ext 3.5"), *LOW, between=GOOD),
    "follow-second-flare": case(WORSE, *LOW, between=GOOD, flared="10"),
    "follow-second-flare-open": case(WORSE, *LOW, between=GOOD, flared="?"),
    "follow-worse-with-infection": case(WORSE + ", infection present", *LOW, between=GOOD),
    "follow-a-little-worse": case(GOOD.replace("pg 2", "pg 3"), *TAPER, between=GOOD),
    "follow-ck-alone": case(GOOD.replace("ck 150", "ck 290"), *TAPER, between=GOOD),
    "follow-ck-doubled": case(GOOD.replace("ck 150", "ck 300"), *TAPER, between=GOOD),
    "follow-nothing-worse": case(GOOD, *TAPER, between=GOOD),
    "follow-stage-unknown": case("mmt 72, ck 150", ("60", 30), before=FIRST.replace(", weight 80", "")),
    "follow-week-12": case(FIRST.replace("ck 3000", "ck 190"), ("60", 28), ("30", 60)),
    "follow-week-24": case(GOOD, ("60", 28), ("15", 150)),
    "follow-month-12": case(GOOD, ("60", 28), ("8", 340)),
    "follow-not-judged": case("weight 80", *TAPER),
}


def test_every_proposal_has_its_patient() -> None:
    assert set(ROWS) == {p.row.rule for p in pack().follow_up.proposals}
    for rule, patient in ROWS.items():
        found = follow(patient)
        assert found is not None, rule
        assert found.because[0].rule == rule
        assert found.action in TOLD
        assert found.because[0].text
        assert "unknown" not in found.because[0].text


def test_no_proposal_without_a_glucocorticoid_by_mouth() -> None:
    assert follow(replace(ROWS["follow-both-keys"], therapy=())) is None


@pytest.mark.parametrize(
    ("rule", "action", "hold", "flare"),
    [
        ("follow-both-keys", "continue", None, None),
        ("follow-hold-to-day-42", "hold", 12, None),
        ("follow-steroid-resistant", "escalate", None, None),
        ("follow-ck-alone", "hold", 14, None),
        ("follow-second-flare-open", "decide", None, None),
        ("follow-flare-mild", "flare", None, 20),
        ("follow-flare-moderate", "flare", None, 40),
        ("follow-flare-severe", "flare", None, 60),
    ],
)
def test_what_is_proposed(rule: str, action: str, hold: int | None, flare: int | None) -> None:
    found = follow(ROWS[rule])
    assert found is not None
    assert (found.action, found.hold_days, found.flare_mg) == (action, hold, flare)


@pytest.mark.parametrize("day", [28, 35, 42, 60])
@pytest.mark.parametrize("gone", ["ck 150", "mmt 72", "weight 80"])
def test_a_key_that_is_not_known_is_named_and_never_counts_as_no(day: int, gone: str) -> None:
    today = ", ".join(p for p in GOOD.split(", ") if p != gone and not p.startswith(("pg", "pt", "haq", "ext")))
    before = FIRST.replace(", weight 80", "") if gone == "weight 80" else FIRST
    found = follow(case(today, ("60", day), before=before))
    assert found is not None
    assert found.action == "decide"
    assert {"ck 150": "lab.ck", "mmt 72": "measure.mmt8", "weight 80": "body.weight"}[gone] in found.missing


def test_the_rule_of_worsening_asks_for_two_visits() -> None:
    once, twice = ROWS["follow-flare-moderate"], case(WORSE, *LOW, before=f"{GOOD}, rash present", between=WORSE)
    assert {"worse-global-and-strength", "follow-not-confirmed"} <= rules_of(once)
    assert "worse-global-and-strength" in rules_of(twice)
    assert "follow-not-confirmed" not in rules_of(twice)


def test_a_flare_at_a_lower_dose_than_before_is_not_the_second() -> None:
    found = follow(case(WORSE, *LOW, between=GOOD, flared="12.5"))
    assert found is not None
    assert found.because[0].rule == "follow-flare-moderate"


def test_the_decision_of_the_day_stands_in_the_plan() -> None:
    patient = ROWS["follow-ck-alone"]
    decision = Decision(patient.assessed_on, "continue", D(40), "CK after a marathon")
    found = follow(replace(patient, preferences=Preferences(decisions=(decision,))))
    assert found is not None
    assert (found.action, found.decided) == ("hold", decision)


def test_juvenile_disease_is_told_to_be_inactive_only_where_three_of_four_hold() -> None:
    good = ROWS["follow-nothing-worse"]
    child = replace(good, patient=Patient(date(2015, 3, 1), "female"))
    still = {**child.findings, **findings("pg 0.2, mmt 79, ck 140")}
    assert "follow-juvenile-inactive" in rules_of(replace(child, findings=still))
    assert "follow-juvenile-inactive" not in rules_of(replace(good, findings=still))
    for text in ("pg 0.3", "ck 151", "mmt 77"):
        assert "follow-juvenile-inactive" not in rules_of(replace(child, findings={**still, **findings(text)}))
