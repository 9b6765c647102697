"""What was copied here does not stay: the clipboard is emptied a minute later, and when the window locks."""

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

KEPT_MS = 60_000


class ClipboardGuard(QObject):
    """Watches the clipboard; what another program has put there is left alone."""

    def __init__(self, clipboard: QClipboard, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._ours = ""
        self.timer = QTimer(self, singleShot=True, interval=KEPT_MS)
        self.timer.timeout.connect(self.clear)
        clipboard.dataChanged.connect(self._watch)

    def _watch(self) -> None:
        """Ours is what changes while one of our windows is in front: not every desktop tells the owner."""
        in_front = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        ours = self._clipboard.ownsClipboard() or in_front
        self._ours = self._clipboard.text() if ours else ""
        if self._ours:
            self.timer.start()
        else:
            self.timer.stop()

    def clear(self) -> None:
        """Empty the clipboard where it still holds the text that was copied here."""
        self.timer.stop()
        if self._ours and self._clipboard.text() == self._ours:
            self._clipboard.clear()
        self._ours = ""
