"""A clinic's own schedule: which one a case uses, what can be written, and where a mistake is told."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.engine.schedules import PercentOfPrevious, Rung, chosen_schedule, parse_custom
from myositis_desktop.model.case import TaperPreferences
from tests.engine.taper_request import (
    SCHEDULES,
    D,
    custom,
    doses,
    facts,
    swallowed_by_day,
    tablets,
    taper,
)

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
    assert made.total_mg == sum(dose for _, dose in swallowed_by_day(made)) == 128


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


@pytest.mark.parametrize(
    ("dose", "percent", "round_to", "below"),
    [("40", "75", "5", "30"), ("7.5", "75", "2.5", "5"), ("6", "85", "0.5", "5"), ("5", "95", "2.5", "2.5")],
)
def test_a_step_in_percent_of_the_dose_before(dose: str, percent: str, round_to: str, below: str) -> None:
    """Of 7.5 mg 75 % is 5.625, rounded to 5; of 5 mg 95 % would round to itself and goes to the multiple below."""
    phase = PercentOfPrevious(Decimal(percent), Decimal(round_to), "down", Decimal(0), 14)
    assert next(phase.rungs(Rung(Decimal(dose), 14), Decimal(dose))).dose_mg == Decimal(below)
