"""Answers as segments side by side, drawn as one control: sign, antibody, choice. Nothing is ever preset."""

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from myositis_desktop.model.catalogue import FindingSpec
from myositis_desktop.ui.widgets.control import FindingControl, Lists
from myositis_desktop.ui.widgets.details import open_details
from myositis_desktop.ui.widgets.edits import NoteLabel, step_of
from myositis_desktop.ui.widgets.tint import Tint, colours, tint_property

_PAD = 10
_DOTS = 26
_GAP = 4
_CLEARING = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Question}


@dataclass(frozen=True, slots=True)
class Segment:
    """One answer of a control."""

    value: str
    """The word of the case file; "" is unknown."""
    text: str
    key: str
    """The letter or digit that chooses it."""
    look: str = "full"
    """full, tint, line or dots: told apart in grey too."""


class Segments(FindingControl):
    """Segments that wrap into lines, or stand below one another, where the column is narrow."""

    tint = tint_property()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segments: tuple[Segment, ...] = ()
        self._rects: list[QRectF] = []
        self._dots = QRectF()
        self._hover = -1
        self._over = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def answers(self, spec: FindingSpec) -> tuple[Segment, ...]:
        """The segments of a finding, without the one for unknown."""
        raise NotImplementedError

    def bind(self, spec: FindingSpec, lists: Lists) -> None:
        self.segments = (*self.answers(spec), Segment("", "?", self.tr("U", "key for unknown"), "unknown"))
        super().bind(spec, lists)
        self._arrange()

    # The answer

    def answer(self) -> str:
        """The word that is chosen; "" is unknown."""
        return str(self._finding.value) if self._finding is not None else ""

    def choose(self, value: str) -> None:
        """Take an answer as the clinician gives it; "" is unknown."""
        if not value:
            self._edit(None)
        elif self._finding is None:
            self._edit(self._plain(value))
        else:
            self._edit(replace(self._finding, value=value))
        self.show_notes()
        self.update()

    def state_text(self) -> str:
        return next((s.text for s in self.segments if s.value and s.value == self.answer()), self.tr("unknown"))

    def keys_text(self) -> str:
        keys = ", ".join(f"{s.key} {s.text.lower()}" for s in self.segments if s.value)
        unknown = self.tr("{key} or Del unknown").format(key=self.segments[-1].key if self.segments else "U")
        text = self.tr("Keys: {keys}, {unknown}; with Shift on to the next line").format(keys=keys, unknown=unknown)
        return text + (self.tr("; F2 details") if self.takes_details else "")

    def _show(self) -> None:
        self.update()

    # Keyboard and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.isAutoRepeat() and not step_of(event):
            return
        if step := step_of(event):
            self.stepped.emit(step)
        elif event.key() == Qt.Key.Key_F2 and self.takes_details:
            open_details(self)
        elif not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        key, letter = Qt.Key(event.key()), event.text().upper()
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._move(key == Qt.Key.Key_Right)
            return True
        chosen = next((s for s in self.segments if letter and s.key == letter), None)
        if chosen is None and key not in _CLEARING:
            return False
        self.choose(chosen.value if chosen else "")
        if chosen and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.stepped.emit(1)
        return True

    def _move(self, right: bool) -> None:
        forward = right == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
        now = next((i for i, s in enumerate(self.segments) if s.value == self.answer()), len(self.segments) - 1)
        self.choose(self.segments[(now + (1 if forward else -1)) % len(self.segments)].value)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self._hit(event.position())
        if hit >= 0:
            self.choose(self.segments[hit].value)
        elif self.takes_details and self._dots.contains(event.position()):
            open_details(self)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        hit = self._hit(event.position())
        if hit != self._hover:
            self._hover = hit
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._over = True
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._over, self._hover = False, -1
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.update()

    def _hit(self, at: QPointF) -> int:
        return next((i for i, rect in enumerate(self._rects) if rect.contains(at)), -1)

    def segment_rect(self, value: str) -> QRectF:
        """Where the segment of an answer stands in this widget."""
        return self._rects[next(i for i, s in enumerate(self.segments) if s.value == value)]

    # Room

    def _line(self) -> int:
        return self.fontMetrics().height() + 12

    def _widths(self) -> tuple[int, ...]:
        return _widths(tuple(s.text for s in self.segments), self.font().key(), self._line() + 6)

    def _lay(self, width: int) -> tuple[list[QRectF], float]:
        """The rectangles for a width, and their height; they stand below one another where one fills a line."""
        widths, line, room = self._widths(), self._line(), max(width - _DOTS, 40)
        if self._is_stacked(room):
            return self._stack(room)
        x = y = 0.0
        rects: list[QRectF] = []
        for wide in widths:
            if x and x + wide > room:
                x, y = 0.0, y + line + _GAP
            rects.append(QRectF(x, y, wide, line))
            x += wide
        return rects, (rects[-1].bottom() if rects else line) + 2

    def _is_stacked(self, room: float) -> bool:
        """Whether the answers are sentences, which stand below one another."""
        widths = self._widths()
        return sum(widths) > room and max(widths[:-1], default=0) > room * 0.6

    def _stack(self, room: float) -> tuple[list[QRectF], float]:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        metrics, y, rects = QFontMetrics(font), 0.0, []
        for segment in self.segments:
            text = QRect(0, 0, round(room) - 2 * _PAD - 4, 1000)
            high = metrics.boundingRect(text, Qt.TextFlag.TextWordWrap, segment.text).height() + 12
            rects.append(QRectF(0, y, room, high))
            y += high
        return rects, y + 2

    def _arrange(self) -> None:
        rects, self._body = self._lay(self.width())
        right = max((r.right() for r in rects), default=0) + 2
        self._dots = QRectF(right, 0, _DOTS - 4, self._line())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            rects = [_mirrored(r, self.width()) for r in rects]
            self._dots = _mirrored(self._dots, self.width())
        self._rects = [r.translated(0, 1) for r in rects]
        if self._note_label is not None:
            height = self._note_label.heightForWidth(self.width())
            self._note_label.setGeometry(0, round(self._body) + 4, self.width(), height)

    def _place_note(self, label: NoteLabel) -> None:
        label.show()

    def _notes_changed(self) -> None:
        self.updateGeometry()
        self._arrange()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        height = self._lay(width)[1]
        note = self._note_label
        if note is not None and not note.isHidden():
            height += 4 + note.heightForWidth(width)
        return round(height)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        width = sum(self._widths()) + _DOTS
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(140, self._line() + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange}:
            self.updateGeometry()
            self._arrange()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint, answer = colours(self), self.answer()
        for line in self._lines():
            self._paint_track(painter, line, tint, known=bool(answer))
        for i, (segment, rect) in enumerate(zip(self.segments, self._rects, strict=True)):
            if segment.value == answer:
                self._paint_chosen(painter, rect, segment, tint)
            else:
                if i == self._hover:
                    _box(painter, rect, None, tint["raised"])
                self._write(painter, rect, segment.text, tint["text" if answer else "muted"], bold=False)
        if self.takes_details and (self._over or self.hasFocus() or self.details.text()):
            self._write(painter, self._dots, "…", tint["accent" if self.details.text() else "muted"], bold=True)

    def _lines(self) -> list[QRectF]:
        lines: dict[float, QRectF] = {}
        for rect in self._rects:
            lines[rect.top()] = lines.get(rect.top(), rect).united(rect)
        if not self._is_stacked(max(self.width() - _DOTS, 40)):
            return list(lines.values())
        whole = self._rects[0]
        for rect in self._rects:
            whole = whole.united(rect)
        return [whole]

    def _paint_track(self, painter: QPainter, line: QRectF, tint: Tint, known: bool) -> None:
        pen = QPen(tint["border"], 1)
        if self.hasFocus():
            pen = QPen(tint["focus"], 2)
        elif self.problem():
            pen = QPen(tint["red"], 2)
        elif not known:
            pen.setStyle(Qt.PenStyle.DashLine)
        inset = pen.widthF() / 2
        painter.setPen(pen)
        painter.setBrush(tint["surface"])
        painter.drawRoundedRect(line.adjusted(inset, inset, -inset, -inset), 6, 6)

    def _paint_chosen(self, painter: QPainter, rect: QRectF, segment: Segment, tint: Tint) -> None:
        ink, ground = tint["text"], tint["surface"]
        pen: QPen | None = QPen(tint["text"], 2)
        if segment.look == "full":
            ink, ground, pen = tint["accent_text"], tint["accent"], QPen(tint["accent"], 1)
        elif segment.look == "tint":
            ground, pen = tint["accent_tint"], QPen(tint["accent"], 2)
        elif segment.look == "dots":
            pen = QPen(tint["text"], 2, Qt.PenStyle.DotLine)
        elif segment.look == "unknown":
            pen = None
        _box(painter, rect, pen, ground)
        self._write(painter, rect, segment.text, ink, bold=True)

    def _write(self, painter: QPainter, rect: QRectF, text: str, ink: QColor, bold: bool) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(ink)
        if rect.width() > self.width() * 0.7:
            start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(rect.adjusted(_PAD, 0, -_PAD, 0), start, text)
        else:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


@lru_cache(maxsize=64)
def _widths(texts: tuple[str, ...], font_key: str, least: int) -> tuple[int, ...]:
    """The width of each segment in the heavier weight, so that choosing one moves nothing."""
    font = QFont()
    font.fromString(font_key)
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetrics(font)
    return tuple(max(metrics.horizontalAdvance(text) + 2 * _PAD, least) for text in texts)


def _mirrored(rect: QRectF, width: int) -> QRectF:
    return QRectF(width - rect.right(), rect.top(), rect.width(), rect.height())


def _box(painter: QPainter, rect: QRectF, pen: QPen | None, ground: QColor) -> None:
    """A rounded box inside its segment."""
    painter.setPen(pen if pen is not None else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(4, 4, -4, -4), 4, 4)


class SignControl(Segments):
    """Present, absent or unknown: P, A, U."""

    def answers(self, spec: FindingSpec) -> tuple[Segment, ...]:  # noqa: ARG002 - the same for every sign
        return (
            Segment("present", self.tr("Present"), self.tr("P", "key for present")),
            Segment("absent", self.tr("Absent"), self.tr("A", "key for absent"), "line"),
        )


class AntibodyControl(Segments):
    """Positive, weak, negative, pending or unknown: P, W, N, E, U."""

    def answers(self, spec: FindingSpec) -> tuple[Segment, ...]:  # noqa: ARG002 - the same for every antibody
        return (
            Segment("positive", self.tr("Positive"), self.tr("P", "key for positive")),
            Segment("weak", self.tr("Weak"), self.tr("W", "key for weak"), "tint"),
            Segment("negative", self.tr("Negative"), self.tr("N", "key for negative"), "line"),
            Segment("pending", self.tr("Pending"), self.tr("E", "key for pending"), "dots"),
        )


class ChoiceControl(Segments):
    """One value of the catalogue, or unknown: the digits, U."""

    def answers(self, spec: FindingSpec) -> tuple[Segment, ...]:
        return tuple(
            Segment(value, spec.value_labels.get(value, value), str(i)) for i, value in enumerate(spec.values, 1)
        )
