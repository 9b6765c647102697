"""The composition root of the window: application, theme, lock screen or wizard, workbench.

The lock screen is to be seen at once, so what it does without is imported where it is first used.
"""
# ruff: noqa: PLC0415  (see above)

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from myositis_desktop import __version__
from myositis_desktop.errors import UserError
from myositis_desktop.store.profile import Profile
from myositis_desktop.store.settings import Settings, read_machine, read_settings
from myositis_desktop.ui.crash import CrashHandler
from myositis_desktop.ui.starting import program_words
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import STYLE, Theme

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic
    from myositis_desktop.ui.idle_lock import IdleLock
    from myositis_desktop.ui.setup_wizard import Wanted
    from myositis_desktop.ui.workbench import Workbench

TITLE = "Myositis Desktop"
LOAD_AFTER_MS = 100
"""The window is painted first; then what unlocking needs is loaded."""
SMALLEST = (1100, 680)
Clock = Callable[[], datetime]


def run(profile: Path, demo: bool = False, demo_passphrase: str | None = None) -> int:
    """Show the window on the clinic of a folder and run until it is closed.

    Args:
        profile: the clinic's folder; without a clinic in it the set-up wizard comes first.
        demo: the folder holds the demonstration clinic; the window says so.
        demo_passphrase: filled in at the lock screen, for the demonstration alone.

    Returns:
        The exit code.
    """
    app = application()
    window = Window(profile, _now, demo=demo or demo_passphrase is not None)
    window.start(demo_passphrase)
    window.show()
    try:
        return int(app.exec())
    finally:
        window.crash.remove()


def application() -> QApplication:
    """The one application object of the process."""
    known = QApplication.instance()
    app = known if isinstance(known, QApplication) else QApplication([*sys.argv[:1], "-style", STYLE])
    app.setApplicationName(TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("myositis-desktop")
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, on=True)
    return app


def open_forms() -> tuple[str, ...]:
    """Opens every form as the window would; their names. For the self-check."""
    from myositis_desktop.knowledge import load_pack
    from myositis_desktop.ui.binding import FindingsForm
    from myositis_desktop.ui.form_index import FORMS

    app = application()
    catalogue = load_pack().catalogue
    forms = [FindingsForm(name, catalogue) for name in FORMS]
    for form in forms:
        form.deleteLater()
    app.processEvents()
    return FORMS


def _has_clinic(profile: Path) -> bool:
    """Whether the folder holds a clinic, or what is left of one; as `Clinic.exists`, without loading every layer."""
    place = Profile(profile)
    return place.keys.exists() or place.database.exists()


def load_rest() -> None:
    """Load what unlocking will need, the knowledge pack too, while the passphrase is being typed."""
    import myositis_desktop.clinic
    import myositis_desktop.ui.workbench  # noqa: F401 - only to have it loaded
    from myositis_desktop.knowledge import load_pack

    load_pack()


def _now() -> datetime:
    return datetime.now().astimezone()


class Window(QMainWindow):
    """Holds what is on screen: the wizard, the lock screen or the workbench. Locking throws the workbench away."""

    def __init__(self, profile: Path, clock: Clock, *, demo: bool = False) -> None:
        super().__init__()
        self.profile, self._clock, self._demo = profile, clock, demo
        self._machine = read_machine()
        self.settings: Settings = read_settings(Profile(profile).settings, self._machine)
        app = application()
        self.theme = Theme(app, self.settings.theme, self.settings.scale / 100)
        self.theme.apply()
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self._tell)
        self.workbench: Workbench | None = None
        self._last_patient: int | None = None
        self.crash = CrashHandler(profile / "logs", clock)
        self.crash.save = self._save_after_fault
        self.crash.install()
        self.theme.changed.connect(self._tint)
        self.setWindowTitle(TITLE)
        self.setMinimumSize(*SMALLEST)
        self.resize(1366, 768)

    def start(self, passphrase: str | None = None) -> None:
        """Show the wizard where there is no clinic yet, the lock screen otherwise."""
        if _has_clinic(self.profile):
            self._show_lock(passphrase)
        else:
            self._show_wizard()
        QTimer.singleShot(LOAD_AFTER_MS, self, self._load_rest)

    def _load_rest(self) -> None:
        from myositis_desktop.ui.icons import application_icon

        QApplication.setWindowIcon(application_icon())
        self.tasks.run(load_rest, lambda _: None)

    @cached_property
    def idle(self) -> "IdleLock":
        """Locks the window when nobody uses it; made with the first workbench."""
        from myositis_desktop.ui.idle_lock import IdleLock

        made = IdleLock(application(), self.settings.lock_minutes, self)
        made.idle.connect(self.lock)
        return made

    @property
    def shown(self) -> QWidget | None:
        """What is on screen: the wizard, the lock screen or the workbench."""
        return self.centralWidget()

    # --- wizard, lock screen, workbench ---

    def _show_wizard(self) -> None:
        from myositis_desktop.store.keys import SHORTEST_PASSPHRASE
        from myositis_desktop.ui.setup_wizard import SetupWizard

        wizard = SetupWizard(self._create, SHORTEST_PASSPHRASE, self.tasks, self.settings)
        wizard.clinic_name.setText(self._machine.clinic_name)
        wizard.finished.connect(self._show_workbench)
        wizard.look_around.connect(self._look_around)
        self._show(wizard)

    def _look_around(self) -> None:
        """The demonstration clinic, in a window and a folder of its own."""
        from PySide6.QtCore import QProcess

        started, _ = QProcess.startDetached(*program_words("demo"))
        if not started:
            self._tell("The demonstration could not be started. Nothing was changed.")

    def _create(self, wanted: "Wanted") -> "tuple[Clinic, str]":
        from myositis_desktop.clinic import Clinic, NewUser

        user = NewUser(wanted.user_name, wanted.full_name, wanted.passphrase)
        clinic, key = Clinic.create(self.profile, wanted.clinic_name, user, self._clock)
        clinic.save_settings(replace(wanted.settings, language=clinic.settings.language))
        return clinic, key

    def _show_lock(self, passphrase: str | None = None) -> None:
        from myositis_desktop.store import key_file
        from myositis_desktop.ui.unlock import UnlockScreen

        try:
            names = key_file.read(Profile(self.profile).keys).users
        except UserError as error:
            names = ()
            self._tell(str(error))
        screen = UnlockScreen(self.profile, names, self._open, self._recover, self.tasks)
        screen.unlocked.connect(self._show_workbench)
        screen.restore_wanted.connect(self.restore_backup)
        screen.rescue_wanted.connect(self.rescue)
        if passphrase is not None:
            screen.fill_in(passphrase)
        self._show(screen)
        screen.start()

    def restore_backup(self) -> None:
        """Ask for a backup and put it in the clinic's place; the lock screen comes back with its people."""
        from myositis_desktop import clinic
        from myositis_desktop.ui.backups import RestoreDialog

        RestoreDialog(
            clinic.found_backups(self.profile),
            lambda folder, who: clinic.preview(folder, self.profile, who, self._clock),
            lambda folder, who: clinic.restore(folder, self.profile, who, self._clock),
            self.tasks,
            self._show_lock,
            self,
        ).open()

    def rescue(self, name: str, passphrase: str) -> None:
        """Save what can be read of a damaged clinic file beside the backups, and tell what was lost."""
        from myositis_desktop import clinic
        from myositis_desktop.ui.backups import RescueDialog

        self.tasks.run(
            lambda: clinic.rescue(self.profile, (name, passphrase), self._clock),
            lambda done: RescueDialog(done, self.restore_backup, self).open(),
            lambda error: self._tell(str(error)),
        )

    def _open(self, name: str, passphrase: str) -> "Clinic":
        from myositis_desktop.clinic import Clinic

        return Clinic.open(self.profile, name, passphrase, self._clock)

    def _recover(self, key: str, name: str, passphrase: str) -> "Clinic":
        from myositis_desktop.clinic import Clinic, NewUser

        return Clinic.recover(self.profile, key, NewUser(name, name, passphrase), self._clock)

    def _show_workbench(self, clinic: "Clinic") -> None:
        from myositis_desktop.ui.workbench import Workbench

        bench = Workbench(clinic, self._clock, self.theme)
        bench.lock_wanted.connect(self.lock)
        bench.settings_changed.connect(self._take_settings)
        bench.windowTitleChanged.connect(self._name)
        self.workbench = bench
        self.idle.set_minutes(self.settings.lock_minutes)
        self._show(bench)
        self._name(bench.windowTitle())
        if self._last_patient is not None:
            bench.open_patient(self._last_patient)
        else:
            bench.focus_search()
        bench.upkeep.offer_left_over()

    def _show(self, screen: QWidget) -> None:
        self.setCentralWidget(screen)  # deletes the one before
        screen.show()
        self.setWindowTitle(TITLE)

    def _name(self, title: str) -> None:
        self.setWindowTitle(f"{title} (demonstration)" if self._demo else title)

    def _tint(self) -> None:
        if self.workbench is not None:
            self.workbench.theme_changed()

    def _take_settings(self, settings: Settings) -> None:
        if settings.scale != self.settings.scale:
            QTimer.singleShot(0, self, self._lay_out_anew)
        self.settings = settings
        self.theme.scale = settings.scale / 100
        self.theme.set_wish(settings.theme)
        self.idle.set_minutes(settings.lock_minutes)

    def _lay_out_anew(self) -> None:
        """Make the workbench again on the same clinic: sizes that were worked out for the old text fit no longer."""
        if self.workbench is not None:
            self._last_patient = self.workbench.session.patient_id
            self.workbench.put_away()
            self._show_workbench(self.workbench.clinic)

    # --- leaving ---

    def lock(self) -> None:
        """Write what is unsaved, close the clinic, show the lock screen. The patient comes back after unlocking."""
        if self.workbench is not None:
            self._last_patient = self.workbench.session.patient_id
            if self._shut():
                self._show_lock()

    def _shut(self) -> bool:
        """Close the clinic; False where the draft could not be written, and then everything stays open."""
        if self.workbench is None:
            return True
        try:
            self.workbench.shut()
        except UserError as error:
            self._tell(f"{error} The window stays open so that nothing is lost.")
            return False
        self.workbench = None
        return True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self._shut():
            self.tasks.close()
            event.accept()
        else:
            event.ignore()

    def _save_after_fault(self) -> str:
        if self.workbench is None or self.workbench.session.patient_id is None:
            return "No patient was open; nothing is lost."
        self.workbench.session.flush()
        return "Everything you typed is saved. You can go on; if it happens again, close the program and start it anew."

    def _tell(self, text: str) -> None:
        from myositis_desktop.ui.dialogs import MessageDialog

        MessageDialog("Please note", text, self).open()
