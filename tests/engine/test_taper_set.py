"""What a clinician sets about a taper: edited steps, holds, starts, and what of it is refused."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.model.case import EditedStep
from myositis_desktop.model.plan import Reason
from tests.engine.taper_request import (
    DAY,
    RULES,
    SCHEDULES,
    START,
    D,
    edits,
    facts,
    outcome,
    tablets,
    taper,
)


def test_edited_steps_replace_the_schedule() -> None:
    made = taper(edited=edits(("50", 14, "sleepless"), ("45", 7, ""), ("45", 7, "goes on")), starts=date(2030, 1, 1))
    assert facts(made.schedule, made.starts, made.total_mg) == ("edited", START, 50 * 14 + 45 * 14)
    assert [facts(s.days, s.note) for s in made.steps] == [(14, "sleepless"), (14, "goes on")]
    assert made.notes[0] == "The clinician wrote these steps in place of a schedule."


def test_alternate_days_are_paid_and_summed_day_by_day() -> None:
    made = taper(edited=edits(("10", 14, ""), ("10/5", 15, "alternate"), ("10/5", 14, ""), ("5/0", 7, "alternate")))
    # an odd number of days would put two first doses next to each other, so those steps stay apart
    assert [facts(s.dose_mg, s.alternate_mg, s.days) for s in made.steps] == [
        (10, None, 14),
        (10, 5, 15),
        (10, 5, 14),
        (5, 0, 7),
    ]
    assert made.total_mg == 140 + (8 * 10 + 7 * 5) + (7 * 10 + 7 * 5) + 4 * 5
    assert dict(made.tablets_total) == {D(10): 14 + 8 + 7, D(5): 7 + 7 + 4}
    assert facts(made.steps[3].alternate_mg, made.steps[3].alternate_tablets) == (0, ())


def test_an_even_number_of_alternate_days_joins_the_next() -> None:
    made = taper(edited=edits(("10/5", 14, ""), ("10/5", 7, "")))
    assert [facts(s.dose_mg, s.alternate_mg, s.days) for s in made.steps] == [(10, 5, 21)]


def test_alternate_days_are_lowered_each_for_itself() -> None:
    made = taper(edited=edits(("7.5/4", 6, "")), tablets=tablets("5", "1"))
    assert facts(made.steps[0].dose_mg, made.steps[0].alternate_mg) == (7, 4)
    same = taper(edited=edits(("5.5/5", 6, "")), tablets=tablets("5"))
    assert facts(same.steps[0].dose_mg, same.steps[0].alternate_mg, same.total_mg) == (5, None, 30)
    assert "meant: 5.5 mg" in (same.steps[0].note or "")


def test_a_rise_is_told_with_its_reason() -> None:
    made = taper(edited=edits(("20", 14, ""), ("30", 14, "flare"), ("30", 7, "goes on")))
    assert "The dose rises on 2027-01-18 (flare)." in made.notes


@pytest.mark.parametrize(
    ("steps", "child", "pointers"),
    [
        (edits(("80", 14, "")), False, []),
        (edits(("80.5", 14, "")), False, ["/0/dose_mg"]),
        (edits(("60", 14, "")), True, []),
        (edits(("20", 14, ""), ("61", 14, "flare")), True, ["/1/dose_mg"]),
        (edits(("20/90", 14, "")), False, ["/0/alternate/1"]),
        (edits(("0", 14, "")), False, ["/0/dose_mg"]),
        (edits(("0/0", 14, "")), False, ["/0/alternate/0", "/0/alternate/1"]),
        (edits(("20", 0, "")), False, ["/0/days"]),
        ((), False, [""]),
        ((EditedStep(START, 7),), False, ["/0"]),
        ((EditedStep(START, 7, D(10), (D(10), D(5))),), False, ["/0"]),
        ((EditedStep(START, 7, D(10)), EditedStep(START + 6 * DAY, 7, D(5))), False, ["/1/from"]),
        ((EditedStep(START, 7, D(10)), EditedStep(START + 8 * DAY, 7, D(5))), False, ["/1/from"]),
        ((EditedStep(date.max, 7, D(10)),), False, [""]),
        (edits(("20", 14, ""), ("25", 14, ""), ("30", 7, "flare")), False, ["/1"]),
        (edits(("10/4", 7, ""), ("8", 7, "")), False, ["/1"]),
        (edits(("60", 7, ""), ("50", 7, ""), ("39", 7, "")), False, ["/2"]),
        (edits(("6", 14, ""), ("5", 14, ""), ("3", 14, "")), False, ["/2"]),
        (edits(("20", 21, "")), False, []),
        (edits(("20", 22, "")), False, ["/0"]),
        (edits(("20", 22, "the next plan goes on")), False, []),
        (edits(("6", 14, ""), ("5", 14, "")), False, []),
        (edits(("40", 28, ""), ("20", 28, "")), False, ["/1", "/1"]),
    ],
)
def test_edits_that_no_one_may_make(steps: tuple[EditedStep, ...], child: bool, pointers: list[str]) -> None:
    made = outcome(edited=steps, child=child)
    assert [p.pointer for p in made.problems] == [f"/preferences/taper/steps{pointer}" for pointer in pointers]
    assert (made.taper is None) == bool(pointers)


def test_days_taken_before_count_for_a_sudden_stop() -> None:
    steps = edits(("20", 14, ""))
    assert outcome(edited=steps, exposed_days=7).taper is not None
    assert "after 22 days" in outcome(edited=steps, exposed_days=8).problems[0].text


@settings(deadline=None, max_examples=100)
@given(doses=st.lists(st.integers(1, 160).map(lambda n: D(n) / 2), min_size=2, max_size=8), days=st.integers(1, 40))
def test_an_edit_without_reasons_never_rises_and_never_falls_by_more_than_its_band(
    doses: list[Decimal], days: int
) -> None:
    made = outcome(edited=edits(*((str(mg), days, "") for mg in doses)))
    falls = [a - b for a, b in pairwise(doses)]
    calm = all(0 <= fall <= RULES.largest_step_mg(a) for fall, a in zip(falls, doses, strict=False))
    sudden = days * len(doses) > 21 and doses[-1] > 5
    assert (made.problems == ()) == (calm and not sudden)
    told = edits(*((str(mg), days, "said why") for mg in doses))
    assert outcome(edited=told).problems == ()


def test_edited_steps_keep_the_keys_of_s5_and_the_question_of_the_axis() -> None:
    made = taper(edited=edits(("6", 14, ""), ("5", 14, "slower")))
    assert any(note.startswith("The two keys of S5") for note in made.notes)
    assert made.steps[1].note == "slower; decide about the adrenal axis before going lower"


def test_a_hold_outside_its_range_is_refused() -> None:
    assert [p.pointer for p in outcome(hold_days=43).problems] == ["/preferences/taper/hold_days"]


def test_a_taper_that_would_leave_the_calendar_is_refused() -> None:
    assert [p.pointer for p in outcome(starts=date(9999, 6, 1)).problems] == ["/preferences/taper/start"]


def test_what_the_caller_says_stands_first() -> None:
    extra = Reason("oral-route", "not by mouth until cleared")
    made = taper(notes=("Not by mouth until swallowing is cleared.",), because=(extra,))
    assert made.notes[0] == "Not by mouth until swallowing is cleared."
    assert made.because[1:] == (extra,)
    assert made.because[0].sources == SCHEDULES["standard"].sources


def test_no_hold_before_the_next_step_is_no_hold() -> None:
    assert taper(dose_mg=D(20), days_taken=200, hold_before_next=0).steps[0].dose_mg == D("17.5")
    assert taper(hold_before_next=0).steps[0].days == 28
