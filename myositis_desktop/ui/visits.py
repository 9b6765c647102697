"""The activity form with its visits: the measures of this assessment, or of another day."""

from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from myositis_desktop.model.case import Case, Finding, Visit
from myositis_desktop.model.catalogue import Catalogue, FindingSpec
from myositis_desktop.ui.binding import FindingsForm, fit_labels
from myositis_desktop.ui.widgets import DateControl, FindingControl, control_for
from myositis_desktop.ui.widgets.edits import NoteLabel, PlainCombo
from myositis_desktop.ui.wording import day_text


class VisitBar(QFrame):
    """Which day is shown, a line to add another, a button to take one away."""

    selected = Signal(object)
    """The day of a visit; None is this assessment."""
    added = Signal(object)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.days = PlainCombo(self)
        self.days.setAccessibleName(self.tr("Visit"))
        self.add = self._button(self.tr("Add a visit…"))
        self.remove = self._button(self.tr("Remove"))
        self.remove.setToolTip(self.tr("Remove this visit from the case"))
        self.remove.setAccessibleName(self.tr("Remove this visit"))
        self.new_day = DateControl(self)
        self.confirm = self._button(self.tr("Add"))
        self.note = NoteLabel(self)
        self._case: Case | None = None
        spec = FindingSpec(id="visits.on", kind="date", label=self.tr("Day of the visit"), help="", section="visits")
        self.new_day.bind(spec, {})
        self._lay_out()
        self.days.activated.connect(lambda: self.selected.emit(self.days.currentData()))
        self.add.clicked.connect(self._ask_day)
        self.remove.clicked.connect(lambda: self.removed.emit(self.days.currentData()))
        self.confirm.clicked.connect(self._confirm)
        self.new_day.stepped.connect(lambda step: self._confirm() if step > 0 else None)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "quiet")
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        first, self._second = QHBoxLayout(), QWidget(self)
        label = QLabel(self.tr("Visit"))
        label.setBuddy(self.days)
        first_line: tuple[QWidget, ...] = (label, self.days, self.add, self.remove)
        for widget in first_line:
            first.addWidget(widget)
        first.addStretch(1)
        second = QHBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        name = QLabel(self.tr("Day of the visit"))
        name.setBuddy(self.new_day.edit)
        name.setContentsMargins(0, 6, 0, 0)
        second_line: tuple[QWidget, ...] = (name, self.new_day, self.confirm)
        for widget in second_line:
            second.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        second.addStretch(1)
        self._second.hide()
        self.note.hide()
        column.addLayout(first)
        column.addWidget(self._second)
        column.addWidget(self.note)

    def show_case(self, case: Case, on: date | None) -> None:
        """List the visits of a case, with the one of `on` selected."""
        self._case = case
        this = self.tr("{day} (this assessment)").format(day=day_text(case.assessed_on))
        wanted: list[tuple[str, date | None]] = [(this, None)]
        wanted += [(day_text(v.on), v.on) for v in sorted(case.visits, key=lambda v: v.on, reverse=True)]
        if [(self.days.itemText(i), self.days.itemData(i)) for i in range(self.days.count())] != wanted:
            self.days.clear()
            for text, day in wanted:
                self.days.addItem(text, day)
        days = [day for _, day in wanted]
        self.days.setCurrentIndex(days.index(on) if on in days else 0)
        self.remove.setVisible(on is not None)

    def _ask_day(self) -> None:
        self.new_day.set_day(None)
        self._second.show()
        self.new_day.edit.setFocus(Qt.FocusReason.TabFocusReason)

    def _confirm(self) -> None:
        day = self.new_day.day()
        if day is None:
            self.new_day.show_problem(self.tr("Write the day of the visit, as 2026-05-01."))
        elif self._case is not None and day in {self._case.assessed_on, *(v.on for v in self._case.visits)}:
            self.new_day.show_problem(self.tr("There is a visit on this day already."))
        else:
            self._second.hide()
            self.added.emit(day)


class MeasuresPage(QWidget):
    """The core-set form for the day that is selected; another day has its enzymes and weight below."""

    finding_changed = Signal(str, object)
    """A finding of this assessment."""
    visits_changed = Signal(object, str, bool)
    """The visits as they are now, the finding that was edited ("" for a whole visit), and whether it was typed."""

    def __init__(self, form: FindingsForm, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.extra: dict[str, FindingControl] = {}
        self._catalogue = catalogue
        self._case: Case | None = None
        self._on: date | None = None
        self._frame: QFrame | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.setMaximumWidth(form.maximumWidth())
        self.bar = VisitBar(self)
        self._column.addWidget(self.bar)
        self._column.addWidget(form)
        form.finding_changed.connect(self._take)
        self.bar.selected.connect(self.select)
        self.bar.added.connect(self._add)
        self.bar.removed.connect(self._remove)

    @property
    def selected(self) -> date | None:
        """The day of the visit that is shown; None is this assessment."""
        return self._on

    def load(self, case: Case, *, afresh: bool = False) -> None:
        """Show the measures of a case; with `afresh`, for another patient, those of its assessment."""
        self._case = case
        gone = self._on is not None and self._visit() is None
        if afresh or gone:
            self._on = None
        self._show(afresh=afresh or gone)

    def select(self, on: date | None) -> None:
        """Show a visit, or this assessment."""
        if on != self._on:
            self._on = on
            self._show(afresh=True)

    def _visit(self) -> Visit | None:
        visits = self._case.visits if self._case is not None else ()
        return next((v for v in visits if v.on == self._on), None)

    def _show(self, *, afresh: bool) -> None:
        if self._case is None:
            return
        visit = self._visit()
        findings = self._case.findings if visit is None else visit.findings
        self.bar.show_case(self._case, self._on)
        self.form.load(findings, afresh=afresh)
        wanted = self._extra_ids(visit) if visit is not None else ()
        if tuple(self.extra) != wanted and (afresh or set(wanted) - set(self.extra)):
            self._make_extra(wanted)
        for id_, control in self.extra.items():
            finding = findings.get(id_)
            if afresh or finding != control.value():
                control.set_finding(finding)

    # Findings of a visit beside the core set

    def _extra_ids(self, visit: Visit) -> tuple[str, ...]:
        """The enzymes, the weight, and whatever a case file recorded besides."""
        shown = [*self._catalogue.lists.get("enzymes", ()), "body.weight"]
        further = [i for i in visit.findings if i not in self.form.controls and i not in shown]
        return tuple(i for i in (*shown, *further) if i in self._catalogue.findings)

    def _make_extra(self, ids: tuple[str, ...]) -> None:
        if self._frame is not None:
            self._frame.hide()
            self._frame.deleteLater()
            self._frame = None
        self.extra = {}
        if not ids:
            return
        self._frame = frame = QFrame(self)
        frame.setProperty("card", "true")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        heading = QLabel(self.tr("Further findings of this visit"))
        heading.setProperty("role", "heading")
        heading.setWordWrap(True)
        column.addWidget(heading)
        rows = QFormLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(8)
        column.addLayout(rows)
        for id_ in ids:
            self._add_row(rows, id_)
        self._column.addWidget(frame)
        fit_labels(frame)

    def _add_row(self, rows: QFormLayout, id_: str) -> None:
        spec = self._catalogue.findings[id_]
        control = control_for(spec)(self._frame)
        control.setProperty("firstUnitOnly", id_ == "body.weight")
        control.bind(spec, self._catalogue.lists)
        control.changed.connect(partial(self._take_extra, id_))
        label = QLabel(spec.label)
        label.setWordWrap(True)
        label.setToolTip(spec.help)
        label.setBuddy(control)
        rows.addRow(label, control)
        self.extra[id_] = control

    # Edits

    def _take_extra(self, id_: str) -> None:
        self._take(id_, self.extra[id_].value())

    def _take(self, id_: str, finding: Finding | None) -> None:
        visit = self._visit()
        if visit is None:
            self.finding_changed.emit(id_, finding)
            return
        findings = {k: v for k, v in visit.findings.items() if k != id_}
        if finding is not None:
            findings[id_] = finding
        self._put(visit, replace(visit, findings=findings), id_)

    def _put(self, old: Visit, new: Visit, id_: str) -> None:
        if self._case is not None:
            visits = tuple(new if v is old else v for v in self._case.visits)
            self.visits_changed.emit(visits, id_, self._catalogue.findings[id_].kind == "quantity")

    def _add(self, on: date) -> None:
        if self._case is not None:
            self._on = on
            visits = tuple(sorted((*self._case.visits, Visit(on, {})), key=lambda v: v.on))
            self.visits_changed.emit(visits, "", False)
            self._show(afresh=True)

    def _remove(self, on: date | None) -> None:
        if self._case is not None and on is not None:
            self.visits_changed.emit(tuple(v for v in self._case.visits if v.on != on), "", False)
