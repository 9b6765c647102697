"""Why and why not: grounds, what is missing, and the smallest change, which really happens when it is made."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.why import TARGETS, why
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Finding, Patient
from myositis_desktop.model.plan import Plan

P, A = "present", "absent"


@cache
def pack() -> Pack:
    return load_pack()


def case(**found: str) -> Case:
    findings = {k.replace("__", "."): v for k, v in found.items()}
    known = {id_: Finding(id_, value) for id_, value in findings.items()}
    return Case(Patient(date(1966, 3, 15), "female"), date(2026, 11, 20), known)


def plan_of(of: Case) -> Plan:
    plan, problems = decide(of, pack(), "0" * 64)
    assert plan is not None, problems
    return plan


def answer_in(plan: Plan, target: str) -> str:
    return {
        "classification": plan.classification.level,
        "subtype": plan.subtype.id,
        "severity": plan.severity.id,
        "cancer": plan.cancer_risk.level,
    }[target]


RASH = {"skin__heliotrope": P, "skin__gottron_sign": A}


@pytest.mark.parametrize("target", list(TARGETS))
@pytest.mark.parametrize("found", [RASH, {}, {"weakness__proximal_legs": P, "antibody__jo1": "positive"}])
def test_the_change_that_is_foretold_happens(target: str, found: dict[str, str]) -> None:
    of = case(**found)
    told = why(of, pack(), target)
    assert told.answer == answer_in(plan_of(of), target)
    for change in told.changes:
        if any(word in {"raised", "not raised", "low", "high"} for _, word in change.answers):
            continue
        answers = {f: Finding(f, word) for f, word in change.answers}
        after = plan_of(replace(of, findings={**of.findings, **answers}))
        assert answer_in(after, target) == change.becomes != told.answer
        assert not set(answers) & set(of.findings)


def test_grounds_for_and_against_name_known_findings_and_the_missing_are_unknown() -> None:
    of = case(**RASH)
    told = why(of, pack(), "classification")
    assert "skin.heliotrope" in [f for r in told.speaks_for for f in r.findings]
    assert "skin.gottron_sign" in [f for r in told.why_not for f in r.findings]
    assert not set(told.missing) & set(of.findings)
    assert "antibody.jo1" in told.missing


def test_one_finding_is_enough_where_one_is() -> None:
    told = why(case(**RASH), pack(), "classification")
    assert told.changes
    assert {len(c.answers) for c in told.changes} == {1}


def test_two_findings_are_looked_for_where_one_is_not_enough() -> None:
    every = [f for f in pack().catalogue.findings if f.startswith(("weakness.", "skin.", "biopsy."))]
    known = {f.replace(".", "__"): A for f in every if pack().catalogue.findings[f].kind == "sign"}
    for name in ("skin__gottron_papules", "skin__gottron_sign", "weakness__proximal_arms"):
        known.pop(name)
    told = why(case(**known), pack(), "classification")
    assert min((len(c.answers) for c in told.changes), default=2) <= 2


def test_a_case_in_which_all_is_known_has_nothing_to_change() -> None:
    told = why(case(organ__dysphagia="severe"), pack(), "severity")
    assert told.answer == "severe"
    assert told.missing == ()
    assert told.changes == ()
    assert told.complete
