"""One patient at a time: what is typed for one is never saved to another, and old results are not shown."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Clinic
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Choice, Finding, Patient, Preferences, TaperPreferences
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.tasks import Tasks
from tests.ui.conftest import WAIT

ANN = Case(Patient(date(1968, 4, 2), "female", "R-1", "Example", "Ann"), date(2026, 11, 20))
BEN = Case(Patient(date(1971, 1, 5), "male", "R-2", "Example", "Ben"), date(2026, 11, 20))


@pytest.fixture
def session(clinic: Clinic, qtbot: QtBot) -> Iterator[Session]:  # noqa: ARG001 - needs an application
    tasks = Tasks()
    made = Session(clinic, tasks)
    yield made
    made.end()
    tasks.close()


def rash(case: Case, word: str = "present") -> Case:
    return replace(case, findings={**case.findings, "skin.heliotrope": Finding("skin.heliotrope", word)})


def test_opening_assesses(session: Session, qtbot: QtBot) -> None:
    session.open(session.clinic.add_patient(ANN))
    assert not session.is_current
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    assert session.plan is not None
    assert session.problems == ()


def test_an_edit_is_saved_and_assessed_by_itself(session: Session, qtbot: QtBot) -> None:
    ann = session.clinic.add_patient(ANN)
    session.open(ann)
    with qtbot.waitSignal(session.saved, timeout=WAIT):
        session.edit(rash(ANN))
    assert session.clinic.draft(ann) == rash(ANN)
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)


def test_what_was_typed_for_one_is_never_saved_to_another(session: Session, qtbot: QtBot) -> None:
    ann, ben = session.clinic.add_patient(ANN), session.clinic.add_patient(BEN)
    for _ in range(20):  # faster than any timer
        session.open(ann)
        session.edit(rash(session.open_case, "present"))
        session.open(ben)
        session.edit(rash(session.open_case, "absent"))
    session.close()
    qtbot.wait(50)
    assert session.clinic.draft(ann) == rash(ANN, "present")
    assert session.clinic.draft(ben) == rash(BEN, "absent")


def test_a_result_of_the_patient_before_is_not_shown(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = session.clinic.add_patient(ANN), session.clinic.add_patient(BEN)
    gate, decide, plans = threading.Event(), session.clinic.decide, []

    def slow(case: Case) -> tuple[Plan | None, tuple[Problem, ...]]:
        if case.patient == ANN.patient:
            gate.wait(5)
        return decide(case)

    monkeypatch.setattr(session.clinic, "decide", slow)
    session.decided.connect(lambda: plans.append(session.plan))
    session.open(ann)
    session.open(ben)
    gate.set()
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    wanted, _ = decide(BEN)
    assert session.plan == wanted
    assert {p for p in plans if p is not None} == {wanted}


def test_an_answer_to_an_older_state_is_not_current(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open(session.clinic.add_patient(ANN))
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    gate, begun, decide = threading.Event(), threading.Event(), session.clinic.decide

    def slow(case: Case) -> tuple[Plan | None, tuple[Problem, ...]]:
        begun.set()
        gate.wait(5)
        return decide(case)

    monkeypatch.setattr(session.clinic, "decide", slow)
    session.edit(rash(ANN))
    qtbot.waitUntil(begun.is_set, timeout=WAIT)  # the assessment of this state
    session.edit(rash(ANN, "absent"))
    wanted, _ = decide(rash(ANN, "absent"))
    shown: list[bool] = []
    session.decided.connect(lambda: shown.append(session.is_current and session.plan == wanted))
    gate.set()
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    assert shown == [True]


def test_what_to_ask_next_is_ranked_after_the_plan_is_shown(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.ranked, timeout=WAIT):
        session.open(session.clinic.add_patient(rash(ANN)))
    assert session.plan is not None
    assert {u.finding for u in session.plan.undecided} <= {u.finding for u in session.asked}
    assert any(u.answers for u in session.asked)


def test_a_case_with_a_problem_keeps_the_last_plan_but_not_as_current(session: Session, qtbot: QtBot) -> None:
    session.open(session.clinic.add_patient(ANN))
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    plan = session.plan
    session.edit_preferences(Preferences(choose=(Choice("methotrexate"), Choice("azathioprine"))), "two of a kind")
    assert not session.is_current
    qtbot.waitUntil(lambda: bool(session.problems), timeout=WAIT)
    assert session.plan == plan
    assert not session.is_current
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    assert session.problems == ()


def test_preferences_are_undone_without_touching_findings(session: Session) -> None:
    session.open(session.clinic.add_patient(ANN))
    session.edit_taper(TaperPreferences(hold_days=35), "hold")
    session.edit(rash(session.open_case))
    session.undo_stack.undo()
    assert session.open_case == rash(ANN)
    session.undo_stack.redo()
    assert session.open_case.preferences.taper.hold_days == 35
    assert "skin.heliotrope" in session.open_case.findings


def test_a_draft_that_cannot_be_written_is_kept_and_tried_again(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = session.clinic.add_patient(ANN)
    session.open(ann)

    def full(*_: object) -> None:
        raise UserError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(session.clinic, "save_draft", full)
        with qtbot.waitSignal(session.not_saved, timeout=WAIT) as told:
            session.edit(rash(ANN))
        with pytest.raises(UserError):
            session.open(ann)
    assert told.args == ["The disk is full."]
    session.flush()
    assert session.clinic.draft(ann) == rash(ANN)


def test_another_patient_has_an_undo_history_of_their_own(session: Session) -> None:
    stack: QUndoStack = session.undo_stack
    session.open(session.clinic.add_patient(ANN))
    session.edit_taper(TaperPreferences(hold_days=35), "hold")
    assert stack.canUndo()
    session.open(session.clinic.add_patient(BEN))
    assert not stack.canUndo()
