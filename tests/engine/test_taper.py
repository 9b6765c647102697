"""A taper's days follow each other, its doses never rise, and its sums are what is swallowed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.assets import asset
from myositis_desktop.engine.schedules import Schedule, chosen_schedule, parse_custom
from myositis_desktop.engine.tablets import tablets_at_hand
from myositis_desktop.engine.taper import TaperOutcome, TaperRequest, build, days_taken
from myositis_desktop.engine.taper_checks import start_problem
from myositis_desktop.knowledge.tapers import load_schedules, load_taper_rules
from myositis_desktop.model.case import EditedStep, TabletStock, TaperPreferences
from myositis_desktop.model.plan import Reason, Taper, TaperStep

D = Decimal
DAY = timedelta(days=1)
PACK = asset("resources", "knowledge", "2026.11.0")
SCHEDULES = load_schedules(PACK)
RULES = load_taper_rules(PACK)
START = date(2027, 1, 4)
KEYS = "only if both keys of S5 hold"
REQUEST = TaperRequest(
    drug="prednisone",
    dose_mg=D(60),
    starts=START,
    schedule=SCHEDULES["standard"],
    tablets=tablets_at_hand(TaperPreferences(), RULES),
    rules=RULES,
)


def outcome(**changes: Any) -> TaperOutcome:  # noqa: ANN401 - any field of a request
    return build(replace(REQUEST, **changes))


def taper(**changes: Any) -> Taper:  # noqa: ANN401 - any field of a request
    made = outcome(**changes)
    assert made.taper is not None, made
    return made.taper


def tablets(*strengths: str, halves: bool = False) -> tuple[TabletStock, ...]:
    return tuple(TabletStock(D(mg), halves) for mg in strengths)


def step_from(of: Taper, day: str) -> TaperStep:
    return next(s for s in of.steps if s.start == date.fromisoformat(day))


def facts(*values: object) -> tuple[object, ...]:
    """Several facts to compare at once."""
    return values


def custom(**data: object) -> Schedule:
    schedule, problems = parse_custom(data)
    assert problems == ()
    assert schedule is not None
    return schedule


# ---- what must hold for every taper

doses = st.integers(min_value=1, max_value=160).map(lambda n: D(n) / 2)
starts = st.dates(min_value=date(2023, 1, 1), max_value=date(2032, 12, 31))
boxes = st.lists(st.sampled_from(["1", "2.5", "5", "10", "20", "25", "30", "50"]), min_size=1, max_size=5, unique=True)
requests = st.builds(
    TaperRequest,
    drug=st.just("prednisone"),
    dose_mg=doses,
    starts=starts,
    schedule=st.sampled_from(list(SCHEDULES.values())),
    tablets=st.builds(lambda mgs, halves: tablets(*mgs, halves=halves), boxes, st.booleans()),
    rules=st.just(RULES),
    hold_days=st.none() | st.integers(min_value=28, max_value=42),
    days_taken=st.integers(min_value=0, max_value=60),
    begin_lower=st.booleans(),
    hold_before_next=st.none() | st.just(28),
)


def swallowed_by_day(of: Taper) -> list[tuple[date, Decimal]]:
    """The dose of each day, counted from the tablets alone."""
    out = []
    for step in of.steps:
        for at in range(step.days):
            second = step.alternate_mg is not None and at % 2 == 1
            counts = step.alternate_tablets if second else step.tablets
            out.append((step.start + at * DAY, sum((mg * n for mg, n in counts), D(0))))
    return out


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


# ---- what the clinician sets


def edits(*steps: tuple[str, int, str]) -> tuple[EditedStep, ...]:
    out, day = [], START
    for dose, days, reason in steps:
        pair = tuple(D(d) for d in dose.split("/"))
        alternate = (pair[0], pair[1]) if len(pair) == 2 else None
        out.append(EditedStep(day, days, None if alternate else pair[0], alternate, reason or None))
        day += days * DAY
    return tuple(out)


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


@pytest.mark.parametrize(
    ("start", "taken_since", "refused"),
    [
        ("2026-11-20", None, False),
        ("2026-11-19", None, True),
        ("2026-11-10", "2026-11-10", False),
        ("2026-11-09", "2026-11-10", True),
    ],
)
def test_a_start_before_the_assessment(start: str, taken_since: str | None, refused: bool) -> None:
    since = None if taken_since is None else date.fromisoformat(taken_since)
    found = start_problem(date.fromisoformat(start), "/preferences/taper/start", date(2026, 11, 20), since)
    assert (found is not None) == refused


def test_what_the_caller_says_stands_first() -> None:
    extra = Reason("oral-route", "not by mouth until cleared")
    made = taper(notes=("Not by mouth until swallowing is cleared.",), because=(extra,))
    assert made.notes[0] == "Not by mouth until swallowing is cleared."
    assert made.because[1:] == (extra,)
    assert made.because[0].sources == SCHEDULES["standard"].sources


def test_no_hold_before_the_next_step_is_no_hold() -> None:
    assert taper(dose_mg=D(20), days_taken=200, hold_before_next=0).steps[0].dose_mg == D("17.5")
    assert taper(hold_before_next=0).steps[0].days == 28


# ---- a clinic's own schedule

OWN: Mapping[str, object] = {"start": {"days": 7}, "phases": [{"hold_days": 7}]}


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        (TaperPreferences(), "standard"),
        (TaperPreferences(schedule="slow"), "slow"),
        (TaperPreferences(custom=OWN), "custom"),
        (TaperPreferences(custom=OWN, schedule="custom"), "custom"),
        (TaperPreferences(custom=OWN, schedule="slow"), "slow"),
    ],
)
def test_which_schedule_a_case_uses(preferences: TaperPreferences, expected: str) -> None:
    schedule, problems = chosen_schedule(preferences, SCHEDULES, "standard")
    assert problems == ()
    assert schedule is not None
    assert schedule.id == expected


@pytest.mark.parametrize(
    ("preferences", "pointer"),
    [
        (TaperPreferences(schedule="faster"), "/preferences/taper/schedule"),
        (TaperPreferences(schedule="custom"), "/preferences/taper/schedule"),
        (TaperPreferences(schedule="slow", custom={}), "/preferences/taper/custom/start"),
    ],
)
def test_a_schedule_that_is_not_there_is_refused(preferences: TaperPreferences, pointer: str) -> None:
    schedule, problems = chosen_schedule(preferences, SCHEDULES, "standard")
    assert schedule is None
    assert pointer in [p.pointer for p in problems]


def test_a_weekly_prescription_can_be_expressed() -> None:
    weekly = custom(start={"days": 7}, phases=[{"doses_mg": ["50", "40", "30", "20", "10"], "days": 7}])
    made = taper(drug="prednisolone", schedule=weekly)
    assert [facts(s.dose_mg, s.days) for s in made.steps] == [(D(mg), 7) for mg in (60, 50, 40, 30, 20, 10)]
    assert facts(made.schedule, made.total_mg) == ("custom", 7 * 210)


def test_an_alternate_day_ending_can_be_expressed() -> None:
    ending = custom(
        label="Ending after more than twelve weeks",
        start={"days": 7},
        phases=[{"doses_mg": [["4", "3"], "3", ["3", "2"], "2", ["2", "1"], "1", ["1", "0"]], "days": 7}],
    )
    made = taper(dose_mg=D(4), schedule=ending)
    assert [facts(s.dose_mg, s.alternate_mg) for s in made.steps] == [
        (4, None),
        (4, 3),
        (3, None),
        (3, 2),
        (2, None),
        (2, 1),
        (1, None),
        (1, 0),
    ]
    assert made.total_mg == sum(dose for _, dose in swallowed_by_day(made))


def test_phases_follow_each_other_with_holds_between() -> None:
    mixed = custom(
        start={"days": 28, "replaceable": True},
        phases=[
            {"percent_of_previous": 75, "round_to": "5", "ties": "down", "down_to": 20, "days": 14},
            {"hold_days": 14},
            {"bands": [{"above": "10", "by": "2.5", "days": 14}, {"above": "5", "by": 1, "days": 28}]},
            {"percents_of_start": ["5"], "days": 28},
        ],
    )
    made = taper(schedule=mixed, hold_days=30, tablets=tablets("20", "10", "5", "2.5", "1"))
    assert [facts(str(s.dose_mg), s.days) for s in made.steps] == [
        ("60", 30),
        ("45", 14),
        ("35", 14),
        ("25", 14),
        ("20", 28),
        ("17.5", 14),
        ("15", 14),
        ("12.5", 14),
        ("10", 28),
        ("9", 28),
        ("8", 28),
        ("7", 28),
        ("6", 28),
        ("5", 28),
        ("3", 28),
    ]


def test_beginning_lower_passes_over_every_hold_at_the_start_dose() -> None:
    held = custom(start={"days": 7}, phases=[{"hold_days": 7}, {"doses_mg": ["10"], "days": 7}])
    assert [s.dose_mg for s in taper(schedule=held, begin_lower=True).steps] == [10]


def test_a_clinics_schedule_never_raises_a_dose() -> None:
    back_up = custom(start={"days": 7}, phases=[{"doses_mg": ["10"], "days": 7}, {"doses_mg": ["40", "5"], "days": 7}])
    assert [s.dose_mg for s in taper(schedule=back_up).steps] == [60, 10, 5]


START_OK: Mapping[str, object] = {"days": 7}
DOSES_OK: Mapping[str, object] = {"doses_mg": ["20"], "days": 7}


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"phases": [DOSES_OK]}, "/start"),
        ({"start": START_OK}, "/phases"),
        ({"start": START_OK, "phases": []}, "/phases"),
        ({"start": START_OK, "phases": [{"days": 7}]}, "/phases/0"),
        ({"start": START_OK, "phases": [{**DOSES_OK, "hold_days": 7}]}, "/phases/0"),
        ({"start": START_OK, "phases": [{**DOSES_OK, "speed": "fast"}]}, "/phases/0/speed"),
        ({"start": START_OK, "phases": [DOSES_OK], "a/b": 1}, "/a~1b"),
        ({"start": {"days": 0}, "phases": [DOSES_OK]}, "/start/days"),
        ({"start": {"days": True}, "phases": [DOSES_OK]}, "/start/days"),
        ({"start": {"days": 7.0}, "phases": [DOSES_OK]}, "/start/days"),
        ({"start": {"days": 7, "replaceable": "yes"}, "phases": [DOSES_OK]}, "/start/replaceable"),
        ({"start": [], "phases": [DOSES_OK]}, "/start"),
        ({"start": START_OK, "phases": "none"}, "/phases"),
        ({"start": START_OK, "phases": ["none"]}, "/phases/0"),
        ({"start": START_OK, "phases": [{"doses_mg": ["1e2"], "days": 7}]}, "/phases/0/doses_mg/0"),
        ({"start": START_OK, "phases": [{"doses_mg": [D("NaN")], "days": 7}]}, "/phases/0/doses_mg/0"),
        ({"start": START_OK, "phases": [{"doses_mg": ["٢٠"], "days": 7}]}, "/phases/0/doses_mg/0"),
        ({"start": START_OK, "phases": [{"doses_mg": ["-5"], "days": 7}]}, "/phases/0/doses_mg/0"),
        ({"start": START_OK, "phases": [{"doses_mg": [["5", "4", "3"]], "days": 7}]}, "/phases/0/doses_mg/0"),
        ({"start": START_OK, "phases": [{"doses_mg": [["0", "0"]], "days": 7}]}, "/phases/0/doses_mg/0"),
        ({"start": START_OK, "phases": [{"doses_mg": ["5", "10"], "days": 7}]}, "/phases/0/doses_mg"),
        ({"start": START_OK, "phases": [{"bands": [{"above": "5", "by": "0", "days": 7}]}]}, "/phases/0/bands/0/by"),
        ({"start": START_OK, "phases": [DOSES_OK], "label": ""}, "/label"),
        ({"start": START_OK, "phases": [DOSES_OK], "sources": "S4"}, "/sources"),
        ({"start": START_OK, "phases": [DOSES_OK], "step_notes": [{"at_most_mg": "5"}]}, "/step_notes/0/text"),
    ],
)
def test_mistakes_in_a_clinics_schedule_have_their_place(data: dict[str, object], pointer: str) -> None:
    schedule, problems = parse_custom(data)
    assert schedule is None
    assert f"/preferences/taper/custom{pointer}" in [p.pointer for p in problems]


def test_all_mistakes_are_told_at_once() -> None:
    _, problems = parse_custom({"start": {"days": 0}, "phases": [{"doses_mg": ["x"], "days": 0}], "zest": 1})
    assert len(problems) == 4


@settings(deadline=None, max_examples=100)
@given(
    percent=st.integers(min_value=1, max_value=99),
    round_to=st.sampled_from(["0.5", "1", "2.5", "5"]),
    ties=st.sampled_from(["up", "down"]),
    down_to=st.integers(min_value=1, max_value=30),
    dose=doses,
)
def test_a_percentage_always_falls_to_its_last_dose(
    percent: int, round_to: str, ties: str, down_to: int, dose: Decimal
) -> None:
    phase = {"percent_of_previous": percent, "round_to": round_to, "ties": ties, "down_to": down_to, "days": 7}
    rungs = custom(start={"days": 7}, phases=[phase]).rungs(dose)
    values = [rung.dose_mg for rung in rungs]
    assert all(later < earlier for earlier, later in pairwise(values))
    assert values[-1] == min(D(down_to), dose)


Numbers = Callable[[str], object]


@pytest.mark.parametrize("written", [str, D, int])
def test_numbers_may_be_texts_decimals_or_whole_numbers(written: Numbers) -> None:
    made = custom(start={"days": written("7")}, phases=[{"doses_mg": [written("20")], "days": written("14")}])
    assert made == custom(start={"days": 7}, phases=[{"doses_mg": ["20"], "days": 14}])
