"""The dose over time, drawn: steps, the thresholds that matter, the months. Black and grey only."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from myositis_desktop.documents.fonts import REGULAR, width
from myositis_desktop.documents.style import INK, MUTED, RULE
from myositis_desktop.documents.wording import month
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper

THRESHOLDS = (Decimal(20), Decimal("7.5"), Decimal(5))
"""mg a day, drawn as dashed lines."""
_AREA = HexColor("#dcdcdc")
_LETTER = 11
_MONTH_ROOM = 62
"""Points that a month label takes with the space around it."""


class DoseChart(Flowable):  # type: ignore[misc] # ReportLab has no types
    """A staircase of doses with dashed thresholds; labels keep a line's height from each other."""

    LEFT, RIGHT, BOTTOM, TOP = 42, 46, 24, 14

    def __init__(self, taper: Taper, height: float = 62 * mm) -> None:
        super().__init__()
        self.taper, self.full_height = taper, height
        self.highest = max(_daily(step.dose_mg, step.alternate_mg) for step in taper.steps)
        self.days = (taper.ends - taper.starts).days + 1

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width_, self.full_height
        return width_, self.full_height

    def _x(self, on: date) -> float:
        room = self.width - self.LEFT - self.RIGHT
        return self.LEFT + room * (on - self.taper.starts).days / self.days

    def _y(self, dose: Decimal) -> float:
        return self.BOTTOM + (self.height - self.BOTTOM - self.TOP) * float(dose / self.highest)

    def draw(self) -> None:
        self._staircase()
        self._thresholds()
        self._doses()
        self._months()

    def _staircase(self) -> None:
        points: list[tuple[float, float]] = []
        for step in self.taper.steps:
            y = self._y(_daily(step.dose_mg, step.alternate_mg))
            points += [(self._x(step.start), y), (self._x(step.end) + self._x_of_one_day(), y)]
        canvas = self.canv
        area = canvas.beginPath()
        area.moveTo(points[0][0], self.BOTTOM)
        for point in points:
            area.lineTo(*point)
        area.lineTo(points[-1][0], self.BOTTOM)
        area.close()
        canvas.setFillColor(_AREA)
        canvas.drawPath(area, stroke=0, fill=1)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(1.4)
        for (x1, y1), (x2, y2) in pairwise([*points, (points[-1][0], self.BOTTOM)]):
            canvas.line(x1, y1, x2, y2)
        canvas.setLineWidth(0.8)
        canvas.line(self.LEFT, self.BOTTOM, self.width - self.RIGHT, self.BOTTOM)

    def _x_of_one_day(self) -> float:
        return (self.width - self.LEFT - self.RIGHT) / self.days

    def _thresholds(self) -> None:
        canvas, right = self.canv, self.width - self.RIGHT
        lines = [t for t in THRESHOLDS if t < self.highest]
        for threshold, label_y in zip(lines, spread([self._y(t) for t in lines]), strict=True):
            y = self._y(threshold)
            canvas.setStrokeColor(MUTED)
            canvas.setLineWidth(0.7)
            canvas.setDash(4, 3)
            canvas.line(self.LEFT, y, right, y)
            canvas.setDash()
            canvas.line(right, y, right + 5, label_y)
            canvas.setFillColor(INK)
            canvas.setFont(REGULAR, _LETTER)
            canvas.drawString(right + 7, label_y - 4, f"{text_of(threshold)} mg")

    def _doses(self) -> None:
        """The doses at the left, from the highest down, where there is room for the next one."""
        last = float("inf")
        self.canv.setFont(REGULAR, _LETTER)
        self.canv.setFillColor(INK)
        for dose in sorted({_daily(s.dose_mg, s.alternate_mg) for s in self.taper.steps}, reverse=True):
            y = self._y(dose)
            if last - y >= _LETTER + 2 and y - self.BOTTOM >= _LETTER:
                self.canv.drawRightString(self.LEFT - 6, y - 4, text_of(dose))
                last = y
        self.canv.drawRightString(self.LEFT - 6, self.BOTTOM - 4, "0 mg")

    def _months(self) -> None:
        firsts = _month_starts(self.taper.starts, self.taper.ends)
        room = (self.width - self.LEFT - self.RIGHT) / _MONTH_ROOM
        every = max(1, -(-len(firsts) // max(1, int(room))))
        self.canv.setStrokeColor(RULE)
        self.canv.setFillColor(INK)
        self.canv.setFont(REGULAR, _LETTER)
        for first in firsts[::every]:
            x = self._x(first)
            self.canv.line(x, self.BOTTOM, x, self.BOTTOM - 4)
            if x + width(month(first), REGULAR, _LETTER) / 2 <= self.width:
                self.canv.drawCentredString(x, self.BOTTOM - 18, month(first))


def _daily(dose: Decimal, alternate: Decimal | None) -> Decimal:
    """Mean dose of a day."""
    return dose if alternate is None else (dose + alternate) / 2


def _month_starts(first: date, last: date) -> list[date]:
    """The first day of the taper and of each month in it."""
    months = [first]
    year, number = first.year, first.month
    while True:
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
        if date(year, number, 1) > last:
            return months
        if (date(year, number, 1) - first).days >= 15 or len(months) > 1:
            months.append(date(year, number, 1))


def spread(places: Sequence[float], room: float = _LETTER + 2.5) -> list[float]:
    """Places of labels, highest first as given, pushed up until each has `room` points to the one below."""
    out: list[float] = []
    for place in reversed(places):
        out.append(max(place, out[-1] + room) if out else place)
    return out[::-1]
