"""The window once it is unlocked: patients, banner, pages, live panel, and the keys that lead through them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case
from myositis_desktop.ui.banner import Banner, title_of
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.findings_page import FindingsPage
from myositis_desktop.ui.live_panel import LivePanel
from myositis_desktop.ui.menu import build_menu
from myositis_desktop.ui.patients import NewPatientDialog, PatientRail
from myositis_desktop.ui.pieces import Band, nobody_page
from myositis_desktop.ui.places import page_of, place_of
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.shortcuts import KEYS
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import Theme, scaled
from myositis_desktop.ui.upkeep import Upkeep

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic, Settings
    from myositis_desktop.ui.documents_page import DocumentsPage

SMALLEST = (800, 560)
NARROW = 1080
"""Pixels, at text of 100 %, below which a window has no room for patients, page and panel side by side."""
PAGES = ("findings", "assessment", "plan", "taper", "documents", "history")
TITLES = {p: KEYS[f"page{i + 1}"][1] for i, p in enumerate(PAGES)}


class Workbench(QWidget):
    """Everything of one unlocked clinic. It edits cases through its session and never a plan."""

    lock_wanted = Signal()
    settings_changed = Signal(object)

    def __init__(self, clinic: "Clinic", clock: Callable[[], datetime], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.clinic, self._clock, self.theme = clinic, clock, theme
        self.tasks, self.slow_tasks = Tasks(self), Tasks(self)
        self.session = Session(clinic, self.tasks, self)
        self.upkeep = Upkeep(self)
        self._pages: dict[str, QWidget] = {}
        self._before = "findings"
        self._narrow = False
        self._build()
        self._connect()
        self._make_actions()
        self._show_session()
        self.theme_changed()

    # --- building ---

    def _build(self) -> None:
        self.rail = PatientRail(self.session)
        self.banner = Banner(self.clinic.catalogue)
        self.tabs = QTabBar()
        self.tabs.setObjectName("pages")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Pages")
        for number, page in enumerate(PAGES):
            self.tabs.addTab(TITLES[page])
            self.tabs.setTabToolTip(number, f"{TITLES[page]} (Ctrl+{number + 1})")
        self.not_saved = Band("red", "emergency")
        self.not_saved.hide()
        self.stack = QStackedWidget()
        self.live = LivePanel(self.session)
        self.findings = FindingsPage(self.clinic.catalogue, self.session.undo_stack)
        self._nobody = nobody_page()
        self.stack.addWidget(self._nobody)
        self._add_page("findings", self.findings)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(0)
        self._middle.addWidget(self.stack, 1)
        self._middle.addWidget(self.live)
        self._main = QWidget()
        column = QVBoxLayout(self._main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.banner, self.upkeep.turned.band, self.upkeep.knowledge, self.tabs, self.not_saved):
            column.addWidget(widget)
        column.addLayout(self._middle, 1)
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # what has no room takes turns, see `_fit`
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._main, 1)

    def _add_page(self, name: str, widget: QWidget) -> None:
        self._pages[name] = widget
        self.stack.addWidget(widget)

    def page(self, name: str) -> QWidget:
        """A page by its name; it is made when it is first asked for."""
        if name not in self._pages:
            self._add_page(name, self._make_page(name))
        return self._pages[name]

    @property
    def shown(self) -> QWidget:
        """The page on screen."""
        return self.stack.currentWidget() or self.findings

    def _make_page(self, name: str) -> QWidget:  # each page loads on first use, so that the window opens quickly
        from myositis_desktop.ui.pages import make_page  # noqa: PLC0415 - loads on first use

        return make_page(name, self)

    @property
    def documents(self) -> "DocumentsPage":
        """The page of documents; it is made when it is first asked for."""
        from myositis_desktop.ui.documents_page import DocumentsPage  # noqa: PLC0415 - loads on first use

        page = self.page("documents")
        assert isinstance(page, DocumentsPage)  # noqa: S101 - narrows the type; the page was made under this name
        return page

    def _connect(self) -> None:
        session = self.session
        self.rail.chosen.connect(self.open_patient)
        self.rail.wanted_new.connect(self.new_patient)
        self.banner.lock.connect(self.lock_wanted)
        self.banner.patients.clicked.connect(self.focus_search)
        self.tabs.currentChanged.connect(self._show_tab)
        self.live.follow.connect(self.follow)
        self.findings.case_changed.connect(self._take_findings)
        session.opened.connect(self._show_session)
        session.edited.connect(self._hand_on)
        session.edited.connect(self._show_edit)
        session.decided.connect(self._show_problems)
        session.not_saved.connect(lambda why: self.not_saved.say(f"Not saved yet. {why}"))
        session.saved.connect(lambda: self.not_saved.say(""))
        session.refused.connect(self.not_saved.say)
        self.slow_tasks.failed.connect(lambda text: self.tell("Not done", text))
        self.tasks.failed.connect(lambda text: self.tell("Not assessed", text))

    def _make_actions(self) -> None:
        does: dict[str, Callable[[], object]] = {
            "search": self.focus_search,
            "new": self.new_patient,
            "undo": self.session.undo_stack.undo,
            "redo": self.session.undo_stack.redo,
            "sign": lambda: self._on_documents("sign"),
            "export": lambda: self._on_documents("export"),
            "print": lambda: self._on_documents("print"),
            "lock": self.lock_wanted.emit,
            "pane": self.next_pane,
            "back": self.go_back,
            "help": self.show_keys,
            "palette": self.show_palette,
            "import": self.import_file,
            "export-case": self.export_case,
            "verify": self.verify_file,
            "people": self.show_people,
            **self.upkeep.actions(),
            "passphrase": self.change_passphrase,
            "settings": self.show_settings,
            "manual": self.show_manual,
            "about": self.show_about,
            "diagnostics": self.show_diagnostics,
            "close": self.close_program,
        }
        does |= {f"page{i + 1}": partial(self.show_page, p) for i, p in enumerate(PAGES)}
        for name, slot in does.items():
            action = QAction(KEYS[name][1], self)
            action.setShortcut(QKeySequence(KEYS[name][0]))
            action.triggered.connect(lambda _checked=False, do=slot: do())
            self.addAction(action)
        self.menu = build_menu(self)

    # --- what is shown ---

    def theme_changed(self) -> None:
        """Take the inks of the theme for what is drawn by hand."""
        self.rail.tint(self.theme.tokens)

    def _show_session(self) -> None:
        case = self.session.case
        if case is not None:
            self.findings.set_case(case)
        self.tabs.setEnabled(case is not None)
        self._show_tab(self.tabs.currentIndex())
        self._show_edit()

    def _show_edit(self) -> None:
        case = self.session.case
        self.banner.show_case(case, self.session.plan)
        self.setWindowTitle(title_of(case))
        known, total = self.findings.completeness()
        self.tabs.setTabText(0, f"{TITLES['findings']} {known}/{total}" if case else TITLES["findings"])

    def _hand_on(self) -> None:
        """Tell the forms what another page has changed, so that their next edit does not bring the old state back."""
        case = self.session.open_case
        if case != self.findings.case():
            self.findings.take_case(case)

    def _show_problems(self) -> None:
        self.findings.show_problems(self.session.problems)
        self.banner.show_case(self.session.case, self.session.plan)

    def _take_findings(self, case: Case) -> None:
        """The forms own patient, findings, therapy and visits; the plan and taper pages own the preferences."""
        shown = self.session.case
        if shown is not None:
            self.session.edit(replace(case, preferences=shown.preferences))

    def _show_tab(self, number: int) -> None:
        if self.session.case is None:
            self.stack.setCurrentWidget(self._nobody)
            return
        before = next((name for name, page in self._pages.items() if page is self.shown), "findings")
        if before != PAGES[number]:
            self._before = before
        self.stack.setCurrentWidget(self.page(PAGES[number]))

    # --- patients ---

    def open_patient(self, patient_id: int) -> None:
        """Show a patient. What is unsaved of the one before is written first; if that fails, nothing changes."""
        if patient_id != self.session.patient_id:
            try:
                self.session.open(patient_id)
            except UserError as error:
                self.tell("Not opened", str(error))
                return
        self.show_rail(shown=False)
        self.shown.setFocus()

    def new_patient(self) -> None:
        """Ask for the least that a case needs and open it."""
        NewPatientDialog(self.clinic.catalogue, self._clock, self._add_patient, self.clinic.similar, self).open()

    def _add_patient(self, case: Case) -> None:
        strengths = self.clinic.settings.strengths
        if strengths is not None:
            taper = replace(case.preferences.taper, strengths_mg=strengths)
            case = replace(case, preferences=replace(case.preferences, taper=taper))
        try:
            patient_id = self.clinic.add_patient(case)
        except UserError as error:
            self.tell("Not added", str(error))
            return
        self.rail.search.clear()
        self.rail.refresh()
        self.show_page("findings")
        self.open_patient(patient_id)

    def import_file(self) -> None:
        """Ask for case files and import them."""
        paths, _ = QFileDialog.getOpenFileNames(
            self, "Import case files", str(Path.home()), "Case files (*.json);;All files (*)"
        )
        self.import_paths([Path(p) for p in paths])

    def import_paths(self, paths: list[Path]) -> None:
        """Import each case file as a new patient; a PDF is verified instead. Refusals are told, the rest goes on."""
        from myositis_desktop.ui.importing import import_cases  # noqa: PLC0415 - loads on first use

        import_cases(self, paths)

    def export_case(self) -> None:
        """Write the case on screen as a case file."""
        from myositis_desktop.ui.importing import export_case  # noqa: PLC0415 - loads on first use

        export_case(self)

    def verify_file(self) -> None:
        """Ask for a PDF and say what it proves."""
        self.documents.verify()

    # --- ways through the window ---

    def show_page(self, name: str) -> None:
        """Show a page by its name."""
        self.tabs.setCurrentIndex(PAGES.index(name))

    def follow(self, link: str) -> None:
        """Go where a link leads: a field, a page, a problem, the reasons of something."""
        kind, _, target = link.partition(":")
        match kind:
            case "finding":
                self.show_page("findings")
                self.findings.jump_to(target)
            case "page":
                self.show_page(target)
            case "problem":
                self._follow_problem(int(target))
            case "why":
                self._show_why(target)

    def _follow_problem(self, number: int) -> None:
        problem = self.session.problems[number]
        if problem.pointer.startswith("/preferences"):
            self.show_page("taper" if problem.pointer.startswith("/preferences/taper") else "plan")
        else:
            self.show_page("findings")
            page, field = place_of(problem)
            self.findings.jump_to(field if page_of(field) else page)

    def _show_why(self, target: str) -> None:
        from myositis_desktop.ui.reasons import WhyDialog, because_of  # noqa: PLC0415 - loads on first use
        from myositis_desktop.ui.why_not import add_why_not  # noqa: PLC0415 - loads on first use

        session = self.session
        if session.plan is not None and session.case is not None:
            title, because = because_of(session.plan, target, self.clinic.catalogue)
            dialog = WhyDialog(title, because, session.case, self.clinic.catalogue, self.follow, self)
            add_why_not(dialog, session, self.slow_tasks, target)
            dialog.open()

    def _on_documents(self, action: str) -> None:
        self.show_page("documents")
        self.documents.refresh()
        {"sign": self.documents.sign, "export": self.documents.export, "print": self.documents.print}[action]()

    def open_plan(self, number: str) -> None:
        """Show a filed plan."""
        self.show_page("documents")
        self.documents.choose_plan(number)

    # --- how much stands side by side ---

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Large text does not make the window larger than the screen."""
        return QSize(*SMALLEST)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Large text on a small screen: the patients take turns with the page, and the panel goes below it."""
        narrow = self.width() < scaled(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
            self._middle.setDirection(direction)
            self.live.set_narrow(narrow)
            self.rail.set_narrow(narrow)
            self.banner.patients.setVisible(narrow)
        self.show_rail(shown=self.session.case is None)

    def show_rail(self, *, shown: bool) -> None:
        """In a narrow window the patients or the page; in a wide one both."""
        self.rail.setVisible((shown or not self._narrow) and not self.upkeep.turned.is_on)
        self._main.setVisible(not (shown and self._narrow))

    def focus_search(self) -> None:
        """Put the cursor in the search field."""
        self.show_rail(shown=True)
        self.rail.search.setFocus()
        self.rail.search.selectAll()

    def next_pane(self) -> None:
        """Rail, tabs, page, live panel, and round again."""
        pane = self.pane_of(QApplication.focusWidget())
        at = self._panes().index(pane) if pane is not None else -1
        target = self._panes()[(at + 1) % len(self._panes())]
        if target is self.rail:
            self.focus_search()
        else:
            _first_focus(target).setFocus(Qt.FocusReason.TabFocusReason)

    def _panes(self) -> list[QWidget]:
        return [self.rail, self.tabs, self.shown, self.live]

    def pane_of(self, widget: QWidget | None) -> QWidget | None:
        """The part of the window that a widget stands in."""
        return next((p for p in self._panes() if widget is not None and (p is widget or p.isAncestorOf(widget))), None)

    def go_back(self) -> None:
        """From the rail to the page; from a page to the one before."""
        focused = QApplication.focusWidget()
        if focused is not None and self.rail.isAncestorOf(focused):
            self.show_rail(shown=False)
            self.shown.setFocus()
        else:
            self.show_page(self._before)

    def show_keys(self) -> None:
        """The sheet of keys."""
        from myositis_desktop.ui.shortcuts import ShortcutSheet  # noqa: PLC0415 - loads on first use

        ShortcutSheet(self).open()

    def show_settings(self) -> None:
        """The settings of this workstation."""
        from myositis_desktop.ui.settings_dialog import SettingsDialog  # noqa: PLC0415 - loads on first use

        SettingsDialog(self.clinic.settings, self._keep_settings, self).open()

    def _keep_settings(self, settings: "Settings") -> None:
        self.clinic.save_settings(settings)
        self.settings_changed.emit(settings)

    def show_people(self) -> None:
        """Who has access, for an administrator."""
        from myositis_desktop.ui.people import PeopleDialog  # noqa: PLC0415 - loads on first use

        PeopleDialog(self.clinic, self.slow_tasks, self).open()

    def change_passphrase(self) -> None:
        """A new passphrase for who is in."""
        from myositis_desktop.ui.people import change_own  # noqa: PLC0415 - loads on first use

        change_own(self)

    def show_about(self) -> None:
        """Versions, licences, and what the program is for."""
        from myositis_desktop.ui.about import AboutDialog  # noqa: PLC0415 - loads on first use

        AboutDialog(self.clinic, self).open()

    def show_manual(self) -> None:
        """The manual, as it is shipped."""
        from myositis_desktop.ui.manual import ManualDialog  # noqa: PLC0415 - loads on first use

        ManualDialog(self).open()

    def show_diagnostics(self) -> None:
        """Whether every part works, and where things lie; without data of patients."""
        from myositis_desktop.ui.diagnostics import DiagnosticsDialog  # noqa: PLC0415 - loads on first use

        DiagnosticsDialog(self.clinic.folder, self).open()

    def show_palette(self) -> None:
        """Everything that can be done, found by its name."""
        from myositis_desktop.ui.palette import open_palette  # noqa: PLC0415 - loads on first use

        open_palette(self)

    def close_program(self) -> None:
        """Close the window; what is unsaved is written first."""
        self.window().close()

    def tell(self, title: str, text: str) -> None:
        """Say one thing in a dialog."""
        MessageDialog(title, text, self).open()

    # --- files dropped on the window ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self.import_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    # --- leaving ---

    def shut(self) -> None:
        """Put everything away and close the clinic. Raises UserError where what is unsaved cannot be written."""
        self.put_away()
        self.clinic.close()

    def put_away(self) -> None:
        """Write what is unsaved, wait for work that runs. The clinic stays open. Raises UserError as `shut`."""
        self.session.end()
        self.upkeep.end()
        self.rail.end()
        self.slow_tasks.close()
        self.tasks.close()


def _first_focus(pane: QWidget) -> QWidget:
    """The first widget in a pane that takes the focus by Tab."""
    candidates = [pane, *pane.findChildren(QWidget)]
    tab = Qt.FocusPolicy.TabFocus.value
    return next((w for w in candidates if w.focusPolicy().value & tab and w.isVisible() and w.isEnabled()), pane)
