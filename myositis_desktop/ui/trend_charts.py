"""The charts of the course in the window: the drawings of the documents, each to be saved as a picture."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from myositis_desktop.model.number import text_of
from myositis_desktop.model.trend import Trend
from myositis_desktop.ui.pieces import Button, card, empty, row_of
from myositis_desktop.ui.wording import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

PNG_WIDTH = 1600
"""Pixels of a saved picture."""


class SvgChart(QWidget):
    """One drawing, as wide as there is room; always black on white, as on paper."""

    def __init__(self, trend: Trend, svg: bytes) -> None:
        super().__init__()
        self.renderer = QSvgRenderer(QByteArray(svg))
        self.setAccessibleName(said(trend))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        size = self.renderer.defaultSize()
        return round(width * size.height() / max(1, size.width()))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(640, self.heightForWidth(640))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name and arguments
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        height = self.heightForWidth(self.width())
        self.renderer.render(painter, QRectF(0, 0, self.width(), height))
        painter.end()

    def png(self) -> bytes:
        """The chart as a picture."""
        image = QImage(PNG_WIDTH, self.heightForWidth(PNG_WIDTH), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        self.renderer.render(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(buffer.data().data())


class TrendCharts(QWidget):
    """A card for each chart."""

    def __init__(self, save: Callable[[Trend, SvgChart], None]) -> None:
        super().__init__()
        self._save = save
        self.charts: dict[str, SvgChart] = {}
        self.buttons: dict[str, Button] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_charts(self, drawn: "Iterable[tuple[Trend, bytes]]") -> None:
        """Draw the charts anew."""
        empty(self._column)
        self.charts, self.buttons = {}, {}
        for trend, svg in drawn:
            frame, column = card()
            chart = self.charts[trend.id] = SvgChart(trend, svg)
            button = self.buttons[trend.id] = Button("Save as picture…", "quiet")
            button.setAccessibleName(f"Save as picture: {trend.title}")
            button.clicked.connect(partial(self._save, trend, chart))
            column.addWidget(chart)
            column.addLayout(row_of(button))
            self._column.addWidget(frame)


def said(trend: Trend) -> str:
    """What a chart shows, in words."""
    points = trend.points or trend.planned
    first, last = points[0], points[-1]
    return (
        f"{trend.title}: {text_of(first[1])} {trend.unit} on {day_text(first[0])}, "
        f"{text_of(last[1])} {trend.unit} on {day_text(last[0])}"
    )
