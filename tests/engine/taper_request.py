"""What the tests of tapers share: the pack, one request, and short ways to write the parts of another."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from myositis_desktop.assets import asset
from myositis_desktop.engine.schedules import Schedule, parse_custom
from myositis_desktop.engine.tablets import tablets_at_hand
from myositis_desktop.engine.taper import TaperOutcome, TaperRequest, build
from myositis_desktop.knowledge.tapers import load_schedules, load_taper_rules
from myositis_desktop.model.case import EditedStep, TabletStock, TaperPreferences
from myositis_desktop.model.plan import Taper, TaperStep

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


def edits(*steps: tuple[str, int, str]) -> tuple[EditedStep, ...]:
    out, day = [], START
    for dose, days, reason in steps:
        pair = tuple(D(d) for d in dose.split("/"))
        alternate = (pair[0], pair[1]) if len(pair) == 2 else None
        out.append(EditedStep(day, days, None if alternate else pair[0], alternate, reason or None))
        day += days * DAY
    return tuple(out)
