"""The manual muscle test: a total with its scale, or one grade for each muscle that sums to it."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from myositis_desktop.exchange.findings import quantity_finding, scale_of
from myositis_desktop.model.case import Finding, Quantity
from myositis_desktop.model.catalogue import FindingSpec
from myositis_desktop.ui.widgets.control import Lists, Note
from myositis_desktop.ui.widgets.edits import PlainEdit, set_property
from myositis_desktop.ui.widgets.numbers import number_text, read_number
from myositis_desktop.ui.widgets.quantity import QuantityField

_HIGHEST = 10
_SIDES = ("right_", "left_")


class Mmt8Field(QuantityField):
    """MMT-8. As long as a muscle has a grade the total is their sum, and is known only when all have one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grades: dict[str, PlainEdit] = {}
        self.toggle = QPushButton(self.tr("Muscle by muscle"), self)
        self.toggle.setCheckable(True)
        self.toggle.setAutoDefault(False)
        self.toggle.setProperty("kind", "quiet")
        self.toggle.toggled.connect(self._open)
        self._panel: QWidget | None = None
        self._forms: tuple[tuple[str, ...], ...] = ()

    def bind(self, spec: FindingSpec, lists: Lists) -> None:
        """The lists `mmt8_80` and `mmt8_150` of the catalogue name the muscles of the two scales."""
        self._forms = tuple(lists[name] for name in ("mmt8_80", "mmt8_150") if name in lists)
        super().bind(spec, lists)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.toggle)
            layout.setAlignment(self.toggle, Qt.AlignmentFlag.AlignLeft)
        self.unit_button.chosen.connect(self._scale_chosen)

    def notes(self) -> tuple[Note, ...]:
        written = [e for e in self.grades.values() if e.text().strip()]
        if not written:
            return super().notes()
        if any(self._grade(e) is None for e in written):
            return (Note("red", self.tr("Not used: a grade is a number from 0 to 10.")),)
        if len(written) < len(self.grades):
            text = self.tr("Not used yet: {known} of {all} muscles have a grade.")
            return (Note("red", text.format(known=len(written), all=len(self.grades))),)
        return super().notes()

    def is_read(self) -> bool:
        return super().is_read() and (self._finding is not None or not self._has_grades())

    def _has_grades(self) -> bool:
        return any(e.text().strip() for e in self.grades.values())

    def _read(self) -> Finding | None:
        if not self._has_grades():
            return super()._read()
        known = {m: g for m, e in self.grades.items() if (g := self._grade(e)) is not None}
        if len(known) < len(self.grades):
            return None
        total = sum(known.values(), Decimal(0))
        return quantity_finding(self.spec, Quantity(total, self.unit().symbol), on=self.details.on, muscles=known)

    def _grade(self, edit: PlainEdit) -> Decimal | None:
        number = read_number(edit.text(), self.mark)
        return number if isinstance(number, Decimal) and 0 <= number <= _HIGHEST else None

    def _grade_typed(self) -> None:
        finding = self._read()
        self.edit.setText(number_text(finding.entered.value, self.mark) if finding and finding.entered else "")
        self._lock_total()
        self._edit(finding)
        for edit in self.grades.values():
            wrong = bool(edit.text().strip()) and self._grade(edit) is None
            set_property(edit, "wrong", "true" if wrong else "false")
        self.show_notes_soon()

    def _lock_total(self) -> None:
        """A total that is a sum is not written over; the scale stays with its muscles."""
        self.edit.setReadOnly(self._has_grades())
        self.unit_button.setEnabled(not self._has_grades())

    # The panel

    def _names(self) -> tuple[str, ...]:
        """Ids of the muscles of the scale that is chosen: one side, or both with the neck once."""
        bounds = scale_of(self.unit().symbol)
        return next((f for f in self._forms if bounds and bounds[1] == _HIGHEST * len(f)), ())

    def _open(self, opened: bool) -> None:
        if opened and self._panel is None:
            self._fill()
        if self._panel is not None:
            self._panel.setVisible(opened)

    def _scale_chosen(self) -> None:
        if self._panel is not None and tuple(self.grades) != self._names():
            self._fill()
            self._panel.setVisible(self.toggle.isChecked())

    def _fill(self) -> None:
        """Lay out one field for each muscle of the scale; grades that were written are dropped with their scale."""
        if self._panel is not None:
            self._panel.deleteLater()
        panel = self._panel = QWidget(self)
        grid = QGridLayout(panel)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self.grades = {name: self._grade_edit(name) for name in self._names()}
        rows: dict[str, list[str]] = {}
        for name in sorted(self.grades, key=lambda n: n.startswith(_SIDES[1])):
            rows.setdefault(_muscle(name), []).append(name)
        if any(len(names) > 1 for names in rows.values()):
            grid.addWidget(QLabel(self.tr("Right")), 0, 1)
            grid.addWidget(QLabel(self.tr("Left")), 0, 2)
        for row, (muscle, names) in enumerate(rows.items(), 1):
            label = QLabel(self.muscle_text(muscle))
            label.setBuddy(self.grades[names[0]])
            grid.addWidget(label, row, 0)
            for column, name in enumerate(names, 1):
                grid.addWidget(self.grades[name], row, column)
        grid.setColumnStretch(3, 1)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(panel)
        self._tab_order()

    def _grade_edit(self, name: str) -> PlainEdit:
        edit = PlainEdit(self)
        edit.setMaxLength(4)
        edit.set_characters(4)
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.setPlaceholderText("0–10")
        edit.setAccessibleName(f"{self.spec.label}: {self.muscle_text(name)}")
        edit.textEdited.connect(self._grade_typed)
        edit.left.connect(self.show_notes)
        edit.stepped.connect(lambda step: self._step_grade(name, step))
        return edit

    def _tab_order(self) -> None:
        before: QWidget = self.toggle
        for edit in self.grades.values():
            QWidget.setTabOrder(before, edit)
            before = edit

    def _step_grade(self, name: str, step: int) -> None:
        names = list(self.grades)
        at = names.index(name) + step
        if 0 <= at < len(names):
            self.grades[names[at]].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.stepped.emit(step)

    def muscle_text(self, name: str) -> str:
        """What a muscle is called."""
        texts = {
            "neck_flexors": self.tr("Neck flexors"),
            "deltoid": self.tr("Deltoid, middle"),
            "biceps": self.tr("Biceps"),
            "gluteus_maximus": self.tr("Gluteus maximus"),
            "gluteus_medius": self.tr("Gluteus medius"),
            "quadriceps": self.tr("Quadriceps"),
            "wrist_extensors": self.tr("Wrist extensors"),
            "ankle_dorsiflexors": self.tr("Ankle dorsiflexors"),
        }
        text = texts.get(_muscle(name), name)
        if not name.startswith(_SIDES):
            return text
        return f"{text}, {self.tr('right') if name.startswith(_SIDES[0]) else self.tr('left')}"

    def _show(self) -> None:
        super()._show()
        muscles = (self._finding.muscles if self._finding is not None else None) or {}
        self.toggle.setChecked(bool(muscles))
        self._scale_chosen()
        for name, edit in self.grades.items():
            edit.setText(number_text(muscles[name], self.mark) if name in muscles else "")
        self._lock_total()


def _muscle(name: str) -> str:
    """The muscle without its side."""
    return name.removeprefix(_SIDES[0]).removeprefix(_SIDES[1])
