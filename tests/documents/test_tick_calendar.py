"""The calendar to tick off: every day of the taper once, with the dose of that day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.documents.taper import step_total
from myositis_desktop.documents.tick_calendar import DayBoxes, weeks
from myositis_desktop.documents.wording import weekday
from myositis_desktop.model.plan import Taper, TaperStep
from tests.documents.reading import needs_poppler, pages
from tests.documents.sample import taper, taper_pdf

DAY = timedelta(days=1)


@st.composite
def tapers(draw: st.DrawFn) -> Taper:
    """Steps of any length from any day, leap days and changes of the clock among them; alternate days too."""
    on = draw(st.dates(date(2023, 1, 1), date(2032, 12, 31)))
    steps = []
    for days in draw(st.lists(st.integers(1, 60), min_size=1, max_size=8)):
        dose, other = Decimal(draw(st.integers(1, 60))), draw(st.none() | st.integers(0, 60).map(Decimal))
        steps.append(TaperStep(on, on + (days - 1) * DAY, dose, (), None, None if other == dose else other))
        on += days * DAY
    total = sum((step_total(step) for step in steps), Decimal(0))
    return replace(taper(), steps=tuple(steps), starts=steps[0].start, ends=steps[-1].end, total_mg=total)


@settings(deadline=None, max_examples=60)
@given(made=tapers())
def test_every_day_stands_once_with_its_dose(made: Taper) -> None:
    lines = weeks(made)
    days = [on for week in lines for on, _ in week.days]
    assert (days[0], days[-1], len(days)) == (made.starts, made.ends, (made.ends - made.starts).days + 1)
    assert all(later - earlier == DAY for earlier, later in pairwise(days))
    assert sum(dose for week in lines for _, dose in week.days) == made.total_mg
    assert all(week.step.start <= on <= week.step.end and len(week.days) <= 7 for week in lines for on, _ in week.days)
    assert sum(week.opens for week in lines) == len(made.steps)


def test_a_box_for_each_day_and_doses_only_where_they_differ() -> None:
    first, last = date(2028, 2, 28), date(2028, 3, 1)
    step = TaperStep(first, last, Decimal(10), (), None, Decimal("7.5"))
    (week,) = weeks(replace(taper(), steps=(step,), starts=first, ends=last))
    assert DayBoxes(week).marks == [("Mon", "10"), ("Tue", "7.5"), ("Wed", "10")]
    (same,) = weeks(replace(taper(), steps=(replace(step, alternate_mg=None),), starts=first, ends=last))
    assert DayBoxes(same).marks == [("Mon", ""), ("Tue", ""), ("Wed", "")]


@needs_poppler
def test_the_printed_calendar_has_a_line_for_each_week() -> None:
    shown = [page for page in pages(taper_pdf()) if "Tick each day" in page]
    text = " ".join(shown)
    starts = [week.days[0][0] for week in weeks(taper())]
    assert len(starts) == 60
    places = list(accumulate(starts, lambda at, on: text.index(weekday(on), at), initial=0))
    assert places[1:] == sorted(places[1:])
    assert text.count("new dose") - text.count("a new dose has") == len(taper().steps)
    assert text.count("new dose, see note") == sum(step.note is not None for step in taper().steps)
    assert "begin it only when the clinic has said so" in text
