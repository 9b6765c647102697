"""Editing the steps of the taper: change, hold, take out; each edit is checked before it is made."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from myositis_desktop.engine.taper_checks import STEPS_PLACE
from myositis_desktop.engine.taper_edits import Steps, changed, held, own_steps, without
from myositis_desktop.model.case import Case, EditedStep
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Button, field, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.taper_table import TaperTable
from myositis_desktop.ui.widgets.numbers import Unreadable, read_number
from myositis_desktop.ui.wording import day_text

CHANGE, HOLD, REMOVE = "change", "hold", "remove"
_TITLES = {CHANGE: "Change this step", HOLD: "Hold this dose longer", REMOVE: "Take this step out"}
_HELP = {
    CHANGE: "The later steps keep their doses and lengths; their dates move with the length of this one.",
    HOLD: "The same dose goes on as a step of its own behind this one; the later steps begin that much later.",
    REMOVE: "The later steps move up.",
}


class StepButtons(QWidget):
    """The buttons under the table of steps; they work on the row that is chosen there."""

    def __init__(self, session: Session, table: TaperTable) -> None:
        super().__init__()
        self._session, self._table = session, table
        self._taper: Taper | None = None
        self.dialog: StepDialog | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.change = self._button("Change step…", CHANGE)
        self.hold = self._button("Insert a hold…", HOLD)
        self.remove = self._button("Take out…", REMOVE)
        self._stack_buttons(row)
        table.itemSelectionChanged.connect(self._enable)
        table.itemDoubleClicked.connect(lambda _item: self.ask(CHANGE))
        self._enable()

    def _button(self, text: str, kind: str) -> Button:
        button = Button(text)
        button.clicked.connect(partial(self.ask, kind))
        layout = self.layout()
        if layout is not None:
            layout.addWidget(button)
        return button

    def _stack_buttons(self, row: QHBoxLayout) -> None:
        stack = self._session.undo_stack
        row.addStretch(1)
        self.undo, self.redo = Button("Undo", "quiet"), Button("Redo", "quiet")
        self.undo.clicked.connect(stack.undo)
        self.redo.clicked.connect(stack.redo)
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        row.addWidget(self.undo)
        row.addWidget(self.redo)

    def show_taper(self, taper: Taper) -> None:
        """The taper whose steps are edited; the table shows the same."""
        self._taper = taper
        self._enable()

    def _enable(self) -> None:
        at = self._at()
        for button in (self.change, self.hold, self.remove):
            button.setEnabled(at is not None)
            button.setToolTip("" if at is not None else "Choose a step in the table first")
        self.remove.setEnabled(at is not None and self._taper is not None and len(self._taper.steps) > 1)

    def _at(self) -> int | None:
        rows = {index.row() for index in self._table.selectedIndexes()}
        at = min(rows, default=None)
        return at if at is not None and self._taper is not None and at < len(self._taper.steps) else None

    def ask(self, kind: str) -> None:
        """Open the dialog for the step that is chosen; an answer to an older state of the case is not edited."""
        at, session = self._at(), self._session
        if at is None or self._taper is None or session.case is None or not session.is_current:
            return
        steps = own_steps(self._taper, session.case.preferences.taper.steps, session.clinic.pack.taper_rules)
        self.dialog = StepDialog(kind, steps, at, partial(self._problem, session.case), self._make, self.window())
        self.dialog.open()

    def _problem(self, case: Case, steps: Steps) -> tuple[int | None, str]:
        """What the engine refuses in the steps: place among them and words; (None, "") where nothing."""
        wish = replace(case.preferences.taper, steps=steps, start=None)
        edited = replace(case, preferences=replace(case.preferences, taper=wish))
        _, problems = self._session.clinic.decide(edited)
        mine = [p for p in problems if p.pointer.startswith(STEPS_PLACE)]
        if not mine:
            return None, ""
        number = mine[0].pointer.removeprefix(STEPS_PLACE).strip("/").split("/")[0]
        at = int(number) if number.isdigit() and int(number) < len(steps) else None
        where = "" if at is None else f"Step {at + 1}, from {day_text(steps[at].start)}: "
        return at, where + mine[0].text

    def _make(self, kind: str, steps: Steps) -> None:
        wish = replace(self._session.open_case.preferences.taper, steps=steps, start=None)
        self._session.edit_taper(wish, _TITLES[kind])


class StepDialog(Dialog):
    """One edit of one step: nothing is made while the engine refuses it; it then says what is wrong."""

    def __init__(
        self,
        kind: str,
        steps: Steps,
        at: int,
        problem: Callable[[Steps], tuple[int | None, str]],
        make: Callable[[str, Steps], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_TITLES[kind], parent)
        self._kind, self._steps, self._at = kind, steps, at
        self._problem, self._make = problem, make
        step = steps[at]
        self.column.addWidget(text_label(f"{_words(step)}, {step.days} days from {day_text(step.start)}.", "strong"))
        help_ = text_label(_HELP[kind], "muted")
        help_.setMinimumWidth(self.minimumWidth() - 48)  # a wrapped label asks for its height at its least width
        self.column.addWidget(help_)
        first, second = step.alternate or (step.dose_mg, None)
        self.dose = field(self.column, "Dose, mg a day", text=_shown(first))
        self.second = field(self.column, "Dose of every second day, mg (empty: the same)", text=_shown(second))
        self.days = field(self.column, "Days", text=str(step.days) if kind == CHANGE else "")
        self.reason = field(self.column, "Reason (kept in the case and printed in the plan)")
        if kind == CHANGE and step.reason:
            self.reason.setText(step.reason)
        self._hide_needless()
        self.add_button("Cancel", self.reject)
        self.go = self.add_button(_TITLES[kind], self._finish, "primary")

    def _hide_needless(self) -> None:
        fields: Sequence[QLineEdit] = {CHANGE: (), HOLD: (self.dose, self.second)}.get(
            self._kind, (self.dose, self.second, self.days)
        )
        for edit in fields:
            edit.hide()
            place = self.column.itemAt(self.column.indexOf(edit) - 1)
            label = None if place is None else place.widget()
            if label is not None:
                label.hide()
        (self.dose if self._kind == CHANGE else self.days if self._kind == HOLD else self.reason).setFocus()

    @property
    def _why(self) -> str | None:
        return " ".join(self.reason.text().split()) or None

    def _finish(self) -> None:
        days = _days(self.days.text()) if self._kind != REMOVE else 1
        if days is None:
            self.complain("Write the days as a whole number of 1 or more.")
            return
        steps = self._edited(days)
        if steps is None:
            self.complain("Write each dose in mg a day, as 12.5.")
            return
        steps, wrong = self._reasoned(steps)
        if wrong:
            self.complain(f"Nothing was changed. {wrong}.")
            return
        self.accept()
        self._make(self._kind, steps)

    def _edited(self, days: int) -> Steps | None:
        if self._kind == HOLD:
            return held(self._steps, self._at, days, self._why)
        if self._kind == REMOVE:
            return without(self._steps, self._at)
        dose, second = _number(self.dose.text()), _number(self.second.text())
        if dose is None or (second is None and self.second.text().strip()):
            return None
        alternate = None if second is None or second == dose else (dose, second)
        before = self._steps[self._at]
        step = replace(before, days=days, dose_mg=None if alternate else dose, alternate=alternate, reason=self._why)
        return changed(self._steps, self._at, step)

    def _reasoned(self, steps: Steps) -> tuple[Steps, str]:
        """The steps, and what is refused in them; the reason of the edit holds for the step after it as well."""
        at, wrong = self._problem(steps)
        mine = range(self._at, self._at + 2)
        while self._why and at is not None and at in mine and steps[at].reason is None:
            steps = (*steps[:at], replace(steps[at], reason=self._why), *steps[at + 1 :])
            at, wrong = self._problem(steps)
        return steps, wrong


def _words(step: EditedStep) -> str:
    if step.alternate is None:
        return f"{_shown(step.dose_mg)} mg a day"
    return f"{text_of(step.alternate[0])} and {text_of(step.alternate[1])} mg on alternate days"


def _shown(mg: Decimal | None) -> str:
    return "" if mg is None else text_of(mg)


def _number(text: str) -> Decimal | None:
    read = read_number(text.strip()) if text.strip() else None
    return None if read is None or isinstance(read, Unreadable) else read


def _days(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0 else None
