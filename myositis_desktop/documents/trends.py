"""The charts of the course, drawn once with ReportLab's graphics: on paper as they are, in the window as SVG."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import log10

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import STATE_DEFAULTS, Circle, Drawing, Line, String
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents.fonts import BOLD, REGULAR, register
from myositis_desktop.documents.pieces import gap, inner_width
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.style import INK, MUTED, RULE
from myositis_desktop.documents.wording import month
from myositis_desktop.model.number import text_of
from myositis_desktop.model.trend import Points, Trend

HEIGHT = 46 * mm
_LEFT, _RIGHT, _BOTTOM, _TOP = 46, 12, 22, 24
_LETTER = 10
_MOST_LABELS = 5
_CLIP = re.compile(r'<clipPath.*?</clipPath>| style="clip-path: [^"]*"', re.DOTALL)
"""The frame of the whole drawing, which a reader of SVG without clipping paints black."""
_MONTH_ROOM = 64


def drawing(trend: Trend, width: float, height: float = HEIGHT) -> Drawing:
    """One chart in black and grey: values as dots on a line, a limit dashed, what is planned dotted."""
    register()
    STATE_DEFAULTS["fontName"] = REGULAR  # what ReportLab begins every drawing with; its own is not embedded
    return _Chart(trend, width, height).drawn()


def svg(trend: Trend) -> bytes:
    """The same chart as SVG (UTF-8), as wide as on paper."""
    width, height = inner_width("A4"), HEIGHT
    text = str(renderSVG.drawToString(drawing(trend, width, height)))
    return _CLIP.sub("", text).encode()


def story(trends: Sequence[Trend], width: float) -> list[Flowable]:
    """The charts as a section of a document; nothing where there are none."""
    if not trends:
        return []
    head, *rest = [KeepTogether([drawing(t, width), gap(2)]) for t in trends]
    return [*section("Course over the visits", room=HEIGHT + 20 * mm), head, *rest]


class _Chart:
    def __init__(self, trend: Trend, width: float, height: float) -> None:
        self._trend = trend
        self._width, self._height = width, height
        self._drawing = Drawing(width, height)
        points = (*trend.points, *trend.planned)
        days, values = [on for on, _ in points], [value for _, value in points]
        self._first, self._last = min(days), max(days)
        if trend.limit is not None:
            values.append(trend.limit)
        self._low = trend.lowest if trend.lowest is not None else (Decimal(0) if trend.stairs else min(values))
        self._high = trend.highest if trend.highest is not None else max(values)
        self._leave_room()
        self._labels: list[float] = []

    def _leave_room(self) -> None:
        """A little under the lowest value and above the highest, where the scale has no ends of its own."""
        trend, room = self._trend, (self._high - self._low) / 10 or self._high / 10 or Decimal(1)
        if trend.lowest is None and not trend.stairs:
            self._low = self._low * Decimal("0.7") if trend.logarithmic else max(Decimal(0), self._low - room)
        if self._low >= self._high:
            self._high = self._low + room

    def drawn(self) -> Drawing:
        trend, add = self._trend, self._drawing.add
        add(String(0, self._height - 12, f"{trend.title}, {trend.unit}", fontName=BOLD, fontSize=11, fillColor=INK))
        self._axis()
        if trend.limit is not None:
            self._limit(trend.limit)
        for mark in self._marks():
            self._label(mark)
        self._line(trend.points, dashed=False)
        self._line(trend.planned, dashed=True)
        return self._drawing

    def _x(self, on: date) -> float:
        days = max(1, (self._last - self._first).days)
        return _LEFT + (self._width - _LEFT - _RIGHT) * (on - self._first).days / days

    def _y(self, value: Decimal) -> float:
        scale: Callable[[Decimal], float] = (lambda v: log10(float(v))) if self._trend.logarithmic else float
        low, high = scale(self._low), scale(self._high)
        return _BOTTOM + (self._height - _BOTTOM - _TOP) * (scale(value) - low) / (high - low)

    def _axis(self) -> None:
        y, right = _BOTTOM, self._width - _RIGHT
        self._drawing.add(Line(_LEFT, y, right, y, strokeColor=RULE, strokeWidth=0.8))
        firsts = _months(self._first, self._last)
        every = max(1, -(-len(firsts) // max(1, int((right - _LEFT) / _MONTH_ROOM))))
        for on in firsts[::every]:
            x = self._x(on)
            self._drawing.add(Line(x, y, x, y - 4, strokeColor=RULE, strokeWidth=0.8))
            self._text(x, y - 16, month(on), "start" if x < _LEFT + 20 else "end" if x > right - 20 else "middle")

    def _text(self, x: float, y: float, text: str, anchor: str) -> None:
        self._drawing.add(String(x, y, text, fontName=REGULAR, fontSize=_LETTER, fillColor=INK, textAnchor=anchor))

    def _limit(self, limit: Decimal) -> None:
        y = self._y(limit)
        self._drawing.add(
            Line(_LEFT, y, self._width - _RIGHT, y, strokeColor=MUTED, strokeWidth=0.8, strokeDashArray=[4, 3])
        )
        self._text(self._width - _RIGHT, y + 3, f"upper limit {text_of(limit)}", "end")
        self._label(limit)

    def _marks(self) -> list[Decimal]:
        """Values named at the left: the last, the ends, and those between while there is room."""
        values = [value for _, value in (*self._trend.points, *self._trend.planned)]
        ends = [e for e in (self._trend.lowest, self._trend.highest) if e is not None]
        return list(dict.fromkeys([max(values), values[-1], min(values), *ends, *values]))

    def _label(self, value: Decimal) -> None:
        y = self._y(value)
        if len(self._labels) < _MOST_LABELS and all(abs(y - other) >= _LETTER + 1 for other in self._labels):
            self._labels.append(y)
            self._text(_LEFT - 6, y - 3.5, text_of(value), "end")

    def _line(self, points: Points, *, dashed: bool) -> None:
        """Straight pieces: a line of many corners would be filled by some readers of SVG."""
        places: list[tuple[float, float]] = []
        for n, (on, value) in enumerate(points):
            if self._trend.stairs and n:
                places.append((self._x(on), self._y(points[n - 1][1])))
            places.append((self._x(on), self._y(value)))
        dash = [2, 2] if dashed else None
        for (x1, y1), (x2, y2) in pairwise(places):
            self._drawing.add(Line(x1, y1, x2, y2, strokeColor=INK, strokeWidth=1.3, strokeDashArray=dash))
        if not self._trend.stairs:
            for on, value in points:
                self._drawing.add(Circle(self._x(on), self._y(value), 2.6, fillColor=INK, strokeColor=INK))


def _months(first: date, last: date) -> list[date]:
    """The first day and the first of each month after it, two weeks or more away."""
    out, on = [first], date(first.year + first.month // 12, first.month % 12 + 1, 1)
    while on <= last:
        if (on - first).days >= 15:
            out.append(on)
        on = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return out
