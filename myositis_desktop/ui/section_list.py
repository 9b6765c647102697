"""The list of forms and their sections, each with what is known of it: a sign and a colour say what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from myositis_desktop.ui.widgets.tint import Tint, colours, tint_property

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a form, or a section of the form that is open."""

    form: str
    section: str
    """"" for the line of the form itself."""
    title: str
    known: int = 0
    total: int = 0
    """0: nothing to count."""
    wrong: bool = False
    """Something here is not used or was found wrong."""

    @property
    def sign(self) -> str:
        """wrong, done, open or "" where there is nothing to count."""
        if self.wrong:
            return "wrong"
        return "" if not self.total else ("done" if self.known == self.total else "open")

    def spoken(self) -> str:
        """The line for a screen reader."""
        count = f": {self.known}/{self.total}" if self.total else ""
        return f"{self.title}{count}" + (" !" if self.wrong else "")


_ENTRY = int(Qt.ItemDataRole.UserRole)


class SectionList(QListWidget):
    """Forms with the sections of the current one unfolded below it."""

    tint = tint_property()
    chosen = Signal(str, str)
    """Form and section ("" for its beginning)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = ""
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(False)
        self.setAccessibleName(self.tr("Sections"))
        self.itemClicked.connect(self._tell)
        self.itemActivated.connect(self._tell)
        self.currentItemChanged.connect(lambda now, _: self._tell(now) if self.hasFocus() else None)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show lines; those that are there already are kept, so that nothing flickers while one types."""
        grown = len(entries) > self.count()
        for row, entry in enumerate(entries):
            if row >= self.count():
                self.addItem(QListWidgetItem())
            item = self.item(row)
            if item.data(_ENTRY) != entry:
                item.setData(_ENTRY, entry)
                item.setText(entry.spoken())
        if grown:
            self._fold()

    def show_form(self, form: str) -> None:
        """Unfold the sections of a form."""
        self._form = form
        self._fold()
        now = self.current_entry()
        if now is None or now.form != form:
            self.select(form, "")

    def select(self, form: str, section: str) -> None:
        """Make a line the current one without telling."""
        was = self.blockSignals(True)
        for row in range(self.count()):
            entry = self.item(row).data(_ENTRY)
            if (entry.form, entry.section) == (form, section):
                self.setCurrentRow(row)
        self.blockSignals(was)
        self.viewport().update()

    def current_entry(self) -> Entry | None:
        """The line that is current."""
        entry = self.item(self.currentRow()).data(_ENTRY) if self.currentRow() >= 0 else None
        return entry if isinstance(entry, Entry) else None

    def entries(self) -> list[Entry]:
        """All lines, folded ones too."""
        return [self.item(row).data(_ENTRY) for row in range(self.count())]

    def _fold(self) -> None:
        for row in range(self.count()):
            entry = self.item(row).data(_ENTRY)
            self.item(row).setHidden(bool(entry.section) and entry.form != self._form)

    def _tell(self, item: QListWidgetItem | None) -> None:
        entry = item.data(_ENTRY) if item is not None else None
        if isinstance(entry, Entry):
            self.chosen.emit(entry.form, entry.section)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scrolls, as lists do; it never chooses."""
        super().wheelEvent(event)


class _Delegate(QStyledItemDelegate):
    """Draws a line: sign, title, count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        entry = index.data(_ENTRY)
        height = self._list().fontMetrics().height()
        return QSize(option.rect.width(), height + (8 if isinstance(entry, Entry) and entry.section else 14))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, owner = index.data(_ENTRY), self._list()
        if not isinstance(entry, Entry):
            return
        tint, area = colours(owner), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area, bool(option.state & QStyle.StateFlag.State_Selected), tint)
        self._paint_line(painter, area, entry, tint)
        painter.restore()

    def _list(self) -> SectionList:
        owner = self.parent()
        if not isinstance(owner, SectionList):
            raise TypeError(owner)
        return owner

    def _paint_ground(self, painter: QPainter, area: QRectF, selected: bool, tint: Tint) -> None:
        if not selected:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint["accent_tint"])
        painter.drawRoundedRect(area.adjusted(3, 1, -3, -1), 4, 4)

    def _paint_line(self, painter: QPainter, area: QRectF, entry: Entry, tint: Tint) -> None:
        owner = self._list()
        rtl = owner.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side, indent = 12.0, 22.0 if entry.section else 8.0
        line = area.adjusted(10, 0, -indent, 0) if rtl else area.adjusted(indent, 0, -10, 0)
        sign = QRectF(line.right() - side if rtl else line.left(), line.center().y() - side / 2, side, side)
        _paint_sign(painter, sign, entry.sign, tint)
        text = line.adjusted(0, 0, -side - 8, 0) if rtl else line.adjusted(side + 8, 0, 0, 0)
        count = f"{entry.known}/{entry.total}" if entry.total else ""
        font = QFont(owner.font())
        painter.setFont(font)
        wide = painter.fontMetrics().horizontalAdvance(count) + 8 if count else 0
        painter.setPen(tint["muted"])
        end, start = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight) if rtl else (
            Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft)  # fmt: skip
        painter.drawText(text, end | Qt.AlignmentFlag.AlignVCenter, count)
        font.setWeight(QFont.Weight.Normal if entry.section else QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(tint["text"])
        room = text.adjusted(wide, 0, 0, 0) if rtl else text.adjusted(0, 0, -wide, 0)
        title = painter.fontMetrics().elidedText(entry.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, start | Qt.AlignmentFlag.AlignVCenter, title)


def _paint_sign(painter: QPainter, box: QRectF, sign: str, tint: Tint) -> None:
    """A ring for open, a tick for done, a cross for wrong."""
    middle = box.center()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if sign == "open":
        painter.setPen(QPen(tint["amber"], 1.8))
        painter.drawEllipse(box.adjusted(1.5, 1.5, -1.5, -1.5))
    elif sign == "done":
        painter.setPen(QPen(tint["green"], 2))
        low = QPointF(box.left() + 4.5, box.bottom() - 2.5)
        painter.drawPolyline(
            [QPointF(box.left() + 1.5, middle.y() + 0.5), low, QPointF(box.right() - 1, box.top() + 2)]
        )
    elif sign == "wrong":
        painter.setPen(QPen(tint["red"], 2))
        painter.drawLine(box.topLeft() + QPointF(2, 2), box.bottomRight() - QPointF(2, 2))
        painter.drawLine(box.topRight() + QPointF(-2, 2), box.bottomLeft() + QPointF(2, -2))
