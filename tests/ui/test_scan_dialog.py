"""A scanned code becomes a new patient once it was looked at."""

from pytestqt.qtbot import QtBot

from myositis_desktop.ui.kit import show_scan
from myositis_desktop.ui.scan_dialog import ScanDialog
from myositis_desktop.ui.wording import name_text
from myositis_desktop.ui.workbench import Workbench


def _dialog(opened: Workbench) -> ScanDialog:
    show_scan(opened)
    found = opened.findChild(ScanDialog)
    assert found is not None
    return found


def test_a_code_of_the_clinic_is_shown_and_becomes_a_patient(opened: Workbench, qtbot: QtBot) -> None:
    patient = opened.session.patient_id
    assert patient is not None
    code = opened.clinic._context(patient).code
    before = opened.session.open_case
    dialog = _dialog(opened)
    qtbot.keyClicks(dialog.letters, code[:40])
    dialog.letters.setPlainText(code.lower())
    dialog.read.click()
    assert not dialog.seal.isVisible()
    assert "which this clinic trusts" in dialog.said.text()
    assert name_text(before.patient) in dialog.said.text()
    dialog.go.click()
    assert opened.session.patient_id not in (None, patient)
    assert opened.session.open_case.patient == before.patient


def test_a_spoilt_code_makes_nothing(opened: Workbench) -> None:
    patient = opened.session.patient_id
    assert patient is not None
    dialog = _dialog(opened)
    dialog.letters.setPlainText(opened.clinic._context(patient).code[:-5])
    dialog.read.click()
    assert "Nothing was changed" in dialog.trouble.accessibleName()
    assert not dialog.go.isEnabled()
    dialog.reject()
    assert len(opened.clinic.patients()) == 1
