"""The page of findings where it is no form of signs: patient, treatments, visits, problems at their fields."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from myositis_desktop.exchange import quantity_finding
from myositis_desktop.model.case import Finding, Patient, Quantity, Therapy, Visit
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.findings_page import FindingsPage
from myositis_desktop.ui.widgets import DateControl, QuantityField, TextControl
from tests.ui.conftest import EMPTY, entry, type_into


def patient_field(page: FindingsPage, name: str) -> TextControl | DateControl:
    page.jump_to(name)
    control = page.forms["patient"].patient_controls[name]
    assert isinstance(control, TextControl | DateControl)
    return control


def test_names_and_days_of_the_patient(page: FindingsPage) -> None:
    for name, text in (("patient.family_name", "Muster"), ("patient.record_number", "R-7")):
        control = patient_field(page, name)
        control.edit.selectAll()
        QTest.keyClicks(control.edit, text)
    born = patient_field(page, "patient.birth_date")
    born.edit.selectAll()
    QTest.keyClicks(born.edit, "1970-01-31")
    QTest.keyClicks(page.forms["patient"].patient_controls["patient.sex"], "2")

    assert page.case().patient == Patient(date(1970, 1, 31), "male", "R-7", "Muster", "Ann")
    page.undo_stack.undo()
    page.undo_stack.undo()
    assert page.case().patient == Patient(EMPTY.patient.birth_date, "female", "R-7", "Muster", "Ann")
    assert born.edit.text() == "1968-04-02"


def test_a_birth_date_that_cannot_be_read_leaves_the_former_one_and_says_so(page: FindingsPage) -> None:
    born = patient_field(page, "patient.birth_date")
    born.edit.selectAll()
    QTest.keyClicks(born.edit, "1970-02-31")

    assert page.case().patient.birth_date == EMPTY.patient.birth_date
    assert born.edit.text() == "1970-02-31"
    assert "former day stays" in born.problem()
    assert entry(page, "patient").wrong


def test_a_sex_that_is_taken_back_is_unknown(page: FindingsPage) -> None:
    page.jump_to("patient.sex")
    QTest.keyClicks(page.forms["patient"].patient_controls["patient.sex"], "u")

    assert page.case().patient.sex == "unknown"


# --- treatments ---


def test_a_treatment_counts_once_drug_and_first_day_are_known(page: FindingsPage) -> None:
    page.show_page("therapy")
    editor = page.therapy
    assert editor is not None
    editor.add.click()
    editor.add.click()
    assert len(editor.rows) == 1, "an empty card is not doubled"
    row = editor.rows[0]
    assert row.drug.currentIndex() == -1
    row.drug.setCurrentIndex(row.drug.findData("prednisone"))
    row.drug.activated.emit(row.drug.currentIndex())
    QTest.keyClicks(row.dose, "60")
    assert page.case().therapy == ()
    QTest.keyClicks(row.started.edit, "2026-08-01")
    row.outcome.choose("inadequate")

    taken = Therapy("prednisone", date(2026, 8, 1), Quantity(Decimal(60), "mg/d"), None, "inadequate")
    assert page.case().therapy == (taken,)
    row.remove.click()
    assert page.case().therapy == ()
    page.undo_stack.undo()
    assert page.case().therapy == (taken,)
    assert page.therapy is not None
    assert page.therapy.value() == (taken,)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("dose", "6o", "the dose"),
        ("dose", "0", "the dose"),
        ("stopped", "2026-07-01", "stopped before"),
        ("started", "x", "a day"),
    ],
)
def test_a_card_with_something_wrong_is_not_used(page: FindingsPage, field: str, text: str, says: str) -> None:
    taken = Therapy("prednisone", date(2026, 8, 1), Quantity(Decimal(60), "mg/d"))
    page.set_case(replace(EMPTY, therapy=(taken,)))
    page.show_page("therapy")
    assert page.therapy is not None
    row = page.therapy.rows[0]
    edit = {"dose": row.dose, "stopped": row.stopped.edit, "started": row.started.edit}[field]
    edit.selectAll()
    QTest.keyClicks(edit, text)

    assert page.case().therapy == ()
    assert says in row.why_not()
    assert edit.text() == text


# --- visits ---

GLOBAL = "measure.physician_global"


def score(catalogue: Catalogue, value: str) -> Finding:
    return quantity_finding(catalogue.findings[GLOBAL], Quantity(Decimal(value), "{0-10}"))


def test_an_earlier_visit_has_measures_of_its_own(page: FindingsPage, catalogue: Catalogue) -> None:
    page.show_page("measures")
    visits = page.measures
    assert visits is not None
    visits.bar.add.click()
    QTest.keyClicks(visits.bar.new_day.edit, "2026-05-01")
    QTest.keyClick(visits.bar.new_day.edit, Qt.Key.Key_Return)
    assert visits.selected == date(2026, 5, 1)
    field = visits.form.controls[GLOBAL]
    enzyme = visits.extra["lab.ck"]
    assert isinstance(field, QuantityField)
    assert isinstance(enzyme, QuantityField)
    QTest.keyClicks(field.edit, "6.5")
    QTest.keyClicks(enzyme.edit, "3000")
    visits.select(None)
    QTest.keyClicks(field.edit, "2")

    ck = quantity_finding(catalogue.findings["lab.ck"], Quantity(Decimal(3000), "U/L"))
    earlier = Visit(date(2026, 5, 1), {GLOBAL: score(catalogue, "6.5"), "lab.ck": ck})
    assert page.case() == replace(EMPTY, findings={GLOBAL: score(catalogue, "2")}, visits=(earlier,))
    visits.select(date(2026, 5, 1))
    assert field.edit.text() == "6.5"
    visits.bar.remove.click()
    assert page.case().visits == ()
    assert visits.bar.days.currentIndex() == 0
    assert field.edit.text() == "2"
    page.undo_stack.undo()
    assert page.case().visits == (earlier,)


@pytest.mark.parametrize("day", ["2026-11-20", "2026-05-01", "2026-02-30", ""])
def test_two_visits_on_one_day_and_days_that_do_not_exist_are_refused(page: FindingsPage, day: str) -> None:
    case = replace(EMPTY, visits=(Visit(date(2026, 5, 1), {}),))
    page.set_case(case)
    page.show_page("measures")
    assert page.measures is not None
    page.measures.bar.add.click()
    QTest.keyClicks(page.measures.bar.new_day.edit, day)
    page.measures.bar.confirm.click()

    assert page.case() == case
    assert page.measures.bar.new_day.problem()


def test_findings_of_a_visit_that_have_no_field_here_stay(page: FindingsPage) -> None:
    rash = Finding("skin.heliotrope", "present")
    page.set_case(replace(EMPTY, visits=(Visit(date(2026, 5, 1), {"skin.heliotrope": rash}),)))
    page.show_page("measures")
    assert page.measures is not None
    page.measures.select(date(2026, 5, 1))
    field = page.measures.form.controls[GLOBAL]
    assert isinstance(field, QuantityField)
    QTest.keyClicks(field.edit, "4")

    assert page.case().visits[0].findings["skin.heliotrope"] == rash
    assert page.measures.extra["skin.heliotrope"].value() == rash


# --- problems of other layers ---


def test_problems_stand_at_their_fields_also_on_pages_that_open_later(page: FindingsPage) -> None:
    left = page.show_problems(
        [
            Problem("/findings/lab.ck/unit", "not a unit"),
            Problem("/patient/birth_date", "born later"),
            Problem("/assessed_on", "too early"),
            Problem("/preferences/choose", "two of one kind"),
        ]
    )
    fields = page.forms["patient"].patient_controls

    assert [p.pointer for p in left] == ["/preferences/choose"]
    assert fields["patient.birth_date"].problem() == "born later"
    assert fields["patient.assessed_on"].problem() == "too early"
    assert entry(page, "laboratory", "enzymes").wrong
    page.show_page("laboratory")
    assert page.forms["laboratory"].controls["lab.ck"].problem() == "not a unit"
    page.show_problems([])
    assert page.forms["laboratory"].controls["lab.ck"].problem() == ""
    assert not entry(page, "laboratory").wrong


def test_problems_of_treatments_and_visits(page: FindingsPage) -> None:
    taken = Therapy("prednisone", date(2026, 8, 1))
    page.set_case(replace(EMPTY, therapy=(taken,), visits=(Visit(date(2026, 5, 1), {}),)))
    page.show_page("therapy")
    page.show_page("measures")
    page.show_problems([Problem("/therapy/0/started", "before birth"), Problem("/visits/0/on", "before birth")])
    assert page.therapy is not None
    assert page.measures is not None
    assert page.therapy.rows[0].note.text() == "before birth"
    assert page.measures.bar.note.text() == "before birth"
    page.show_problems([])
    assert page.therapy.rows[0].note.isHidden()
    assert page.measures.bar.note.isHidden()


def test_undo_of_the_window_takes_back_the_whole_answer_from_inside_a_field(qtbot: QtBot, page: FindingsPage) -> None:
    undo = page.undo_stack.createUndoAction(page)
    undo.setShortcut(QKeySequence("Ctrl+Z"))
    page.addAction(undo)
    with qtbot.waitActive(page):
        page.activateWindow()
    type_into(page, "lab.ck", "5400")
    field = type_into(page, "lab.ldh", "300")
    QTest.keyClick(field.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert set(page.case().findings) == {"lab.ck"}
    assert field.edit.text() == ""
