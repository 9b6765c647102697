"""First start: nothing is made before everything is there, and the recovery key is shown before one goes on."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.errors import UserError
from myositis_desktop.ui.setup_wizard import SetupWizard
from myositis_desktop.ui.tasks import Tasks

KEY = "ZXCK-4C96-KBKX-4MYE-DPQT-TXXK-ACBN-4HNX-QCWJ"
PASSPHRASE = "four words in a row"


class Maker:
    """Makes clinics, or refuses."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, str, str]] = []
        self.refusal = ""

    def create(self, clinic: str, name: str, full_name: str, passphrase: str) -> tuple[object, str]:
        if self.refusal:
            raise UserError(self.refusal)
        self.made.append((clinic, name, full_name, passphrase))
        return clinic, KEY


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def wizard(maker: Maker, qtbot: QtBot) -> Iterator[SetupWizard]:
    tasks = Tasks()
    made = SetupWizard(maker.create, 12, tasks)
    qtbot.addWidget(made)
    made.show()
    yield made
    tasks.close()


def fill(wizard: SetupWizard, second: str = PASSPHRASE) -> None:
    wizard.full_name.setText("Dr Anna Example")
    wizard.user_name.setText(" anna ")
    wizard.first.setText(PASSPHRASE)
    wizard.second.setText(second)


def test_by_keyboard_from_the_name_to_the_key(wizard: SetupWizard, maker: Maker, qtbot: QtBot) -> None:
    qtbot.keyClicks(wizard.clinic_name, "Hill clinic")
    qtbot.keyClick(wizard.clinic_name, Qt.Key.Key_Return)
    assert wizard.pages.currentIndex() == 1
    fill(wizard)
    qtbot.keyClick(wizard.second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 2)
    assert maker.made == [("Hill clinic", "anna", "Dr Anna Example", PASSPHRASE)]
    assert wizard.key.text() == KEY
    assert wizard.first.text() == wizard.second.text() == ""
    assert not wizard.go.isEnabled()
    wizard.copy.click()
    assert QGuiApplication.clipboard().text() == KEY
    wizard.written.setChecked(True)
    with qtbot.waitSignal(wizard.finished) as done:
        wizard.go.click()
    assert done.args == ["Hill clinic"]


def test_a_clinic_without_a_name_is_not_made(wizard: SetupWizard) -> None:
    wizard.go.click()
    assert wizard.pages.currentIndex() == 0
    assert wizard.trouble.isVisible()


@pytest.mark.parametrize(("field", "said"), [("full_name", "full name"), ("user_name", "short name"), ("first", "12")])
def test_what_is_missing_is_named(wizard: SetupWizard, maker: Maker, field: str, said: str) -> None:
    wizard.clinic_name.setText("Hill clinic")
    wizard.go.click()
    fill(wizard)
    getattr(wizard, field).setText("")
    wizard.go.click()
    assert said in wizard.trouble.accessibleName()
    assert maker.made == []


def test_two_different_passphrases_make_nothing(wizard: SetupWizard, maker: Maker) -> None:
    wizard.clinic_name.setText("Hill clinic")
    wizard.go.click()
    fill(wizard, second="four words in a raw")
    wizard.go.click()
    assert "differ" in wizard.trouble.accessibleName()
    assert maker.made == []


def test_a_refusal_is_told_and_everything_typed_stays(wizard: SetupWizard, maker: Maker, qtbot: QtBot) -> None:
    maker.refusal = "The disk is full."
    wizard.clinic_name.setText("Hill clinic")
    wizard.go.click()
    fill(wizard)
    wizard.go.click()
    qtbot.waitUntil(wizard.trouble.isVisible)
    assert wizard.trouble.accessibleName() == "The disk is full."
    assert wizard.full_name.text() == "Dr Anna Example"
    assert wizard.go.isEnabled()
