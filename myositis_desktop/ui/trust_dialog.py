"""Certificates of the clinic, renewing and taking them back, and whom the clinic trusts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFileDialog, QListWidgetItem, QWidget

from myositis_desktop.clinic import REVOKED_WORDS, Right, Token, root_names
from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import ConfirmDialog, Dialog
from myositis_desktop.ui.files import file_stem, read_file, write_file
from myositis_desktop.ui.pieces import Button, field, row_of, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.titled import DocumentList
from myositis_desktop.ui.wording import day_text

if TYPE_CHECKING:
    from myositis_desktop.clinic import CertificateRow, Clinic


class TrustDialog(Dialog):
    """The certificates that sign for the clinic, and the trust kit."""

    def __init__(self, clinic: "Clinic", tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__("Certificates and trust", parent, width=680)
        self._clinic, self._tasks = clinic, tasks
        self._rows: tuple[CertificateRow, ...] = ()
        self.column.addWidget(text_label("Root certificate of this clinic, SHA-256", "caption"))
        self.column.addWidget(text_label(clinic.root_fingerprint, "strong"))
        self.wall = self._button("Wall sheet…", self._export_wall_sheet, "print")
        self.file = self._button("Export the trust file…", self._export_trust, "export")
        self.other = self._button("Trust another clinic…", self._ask_trust, "verify")
        self.time = self._button("Trust an authority of time…", self._ask_time, "clock")
        self.column.addLayout(row_of(self.wall, self.file))
        self.column.addLayout(row_of(self.other, self.time))
        self.column.addWidget(text_label("Certificates that have signed for this clinic", "caption"))
        self.list = DocumentList()
        self.list.setAccessibleName("Certificates")
        self.list.setMinimumHeight(150)
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.column.addWidget(self.list)
        self.why = QComboBox()
        for id_, words in REVOKED_WORDS.items():
            self.why.addItem(words[0].upper() + words[1:], id_)
        self.why.setAccessibleName("Why the certificate is taken back")
        self.take_back = self._button("Take back…", self._ask_revoke, "warning")
        self.column.addLayout(row_of(self.why, self.take_back))
        self.renew = self._button("Renew mine…", self._ask_renew, "key")
        self.certify = self._button("Certify my token…", self._ask_token, "key")
        self.column.addLayout(row_of(self.renew, self.certify))
        self.add_button("Close", self.accept, "primary")
        for part in (self.other, self.time, self.take_back, self.why):
            part.setVisible(clinic.may(Right.PEOPLE))
        for part in (self.renew, self.certify):
            part.setVisible(clinic.may(Right.SIGN))
        self.refresh()

    def _button(self, text: str, slot: Callable[[], object], sign: str) -> Button:
        out = Button(text, sign=sign)
        out.clicked.connect(lambda _: slot())
        return out

    def refresh(self) -> None:
        """Ask the clinic again."""
        self._rows = self._clinic.signatures.certificates()
        self.list.clear()
        for row in self._rows:
            self.list.addItem(QListWidgetItem(f"{row.name}\n{_state(row)}"))
        self.list.setCurrentRow(self.list.count() - 1)
        self._show_current()

    @property
    def chosen(self) -> "CertificateRow | None":
        at = self.list.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _show_current(self) -> None:
        self.take_back.setEnabled(self.chosen is not None and self.chosen.revoked is None)

    def attempt(self, work: Callable[[], object]) -> None:
        """Do it and show the list anew, or say why not."""
        self.complain("")
        try:
            work()
        except UserError as error:
            self.complain(str(error))
        self.refresh()

    # --- the trust kit ---

    def _export_wall_sheet(self) -> None:
        path = self.ask_save("Wall sheet", "clinic-root-certificate.pdf", "PDF (*.pdf)")
        if path is not None:
            self.attempt(lambda: write_file(path, self._clinic.wall_sheet()))

    def _export_trust(self) -> None:
        path = self.ask_save("Trust file", file_stem(self._clinic.clinic_name, "trust") + ".pem", "Trust files (*.pem)")
        if path is not None:
            self.attempt(lambda: write_file(path, self._clinic.signatures.trust_file()))

    def _ask_trust(self) -> None:
        path = self.ask_open("Trust another clinic", "Trust files (*.pem *.crt *.cer);;All files (*)")
        if path is not None:
            self.attempt(lambda: self.confirm_trust(read_file(path), "signer"))

    def _ask_time(self) -> None:
        path = self.ask_open("Trust an authority of time", "Certificates (*.pem *.crt *.cer);;All files (*)")
        if path is not None:
            self.attempt(lambda: self.confirm_trust(read_file(path), "time"))

    def confirm_trust(self, pem: bytes, purpose: str) -> None:
        """Show name and fingerprint, and trust only after they were compared. Raises UserError."""
        name, fingerprint = root_names(pem)[0]
        ConfirmDialog(
            f"Trust {name}?",
            "Compare every group with the wall sheet of that clinic, by telephone or face to face:\n\n"
            f"{fingerprint}\n\nWhat it has signed is then called known here. Stop where a single digit differs.",
            "They are the same: trust it",
            lambda: self.attempt(lambda: self._clinic.signatures.trust_authority(pem, purpose)),
            self,
        ).open()

    # --- certificates ---

    def _ask_revoke(self) -> None:
        row, why = self.chosen, list(REVOKED_WORDS)[self.why.currentIndex()]
        if row is None:
            return
        ConfirmDialog(
            f"Take back the certificate of {row.name}?",
            f"Because {REVOKED_WORDS[why]}. It signs no more, for ever; every workstation that gets the trust file "
            "knows. What it signed before stays good, unless its key may be in other hands.",
            "Take back",
            lambda: self.attempt(lambda: self._clinic.signatures.revoke(row.serial, why)),
            self,
        ).open()

    def _ask_renew(self) -> None:
        SecretDialog(
            "Renew my certificate",
            "A new key and a new certificate for five years. What the old one signed stays good.",
            "Your passphrase",
            self._clinic.signatures.renew,
            self._tasks,
            self.refresh,
            self,
        ).open()

    def _ask_token(self) -> None:
        path = self.ask_open("Driver of the token", "Drivers (*.so *.dll *.dylib);;All files (*)")
        if path is None:
            return
        SecretDialog(
            "Certify my token",
            f"The clinic makes a certificate for the key in the token, in the name of {self._clinic.user.full_name}. "
            "The key stays in the token.",
            "PIN of the token",
            lambda pin: self._clinic.signatures.certify_token(Token(path), pin),
            self._tasks,
            self.refresh,
            self,
        ).open()

    def ask_save(self, title: str, name: str, kinds: str) -> Path | None:
        """Where to write; None: the user thought better of it."""
        path, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / name), kinds)
        return Path(path) if path else None

    def ask_open(self, title: str, kinds: str) -> Path | None:
        """Which file to read; None: the user thought better of it."""
        path, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()), kinds)
        return Path(path) if path else None


def _state(row: "CertificateRow") -> str:
    taken_back = row.revoked and f"taken back {day_text(datetime.fromisoformat(row.revoked).date())}"
    return f"{row.user_name} · number {row.serial[:16]} · {taken_back or 'signs'}"


class SecretDialog(Dialog):
    """Asks for a passphrase or PIN and does something with it off the window's thread; stays open where it fails."""

    def __init__(
        self,
        title: str,
        told: str,
        label: str,
        work: Callable[[str], object],
        tasks: Tasks,
        done: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._work, self._tasks, self._then = work, tasks, done
        self.column.addWidget(text_label(told))
        self.secret = field(self.column, label, secret=True)
        self.secret.returnPressed.connect(self.attempt)
        self.cancel = self.add_button("Cancel", self.reject)
        self.go = self.add_button("Go on", self.attempt, "primary")
        self.secret.setFocus()

    def attempt(self) -> None:
        """Do it; the dialog waits."""
        if not self.go.isEnabled():
            return
        self._busy(True)
        secret = self.secret.text()
        self._tasks.run(lambda: self._work(secret), lambda _: self._finished(), self._refused)

    def reject(self) -> None:
        """Close without doing anything; not while it is being done."""
        if self.cancel.isEnabled():
            super().reject()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.cancel.setEnabled(not busy)
        self.complain("")

    def _finished(self) -> None:
        self._busy(False)
        self.secret.clear()
        self.accept()
        self._then()

    def _refused(self, error: UserError) -> None:
        self._busy(False)
        self.complain(str(error))
        self.secret.selectAll()
        self.secret.setFocus()
