"""The details of a finding behind the "…" button: the day it was found, the assay and its strength, the lower limit."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QLineEdit

from myositis_desktop.ui.widgets.control import Details, FindingControl
from myositis_desktop.ui.widgets.edits import NoteLabel, PlainEdit
from myositis_desktop.ui.widgets.numbers import typed_day


class DetailsPopover(QFrame):
    """A small frame beside a control; what is written in it counts at once, Esc or a click outside closes it."""

    def __init__(self, control: FindingControl) -> None:
        super().__init__(control, Qt.WindowType.Popup)
        self.setObjectName("popover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._control = control
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(16, 12, 16, 12)
        details = control.details
        title = QLabel(control.spec.label)
        title.setProperty("role", "strong")
        self._rows.addRow(title)
        self.on = self._row(self.tr("Found on"), details.on.isoformat() if details.on else "", "YYYY-MM-DD")
        self._note = NoteLabel()
        self._note.hide()
        self._rows.addRow("", self._note)
        self.assay = self.strength = None
        if control.spec.kind == "antibody":
            self.assay = self._row(self.tr("Assay"), details.assay or "", self.tr("line blot, ELISA …"))
            self.strength = self._row(self.tr("Strength"), details.strength or "", self.tr("strong, medium …"))
        for label, edit in control.detail_fields():
            self._rows.addRow(label, edit)

    def _row(self, label: str, text: str, hint: str) -> PlainEdit:
        edit = PlainEdit(text)
        edit.setPlaceholderText(hint)
        edit.setMaxLength(80)
        edit.textEdited.connect(self._take)
        edit.stepped.connect(lambda step: self.focusNextPrevChild(step > 0))
        name = QLabel(label)
        name.setBuddy(edit)
        edit.setAccessibleName(label)
        self._rows.addRow(name, edit)
        return edit

    def _take(self) -> None:
        text = self.on.text().strip()
        day = typed_day(text)
        missing = bool(text) and day is None
        self._note.say("red", self.tr("Write the day as YYYY-MM-DD; it is not used yet.") if missing else "")
        self._control.set_details(Details(day, _text(self.assay), _text(self.strength)))


def _text(edit: QLineEdit | None) -> str | None:
    return (edit.text().strip() or None) if edit is not None else None


def _beside(control: FindingControl, popover: QFrame) -> QPoint:
    """Below the control, or above it where the screen ends."""
    below = control.mapToGlobal(QPoint(0, control.height() + 2))
    screen = control.screen().availableGeometry()
    if below.y() + popover.height() > screen.bottom():
        below = control.mapToGlobal(QPoint(0, -popover.height() - 2))
    return QPoint(max(screen.left(), min(below.x(), screen.right() - popover.width())), max(screen.top(), below.y()))


def open_details(control: FindingControl) -> DetailsPopover:
    """Show the details of a control below it."""
    popover = DetailsPopover(control)
    popover.adjustSize()
    popover.move(_beside(control, popover))
    popover.show()
    popover.on.setFocus()
    return popover
