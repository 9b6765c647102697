"""The window at work: the patient is always named, typing is assessed, and the keys lead everywhere."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.assets import asset
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Choice, Patient, Preferences
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.patients import NewPatientDialog
from myositis_desktop.ui.reasons import WhyDialog
from myositis_desktop.ui.settings_dialog import SettingsDialog
from myositis_desktop.ui.shortcuts import KEYS, ShortcutSheet
from myositis_desktop.ui.workbench import PAGES, Workbench
from tests.ui.conftest import WAIT

BEN = Case(Patient(date(1971, 1, 5), "male", "R-2", "Example", "Ben"), date(2026, 11, 20))


def press(bench: Workbench, qtbot: QtBot, keys: str) -> None:
    """Press a shortcut as the sheet writes it."""
    *modifiers, key = keys.split("+")
    held = Qt.KeyboardModifier.ControlModifier if "Ctrl" in modifiers else Qt.KeyboardModifier.NoModifier
    code = Qt.Key.Key_Escape if key == "Esc" else Qt.Key[f"Key_{key}"]
    qtbot.keyClick(QApplication.focusWidget() or bench, code, held)


def focus_on_sign(bench: Workbench, finding: str) -> None:
    bench.follow(f"finding:{finding}")
    bench.activateWindow()


def test_without_a_patient_nothing_can_be_entered(bench: Workbench) -> None:
    assert bench.windowTitle() == "Myositis Desktop"
    assert not bench.findings.isVisible()
    assert not bench.tabs.isEnabled()
    assert bench.live.status.text() == "No patient open"


def test_the_patient_is_named_in_banner_and_title(opened: Workbench) -> None:
    assert opened.windowTitle() == "LINDQVIST, Karin · 9 Mar 1964 · DEMO-001 - Myositis Desktop"
    assert opened.banner.name.text() == "LINDQVIST, Karin"
    facts = [label.text() for label in opened.banner.fact_labels if label.text()]
    assert facts[:3] == ["9 Mar 1964 (62 years) · female", "DEMO-001", "70 kg (20 Nov 2026)"]


@pytest.mark.parametrize("page", PAGES)
def test_the_patient_stays_named_on_every_page(opened: Workbench, page: str) -> None:
    opened.show_page(page)
    assert opened.shown is opened.page(page)
    assert opened.banner.name.isVisible()
    assert opened.live.isVisible()


def test_typing_updates_the_panel_and_is_saved(opened: Workbench, qtbot: QtBot) -> None:
    focus_on_sign(opened, "organ.aspiration")
    assert opened.live.emergencies() == []
    qtbot.keyClicks(QApplication.focusWidget(), "p")
    assert opened.live.status.text() == "Assessing …"
    qtbot.waitUntil(lambda: opened.live.emergencies() == ["Risk of aspiration"], timeout=WAIT)
    assert opened.live.status.text() == "Up to date with the findings"
    patient = opened.session.patient_id
    assert patient is not None
    qtbot.waitUntil(lambda: opened.clinic.draft(patient).findings["organ.aspiration"].value == "present", timeout=WAIT)


def test_an_emergency_stands_on_every_page(opened: Workbench, qtbot: QtBot) -> None:
    focus_on_sign(opened, "organ.aspiration")
    qtbot.keyClicks(QApplication.focusWidget(), "p")
    qtbot.waitUntil(lambda: bool(opened.live.emergencies()), timeout=WAIT)
    for page in PAGES:
        opened.show_page(page)
        assert opened.live.emergencies() == ["Risk of aspiration"]


def test_undo_and_redo_bring_back_findings_and_choices(opened: Workbench, qtbot: QtBot) -> None:
    before = opened.session.open_case
    focus_on_sign(opened, "skin.calcinosis")
    qtbot.keyClicks(QApplication.focusWidget(), "p")
    chosen = Preferences(before.preferences.taper, (Choice("azathioprine"),))
    opened.session.edit_preferences(chosen, "Choose azaTHIOprine")
    press(opened, qtbot, "Ctrl+Z")
    assert opened.session.open_case.preferences == before.preferences
    assert opened.session.open_case.findings["skin.calcinosis"].value == "present"
    press(opened, qtbot, "Ctrl+Z")
    assert opened.session.open_case == before
    press(opened, qtbot, "Ctrl+Y")
    press(opened, qtbot, "Ctrl+Y")
    assert opened.session.open_case.preferences == chosen
    assert opened.session.open_case.findings["skin.calcinosis"].value == "present"


def test_an_edit_on_the_forms_keeps_the_choices(opened: Workbench, qtbot: QtBot) -> None:
    chosen = Preferences(choose=(Choice("azathioprine"),))
    opened.session.edit_preferences(chosen, "Choose azaTHIOprine")
    focus_on_sign(opened, "skin.calcinosis")
    qtbot.keyClicks(QApplication.focusWidget(), "p")
    assert opened.session.open_case.preferences == chosen


def test_switching_fast_mixes_nobody_up(opened: Workbench, patient: int, qtbot: QtBot) -> None:
    ben = opened.clinic.add_patient(BEN)
    karin = opened.clinic.draft(patient)
    for _ in range(3):
        opened.open_patient(patient)
        focus_on_sign(opened, "skin.calcinosis")
        qtbot.keyClicks(QApplication.focusWidget(), "p")
        opened.open_patient(ben)
        focus_on_sign(opened, "skin.calcinosis")
        qtbot.keyClicks(QApplication.focusWidget(), "a")
    opened.session.flush()
    assert opened.windowTitle().startswith("EXAMPLE, Ben")
    assert opened.clinic.draft(ben).patient == BEN.patient
    assert {i: f.value for i, f in opened.clinic.draft(ben).findings.items()} == {"skin.calcinosis": "absent"}
    mine = opened.clinic.draft(patient)
    assert mine.findings["skin.calcinosis"].value == "present"
    assert replace(mine, findings={**mine.findings, "skin.calcinosis": karin.findings["skin.calcinosis"]}) == karin


def test_a_patient_that_cannot_be_written_is_not_left(
    opened: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = opened.clinic.add_patient(BEN)
    focus_on_sign(opened, "skin.calcinosis")
    qtbot.keyClicks(QApplication.focusWidget(), "p")

    def full(*_: object) -> None:
        raise UserError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(opened.clinic, "save_draft", full)
        opened.open_patient(ben)
        assert opened.windowTitle().startswith("LINDQVIST")
        told = opened.findChild(MessageDialog)
        assert told is not None
        told.accept()
        qtbot.waitUntil(lambda: "The disk is full." in opened.not_saved.accessibleName(), timeout=WAIT)
        assert opened.not_saved.isVisible()
    opened.session.flush()
    assert not opened.not_saved.isVisible()


def test_a_problem_is_named_in_the_panel_and_leads_to_its_place(opened: Workbench, qtbot: QtBot) -> None:
    opened.session.edit(replace(opened.session.open_case, assessed_on=date(2020, 1, 1)))
    qtbot.waitUntil(lambda: bool(opened.session.problems), timeout=WAIT)
    assert opened.live.status.text() == "Not current: mend the lines below"
    assert opened.live.problems.isVisible()
    opened.show_page("plan")
    opened.live.follow.emit("problem:0")
    assert opened.shown is opened.findings


def test_the_keys_lead_to_the_pages(opened: Workbench, qtbot: QtBot) -> None:
    for number, page in enumerate(PAGES):
        press(opened, qtbot, f"Ctrl+{number + 1}")
        assert opened.shown is opened.page(page)
    press(opened, qtbot, "Esc")
    assert opened.shown is opened.page("documents")


def test_search_and_back_by_keyboard(opened: Workbench, qtbot: QtBot) -> None:
    opened.clinic.add_patient(BEN)
    press(opened, qtbot, "Ctrl+F")
    assert opened.rail.search.hasFocus()
    qtbot.keyClicks(opened.rail.search, "exam")
    qtbot.keyClick(opened.rail.search, Qt.Key.Key_Return)
    assert opened.windowTitle().startswith("EXAMPLE, Ben")


def test_the_next_pane_goes_round(opened: Workbench, qtbot: QtBot) -> None:
    opened.rail.search.setFocus()
    seen = []
    for _ in range(4):
        press(opened, qtbot, "F6")
        seen.append(opened.pane_of(QApplication.focusWidget()))
    assert seen == [opened.tabs, opened.shown, opened.live, opened.rail]


def test_every_dialog_opens_by_its_key(opened: Workbench, qtbot: QtBot) -> None:
    press(opened, qtbot, "F1")
    sheet = opened.findChild(ShortcutSheet)
    assert sheet is not None
    sheet.reject()
    press(opened, qtbot, "Ctrl+N")
    new = opened.findChild(NewPatientDialog)
    assert new is not None
    new.reject()
    with qtbot.waitSignal(opened.lock_wanted):
        press(opened, qtbot, "Ctrl+L")


def test_no_key_is_given_twice() -> None:
    keys = [key for key, _ in KEYS.values()]
    assert len(keys) == len(set(keys))


def test_a_new_patient_needs_birth_date_and_sex(bench: Workbench, qtbot: QtBot) -> None:
    bench.new_patient()
    dialog = bench.findChild(NewPatientDialog)
    assert dialog is not None
    dialog.family.setText("Example")
    dialog.go.click()
    assert dialog.trouble.isVisible()
    dialog.born.setText("2 Apr 2068")
    dialog.sex["female"].click()
    dialog.go.click()
    assert "future" in dialog.trouble.accessibleName()
    dialog.born.setText("2 Apr 1968")
    dialog.go.click()
    assert bench.windowTitle().startswith("EXAMPLE · 2 Apr 1968")
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=WAIT)
    assert [row.family_name for row in bench.rail.model.rows] == ["Example"]


def drop(bench: Workbench, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    bench.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, left, none))


def test_a_case_file_dropped_on_the_window_is_a_new_patient(bench: Workbench, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(asset("resources", "demo", "03-polymyositis.json").read_bytes())
    bad.write_text('{"format": "myositis-case/1", "patient": {"sex": "robot"}}')
    drop(bench, bad, good)
    assert bench.windowTitle().startswith("MOREAU")
    told = bench.findChild(MessageDialog)
    assert told is not None
    assert "bad.json is not a case file" in told.said.text()
    assert "/patient/sex" in told.said.text()
    assert len(bench.rail.model.rows) == 1


def test_why_opens_the_reasons_with_links_to_the_fields(opened: Workbench) -> None:
    opened.show_page("plan")
    opened.follow("why:item:methotrexate")
    dialog = opened.findChild(WhyDialog)
    assert dialog is not None
    dialog.leave("finding:lab.ck")
    assert opened.shown is opened.findings
    assert opened.findings.page == "laboratory"


@pytest.mark.parametrize("part", ["subtype", "severity", "course", "cancer", "classification", "taper"])
def test_every_part_of_the_assessment_has_its_why(opened: Workbench, part: str) -> None:
    opened.follow(f"why:{part}")
    dialog = opened.findChild(WhyDialog)
    assert dialog is not None
    assert dialog.shown > 0


def test_settings_are_kept_and_told(bench: Workbench, qtbot: QtBot) -> None:
    bench.show_settings()
    dialog = bench.findChild(SettingsDialog)
    assert dialog is not None
    dialog.lock.setCurrentIndex(dialog.lock.findData(5))
    with qtbot.waitSignal(bench.settings_changed) as told:
        dialog.keep.click()
    assert told.args[0].lock_minutes == 5
    assert bench.clinic.settings.lock_minutes == 5
