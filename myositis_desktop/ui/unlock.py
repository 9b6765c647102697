"""The lock screen: who, and the passphrase. A wrong one says so and changes nothing."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from myositis_desktop.errors import DamagedFile, UserError
from myositis_desktop.ui.icons import application_sign
from myositis_desktop.ui.pieces import Band, Button, card, field, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import scaled

SHORTEST = 12
"""Characters of a new passphrase; the store refuses fewer."""
Unlock = Callable[[str, str], object]
"""Opens the clinic for a user name and a passphrase; raises UserError."""
Recover = Callable[[str, str, str], object]
"""Opens it by the recovery key: key, user name, new passphrase."""


class UnlockScreen(QWidget):
    """One card in the middle of the window."""

    unlocked = Signal(object)
    """The clinic that was opened."""
    restore_wanted = Signal()
    rescue_wanted = Signal(str, str)
    """User name and passphrase; what can be read of a damaged file is wanted."""

    def __init__(self, profile: Path, names: tuple[str, ...], unlock: Unlock, recover: Recover, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._unlock, self._recover, self._tasks = unlock, recover, tasks
        outer = QVBoxLayout(self)
        frame, self._column = card()
        frame.setFixedWidth(scaled(420))
        self._column.setContentsMargins(32, 28, 32, 28)
        outer.addStretch(2)
        outer.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        place = text_label(str(profile), "small")
        place.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        outer.addWidget(place)
        outer.addStretch(3)
        self._build(names)

    def _build(self, names: tuple[str, ...]) -> None:
        column = self._column
        sign = QLabel()
        sign.setPixmap(application_sign(48))
        column.addWidget(sign)
        column.addWidget(text_label("Myositis Desktop", "title"))
        column.addWidget(text_label("The clinic file is locked.", "muted"))
        column.addSpacing(4)
        self.user = QComboBox()
        self.user.addItems(list(names))
        self.user.setAccessibleName("User")
        caption = text_label("User", "caption")
        caption.setBuddy(self.user)
        column.addWidget(caption)
        column.addWidget(self.user)
        self.passphrase = field(column, "Passphrase", secret=True)
        self.passphrase.returnPressed.connect(self.try_unlock)
        self.trouble = Band("red", "emergency")
        self.trouble.hide()
        column.addWidget(self.trouble)
        self.go = Button("Unlock", "primary")
        self.go.clicked.connect(self.try_unlock)
        column.addSpacing(4)
        column.addWidget(self.go)
        self.recovery = Button("Use the recovery key…", "quiet")
        self.recovery.clicked.connect(self._open_recovery)
        column.addWidget(self.recovery)
        self.restore = Button("Restore a backup…", "quiet")
        self.restore.clicked.connect(self.restore_wanted)
        column.addWidget(self.restore)
        self.rescue = Button("Rescue what can be read…", "secondary")
        self.rescue.clicked.connect(lambda: self.rescue_wanted.emit(self.user.currentText(), self.passphrase.text()))
        self.rescue.hide()
        column.addWidget(self.rescue)

    def fill_in(self, passphrase: str) -> None:
        """Put a passphrase in the field; for the demonstration alone."""
        self.passphrase.setText(passphrase)

    def start(self) -> None:
        """Put the focus where one types."""
        self.passphrase.setFocus()

    def try_unlock(self) -> None:
        """Try the passphrase; the key derivation runs off the window's thread."""
        if not self.go.isEnabled():
            return
        self._busy(True)
        name, passphrase = self.user.currentText(), self.passphrase.text()
        self._tasks.run(lambda: self._unlock(name, passphrase), self._done, self._refused)

    def _done(self, clinic: object) -> None:
        self.passphrase.clear()
        self._busy(False)
        self.unlocked.emit(clinic)

    def _refused(self, error: UserError) -> None:
        self._busy(False)
        self.trouble.say(str(error))
        self.rescue.setVisible(isinstance(error, DamagedFile))
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.go.setText("Unlocking …" if busy else "Unlock")
        self.passphrase.setReadOnly(busy)
        if busy:
            self.trouble.say("")

    def _open_recovery(self) -> None:
        from myositis_desktop.ui.recovery import RecoveryDialog  # noqa: PLC0415 - loads on first use

        RecoveryDialog(self.user.currentText(), self._recover, self._tasks, self._done, self).open()


def strength_hint(passphrase: str, shortest: int, known: tuple[str, ...] = ()) -> tuple[str, str]:
    """(ink, words) for a new passphrase: how many characters are missing, or how long it would stand.

    Args:
        passphrase: as typed so far.
        shortest: characters that it needs.
        known: names of user and clinic, which would be tried first.
    """
    length = len(passphrase)
    if not passphrase:
        return "muted", f"At least {shortest} characters; four or five words in a row are easy to keep in mind."
    if length < shortest:
        return "amber", f"{shortest - length} more characters."
    from myositis_desktop.clinic import strength  # noqa: PLC0415 - the word lists load after the window is shown

    found = strength(passphrase, known)
    if not found.is_enough:
        return "amber", f"Easy to guess. {found.hint}".strip()
    return ("green", "Strong.") if found.is_strong else ("green", "Good. Another word makes it stronger.")
