"""The drugs that are or were taken: one card each. A card counts once its drug and its first day are known."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from myositis_desktop.model.case import Finding, Quantity, Therapy
from myositis_desktop.model.catalogue import Catalogue, FindingSpec, Unit
from myositis_desktop.ui.widgets import ChoiceControl, DateControl
from myositis_desktop.ui.widgets.edits import NoteLabel, PlainCombo, PlainEdit, set_property
from myositis_desktop.ui.widgets.numbers import Unreadable, number_text, read_number
from myositis_desktop.ui.widgets.units import UnitButton

GROUPS = ("glucocorticoid", "steroid_sparing", "escalation", "skin", "supportive")


class TherapyRow(QFrame):
    """One drug: name, dose, first and last day, outcome. An empty last day means it is still taken."""

    changed = Signal()
    remove_asked = Signal()
    typed = Signal()
    """The change was typed, so it joins the one before it."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._catalogue = catalogue
        self._loaded: Therapy | None = None
        self.drug = _drug_list(catalogue, self)
        self.dose = PlainEdit(self)
        self.dose.set_characters(7)
        self.dose.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.dose.setMaxLength(16)
        self.unit = UnitButton(tuple(Unit(u) for u in catalogue.lists["therapy_units"]), self)
        self.started = _day_control("therapy.started", self.tr("Started"), self)
        self.stopped = _day_control("therapy.stopped", self.tr("Stopped"), self)
        self.stopped.edit.setPlaceholderText(self.tr("still taken"))
        self.outcome = _outcome_control(catalogue, self.tr("Outcome"), self)
        self.remove = QPushButton(self.tr("Remove"), self)
        self.note = NoteLabel(self)
        self._lay_out()
        self._connect()
        self.show_notes()

    # Layout

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        column.addLayout(grid)
        self.remove.setProperty("kind", "quiet")
        self.remove.setAutoDefault(False)
        self.remove.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._row(grid, 0, self.tr("Drug"), self.drug, self.remove)
        self._row(grid, 1, self.tr("Dose"), self.dose, self.unit)
        self._row(grid, 2, self.tr("Started"), self.started)
        self._row(grid, 3, self.tr("Stopped"), self.stopped)
        self._row(grid, 4, self.tr("Outcome"), self.outcome)
        grid.setColumnStretch(1, 1)
        column.addWidget(self.note)

    def _row(self, grid: QGridLayout, row: int, text: str, *fields: QWidget) -> None:
        label = QLabel(text)
        label.setBuddy(fields[0].focusProxy() or fields[0])
        label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 6, 0, 0)
        grid.addWidget(label, row, 0)
        if len(fields) == 1:
            grid.addWidget(fields[0], row, 1)
            return
        line = QHBoxLayout()
        for field in fields:
            line.addWidget(field)
            if field is self.drug:
                line.addStretch(1)
        if fields[-1] is not self.remove:
            line.addStretch(1)
        grid.addLayout(line, row, 1)

    def _connect(self) -> None:
        self.drug.activated.connect(lambda: self._tell(typing=False))
        self.unit.chosen.connect(lambda: self._tell(typing=False))
        self.dose.textEdited.connect(lambda: self._tell(typing=True))
        for day in (self.started, self.stopped):
            day.edit.textEdited.connect(lambda: self._tell(typing=True))
        self.outcome.changed.connect(lambda: self._tell(typing=False))
        self.dose.left.connect(self.show_notes)
        self.remove.clicked.connect(self.remove_asked)
        fields = (self.drug, self.dose, self.started, self.stopped, self.outcome)
        signals = (f.stepped for f in (self.drug, self.dose, self.started, self.stopped, self.outcome))
        for at, stepped in enumerate(signals):
            stepped.connect(partial(self._step, fields, at))

    def _step(self, fields: tuple[QWidget, ...], at: int, step: int) -> None:
        if 0 <= at + step < len(fields):
            target = fields[at + step]
            (target.focusProxy() or target).setFocus(Qt.FocusReason.TabFocusReason)

    # The therapy

    def value(self) -> Therapy | None:
        """The therapy, or None while drug or first day is open or something cannot be read."""
        started = self.started.day()
        if self.drug.currentIndex() < 0 or started is None or self.why_not():
            return None
        outcome = self.outcome.value()
        now = Therapy(
            drug=self.drug.currentData(),
            started=started,
            dose=self._dose(),
            stopped=self.stopped.day(),
            outcome=str(outcome.value) if outcome is not None else "unknown",
        )
        return self._loaded if self._loaded == now else now

    def _dose(self) -> Quantity | None:
        number = read_number(self.dose.text(), self.locale().decimalPoint())
        return None if isinstance(number, Unreadable) else Quantity(number, self.unit.unit.symbol)

    def why_not(self) -> str:
        """Why the card is not part of the case yet, or ""."""
        text = self.dose.text().strip()
        dose = read_number(text, self.locale().decimalPoint()) if text else None
        if isinstance(dose, Unreadable) or (dose is not None and dose <= 0):
            return self.tr("Not used: the dose needs a number above 0.")
        if not (self.started.is_read() and self.stopped.is_read()):
            return self.tr("Not used: a day is not a day that exists.")
        first, last = self.started.day(), self.stopped.day()
        if first and last and last < first:
            return self.tr("Not used: it was stopped before it was started.")
        if self.drug.currentIndex() < 0:
            return self.tr("Not used yet: choose the drug.")
        return "" if first else self.tr("Not used yet: when was it started?")

    def show_therapy(self, therapy: Therapy) -> None:
        """Show a therapy of the case; nothing is told."""
        self._loaded = therapy
        mark = self.locale().decimalPoint()
        self.drug.setCurrentIndex(self.drug.findData(therapy.drug))
        self.dose.setText(number_text(therapy.dose.value, mark) if therapy.dose else "")
        if therapy.dose:
            self.unit.set_unit(therapy.dose.unit)
        self.started.set_day(therapy.started)
        self.stopped.set_day(therapy.stopped)
        known = therapy.outcome != "unknown"
        self.outcome.set_finding(Finding("therapy.outcome", therapy.outcome) if known else None)
        self.show_notes()

    def show_notes(self, outside: str = "") -> None:
        """Say why the card does not count, or what another layer found wrong in it."""
        text = outside or self.why_not()
        waiting = not outside and (self.drug.currentIndex() < 0 or self.started.day() is None)
        self.note.say("amber" if waiting else "red", text)
        bad = bool(self.dose.text().strip()) and self._dose() is None
        set_property(self.dose, "wrong", "true" if bad else "false")

    def _tell(self, *, typing: bool) -> None:
        self.show_notes()
        if typing:
            self.typed.emit()
        else:
            self.changed.emit()


class TherapyEditor(QWidget):
    """All cards, and a button for one more."""

    changed = Signal(object, bool)
    """The therapies that count, and whether the change was typed."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self.rows: list[TherapyRow] = []
        self.setMaximumWidth(720)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._empty = QLabel(self.tr("No treatment entered. Add what is or was taken against the myositis."))
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        column.addWidget(self._empty)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        column.addLayout(self._cards)
        self.add = QPushButton(self.tr("Add a treatment"))
        self.add.setAutoDefault(False)
        self.add.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.add.clicked.connect(self._add)
        column.addWidget(self.add)
        column.addStretch(1)

    def value(self) -> tuple[Therapy, ...]:
        """The therapies that count, in the order of the cards."""
        return tuple(t for row in self.rows if (t := row.value()) is not None)

    def load(self, therapy: tuple[Therapy, ...], *, afresh: bool = False) -> None:
        """Show the therapies of a case; cards that already say the same, and those not finished, are left alone."""
        if not afresh and therapy == self.value():
            return
        for row in list(self.rows):
            self._drop(row)
        for each in therapy:
            self._new_row().show_therapy(each)
        self._empty.setVisible(not self.rows)

    def show_problem(self, index: int, text: str) -> bool:
        """Show a problem of the therapy at an index of the case; whether there is a card for it."""
        counting = [row for row in self.rows if row.value() is not None]
        if index >= len(counting):
            return False
        counting[index].show_notes(text)
        return True

    def clear_problems(self) -> None:
        """Take away the problems that other layers showed."""
        for row in self.rows:
            row.show_notes()

    def _add(self) -> None:
        """One card more; while an empty one waits, that one is shown instead."""
        waiting = next((row for row in self.rows if row.drug.currentIndex() < 0), None)
        row = waiting or self._new_row()
        self._empty.hide()
        row.drug.setFocus(Qt.FocusReason.TabFocusReason)

    def _new_row(self) -> TherapyRow:
        row = TherapyRow(self._catalogue, self)
        row.changed.connect(partial(self._tell, typing=False))
        row.typed.connect(partial(self._tell, typing=True))
        row.remove_asked.connect(partial(self._remove, row))
        self._cards.addWidget(row)
        self.rows.append(row)
        return row

    def _remove(self, row: TherapyRow) -> None:
        self._drop(row)
        self._empty.setVisible(not self.rows)
        self.add.setFocus(Qt.FocusReason.TabFocusReason)
        self._tell(typing=False)

    def _drop(self, row: TherapyRow) -> None:
        self.rows.remove(row)
        self._cards.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _tell(self, *, typing: bool) -> None:
        self.changed.emit(self.value(), typing)


def _drug_list(catalogue: Catalogue, parent: QWidget) -> PlainCombo:
    """Every drug of the catalogue by its group; none is chosen."""
    combo = PlainCombo(parent)
    combo.setPlaceholderText(parent.tr("Choose a drug"))
    combo.setMaxVisibleItems(20)
    for group in GROUPS:
        drugs = [d for d in catalogue.drugs.values() if d.group == group]
        if combo.count() and drugs:
            combo.insertSeparator(combo.count())
        for drug in drugs:
            combo.addItem(drug.label, drug.id)
    combo.setCurrentIndex(-1)
    combo.setAccessibleName(parent.tr("Drug"))
    return combo


def _day_control(name: str, label: str, parent: QWidget) -> DateControl:
    control = DateControl(parent)
    control.bind(FindingSpec(id=name, kind="date", label=label, help="", section="therapy"), {})
    return control


def _outcome_control(catalogue: Catalogue, label: str, parent: QWidget) -> ChoiceControl:
    values = tuple(o for o in catalogue.lists["outcomes"] if o != "unknown")
    words = {o: catalogue.word("outcome", o) for o in values}
    control = ChoiceControl(parent)
    control.takes_details = False
    spec = FindingSpec(
        id="therapy.outcome", kind="choice", label=label, help="", section="therapy", values=values, value_labels=words
    )
    control.bind(spec, catalogue.lists)
    return control
