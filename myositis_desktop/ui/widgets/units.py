"""The unit beside a quantity: plain text, or a small list where the catalogue knows more than one."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from myositis_desktop.model.catalogue import Unit
from myositis_desktop.ui.widgets.edits import step_of
from myositis_desktop.ui.widgets.tint import colours, tint_property

_PAD = 8
_ARROW = 14


class UnitButton(QAbstractButton):
    """Shows the unit; a click, Space or Alt+Down lists the others. The wheel changes nothing."""

    tint = tint_property()
    chosen = Signal()
    """The clinician has chosen another unit."""
    stepped = Signal(int)

    def __init__(self, units: tuple[Unit, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.units = units
        self.unit = units[0]
        self._characters = 0
        many = len(units) > 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if many else Qt.FocusPolicy.NoFocus)
        self.setEnabled(many)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, many)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._list)
        self.set_unit(units[0].symbol)

    def set_unit(self, symbol: str) -> bool:
        """Show a unit; False where it is not among those on offer."""
        unit = next((u for u in self.units if u.symbol == symbol), None)
        if unit is None:
            return False
        self.unit = unit
        self.setText(unit_text(unit))
        self.updateGeometry()
        return True

    def choose(self, symbol: str) -> None:
        """Take a unit as the clinician chooses it."""
        if symbol != self.unit.symbol and self.set_unit(symbol):
            self.chosen.emit()

    def set_characters(self, count: int) -> None:
        """At least as wide as `count` characters, so that what follows stands in one line."""
        self._characters = count

    def _list(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for unit in self.units:
            action = menu.addAction(unit_text(unit))
            action.setCheckable(True)
            action.setChecked(unit is self.unit)
            action.triggered.connect(lambda _=False, symbol=unit.symbol: self.choose(symbol))
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._list()
        elif step := step_of(event):
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        metrics = self.fontMetrics()
        width = max(metrics.horizontalAdvance(unit_text(u)) for u in self.units) + (_ARROW if self.isEnabled() else 0)
        return QSize(max(width + 2 * _PAD, metrics.averageCharWidth() * self._characters), metrics.height() + 12)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        painter, tint, area = QPainter(self), colours(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            pen = QPen(tint["focus"], 2) if self.hasFocus() else QPen(tint["border"], 1)
            painter.setPen(pen)
            painter.setBrush(tint["raised"] if self.underMouse() else tint["surface"])
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(tint["text" if self.isEnabled() else "muted"])
        inner = area.adjusted(_PAD, 0, -_PAD, 0)
        start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        flags = self.style().visualAlignment(self.layoutDirection(), start)
        painter.drawText(inner, flags, self.text())
        if self.isEnabled():
            self._paint_arrow(painter, inner, tint["muted"])

    def _paint_arrow(self, painter: QPainter, inner: QRectF, ink: QColor) -> None:
        """A small arrow after the text: there are more units."""
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 8
        right_to_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = inner.right() - wide if right_to_left else inner.left() + wide
        y = inner.center().y() - 1
        painter.setPen(QPen(ink, 1.5))
        painter.drawPolyline([QPointF(x - 3, y), QPointF(x, y + 3), QPointF(x + 3, y)])


def unit_text(unit: Unit) -> str:
    """A unit as it is shown."""
    return unit.label or unit.symbol
