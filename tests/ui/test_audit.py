"""The audit in the window: newest first, filtered, with before and after, and the check of the whole."""

import pytest
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Clinic
from myositis_desktop.ui.audit import ACTIONS, AuditDialog, detail_text
from myositis_desktop.ui.workbench import Workbench

WAIT = 10_000


@pytest.fixture
def trail(opened: Workbench) -> AuditDialog:
    opened.upkeep.show_audit()
    return opened.findChildren(AuditDialog)[-1]


def _column(dialog: AuditDialog, column: int) -> list[str]:
    found = [dialog.table.item(row, column) for row in range(dialog.table.rowCount())]
    return [item.text() for item in found if item is not None]


def test_the_newest_comes_first_and_every_action_has_words(trail: AuditDialog, clinic: Clinic) -> None:
    rows = clinic.trail.rows()
    assert _column(trail, 0) == [str(row.seq) for row in rows]
    assert [row.seq for row in rows] == sorted((row.seq for row in rows), reverse=True)
    assert _column(trail, 3) == [ACTIONS[row.action] for row in rows]
    assert not trail.more.isEnabled()


def test_the_filters_leave_what_fits(trail: AuditDialog, patient: int) -> None:
    trail.about.setCurrentIndex(1)
    assert set(_column(trail, 4)) == {f"patient/{patient}"}
    trail.what.setCurrentIndex(trail.what.findData("patient-added"))
    assert _column(trail, 3) == ["Patient added"]
    assert "patient/sex: nothing → female" in trail.detail.toPlainText()
    trail.about.setCurrentIndex(0)
    trail.what.setCurrentIndex(trail.what.findData("clinic-created"))
    assert _column(trail, 4) == ["clinic"]
    assert "name: nothing → Hill clinic" in trail.detail.toPlainText()


def test_older_rows_come_on_asking(trail: AuditDialog, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myositis_desktop.ui.audit.PAGE", 2)
    trail.refresh()
    assert len(_column(trail, 0)) == 2
    while trail.more.isEnabled():
        trail.more.click()
    assert _column(trail, 0) == [str(row.seq) for row in clinic.trail.rows()]


def test_a_whole_audit_is_called_whole_and_a_changed_one_is_not(
    trail: AuditDialog, clinic: Clinic, qtbot: QtBot
) -> None:
    trail.check.click()
    qtbot.waitUntil(lambda: clinic.audit_head() in trail.proof.accessibleName(), timeout=WAIT)
    with clinic._store.reading() as db:
        db.execute("DROP TRIGGER audit_stays_1")
        db.execute("UPDATE audit SET who = 'ben' WHERE seq = 2")
    trail.check.click()
    qtbot.waitUntil(lambda: "row 2 was changed" in trail.trouble.accessibleName(), timeout=WAIT)
    assert trail.proof.accessibleName() == ""


def test_what_a_row_recorded_is_told_in_lines() -> None:
    assert detail_text({}) == "Nothing more."
    told = {"/findings/lab.ck": [None, {"value": "900", "unit": "U/L"}], "to": "/media/stick", "documents": {"a": "b"}}
    assert detail_text(told) == 'findings/lab.ck: nothing → 900 U/L\nto: /media/stick\ndocuments: {"a": "b"}'


def test_days_leave_what_fits(trail: AuditDialog) -> None:
    everything = trail.table.rowCount()
    trail.since.setText("2026-11-25")
    trail.until.setText("25 Nov 2026")
    assert trail.table.rowCount() == everything
    trail.until.setText("2026-11-24")
    assert trail.table.rowCount() == 0
    trail.until.setText("not a day")
    assert "A day is written as" in trail.trouble.accessibleName()
    assert trail.table.rowCount() == everything
