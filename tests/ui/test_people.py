"""The people of the clinic in the window, and the window as somebody who may only look sees it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Clinic, NewUser, Right
from myositis_desktop.clinic.rights import ROLES
from myositis_desktop.store.keys import Cost
from myositis_desktop.ui.dialogs import ConfirmDialog, MessageDialog
from myositis_desktop.ui.menu import build_menu
from myositis_desktop.ui.people import NewPersonDialog, PassphraseDialog, PeopleDialog
from myositis_desktop.ui.theme import Theme
from myositis_desktop.ui.workbench import Workbench

PASSPHRASE = "four words in a row"
THEIRS = "another evening by the lake"
WAIT = 30_000


@pytest.fixture
def people(bench: Workbench) -> PeopleDialog:
    bench.show_people()
    return bench.findChildren(PeopleDialog)[-1]


def _lines(dialog: PeopleDialog) -> list[str]:
    return [dialog.list.item(row).text().split("\n")[1] for row in range(dialog.list.count())]


def _type(dialog: PassphraseDialog, new: str, own: str = PASSPHRASE) -> None:
    dialog.first.setText(new)
    dialog.second.setText(new)
    dialog.own.setText(own)


def test_a_person_is_added_changed_and_ended(people: PeopleDialog, qtbot: QtBot, clinic: Clinic) -> None:
    people.add.click()
    asked = people.findChildren(NewPersonDialog)[-1]
    asked.full_name.setText("Cora Third")
    asked.user_name.setText("cora")
    asked.role.setCurrentIndex(asked.role.findData("assistant"))
    _type(asked, THEIRS)
    assert "Strong" in asked.hint.text()
    asked.go.click()
    qtbot.waitUntil(lambda: people.list.count() == 2, timeout=WAIT)
    assert _lines(people) == ["anna · Administrator · has access", "cora · Assistant · has access"]

    people.list.setCurrentRow(1)
    people.role.setCurrentIndex(people.role.findData("reader"))
    people.role.activated.emit(people.role.currentIndex())
    assert _lines(people)[1] == "cora · Read-only · has access"

    people.end.click()
    people.findChildren(ConfirmDialog)[-1].go.click()
    assert _lines(people)[1] == "cora · Read-only · access ended"
    assert not people.end.isEnabled()
    assert clinic.trail.verify() == ()


def test_what_is_refused_is_said_and_changes_nothing(people: PeopleDialog, qtbot: QtBot, clinic: Clinic) -> None:
    people.add.click()
    asked = people.findChildren(NewPersonDialog)[-1]
    asked.full_name.setText("Cora Third")
    asked.user_name.setText("cora")
    _type(asked, THEIRS, own="not the four words")
    asked.second.setText("something else")
    asked.go.click()
    assert "differ" in asked.trouble.accessibleName()
    asked.second.setText(THEIRS)
    asked.go.click()
    qtbot.waitUntil(lambda: "passphrase is wrong" in asked.trouble.accessibleName(), timeout=WAIT)
    assert asked.go.isEnabled()
    people.role.setCurrentIndex(people.role.findData("reader"))
    people.role.activated.emit(people.role.currentIndex())
    assert "last administrator" in people.trouble.accessibleName()
    assert [u.role for u in clinic.staff.everybody()] == ["administrator"]


def test_ones_own_passphrase_is_changed(bench: Workbench, qtbot: QtBot, clinic: Clinic, patient: int) -> None:
    bench.change_passphrase()
    asked = bench.findChildren(PassphraseDialog)[-1]
    _type(asked, THEIRS)
    asked.go.click()
    qtbot.waitUntil(lambda: bool(bench.findChildren(MessageDialog)), timeout=WAIT)
    assert clinic.sign(patient, THEIRS, "author")


@pytest.fixture
def reading(
    clinic: Clinic, patient: int, clock: Callable[[], datetime], tmp_path: Path, qapp: QApplication, qtbot: QtBot
) -> Workbench:
    """The window of somebody who may only look, on the patient."""
    clinic.staff.add(PASSPHRASE, NewUser("dan", "Dan Fourth", THEIRS), "reader", Cost(1, 64, 1))
    clinic.close()
    opened = Clinic.open(tmp_path / "clinic", "dan", THEIRS, clock)
    bench = Workbench(opened, clock, Theme(qapp, "light"))
    qtbot.addWidget(bench, before_close_func=lambda w: w.shut())
    bench.open_patient(patient)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=WAIT)
    return bench


def test_who_may_only_look_changes_nothing(reading: Workbench, patient: int, qtbot: QtBot) -> None:
    session = reading.session
    before = reading.clinic.draft(patient)
    session.edit(replace(session.open_case, assessed_on=date(2026, 11, 26)))
    assert "may look but not change" in reading.not_saved.accessibleName()
    qtbot.waitUntil(lambda: session.is_current, timeout=WAIT)
    assert session.case == before == reading.clinic.draft(patient)
    assert reading.findings.case() == before


@pytest.mark.parametrize("role", ["administrator", "clinician", "assistant", "reader"])
def test_the_menu_offers_what_the_role_may(bench: Workbench, clinic: Clinic, role: str) -> None:
    offers = {"New patient…": Right.EDIT, "Import case files…": Right.EDIT, "Export the case…": Right.EXPORT}
    offers |= {"People…": Right.PEOPLE, "Audit…": Right.AUDIT, "Backups…": Right.BACK_UP}
    clinic._desk.user = replace(clinic.user, role=role)
    menu = build_menu(bench)
    menu.aboutToShow.emit()
    shown = {action.text().split("\t")[0] for action in menu.actions() if action.isVisible()}
    assert {text for text, right in offers.items() if right in ROLES[role]} == shown & set(offers)
