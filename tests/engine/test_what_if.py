"""What one more answer is said to change really changes, and nothing else: held against the whole engine."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from myositis_desktop.engine.answers import answers
from myositis_desktop.engine.decide import work_through
from myositis_desktop.engine.what_if import ASSESSMENT, CLASS, NO_ALERT, WhatIf
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Patient
from tests.strategies import cases

PACK = load_pack()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture
def empty() -> Case:
    """Nothing but a patient."""
    return Case(Patient(date(1968, 4, 2), "female"), date(2026, 11, 20))


def watched(case: Case) -> dict[str, str]:
    """Every part of the plan that the ranking watches, from the whole engine."""
    work = work_through(case, PACK)
    sheet, found = work.treatment.sheet, work.classification
    parts = {CLASS: f"{found.level}, {found.subgroup}" if found.subgroup else found.level}
    parts |= {part: str(sheet.get(fact)) for fact, part in ASSESSMENT.items()}
    parts |= {f"treatment.{drug}": verdict.status for drug, verdict in work.treatment.verdicts.items()}
    for alert in reversed(PACK.alerts):  # the highest level stands first, and is said last here
        parts.setdefault(f"alert.{alert.id}", NO_ALERT)
        if alert.row.when.value(sheet) is True:
            parts[f"alert.{alert.id}"] = alert.level
    return parts


def hold_against_the_engine(case: Case, id_: str) -> None:
    """Every answer of one unknown finding."""
    before = watched(case)
    what_if = WhatIf(PACK, case, work_through(case, PACK).treatment.sheet)
    for finding in answers(PACK, case, id_):
        after = watched(replace(case, findings={**case.findings, id_: finding}))
        really = {part: (before[part], after[part]) for part in before if before[part] != after[part]}
        assert dict(what_if.changes(finding)) == really, finding


def unknown_of(case: Case) -> list[str]:
    return [id_ for id_ in PACK.catalogue.findings if id_ not in case.findings]


@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
@given(cases(with_preferences=False), st.data())
def test_what_it_says_happens(case: Case, data: st.DataObject) -> None:
    unknown = unknown_of(case)
    assume(unknown)
    for id_ in data.draw(st.lists(st.sampled_from(unknown), min_size=1, max_size=4, unique=True)):
        hold_against_the_engine(case, id_)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None, suppress_health_check=SLOW)
@given(cases(max_findings=120, with_preferences=False), st.data())
def test_what_it_says_happens_many_times(case: Case, data: st.DataObject) -> None:
    unknown = unknown_of(case)
    assume(unknown)
    for id_ in data.draw(st.lists(st.sampled_from(unknown), min_size=1, max_size=4, unique=True)):
        hold_against_the_engine(case, id_)


@pytest.mark.parametrize("id_", PACK.catalogue.findings)
def test_every_finding_of_an_empty_case(id_: str, empty: Case) -> None:
    hold_against_the_engine(empty, id_)


def test_an_answer_leaves_the_next_question_as_it_was(empty: Case) -> None:
    what_if = WhatIf(PACK, empty, work_through(empty, PACK).treatment.sheet)
    asked = [f for id_ in ("organ.dysphagia", "lab.ck", "organ.ild") for f in answers(PACK, empty, id_)]
    assert [what_if.changes(f) for f in asked] == [what_if.changes(f) for f in asked]
