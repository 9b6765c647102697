"""What was copied here is gone a minute later and when the window locks; what others copied stays."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.ui.clipboard import KEPT_MS, ClipboardGuard

State = Qt.ApplicationState


@pytest.fixture
def guard(qapp: QApplication, qtbot: QtBot) -> Iterator[ClipboardGuard]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QGuiApplication.applicationState() == State.ApplicationActive)
    yield ClipboardGuard(qapp.clipboard(), window)
    qapp.clipboard().clear()


def test_a_copy_of_ours_goes_after_a_minute(guard: ClipboardGuard, qapp: QApplication, qtbot: QtBot) -> None:
    guard.timer.setInterval(200)
    qapp.clipboard().setText("Example, Ann")
    assert guard.timer.isActive()
    assert KEPT_MS == 60_000
    assert qapp.clipboard().text() == "Example, Ann"
    qtbot.waitUntil(lambda: qapp.clipboard().text() == "")
    assert not guard.timer.isActive()


def test_clearing_takes_it_at_once(guard: ClipboardGuard, qapp: QApplication) -> None:
    qapp.clipboard().setText("Example, Ann")
    guard.clear()
    assert qapp.clipboard().text() == ""
    assert not guard.timer.isActive()


def test_what_another_program_copies_stays(
    guard: ClipboardGuard, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    qapp.clipboard().setText("Example, Ann")
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: State.ApplicationInactive)
    qapp.clipboard().setText("of another program")
    assert not guard.timer.isActive()
    guard.clear()
    assert qapp.clipboard().text() == "of another program"
