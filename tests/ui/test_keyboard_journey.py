"""A new patient with typical dermatomyositis, from nothing to two signed plans, by keyboard alone and few keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.ui.workbench import Workbench
from tests.ui.conftest import PASSPHRASE, WAIT

MOST_PRESSES = 90
REST, DOWN = "rest", "down"
SECTIONS = (
    ("body", ("72", DOWN, "170")),
    ("onset", ("2026-08-01",)),
    ("weakness", ("P", "P", "P", REST)),
    ("function", ()),
    ("skin", ("P", "P", "P", REST)),
    ("chest", (REST,)),
    ("general", (REST,)),
    ("enzymes", ("3400",)),
    ("chemistry", ("30", DOWN, DOWN, DOWN, "62")),
    ("blood", ("13.1", DOWN, "7.2")),
    ("heart", ()),
    ("screening", ("A", "A", "A", "A", "A")),
    ("tests", ()),
    ("synthetase, then specific", ("N",) * 8 + ("P",) + ("N",) * 6),
    ("associated", ("N",) * 6),
    ("muscle", ()),
    ("stains", ()),
    ("triggers", (REST,)),
    ("conditions", (REST,)),
    ("infection", (REST,)),
    ("medicines", (REST,)),
    ("allergies", (REST,)),
)
"""Section after section: letters with Shift answer and go on; numbers and dates are typed; `rest` is absent."""


class Keyboard:
    """Presses keys on whatever has the focus, and counts those that are not a value."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot, self.presses = qtbot, 0

    @property
    def at(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "the keyboard leads nowhere"
        return widget

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key that leads somewhere or does something."""
        self.presses += 1
        self._qtbot.keyClick(self.at, key, held)
        self._qtbot.wait(10)

    def control(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def value(self, text: str) -> None:
        """What is typed: a name, a number, a date, or with Shift the answer to a sign."""
        if text in ("P", "A", "N"):
            self._qtbot.keyClick(self.at, text, Qt.KeyboardModifier.ShiftModifier)
        else:
            self._qtbot.keyClicks(self.at, text)


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    return Keyboard(qtbot)


def add_patient(keyboard: Keyboard, qtbot: QtBot) -> None:
    keyboard.control(Qt.Key.Key_N)
    qtbot.waitUntil(lambda: keyboard.at.accessibleName() == "Family name")
    for line in ("Sample", "Ann", "R-1001", "2 Apr 1968"):
        keyboard.value(line)
        keyboard.press(Qt.Key.Key_Tab)
    keyboard.press(Qt.Key.Key_Space)
    keyboard.press(Qt.Key.Key_Return)


def enter_findings(keyboard: Keyboard) -> None:
    gone_on = False  # the rest of a section answered, the keyboard stands in the next one
    for _, doing in SECTIONS:
        if not gone_on:
            keyboard.control(Qt.Key.Key_PageDown)
        gone_on = doing[-1:] == (REST,)
        for word in doing:
            if word == REST:
                keyboard.control(Qt.Key.Key_R)
                keyboard.press(Qt.Key.Key_Space)
            elif word == DOWN:
                keyboard.press(Qt.Key.Key_Down)
            else:
                keyboard.value(word)


def test_from_nothing_to_two_signed_plans_with_few_keys(bench: Workbench, keyboard: Keyboard, qtbot: QtBot) -> None:
    bench.activateWindow()
    bench.focus_search()
    add_patient(keyboard, qtbot)
    enter_findings(keyboard)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=WAIT)
    plan = bench.session.plan
    assert plan is not None
    assert plan.subtype.id == "dm"
    assert plan.taper is not None
    keyboard.control(Qt.Key.Key_3)
    keyboard.control(Qt.Key.Key_S)
    qtbot.waitUntil(lambda: keyboard.at.accessibleName() == "Your passphrase", timeout=WAIT)
    with qtbot.waitSignal(bench.documents.signed, timeout=6 * WAIT):
        keyboard.value(PASSPHRASE)
        keyboard.press(Qt.Key.Key_Return)
    kinds = {entry.kind for entry in bench.documents.entries if entry.filed is not None}
    assert kinds == {"treatment", "taper", "pharmacy", "monitoring", "letter"}
    assert keyboard.presses <= MOST_PRESSES, keyboard.presses
    assert len(bench.session.open_case.findings) >= 80
