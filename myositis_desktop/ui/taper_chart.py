"""The taper as two curves over the same days: the dose of each day, with the doses that matter marked, and its sum."""

from datetime import date, timedelta
from decimal import Decimal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper, TaperStep
from myositis_desktop.ui.taper_table import step_mg
from myositis_desktop.ui.widgets.tint import Tint, colours, tint_property
from myositis_desktop.ui.wording import MONTHS, day_text

THRESHOLDS = (Decimal(20), Decimal("7.5"), Decimal(5))
"""Lines across the chart, in mg a day."""
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 24
LABEL_GAP = 14


def mean_dose(step: TaperStep) -> Decimal:
    """Mg a day; the mean of the two where days alternate."""
    return step.dose_mg if step.alternate_mg is None else (step.dose_mg + step.alternate_mg) / 2


def month_starts(first: date, last: date) -> list[date]:
    """The first days of months between two days, thinned to at most eight."""
    out, day = [], date(first.year, first.month, 1)
    while (day := date(day.year + day.month // 12, day.month % 12 + 1, 1)) <= last:
        out.append(day)
    return out[:: max(1, -(-len(out) // 8))]


def spread(places: list[float], gap: float) -> list[float]:
    """Places from top to bottom, moved apart as little as it takes so that labels of `gap` pixels do not touch."""
    out = list(places)
    for _ in range(len(out)):
        for i in range(len(out) - 1):
            missing = gap - (out[i + 1] - out[i])
            if missing > 0:
                out[i] -= missing / 2
                out[i + 1] += missing / 2
    return out


class TaperChart(QWidget):
    """Draws one taper; the same numbers stand in the table below it."""

    tint = tint_property()
    HEIGHT = 210

    def __init__(self) -> None:
        super().__init__()
        self._taper: Taper | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(480, self.HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(320, self.HEIGHT)

    def show_taper(self, taper: Taper) -> None:
        """Draw another taper."""
        self._taper = taper
        self.setAccessibleName(self.said(taper))
        self.update()

    def said(self, taper: Taper) -> str:
        """What the chart shows, in words."""
        first, last = taper.steps[0], taper.steps[-1]
        return (
            f"Dose over time: {text_of(first.dose_mg)} mg a day from {day_text(taper.starts)}, "
            f"{text_of(last.dose_mg)} mg at the end on {day_text(taper.ends)}"
        )

    def drawing(self, painter: QPainter, area: QRectF, taper: Taper) -> "Drawing":
        """One painting of the chart."""
        return DoseDrawing(painter, area, taper, colours(self))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name and arguments
        if self._taper is None or not self._taper.steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        area = QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
        self.drawing(painter, area, self._taper).draw()
        painter.end()


class SumChart(TaperChart):
    """Draws what is swallowed up to each day, under the chart of the doses and in line with it."""

    HEIGHT = 130

    def said(self, taper: Taper) -> str:
        """What the chart shows, in words."""
        return f"Sum of the doses over time: {text_of(taper.total_mg)} mg by {day_text(taper.ends)}"

    def drawing(self, painter: QPainter, area: QRectF, taper: Taper) -> "Drawing":
        """One painting of the chart."""
        return SumDrawing(painter, area, taper, colours(self))


def sums(taper: Taper) -> list[tuple[date, Decimal]]:
    """The milligrams swallowed before each first day of a step, and by the end; alternate days count as they come."""
    out, total = [(taper.starts, Decimal(0))], Decimal(0)
    for step in taper.steps:
        total += step_mg(step)
        out.append((step.end + timedelta(days=1), total))
    return out


class Drawing:
    """One painting of a chart: from days and milligrams to places."""

    def __init__(self, painter: QPainter, area: QRectF, taper: Taper, tint: Tint) -> None:
        self._painter, self._area, self._taper = painter, area, taper
        self._ink = tint["muted"]
        self._line = tint["line"]
        self._accent = tint["accent"]
        self._days = (taper.ends - taper.starts).days + 1
        self._top = float(self.highest())

    def highest(self) -> Decimal:
        """The milligrams at the upper edge."""
        raise NotImplementedError

    def marks(self) -> list[Decimal]:
        """The dashed lines across the chart, in mg."""
        raise NotImplementedError

    def points(self) -> list[QPointF]:
        """The corners of the curve, from the left."""
        raise NotImplementedError

    def bold(self) -> Decimal:
        """The label that stands out: the first dose, or the whole sum."""
        raise NotImplementedError

    def _x(self, day: date) -> float:
        return self._area.left() + self._area.width() * (day - self._taper.starts).days / self._days

    def _y(self, dose: Decimal) -> float:
        return self._area.bottom() - self._area.height() * float(dose) / self._top

    def draw(self) -> None:
        """Axes, thresholds, curve."""
        self._axes()
        self._thresholds()
        self._curve()

    def _axes(self) -> None:
        p, area = self._painter, self._area
        p.setPen(QPen(self._line, 1))
        p.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))
        for day in month_starts(self._taper.starts, self._taper.ends):
            x = self._x(day)
            p.setPen(QPen(self._line, 1))
            p.drawLine(QLineF(x, area.bottom(), x, area.bottom() + 4))
            p.setPen(self._ink)
            label = MONTHS[day.month - 1] if day.month > 1 else f"{MONTHS[0]} {day.year}"
            box = QRectF(x - 40, area.bottom() + 4, 80, 18)
            if box.right() <= area.right() + RIGHT + 26:
                p.drawText(box, Qt.AlignmentFlag.AlignCenter, label)

    def _dose_label(self, dose: Decimal, y: float, *, bold: bool) -> None:
        p = self._painter
        font = p.font()
        font.setBold(bold)
        p.setFont(font)
        p.setPen(self._ink)
        p.drawText(
            QRectF(0, y - 9, LEFT - 6, 18), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text_of(dose)
        )
        font.setBold(False)
        p.setFont(font)

    def _thresholds(self) -> None:
        shown = [d for d in self.marks() if self._y(d) >= self._area.top()]
        for dose in shown:
            self._painter.setPen(QPen(self._ink, 1, Qt.PenStyle.DashLine))
            y = self._y(dose)
            self._painter.drawLine(QLineF(self._area.left(), y, self._area.right(), y))
        doses = sorted({self.bold(), *shown}, reverse=True)
        for dose, y in zip(doses, spread([self._y(d) for d in doses], LABEL_GAP), strict=True):
            self._dose_label(dose, y, bold=dose == self.bold())

    def _curve(self) -> None:
        points = self.points()
        base = self._area.bottom()
        ground = QColor(self._accent)
        ground.setAlpha(40)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(ground)
        self._painter.drawPolygon(QPolygonF([QPointF(points[0].x(), base), *points, QPointF(points[-1].x(), base)]))
        pen = QPen(self._accent, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._painter.setPen(pen)
        self._painter.drawPolyline(QPolygonF(points))


class DoseDrawing(Drawing):
    """A staircase of doses that ends at nothing."""

    def highest(self) -> Decimal:
        return max(self.bold() * Decimal("1.08"), Decimal(10))

    def bold(self) -> Decimal:
        return max(mean_dose(s) for s in self._taper.steps)

    def marks(self) -> list[Decimal]:
        return list(THRESHOLDS)

    def points(self) -> list[QPointF]:
        out = []
        for step in self._taper.steps:
            y = self._y(mean_dose(step))
            out += [QPointF(self._x(step.start), y), QPointF(self._x(step.end + timedelta(days=1)), y)]
        return [*out, QPointF(out[-1].x(), self._area.bottom())]


class SumDrawing(Drawing):
    """A rising line from nothing to the whole of what is swallowed."""

    def highest(self) -> Decimal:
        return self.bold() * Decimal("1.08")

    def bold(self) -> Decimal:
        return self._taper.total_mg

    def marks(self) -> list[Decimal]:
        return [self.bold() / 2]

    def points(self) -> list[QPointF]:
        return [QPointF(self._x(day), self._y(total)) for day, total in sums(self._taper)]
