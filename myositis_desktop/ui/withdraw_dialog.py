"""Taking a signed plan back: why, the reason in words, and the passphrase, asked again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.key_choice import KeyChoice
from myositis_desktop.ui.pieces import field, text_label
from myositis_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from myositis_desktop.clinic import Key, WithdrawnFor

WHY: "dict[WithdrawnFor, str]" = {
    "entered-in-error": "Entered in error",
    "wrong-patient": "Made for the wrong patient",
}
Withdraw = Callable[["WithdrawnFor", str, str, "Key"], str]
"""Withdraws with a kind, a reason, a passphrase or PIN and a key; says why there is no notice, or "". UserError."""


class WithdrawDialog(Dialog):
    """Stays open with the sentence when something is wrong; nothing is withdrawn then."""

    def __init__(
        self, number: str, withdraw: Withdraw, tasks: Tasks, done: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Withdraw plan {number}", parent)
        self._withdraw, self._tasks, self._done = withdraw, tasks, done
        self.column.addWidget(
            text_label(
                "The plan stays in the record, marked as withdrawn, with a signed notice. Verification says so here "
                "and on every workstation that gets the trust file. This cannot be undone."
            )
        )
        self.why = QComboBox()
        for id_, words in WHY.items():
            self.why.addItem(words, id_)
        self.why.setAccessibleName("Why the plan is withdrawn")
        caption = text_label("Why", "caption")
        caption.setBuddy(self.why)
        self.column.addWidget(caption)
        self.column.addWidget(self.why)
        self.reason = field(self.column, "Reason in words (printed in the notice)")
        self.secret_name = text_label("", "caption")
        self.key = KeyChoice(self.secret_name.setText)
        self.column.addWidget(self.key)
        self.passphrase = field(self.column, self.secret_name, secret=True)
        self.passphrase.returnPressed.connect(self.try_withdraw)
        self.cancel = self.add_button("Cancel", self.reject)
        self.go = self.add_button("Withdraw", self.try_withdraw, "danger")
        self.reason.setFocus()

    def try_withdraw(self) -> None:
        """Withdraw off the window's thread; the dialog waits."""
        if not self.go.isEnabled():
            return
        try:
            key = self.key.key()
        except UserError as error:
            self.complain(str(error))
            return
        self._busy(True)
        why, reason, passphrase = list(WHY)[self.why.currentIndex()], self.reason.text(), self.passphrase.text()
        self._tasks.run(lambda: self._withdraw(why, reason, passphrase, key), self._withdrawn, self._refused)

    def reject(self) -> None:
        """Close without withdrawing; not while it is being done."""
        if self.cancel.isEnabled():
            super().reject()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.cancel.setEnabled(not busy)
        self.complain("")

    def _withdrawn(self, trouble: str) -> None:
        self._busy(False)
        self.passphrase.clear()
        self.accept()
        self._done(trouble)

    def _refused(self, error: UserError) -> None:
        self._busy(False)
        self.complain(str(error))
