"""Edits of a taper: days stay without gap, and what an edit does is undone by its opposite to the last byte."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.engine.taper import TaperRequest, build
from myositis_desktop.engine.taper_edits import changed, held, moved, steps_of, without
from myositis_desktop.model.case import EditedStep
from myositis_desktop.model.plan import Taper
from tests.engine.taper_request import REQUEST, RULES, SCHEDULES, requests

D = Decimal


def made(request: TaperRequest) -> Taper:
    taper = build(request).taper
    assert taper is not None
    return taper


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_the_steps_of_every_schedule_give_its_taper_again(name: str) -> None:
    taper = made(replace(REQUEST, schedule=SCHEDULES[name]))
    again = made(replace(REQUEST, edited=steps_of(taper, RULES)))
    assert [(s.start, s.end, s.dose_mg, s.tablets) for s in again.steps] == [
        (s.start, s.end, s.dose_mg, s.tablets) for s in taper.steps
    ]
    assert (again.total_mg, again.tablets_total) == (taper.total_mg, taper.tablets_total)


def test_only_what_an_edit_may_not_do_unsaid_has_the_schedule_as_its_reason() -> None:
    assert {s.reason for s in steps_of(made(REQUEST), RULES)} == {None}
    short = steps_of(made(replace(REQUEST, schedule=SCHEDULES["ici-short"])), RULES)
    assert [s.dose_mg for s in short if s.reason] == [20, 10, 5]


@settings(deadline=None, max_examples=60)
@given(request=requests, data=st.data())
def test_edits_leave_no_gap_and_their_opposite_undoes_them(request: TaperRequest, data: st.DataObject) -> None:
    taper = build(request).taper
    if taper is None:
        return
    steps = steps_of(taper, RULES)
    at, days = data.draw(st.integers(0, len(steps) - 1)), data.draw(st.integers(1, 60))
    longer = held(steps, at, days, "rash came back")
    other = changed(steps, at, replace(steps[at], days=steps[at].days + days))
    for edited in (longer, other, moved(steps, steps[0].start + timedelta(days=days))):
        assert all(b.start - a.start == timedelta(days=a.days) for a, b in pairwise(edited))
    assert sum(s.days for s in longer) == sum(s.days for s in steps) + days
    assert longer[at + 1].mean_mg == steps[at].mean_mg
    assert without(longer, at + 1) == changed(other, at, steps[at]) == steps
    assert moved(moved(steps, date(2031, 2, 28)), steps[0].start) == steps


def test_a_step_that_is_taken_out_moves_the_later_ones_up() -> None:
    first = EditedStep(date(2027, 1, 4), 7, D(20))
    steps = (first, EditedStep(date(2027, 1, 11), 14, D(15)), EditedStep(date(2027, 1, 25), 7, None, (D(10), D(5))))
    assert without(steps, 0) == (replace(steps[1], start=first.start), replace(steps[2], start=date(2027, 1, 18)))
