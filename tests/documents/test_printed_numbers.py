"""Printed equals stored: every number on the pages of random plans is one of the plan, its case or its knowledge."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings

from myositis_desktop.assets import asset
from myositis_desktop.documents import DocumentContext, render_pharmacy, render_taper, render_treatment
from myositis_desktop.documents.shapes import CUT_OFFS
from myositis_desktop.documents.taper import step_total
from myositis_desktop.documents.wording import age, times_limit
from myositis_desktop.engine.decide import decide
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import case_bytes, case_sha256
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_bytes
from tests.documents.reading import column, lines, needs_poppler, pages
from tests.documents.sample import context
from tests.strategies import cases

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)")
PACK = load_pack()
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=500)


def numbers(text: str) -> set[Decimal]:
    return {Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}


@cache
def of_the_knowledge() -> frozenset[Decimal]:
    """Every number of labels, words, sources and standing advice."""
    catalogue = PACK.catalogue
    said = [repr(catalogue.findings), repr(catalogue.drugs), repr(catalogue.sources), repr(catalogue.words)]
    said.append(asset("resources", "knowledge", PACK.version, "paper.toml").read_text(encoding="utf-8"))
    return frozenset(numbers(" ".join(said)))


def of_the_plan(ctx: DocumentContext, count: int) -> set[Decimal]:
    """Every number that a document of the plan may print: as stored, or worked out of what is stored."""
    plan, case = ctx.plan, ctx.case
    told = repr(replace(ctx, case_bytes=b"", plan_bytes=b""))
    stored = f"{ctx.case_bytes.decode()} {ctx.plan_bytes.decode()} {told}"
    found = numbers(stored) | {Decimal(n) for n in range(count + 1)} | {Decimal(len(plan.undecided))}
    found |= {Decimal(n) for n in range(1, len(plan.undecided) + 1)}
    found |= {Decimal(age(case.patient, case.assessed_on))} | set(_limits(case)) | set(_days(plan)) | set(_totals(plan))
    found |= {Decimal(mark) for mark in CUT_OFFS}
    return found | of_the_knowledge()


def _limits(case: Case) -> Iterator[Decimal]:
    for findings in (case.findings, *(v.findings for v in case.visits)):
        yield from (m for f in findings.values() if (m := times_limit(f)) is not None)


def _days(plan: Plan) -> Iterator[Decimal]:
    start = plan.taper.starts if plan.taper else plan.assessed_on + timedelta(days=1)
    dates = [d for t in plan.monitoring for d in t.on] + [r.on for r in plan.reviews]
    for on in dates:
        yield from (Decimal((on - start).days // 7), Decimal((on - start).days + 1))


def _totals(plan: Plan) -> Iterator[Decimal]:
    if plan.taper is None:
        return
    yield from (Decimal(n) for n in range(len(plan.taper.steps) + 1))
    yield Decimal((plan.taper.ends - plan.taper.starts).days + 1)
    yield from accumulate(step_total(step) for step in plan.taper.steps)
    for step in plan.taper.steps:
        first, second = (step.days, 0) if step.alternate_mg is None else ((step.days + 1) // 2, step.days // 2)
        yield Decimal(step.days)
        swallowed: dict[Decimal, Decimal] = {}
        for tablets, days in ((step.tablets, first), (step.alternate_tablets, second)):
            for mg, number in tablets:
                swallowed[mg] = swallowed.get(mg, Decimal(0)) + number * days
        yield from (Decimal(int(number)) for number in swallowed.values())


def check(case: Case) -> None:
    plan, _ = decide(case, PACK, case_sha256(case))
    if plan is None:
        return
    case = replace(case, patient=replace(case.patient, family_name="A", given_name="B", record_number="7"))
    ctx = replace(context(), case=case, plan=plan, case_bytes=case_bytes(case), plan_bytes=plan_bytes(plan))
    ctx = replace(ctx, catalogue=PACK.catalogue, audit_head=None, root_fingerprint=None)
    for render in (render_treatment, render_taper, render_pharmacy):
        try:
            pdf = render(ctx, None)
        except UserError:
            assert render is render_taper, "only a taper may be missing"
            assert plan.taper is None
            continue
        printed = {Decimal(found) for found in NUMBER.findall(lines(pdf))}
        assert printed - of_the_plan(ctx, len(pages(pdf))) == set()
    if plan.taper is not None and all(s.alternate_mg is None for s in plan.taper.steps):
        _check_calendar(ctx, plan)


def _check_calendar(ctx: DocumentContext, plan: Plan) -> None:
    if plan.taper is None:
        return
    named = replace(ctx, case=replace(ctx.case, patient=replace(ctx.case.patient, family_name="A", given_name="B")))
    pdf = render_taper(named, None)
    assert column(pdf, 83, 18, "day") == [text_of(s.dose_mg) for s in plan.taper.steps]
    assert column(pdf, 143, 18, "far, mg") == [text_of(t) for t in accumulate(map(step_total, plan.taper.steps))]


@needs_poppler
@FEW
@given(cases(max_findings=20))
def test_every_number_on_paper_is_a_stored_one(case: Case) -> None:
    check(case)


@needs_poppler
@pytest.mark.soak
@MANY
@given(cases())
def test_every_number_of_five_hundred_plans_is_a_stored_one(case: Case) -> None:
    check(case)
