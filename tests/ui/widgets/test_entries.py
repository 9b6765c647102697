from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from myositis_desktop.model.case import Finding
from myositis_desktop.model.catalogue import Catalogue, FindingSpec
from myositis_desktop.ui.widgets import DateControl, TextControl


def onset(qtbot: QtBot, catalogue: Catalogue) -> DateControl:
    control = DateControl()
    qtbot.addWidget(control)
    control.bind(catalogue.findings["onset.date"], catalogue.lists)
    control.show()
    return control


def name(qtbot: QtBot) -> TextControl:
    control = TextControl()
    qtbot.addWidget(control)
    control.bind(FindingSpec(id="patient.family_name", kind="text", label="Family name", help="", section=""), {})
    return control


def test_an_untouched_day_is_unknown(qtbot: QtBot, catalogue: Catalogue) -> None:
    control = onset(qtbot, catalogue)

    assert control.value() is None
    assert control.edit.text() == ""
    assert control.problem() == ""


@pytest.mark.parametrize("text", ["2026-06-01", "1 Jun 2026"])
def test_a_day_is_read_and_shown_with_the_month_in_letters(qtbot: QtBot, catalogue: Catalogue, text: str) -> None:
    control = onset(qtbot, catalogue)
    QTest.keyClicks(control.edit, text)

    assert control.value() == Finding("onset.date", date(2026, 6, 1))
    assert control.reading.text() == "1 Jun 2026"
    assert control.edit.text() == text


@pytest.mark.parametrize("text", ["2026-02-30", "2026-06-1", "1 Jun 202", "01.06.2026", "2026-06", "2026", "soon"])
def test_a_day_that_does_not_exist_is_not_used_and_stays_written(qtbot: QtBot, catalogue: Catalogue, text: str) -> None:
    control = onset(qtbot, catalogue)
    QTest.keyClicks(control.edit, text)

    assert control.value() is None
    assert control.edit.text() == text
    assert "2026-11-20" in control.problem()
    assert control.level() == "red"


def test_emptying_a_day_makes_it_unknown_again(qtbot: QtBot, catalogue: Catalogue) -> None:
    control = onset(qtbot, catalogue)
    control.set_day(date(2026, 6, 1))
    control.edit.selectAll()
    QTest.keyClick(control.edit, Qt.Key.Key_Delete)

    assert control.value() is None
    assert control.reading.text() == ""


def test_text_is_taken_without_blanks_around_it(qtbot: QtBot) -> None:
    control = name(qtbot)
    QTest.keyClicks(control.edit, "O'Brien-Lee ")

    assert control.text() == "O'Brien-Lee"
    assert control.edit.text() == "O'Brien-Lee "


def test_a_control_character_in_a_name_is_not_used(qtbot: QtBot) -> None:
    control = name(qtbot)
    control.edit.setText("Ann\x07")
    control.edit.textEdited.emit("Ann\x07")

    assert control.text() == ""
    assert "Not used" in control.problem()
