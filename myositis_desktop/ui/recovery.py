"""When a passphrase is lost: the printed recovery key."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import field, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.unlock import Recover


class RecoveryDialog(Dialog):
    """The printed recovery key opens the clinic once and sets a new passphrase."""

    def __init__(
        self, user: str, recover: Recover, tasks: Tasks, done: Callable[[object], None], parent: QWidget | None = None
    ) -> None:
        super().__init__("Use the recovery key", parent)
        self._user, self._recover, self._tasks, self._done = user, recover, tasks, done
        self.column.addWidget(
            text_label(f"It opens the clinic for {user} and sets a new passphrase. The key stays valid.")
        )
        self.key = field(self.column, "Recovery key, as printed")
        self.first = field(self.column, "New passphrase", secret=True)
        self.second = field(self.column, "New passphrase again", secret=True)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Open the clinic", self._finish, "primary")
        self.key.setFocus()

    def _finish(self) -> None:
        if self.first.text() != self.second.text():
            self.complain("The two passphrases differ.")
            return
        self.go.setEnabled(False)
        key, passphrase = self.key.text(), self.first.text()
        self._tasks.run(lambda: self._recover(key, self._user, passphrase), self._opened, self._refused)

    def _opened(self, clinic: object) -> None:
        self.accept()
        self._done(clinic)

    def _refused(self, error: UserError) -> None:
        self.go.setEnabled(True)
        self.complain(str(error))
