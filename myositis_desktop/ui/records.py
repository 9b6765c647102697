"""Whole records in the window: merging two of one patient, taking them apart, deleting, handing over, taking in."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from myositis_desktop.clinic import Archive, Clinic, Offer
from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.files import file_stem, read_file
from myositis_desktop.ui.offers import OfferTable
from myositis_desktop.ui.patients import row_name, under_name
from myositis_desktop.ui.pieces import Band, Button, field, row_of, set_ink, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.titled import DocumentList
from myositis_desktop.ui.unlock import SHORTEST, strength_hint
from myositis_desktop.ui.wording import name_text

if TYPE_CHECKING:
    from myositis_desktop.clinic import PatientRow

_WHO = Qt.ItemDataRole.UserRole
ENDING = ".myositis-patient"
Done = Callable[[], object]


def patient_list(name: str) -> QListWidget:
    """An empty list of patients."""
    out = DocumentList()
    out.setAccessibleName(name)
    out.setMinimumHeight(scaled(110))
    return out


def fill(target: QListWidget, rows: "tuple[PatientRow, ...]", first: str = "") -> None:
    """Show patients in a list; `first` is a line above them that stands for nobody."""
    target.clear()
    if first:
        target.addItem(QListWidgetItem(first))
    for row in rows:
        item = QListWidgetItem(f"{row_name(row)}\n{under_name(row)}")
        item.setData(_WHO, row.id)
        target.addItem(item)


def chosen_in(target: QListWidget) -> int | None:
    """The patient who is marked in a list; None where nobody is."""
    marked = target.selectedItems()
    found: int | None = marked[0].data(_WHO) if marked else None
    return found


class MergeDialog(Dialog):
    """The open record goes on; another one is chosen, compared and put into it. Earlier merges are taken apart here."""

    def __init__(self, clinic: Clinic, patient_id: int, done: Done, parent: QWidget | None = None) -> None:
        super().__init__("Merge two records of one patient", parent, width=820)
        self.setMinimumHeight(scaled(600))
        self._clinic, self._patient_id, self._done = clinic, patient_id, done
        patient = clinic.draft(patient_id).patient
        self._alike = clinic.similar(patient, patient_id)
        self.column.addWidget(
            text_label(
                f"{name_text(patient)} goes on. Choose the other record: its plans are then listed here, and it is "
                "listed no more. Nothing is thrown away, and the two can be taken apart again.",
                "muted",
            )
        )
        for merge in clinic.records.merges(patient_id):
            apart = Button("Take apart", "quiet")
            apart.clicked.connect(partial(self._undo, merge.id))
            words = f"{merge.gone_name} was merged into this one on {merge.at.astimezone():%Y-%m-%d}."
            self.column.addLayout(row_of(text_label(words), apart))
        self.search = field(self.column, "Name, record number or birth date of the other record")
        self.search.textChanged.connect(lambda _: self._find())
        self.list = patient_list("The other record")
        self.list.itemSelectionChanged.connect(self._compare)
        self.column.addWidget(self.list)
        self.table = OfferTable(clinic.catalogue)
        self.column.addWidget(self.table, 1)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Merge into this record", self._finish, "danger")
        self._find()

    @property
    def chosen(self) -> int | None:
        """The other record."""
        return chosen_in(self.list)

    def _find(self) -> None:
        text = self.search.text().strip()
        rows = self._clinic.patients(text, 20) if text else self._alike
        fill(self.list, tuple(row for row in rows if row.id != self._patient_id))
        self._compare()

    def _compare(self) -> None:
        self.complain("")
        self.go.setEnabled(False)
        self.table.show_offers(())
        if self.chosen is None:
            return
        try:
            self.table.show_offers(self._clinic.records.compare(self._patient_id, self.chosen).offers)
        except UserError as error:
            self.complain(str(error))
            return
        self.go.setEnabled(True)

    def _finish(self) -> None:
        if self.chosen is not None:
            self._run(partial(self._clinic.records.merge, self._patient_id, self.chosen, self.table.taken))

    def _undo(self, merge_id: int) -> None:
        self._run(partial(self._clinic.records.undo_merge, merge_id))

    def _run(self, work: Done) -> None:
        try:
            work()
        except UserError as error:
            self.complain(str(error))
            return
        self.accept()
        self._done()


class DeleteDialog(Dialog):
    """Asks for the reason and the passphrase before a patient is erased."""

    def __init__(
        self, clinic: Clinic, patient_id: int, tasks: Tasks, done: Done, parent: QWidget | None = None
    ) -> None:
        super().__init__("Delete this patient", parent, width=600)
        self._clinic, self._patient_id, self._tasks, self._done = clinic, patient_id, tasks, done
        name = name_text(clinic.draft(patient_id).patient)
        plans = len({d.plan_number for d in clinic.filed(patient_id)})
        self.column.addWidget(
            text_label(
                f"{name} is erased from the clinic file with all findings and {plans} signed plan"
                f"{'' if plans == 1 else 's'}. This cannot be undone. The audit keeps that a patient was deleted, "
                "when, by whom and why, and nothing else. Hand the patient over first if an archive is wanted."
            )
        )
        caption = text_label("Reason (kept in the audit for ever; write no name)", "caption")
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName("Reason")
        self.reason.setFixedHeight(scaled(64))
        caption.setBuddy(self.reason)
        self.column.addWidget(caption)
        self.column.addWidget(self.reason)
        self.backups = QCheckBox("Also remove the earlier backups; a new one is made first")
        self.column.addWidget(self.backups)
        self.column.addWidget(text_label("Earlier backups hold the patient until they are removed.", "small"))
        self.passphrase = field(self.column, "Your passphrase", secret=True)
        self.back = self.add_button("Cancel", self.reject)
        self.go = self.add_button("Delete for ever", self._finish, "danger")
        self.reason.setFocus()

    def _finish(self) -> None:
        self.complain("")
        self.go.setEnabled(False)
        reason, secret = " ".join(self.reason.toPlainText().split()), self.passphrase.text()
        self._tasks.run(
            partial(
                self._clinic.records.delete, self._patient_id, reason, secret, backups_too=self.backups.isChecked()
            ),
            lambda _: self._deleted(),
            self._refused,
        )

    def _deleted(self) -> None:
        self.accept()
        self._done()

    def _refused(self, error: UserError) -> None:
        self.go.setEnabled(True)
        self.complain(str(error))


class HandOverDialog(Dialog):
    """A passphrase for the archive, twice, and where it goes."""

    def __init__(
        self, clinic: Clinic, patient_id: int, tasks: Tasks, done: Callable[[Path], object], parent: QWidget
    ) -> None:
        super().__init__("Hand this patient over", parent, width=600)
        self._clinic, self._patient_id, self._tasks, self._done = clinic, patient_id, tasks, done
        patient = clinic.draft(patient_id).patient
        self._known = (patient.family_name, patient.given_name, clinic.clinic_name)
        self._stem = file_stem(patient.record_number or "patient")
        self.column.addWidget(
            text_label(
                f"{name_text(patient)}: findings, visits, signed plans and their PDFs go into one encrypted file for "
                "another clinic. Tell that clinic the passphrase by another way than the file.",
                "muted",
            )
        )
        self.first = field(self.column, "Passphrase for the archive", secret=True)
        self.hint = text_label("", "small")
        self.column.addWidget(self.hint)
        self.second = field(self.column, "The same again", secret=True)
        self.first.textChanged.connect(lambda _: self._hint())
        self._hint()
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Save the archive…", self._ask, "primary")
        self.first.setFocus()

    def _hint(self) -> None:
        ink, words = strength_hint(self.first.text(), SHORTEST, self._known)
        self.hint.setText(words)
        set_ink(self.hint, ink)

    def _ask(self) -> None:
        if self.first.text() != self.second.text():
            self.complain("The two passphrases differ.")
            return
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the archive", str(Path.home() / f"{self._stem}{ENDING}"), f"Patient archives (*{ENDING})"
        )
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write the archive to a place that was chosen."""
        self.go.setEnabled(False)
        self._tasks.run(
            partial(self._clinic.records.export, self._patient_id, path, self.first.text()),
            lambda _: self._saved(path),
            self._refused,
        )

    def _saved(self, path: Path) -> None:
        self.accept()
        self._done(path)

    def _refused(self, error: UserError) -> None:
        self.go.setEnabled(True)
        self.complain(str(error))


class TakeInDialog(Dialog):
    """Opens an archive, shows what is in it, and files it as a new patient or into a record that is here."""

    def __init__(
        self, clinic: Clinic, path: Path, tasks: Tasks, done: Callable[[int], object], parent: QWidget
    ) -> None:
        super().__init__("Take in a patient from another clinic", parent, width=820)
        self.setMinimumHeight(scaled(600))
        self._clinic, self._path, self._tasks, self._done = clinic, path, tasks, done
        self.found: Archive | None = None
        self.passphrase = field(self.column, f"Passphrase of {path.name}", secret=True)
        self.passphrase.returnPressed.connect(self._look)
        self.inside = Band("blue", "info")
        self.inside.hide()
        self.column.addWidget(self.inside)
        self.list = patient_list("Where it goes")
        self.list.itemSelectionChanged.connect(self._compare)
        self.column.addWidget(self.list)
        self.table = OfferTable(clinic.catalogue)
        self.column.addWidget(self.table, 1)
        self.add_button("Cancel", self.reject)
        self.look = self.add_button("Look into it", self._look, "secondary", "search")
        self.go = self.add_button("Take in", self._finish, "primary")
        self.go.setEnabled(False)
        self.passphrase.setFocus()

    @property
    def into(self) -> int | None:
        """The record that it goes into; None is a new patient."""
        return chosen_in(self.list)

    def _look(self) -> None:
        self.complain("")
        self.look.setEnabled(False)
        secret = self.passphrase.text()
        self._tasks.run(
            lambda: self._clinic.records.look_into(read_file(self._path), secret), self._show, self._refused
        )

    def _show(self, found: Archive) -> None:
        self.look.setEnabled(True)
        self.found = found
        count = len(found.plans)
        self.inside.say(
            f"{name_text(found.case.patient)}, {len(found.case.findings)} findings, {count} signed plan"
            f"{'' if count == 1 else 's'}; from {found.clinic}, made {found.made_at.astimezone():%Y-%m-%d %H:%M}. "
            "Nothing is filed yet."
        )
        fill(self.list, self._clinic.records.alike(found), "As a new patient")
        self.list.setCurrentRow(0)
        self.go.setEnabled(True)

    def _compare(self) -> None:
        offers: tuple[Offer, ...] = ()
        if self.found is not None and self.into is not None:
            try:
                offers = self._clinic.records.compare_archive(self.into, self.found).offers
            except UserError as error:
                self.complain(str(error))
        self.table.show_offers(offers)
        self.go.setText("Take into this record" if self.into is not None else "Take in as a new patient")

    def _finish(self) -> None:
        if self.found is None:
            return
        try:
            patient_id, _ = self._clinic.records.take_in(self.found, self.into, self.table.taken)
        except UserError as error:
            self.complain(str(error))
            return
        self.accept()
        self._done(patient_id)

    def _refused(self, error: UserError) -> None:
        self.look.setEnabled(True)
        self.complain(str(error))
