"""Everything can be done from the palette, and every action has its key on the sheet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.ui.palette import Command, CommandPalette, commands_of, matching
from myositis_desktop.ui.shortcuts import KEYS, ShortcutSheet
from myositis_desktop.ui.workbench import Workbench


def the_palette(bench: Workbench, qtbot: QtBot) -> CommandPalette:
    qtbot.keyClick(bench, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    return bench.findChildren(CommandPalette)[-1]


def test_every_word_typed_must_fit_and_beginnings_come_first() -> None:
    commands = [Command(t, "", lambda: None) for t in ("Export the case", "Case files", "Lock")]
    assert [c.title for c in matching(commands, "case")] == ["Case files", "Export the case"]
    assert [c.title for c in matching(commands, "case EXP")] == ["Export the case"]
    assert matching(commands, "nothing") == []


def test_a_page_a_finding_and_a_patient_are_found_by_letters(opened: Workbench, qtbot: QtBot) -> None:
    palette = the_palette(opened, qtbot)
    qtbot.keyClicks(palette.typed, "taper")
    qtbot.keyClick(palette.typed, Qt.Key.Key_Return)
    assert opened.shown is opened.page("taper")
    palette = the_palette(opened, qtbot)
    qtbot.keyClicks(palette.typed, "calcinosis")
    qtbot.keyClick(palette.typed, Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    assert opened.shown is opened.findings
    assert focused is not None
    assert "alcinosis" in focused.accessibleName()
    assert any(c.title == "LINDQVIST, Karin" for c in commands_of(opened))


def test_arrows_move_while_typing_and_nothing_found_says_so(opened: Workbench, qtbot: QtBot) -> None:
    palette = the_palette(opened, qtbot)
    qtbot.keyClick(palette.typed, Qt.Key.Key_Down)
    qtbot.keyClick(palette.typed, Qt.Key.Key_Down)
    qtbot.keyClick(palette.typed, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 1
    qtbot.keyClicks(palette.typed, "zzz")
    assert palette.list.count() == 0
    assert palette.trouble.isVisible()
    qtbot.keyClick(palette.typed, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_every_action_has_one_key_and_stands_on_the_sheet(bench: Workbench) -> None:
    keys = [a.shortcut().toString(QKeySequence.SequenceFormat.PortableText) for a in bench.actions()]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {key for key, _ in KEYS.values()}
    sheet = ShortcutSheet(bench)
    words = {label.text() for label in sheet.findChildren(type(bench.banner.name))}
    assert {words for pair in KEYS.values() for words in pair} <= words


def test_without_a_patient_findings_are_not_offered(bench: Workbench) -> None:
    assert not [c for c in commands_of(bench) if c.note == "Finding"]
    assert "New patient" in {c.title for c in commands_of(bench)}
