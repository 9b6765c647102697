"""The plan page: every item with its status, and choices that ask for reasons before they go into the case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from myositis_desktop.assets import asset
from myositis_desktop.model.case import Choice, Therapy
from myositis_desktop.ui.choices import Chooser, DoseDialog
from myositis_desktop.ui.dialogs import ConfirmDialog, ReasonDialog
from myositis_desktop.ui.pieces import Button, Fold
from myositis_desktop.ui.plan_card import PlanCard
from myositis_desktop.ui.plan_page import PlanPage
from myositis_desktop.ui.wording import day_text
from myositis_desktop.ui.workbench import Workbench
from tests.ui.conftest import WAIT


@pytest.fixture
def page(opened: Workbench) -> PlanPage:
    opened.show_page("plan")
    found = opened.page("plan")
    assert isinstance(found, PlanPage)
    return found


def card(page: PlanPage, drug: str) -> PlanCard:
    found = page.card_of(drug)
    assert found is not None, drug
    return found


def button(page: PlanPage, drug: str, text: str) -> Button:
    return next(b for b in card(page, drug).findChildren(Button) if b.text() == text)


def chosen(page: PlanPage) -> tuple[Choice, ...]:
    return page.session.open_case.preferences.choose


def settle(page: PlanPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.session.is_current, timeout=WAIT)


def texts(page: PlanPage, drug: str) -> list[str]:
    return [label.text() for label in card(page, drug).findChildren(QLabel)]


def choose(page: PlanPage, drug: str, reason: str = "Worked before") -> None:
    """Press Choose and give the reason that is asked for."""
    button(page, drug, "Choose").click()
    give_reason(page, reason)


def give_reason(page: PlanPage, reason: str) -> None:
    dialog = page.window().findChild(ReasonDialog)
    assert dialog is not None
    dialog.reason.setPlainText(reason)
    dialog.go.click()
    dialog.setParent(None)  # gone for the next search


def test_every_item_of_the_plan_is_on_the_page(page: PlanPage) -> None:
    assert page.session.plan is not None
    indicated = {i.drug for i in page.session.plan.items if i.status != "not-indicated"}
    assert {c.item.drug for c in page.cards()} == indicated
    assert page.folded is not None
    page.folded.button.click()
    rest = len(page.session.plan.items) - len(indicated)
    assert page.folded.button.text() == f"Not indicated ({rest})"
    assert sum(b.text() == "Why" for b in page.folded.findChildren(Button)) == rest


def test_a_card_says_dose_arithmetic_status_and_reason(page: PlanPage) -> None:
    said = texts(page, "prednisone")
    item = card(page, "prednisone").item
    assert item.dose is not None
    assert "predniSONE" in said
    assert "Recommended" in said
    assert item.dose.text in said
    assert item.dose.arithmetic in said
    assert item.because[0].text in said


def test_an_option_is_chosen_with_a_reason_and_given_back(page: PlanPage, qtbot: QtBot) -> None:
    choose(page, "azathioprine")
    assert chosen(page) == (Choice("azathioprine", "Worked before"),)
    settle(page, qtbot)
    assert card(page, "azathioprine").item.chosen
    assert "Chosen by you" in texts(page, "azathioprine")
    button(page, "azathioprine", "Remove choice").click()
    assert chosen(page) == ()
    settle(page, qtbot)
    assert not card(page, "azathioprine").item.chosen


def test_choosing_instead_names_the_others_of_the_kind(page: PlanPage, qtbot: QtBot) -> None:
    menu = card(page, "methotrexate").alternatives()
    names = [a.text() for a in menu.actions()]
    assert any(name.startswith("azaTHIOprine (Option)") for name in names)
    assert not any("predniSO" in name for name in names)
    menu.actions()[0].trigger()
    give_reason(page, "Worked before")
    settle(page, qtbot)
    assert [c.drug for c in page.session.open_case.preferences.choose] == ["azathioprine"]


def test_another_of_the_kind_replaces_the_choice(page: PlanPage, qtbot: QtBot) -> None:
    choose(page, "azathioprine")
    settle(page, qtbot)
    choose(page, "tacrolimus")
    settle(page, qtbot)
    assert [c.drug for c in page.session.open_case.preferences.choose] == ["tacrolimus"]
    assert page.session.problems == ()


def test_the_focus_stays_on_the_drug(page: PlanPage, qtbot: QtBot, opened: Workbench) -> None:
    opened.activateWindow()
    pressed = button(page, "azathioprine", "Choose")
    pressed.setFocus()
    pressed.click()
    give_reason(page, "Worked before")
    settle(page, qtbot)
    focused = opened.window().focusWidget()
    assert focused is not None
    assert card(page, "azathioprine").isAncestorOf(focused)


def test_what_is_not_indicated_needs_a_reason(page: PlanPage, qtbot: QtBot, opened: Workbench) -> None:
    assert page.session.plan is not None
    item = next(i for i in page.session.plan.items if i.status == "not-indicated" and i.line == "escalation")
    Chooser(page.session, opened).choose(item)
    dialog = opened.findChild(ReasonDialog)
    assert dialog is not None
    assert not dialog.go.isEnabled()
    dialog.reason.setPlainText("  \n ")
    assert not dialog.go.isEnabled()
    assert chosen(page) == ()
    dialog.reason.setPlainText("Seen by\nthe specialist")
    dialog.go.click()
    assert chosen(page) == (Choice(item.drug, "Seen by the specialist"),)
    settle(page, qtbot)
    assert card(page, item.drug).item.override_reason == "Seen by the specialist"


def test_reasons_are_picked_from_a_list_and_written_on(page: PlanPage) -> None:
    button(page, "azathioprine", "Choose").click()
    dialog = page.window().findChild(ReasonDialog)
    assert dialog is not None
    offered = page.catalogue.lists["choice_reasons"]
    pills = [b for b in dialog.findChildren(Button) if b.text() in offered]
    assert [b.text() for b in pills] == list(offered)
    assert not dialog.go.isEnabled()
    pills[0].click()
    pills[0].click()
    assert dialog.text == offered[0]
    pills[2].click()
    dialog.reason.setPlainText(f"{dialog.text}; as agreed in June")
    dialog.go.click()
    assert chosen(page) == (Choice("azathioprine", f"{offered[0]}; {offered[2]}; as agreed in June"),)


def test_the_proposal_is_chosen_at_once(page: PlanPage, opened: Workbench) -> None:
    Chooser(page.session, opened).choose(card(page, "methotrexate").item)
    assert chosen(page) == (Choice("methotrexate"),)


def test_what_does_not_go_together_stands_at_the_head_and_below(page: PlanPage, qtbot: QtBot) -> None:
    assert page.never.isHidden()
    assert page.together.isHidden()
    session = page.session
    session.edit_preferences(
        replace(session.open_case.preferences, choose=(Choice("azathioprine", "x"),)), "Choose azaTHIOprine"
    )
    taken = Therapy("mycophenolate", session.open_case.assessed_on - timedelta(days=90))
    session.edit(replace(session.open_case, therapy=(taken,)))
    settle(page, qtbot)
    assert not page.never.isHidden()
    assert "azaTHIOprine and mycophenolate mofetil" in page.never.accessibleName()
    said = [label.text() for label in page.together.findChildren(QLabel)]
    assert "Not together" in said
    assert "Stop one before the other begins." in said


def test_decision_points_and_calendar_stand_below_the_cards(page: PlanPage) -> None:
    plan = page.session.plan
    assert plan is not None
    said = [label.text() for label in page.decisions.findChildren(QLabel)]
    for review in plan.reviews:
        assert review.title in said
        assert f"If not: {review.if_no}" in said
    (fold,) = page.calendar.findChildren(Fold)
    fold.button.click()
    dates = " ".join(label.text() for label in fold.findChildren(QLabel))
    assert all(day_text(on) in dates for test in plan.monitoring for on in test.on)


def test_a_card_says_what_is_checked_before_and_the_steps_by_date(page: PlanPage) -> None:
    item = card(page, "methotrexate").item
    said = " ".join(texts(page, "methotrexate"))
    assert item.card is not None
    assert item.card.before() in said
    assert len(item.step_up) == 4
    assert all(day_text(s.on) in said for s in item.step_up)


@pytest.fixture
def refused(bench: Workbench, qtbot: QtBot) -> PlanPage:
    """The plan of a patient for whom the JAK inhibitor is contraindicated."""
    patient, _ = bench.clinic.import_case(asset("resources", "demo", "11-checkpoint-inhibitor.json").read_bytes())
    assert patient is not None
    bench.open_patient(patient)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=WAIT)
    bench.show_page("plan")
    found = bench.page("plan")
    assert isinstance(found, PlanPage)
    return found


def test_a_contraindicated_drug_is_asked_twice(refused: PlanPage, qtbot: QtBot, bench: Workbench) -> None:
    button(refused, "jak-inhibitor", "Override…").click()
    first = bench.findChild(ReasonDialog)
    assert first is not None
    first.reason.setPlainText("No other way")
    first.go.click()
    assert chosen(refused) == ()
    second = bench.findChild(ConfirmDialog)
    assert second is not None
    second.go.click()
    assert chosen(refused) == (Choice("jak-inhibitor", "No other way"),)
    settle(refused, qtbot)
    assert card(refused, "jak-inhibitor").item.status == "contraindicated"
    assert "Chosen against the plan. Reason: No other way" in texts(refused, "jak-inhibitor")


def test_going_back_at_the_second_question_chooses_nothing(refused: PlanPage, bench: Workbench) -> None:
    button(refused, "jak-inhibitor", "Override…").click()
    first = bench.findChild(ReasonDialog)
    assert first is not None
    first.reason.setPlainText("No other way")
    first.go.click()
    second = bench.findChild(ConfirmDialog)
    assert second is not None
    second.back.click()
    assert chosen(refused) == ()


def test_a_dose_of_ones_own_needs_a_reason_and_is_refused_above_the_limit(
    page: PlanPage, qtbot: QtBot, opened: Workbench
) -> None:
    button(page, "prednisone", "Dose…").click()
    dialog = opened.findChild(DoseDialog)
    assert dialog is not None
    dialog.value.setText("forty")
    dialog.reason.setText("frail")
    assert not dialog.go.isEnabled()
    dialog.value.setText("40")
    assert dialog.go.isEnabled()
    dialog.go.click()
    settle(page, qtbot)
    dose = card(page, "prednisone").item.dose
    assert dose is not None
    assert dose.value == 40
    page.session.undo_stack.undo()
    settle(page, qtbot)
    dose = card(page, "prednisone").item.dose
    assert dose is not None
    assert dose.value == 50


def test_an_old_plan_is_never_shown_as_current(page: PlanPage, qtbot: QtBot) -> None:
    case = page.session.open_case
    both = (Choice("methotrexate"), Choice("azathioprine"))
    page.session.edit_preferences(type(case.preferences)(choose=both), "two of a kind")
    qtbot.waitUntil(lambda: bool(page.session.problems), timeout=WAIT)
    assert page.not_current.isVisible()
    assert page.not_current.accessibleName().startswith("Not current.")
    page.session.undo_stack.undo()
    settle(page, qtbot)
    assert not page.not_current.isVisible()


def test_what_is_to_be_stopped_stands_at_the_head(page: PlanPage, qtbot: QtBot) -> None:
    session = page.session
    taken = Therapy("methotrexate", session.open_case.assessed_on - timedelta(days=90), outcome="not-tolerated")
    session.edit(replace(session.open_case, therapy=(taken,)))
    settle(page, qtbot)
    assert not page.never.isHidden()
    assert "methotrexate: It is taken although it is contraindicated" in page.never.accessibleName()
