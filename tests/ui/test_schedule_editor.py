"""A clinic's own schedule and its tablets, written in the window: into the case, back out of it, undone."""

from decimal import Decimal
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from myositis_desktop.engine.schedules import parse_custom
from myositis_desktop.exchange import case_bytes
from myositis_desktop.ui.schedule_editor import KINDS, PhaseRow, ScheduleDialog, read_band
from myositis_desktop.ui.stock_editor import StockDialog
from myositis_desktop.ui.taper_page import TaperPage, totals
from tests.ui.test_taper_page import page, settle, wish

__all__ = ["page"]
D = Decimal
WEEKLY: dict[str, Any] = {
    "label": "Weekly",
    "start": {"days": 7},
    "phases": [{"doses_mg": ["50", "40", "30", "20", ["10", "5"]], "days": 7}],
}
PHASES: dict[str, dict[str, Any]] = {
    "step": {"bands": [{"above": "10", "by": "5", "days": 14}]},
    "bands": {"bands": [{"above": "20", "by": "5", "days": 14}, {"above": "0", "by": "2.5", "days": 28}]},
    "percent_of_previous": {"percent_of_previous": "75", "days": 28, "round_to": "2.5", "ties": "up", "down_to": "5"},
    "percents_of_start": {"percents_of_start": ["80", "50"], "days": 14, "round_down_to": "1"},
    "doses_mg": {"doses_mg": ["20", ["15", "10"], "5"], "days": 7},
    "hold_days": {"hold_days": 28},
}


@pytest.mark.parametrize("kind", [k.key for k in KINDS])
def test_every_kind_of_phase_comes_back_as_it_was(kind: str, qtbot: QtBot) -> None:
    row = PhaseRow(PHASES[kind], lambda _row: None)
    qtbot.addWidget(row)
    assert row.key == kind
    assert row.data() == PHASES[kind]
    schedule, problems = parse_custom({"start": {"days": 7}, "phases": [row.data()]})
    assert problems == ()
    assert schedule is not None


def test_a_band_is_read_as_it_is_said() -> None:
    assert read_band("above 12.5: 2.5 mg less every 14 days") == {"above": "12.5", "by": "2.5", "days": 14}
    assert parse_custom({"start": {"days": 7}, "phases": [{"bands": [read_band("five every week")]}]})[0] is None


def ask(page: TaperPage) -> ScheduleDialog:
    page.controls.write_schedule.click()
    assert isinstance(page.controls.dialog, ScheduleDialog)
    return page.controls.dialog


def test_a_schedule_is_written_used_and_undone(page: TaperPage, qtbot: QtBot) -> None:
    before = case_bytes(page.session.open_case)
    dialog = ask(page)
    assert not dialog.go.isEnabled()
    dialog.label.setText("Weekly")
    dialog.days.setText("7")
    row = dialog.rows[0]
    row.kind.setCurrentIndex(row.kind.findData("doses_mg"))
    row.edits["doses_mg"].setText("40, 30, 20, 30")
    row.edits["days"].setText("7")
    assert not dialog.go.isEnabled()
    assert "Phase 1" in dialog.preview.text()
    assert "may not rise" in dialog.preview.text()
    row.edits["doses_mg"].setText("40, 30, 20, 10/5")
    assert "10/5 mg 7 d" in dialog.preview.text()
    dialog.go.click()
    assert wish(page).custom is not None
    taper = settle(page, qtbot)
    assert taper.schedule == "custom"
    assert [s.dose_mg for s in taper.steps] == [50, 40, 30, 20, 10]
    assert taper.steps[-1].alternate_mg == 5
    page.steps.undo.click()
    assert case_bytes(page.session.open_case) == before


def test_a_schedule_of_the_case_is_edited_and_keeps_what_has_no_field(page: TaperPage, qtbot: QtBot) -> None:
    given = {**WEEKLY, "step_notes": [{"at_most_mg": "10", "text": "call us"}]}
    page.controls._take_schedule(given)
    settle(page, qtbot)
    dialog = ask(page)
    assert dialog.data() == given
    dialog.add_phase(PHASES["hold_days"])
    dialog.go.click()
    assert wish(page).custom == {**given, "phases": [*given["phases"], PHASES["hold_days"]]}
    assert any(s.note and "call us" in s.note for s in settle(page, qtbot).steps)


def test_tablets_with_boxes_and_stock(page: TaperPage, qtbot: QtBot) -> None:
    before = case_bytes(page.session.open_case)
    page.controls.stock.click()
    dialog = page.controls.dialog
    assert isinstance(dialog, StockDialog)
    rows = {r.mg: r for r in dialog.rows}
    for mg, row in rows.items():
        row.at_hand.setChecked(mg in (D(20), D(5), D(1)))
    rows[D(20)].pack.setText("30")
    rows[D(20)].stock.setText("60")
    rows[D(5)].halve.setChecked(True)
    rows[D(5)].resistant.setChecked(True)
    assert not rows[D(5)].halve.isChecked()
    assert not rows[D(5)].halve.isEnabled()
    rows[D(1)].pack.setText("none")
    dialog.go.click()
    assert "whole numbers" in dialog.trouble.accessibleName()
    rows[D(1)].pack.setText("")
    dialog.go.click()
    taper = settle(page, qtbot)
    lines = dict(totals(taper))
    needed = dict(taper.tablets_total)[D(20)]
    assert lines["Boxes of 30 × 20 mg"] == str(-(-int(needed) // 30))
    assert lines["20 mg lasts to"] == "22 Dec 2026"
    assert not any(count % 1 for s in taper.steps for mg, count in s.tablets if mg == 5)
    page.steps.undo.click()
    assert case_bytes(page.session.open_case) == before
