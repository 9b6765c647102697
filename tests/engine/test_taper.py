"""A taper's days follow each other, its doses never rise, and its sums are what is swallowed."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings

from myositis_desktop.engine.taper import TaperRequest, build, days_taken
from myositis_desktop.model.case import TabletStock
from tests.engine.taper_request import (
    DAY,
    KEYS,
    SCHEDULES,
    D,
    edits,
    facts,
    outcome,
    requests,
    step_from,
    swallowed_by_day,
    tablets,
    taper,
)


@settings(deadline=None, max_examples=200)
@given(request=requests)
def test_days_doses_and_sums_of_every_taper(request: TaperRequest) -> None:
    made = build(request)
    assert (made.taper is None) == (made.reason is not None)
    assert made.problems == ()
    if made.taper is None:
        return
    days = swallowed_by_day(made.taper)
    assert [day for day, _ in days] == [request.starts + at * DAY for at in range(len(days))]
    assert facts(made.taper.starts, made.taper.ends) == (days[0][0], days[-1][0])
    assert all(later <= earlier for (_, earlier), (_, later) in pairwise(days))
    assert all(dose > 0 for _, dose in days)
    assert made.taper.total_mg == sum(dose for _, dose in days)
    assert made.taper.total_mg == sum(mg * count for mg, count in made.taper.tablets_total)
    assert days[0][1] <= request.dose_mg


@settings(deadline=None, max_examples=200)
@given(request=requests)
def test_steps_are_exact_and_no_two_neighbours_are_equal(request: TaperRequest) -> None:
    made = build(request).taper
    if made is None:
        return
    may_halve = {t.mg: t.may_halve for t in request.tablets}
    for step in made.steps:
        assert step.dose_mg == sum(mg * count for mg, count in step.tablets)
        assert step.end >= step.start
        assert all(count % 1 == 0 for mg, count in step.tablets if not may_halve[mg])
    assert all(one.dose_mg != two.dose_mg for one, two in pairwise(made.steps))


@settings(deadline=None, max_examples=100)
@given(request=requests)
def test_every_lowered_dose_and_every_early_end_is_told(request: TaperRequest) -> None:
    made = build(request).taper
    if made is None:
        return
    meant = {rung.dose_mg for rung in request.schedule.rungs(request.dose_mg)}
    told = " ".join(step.note or "" for step in made.steps)
    assert all("meant:" in (step.note or "") for step in made.steps if step.dose_mg not in meant)
    assert ("the taper ends here" in told) == any("cannot be made" in note for note in made.notes)


@settings(deadline=None, max_examples=50)
@given(request=requests)
def test_the_same_request_gives_the_same_taper(request: TaperRequest) -> None:
    assert build(request) == build(request)


# ---- the known ladders, with their calendar


def test_the_calendar_of_the_standard_taper() -> None:
    made = taper()
    assert [facts(str(s.start), str(s.dose_mg)) for s in made.steps][:10] == [
        ("2027-01-04", "60"),
        ("2027-02-01", "50"),
        ("2027-02-15", "40"),
        ("2027-03-01", "30"),
        ("2027-03-15", "25"),
        ("2027-03-29", "20"),
        ("2027-04-12", "17.5"),
        ("2027-04-26", "15"),
        ("2027-05-10", "12.5"),
        ("2027-05-24", "10"),
    ]
    assert made.ends == date(2028, 2, 27)
    assert made.total_mg == 6160
    assert dict(made.tablets_total) == {D(20): 182, D(10): 98, D(5): 182, D("2.5"): 28, D(1): 560}


def test_a_leap_day_is_a_day() -> None:
    made = taper(dose_mg=D(55), starts=date(2027, 6, 7))
    assert step_from(made, "2028-02-14").end == date(2028, 3, 12)
    assert made.ends == date(2028, 7, 30)


def test_a_hold_of_42_days_replaces_the_first_28() -> None:
    made = taper(hold_days=42)
    assert made.steps[0].days == 42
    assert made.total_mg == 7000


def test_the_steps_after_the_hold_ask_for_both_keys() -> None:
    made = taper()
    assert made.steps[0].note is None
    assert all(KEYS in (step.note or "") for step in made.steps[1:])
    assert any("two keys of S5" in note for note in made.notes)


def test_a_fixed_first_hold_is_not_replaced_and_says_so() -> None:
    made = taper(schedule=SCHEDULES["ici-short"], hold_days=42)
    assert made.steps[0].days == 14
    assert any("the 42 days that were set do not apply" in note for note in made.notes)


def test_the_juvenile_taper_lasts_728_days() -> None:
    made = taper(dose_mg=D(44), schedule=SCHEDULES["jdm-printo"])
    assert (made.ends - made.starts).days == 727
    assert step_from(made, "2027-07-05").dose_mg == 4
    assert made.total_mg == 5448


def test_half_milligram_steps_join_where_no_tablet_makes_them() -> None:
    made = taper(dose_mg=D(44), schedule=SCHEDULES["jdm-gkjr"])
    assert step_from(made, "2027-11-08").dose_mg == 1
    assert made.ends == date(2027, 12, 5)
    assert made.total_mg == 4564
    assert any(note.startswith("0.5 mg cannot be made") for note in made.notes)


# ---- tablets


def test_with_large_tablets_only_steps_join_and_the_end_comes_early() -> None:
    made = taper(tablets=tablets("20", "10", "5"))
    assert facts(step_from(made, "2027-04-12").dose_mg, step_from(made, "2027-04-12").end) == (15, date(2027, 5, 9))
    last = step_from(made, "2027-06-21")
    assert facts(last.dose_mg, last.end, made.ends) == (5, date(2027, 11, 7), date(2027, 11, 7))
    assert "meant: 9, 8, 7 and 6 mg" in (last.note or "")
    assert "4 mg cannot be made of tablets of 20, 10 and 5 mg: the taper ends on 2027-11-07" in made.notes[-1]
    assert made.total_mg == 5530


def test_without_2_5_mg_the_dose_below_is_taken() -> None:
    made = taper(tablets=tablets("20", "10", "5", "1"))
    assert step_from(made, "2027-04-12").dose_mg == 17
    assert "meant: 17.5 mg" in (step_from(made, "2027-04-12").note or "")
    assert made.total_mg == 6146


def test_a_start_dose_that_cannot_be_made_is_lowered_too() -> None:
    made = taper(dose_mg=D("7.5"), tablets=tablets("5", "1"))
    assert made.steps[0].dose_mg == 7
    assert "meant: 7.5 mg" in (made.steps[0].note or "")


def test_no_tablet_no_taper() -> None:
    assert outcome(tablets=()).reason == "No tablet strength is given."
    assert "2 mg cannot be made of tablets of 5 mg" in (outcome(dose_mg=D(2), tablets=tablets("5")).reason or "")


def test_a_stock_that_does_not_last_is_told_with_its_day() -> None:
    made = taper(
        tablets=(TabletStock(D(20), stock=60), TabletStock(D(10), stock=98), TabletStock(D(5)), TabletStock(D(1)))
    )
    # 3 a day: the 60th is swallowed on day 20, so nothing is left on day 21
    assert "20 mg: 60 tablets at hand last to the day before 2027-01-24." in made.notes
    assert not any(note.startswith("10 mg") for note in made.notes)


def test_boxes_and_reach_of_each_strength() -> None:
    boxed = (TabletStock(D(20), pack=28, stock=60), TabletStock(D(10), pack=30), TabletStock(D(5)), TabletStock(D(1)))
    made = taper(tablets=boxed)
    totals = dict(made.tablets_total)
    twenty, ten = made.supply
    assert (twenty.tablets, twenty.boxes, twenty.lasts_to) == (totals[D(20)], 7, date(2027, 1, 23))
    assert totals[D(20)] == 182
    assert (ten.tablets, ten.boxes, ten.lasts_to) == (totals[D(10)], -(-int(totals[D(10)]) // 30), None)
    assert made.total_mg == sum(mg * count for mg, count in totals.items())


def test_a_box_is_opened_for_half_a_tablet() -> None:
    boxed = (TabletStock(D(5), may_halve=True, pack=10),)
    made = taper(tablets=boxed, edited=edits(("2.5", 21, "")))
    assert [(s.tablets, s.boxes) for s in made.supply] == [(D("10.5"), 2)]


# ---- continuing


def test_days_taken_count_towards_the_hold() -> None:
    made = taper(starts=date(2026, 11, 21), days_taken=14)
    assert step_from(made, "2026-12-05").dose_mg == 50
    assert made.total_mg == 5320
    assert any("14 days at 60 mg were taken before" in note for note in made.notes)


@pytest.mark.parametrize("taken", [28, 42, 50])
def test_with_no_hold_left_the_taper_begins_with_the_next_lower_dose(taken: int) -> None:
    made = taper(starts=date(2026, 11, 21), days_taken=taken)
    assert made.steps[0].dose_mg == 50
    assert made.total_mg == 4480
    assert not any(KEYS in (step.note or "") for step in made.steps)


def test_after_42_days_no_longer_hold_is_left_in_any_schedule() -> None:
    trial = SCHEDULES["ibm-trial"]
    assert taper(dose_mg=D(40), schedule=trial, days_taken=41).steps[0].days == 15
    assert taper(dose_mg=D(40), schedule=trial, days_taken=42).steps[0].dose_mg == 20


def test_a_clinicians_hold_is_counted_down_as_well() -> None:
    assert taper(hold_days=42, days_taken=30).steps[0].days == 12


def test_where_there_is_no_lower_dose_there_is_no_taper() -> None:
    made = outcome(dose_mg=D(5), schedule=SCHEDULES["percent"], days_taken=50)
    assert made.taper is None
    assert "5 mg after 50 days" in (made.reason or "")
    assert "no lower dose" in (made.reason or "")


def test_five_milligrams_go_on_with_four() -> None:
    made = taper(dose_mg=D(5), starts=date(2026, 11, 21), days_taken=264)
    assert facts(made.steps[0].dose_mg, made.total_mg, made.ends) == (4, 280, date(2027, 3, 12))


def test_the_taper_begins_at_once_where_the_dose_may_not_go_on() -> None:
    assert taper(dose_mg=D(45), begin_lower=True).steps[0].dose_mg == 35
    assert taper(dose_mg=D(100), begin_lower=True, hold_before_next=28).steps[0].dose_mg == 90


def test_a_dose_may_be_held_before_the_next_step_whatever_was_taken() -> None:
    made = taper(dose_mg=D(20), days_taken=200, hold_before_next=28)
    assert facts(made.steps[0].dose_mg, made.steps[0].days) == (20, 28)
    assert KEYS in (made.steps[1].note or "")
    assert taper(dose_mg=D(20), days_taken=200, hold_before_next=28, hold_days=35).steps[0].days == 35


@pytest.mark.parametrize(
    ("started", "starts", "expected"),
    [
        ("2026-11-06", "2026-11-21", 14),
        ("2026-11-06", "2026-11-10", 4),
        ("2026-11-06", "2027-02-01", 14),
        ("2026-11-20", "2026-11-10", 0),
    ],
)
def test_days_taken_run_to_the_start_and_to_the_assessment_at_most(started: str, starts: str, expected: int) -> None:
    assert days_taken(date.fromisoformat(started), date.fromisoformat(starts), date(2026, 11, 20)) == expected


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ("2028-02-20", "a leap day"),
        ("2027-03-22", "an hour that is left out in Europe"),
        ("2027-10-25", "an hour that is given twice in Europe"),
        ("2027-12-20", "the end of a year"),
    ],
)
def test_a_sum_counts_calendar_days_whatever_the_clock_does(around: str, why: str) -> None:
    made = taper(starts=date.fromisoformat(around), schedule=SCHEDULES["ici-short"])
    days = [day for day, _ in swallowed_by_day(made)]
    assert days == [made.starts + at * DAY for at in range((made.ends - made.starts).days + 1)], why
    assert made.total_mg == 1925
