"""What a decision does to the steps: they follow each other, never rise but on the flare, and stop above it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.engine.course_edits import flare_schedule, flare_steps, held_now
from myositis_desktop.engine.taper import TaperRequest, build
from myositis_desktop.engine.taper_checks import course_problems
from myositis_desktop.engine.taper_edits import Steps, rest_of, steps_of
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import EditedStep, TaperPreferences
from tests.engine.taper_request import DAY, REQUEST, RULES, SCHEDULES, START, D, taper

RULE = load_pack().follow_up.flare
assert RULE is not None
FLARE = RULE


def chain(steps: Steps) -> bool:
    return all(b.start == a.start + a.days * DAY for a, b in pairwise(steps))


def doses(steps: Steps) -> list[tuple[Decimal, int]]:
    return [(s.mean_mg, s.days) for s in steps]


def listed(*pairs: tuple[Decimal | int, int]) -> list[tuple[Decimal, int]]:
    return [(D(mg), days) for mg, days in pairs]


def test_a_hold_of_the_dose_taken_comes_before_everything_else() -> None:
    steps = (EditedStep(START, 7, D(20)), EditedStep(START + 7 * DAY, 14, D("17.5")))
    assert doses(held_now(steps, D(20), 14, "CK alone", START)) == listed((20, 7), (20, 14), (D("17.5"), 14))
    assert doses(held_now(steps, D(25), 14, "CK alone", START)) == listed((25, 14), (20, 7), (D("17.5"), 14))
    assert chain(held_now(steps, D(25), 14, "CK alone", START))


def test_a_flare_at_ten_goes_back_and_stops_above_it_for_twelve_weeks() -> None:
    steps = flare_steps(FLARE, SCHEDULES["standard"], D(20), D(10), START, "flare")
    assert doses(steps)[:5] == listed((20, 28), (D("17.5"), 28), (15, 28), (D("12.5"), 84), (10, 56))
    assert doses(steps)[-1:] == listed((1, 56))
    assert [s.reason for s in steps[:4]] == ["flare", None, None, FLARE.stop_reason]


def test_where_no_step_lies_above_the_flare_one_is_made() -> None:
    steps = flare_steps(FLARE, SCHEDULES["slow"], D(30), D(13), START, "flare")
    assert doses(steps)[:4] == listed((30, 28), (20, 56), (18, 84), (15, 56))


@settings(deadline=None, max_examples=60)
@given(
    name=st.sampled_from(["standard", "slow", "percent"]),
    flared=st.integers(2, 100).map(lambda n: D(n) / 2),
    more=st.integers(1, 80).map(lambda n: D(n) / 2),
)
def test_after_a_flare_no_dose_rises_and_the_engine_takes_it(name: str, flared: Decimal, more: Decimal) -> None:
    back = min(flared + more, D(80))
    steps = flare_steps(FLARE, SCHEDULES[name], back, flared, START, "flare")
    assert chain(steps)
    assert all(b.mean_mg < a.mean_mg for a, b in pairwise(steps))
    stop = next(s for s in steps if s.reason and FLARE.stop_reason in s.reason)
    assert stop.days >= FLARE.stop_days
    assert stop.mean_mg <= max(flared + 5, back if back - flared < D("2.5") else D(0))
    if name == "standard":
        assert course_problems(steps, RULES, 400) == []


def test_which_schedule_a_flare_goes_down() -> None:
    pack = load_pack()
    for wish, subtype, expected in (
        (TaperPreferences(), "dm", "standard"),
        (TaperPreferences(), "jdm", "slow"),
        (TaperPreferences(schedule="percent"), "dm", "percent"),
    ):
        found = flare_schedule(FLARE, wish, pack.schedules, subtype)
        assert found is not None
        assert found.id == expected


@pytest.mark.parametrize("day", ["2027-01-04", "2027-02-10", "2028-02-27", "2028-02-28"])
def test_the_rest_of_a_taper_keeps_its_days_and_doses(day: str) -> None:
    made = taper()
    steps, on = steps_of(made, RULES), date.fromisoformat(day)
    rest = rest_of(steps, on)
    whole = {d: mg for s in steps for d, mg in _days(s)}
    assert {d: mg for s in rest for d, mg in _days(s)} == {d: mg for d, mg in whole.items() if d >= on}


def test_alternate_days_go_on_in_turn() -> None:
    step = EditedStep(START, 7, None, (D(10), D(5)))
    whole = dict(_days(step))
    for gone in range(7):
        rest = rest_of((step,), START + gone * DAY)
        assert {d: mg for s in rest for d, mg in _days(s)} == {d: mg for d, mg in whole.items() if d >= rest[0].start}


def _days(step: EditedStep) -> list[tuple[date, Decimal]]:
    made = build(_request(step)).taper
    assert made is not None
    (only,) = made.steps
    pair = (only.dose_mg, only.dose_mg if only.alternate_mg is None else only.alternate_mg)
    return [(step.start + at * DAY, pair[at % 2]) for at in range(step.days)]


def _request(step: EditedStep) -> TaperRequest:
    return replace(REQUEST, edited=(replace(step, reason="alone"),))
