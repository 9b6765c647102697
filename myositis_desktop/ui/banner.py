"""The patient banner: who this is, on every page, never scrolled away."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Plan
from myositis_desktop.ui.flow import FlowLayout
from myositis_desktop.ui.pieces import Button, text_label
from myositis_desktop.ui.wording import age_on, allergy_text, day_text, name_text, pregnancy_text, weight_text


class Banner(QWidget):
    """Name large; birth date and age, record number, weight with its day, allergies and pregnancy beside it."""

    lock = Signal()

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._catalogue = catalogue
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 8, 16, 8)
        row.setSpacing(16)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.name = text_label("", "title", wrap=False)
        self.facts = FlowLayout(spacing=16)
        self.fact_labels = [self._fact() for _ in range(6)]
        column.addWidget(self.name)
        column.addLayout(self.facts)
        row.addLayout(column, 1)
        self.menu_slot = QHBoxLayout()
        self.menu_slot.setSpacing(8)
        row.addLayout(self.menu_slot)
        lock = Button("Lock", "secondary", "lock", "Lock the window (Ctrl+L)")
        lock.clicked.connect(self.lock)
        self.lock_button = lock
        self.patients = Button("Patients", "secondary", "person", "Patients (Ctrl+F)")
        self.patients.hide()
        self.menu_slot.addWidget(self.patients)
        self.menu_slot.addWidget(lock)
        self.show_case(None)

    def buttons(self) -> tuple[Button, ...]:
        """The buttons at the right but Lock."""
        return tuple(b for b in self.findChildren(Button) if b is not self.lock_button)

    def _fact(self) -> QLabel:
        out = text_label("", wrap=False)
        self.facts.addWidget(out)
        return out

    def show_case(self, case: Case | None, plan: Plan | None = None) -> None:
        """Name the patient of this case; None: nobody is open. The plan tells whether pregnancy matters."""
        if case is None:
            self.name.setText("No patient open")
            texts = ["Find a patient at the left, or add one (Ctrl+N)"]
        else:
            self.name.setText(name_text(case.patient))
            texts = banner_facts(case, plan, self._catalogue)
        for i, label in enumerate(self.fact_labels):
            text = texts[i] if i < len(texts) else ""
            label.setText(text)
            label.setVisible(bool(text))
            ink = "red" if text.startswith(("Allergy:", "Pregnan")) and text != "Pregnancy not tested" else "muted"
            if label.property("ink") != ink:
                label.setProperty("ink", ink)
                label.style().unpolish(label)
                label.style().polish(label)


def banner_facts(case: Case, plan: Plan | None, catalogue: Catalogue) -> list[str]:
    """What the banner says after the name, in order, without the empty ones."""
    patient = case.patient
    sex = {"female": "female", "male": "male"}.get(patient.sex, "sex not stated")
    born = f"{day_text(patient.birth_date)} ({_years(patient.birth_date, case.assessed_on)}) · {sex}"
    record = patient.record_number or "No record number"
    texts = [born, record, weight_text(case), allergy_text(case, catalogue), pregnancy_text(case, plan)]
    return [t for t in texts if t]


def _years(birth: date, day: date) -> str:
    return f"{age_on(birth, day)} years"


def title_of(case: Case | None) -> str:
    """The window's title: the patient is always named in it."""
    if case is None:
        return "Myositis Desktop"
    patient = case.patient
    parts = [name_text(patient), day_text(patient.birth_date), patient.record_number]
    return " · ".join(p for p in parts if p) + " - Myositis Desktop"
