"""The taper for the patient to tick off: a line for each week of a step, a box for each day, in large print."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from myositis_desktop.documents.fonts import BOLD, REGULAR, width
from myositis_desktop.documents.pieces import table, text
from myositis_desktop.documents.shapes import draw_box
from myositis_desktop.documents.style import INK
from myositis_desktop.documents.wording import weekday
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper, TaperStep

WEEK = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """At most seven days of one step that follow on each other."""

    step: TaperStep
    days: tuple[tuple[date, Decimal], ...]
    """Each day with its dose in mg."""
    opens: bool
    """The first week of its step."""


def weeks(taper: Taper) -> list[Week]:
    """Every day of the taper once, in order; a week never holds days of two steps."""
    out: list[Week] = []
    for step in taper.steps:
        days = [(step.start + at * _DAY, _dose(step, at)) for at in range(step.days)]
        out += [Week(step, tuple(days[at : at + WEEK]), at == 0) for at in range(0, len(days), WEEK)]
    return out


def _dose(step: TaperStep, at: int) -> Decimal:
    """The dose of a day of a step; on alternate days the first has `dose_mg`."""
    return step.dose_mg if step.alternate_mg is None or at % 2 == 0 else step.alternate_mg


def tick_calendar(taper: Taper, width_: float) -> Table:
    """The calendar as a table whose head repeats on each page; the dose stands in every line."""
    rows: list[list[Any]] = [[text(name, "head") for name in ("Week from", "mg a day", "Tick each day")]]
    opened = []
    for number, week in enumerate(weeks(taper), 1):
        rows.append([_from(week), text(_doses(week), "tick-dose"), DayBoxes(week)])
        opened += [number] if week.opens and number > 1 else []
    widths = (44 * mm, 30 * mm)
    lines = [("LINEABOVE", (0, row), (-1, row), 1.2, INK) for row in opened]
    return table(rows, [*widths, width_ - sum(widths)], ("VALIGN", (0, 1), (-1, -1), "MIDDLE"), *lines)


def _from(week: Week) -> list[Flowable]:
    said: list[Flowable] = [text(weekday(week.days[0][0]), "tick")]
    if not week.opens:
        return said
    return [*said, text("new dose, see note" if week.step.note else "new dose", "cell-strong")]


def _doses(week: Week) -> str:
    """10 mg; 10 / 5 mg where the days of the line differ."""
    return " / ".join(dict.fromkeys(text_of(dose) for _, dose in week.days)) + " mg"


class DayBoxes(Flowable):  # type: ignore[misc] # ReportLab has no types
    """A box for each day, with the day of the week above it and, where the doses differ, the dose under it."""

    SIZE = 7 * mm
    _WORD = 12

    def __init__(self, week: Week) -> None:
        super().__init__()
        doses = {dose for _, dose in week.days}
        self.marks = [(_letters(on), text_of(dose) if len(doses) > 1 else "") for on, dose in week.days]

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        self.width = width_
        self.height = self.SIZE + self._WORD + 3 + (self._WORD + 1 if any(dose for _, dose in self.marks) else 0)
        return width_, self.height

    def draw(self) -> None:
        part = self.width / WEEK
        for at, (name, dose) in enumerate(self.marks):
            x = at * part
            y = self.height - self._WORD - 3 - self.SIZE
            self._word(name, REGULAR, x, self.height - self._WORD + 2)
            draw_box(self.canv, x, y, self.SIZE)
            if dose:
                self._word(dose, BOLD, x, y - self._WORD + 1)

    def _word(self, word: str, font: str, x: float, y: float) -> None:
        """A word in the middle of the box at x."""
        self.canv.setFillColor(INK)
        self.canv.setFont(font, self._WORD)
        self.canv.drawString(x + (self.SIZE - width(word, font, self._WORD)) / 2, y, word)


def _letters(on: date) -> str:
    """Mon."""
    return weekday(on)[:3]
