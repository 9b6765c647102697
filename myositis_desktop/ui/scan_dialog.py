"""A code from a treatment plan of another clinic: the scanner types it here, and it becomes a new patient."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Band, text_label
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.wording import day_text, name_text

if TYPE_CHECKING:
    from myositis_desktop.model.case import Case
    from myositis_desktop.ui.workbench import Workbench


class ScanDialog(Dialog):
    """First the code, then what is in it; a patient is made only after that was seen."""

    def __init__(self, bench: "Workbench") -> None:
        super().__init__("Read a code", bench, width=600)
        self._bench = bench
        self._case: Case | None = None
        self.column.addWidget(
            text_label("Click into the field and scan the code at the end of a treatment plan. The scanner types it.")
        )
        self.letters = QPlainTextEdit()
        self.letters.setAccessibleName("Code as the scanner types it")
        self.letters.setTabChangesFocus(True)
        self.letters.setFixedHeight(scaled(72))
        self.letters.textChanged.connect(self._forget)
        self.column.addWidget(self.letters)
        self.seal = Band("amber", "warning")
        self.seal.hide()
        self.column.addWidget(self.seal)
        self.said = text_label("")
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.hide()
        self.column.addWidget(self.said)
        self.add_button("Cancel", self.reject)
        self.read = self.add_button("Read", self.try_read)
        self.go = self.add_button("Make a new patient", self.take, "primary", "plus")
        self.go.setEnabled(False)
        self.letters.setFocus()

    def _forget(self) -> None:
        self._case = None
        self.go.setEnabled(False)
        self.seal.hide()
        self.said.hide()
        self.complain("")

    def try_read(self) -> None:
        """Show what is in the code; nothing is kept yet."""
        self._forget()
        try:
            case, told, sealed = self._bench.clinic.read_code(self.letters.toPlainText())
        except UserError as error:
            self.complain(str(error))
            return
        self._case = case
        first, *more = told
        self.seal.say("" if sealed else first)
        patient = case.patient
        who = (
            f"{name_text(patient)}, born {day_text(patient.birth_date)}, record {patient.record_number or 'not given'}"
        )
        lines = [who, f"Assessed on {day_text(case.assessed_on)}", *([first] if sealed else []), *more]
        self.said.setText("\n".join([*lines, "Check every finding before you rely on it."]))
        self.said.show()
        self.go.setEnabled(True)
        self.go.setFocus()
        self.adjustSize()

    def take(self) -> None:
        """Make the patient and show it."""
        bench, case = self._bench, self._case
        if case is None:
            return
        try:
            patient_id = bench.clinic.add_patient(case)
        except UserError as error:
            self.complain(str(error))
            return
        self.accept()
        bench.rail.search.clear()
        bench.rail.refresh()
        bench.open_patient(patient_id)
