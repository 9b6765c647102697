"""Asking for the next assessment: its day, and whether the tablets were taken as planned."""

from datetime import date, timedelta

from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QWidget

from myositis_desktop.engine.next_visit import lasting, next_assessment, taken_as_planned
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import field, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.wording import day_text, drug_label, read_day


class NextVisitDialog(Dialog):
    """Nothing is assumed: where a taper has begun, whether it was followed has to be said."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Next assessment", parent)
        self._session = session
        plan = session.plan
        self._taper: Taper | None = plan.taper if plan is not None and session.is_current else None
        self._say(
            f"The findings of {day_text(session.open_case.assessed_on)} become a visit. What lasts is carried forward "
            "with its day (antibodies, biopsy, genes, infection screen, lasting diagnoses); all else is asked again."
        )
        self.day = field(self.column, "Day of the assessment, as 2026-12-21")
        self.day.textChanged.connect(self._changed)
        self.taken = self._say("", "strong")
        self._answers = QButtonGroup(self)
        self.as_planned = QRadioButton("Taken as planned")
        self.otherwise = QRadioButton("Otherwise, or not known")
        for button in (self.as_planned, self.otherwise):
            self._answers.addButton(button)
            self.column.addWidget(button)
        self.help = self._say(
            "As planned: the doses become treatments, the calendar goes on. Otherwise: write what was taken under "
            "Treatment so far.",
            "muted",
        )
        self._answers.buttonToggled.connect(self._changed)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Begin the assessment", self._finish, "primary")
        self._changed()
        self.day.setFocus()

    def _say(self, text: str, role: str = "") -> QLabel:
        """A line as wide as the dialog: a wrapped label asks for its height at its least width."""
        out = text_label(text, role)
        out.setMinimumWidth(self.minimumWidth() - 48)
        self.column.addWidget(out)
        return out

    def _on(self) -> date | None:
        return read_day(self.day.text()) if self.day.text().strip() else None

    def _begun(self, on: date | None) -> Taper | None:
        """The taper of the last plan, where it has begun before the day."""
        return self._taper if self._taper is not None and on is not None and self._taper.starts < on else None

    def _changed(self) -> None:
        on = self._on()
        taper = self._begun(on)
        for button in (self.as_planned, self.otherwise):
            button.setVisible(taper is not None)
        self.taken.setVisible(taper is not None)
        self.help.setVisible(taper is not None)
        if taper is not None and on is not None:
            self.taken.setText(self._said(taper, on))
        answered = taper is None or self._answers.checkedButton() is not None
        self.go.setEnabled(on is not None and answered)
        self.adjustSize()

    def _said(self, taper: Taper, on: date) -> str:
        drug = drug_label(self._session.clinic.catalogue, taper.drug)
        step = next((s for s in taper.steps if s.start < on <= s.end + timedelta(days=1)), None)
        if step is None:
            return f"By the plan {drug} ended on {day_text(taper.ends)}."
        dose = text_of(step.dose_mg)
        if step.alternate_mg is not None:
            dose += f" and {text_of(step.alternate_mg)} mg on alternate days"
        return f"By the plan {drug} is at {dose} mg since {day_text(step.start)}. Was it taken like this?"

    def _wrong(self, on: date) -> str:
        case = self._session.open_case
        if on <= case.assessed_on:
            return f"The last assessment was on {day_text(case.assessed_on)}; the next one comes after it."
        if any(v.on == on for v in case.visits):
            return "There is a visit on this day already. Remove it first, or take another day."
        return ""

    def _finish(self) -> None:
        on = self._on()
        if on is None:
            return
        if wrong := self._wrong(on):
            self.complain(wrong)
            return
        session, clinic = self._session, self._session.clinic
        case = next_assessment(session.open_case, on, lasting(clinic.catalogue.lists))
        taper = self._begun(on)
        if taper is not None and self.as_planned.isChecked():
            written = session.open_case.preferences.taper.steps
            case = taken_as_planned(case, taper, on, clinic.pack.taper_rules, written)
        self.accept()
        session.edit_whole(case, "Next assessment")
