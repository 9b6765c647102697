"""Before somebody is added, and before something is signed, the window says who could be meant instead."""

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Clinic
from myositis_desktop.model.case import Case, Patient
from myositis_desktop.ui.patients import NewPatientDialog
from myositis_desktop.ui.sign_dialog import SignDialog
from myositis_desktop.ui.workbench import Workbench


def _asked(bench: Workbench, patient: Patient) -> NewPatientDialog:
    bench.new_patient()
    dialog = bench.findChildren(NewPatientDialog)[-1]
    dialog.family.setText(patient.family_name.upper())
    dialog.given.setText(patient.given_name)
    dialog.born.setText("1990-01-01")
    dialog.sex["female"].click()
    return dialog


def test_a_namesake_is_added_only_after_the_warning(opened: Workbench, clinic: Clinic) -> None:
    known = opened.session.open_case.patient
    dialog = _asked(opened, known)
    dialog.go.click()
    assert known.record_number in dialog.trouble.accessibleName()
    assert len(clinic.patients()) == 1
    dialog.born.setText("1990-01-02")
    dialog.go.click()  # another birth date is another question
    assert len(clinic.patients()) == 1
    dialog.go.click()
    assert len(clinic.patients()) == 2


def test_a_patient_like_nobody_is_added_at_once(opened: Workbench, clinic: Clinic) -> None:
    dialog = _asked(opened, Patient(date(1990, 1, 1), "female", "", "Unlike", "Anybody"))
    dialog.go.click()
    assert len(clinic.patients()) == 2


@pytest.mark.parametrize("namesake", [True, False])
def test_the_signature_names_the_namesake(namesake: bool, opened: Workbench, clinic: Clinic, qtbot: QtBot) -> None:
    known = opened.session.open_case.patient
    if namesake:
        other = Patient(date(1990, 1, 1), "female", "R-77", known.family_name, known.given_name)
        clinic.add_patient(Case(other, assessed_on=date(2026, 11, 25)))
    opened.show_page("documents")
    opened.documents.sign()
    qtbot.waitUntil(lambda: bool(opened.documents.findChildren(SignDialog)), timeout=5000)
    said = opened.documents.findChildren(SignDialog)[-1].alike.accessibleName()
    assert ("R-77" in said) is namesake
    assert ("right patient" in said) is namesake


def test_a_list_that_is_cut_says_so(opened: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.rail.refresh()
    assert opened.rail.count.text() == "1 patient, last edited first"
    monkeypatch.setattr("myositis_desktop.ui.patients.LONGEST", 1)
    opened.rail.refresh()
    assert "type more of a name" in opened.rail.count.text()
