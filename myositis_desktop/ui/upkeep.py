"""What keeps the records safe while the window is open: automatic backups, an empty clipboard, and
the dialogs of audit and backups.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from myositis_desktop.errors import UserError
from myositis_desktop.ui.clipboard import ClipboardGuard

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench

CHECK_MS = 5 * 60_000
"""How often it is asked whether a backup is due."""


class Upkeep(QObject):
    """Belongs to one workbench."""

    def __init__(self, bench: "Workbench") -> None:
        super().__init__(bench)
        self._bench = bench
        self.clipboard = ClipboardGuard(QGuiApplication.clipboard(), self)
        self.timer = QTimer(self, interval=CHECK_MS)
        self.timer.timeout.connect(self.back_up_if_due)
        self.timer.start()

    def end(self) -> None:
        """Leave nothing of a patient in the clipboard and start no backup more."""
        self.timer.stop()
        self.clipboard.clear()

    def show_audit(self) -> None:
        """Who did what and when."""
        from myositis_desktop.ui.audit import AuditDialog  # noqa: PLC0415 - loads on first use

        bench = self._bench
        self._show(lambda: AuditDialog(bench.clinic, bench.session.patient_id, bench.slow_tasks, bench).open())

    def show_backups(self) -> None:
        """What backups there are, and one more."""
        from myositis_desktop.ui.backups import BackupsDialog  # noqa: PLC0415 - loads on first use

        bench = self._bench

        def keep(folder: str) -> None:
            settings = replace(bench.clinic.settings, backup_folder=folder)
            bench.clinic.save_settings(settings)
            bench.settings_changed.emit(settings)

        self._show(lambda: BackupsDialog(bench.clinic, bench.slow_tasks, keep, bench).open())

    def _show(self, dialog: Callable[[], None]) -> None:
        """Open a dialog, or say why the clinic does not allow it."""
        try:
            dialog()
        except UserError as error:
            self._bench.tell("Not opened", str(error))

    def back_up_if_due(self) -> None:
        """Make the automatic backup off the window's thread; a failure is said and does not stop the work."""
        bench = self._bench
        bench.slow_tasks.run(
            bench.clinic.copies.make_due,
            lambda _: None,
            lambda error: bench.not_saved.say(f"No automatic backup was made. {error}"),
        )
