"""Backups in the window: made, listed, put in a second place, and put back from the lock screen."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.app import Window
from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic
from myositis_desktop.errors import UserError
from myositis_desktop.ui.backups import BackupsDialog, RescueDialog, RestoreDialog
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.unlock import UnlockScreen
from myositis_desktop.ui.workbench import Workbench

PASSPHRASE = "four words in a row"
WAIT = 20_000


def test_a_backup_is_made_and_listed(bench: Workbench, clinic: Clinic, qtbot: QtBot, tmp_path: Path) -> None:
    bench.upkeep.show_backups()
    dialog = bench.findChildren(BackupsDialog)[-1]
    assert dialog.list.count() == 0
    assert "no second folder" in dialog.second.text()
    stick = tmp_path / "stick"
    stick.mkdir()
    dialog.set_folder(str(stick))
    assert str(stick) in dialog.second.text()
    assert "not plugged in" not in dialog.second.text()
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.list.count() == 2, timeout=WAIT)
    assert "read back" in dialog.made.accessibleName()
    assert {str(stick) in b.folder.as_posix() for b in clinic.copies.known()} == {True, False}
    stick.rename(tmp_path / "pulled out")
    dialog.set_folder(str(stick))
    assert "not plugged in" in dialog.second.text()
    dialog.set_folder("")
    assert clinic.settings.backup_folder == ""


def test_the_automatic_backup_tells_of_a_failure_and_the_work_goes_on(
    bench: Workbench, clinic: Clinic, patient: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr("myositis_desktop.store.backup.back_up", full)
    bench.upkeep.back_up_if_due()
    qtbot.waitUntil(lambda: "No automatic backup" in bench.not_saved.accessibleName(), timeout=WAIT)
    monkeypatch.undo()
    bench.upkeep.back_up_if_due()
    qtbot.waitUntil(lambda: len(clinic.copies.known()) == 1, timeout=WAIT)
    assert clinic.draft(patient).patient.family_name


@pytest.fixture
def window(
    clinic: Clinic, patient: int, tmp_path: Path, clock: Callable[[], datetime], qapp: QApplication, qtbot: QtBot
) -> Iterator[Window]:
    """Locked, with a backup of one patient; a second patient came later."""
    clinic.copies.make()
    assert clinic.draft(patient).patient.family_name
    clinic.import_case(asset("resources", "demo", "03-polymyositis.json").read_bytes())
    clinic.close()
    made = Window(tmp_path / "clinic", clock)
    qtbot.addWidget(made)
    made.start()
    made.show()
    yield made
    made.close()
    made.crash.remove()
    qapp.setStyleSheet("")


def test_a_backup_is_seen_and_put_back_from_the_lock_screen(
    window: Window, qtbot: QtBot, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    screen = window.shown
    assert isinstance(screen, UnlockScreen)
    screen.restore.click()
    dialog = window.findChildren(RestoreDialog)[-1]
    assert dialog.list.count() == 2
    dialog.list.setCurrentRow(1)  # the older one
    dialog.user.setText("anna")
    dialog.passphrase.setText("not the four words")
    dialog.preview.click()
    qtbot.waitUntil(lambda: "passphrase is wrong" in dialog.trouble.accessibleName(), timeout=WAIT)
    assert not dialog.go.isEnabled()
    dialog.passphrase.setText(PASSPHRASE)
    dialog.preview.click()
    qtbot.waitUntil(dialog.go.isEnabled, timeout=WAIT)
    assert "Hill clinic: 1 patients, 0 signed plans" in dialog.inside.accessibleName()
    dialog.go.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(MessageDialog)), timeout=WAIT)
    assert "lies in" in window.findChildren(MessageDialog)[-1].said.text()
    restored = Clinic.open(tmp_path / "clinic", "anna", PASSPHRASE, clock)
    assert len(restored.patients()) == 1
    restored.close()


def test_a_folder_without_a_backup_is_refused(window: Window, tmp_path: Path) -> None:
    window.restore_backup()
    dialog = window.findChildren(RestoreDialog)[-1]
    dialog.add_folder(tmp_path)
    assert "holds no backup" in dialog.trouble.accessibleName()
    assert dialog.list.count() == 2
    dialog.add_folder(tmp_path / "clinic")
    assert dialog.list.count() == 3
    assert dialog.folder == tmp_path / "clinic"


def test_a_damaged_file_is_rescued_from_the_lock_screen(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    screen = window.shown
    assert isinstance(screen, UnlockScreen)
    assert not screen.rescue.isVisible()
    file = tmp_path / "clinic" / "clinic.db"
    damaged = bytearray(file.read_bytes())
    damaged[-30_000:-20_000] = bytes(10_000)
    file.write_bytes(damaged)
    screen.passphrase.setText(PASSPHRASE)
    screen.go.click()
    qtbot.waitUntil(screen.rescue.isVisible, timeout=WAIT)
    assert "damaged" in screen.trouble.accessibleName()
    screen.passphrase.setText(PASSPHRASE)
    screen.rescue.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(RescueDialog)), timeout=WAIT)
    dialog = window.findChildren(RescueDialog)[-1]
    assert dialog.report.toPlainText().startswith("Saved: 2 patients")
    assert "Cannot be read of drafts" in dialog.report.toPlainText()
    dialog.go.click()
    assert window.findChildren(RestoreDialog)[-1].list.count() == 3
    assert file.read_bytes() == damaged
