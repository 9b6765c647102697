"""Draws list items of several lines: the first one is the title."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from myositis_desktop.ui.widgets.tint import colours, tint_property

MARGIN = 10
Index = QModelIndex | QPersistentModelIndex


class DocumentList(QListWidget):
    """A list of items of several lines."""

    tint = tint_property()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(TitledDelegate(self))


class TitledDelegate(QStyledItemDelegate):
    """Title in bold, the lines under it smaller and softer; a hairline between items."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        lines = str(index.data()).count("\n") + 1
        return QSize(0, 2 * MARGIN + lines * (option.fontMetrics.height() + 1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect: QRect = option.rect
        tint = colours(option.widget)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, tint["accent_tint"])
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), tint["accent"])
        painter.setPen(tint["line"])
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        height = option.fontMetrics.height() + 1
        for number, line in enumerate(str(index.data()).split("\n")):
            painter.setPen(tint["muted" if number else "text"])
            font = QFont(option.font)
            font.setBold(number == 0)
            if number:
                font.setPixelSize(max(10, round(font.pixelSize() * 12 / 14)))
            painter.setFont(font)
            box = QRect(rect.left() + MARGIN, rect.top() + MARGIN + number * height, rect.width() - 2 * MARGIN, height)
            shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()
