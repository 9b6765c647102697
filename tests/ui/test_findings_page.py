from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.exchange import quantity_finding
from myositis_desktop.model.case import Case, Finding, Patient, Preferences, Quantity, TaperPreferences, Therapy, Visit
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.findings_page import FindingsPage
from myositis_desktop.ui.places import page_order
from myositis_desktop.ui.section_list import Entry
from myositis_desktop.ui.widgets import DateControl, QuantityField, TextControl
from tests.strategies import cases

DAY = date(2026, 11, 20)
EMPTY = Case(Patient(date(1968, 4, 2), "female", "R-1001", "Example", "Ann"), DAY)
SKIN_OPEN = {"skin.v_sign": Finding("skin.v_sign", "present")}


@pytest.fixture
def page(qtbot: QtBot, catalogue: Catalogue) -> FindingsPage:
    page = FindingsPage(catalogue)
    qtbot.addWidget(page)
    page.resize(826, 690)
    page.show()
    page.set_case(EMPTY)
    return page


def type_into(page: FindingsPage, id_: str, text: str) -> QuantityField:
    page.jump_to(id_)
    field = page.forms[page.page].controls[id_]
    assert isinstance(field, QuantityField)
    QTest.keyClicks(field.edit, text)
    return field


def entry(page: FindingsPage, form: str, section: str = "") -> Entry:
    return next(e for e in page.sections.entries() if (e.form, e.section) == (form, section))


def show_all(page: FindingsPage) -> None:
    for name in page_order():
        page.show_page(name)


def press_through_tab(page: FindingsPage, target: QWidget) -> bool:
    """Whether Tab reaches a widget on the page that is shown."""
    for _ in range(300):
        if page.focusWidget() is target:
            return True
        page.focusNextPrevChild(True)
    return False


def test_an_edit_carries_the_new_case(qtbot: QtBot, page: FindingsPage) -> None:
    page.jump_to("skin.v_sign")
    with qtbot.waitSignal(page.case_changed) as told:
        QTest.keyClicks(page.forms["skin_organs"].controls["skin.v_sign"], "a")

    assert told.args == [replace(EMPTY, findings={"skin.v_sign": Finding("skin.v_sign", "absent")})]
    assert page.case() == told.args[0]
    assert page.completeness() == (1, 159)


def test_forms_are_made_when_they_are_first_shown(page: FindingsPage) -> None:
    assert set(page.forms) == {"patient"}
    page.show_page("biopsy")
    assert set(page.forms) == {"patient", "biopsy"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(max_findings=40))
def test_opening_any_case_on_all_pages_changes_nothing(page: FindingsPage, case: Case) -> None:
    told: list[Case] = []
    page.case_changed.connect(told.append)
    page.set_case(case)
    show_all(page)
    page.take_case(case)
    for visit in case.visits:
        assert page.measures is not None
        page.measures.select(visit.on)
    page.case_changed.disconnect(told.append)

    assert told == []
    assert page.case() == case
    assert page.undo_stack.count() == 0


def test_the_list_counts_what_is_known_and_marks_what_is_not_used(page: FindingsPage) -> None:
    assert (entry(page, "laboratory").known, entry(page, "laboratory").total) == (0, 42)
    type_into(page, "lab.ck", "5400")
    type_into(page, "lab.ldh", "5x")

    assert entry(page, "laboratory", "enzymes") == Entry("laboratory", "enzymes", "Muscle enzymes", 1, 5, wrong=True)
    assert entry(page, "laboratory").sign == "wrong"
    assert entry(page, "skin_organs").sign == "open"
    assert entry(page, "therapy").sign == ""


def test_text_that_cannot_be_read_survives_other_edits_but_not_another_patient(page: FindingsPage) -> None:
    field = type_into(page, "lab.ldh", "5x")
    type_into(page, "lab.ck", "5400")
    page.take_case(replace(page.case(), preferences=Preferences(taper=TaperPreferences(hold_days=28))))
    assert field.edit.text() == "5x"
    page.set_case(EMPTY)
    assert field.edit.text() == ""


# --- undo ---


def test_typing_in_one_field_is_one_edit_and_the_next_field_another(page: FindingsPage) -> None:
    type_into(page, "lab.ck", "5400")
    type_into(page, "lab.ldh", "300")
    type_into(page, "lab.ck", "0")
    assert page.undo_stack.count() == 3
    page.undo_stack.undo()
    page.undo_stack.undo()

    assert set(page.case().findings) == {"lab.ck"}
    assert page.case().findings["lab.ck"].value == 5400
    field = page.forms["laboratory"].controls["lab.ck"]
    assert isinstance(field, QuantityField)
    assert field.edit.text() == "5400"


def test_each_answer_is_an_edit_of_its_own(page: FindingsPage) -> None:
    page.jump_to("skin.v_sign")
    sign = page.forms["skin_organs"].controls["skin.v_sign"]
    QTest.keyClicks(sign, "pa")
    page.undo_stack.undo()

    assert sign.value() == Finding("skin.v_sign", "present")
    page.undo_stack.redo()
    assert page.case().findings["skin.v_sign"].value == "absent"


def test_typing_and_taking_it_back_leaves_no_edit(page: FindingsPage) -> None:
    field = type_into(page, "lab.ck", "5")
    QTest.keyClick(field.edit, Qt.Key.Key_Backspace)

    assert page.undo_stack.count() == 0
    assert page.case() == EMPTY


def test_undo_brings_the_field_on_screen(page: FindingsPage) -> None:
    type_into(page, "lab.ck", "5400")
    page.show_page("biopsy")
    page.undo_stack.undo()

    assert page.page == "laboratory"
    assert page.focusWidget() is page.forms["laboratory"].controls["lab.ck"].focusProxy()


def test_undo_leaves_the_preferences_of_other_pages(page: FindingsPage) -> None:
    type_into(page, "lab.ck", "5400")
    preferences = Preferences(taper=TaperPreferences(hold_days=30))
    page.take_case(replace(page.case(), preferences=preferences))
    page.undo_stack.undo()

    assert page.case() == replace(EMPTY, preferences=preferences)


def test_the_stack_may_be_that_of_the_window(qtbot: QtBot, catalogue: Catalogue) -> None:
    stack = QUndoStack()
    page = FindingsPage(catalogue, stack)
    qtbot.addWidget(page)
    page.set_case(EMPTY)
    type_into(page, "lab.ck", "5")
    assert stack.count() == 1
    page.set_case(EMPTY)
    assert stack.count() == 1, "the window clears its own stack"


def test_another_patient_cannot_be_changed_by_undo(page: FindingsPage) -> None:
    type_into(page, "lab.ck", "5400")
    page.set_case(EMPTY)
    page.undo_stack.undo()

    assert page.case() == EMPTY


# --- the rest of a section ---


def test_the_rest_of_a_section_asks_then_sets_only_its_open_signs(page: FindingsPage) -> None:
    page.set_case(replace(EMPTY, findings=SKIN_OPEN))
    page.show_page("skin_organs")
    bar = page.rest_bars["skin"]
    QTest.mouseClick(bar.offer, Qt.MouseButton.LeftButton)
    assert bar.is_asking
    assert page.case().findings == SKIN_OPEN
    QTest.keyClick(bar.yes, Qt.Key.Key_Return)

    skin = {i: f.value for i, f in page.case().findings.items()}
    assert skin["skin.v_sign"] == "present"
    assert sorted(skin.values()) == ["absent"] * 9 + ["present"]
    assert all(i.startswith("skin.") for i in skin)
    page.undo_stack.undo()
    assert page.case().findings == SKIN_OPEN


def test_the_rest_of_a_section_leaves_choices_and_can_be_refused(page: FindingsPage) -> None:
    page.show_page("skin_organs")
    bar = page.rest_bars["chest"]
    bar.offer.click()
    QTest.keyClick(bar.no, Qt.Key.Key_Escape)
    assert not bar.is_asking
    assert page.case() == EMPTY
    bar.offer.click()
    bar.yes.click()

    assert "organ.dysphagia" not in page.case().findings
    assert "organ.ild" not in page.case().findings
    assert page.case().findings["organ.aspiration"].value == "absent"
    assert bar.is_done
    bar.undo.click()
    assert page.case() == EMPTY


def test_no_button_for_the_rest_where_a_test_may_not_have_been_made(page: FindingsPage) -> None:
    show_all(page)

    examined, asked = "weakness skin chest general muscle", "triggers conditions infection medicines allergies"
    assert set(page.rest_bars) == set(f"{examined} {asked}".split())


def test_the_rest_by_keyboard(page: FindingsPage) -> None:
    page.jump_to("weakness.facial")
    page.ask_rest_absent()
    bar = page.rest_bars["weakness"]
    assert page.focusWidget() is bar.yes
    QTest.keyClick(bar.yes, Qt.Key.Key_Return)

    assert {f.value for f in page.case().findings.values()} == {"absent"}
    assert len(page.case().findings) == 11
    assert page.focusWidget() is page.forms["clinical"].controls["function.walking"]


# --- going about ---


@pytest.mark.parametrize("id_", ["lab.ck", "skin.palmar_papules", "measure.mmt8", "patient.sex", "allergy.rituximab"])
def test_jump_to_a_field_shows_it_and_gives_it_the_keyboard(page: FindingsPage, id_: str) -> None:
    assert page.jump_to(id_)
    form = page.forms[page.page]
    control = form.controls.get(id_) or form.patient_controls[id_]

    assert page.focusWidget() is (control.focusProxy() or control)


def test_jump_to_nothing_says_so(page: FindingsPage) -> None:
    assert not page.jump_to("lab.none")


def test_enter_after_the_last_field_opens_the_next_form(page: FindingsPage) -> None:
    page.jump_to("pain.myalgia")
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)

    assert page.page == "skin_organs"
    assert page.focusWidget() is page.forms["skin_organs"].controls["skin.heliotrope"]


def test_the_sections_can_be_turned_by_keyboard(page: FindingsPage) -> None:
    page.jump_to("pain.myalgia")
    page._turn(1)
    assert page.focusWidget() is page.forms["skin_organs"].controls["skin.heliotrope"]
    page._turn(-1)
    assert page.focusWidget() is page.forms["clinical"].controls["function.walking"]


def test_every_page_can_be_walked_by_tab(page: FindingsPage) -> None:
    for name in ("clinical", "measures"):
        page.show_page(name)
        last = list(page.forms[name].controls.values())[-1]
        assert press_through_tab(page, last.focusProxy() or last)


# --- the patient ---


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
