"""The window as a whole: wizard or lock screen, locking, settings, closing."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from myositis_desktop import app
from myositis_desktop.app import Window
from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Patient
from myositis_desktop.store.keys import Cost
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.form_index import FORMS
from myositis_desktop.ui.idle_lock import IdleLock
from myositis_desktop.ui.setup_wizard import SetupWizard
from myositis_desktop.ui.sign_dialog import SignDialog
from myositis_desktop.ui.unlock import UnlockScreen
from myositis_desktop.ui.workbench import Workbench

PASSPHRASE = "four words in a row"
SLOW = 30_000


@pytest.fixture
def clock() -> Callable[[], datetime]:
    seconds = count()
    return lambda: datetime(2026, 11, 25, 9, 0, tzinfo=UTC) + timedelta(seconds=next(seconds))


@pytest.fixture
def profile(tmp_path: Path, clock: Callable[[], datetime]) -> Path:
    """A clinic with one patient."""
    place = tmp_path / "clinic"
    user = NewUser("anna", "Dr Anna Example", PASSPHRASE)
    clinic, _ = Clinic.create(place, "Hill clinic", user, clock, cost=Cost(time=1, memory_kib=64, lanes=1))
    clinic.import_case(asset("resources", "demo", "03-polymyositis.json").read_bytes())
    clinic.close()
    return place


@pytest.fixture
def window(profile: Path, clock: Callable[[], datetime], qtbot: QtBot) -> Iterator[Window]:
    made = Window(profile, clock)
    qtbot.addWidget(made)
    made.start()
    made.show()
    yield made
    made.close()
    made.crash.remove()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setStyleSheet("")


def unlock(window: Window, qtbot: QtBot, passphrase: str = PASSPHRASE) -> Workbench:
    screen = window.shown
    assert isinstance(screen, UnlockScreen)
    qtbot.keyClicks(screen.passphrase, passphrase)
    qtbot.keyClick(screen.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.workbench is not None, timeout=SLOW)
    assert window.workbench is not None
    return window.workbench


def test_without_a_clinic_the_wizard_comes_first(tmp_path: Path, clock: Callable[[], datetime], qtbot: QtBot) -> None:
    window = Window(tmp_path / "new", clock)
    qtbot.addWidget(window)
    window.start()
    assert isinstance(window.shown, SetupWizard)
    window.close()
    window.crash.remove()
    assert not (tmp_path / "new" / "clinic.db").exists()


def test_a_wrong_passphrase_changes_nothing(window: Window, profile: Path, qtbot: QtBot) -> None:
    before = {p.name: p.read_bytes() for p in profile.iterdir() if p.name in {"clinic.db", "keys.json"}}
    screen = window.shown
    assert isinstance(screen, UnlockScreen)
    screen.passphrase.setText("five words in a row")
    screen.try_unlock()
    qtbot.waitUntil(screen.trouble.isVisible, timeout=SLOW)
    assert "wrong" in screen.trouble.accessibleName()
    assert window.workbench is None
    assert {name: (profile / name).read_bytes() for name in before} == before


def test_locking_takes_the_patient_off_the_screen_and_brings_them_back(window: Window, qtbot: QtBot) -> None:
    bench = unlock(window, qtbot)
    bench.open_patient(bench.rail.model.rows[0].id)
    assert window.windowTitle().startswith("MOREAU, Étienne")
    bench.follow("finding:skin.calcinosis")
    typed = QApplication.focusWidget() or bench
    qtbot.keyClicks(typed, "p")
    window.lock()
    assert isinstance(window.shown, UnlockScreen)
    assert window.windowTitle() == "Myositis Desktop"
    again = unlock(window, qtbot)
    assert window.windowTitle().startswith("MOREAU, Étienne")
    assert again.session.open_case.findings["skin.calcinosis"].value == "present"


def test_locking_closes_what_stands_open(window: Window, qtbot: QtBot) -> None:
    bench = unlock(window, qtbot)
    bench.open_patient(bench.rail.model.rows[0].id)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=SLOW)
    bench.show_page("documents")
    bench.documents.sign()
    assert any(isinstance(w, SignDialog) and w.isVisible() for w in QApplication.topLevelWidgets())
    window.lock()
    qtbot.wait(50)
    assert not any(isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets())


def test_a_draft_that_cannot_be_written_keeps_the_window_open(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = unlock(window, qtbot)
    bench.open_patient(bench.rail.model.rows[0].id)
    bench.follow("finding:skin.calcinosis")
    qtbot.keyClicks(QApplication.focusWidget() or bench, "p")

    def full(*_: object) -> None:
        raise UserError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(bench.clinic, "save_draft", full)
        assert not window.close()
        assert window.workbench is bench
        told = window.findChild(MessageDialog)
        assert told is not None
        assert "nothing is lost" in told.said.text()
        told.accept()
    assert window.close()


def test_a_fault_saves_what_was_typed(
    window: Window, qtbot: QtBot, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = unlock(window, qtbot)
    patient = bench.rail.model.rows[0].id
    bench.open_patient(patient)
    bench.follow("finding:skin.calcinosis")
    qtbot.keyClicks(QApplication.focusWidget() or bench, "p")
    monkeypatch.setattr(sys, "excepthook", window.crash)
    fault = ZeroDivisionError("Étienne Moreau")
    sys.excepthook(type(fault), fault, None)
    assert bench.clinic.draft(patient).findings["skin.calcinosis"].value == "present"
    assert window.crash.dialog is not None
    assert "Moreau" not in (profile / "logs" / "window.log").read_text(encoding="utf-8")
    window.crash.dialog.accept()


def test_idle_time_locks_and_typing_puts_it_off(qapp: QApplication, qtbot: QtBot, window: Window) -> None:
    lock = IdleLock(qapp, 1, window)
    lock.timer.start(300)
    handle = window.windowHandle()
    handle.installEventFilter(lock)
    for _ in range(4):
        qtbot.wait(100)
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(handle, key)
        assert lock.timer.isActive()
    with qtbot.waitSignal(lock.idle, timeout=2000):
        pass


def test_the_window_locks_when_idle(window: Window, qtbot: QtBot) -> None:
    unlock(window, qtbot)
    window.idle.idle.emit()
    assert isinstance(window.shown, UnlockScreen)


def test_settings_take_effect_at_once(window: Window, qtbot: QtBot) -> None:
    bench = unlock(window, qtbot)
    settings = bench.clinic.settings
    bench.settings_changed.emit(type(settings)(theme="dark", scale=150, lock_minutes=3))
    assert window.theme.name == "dark"
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert "font-size: 21px" in application.styleSheet()
    assert window.idle.timer.interval() == 180_000


def test_a_damaged_key_file_is_said(tmp_path: Path, clock: Callable[[], datetime], qtbot: QtBot) -> None:
    (tmp_path / "keys.json").write_text("{")
    window = Window(tmp_path, clock)
    qtbot.addWidget(window)
    window.start()
    told = window.findChild(MessageDialog)
    assert told is not None
    assert "keys.json" in told.said.text()
    window.close()
    window.crash.remove()


def test_the_demonstration_fills_in_its_passphrase(profile: Path, clock: Callable[[], datetime], qtbot: QtBot) -> None:
    window = Window(profile, clock, demo=True)
    qtbot.addWidget(window)
    window.start(PASSPHRASE)
    screen = window.shown
    assert isinstance(screen, UnlockScreen)
    screen.go.click()
    qtbot.waitUntil(lambda: window.workbench is not None, timeout=SLOW)
    assert window.windowTitle() == "Myositis Desktop (demonstration)"
    window.close()
    window.crash.remove()


def test_every_form_opens(qapp: QApplication) -> None:  # noqa: ARG001 - the forms need an application
    assert app.open_forms() == FORMS


def test_another_size_of_text_makes_the_workbench_anew_with_the_same_patient(window: Window, qtbot: QtBot) -> None:
    before = unlock(window, qtbot)
    before.open_patient(before.clinic.patients("")[0].id)
    before._keep_settings(replace(before.clinic.settings, scale=150))
    qtbot.waitUntil(lambda: window.workbench is not before, timeout=SLOW)
    after = window.workbench
    assert after is not None
    assert after.session.patient_id == after.clinic.patients("")[0].id
    assert after.rail.width() == 330 or after._narrow


def test_tablets_at_hand_stand_in_a_new_case(window: Window, qtbot: QtBot) -> None:
    bench = unlock(window, qtbot)
    bench._keep_settings(replace(bench.clinic.settings, strengths_mg="1 20"))
    bench._add_patient(Case(Patient(date(1971, 1, 5), "male", "R-2", "Example", "Ben"), date(2026, 11, 20)))
    assert bench.session.open_case.preferences.taper.strengths_mg == (Decimal(20), Decimal(1))


def test_the_first_start_offers_the_administrators_name_and_a_look_around(
    tmp_path: Path, clock: Callable[[], datetime], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "machine.toml").write_text("clinic_name = 'Hill clinic'")
    monkeypatch.setattr("myositis_desktop.store.settings.machine_file", lambda: tmp_path / "machine.toml")
    started: list[tuple[str, list[str]]] = []

    def start(program: str, words: list[str]) -> tuple[bool, int]:
        started.append((program, words))
        return True, 1

    monkeypatch.setattr("PySide6.QtCore.QProcess.startDetached", start)
    made = Window(tmp_path / "new", clock)
    qtbot.addWidget(made)
    made.start()
    wizard = made.shown
    assert isinstance(wizard, SetupWizard)
    assert wizard.clinic_name.text() == "Hill clinic"
    wizard.demo.click()
    wizard.demo.click()
    assert started == [(sys.executable, ["-m", "myositis_desktop", "demo"])]
    made.close()
    made.crash.remove()
