"""The lock screen: the right passphrase opens, a wrong one says so and changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from myositis_desktop.errors import UserError
from myositis_desktop.ui.recovery import RecoveryDialog
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.unlock import UnlockScreen, strength_hint


class Door:
    """Knows one passphrase and one recovery key, and counts the tries."""

    def __init__(self) -> None:
        self.tries: list[tuple[str, ...]] = []

    def unlock(self, name: str, passphrase: str) -> str:
        self.tries.append((name, passphrase))
        if passphrase != "right":
            raise UserError("The passphrase is wrong. Nothing was changed.")
        return f"clinic of {name}"

    def recover(self, key: str, name: str, passphrase: str) -> str:
        self.tries.append((key, name, passphrase))
        if key != "KEY":
            raise UserError("This is not the recovery key.")
        return f"clinic of {name}"


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def screen(door: Door, qtbot: QtBot, tmp_path: Path) -> Iterator[UnlockScreen]:
    tasks = Tasks()
    made = UnlockScreen(tmp_path, ("anna", "ben"), door.unlock, door.recover, tasks)
    qtbot.addWidget(made)
    made.show()
    yield made
    tasks.close()


def test_the_right_passphrase_opens_and_leaves_no_trace(screen: UnlockScreen, door: Door, qtbot: QtBot) -> None:
    screen.user.setCurrentText("ben")
    with qtbot.waitSignal(screen.unlocked) as opened:
        qtbot.keyClicks(screen.passphrase, "right")
        qtbot.keyClick(screen.passphrase, Qt.Key.Key_Return)
    assert opened.args == ["clinic of ben"]
    assert screen.passphrase.text() == ""
    assert door.tries == [("ben", "right")]


def test_a_wrong_one_says_so_and_asks_again(screen: UnlockScreen, qtbot: QtBot) -> None:
    screen.passphrase.setText("wrong")
    screen.go.click()
    assert not screen.go.isEnabled()
    qtbot.waitUntil(screen.go.isEnabled)
    assert screen.trouble.isVisible()
    assert "Nothing was changed" in screen.trouble.accessibleName()
    assert screen.passphrase.selectedText() != ""


def test_two_returns_are_one_try(screen: UnlockScreen, door: Door, qtbot: QtBot) -> None:
    screen.passphrase.setText("wrong")
    screen.try_unlock()
    screen.try_unlock()
    qtbot.waitUntil(screen.go.isEnabled)
    assert len(door.tries) == 1


def test_the_recovery_key_sets_a_new_passphrase(screen: UnlockScreen, door: Door, qtbot: QtBot) -> None:
    screen.recovery.click()
    dialog = screen.findChild(RecoveryDialog)
    assert dialog is not None
    dialog.key.setText("KEY")
    dialog.first.setText("four words in a row")
    dialog.second.setText("four words in a raw")
    dialog.go.click()
    assert dialog.trouble.isVisible()
    assert door.tries == []
    dialog.second.setText("four words in a row")
    with qtbot.waitSignal(screen.unlocked) as opened:
        dialog.go.click()
    assert opened.args == ["clinic of anna"]
    assert door.tries == [("KEY", "anna", "four words in a row")]


@pytest.mark.parametrize(
    ("passphrase", "ink"),
    [
        ("", "muted"),
        ("short", "amber"),
        ("aaaaaaaaaaaaaaaa", "amber"),
        ("correct horse battery", "green"),
        ("password1234", "amber"),
        ("x" * 12, "amber"),
    ],
)
def test_the_hint_does_not_praise_what_is_weak(passphrase: str, ink: str) -> None:
    assert strength_hint(passphrase, 12)[0] == ink


def test_the_hint_counts_what_is_missing() -> None:
    assert strength_hint("12345678", 12)[1] == "4 more characters."
