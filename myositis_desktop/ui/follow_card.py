"""What the course says should be done at this visit, and the clinician's decision: each edits the case, undoably."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from myositis_desktop.engine.course_edits import Answer, after_decision
from myositis_desktop.model.case import Case, Decision
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import ACTION_WORDS, FollowUp, Plan
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.flow import FlowLayout
from myositis_desktop.ui.pieces import Button, LinkLabel, empty, field, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.widgets.numbers import Unreadable, read_number
from myositis_desktop.ui.wording import day_text, finding_label, finding_links

CONTINUE, HOLD, FLARE, ESCALATE = "continue", "hold", "flare", "escalate"
TITLES = {action: words for action, words in ACTION_WORDS.items() if action != "decide"}
_LONGEST = 366
_HELP = {
    CONTINUE: "The calendar stays as it is.",
    HOLD: "The dose that is taken goes on for the days below; the later steps begin that much later. "
    "Without days the calendar stays as it is.",
    FLARE: "Back to the dose below for 4 weeks, then down at half the speed, with 12 weeks at 2.5 to 5 mg above the "
    "dose of the flare.",
    ESCALATE: "The calendar stays as it is; the drugs are chosen on the page Plan.",
}


class FollowCard(QFrame):
    """Proposal, reasons, and the four decisions. Hidden where no glucocorticoid by mouth is taken."""

    follow = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._session = session
        self._plan: Plan | None = None
        self.dialog: DecisionDialog | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(text_label("At this visit", "caption"))
        self.proposal = text_label("", "heading")
        column.addWidget(self.proposal)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(4)
        column.addLayout(self._reasons)
        row = FlowLayout()
        self.buttons: dict[str, Button] = {}
        for action, title in TITLES.items():
            button = Button(f"{title}…")
            button.clicked.connect(partial(self.ask, action))
            self.buttons[action] = button
            row.addWidget(button)
        column.addLayout(row)
        self.decided = text_label("", "strong")
        column.addWidget(self.decided)

    def show_plan(self, plan: Plan | None) -> None:
        """Show what a plan proposes."""
        self._plan = plan
        found = plan.follow_up if plan is not None else None
        self.setVisible(found is not None)
        if found is None:
            return
        self.proposal.setText(found.proposed())
        empty(self._reasons)
        for reason in found.because:
            self._reasons.addWidget(text_label(f"• {reason.text}"))
        self._show_missing(found)
        self.decided.setText(decision_text(found.decided) if found.decided else "")
        self.decided.setVisible(found.decided is not None)

    def _show_missing(self, found: FollowUp) -> None:
        if not found.missing:
            return
        catalogue = self._session.clinic.catalogue
        links = finding_links(found.missing, (finding_label(catalogue, f) for f in found.missing))
        line = LinkLabel(f"Missing: {links}")
        line.chosen.connect(self.follow)
        self._reasons.addWidget(line)

    def ask(self, action: str) -> None:
        """Open the dialog of a decision; an answer to an older state of the case is not decided on."""
        session, plan = self._session, self._plan
        if plan is None or plan.follow_up is None or session.case is None or not session.is_current:
            return
        decide = partial(self._decide, session.case, plan)
        self.dialog = DecisionDialog(action, plan.follow_up, decide, self.window())
        self.dialog.open()

    def _decide(self, case: Case, plan: Plan, answer: Answer) -> str:
        """Make the decision; what the engine refuses in it, and then nothing is made. "" where nothing is wrong."""
        clinic = self._session.clinic
        preferences = after_decision(case, plan, clinic.pack, answer)
        _, problems = clinic.decide(replace(case, preferences=preferences))
        if problems:
            return problems[0].text
        self._session.edit_preferences(preferences, TITLES[answer.action])
        if answer.action == ESCALATE:
            self.follow.emit("page:plan")
        return ""


class DecisionDialog(Dialog):
    """One decision: with days for a hold, a dose for a flare; what the plan did not propose needs a reason."""

    def __init__(
        self, action: str, found: FollowUp, decide: Callable[[Answer], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(TITLES[action], parent)
        self._action, self._found, self._decide = action, found, decide
        self.proposed = found.action == action
        said = text_label(found.proposed(), "strong")
        said.setMinimumWidth(self.minimumWidth() - 48)
        self.column.addWidget(said)
        help_ = text_label(_HELP[action], "muted")
        help_.setMinimumWidth(self.minimumWidth() - 48)
        self.column.addWidget(help_)
        self.days: QLineEdit | None = None
        self.dose: QLineEdit | None = None
        if action == HOLD:
            proposed = found.hold_days if self.proposed else None
            self.days = field(self.column, "Days of the hold", text="" if proposed is None else str(proposed))
        if action == FLARE:
            proposed_mg = found.flare_mg if self.proposed else None
            self.dose = field(self.column, "Dose, mg a day", text="" if proposed_mg is None else text_of(proposed_mg))
        asked = "Reason" if self.proposed else "Reason (needed: the plan proposes something else)"
        self.reason = field(self.column, f"{asked}; kept in the case and printed in the plan")
        self.add_button("Cancel", self.reject)
        self.go = self.add_button(TITLES[action], self._finish, "primary")
        (self.days or self.dose or self.reason).setFocus()

    def _finish(self) -> None:
        reason = " ".join(self.reason.text().split()) or None
        if reason is None and not self.proposed:
            self.complain("Write why; the plan proposes something else.")
            return
        if wrong := self._wrong_number():
            self.complain(wrong)
            return
        days = int(self.days.text()) if self.days is not None and self.days.text().strip() else None
        answer = Answer(self._action, reason or self._found.because[0].text, days, self._mg())
        if refused := self._decide(answer):
            self.complain(f"Nothing was changed. {refused[:1].upper()}{refused[1:]}.")
            return
        self.accept()

    def _wrong_number(self) -> str:
        text = self.days.text().strip() if self.days is not None else ""
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= _LONGEST):
            return f"Write the days as a whole number from 1 to {_LONGEST}."
        if self._found.dose_mg is None and (text or self.dose is not None):
            return "What is taken now is not known. Write it under Treatment so far first."
        if self.dose is not None:
            mg, now = self._mg(), self._found.dose_mg
            if mg is None:
                return "Write the dose in mg a day, as 12.5."
            if now is not None and mg <= now:
                return f"{text_of(mg)} mg is not above the {text_of(now)} mg that are taken."
        return ""

    def _mg(self) -> Decimal | None:
        text = self.dose.text().strip() if self.dose is not None else ""
        read = read_number(text) if text else None
        return None if read is None or isinstance(read, Unreadable) else read


def decision_text(decision: Decision) -> str:
    """Decided on 20 Feb 2027: Hold the dose. Reason."""
    reason = f" {decision.reason}" if decision.reason else ""
    return f"Decided on {day_text(decision.on)}: {TITLES[decision.action]}.{reason}"
