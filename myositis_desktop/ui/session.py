"""The patient who is open: the case as it stands on screen, its saving and its assessment. No widgets."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from myositis_desktop.clinic import Right
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Preferences, TaperPreferences
from myositis_desktop.model.plan import Plan, Undecided
from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic

RANK_AFTER_MS = 120
"""What to ask next is ranked when the keyboard rests: the ranking would keep the next assessment waiting."""
SAVE_AFTER_MS = 300
RETRY_AFTER_MS = 5000

Decision = tuple[Plan | None, tuple[Problem, ...]]


class Session(QObject):
    """Holds one patient at a time.

    Every edit is saved under the number of the patient it was made for, whoever is on screen by then; results of
    an assessment that belong to an older case or to another patient are dropped.
    """

    opened = Signal()
    """Another patient is on screen, or none."""
    edited = Signal()
    """The case has changed."""
    decided = Signal()
    """`plan`, `problems`, `asked` or `is_current` have changed."""
    ranked = Signal()
    """`asked` has been ranked."""
    saved = Signal()
    refused = Signal(str)
    """A sentence why who is in may not edit; what is on screen is as it was saved."""
    not_saved = Signal(str)
    """A sentence why the draft could not be written; it is kept and tried again."""

    def __init__(self, clinic: "Clinic", tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clinic = clinic
        self._tasks = tasks
        self.undo_stack = QUndoStack(self)
        self.patient_id: int | None = None
        self.case: Case | None = None
        self.plan: Plan | None = None
        """The last plan that could be made for this patient; see `is_current`."""
        self.asked: tuple[Undecided, ...] = ()
        """What to ask next: at first as it stands in the plan, then ranked, with what each answer would change."""
        self.problems: tuple[Problem, ...] = ()
        self.is_current = False
        self._unsaved: tuple[int, Case] | None = None
        self._job = 0
        self._save_timer = _single_shot(self, self._save_in_time)
        self._decide_timer = _single_shot(self, self._decide)
        self._rank_timer = _single_shot(self, self._rank)

    @property
    def open_case(self) -> Case:
        """The case of the open patient; asking without one is a fault of the caller."""
        if self.case is None:
            raise LookupError("no patient is open")
        return self.case

    def open(self, patient_id: int) -> None:
        """Write what is unsaved of the patient on screen, then show another."""
        self.flush()
        case = self.clinic.draft(patient_id)
        self._show(patient_id, case)
        self._decide()

    def close(self) -> None:
        """Write what is unsaved and put the patient away."""
        self.flush()
        self._show(None, None)

    def put_away(self) -> None:
        """Show nobody; what was unsaved belongs to nobody any more. For a patient who was deleted."""
        self._save_timer.stop()
        self._unsaved = None
        self._show(None, None)

    def _show(self, patient_id: int | None, case: Case | None) -> None:
        self._decide_timer.stop()
        self._rank_timer.stop()
        self._tasks.drop(self._job)
        self.undo_stack.clear()
        self.patient_id, self.case = patient_id, case
        self.plan, self.problems, self.is_current, self.asked = None, (), False, ()
        self.opened.emit()
        self.decided.emit()

    def edit(self, case: Case) -> None:
        """Take a new state of the open case: save it shortly, assess it at once."""
        if self.patient_id is None or case == self.case:
            return
        if not self.clinic.may(Right.EDIT):
            self._refuse(self.patient_id)
            return
        self.case = case
        self._unsaved = (self.patient_id, case)
        with suppress(UserError):  # the save itself will tell
            self.clinic.left_over.keep(self.patient_id, case)
        self.is_current = False
        self._save_timer.start(SAVE_AFTER_MS)
        self._rank_timer.stop()
        self._decide_timer.start(0)  # once for all edits of one key
        self.edited.emit()

    def _refuse(self, patient_id: int) -> None:
        """Show again what is saved, once the widget that was typed in has done its part."""
        who = self.clinic.user.full_name
        self.refused.emit(f"{who} may look but not change anything; nothing was changed.")
        QTimer.singleShot(0, self, lambda: self._show_saved(patient_id))

    def _show_saved(self, patient_id: int) -> None:
        if patient_id == self.patient_id:
            self.open(patient_id)

    def edit_preferences(self, preferences: Preferences, what: str) -> None:
        """Change what the clinician chose, as a step that can be undone; `what` names it in the menu."""
        if self.case is not None and preferences != self.case.preferences:
            self.undo_stack.push(_EditPreferences(self, preferences, what))

    def edit_whole(self, case: Case, what: str) -> None:
        """Change the case as a whole, as a step that can be undone."""
        if self.case is not None and case != self.case:
            self.undo_stack.push(_EditCase(self, case, what))

    def edit_taper(self, taper: TaperPreferences, what: str) -> None:
        """Change what the clinician set about the taper, as a step that can be undone."""
        self.edit_preferences(replace(self.open_case.preferences, taper=taper), what)

    def flush(self) -> None:
        """Write the draft now. Raises UserError where it cannot be written; it is then kept and tried again."""
        self._save_timer.stop()
        if self._unsaved is None:
            return
        patient_id, case = self._unsaved
        try:
            self.clinic.save_draft(patient_id, case)
        except UserError as error:
            self._save_timer.start(RETRY_AFTER_MS)
            self.not_saved.emit(str(error))
            raise
        self._unsaved = None
        self.saved.emit()

    def end(self) -> None:
        """Write what is unsaved and start nothing more. Raises UserError where it cannot write; all goes on then."""
        self.flush()
        self._decide_timer.stop()
        self._rank_timer.stop()
        self._tasks.drop(self._job)

    def _save_in_time(self) -> None:
        with suppress(UserError):  # told by `not_saved`
            self.flush()

    def _decide(self) -> None:
        case = self.case
        if case is None:
            return
        self._tasks.drop(self._job)
        self._job = self._tasks.run(lambda: self.clinic.decide(case), partial(self._take, case))

    def _take(self, case: Case, decision: Decision) -> None:
        """Take the answer for a case of this patient; if it was edited meanwhile, it is shown but not current."""
        plan, self.problems = decision
        if plan is not None:
            self.plan, self.asked = plan, plan.undecided
        self.is_current = plan is not None and case is self.case
        self.decided.emit()
        if self.is_current:
            self._rank_timer.start(RANK_AFTER_MS)

    def _rank(self) -> None:
        case, plan = self.case, self.plan
        if case is not None and plan is not None and self.is_current:
            self._job = self._tasks.run(lambda: self.clinic.ask_next(case, plan), partial(self._take_ranked, case))

    def _take_ranked(self, case: Case, plan: Plan) -> None:
        if case is self.case:
            self.asked = plan.undecided
            self.ranked.emit()


class _EditPreferences(QUndoCommand):
    """Puts the preferences of a case in and out; the findings are left as they stand."""

    def __init__(self, session: Session, preferences: Preferences, what: str) -> None:
        super().__init__(what)
        self._session = session
        self._before, self._after = session.open_case.preferences, preferences

    def redo(self) -> None:
        self._session.edit(replace(self._session.open_case, preferences=self._after))

    def undo(self) -> None:
        self._session.edit(replace(self._session.open_case, preferences=self._before))


class _EditCase(QUndoCommand):
    """Puts a whole case in and out."""

    def __init__(self, session: Session, case: Case, what: str) -> None:
        super().__init__(what)
        self._session = session
        self._before, self._after = session.open_case, case

    def redo(self) -> None:
        self._session.edit(self._after)

    def undo(self) -> None:
        self._session.edit(self._before)


def _single_shot(parent: QObject, slot: "object") -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer
