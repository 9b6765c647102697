"""Entering findings: the list of sections at the left, one form at a time at the right, every edit undoable."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from myositis_desktop.model.case import Case, Finding, Therapy, Visit
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.binding import FindingsForm, focus
from myositis_desktop.ui.case_editor import CaseEditor
from myositis_desktop.ui.form_area import FormArea
from myositis_desktop.ui.form_index import form_index
from myositis_desktop.ui.patient_fields import PatientFields
from myositis_desktop.ui.places import THERAPY, form_sections, page_of, page_order, place_of, sections_of
from myositis_desktop.ui.rest_absent import RestAbsentBar
from myositis_desktop.ui.section_list import Entry, SectionList
from myositis_desktop.ui.therapy_editor import TherapyEditor
from myositis_desktop.ui.visits import MeasuresPage
from myositis_desktop.ui.widgets import FindingControl

_TYPED = {"quantity", "date"}


class FindingsPage(QWidget):
    """The pages of findings of one case.

    Forms are made when they are first shown. `undo_stack` may be the window's; then the page writes to it and the
    window clears it when another patient is opened.
    """

    case_changed = Signal(object)
    """The case after an edit, an undo or a redo."""

    def __init__(
        self, catalogue: Catalogue, undo_stack: QUndoStack | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._own_stack = undo_stack is None
        self.editor = CaseEditor(undo_stack, self)
        self.editor.changed.connect(self._case_edited)
        self.editor.returned.connect(self._returned)
        self.forms: dict[str, FindingsForm] = {}
        self.rest_bars: dict[str, RestAbsentBar] = {}
        self.therapy: TherapyEditor | None = None
        self.measures: MeasuresPage | None = None
        self._patient: PatientFields | None = None
        self._areas: dict[str, FormArea] = {}
        self._problems: tuple[Problem, ...] = ()
        self._order = page_order()
        self._titles = {f.name: f.title for f in form_index()} | {THERAPY: self.tr("Treatment so far")}
        self._lay_out()
        self._add_actions()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    # Layout

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 0, 0)
        row.setSpacing(16)
        self.sections = SectionList(self)
        self.sections.setFixedWidth(max(216, self.fontMetrics().averageCharWidth() * 28))
        self.sections.chosen.connect(self._section_chosen)
        self.stack = QStackedWidget(self)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 16)
        column.addWidget(self.sections)
        row.addLayout(column)
        row.addWidget(self.stack, 1)
        self.sections.show_entries(self._entries())

    def _add_actions(self) -> None:
        keys = (
            (self.tr("Next section"), "Ctrl+PgDown", partial(self._turn, 1)),
            (self.tr("Section before"), "Ctrl+PgUp", partial(self._turn, -1)),
            (self.tr("Rest of this section absent"), "Ctrl+R", self.ask_rest_absent),
        )
        for text, key, slot in keys:
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)

    # The case

    @property
    def undo_stack(self) -> QUndoStack:
        """Where the edits are written."""
        return self.editor.stack

    def case(self) -> Case:
        """The case as it is entered."""
        return self.editor.case

    def set_case(self, case: Case) -> None:
        """Show another patient: nothing of the one before stays, what could not be read neither."""
        self.editor.open(case)
        if self._own_stack:
            self.undo_stack.clear()
        self._problems = ()
        for name in self._areas:
            self._load(name, afresh=True)
        if not self._areas:
            self.show_page(self._order[0])
        self._after_change()

    def take_case(self, case: Case) -> None:
        """Take the case of the same patient as another page has changed it; no edit of this page."""
        self.editor.take(case)
        for name in self._areas:
            self._load(name)
        self._after_change()

    def completeness(self) -> tuple[int, int]:
        """How many findings are known, of how many."""
        ids = {f for form in form_index() for f in form.findings}
        known = sum(i in ids for i in self.editor.case.findings) if self.editor.is_open else 0
        return known, len(ids)

    def _case_edited(self, case: Case) -> None:
        for name in self._areas:
            self._load(name)
        self._after_change()
        self.case_changed.emit(case)

    def _count(self) -> None:
        self.sections.show_entries(self._entries())

    def _after_change(self) -> None:
        self._count()
        for name, form in self.forms.items():
            for section in form_sections(name):
                bar = self.rest_bars.get(section)
                if bar is not None and not (bar.is_asking or bar.is_done):
                    bar.show_offer(len(self._open_signs(form, section)))

    def _load(self, name: str, *, afresh: bool = False) -> None:
        if not self.editor.is_open:
            return
        case = self.editor.case
        if name == THERAPY and self.therapy is not None:
            self.therapy.load(case.therapy, afresh=afresh)
        elif name == "measures" and self.measures is not None:
            self.measures.load(case, afresh=afresh)
        else:
            self.forms[name].load(case.findings, afresh=afresh)
        if name == "patient" and self._patient is not None:
            self._patient.load(case, afresh=afresh)
        if afresh:
            self._reset_bars(name)

    # Pages

    def show_page(self, name: str) -> FormArea:
        """Show a form by name, or the treatments; it is made when it is first shown."""
        area = self._areas.get(name)
        if area is None:
            area = self._make(name)
        area.lay_out_again()
        self.stack.setCurrentWidget(area)
        self.sections.show_form(name)
        return area

    @property
    def page(self) -> str:
        """The name of the page on screen."""
        current = self.stack.currentWidget()
        return next((n for n, a in self._areas.items() if a is current), "")

    def _make(self, name: str) -> FormArea:
        content = self._make_therapy() if name == THERAPY else self._make_form(name)
        area = FormArea(self._titles[name], self._hint(name), content)
        self._areas[name] = area
        self.stack.addWidget(area)
        self._load(name, afresh=True)
        self._show_problems_of(name)
        self._after_change()
        return area

    def _make_therapy(self) -> QWidget:
        self.therapy = TherapyEditor(self._catalogue)
        self.therapy.changed.connect(self._therapy_changed)
        return self.therapy

    def _make_form(self, name: str) -> QWidget:
        form = self.forms[name] = FindingsForm(name, self._catalogue)
        form.marked.connect(self._count)
        form.stepped_out.connect(partial(self._stepped_out, name))
        if name == "patient":
            self._patient = PatientFields(form, self._catalogue)
            self._patient.edited.connect(self._patient_edited)
        self._add_rest_bars(form)
        if name != "measures":
            form.finding_changed.connect(self._finding_changed)
            return form
        self.measures = MeasuresPage(form, self._catalogue)
        self.measures.finding_changed.connect(self._finding_changed)
        self.measures.visits_changed.connect(self._visits_changed)
        return self.measures

    def _hint(self, name: str) -> str:
        kinds = {self._catalogue.findings[f].kind for form in form_index() if form.name == name for f in form.findings}
        if "antibody" in kinds:
            return self.tr("P positive · W weak · N negative · E pending · U unknown · with Shift on to the next line")
        if "sign" in kinds:
            return self.tr("P present · A absent · U unknown · with Shift on to the next line · Enter goes on")
        return ""

    def _section_chosen(self, name: str, section: str) -> None:
        area = self.show_page(name)
        frame = self.forms[name].root.findChild(QWidget, f"section_{section}") if section else None
        if frame is None:
            area.verticalScrollBar().setValue(0)
            return
        area.ground.adjustSize()
        top = frame.mapTo(area.ground, QPoint(0, 0)).y()
        area.verticalScrollBar().setValue(top - 8)
        self.sections.select(name, section)

    def _turn(self, step: int) -> None:
        """On to the next section, or back; across forms."""
        here = self._current_section()
        order = [(e.form, e.section) for e in self.sections.entries() if e.section or e.form == THERAPY]
        at = order.index(here) if here in order else 0
        name, section = order[(at + step) % len(order)]
        self._section_chosen(name, section)
        self.sections.select(name, section)
        first = next((f for s in sections_of(name) if s.name == section for f in s.findings), "")
        if name in self.forms and first:
            focus(self.forms[name].controls[first])

    def _current_section(self) -> tuple[str, str]:
        """Form and section of the keyboard, else of the list."""
        widget = QApplication.focusWidget()
        while widget is not None and widget is not self:
            if section := widget.property("section"):
                return self.page, str(section)
            widget = widget.parentWidget()
        entry = self.sections.current_entry()
        sections = sections_of(self.page)
        if entry is not None and entry.section:
            return entry.form, entry.section
        return self.page, sections[0].name if sections else ""

    def _stepped_out(self, name: str, step: int) -> None:
        at = self._order.index(name) + step
        if 0 <= at < len(self._order):
            self.show_page(self._order[at])
            form = self.forms.get(self._order[at])
            if form is not None:
                form.focus_end(first=step > 0)
            elif self.therapy is not None:
                self.therapy.add.setFocus(Qt.FocusReason.TabFocusReason)

    def jump_to(self, finding: str) -> bool:
        """Show the field of a finding id (or patient.sex, therapy ...) and put the keyboard on it."""
        name = page_of(finding)
        if name is None:
            return False
        area = self.show_page(name)
        target = self._control(name, finding)
        if self.measures is not None and name == "measures" and target is not None:
            self.measures.select(None)
        if target is not None:
            self.sections.select(name, self._section_of(name, finding))
            focus(target)
            # The scroll area learns the size of a new form only when the event loop has run once.
            QTimer.singleShot(0, area, partial(area.ensureWidgetVisible, target, 16, 80))
        return True

    def _control(self, name: str, finding: str) -> QWidget | None:
        if name == THERAPY:
            return self.therapy.add if self.therapy is not None else None
        form = self.forms[name]
        return form.controls.get(finding) or form.patient_controls.get(finding)

    def _section_of(self, name: str, finding: str) -> str:
        return next((s.name for s in sections_of(name) if finding in s.findings), "")

    # Edits

    def _finding_changed(self, id_: str, finding: Finding | None) -> None:
        spec = self._catalogue.findings[id_]
        self._put({id_: finding}, id_, spec.label, typing=spec.kind in _TYPED)

    def take_answers(self, found: Mapping[str, Finding | None], place: str) -> None:
        """Take answers that were given on another page, as one edit that can be undone."""
        self._put(found, place, self._catalogue.findings[place].label)

    def _put(self, found: Mapping[str, Finding | None], place: str, what: str, *, typing: bool = False) -> None:
        case = self.editor.case
        findings = {k: v for k, v in case.findings.items() if k not in found}
        findings |= {k: v for k, v in found.items() if v is not None}
        self.editor.edit(replace(case, findings=findings), what, place, typing=typing)

    def _patient_edited(self, name: str, case: Case) -> None:
        typing = name != "patient.sex"
        self.editor.edit(case, self.tr("Patient"), name, typing=typing)

    def _therapy_changed(self, therapy: tuple[Therapy, ...], typing: bool) -> None:
        self.editor.edit(
            replace(self.editor.case, therapy=therapy), self.tr("Treatment so far"), THERAPY, typing=typing
        )

    def _visits_changed(self, visits: tuple[Visit, ...], id_: str, typing: bool) -> None:
        label = self._catalogue.findings[id_].label if id_ else self.tr("Visits")
        self.editor.edit(replace(self.editor.case, visits=visits), label, f"visits {id_}", typing=typing)

    def _focus_moved(self, old: QWidget | None, now: QWidget | None) -> None:
        if old is not None and now is not None and _control_of(old) is not _control_of(now):
            self.editor.end_typing()

    def _returned(self, place: str) -> None:
        """Show where an undo or a redo has changed something."""
        if place.startswith("patient.") and self._patient is not None:
            self._patient.load(self.editor.case, afresh=True)
        for name in self._areas:
            self._reset_bars(name)
        self._after_change()
        if self.isVisible():
            self.jump_to(place)

    # The rest of a section is absent

    def _add_rest_bars(self, form: FindingsForm) -> None:
        for section in sections_of(form.name):
            frame = form.root.findChild(QWidget, f"section_{section.name}")
            layout = frame.layout() if frame is not None else None
            if not section.rest_absent or layout is None:
                continue
            bar = RestAbsentBar(section.rest_absent)
            bar.offer.setToolTip(self.tr("Ctrl+R: asks first, and can be undone"))
            bar.asked.connect(partial(self._ask_rest, form, section.name))
            bar.agreed.connect(partial(self._set_rest, form, section.name))
            bar.undo_asked.connect(self.undo_stack.undo)
            layout.addWidget(bar)
            self.rest_bars[section.name] = bar

    def ask_rest_absent(self) -> None:
        """Ask for the section of the keyboard whether its open signs are absent."""
        name, section = self._current_section()
        if section in self.rest_bars and name in self.forms:
            self._ask_rest(self.forms[name], section)

    def _open_signs(self, form: FindingsForm, section: str) -> list[str]:
        ids = next(s.findings for s in sections_of(form.name) if s.name == section)
        return [i for i in ids if self._catalogue.findings[i].kind == "sign" and form.controls[i].value() is None]

    def _ask_rest(self, form: FindingsForm, section: str) -> None:
        signs = self._open_signs(form, section)
        if signs:
            self.rest_bars[section].ask([self._catalogue.findings[i].label for i in signs])
            self._areas[form.name].ensureWidgetVisible(self.rest_bars[section])

    def _set_rest(self, form: FindingsForm, section: str) -> None:
        signs = self._open_signs(form, section)
        if signs:
            self._put({i: Finding(i, "absent") for i in signs}, signs[0], self.tr("Rest of a section absent"))
            self.rest_bars[section].say_done(len(signs))
            form.go_on_from(next(s.findings for s in sections_of(form.name) if s.name == section)[-1])

    def _reset_bars(self, name: str) -> None:
        form = self.forms.get(name)
        for section in form_sections(name):
            bar = self.rest_bars.get(section)
            if bar is not None and form is not None:
                bar.show_offer(len(self._open_signs(form, section)))

    # Problems that other layers found

    def show_problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Show each problem at its field. Returns those that have no field on these pages."""
        self._problems = tuple(problems)
        for name in self._areas:
            self._show_problems_of(name)
        self.sections.show_entries(self._entries())
        return tuple(p for p in self._problems if not place_of(p)[0])

    def _show_problems_of(self, name: str) -> None:
        mine = [(id_, p.text) for p in self._problems for page, id_ in [place_of(p)] if page == name]
        if name == THERAPY:
            if self.therapy is not None:
                self.therapy.clear_problems()
                for index, text in mine:
                    self.therapy.show_problem(int(index), text)
            return
        form = self.forms[name]
        form.clear_problems(id_ for id_, _ in mine)
        for id_, text in mine:
            if id_ and not form.show_problem(id_, text) and self.measures is not None:
                self.measures.bar.note.say("red", text)
        if self.measures is not None and name == "measures" and not mine:
            self.measures.bar.note.say("note", "")

    # The list

    def _entries(self) -> list[Entry]:
        out: list[Entry] = []
        known = set(self.editor.case.findings) if self.editor.is_open else set()
        wrong = {place_of(p) for p in self._problems} | self._unread()
        for name in self._order:
            sections = sections_of(name)
            found = [f for s in sections for f in s.findings]
            bad = {id_ for page, id_ in wrong if page == name}
            out.append(Entry(name, "", self._titles[name], len(known & set(found)), len(found), bool(bad)))
            for s in sections:
                mine = known & set(s.findings)
                out.append(
                    Entry(name, s.name, s.short or s.title, len(mine), len(s.findings), bool(bad & set(s.findings)))
                )
        return out

    def _unread(self) -> set[tuple[str, str]]:
        """Page and id of what is written but not used."""
        return {
            (name, id_)
            for name, form in self.forms.items()
            for id_, control in {**form.controls, **form.patient_controls}.items()
            if control.is_wrong()
        }


def _control_of(widget: QWidget) -> QWidget:
    """The finding control a widget belongs to, or the widget itself."""
    up: QWidget | None = widget
    while up is not None:
        if isinstance(up, FindingControl):
            return up
        up = up.parentWidget()
    return widget
