"""What to ask next: safety first, then the cheaper test; what the rules force leads."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.ranking import rank_unknowns, ranked
from myositis_desktop.exchange import read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Finding, Patient, Quantity
from myositis_desktop.model.catalogue import COSTS
from myositis_desktop.model.plan import Plan, Undecided
from myositis_desktop.model.plan_json import plan_bytes
from tests.strategies import cases

PACK = load_pack()


def plan_of(case: Case) -> Plan:
    plan, problems = decide(case, PACK, "0" * 64)
    assert plan is not None, problems
    return plan


def ranking(case: Case) -> tuple[Undecided, ...]:
    return rank_unknowns(case, PACK, plan_of(case).undecided)


def entry(case: Case, id_: str) -> Undecided:
    return next(u for u in ranking(case) if u.finding == id_)


def with_findings(case: Case, *found: Finding) -> Case:
    return replace(case, findings={**case.findings, **{f.id: f for f in found}})


def adult(*found: Finding) -> Case:
    return with_findings(Case(Patient(date(1968, 4, 2), "male"), date(2026, 11, 20)), *found)


RASH = (
    Finding("skin.heliotrope", "present"),
    Finding("weakness.proximal_arms", "present"),
    Finding("body.weight", Decimal(80), Quantity(Decimal(80), "kg")),
)


def test_an_emergency_is_asked_before_a_class() -> None:
    found = [u.finding for u in ranking(adult(*RASH))]
    assert found.index("weakness.respiratory") < found.index("biopsy.perifascicular_atrophy")


def test_of_two_that_matter_alike_the_cheaper_is_asked_first() -> None:
    found = ranking(adult(*RASH))
    at = {u.finding: n for n, u in enumerate(found)}
    assert {u.finding: u.cost for u in found}["organ.aspiration"] in COSTS[:2]
    assert at["organ.aspiration"] < at["test.lvef"]  # both raise an emergency; one is examined, the other imaged


def test_what_the_rules_force_leads() -> None:
    """MDA5 with dyspnoea: the lung first, though imaging is dear."""
    case = adult(*RASH, Finding("antibody.mda5", "positive"), Finding("organ.dyspnoea", "present"))
    assert ranking(case)[0].finding == "organ.ild"


def test_it_says_what_each_answer_would_change() -> None:
    asked = entry(adult(*RASH), "organ.dysphagia")
    severe = next(a for a in asked.answers if a.value == "severe")
    changes = {c.part: (c.before, c.after) for c in severe.changes}
    assert changes["alert.aspiration-risk"] == ("none", "emergency")
    assert changes["assessment.severity"][1] == "severe"
    assert asked.would_change[0] == "alert.aspiration-risk"


def test_a_number_carries_its_unit_and_its_limit() -> None:
    asked = entry(adult(*RASH), "lab.troponin_i")
    assert asked.answers
    assert all(a.unit == PACK.catalogue.findings["lab.troponin_i"].units[0].symbol and a.uln for a in asked.answers)


def test_nothing_that_is_known_is_asked() -> None:
    case = adult(*RASH, Finding("antibody.jo1", "weak"), Finding("antibody.mi2", "pending"))
    found = [u.finding for u in ranking(case)]
    assert "skin.heliotrope" not in found
    assert "antibody.mi2" in found


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_it_keeps_all_of_undecided_adds_answers_and_is_the_same_again(case: Case) -> None:
    plan, _ = decide(case, PACK, "0" * 64)
    if plan is None:
        return
    once = ranked(plan, case, PACK)
    assert {u.finding for u in plan.undecided} <= {u.finding for u in once.undecided}
    assert plan_bytes(once) == plan_bytes(ranked(plan, case, PACK))
    for asked in once.undecided:
        parts = {c.part for a in asked.answers for c in a.changes}
        assert parts <= set(asked.would_change)
        assert asked.would_change
        assert asked.cost in COSTS
        assert len({a.changes for a in asked.answers}) == len(asked.answers)
    assert replace(once, undecided=()) == replace(plan, undecided=())


def test_an_answer_stands_as_a_case_file_would_say_it() -> None:
    """The value, unit and limit of an answer can be written into the case file, and the change follows."""
    case = adult(*RASH)
    before = plan_of(case)
    for asked in ranking(case)[:12]:
        for answer in asked.answers:
            said: object = answer.value
            if answer.unit:
                said = {"value": answer.value, "unit": answer.unit} | ({"uln": answer.uln} if answer.uln else {})
            findings = {
                "skin.heliotrope": "present",
                "weakness.proximal_arms": "present",
                "body.weight": {"value": "80", "unit": "kg"},
                asked.finding: said,
            }
            read, problems = read_case(_file(findings), PACK.catalogue)
            assert read is not None, problems
            after = plan_of(read)
            for change in answer.changes:
                kind, _, id_ = change.part.partition(".")
                if kind == "treatment":
                    assert (before.item(id_).status, after.item(id_).status) == (change.before, change.after)
                if kind == "alert":
                    assert {a.id: a.level for a in after.alerts}.get(id_, "none") == change.after


def _file(findings: dict[str, object]) -> bytes:
    return json.dumps(
        {
            "format": "myositis-case/1",
            "patient": {"birth_date": "1968-04-02", "sex": "male"},
            "assessed_on": "2026-11-20",
            "findings": findings,
        }
    ).encode()
