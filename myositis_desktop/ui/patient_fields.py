"""The fields of the patient in the patient form: names, record number, birth date, sex, day of the assessment."""

from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from myositis_desktop.errors import BugError
from myositis_desktop.model.case import Case, Finding
from myositis_desktop.model.catalogue import Catalogue, FindingSpec
from myositis_desktop.ui.binding import FindingsForm
from myositis_desktop.ui.widgets import DateControl, TextControl

TEXTS = ("patient.family_name", "patient.given_name", "patient.record_number")
DAYS = ("patient.birth_date", "patient.assessed_on")
SEX = "patient.sex"


class PatientFields(QObject):
    """Binds the controls of a form that carry `patient`.

    A case has always a birth date and a day of assessment: while one of them cannot be read, the former one stays
    in the case and the field says so.
    """

    edited = Signal(str, object)
    """Name of the field as `patient.sex`, and the case with the edit in it."""

    def __init__(self, form: FindingsForm, catalogue: Catalogue) -> None:
        super().__init__(form)
        self.controls = form.patient_controls
        self._case: Case | None = None
        missing = {*TEXTS, *DAYS, SEX} ^ set(self.controls)
        if missing:
            raise BugError(f"{form.name}.ui: the fields of the patient differ: {sorted(missing)}")
        for name, control in self.controls.items():
            label = form.root.findChild(QLabel, f"label_{control.objectName()}")
            control.takes_details = False
            control.bind(_spec(name, label.text() if label else "", catalogue), catalogue.lists)
            control.changed.connect(partial(self._take, name))

    def load(self, case: Case, *, afresh: bool = False) -> None:
        """Show the patient of a case; a day that is being written is left alone, but for `afresh`."""
        self._case = case
        for name in TEXTS:
            text = self._text(name)
            if afresh or text.text() != _stored_text(case, name):
                text.set_text(_stored_text(case, name))
        for name, stored in zip(DAYS, (case.patient.birth_date, case.assessed_on), strict=True):
            day = self._day(name)
            if afresh or day.day() not in {None, stored}:
                day.set_day(stored)
        sex = None if case.patient.sex == "unknown" else Finding(SEX, case.patient.sex)
        if afresh or sex != self.controls[SEX].value():
            self.controls[SEX].set_finding(sex)

    def _take(self, name: str) -> None:
        case = self._case
        if case is None:
            return
        finding = self.controls[name].value()
        if name in DAYS and finding is None:
            self.controls[name].show_problem(self.tr("Needed. Until it is given, the former day stays in the case."))
            return
        self.edited.emit(name, _with(case, name, finding.value if finding is not None else None))

    def _text(self, name: str) -> TextControl:
        control = self.controls[name]
        if not isinstance(control, TextControl):
            raise BugError(f"{name} needs a TextControl")
        return control

    def _day(self, name: str) -> DateControl:
        control = self.controls[name]
        if not isinstance(control, DateControl):
            raise BugError(f"{name} needs a DateControl")
        return control


def _stored_text(case: Case, name: str) -> str:
    patient = case.patient
    return dict(zip(TEXTS, (patient.family_name, patient.given_name, patient.record_number), strict=True))[name]


def _with(case: Case, name: str, value: object) -> Case:
    """The case with one field of the patient; None is an empty text, or an unknown sex."""
    if isinstance(value, date):
        if name == "patient.assessed_on":
            return replace(case, assessed_on=value)
        return replace(case, patient=replace(case.patient, birth_date=value))
    if name == SEX:
        return replace(case, patient=replace(case.patient, sex=str(value or "unknown")))
    text, patient = str(value or ""), case.patient
    if name == "patient.family_name":
        return replace(case, patient=replace(patient, family_name=text))
    if name == "patient.given_name":
        return replace(case, patient=replace(patient, given_name=text))
    return replace(case, patient=replace(patient, record_number=text))


def _spec(name: str, label: str, catalogue: Catalogue) -> FindingSpec:
    if name != SEX:
        return FindingSpec(id=name, kind="date" if name in DAYS else "text", label=label, help="", section="patient")
    sexes = ("female", "male")
    words = {s: catalogue.word("sex", s) for s in sexes}
    return FindingSpec(
        id=name, kind="choice", label=label, help="", section="patient", values=sexes, value_labels=words
    )
