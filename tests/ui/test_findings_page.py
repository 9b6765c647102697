"""The page of findings: forms, edits, sections, the ways through them by keyboard."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.model.case import Case, Finding, Preferences, TaperPreferences
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.findings_page import FindingsPage
from myositis_desktop.ui.places import page_order
from myositis_desktop.ui.section_list import Entry
from myositis_desktop.ui.widgets import QuantityField
from tests.strategies import cases
from tests.ui.conftest import EMPTY, entry, type_into

SKIN_OPEN = {"skin.v_sign": Finding("skin.v_sign", "present")}


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
