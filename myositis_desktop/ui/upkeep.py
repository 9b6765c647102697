"""What keeps the records safe while the window is open: automatic backups, an empty clipboard, the screen turned to
a patient, and the dialogs about whole records, audit and backups.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from myositis_desktop.clinic import Right
from myositis_desktop.errors import UserError
from myositis_desktop.ui.clipboard import ClipboardGuard
from myositis_desktop.ui.pieces import Band
from myositis_desktop.ui.turned import Turned

if TYPE_CHECKING:
    from types import ModuleType

    from myositis_desktop.ui.dialogs import Dialog
    from myositis_desktop.ui.workbench import Workbench

CHECK_MS = 5 * 60_000
"""How often it is asked whether a backup is due."""


class Upkeep(QObject):
    """Belongs to one workbench."""

    def __init__(self, bench: "Workbench") -> None:
        super().__init__(bench)
        self._bench = bench
        self.clipboard = ClipboardGuard(QGuiApplication.clipboard(), self)
        self.turned = Turned(bench)
        self.knowledge = Band("amber", "warning")
        self.knowledge.say(bench.clinic.knowledge_notice)
        self.timer = QTimer(self, interval=CHECK_MS)
        self.timer.timeout.connect(self.back_up_if_due)
        self.timer.start()

    def actions(self) -> dict[str, Callable[[], object]]:
        """What the keys of these actions do."""
        return {
            "audit": self.show_audit,
            "backups": self.show_backups,
            "hand-over": self.hand_over,
            "take-in": self.take_in,
            "merge": self.merge,
            "delete": self.delete,
            "turn": self.turned.turn,
        }

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

    def offer_left_over(self) -> None:
        """What was typed before a crash and not saved, if there is any."""
        bench = self._bench
        if not bench.clinic.may(Right.EDIT) or not (left := bench.clinic.left_over.known()):
            return
        from myositis_desktop.ui.left_over_dialog import LeftOverDialog  # noqa: PLC0415 - loads after a crash alone

        self._show(lambda: LeftOverDialog(bench.clinic, left, self._opened_anew, bench).open())

    def merge(self) -> None:
        """Another record of the open patient."""
        self._on_patient(Right.MERGE, lambda ui, id_: ui.MergeDialog(self._bench.clinic, id_, self._anew, self._bench))

    def delete(self) -> None:
        """Erase the open patient."""
        bench = self._bench
        self._on_patient(
            Right.DELETE, lambda ui, id_: ui.DeleteDialog(bench.clinic, id_, bench.slow_tasks, self._gone, bench)
        )

    def hand_over(self) -> None:
        """Write the open patient as an archive for another clinic."""
        bench = self._bench

        def told(path: Path) -> None:
            bench.tell("Saved", f"The archive is {path}. Whoever gets it needs the passphrase.")

        self._on_patient(
            Right.EXPORT, lambda ui, id_: ui.HandOverDialog(bench.clinic, id_, bench.slow_tasks, told, bench)
        )

    def take_in(self) -> None:
        """Ask for an archive of another clinic."""
        name, _ = QFileDialog.getOpenFileName(
            self._bench, "Patient archive", str(Path.home()), "Patient archives (*.myositis-patient);;All files (*)"
        )
        if name:
            self.take_in_path(Path(name))

    def take_in_path(self, path: Path) -> None:
        """Look into an archive."""
        from myositis_desktop.ui.records import TakeInDialog  # noqa: PLC0415 - loads on first use

        bench = self._bench
        if self._allowed(Right.EDIT):
            TakeInDialog(bench.clinic, path, bench.slow_tasks, self._opened_anew, bench).open()

    def _on_patient(self, right: Right, dialog: "Callable[[ModuleType, int], Dialog]") -> None:
        """Open a dialog about the open patient, with what is unsaved written first."""
        from myositis_desktop.ui import records  # noqa: PLC0415 - loads on first use

        session = self._bench.session
        patient_id = session.patient_id
        if patient_id is None or not self._allowed(right):
            return

        def show() -> None:
            session.flush()
            dialog(records, patient_id).open()

        self._show(show)

    def _allowed(self, right: Right) -> bool:
        """Whether who is in may; if not, it is said."""
        may = self._bench.clinic.may(right)
        if not may:
            self._bench.tell("Not allowed", f"{self._bench.clinic.user.full_name} may not {right}.")
        return may

    def _anew(self) -> None:
        """The open record was changed from below: show it as it is saved now."""
        patient_id = self._bench.session.patient_id
        if patient_id is not None:
            self._opened_anew(patient_id)

    def _opened_anew(self, patient_id: int) -> None:
        bench = self._bench
        bench.rail.search.clear()
        bench.session.open(patient_id)
        bench.rail.refresh()

    def _gone(self) -> None:
        self._bench.session.put_away()
        self._bench.rail.refresh()

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
