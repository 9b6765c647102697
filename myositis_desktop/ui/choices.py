"""What a click on the plan page does to the case. The window edits the case, never a plan."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import QWidget

from myositis_desktop.model.case import Choice, DoseChoice, Preferences
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Dose, Item
from myositis_desktop.ui.dialogs import ConfirmDialog, Dialog, ReasonDialog
from myositis_desktop.ui.pieces import field, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.wording import drug_label

NEEDS_REASON = ("contraindicated", "needs-data", "not-indicated")
"""A drug of one of these can only be chosen with a reason."""
ONE_OF_A_KIND = ("oral_glucocorticoid", "steroid_sparing")
"""Lists of the catalogue of which at most one drug can be chosen."""


def rivals(drug: str, catalogue: Catalogue) -> frozenset[str]:
    """The drugs that cannot be chosen beside this one, itself included."""
    for kind in ONE_OF_A_KIND:
        members = catalogue.lists.get(kind, ())
        if drug in members:
            return frozenset(members)
    return frozenset({drug})


def with_choice(preferences: Preferences, choice: Choice, catalogue: Catalogue) -> Preferences:
    """The preferences with this drug chosen; another choice of the same kind gives way."""
    gone = rivals(choice.drug, catalogue)
    return replace(preferences, choose=(*(c for c in preferences.choose if c.drug not in gone), choice))


def without_choice(preferences: Preferences, drug: str) -> Preferences:
    """The preferences without the choice of this drug."""
    return replace(preferences, choose=tuple(c for c in preferences.choose if c.drug != drug))


def with_dose(preferences: Preferences, dose: DoseChoice | None, drug: str) -> Preferences:
    """The preferences with the clinician's own dose of a drug; None takes it away."""
    others = tuple(d for d in preferences.doses if d.drug != drug)
    return replace(preferences, doses=others if dose is None else (*others, dose))


class Chooser:
    """Asks what has to be asked before a choice goes into the case."""

    def __init__(self, session: Session, window: QWidget) -> None:
        self._session = session
        self._window = window
        self._catalogue = session.clinic.catalogue

    def choose(self, item: Item) -> None:
        """Choose a drug: the plan's proposal at once, anything else with a reason from the list or in own words."""
        if item.status == "recommended":
            self._take(item.drug, None)
            return
        against = item.status in NEEDS_REASON
        label = drug_label(self._catalogue, item.drug)
        word = self._catalogue.word("status", item.status).lower()
        said = " ".join(r.text for r in item.because) or "Nothing in the findings calls for it."

        def done(reason: str) -> None:
            if item.status == "contraindicated":
                self._confirm(item, reason)
            else:
                self._take(item.drug, reason)

        ReasonDialog(
            f"Override: {label}" if against else f"Choose: {label}",
            f"The plan says: {word}. {said}",
            "Choose with this reason",
            done,
            self._window,
            offered=self._catalogue.lists.get("choice_reasons", ()),
        ).open()

    def _confirm(self, item: Item, reason: str) -> None:
        label = drug_label(self._catalogue, item.drug)
        said = " ".join(r.text for r in item.because)
        text = f"{said}\n\nIt stays marked as contraindicated, and the plan prints your reason: “{reason}”"
        ConfirmDialog(
            f"{label} is contraindicated for this patient",
            text,
            "Choose it all the same",
            lambda: self._take(item.drug, reason),
            self._window,
        ).open()

    def remove(self, item: Item) -> None:
        """Take a choice back."""
        session = self._session
        label = drug_label(self._catalogue, item.drug)
        session.edit_preferences(without_choice(session.open_case.preferences, item.drug), f"Remove choice of {label}")

    def _take(self, drug: str, reason: str | None) -> None:
        session = self._session
        wanted = with_choice(session.open_case.preferences, Choice(drug, reason), self._catalogue)
        session.edit_preferences(wanted, f"Choose {drug_label(self._catalogue, drug)}")

    def dose(self, item: Item) -> None:
        """Ask for another dose of a drug, with the reason."""
        if item.dose is not None and item.dose.value is not None:
            DoseDialog(self._session, item, item.dose, self._window).open()


class DoseDialog(Dialog):
    """The clinician's own dose in the unit of the plan, with a reason; or back to the dose of the plan."""

    def __init__(self, session: Session, item: Item, dose: Dose, parent: QWidget) -> None:
        label = drug_label(session.clinic.catalogue, item.drug)
        super().__init__(f"Dose of {label}", parent)
        self._session, self._drug, self._unit = session, item.drug, dose.unit or ""
        self._label = label
        unit = session.clinic.catalogue.words.get(f"unit.{self._unit}", self._unit)
        self.column.addWidget(text_label(f"The plan: {dose.text}"))
        if dose.arithmetic:
            self.column.addWidget(text_label(dose.arithmetic, "small"))
        self.value = field(
            self.column, f"Your dose in {unit}", text=text_of(dose.value) if dose.value is not None else ""
        )
        self.reason = field(self.column, "Your reason (kept in the case and printed in the plan)")
        own = any(d.drug == item.drug for d in session.open_case.preferences.doses)
        self.add_button("Cancel", self.reject)
        if own:
            self.add_button("Back to the plan's dose", lambda: self._set(None))
        self.go = self.add_button("Use this dose", self._finish, "primary")
        for edit in (self.value, self.reason):
            edit.textChanged.connect(self._look)
        self._look()
        self.value.selectAll()
        self.value.setFocus()

    def _number(self) -> Decimal | None:
        text = self.value.text().strip().replace(",", ".")
        try:
            number = Decimal(text) if text.isascii() else None
        except InvalidOperation:
            return None
        return number if number is not None and number.is_finite() and number > 0 else None

    def _look(self) -> None:
        self.go.setEnabled(self._number() is not None and bool(self.reason.text().strip()))

    def _finish(self) -> None:
        number = self._number()
        if number is not None:
            self._set(DoseChoice(self._drug, number, self._unit, " ".join(self.reason.text().split())))

    def _set(self, dose: DoseChoice | None) -> None:
        wanted = with_dose(self._session.open_case.preferences, dose, self._drug)
        self.accept()
        self._session.edit_preferences(wanted, f"Dose of {self._label}")
