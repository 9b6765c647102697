"""The documents: what would be signed now, what was signed, and the exact pages of each."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidgetItem, QVBoxLayout, QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.document_entries import NEVER_SIGNED, TITLES, Entry, Kind, entries_of
from myositis_desktop.ui.files import file_stem, read_file, write_file
from myositis_desktop.ui.patients import alike_text
from myositis_desktop.ui.pieces import Button, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.sign_dialog import SignDialog
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.titled import DocumentList
from myositis_desktop.ui.wording import name_text

if TYPE_CHECKING:
    from myositis_desktop.clinic import Verification
    from myositis_desktop.ui.pdf_view import PdfPane

Work = Callable[[], bytes]
NAMES_NEEDED = {"record_number": "record number", "family_name": "family name", "given_name": "given name"}


class DocumentsPage(QWidget):
    """List at the left, pages at the right, Sign below."""

    follow = Signal(str)
    signed = Signal()

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self.session, self._tasks = session, tasks
        self.entries: list[Entry] = []
        self._job = 0
        self.pane: PdfPane | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 16)
        row.setSpacing(16)
        row.addLayout(self._build_list())
        self._right = QVBoxLayout()
        self._right.setSpacing(8)
        self.status = text_label("", "muted")
        self._right.addWidget(self.status)
        row.addLayout(self._right, 1)
        session.opened.connect(self._forget)
        session.decided.connect(self._refresh_if_seen)

    def _build_list(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.list = DocumentList()
        self.list.setFixedWidth(scaled(220))
        self.list.setAccessibleName("Documents of the patient")
        self.list.currentRowChanged.connect(lambda _: self._show_entry())
        column.addWidget(self.list, 1)
        self.sign_button = Button("Sign…", "primary", "pen", "Sign the plan (Ctrl+S)")
        self.sign_button.clicked.connect(self.sign)
        self.export_button = Button("Export PDF…", sign="export", tip="Export the chosen document as PDF (Ctrl+E)")
        self.export_button.clicked.connect(self.export)
        self.print_button = Button("Print…", sign="print", tip="Print the chosen document (Ctrl+P)")
        self.print_button.clicked.connect(self.print)
        self.verify_button = Button("Verify a file…", sign="verify", tip="Check a PDF that came from somewhere else")
        self.verify_button.clicked.connect(self.verify)
        self.counter_button = Button("Countersign…", sign="pen", tip="Sign a plan that somebody else has signed")
        self.counter_button.clicked.connect(self.countersign)
        self.stamp_button = Button("Time-stamp…", sign="clock", tip="Ask an authority of time by files on a stick")
        self.stamp_button.clicked.connect(self.time_stamp)
        self.withdraw_button = Button("Withdraw…", sign="warning", tip="Take a signed plan back, with a reason")
        self.withdraw_button.clicked.connect(self.withdraw)
        for button in (
            self.sign_button,
            self.counter_button,
            self.export_button,
            self.print_button,
            self.verify_button,
            self.stamp_button,
            self.withdraw_button,
        ):
            policy = button.sizePolicy()
            button.setSizePolicy(policy.Policy.Expanding, policy.verticalPolicy())
            column.addWidget(button)
        return column

    # --- what is shown ---

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.refresh()

    def _forget(self) -> None:
        self._tasks.drop(self._job)
        self.entries = []
        self.list.clear()
        if self.pane is not None:
            self.pane.show_pdf(b"")
            self.pane.hide()
        self._refresh_if_seen()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Read the list anew; the line that was chosen stays chosen."""
        session = self.session
        pending: tuple[Kind, ...] = ()
        if session.is_current and session.plan is not None:
            pending = (*self._to_sign(), "workup", "intake")
        filed = session.clinic.filed(session.patient_id) if session.patient_id is not None else ()
        chosen = self.entry
        self.entries = entries_of(filed, pending)
        self.list.blockSignals(True)
        self.list.clear()
        for entry in self.entries:
            self.list.addItem(QListWidgetItem(f"{entry.title}\n{entry.under}"))
        row = next((i for i, e in enumerate(self.entries) if chosen and e.is_of(chosen)), 0)
        self.list.setCurrentRow(row if self.entries else -1)
        self.list.blockSignals(False)
        self._show_entry()

    @property
    def entry(self) -> Entry | None:
        """The chosen line."""
        row = self.list.currentRow()
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def choose_plan(self, number: str) -> None:
        """Choose the treatment plan of a number."""
        self.refresh()
        for row, entry in enumerate(self.entries):
            if entry.filed is not None and entry.filed.plan_number == number:
                self.list.setCurrentRow(row)
                return

    def _show_entry(self) -> None:
        entry = self.entry
        self.sign_button.setEnabled(self.session.is_current)
        self.counter_button.setEnabled(entry is not None and entry.is_open and not _countersigned(entry))
        self.withdraw_button.setEnabled(entry is not None and entry.filed is not None and not entry.filed.withdrawn)
        self.stamp_button.setEnabled(entry is not None and entry.filed is not None)
        self.export_button.setEnabled(entry is not None)
        self.print_button.setEnabled(entry is not None)
        self._tasks.drop(self._job)
        if entry is None:
            self._say_none()
            return
        self.status.setText("Making the pages …")
        self.status.setVisible(self.pane is None or not self.pane.isVisible())
        try:
            work = self._bytes_of(entry, mark=None)
        except UserError as error:
            self._refused(error)
            return
        self._job = self._tasks.run(work, lambda data: self._show_pdf(entry, data), self._refused)

    def _say_none(self) -> None:
        if self.pane is not None:
            self.pane.hide()
        if self.session.case is None:
            text = "Open a patient at the left, or add one with Ctrl+N."
        elif self.session.problems:
            text = "No plan can be made of the case as it stands: mend the lines named in the panel at the right."
        else:
            text = "Assessing …"
        self.status.setText(text)
        self.status.show()

    def _bytes_of(self, entry: Entry, mark: Literal["draft"] | None) -> Work:
        """The work that gives the bytes of a document; the draft that it is made from is saved first."""
        clinic, patient_id = self.session.clinic, self.session.patient_id
        if entry.filed is not None:
            document_id = entry.filed.id
            return lambda: clinic.document(document_id)
        kind = entry.kind
        if kind == "intake":
            return clinic.intake_form
        if patient_id is None or kind == "withdrawal":
            raise UserError("No patient is open.")
        self.session.flush()
        return lambda: clinic.preview(patient_id, kind, mark)

    def _show_pdf(self, entry: Entry, data: bytes) -> None:
        pane = self._ready_pane()
        pane.say(*entry.said())
        pane.show_pdf(data)
        pane.show()
        self.status.hide()

    def _ready_pane(self) -> "PdfPane":
        if self.pane is None:
            from myositis_desktop.ui.pdf_view import PdfPane  # noqa: PLC0415 - the PDF library loads on first use

            self.pane = PdfPane()
            self._right.addWidget(self.pane, 1)
        return self.pane

    def _refused(self, error: UserError) -> None:
        if self.pane is not None:
            self.pane.hide()
        self.status.setText(str(error))
        self.status.show()

    # --- what can be done ---

    def sign(self) -> None:
        """Ask for the signature of the plan as it stands."""
        session = self.session
        if session.patient_id is None or session.case is None:
            return
        missing = [label for name, label in NAMES_NEEDED.items() if not getattr(session.case.patient, name).strip()]
        if missing or not session.is_current:
            self._tell("Not ready to sign", _why_not(missing))
            return
        try:
            session.flush()
        except UserError as error:
            self._tell("Not saved", str(error))
            return
        patient_id, clinic = session.patient_id, session.clinic
        kinds = [TITLES[e.kind] for e in self._pending()]
        alike = clinic.similar(session.case.patient, patient_id)
        SignDialog(
            name_text(session.case.patient),
            kinds,
            clinic.user.full_name,
            lambda secret, meaning, key: clinic.sign(patient_id, secret, meaning, key),
            self._tasks,
            lambda _: self._after_signing(),
            self,
        ).warn(alike_text(alike)).open()

    def countersign(self) -> None:
        """Ask for the second signature on every document of the chosen plan."""
        entry, session = self.entry, self.session
        if entry is None or entry.filed is None or session.case is None:
            return
        number, clinic = entry.filed.plan_number, session.clinic
        kinds = [e.title for e in self.entries if e.filed is not None and e.filed.plan_number == number]
        SignDialog(
            name_text(session.case.patient),
            kinds,
            clinic.user.full_name,
            lambda secret, meaning, key: clinic.signatures.countersign(number, secret, meaning, key),
            self._tasks,
            lambda _: self.refresh(),
            self,
            "countersigner",
        ).open()

    def time_stamp(self) -> None:
        """Time-stamp files of the chosen document."""
        entry = self.entry
        if entry is None or entry.filed is None:
            return
        from myositis_desktop.ui.time_stamp_dialog import TimeStampDialog  # noqa: PLC0415 - loads on first use

        TimeStampDialog(self.session.clinic, entry.filed, self.refresh, self).open()

    def withdraw(self) -> None:
        """Ask why the chosen plan is taken back."""
        entry, clinic = self.entry, self.session.clinic
        if entry is None or entry.filed is None:
            return
        from myositis_desktop.ui.withdraw_dialog import WithdrawDialog  # noqa: PLC0415 - loads on first use

        number = entry.filed.plan_number
        WithdrawDialog(
            number,
            lambda why, reason, secret, key: clinic.signatures.withdraw(number, why, reason, secret, key),
            self._tasks,
            self._after_withdrawing,
            self,
        ).open()

    def _after_withdrawing(self, trouble: str) -> None:
        self.refresh()
        if trouble:
            self._tell("Withdrawn, without a notice", trouble)

    def _pending(self) -> list[Entry]:
        return entries_of((), self._to_sign())

    def _to_sign(self) -> tuple[Kind, ...]:
        plan = self.session.plan
        return () if plan is None else self.session.clinic.kinds_of(plan)

    def _after_signing(self) -> None:
        self.signed.emit()
        self.refresh()
        newest = next((i for i, e in enumerate(self.entries) if e.filed is not None), None)
        if newest is not None:
            self.list.setCurrentRow(newest)

    def export(self) -> None:
        """Write the chosen document where the user wants it; an unsigned one is marked as a draft on every page."""
        entry, case = self.entry, self.session.case
        if entry is None:
            return
        number = entry.filed.plan_number if entry.filed else "" if entry.kind in NEVER_SIGNED else "DRAFT"
        record = "" if case is None or entry.kind == "intake" else case.patient.record_number
        name = file_stem(record, TITLES[entry.kind], number) + ".pdf"
        path = self.ask_save("Export PDF", name, "PDF (*.pdf)")
        if path is None:
            return
        clinic = self.session.clinic
        if entry.filed is not None:
            document_id = entry.filed.id
            self._run(lambda: clinic.export(document_id, path))
        else:
            work = self._bytes_of(entry, entry.mark)
            self._run(lambda: write_file(path, work()))

    def _run(self, work: Callable[[], None]) -> None:
        self._tasks.run(work, lambda _: None, lambda error: self._tell("Not done", str(error)))

    def print(self) -> None:
        """Print the chosen document; an unsigned one is marked as a draft on every page."""
        entry = self.entry
        if entry is not None:
            self._tasks.run(
                self._bytes_of(entry, entry.mark), self._print_bytes, lambda e: self._tell("Not printed", str(e))
            )

    def _print_bytes(self, data: bytes) -> None:
        from myositis_desktop.ui.pdf_view import PdfPane  # noqa: PLC0415 - loads on first use
        from myositis_desktop.ui.printing import ask_printer, print_pdf  # noqa: PLC0415 - loads on first use

        pane = PdfPane()
        pane.show_pdf(data)
        try:
            printer = ask_printer("Plan", self, pane.document.pageCount())
            if printer is not None:
                print_pdf(pane.document, printer)
        except UserError as error:
            self._tell("Not printed", str(error))
        finally:
            pane.show_pdf(b"")
            pane.deleteLater()

    def verify(self) -> None:
        """Ask for a PDF and say what it proves."""
        path = self.ask_open("Verify a file", "PDF (*.pdf);;All files (*)")
        if path is not None:
            self.verify_path(path)

    def verify_path(self, path: Path) -> None:
        """Say what a PDF proves."""
        clinic = self.session.clinic
        self._tasks.run(
            lambda: clinic.verify(read_file(path)),
            lambda found: self._show_verification(path.name, found),
            lambda error: self._tell("Not checked", str(error)),
        )

    def _show_verification(self, name: str, found: "Verification") -> None:
        from myositis_desktop.ui.verify_dialog import VerifyDialog  # noqa: PLC0415 - loads on first use

        VerifyDialog(name, found, self).open()

    def _tell(self, title: str, text: str) -> None:
        MessageDialog(title, text, self).open()

    def ask_save(self, title: str, name: str, kinds: str) -> Path | None:
        """Where to write; None: the user thought better of it."""
        path, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / name), kinds)
        return Path(path) if path else None

    def ask_open(self, title: str, kinds: str) -> Path | None:
        """Which file to read; None: the user thought better of it."""
        path, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()), kinds)
        return Path(path) if path else None


def _countersigned(entry: Entry) -> bool:
    return entry.filed is not None and entry.filed.countersigner is not None


def _why_not(missing: list[str]) -> str:
    if missing:
        named = ", ".join(missing)
        return f"A plan is signed for a named patient. Still missing: {named}. Fill them in on the Findings page."
    return "The plan is not current. Mend the lines named in the panel at the right, then sign."
