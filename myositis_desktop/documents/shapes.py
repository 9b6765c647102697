"""Small drawings of paper: status chips, tick boxes, tablets, ruled fields, places to sign. All read in grey."""

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from reportlab.lib.colors import Color, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from myositis_desktop.documents.fonts import BOLD, REGULAR, width
from myositis_desktop.documents.pdf_objects import reserve_signature_field
from myositis_desktop.documents.style import INK, MUTED, RULE, Paragraph
from myositis_desktop.model.number import text_of

_FILLED = {"recommended", "contraindicated", "emergency", "override"}
_TRIANGLES = {"caution", "emergency", "warning", "override"}

CUT_OFFS = ("0.5", "0.55", "0.9")
"""Probabilities from which EULAR/ACR says possible, probable, definite."""


def draw_sign(canvas: Canvas, status: str, x: float, y: float, size: float) -> None:
    """The sign of a status in a square of `size` points with its lower left corner at x, y; strokes only, no text."""
    canvas.saveState()
    filled = status in _FILLED
    canvas.setStrokeColor(INK)
    canvas.setFillColor(INK if filled else white)
    canvas.setLineWidth(size * 0.1)
    canvas.setLineCap(1)
    if status in _TRIANGLES:
        _polygon(canvas, [(x, y + size * 0.05), (x + size, y + size * 0.05), (x + size / 2, y + size * 0.95)])
    elif status != "not-indicated":
        canvas.circle(x + size / 2, y + size / 2, size * 0.46, stroke=1, fill=1)
    canvas.setStrokeColor(white if filled else INK)
    canvas.setLineWidth(size * 0.13)
    canvas.translate(x, y)
    for line in _INNER.get(status, ()):
        path = canvas.beginPath()
        path.moveTo(line[0][0] * size, line[0][1] * size)
        for px, py in line[1:]:
            path.lineTo(px * size, py * size)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


_EXCLAMATION = (((0.5, 0.68), (0.5, 0.42)), ((0.5, 0.22), (0.5, 0.23)))
_INNER: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "recommended": (((0.27, 0.5), (0.44, 0.32), (0.74, 0.67)),),
    "contraindicated": (((0.27, 0.5), (0.73, 0.5)),),
    "not-indicated": (((0.25, 0.5), (0.75, 0.5)),),
    "needs-data": (
        ((0.36, 0.64), (0.42, 0.73), (0.5, 0.76), (0.6, 0.72), (0.64, 0.62), (0.6, 0.54), (0.5, 0.47), (0.5, 0.38)),
        ((0.5, 0.22), (0.5, 0.23)),
    ),
    "caution": _EXCLAMATION,
    "emergency": _EXCLAMATION,
    "warning": _EXCLAMATION,
    "override": _EXCLAMATION,
    "info": (((0.5, 0.5), (0.5, 0.26)), ((0.5, 0.73), (0.5, 0.74))),
}


def _polygon(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


class Chip(Flowable):  # type: ignore[misc] # ReportLab has no types
    """A status as sign and word, at the right of its column."""

    def __init__(self, status: str, word: str) -> None:
        super().__init__()
        self.status, self.word = status, word
        self.width = width(word, BOLD, 11) + 25
        self.height = 18
        self.hAlign = "RIGHT"

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.7)
        canvas.roundRect(0, 0, self.width, self.height, 5)
        draw_sign(canvas, self.status, 5, 4, 10)
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 11)
        canvas.drawString(19, 5.2, self.word)


class SignLine(Flowable):  # type: ignore[misc] # ReportLab has no types
    """A paragraph with a sign or an empty tick box at its left; the paragraph may break over pages."""

    def __init__(self, paragraph: Paragraph, sign: str = "", box: float = 4.5 * mm) -> None:
        super().__init__()
        self.paragraph, self.sign, self.box = paragraph, sign, box
        self.spaceAfter = 3

    def wrap(self, width_: float, height: float) -> tuple[float, float]:
        self.width = width_
        _, inner = self.paragraph.wrap(width_ - self.box - 6, height)
        self.height = max(inner, self.box + 2)
        return width_, self.height

    def split(self, width_: float, height: float) -> list[Flowable]:
        parts = self.paragraph.split(width_ - self.box - 6, height)
        if len(parts) < 2:
            return []
        return [SignLine(parts[0], self.sign, self.box), *(SignLine(part, " ", self.box) for part in parts[1:])]

    def draw(self) -> None:
        top = self.height - self.box - 1
        if not self.sign:
            draw_box(self.canv, 0, top, self.box)
        elif self.sign.strip():
            draw_sign(self.canv, self.sign, 0, top, self.box)
        self.paragraph.drawOn(self.canv, self.box + 6, self.height - self.paragraph.height)


def draw_box(canvas: Canvas, x: float, y: float, size: float) -> None:
    """An empty box to tick with a pen."""
    canvas.saveState()
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.9)
    canvas.rect(x, y, size, size)
    canvas.restoreState()


class Box(Flowable):  # type: ignore[misc] # ReportLab has no types
    """An empty tick box as the content of a table cell."""

    def __init__(self, size: float = 4.5 * mm) -> None:
        super().__init__()
        self.size = size
        self.hAlign = "CENTER"

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.size, self.size

    def draw(self) -> None:
        draw_box(self.canv, 0, 0, self.size)


class Options(Flowable):  # type: ignore[misc] # ReportLab has no types
    """Words, each behind an empty box to tick, side by side and on as many lines as they need."""

    BOX, LINE, GAP, LETTER = 4.2 * mm, 6.2 * mm, 4 * mm, 11

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words
        self.places: list[tuple[float, float, str]] = []

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        x, line = 0.0, 0
        self.places = []
        for word in self.words:
            room = self.BOX + 4 + width(word, REGULAR, self.LETTER)
            if x and x + room > width_:
                x, line = 0.0, line + 1
            self.places.append((x, line * self.LINE, word))
            x += room + self.GAP
        self.width, self.height = width_, (line + 1) * self.LINE
        return self.width, self.height

    def draw(self) -> None:
        for x, down, word in self.places:
            y = self.height - down - self.BOX - 1
            draw_box(self.canv, x, y, self.BOX)
            self.canv.setFillColor(INK)
            self.canv.setFont(REGULAR, self.LETTER)
            self.canv.drawString(x + self.BOX + 4, y + 2, word)


class RangeBar(Flowable):  # type: ignore[misc] # ReportLab has no types
    """A probability as a range on a scale from 0 to 1, with the cut-offs of the levels as short strokes."""

    def __init__(self, low: Decimal, high: Decimal, width_: float, marks: Sequence[str] = CUT_OFFS) -> None:
        super().__init__()
        self.low, self.high, self.marks = low, high, marks
        self.width, self.height = width_, 24

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.7)
        canvas.rect(0, 12, self.width, 8)
        left, right = (float(p) * self.width for p in (self.low, self.high))
        canvas.setFillColor(INK)
        canvas.rect(
            max(0, left - 1.5),
            12,
            max(3, right - left + 3) if right < self.width - 2 else right - left + 1.5,
            8,
            stroke=0,
            fill=1,
        )
        canvas.setFont(REGULAR, 8.5)
        canvas.setFillColor(MUTED)
        for mark in self.marks:
            x = float(mark) * self.width
            canvas.line(x, 10, x, 22)
            canvas.drawRightString(x, 1, mark) if mark == CUT_OFFS[0] else canvas.drawString(x, 1, mark)
        canvas.drawString(0, 1, "0")
        canvas.drawRightString(self.width, 1, "1")
        canvas.restoreState()


class Ruled(Flowable):  # type: ignore[misc] # ReportLab has no types
    """Labels, each with a line to write on, side by side."""

    def __init__(self, *labels: str) -> None:
        super().__init__()
        self.labels = labels
        self.spaceAfter = 4

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width_, 24
        return width_, 24

    def draw(self) -> None:
        canvas, part = self.canv, self.width / len(self.labels)
        canvas.setFont(REGULAR, 11)
        canvas.setFillColor(INK)
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.7)
        for index, label in enumerate(self.labels):
            canvas.drawString(index * part, 5, label)
            canvas.line(index * part + width(label, REGULAR, 11) + 5, 3, (index + 1) * part - 10, 3)


class Tablets(Flowable):  # type: ignore[misc] # ReportLab has no types
    """The tablets of a day, drawn as circles with their strength in mg; a half has its other half dotted."""

    SIZE = 7.2 * mm

    def __init__(self, tablets: Sequence[tuple[Decimal, Decimal]]) -> None:
        super().__init__()
        self.shapes = [(mg, whole) for mg, count in tablets for whole in _pieces(count)]
        self.spaceAfter = 1

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        self.per_row = max(1, int(width_ // (self.SIZE + 2)))
        self.rows = ceil(len(self.shapes) / self.per_row)
        self.width, self.height = width_, self.rows * (self.SIZE + 2)
        return self.width, self.height

    def draw(self) -> None:
        for index, (mg, whole) in enumerate(self.shapes):
            row, column = divmod(index, self.per_row)
            self._tablet(
                column * (self.SIZE + 2), self.height - (row + 1) * (self.SIZE + 2) + 1, text_of(mg), whole=whole
            )

    def _tablet(self, x: float, y: float, label: str, *, whole: bool) -> None:
        canvas, size = self.canv, self.SIZE
        canvas.setStrokeColor(INK)
        canvas.setFillColor(INK)
        canvas.setLineWidth(0.9)
        if whole:
            canvas.circle(x + size / 2, y + size / 2, size / 2 - 0.5)
        else:
            canvas.arc(x + 0.5, y + 0.5, x + size - 0.5, y + size - 0.5, 90, 180)
            canvas.line(x + size / 2, y + 0.5, x + size / 2, y + size - 0.5)
            canvas.setDash(1, 2)
            canvas.arc(x + 0.5, y + 0.5, x + size - 0.5, y + size - 0.5, 270, 180)
            canvas.setDash()
        font = 9 if whole else 6.5
        canvas.setFont(REGULAR, font)
        canvas.drawCentredString(x + size * (0.5 if whole else 0.27), y + size / 2 - font * 0.36, label)


def _pieces(count: Decimal) -> list[bool]:
    """True for each whole tablet, False for a half."""
    whole = int(count)
    return [True] * whole + [False] * (count != whole)


class SignaturePlaces(Flowable):  # type: ignore[misc] # ReportLab has no types
    """Two places to sign; with `fields` they are signature fields of the file, without them it is a draft."""

    HEIGHT = 31 * mm
    GAP = 6 * mm

    def __init__(self, labels: tuple[str, str], fields: tuple[str, str] | None) -> None:
        super().__init__()
        self.labels, self.fields = labels, fields

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width_, self.HEIGHT + 18
        return self.width, self.height

    def draw(self) -> None:
        box = (self.width - self.GAP) / 2
        for index, label in enumerate(self.labels):
            x = index * (box + self.GAP)
            self.canv.setFillColor(INK)
            self.canv.setFont(BOLD, 11)
            self.canv.drawString(x, self.HEIGHT + 6, label)
            self.canv.setStrokeColor(RULE)
            self.canv.setLineWidth(0.7)
            self.canv.rect(x, 0, box, self.HEIGHT)
            if self.fields is None:
                self.canv.setFillColor(MUTED)
                self.canv.setFont(REGULAR, 11)
                self.canv.drawString(x + 6, self.HEIGHT - 16, "Draft: not for signature")
            else:
                left, bottom = self.canv.absolutePosition(x + 1, 1)
                right, top = self.canv.absolutePosition(x + box - 1, self.HEIGHT - 1)
                reserve_signature_field(self.canv, self.fields[index], (left, bottom, right, top))


class Band(Flowable):  # type: ignore[misc] # ReportLab has no types
    """A black band with a sign and white words: the head of the emergencies."""

    def __init__(self, sign: str, word: str) -> None:
        super().__init__()
        self.sign, self.word = sign, word

    def wrap(self, width_: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width_, 24
        return width_, 24

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFillColor(INK)
        canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.roundRect(6, 3, 18, 18, 3, stroke=0, fill=1)
        draw_sign(canvas, self.sign, 8, 5, 14)
        canvas.setFillColor(white)
        canvas.setFont(BOLD, 14)
        canvas.drawString(32, 7, self.word)


def hairline(canvas: Canvas, x: float, y: float, length: float, color: Color = RULE) -> None:
    """A thin horizontal rule."""
    canvas.saveState()
    canvas.setStrokeColor(color)
    canvas.setLineWidth(0.6)
    canvas.line(x, y, x + length, y)
    canvas.restoreState()
