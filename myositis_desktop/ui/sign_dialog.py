"""Signing: what is signed, what the signature means, who signs; and the passphrase, asked for each signature."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.key_choice import KeyChoice
from myositis_desktop.ui.pieces import Band, field, text_label
from myositis_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from myositis_desktop.clinic import Key, Meaning

MEANINGS: "dict[Meaning, str]" = {
    "author": "I am the author of this plan",
    "reviewer": "I have reviewed this plan",
    "countersigner": "I countersign this plan",
}
"""What a signature can say, as the clinic calls it and in words."""

Sign = Callable[[str, "Meaning", "Key"], object]
"""Signs with a passphrase or PIN, a meaning and a key; raises UserError."""


class SignDialog(Dialog):
    """Stays open with the reason when the passphrase is wrong; nothing is signed then."""

    def __init__(
        self,
        patient: str,
        documents: Sequence[str],
        signer: str,
        sign: Sign,
        tasks: Tasks,
        done: Callable[[object], None],
        parent: QWidget | None = None,
        meaning: "Meaning" = "author",
    ) -> None:
        super().__init__("Sign" if meaning == "author" else "Countersign", parent)
        self._sign, self._tasks, self._done = sign, tasks, done
        self.documents, self.signer = tuple(documents), signer
        self.column.addWidget(text_label("Documents", "caption"))
        for document in documents:
            self.column.addWidget(text_label(f"{document} for {patient}", "strong"))
        self.alike = Band("amber", "warning")
        self.alike.hide()
        self.column.addWidget(self.alike)
        self.column.addWidget(text_label("A signed plan never changes. A later one supersedes it.", "muted"))
        self.column.addWidget(text_label("Signer", "caption"))
        self.column.addWidget(text_label(signer, "strong"))
        self.meaning = QComboBox()
        for id_, words in MEANINGS.items():
            self.meaning.addItem(words, id_)
        self.meaning.setCurrentIndex(list(MEANINGS).index(meaning))
        self.meaning.setAccessibleName("Meaning of the signature")
        caption = text_label("Meaning of the signature", "caption")
        caption.setBuddy(self.meaning)
        self.column.addWidget(caption)
        self.column.addWidget(self.meaning)
        self.secret_name = text_label("", "caption")
        self.key = KeyChoice(self.secret_name.setText)
        self.column.addWidget(self.key)
        self.passphrase = field(self.column, self.secret_name, secret=True)
        self.passphrase.returnPressed.connect(self.try_sign)
        self.cancel = self.add_button("Cancel", self.reject)
        self.go = self.add_button("Sign", self.try_sign, "primary", "pen")
        self.passphrase.setFocus()

    def warn(self, alike: str) -> "SignDialog":
        """Name who is easily mistaken for the patient, where there is anybody; the dialog itself."""
        self.alike.say(f"{alike} Check that this is the right patient." if alike else "")
        return self

    def try_sign(self) -> None:
        """Sign off the window's thread; the dialog waits."""
        if not self.go.isEnabled():
            return
        try:
            key = self.key.key()
        except UserError as error:
            self.complain(str(error))
            return
        self._busy(True)
        passphrase, meaning = self.passphrase.text(), list(MEANINGS)[self.meaning.currentIndex()]
        self._tasks.run(lambda: self._sign(passphrase, meaning, key), self._signed, self._refused)

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.cancel.setEnabled(not busy)
        self.go.setText("Signing …" if busy else "Sign")
        self.complain("")

    def reject(self) -> None:
        """Close without signing; not while a signature is being made."""
        if self.cancel.isEnabled():
            super().reject()

    def _signed(self, result: object) -> None:
        self._busy(False)
        self.passphrase.clear()
        self.accept()
        self._done(result)

    def _refused(self, error: UserError) -> None:
        self._busy(False)
        self.complain(str(error))
        self.passphrase.selectAll()
        self.passphrase.setFocus()
