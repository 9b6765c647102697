"""Line edits, lists and notes that keep to the rules of the forms: no wheel, no undo of their own, keys that go on."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSizePolicy, QWidget

from myositis_desktop.ui.widgets.tint import colours, tint_property

_STEPS = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_UNDO = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


def step_of(event: QKeyEvent) -> int:
    """1 for Enter and Down, -1 for Up, 0 for every other key."""
    return 0 if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier else _STEPS.get(Qt.Key(event.key()), 0)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Set a dynamic property that the style sheet reads, and let it be read again; unset is the same as "false"."""
    if (widget.property(name) or "false") != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class _UndoFilter(QObject):
    """Leaves Ctrl+Z and Ctrl+Y to the window, which undoes whole answers."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class PlainEdit(QLineEdit):
    """A line edit whose undo is the window's and whose Enter and arrows go on to the next field."""

    stepped = Signal(int)
    """Enter, Down (1) or Up (-1) was pressed."""
    entered = Signal()
    """The keyboard has come to the field."""
    left = Signal()
    """The keyboard has left the field."""
    asked = Signal()
    """F2: the details are asked for."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if _is_undo(event):
            event.ignore()
        elif event.key() == Qt.Key.Key_F2:
            self.asked.emit()
        elif step := step_of(event):
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        # Only the field with the keyboard is listened to: a filter on every field costs every event of every field.
        self._undo_filter = _UndoFilter(self)
        self.installEventFilter(self._undo_filter)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self.removeEventFilter(self._undo_filter)
        self._undo_filter.deleteLater()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def set_characters(self, count: int) -> None:
        """As wide as `count` digits in the font of the screen."""
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * count + 24)


def _is_undo(event: QKeyEvent) -> bool:
    return any(event.matches(key) for key in _UNDO)


class PlainCombo(QComboBox):
    """A list that the mouse wheel never changes."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.stepped.emit(1)
        else:
            super().keyPressEvent(event)


class NoteLabel(QLabel):
    """A line under a field. Amber and red carry a drawn sign, so that they tell themselves apart in grey."""

    tint = tint_property()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", "small")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def say(self, level: str, text: str) -> None:
        """Show `text` at level "note", "amber" or "red"; an empty text hides the line."""
        set_property(self, "level", level)
        self.setContentsMargins(0 if level == "note" else self._sign_width(), 0, 0, 0)
        self.setText(text)
        self.setVisible(bool(text))

    def _sign_width(self) -> int:
        return self.fontMetrics().height() + 4

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(80, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        level = self.property("level")
        if level not in {"amber", "red"}:
            return
        side = self.fontMetrics().height() - 3.0
        left = 1.0 if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else self.width() - side - 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_sign(painter, QRectF(left, 2, side, side), level, QPen(colours(self)[level], 1.6))


def _paint_sign(painter: QPainter, box: QRectF, level: str, pen: QPen) -> None:
    """A triangle with a stroke for amber, a circle with a cross for red."""
    painter.setPen(pen)
    middle, side = box.center(), box.width()
    if level == "amber":
        painter.drawPolygon([QPointF(middle.x(), box.top()), box.bottomLeft(), box.bottomRight()])
        down = QPointF(0, side)
        top = QPointF(middle.x(), box.top())
        painter.drawLine(top + down * 0.4, top + down * 0.65)
        painter.drawPoint(top + down * 0.83)
        return
    painter.drawEllipse(box)
    arm = QPointF(side * 0.2, side * 0.2)
    mirrored = QPointF(arm.x(), -arm.y())
    painter.drawLine(middle - arm, middle + arm)
    painter.drawLine(middle - mirrored, middle + mirrored)
