"""Steps edited in the window: each edit is the case's, checked by the engine before it is made, and can be undone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QRect, Qt
from pytestqt.qtbot import QtBot

from myositis_desktop.exchange import case_bytes
from myositis_desktop.model.case import EditedStep
from myositis_desktop.model.plan import Taper
from myositis_desktop.ui.taper_page import TaperPage
from myositis_desktop.ui.taper_steps import CHANGE, HOLD, REMOVE, StepDialog
from tests.ui.test_taper_page import page, settle, wish

__all__ = ["page"]


def ask(page: TaperPage, row: int, kind: str) -> StepDialog:
    page.table.selectRow(row)
    {CHANGE: page.steps.change, HOLD: page.steps.hold, REMOVE: page.steps.remove}[kind].click()
    assert page.steps.dialog is not None
    return page.steps.dialog


def doses(taper: Taper) -> list[Decimal]:
    return [s.dose_mg for s in taper.steps]


def test_nothing_is_edited_before_a_step_is_chosen(page: TaperPage) -> None:
    assert not page.steps.change.isEnabled()
    page.table.selectRow(1)
    assert page.steps.change.isEnabled()


def test_a_hold_moves_the_later_steps_and_undo_gives_the_same_bytes(page: TaperPage, qtbot: QtBot) -> None:
    before, taper = case_bytes(page.session.open_case), settle(page, qtbot)
    dialog = ask(page, 2, HOLD)
    assert not dialog.dose.isVisible()
    dialog.days.setText("14")
    dialog.reason.setText("rash came back")
    dialog.go.click()
    longer = settle(page, qtbot)
    assert longer.schedule == "edited"
    assert (longer.ends - taper.ends).days == 14
    assert longer.steps[2].days == taper.steps[2].days + 14
    assert doses(longer) == doses(taper)
    after = case_bytes(page.session.open_case)
    page.steps.undo.click()
    assert case_bytes(page.session.open_case) == before
    page.steps.redo.click()
    assert case_bytes(page.session.open_case) == after


def test_a_rise_needs_its_reason(page: TaperPage, qtbot: QtBot) -> None:
    before, taper = wish(page), settle(page, qtbot)
    dialog = ask(page, 2, CHANGE)
    dialog.dose.setText("45")
    dialog.go.click()
    assert "rises" in dialog.trouble.accessibleName()
    assert dialog.trouble.accessibleName().startswith("Nothing was changed.")
    assert wish(page) == before
    dialog.reason.setText("flare: weaker arms, CK higher")
    dialog.go.click()
    risen = settle(page, qtbot)
    assert risen.steps[2].dose_mg == 45
    assert taper.steps[2].dose_mg < taper.steps[1].dose_mg < 45
    assert any("rises" in note and "weaker arms" in note for note in risen.notes)


def test_a_step_that_is_taken_out_asks_why_the_fall_is_so_large(page: TaperPage, qtbot: QtBot) -> None:
    taper = settle(page, qtbot)
    dialog = ask(page, 1, REMOVE)
    dialog.go.click()
    assert "by more than 10 mg" in dialog.trouble.accessibleName()
    dialog.reason.setText("steroid psychosis")
    dialog.go.click()
    shorter = settle(page, qtbot)
    assert doses(shorter) == [taper.steps[0].dose_mg, *(s.dose_mg for s in taper.steps[2:])]


@pytest.mark.parametrize("days", ["", "0", "-3", "ten", "1.5"])
def test_days_that_cannot_be_read_change_nothing(page: TaperPage, days: str) -> None:
    before = wish(page)
    dialog = ask(page, 1, HOLD)
    dialog.days.setText(days)
    dialog.go.click()
    assert "whole number" in dialog.trouble.accessibleName()
    assert wish(page) == before
    dialog.reject()


def test_alternate_days_are_written_with_two_doses(page: TaperPage, qtbot: QtBot) -> None:
    last = len(settle(page, qtbot).steps) - 1
    dialog = ask(page, last, CHANGE)
    dialog.dose.setText("1")
    dialog.second.setText("0")
    dialog.reason.setText("alternate days to the end")
    dialog.go.click()
    taper = settle(page, qtbot)
    assert [taper.steps[-1].dose_mg, taper.steps[-1].alternate_mg] == [Decimal(1), Decimal(0)]


def test_the_start_of_written_steps_moves_all_of_them(page: TaperPage, qtbot: QtBot) -> None:
    case = page.session.open_case
    steps = (EditedStep(date(2026, 11, 23), 14, Decimal(5)), EditedStep(date(2026, 12, 7), 14, Decimal(4)))
    page.session.edit_taper(replace(case.preferences.taper, start=None, steps=steps), "steps")
    settle(page, qtbot)
    start = page.controls.start
    start.selectAll()
    qtbot.keyClicks(start, "2026-11-30")
    qtbot.keyClick(start, Qt.Key.Key_Return)
    assert [s.start for s in settle(page, qtbot).steps] == [date(2026, 11, 30), date(2026, 12, 14)]


def test_no_note_of_the_table_is_cut(page: TaperPage) -> None:
    table = page.table
    for row in range(table.rowCount()):
        note = table.item(row, table.columnCount() - 1)
        assert note is not None
        room = QRect(0, 0, table.columnWidth(table.columnCount() - 1) - 16, 10_000)
        needed = table.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, note.text())
        assert needed.height() <= table.rowHeight(row)
