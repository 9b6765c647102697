"""First start: nothing is made before everything is there, and the recovery key is shown before one goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Settings
from myositis_desktop.errors import UserError
from myositis_desktop.ui.setup_wizard import SetupWizard, Wanted
from myositis_desktop.ui.tasks import Tasks
from tests.strategies import catalogue as pack_catalogue

KEY = "ZXCK-4C96-KBKX-4MYE-DPQT-TXXK-ACBN-4HNX-QCWJ"
PASSPHRASE = "four words in a row"


class Maker:
    """Makes clinics, or refuses."""

    def __init__(self) -> None:
        self.made: list[Wanted] = []
        self.refusal = ""

    def create(self, wanted: Wanted) -> tuple[object, str]:
        if self.refusal:
            raise UserError(self.refusal)
        self.made.append(wanted)
        return wanted.clinic_name, KEY


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def wizard(maker: Maker, qtbot: QtBot) -> Iterator[SetupWizard]:
    tasks = Tasks()
    made = SetupWizard(maker.create, 12, tasks, Settings())
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
    assert wizard.pages.currentIndex() == 2
    assert maker.made == []
    qtbot.keyClick(wizard.backups, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 3)
    assert maker.made == [Wanted("Hill clinic", "anna", "Dr Anna Example", PASSPHRASE, Settings())]
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
    wizard.go.click()
    qtbot.waitUntil(wizard.trouble.isVisible)
    assert wizard.trouble.accessibleName() == "The disk is full."
    assert wizard.full_name.text() == "Dr Anna Example"
    assert wizard.go.isEnabled()


def at_workstation(wizard: SetupWizard) -> None:
    wizard.clinic_name.setText("Hill clinic")
    wizard.go.click()
    fill(wizard)
    wizard.go.click()
    assert wizard.pages.currentIndex() == 2


def test_the_workstation_is_set_with_the_clinic(
    wizard: SetupWizard, maker: Maker, qtbot: QtBot, tmp_path: Path
) -> None:
    at_workstation(wizard)
    wizard.backups.setText(str(tmp_path))
    wizard.market.setCurrentText("Netherlands, prednisoLONE")
    wizard.paper.setCurrentText("Letter")
    wizard.go.click()
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 3)
    wanted = maker.made[0].settings
    assert (wanted.backup_folder, wanted.strengths_mg, wanted.page_size) == (str(tmp_path), "30 20 5", "Letter")


@pytest.mark.parametrize(
    ("field", "text", "said"), [("backups", "/no/such/folder", "no folder"), ("strengths", "20 5 x", "mg")]
)
def test_a_workstation_that_makes_no_sense_makes_nothing(
    wizard: SetupWizard, maker: Maker, field: str, text: str, said: str
) -> None:
    at_workstation(wizard)
    getattr(wizard, field).setText(text)
    wizard.go.click()
    assert said in wizard.trouble.accessibleName()
    assert maker.made == []
    wizard.back.click()
    assert wizard.pages.currentIndex() == 1


def test_every_market_has_strengths_that_a_case_can_hold(wizard: SetupWizard) -> None:
    known = set(pack_catalogue().lists["strengths_mg"])
    for row in range(1, wizard.market.count()):
        offered = Settings(strengths_mg=wizard.market.itemData(row))
        assert offered.strengths
        assert {str(mg) for mg in offered.strengths} <= known
