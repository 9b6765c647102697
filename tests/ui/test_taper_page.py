"""The taper page: what is set goes into the case, and the plan answers in steps that add up."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from myositis_desktop.model.case import TaperPreferences
from myositis_desktop.model.plan import Taper
from myositis_desktop.ui.taper_chart import month_starts, spread, sums
from myositis_desktop.ui.taper_page import TaperPage, totals
from myositis_desktop.ui.taper_table import COLUMNS, in_step, rows_of, step_mg, tablets_text
from myositis_desktop.ui.workbench import Workbench
from tests.ui.conftest import WAIT

DAY = timedelta(days=1)


@pytest.fixture
def page(opened: Workbench) -> TaperPage:
    opened.show_page("taper")
    found = opened.page("taper")
    assert isinstance(found, TaperPage)
    return found


def settle(page: TaperPage, qtbot: QtBot) -> Taper:
    qtbot.waitUntil(lambda: page.session.is_current, timeout=WAIT)
    plan = page.session.plan
    assert plan is not None
    assert plan.taper is not None
    return plan.taper


def wish(page: TaperPage) -> TaperPreferences:
    return page.session.open_case.preferences.taper


def test_the_table_shows_every_step_and_the_sum_is_the_total(page: TaperPage) -> None:
    plan = page.session.plan
    assert plan is not None
    taper = plan.taper
    assert taper is not None
    rows = rows_of(taper)
    assert page.table.rowCount() == len(taper.steps) == len(rows)
    first = [page.table.item(0, c) for c in range(len(COLUMNS))]
    assert [cell.text() for cell in first if cell is not None] == list(rows[0])
    assert Decimal(rows[-1][5]) == taper.total_mg
    assert sum(step_mg(s) for s in taper.steps) == taper.total_mg


def test_the_curve_of_the_sum_is_what_the_days_add_up_to(page: TaperPage) -> None:
    plan = page.session.plan
    assert plan is not None
    taper = plan.taper
    assert taper is not None
    for day, total in sums(taper):
        taken = [(s.dose_mg, (min(s.end + DAY, day) - s.start).days) for s in taper.steps if s.start < day]
        assert total == sum(mg * days for mg, days in taken)
    assert sums(taper)[-1] == (taper.ends + DAY, taper.total_mg)
    assert "5180 mg by 2 Jan 2028" in page.sum_chart.accessibleName()


def test_totals_name_every_strength(page: TaperPage) -> None:
    plan = page.session.plan
    assert plan is not None
    assert plan.taper is not None
    lines = dict(totals(plan.taper))
    assert lines["Last day"] == "2 Jan 2028"
    assert lines["Dose in all"] == "5180 mg"
    assert lines["Tablets of 20 mg"] == "126"


def test_each_control_edits_the_case(page: TaperPage, qtbot: QtBot) -> None:
    controls = page.controls
    controls.hold.setFocus()
    controls.hold.selectAll()
    qtbot.keyClicks(controls.hold, "35")
    qtbot.keyClick(controls.hold, Qt.Key.Key_Return)
    assert wish(page).hold_days == 35
    assert settle(page, qtbot).steps[0].days == 35
    controls.start.selectAll()
    qtbot.keyClicks(controls.start, "30 Nov 2026")
    qtbot.keyClick(controls.start, Qt.Key.Key_Return)
    assert wish(page).start == date(2026, 11, 30)
    assert settle(page, qtbot).starts == date(2026, 11, 30)
    controls.schedule.setCurrentIndex(controls.schedule.findData("slow"))
    controls.schedule.activated.emit(controls.schedule.currentIndex())
    assert settle(page, qtbot).schedule == "slow"


def test_strengths_and_halves(page: TaperPage, qtbot: QtBot) -> None:
    controls = page.controls
    controls.standard.click()
    assert wish(page).strengths_mg is None
    assert controls.standard.isChecked()
    for mg in ("20", "5"):
        controls.strengths[Decimal(mg)].click()
    assert wish(page).strengths_mg == (Decimal(20), Decimal(5))
    controls.halves.click()
    assert wish(page).half_tablets is True
    taper = settle(page, qtbot)
    assert {mg for mg, _ in taper.tablets_total} <= {Decimal(20), Decimal(5)}
    for mg in ("20", "5"):
        controls.strengths[Decimal(mg)].click()
    assert wish(page).strengths_mg is None
    assert controls.standard.isChecked()


@pytest.mark.parametrize("text", ["27", "43", "four", "-1", "28.5"])
def test_days_outside_the_bounds_are_refused_at_the_field(page: TaperPage, qtbot: QtBot, text: str) -> None:
    before, controls = wish(page), page.controls
    controls.hold.selectAll()
    qtbot.keyClicks(controls.hold, text)
    qtbot.keyClick(controls.hold, Qt.Key.Key_Return)
    assert wish(page) == before
    assert controls.note_of(controls.hold) == "28 to 42 days."


def test_a_day_that_cannot_be_read_is_refused_at_the_field(page: TaperPage, qtbot: QtBot) -> None:
    before, controls = wish(page), page.controls
    controls.start.selectAll()
    qtbot.keyClicks(controls.start, "30.11.2026")
    qtbot.keyClick(controls.start, Qt.Key.Key_Return)
    assert wish(page) == before
    assert "2026-11-23" in controls.note_of(controls.start)


def test_a_start_before_the_assessment_is_told_by_the_engine(page: TaperPage, qtbot: QtBot, opened: Workbench) -> None:
    page.controls.start.selectAll()
    qtbot.keyClicks(page.controls.start, "2026-11-01")
    qtbot.keyClick(page.controls.start, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.session.problems), timeout=WAIT)
    assert page.not_current.isVisible()
    opened.show_page("findings")
    opened.follow("problem:0")
    assert opened.shown is page


def test_no_taper_says_why(page: TaperPage, qtbot: QtBot, opened: Workbench) -> None:
    case = page.session.open_case
    opened.session.edit(type(case)(case.patient, case.assessed_on))
    qtbot.waitUntil(lambda: opened.session.is_current, timeout=WAIT)
    plan = opened.session.plan
    assert plan is not None
    assert plan.taper is None
    assert page.none.accessibleName() == f"No taper: {plan.taper_reason}"
    assert not page.table.isVisible()


def test_the_tablets_of_every_step_add_up_to_the_whole(page: TaperPage, qtbot: QtBot) -> None:
    taper = settle(page, qtbot)
    assert rows_of(taper)[0][4] == "2 × 20 mg + 2 × 5 mg\n56 + 56 in the step"
    told: dict[Decimal, Decimal] = {}
    for step in taper.steps:
        for mg, number in in_step(step).items():
            told[mg] = told.get(mg, Decimal(0)) + number
    assert told == dict(taper.tablets_total)


def test_halves_are_written_as_halves() -> None:
    assert tablets_text(((Decimal(20), Decimal(2)), (Decimal(5), Decimal("0.5")))) == "2 × 20 mg + ½ × 5 mg"
    assert tablets_text(((Decimal(10), Decimal("1.5")),)) == "1½ × 10 mg"
    assert tablets_text(()) == "none"


def test_labels_of_the_chart_do_not_touch() -> None:
    placed = spread([10, 100, 104, 106], 14)
    assert all(b - a >= 13.5 for a, b in pairwise(placed))
    assert placed[0] == 10


def test_months_are_thinned() -> None:
    assert month_starts(date(2026, 11, 23), date(2027, 1, 14)) == [date(2026, 12, 1), date(2027, 1, 1)]
    assert len(month_starts(date(2026, 1, 1), date(2028, 1, 1))) <= 8
