"""Whole records in the window: merged and taken apart, deleted, handed over and taken in; the screen turned."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Clinic, NewUser, Right
from myositis_desktop.store.keys import Cost
from myositis_desktop.ui.left_over_dialog import LeftOverDialog
from myositis_desktop.ui.records import DeleteDialog, HandOverDialog, MergeDialog, TakeInDialog
from myositis_desktop.ui.turned import TurnBackDialog
from myositis_desktop.ui.workbench import Workbench
from tests.ui.conftest import PASSPHRASE, WAIT

WORDS = "a quiet harbour before sunrise"
D = TypeVar("D", bound=QDialog)


def last(bench: Workbench, kind: type[D]) -> D:
    return bench.findChildren(kind)[-1]


@pytest.fixture
def twin(clinic: Clinic, patient: int) -> int:
    """The same patient once more, of an earlier day."""
    case = clinic.draft(patient)
    return clinic.add_patient(replace(case, assessed_on=case.assessed_on - timedelta(days=30), visits=()))


def test_two_records_are_merged_and_taken_apart(opened: Workbench, twin: int, clinic: Clinic, patient: int) -> None:
    opened.rail.refresh()
    opened.upkeep.merge()
    dialog = last(opened, MergeDialog)
    assert dialog.list.count() == 1
    assert not dialog.go.isEnabled()
    dialog.list.setCurrentRow(0)
    assert dialog.chosen == twin
    assert "as-visit" in dialog.table.taken
    dialog.go.click()
    assert [row.id for row in clinic.patients()] == [patient]
    assert opened.session.open_case == clinic.draft(patient)
    assert len(opened.rail.model.rows) == 1
    opened.upkeep.merge()
    dialog = last(opened, MergeDialog)
    apart = next(b for b in dialog.findChildren(type(dialog.go)) if b.text() == "Take apart")
    apart.click()
    assert len(opened.rail.model.rows) == 2


def test_a_patient_is_deleted_only_with_reason_and_passphrase(
    opened: Workbench, clinic: Clinic, patient: int, qtbot: QtBot
) -> None:
    opened.upkeep.delete()
    dialog = last(opened, DeleteDialog)
    dialog.passphrase.setText(PASSPHRASE)
    dialog.go.click()
    qtbot.waitUntil(lambda: "with a reason" in dialog.trouble.accessibleName(), timeout=WAIT)
    assert [row.id for row in clinic.patients()] == [patient]
    dialog.reason.setPlainText("Asked for by the patient")
    dialog.go.click()
    qtbot.waitUntil(lambda: opened.session.patient_id is None, timeout=WAIT)
    assert clinic.patients() == ()
    assert opened.rail.model.rows == ()


@pytest.fixture
def other(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Clinic]:
    user = NewUser("eve", "Dr Eve Other", PASSPHRASE)
    made, _ = Clinic.create(tmp_path / "other", "Lake clinic", user, clock, cost=Cost(1, 64, 1))
    yield made
    with suppress(Exception):
        made.close()


def test_a_patient_is_handed_over(opened: Workbench, tmp_path: Path, qtbot: QtBot) -> None:
    opened.upkeep.hand_over()
    dialog = last(opened, HandOverDialog)
    dialog.first.setText(WORDS)
    dialog.second.setText("other words")
    dialog.go.click()
    assert "differ" in dialog.trouble.accessibleName()
    path = tmp_path / "one.myositis-patient"
    dialog.save_to(path)
    qtbot.waitUntil(path.exists, timeout=WAIT)
    assert path.read_bytes().startswith(b"myositis-patient/1\n")


def test_an_archive_is_looked_into_and_taken_in(
    opened: Workbench, other: Clinic, clinic: Clinic, patient: int, tmp_path: Path, qtbot: QtBot
) -> None:
    theirs = other.add_patient(clinic.draft(patient))
    path = tmp_path / "one.myositis-patient"
    other.records.export(theirs, path, WORDS, Cost(1, 64, 1))
    opened.upkeep.take_in_path(path)
    dialog = last(opened, TakeInDialog)
    dialog.passphrase.setText("not the words")
    dialog.look.click()
    qtbot.waitUntil(lambda: "does not open" in dialog.trouble.accessibleName(), timeout=WAIT)
    dialog.passphrase.setText(WORDS)
    dialog.look.click()
    qtbot.waitUntil(lambda: "Lake clinic" in dialog.inside.accessibleName(), timeout=WAIT)
    assert dialog.list.count() == 2
    assert dialog.go.text() == "Take in as a new patient"
    assert len(clinic.patients()) == 1
    dialog.list.setCurrentRow(1)
    assert dialog.into == patient
    dialog.list.setCurrentRow(0)
    dialog.go.click()
    assert len(clinic.patients()) == 2
    assert opened.session.patient_id != patient


def test_what_was_typed_before_a_crash_is_offered(opened: Workbench, clinic: Clinic, patient: int) -> None:
    opened.upkeep.offer_left_over()
    assert opened.findChildren(LeftOverDialog) == []
    case = clinic.draft(patient)
    typed = replace(case, extras={"x-typed": "before the crash"})
    clinic.left_over.keep(patient, typed)
    opened.upkeep.offer_left_over()
    dialog = last(opened, LeftOverDialog)
    assert "before the crash" in dialog.changes.toPlainText()
    assert not dialog.both.isVisible()
    dialog.take.click()
    assert clinic.draft(patient) == typed == opened.session.case
    clinic.left_over.keep(patient, replace(case, extras={"x-typed": "and once more"}))
    clinic.records.merges(patient)
    opened.session.edit(replace(typed, extras={"x-typed": "saved since"}))
    assert len(clinic.left_over.known()) == 1
    opened.session.flush()
    assert clinic.left_over.known() == ()


def test_a_crash_before_the_save_loses_nothing(opened: Workbench, clinic: Clinic, patient: int) -> None:
    """The edit is on the disk, encrypted, before the save that follows it."""
    typed = replace(opened.session.open_case, extras={"x-typed": "now"})
    opened.session.edit(typed)
    assert clinic.draft(patient) != typed
    assert [left.changes for left in clinic.left_over.known()] == [{"/x-typed": (None, "now")}]
    files = list((clinic.folder / "unsaved").iterdir())
    assert len(files) == 1
    assert b"now" not in files[0].read_bytes()


def test_the_screen_is_turned_to_the_patient_and_back(opened: Workbench, twin: int, clinic: Clinic) -> None:
    assert twin
    opened.upkeep.turned.turn()
    assert not opened.rail.isVisible()
    assert opened.upkeep.turned.band.isVisible()
    assert not clinic.may(Right.AUDIT)
    able = {a.text() for a in opened.actions() if a.isEnabled()}
    assert "Findings" in able
    assert not able & {"Search patients", "Audit", "People", "Documents", "Export the case", "New patient"}
    opened.upkeep.turned.ask_back()
    dialog = last(opened, TurnBackDialog)
    dialog.passphrase.setText("not the four words")
    dialog.go.click()
    assert dialog.trouble.isVisible()
    assert not opened.rail.isVisible()
    dialog.passphrase.setText(PASSPHRASE)
    dialog.go.click()
    assert opened.rail.isVisible()
    assert not opened.upkeep.turned.band.isVisible()
    assert all(a.isEnabled() for a in opened.actions())


@pytest.mark.parametrize("role", ["reader", "assistant", "clinician", "administrator"])
def test_the_window_offers_each_role_what_it_may_and_refuses_the_rest(
    role: str, opened: Workbench, clinic: Clinic
) -> None:
    clinic._desk.user = replace(clinic.user, role=role)
    opened.menu.aboutToShow.emit()
    shown = {a.text().partition("\t")[0].rstrip("…") for a in opened.menu.actions() if a.isVisible()}
    needs = {
        "Hand the patient over": (Right.EXPORT, opened.upkeep.hand_over, HandOverDialog),
        "Merge two records": (Right.MERGE, opened.upkeep.merge, MergeDialog),
        "Delete the patient": (Right.DELETE, opened.upkeep.delete, DeleteDialog),
    }
    for words, (right, action, kind) in needs.items():
        assert (words in shown) == clinic.may(right), words
        action()
        assert bool(opened.findChildren(kind)) == clinic.may(right), words
    assert ("Take in a patient" in shown) == clinic.may(Right.EDIT)


def test_old_knowledge_is_told_above_every_page(clinic: Clinic, bench: Workbench, qtbot: QtBot) -> None:
    assert not bench.upkeep.knowledge.isVisible()
    for day, said in ((datetime(2027, 9, 1, tzinfo=UTC), "growing old"), (datetime(2028, 1, 1, tzinfo=UTC), "expired")):
        clinic._clock = lambda day=day: day  # type: ignore[misc]
        late = Workbench(clinic, lambda day=day: day, bench.theme)  # type: ignore[misc]
        qtbot.addWidget(late)
        late.show()
        assert said in late.upkeep.knowledge.accessibleName()
        late.put_away()
