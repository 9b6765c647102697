"""The EULAR/ACR probability as a range: lowest (unknown read as absent) to highest (unknown read as present)."""

from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from myositis_desktop.ui.widgets.tint import colours, tint_property

CUT_OFFS = (0.5, 0.55, 0.9)
"""Where EULAR/ACR begins to say possible, probable and definite; for drawing only."""


class ProbabilityBar(QWidget):
    """A scale from 0 to 1 with the range drawn on it; the numbers stand in the text beside it."""

    tint = tint_property()

    def __init__(self, *, marked: bool = False) -> None:
        super().__init__()
        self._marks = CUT_OFFS if marked else ()
        self._low, self._high = 0.0, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(240, 16)

    def show_range(self, low: Decimal, high: Decimal) -> None:
        """Two probabilities, 0 to 1; only their places on the scale are drawn."""
        self._low, self._high = float(min(low, high)), float(max(low, high))
        self.setAccessibleName(f"Probability {low} to {high}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name and arguments
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width, middle = self.width() - 8.0, self.height() / 2
        tint = colours(self)
        painter.setBrush(tint["line"])
        painter.drawRoundedRect(QRectF(0, middle - 4, self.width(), 8), 4, 4)
        left, right = 4 + width * self._low, 4 + width * self._high
        painter.setBrush(tint["accent"])
        painter.drawRoundedRect(QRectF(left - 4, middle - 4, right - left + 8, 8), 4, 4)
        for x in (left, right):
            painter.drawRoundedRect(QRectF(x - 1.5, 1, 3, self.height() - 2), 1.5, 1.5)
        painter.setBrush(tint["muted"])
        for mark in self._marks:
            painter.drawRect(QRectF(4 + width * mark - 0.5, 0, 1, self.height()))
        painter.end()
