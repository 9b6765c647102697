from datetime import date
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.model.case import Finding
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.widgets import AntibodyControl, ChoiceControl, FindingControl, SignControl
from myositis_desktop.ui.widgets.control import Details
from myositis_desktop.ui.widgets.segments import Segments

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


C = TypeVar("C", bound=FindingControl)


def make(qtbot: QtBot, catalogue: Catalogue, kind: type[C], id_: str) -> C:
    control = kind()
    qtbot.addWidget(control)
    control.bind(catalogue.findings[id_], catalogue.lists)
    control.resize(420, 40)
    control.show()
    return control


def word(control: FindingControl) -> object:
    finding = control.value()
    return finding.value if finding is not None else None


def wheel(control: FindingControl) -> None:
    at, down = QPointF(10, 10), QPoint(0, -120)
    event = QWheelEvent(
        at, at, down, down, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(control, event)


def test_a_sign_begins_unknown_and_says_so(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")

    assert sign.value() is None
    assert sign.accessibleName() == "Heliotrope rash: unknown"
    assert catalogue.findings["skin.heliotrope"].help in sign.toolTip()
    assert "P present, A absent" in sign.toolTip()


@pytest.mark.parametrize(("key", "value"), [("p", "present"), ("A", "absent")])
def test_keys_of_a_sign(qtbot: QtBot, catalogue: Catalogue, key: str, value: str) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    with qtbot.waitSignal(sign.changed):
        QTest.keyClicks(sign, key)

    assert sign.value() == Finding("skin.heliotrope", value)
    assert sign.accessibleName().endswith(value.capitalize())


@pytest.mark.parametrize("key", [Key.Key_U, Key.Key_Delete, Key.Key_Backspace, Key.Key_Question])
def test_an_answer_can_be_taken_back(qtbot: QtBot, catalogue: Catalogue, key: Qt.Key) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    sign.set_finding(Finding("skin.heliotrope", "absent"))
    QTest.keyClick(sign, key)

    assert sign.value() is None


@pytest.mark.parametrize(
    ("id_", "keys"),
    [("antibody.jo1", {"P": "positive", "W": "weak", "N": "negative", "E": "pending", "U": None})],
)
def test_keys_of_an_antibody(qtbot: QtBot, catalogue: Catalogue, id_: str, keys: dict[str, str | None]) -> None:
    antibody = make(qtbot, catalogue, AntibodyControl, id_)
    for key, value in keys.items():
        QTest.keyClicks(antibody, key)
        assert word(antibody) == value


def test_digits_choose_the_values_of_a_choice(qtbot: QtBot, catalogue: Catalogue) -> None:
    choice = make(qtbot, catalogue, ChoiceControl, "organ.dysphagia")
    for digit, value in zip("1234", ("none", "mild", "moderate", "severe"), strict=True):
        QTest.keyClicks(choice, digit)
        assert word(choice) == value
    QTest.keyClicks(choice, "5")
    assert word(choice) == "severe"
    QTest.keyClicks(choice, "u")
    assert choice.value() is None


def test_arrows_move_through_the_answers_and_on_to_the_next_line(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    seen = []
    for key in (Key.Key_Left, Key.Key_Left, Key.Key_Right, Key.Key_Right, Key.Key_Right):
        QTest.keyClick(sign, key)
        seen.append(word(sign))
    steps: list[int] = []
    sign.stepped.connect(steps.append)
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Up):
        QTest.keyClick(sign, key)

    assert seen == ["absent", "present", "absent", None, "present"]
    assert steps == [1, 1, -1]
    assert word(sign) == "present"


def test_shift_and_a_letter_answer_and_go_on(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    steps: list[int] = []
    sign.stepped.connect(steps.append)
    QTest.keyClick(sign, Key.Key_A, SHIFT)

    assert word(sign) == "absent"
    assert steps == [1]


def test_a_key_that_is_held_down_answers_once(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", True)
    QApplication.sendEvent(sign, held)

    assert sign.value() is None


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier])
def test_shortcuts_of_the_window_answer_nothing(
    qtbot: QtBot, catalogue: Catalogue, modifier: Qt.KeyboardModifier
) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    QTest.keyClick(sign, Key.Key_P, modifier)

    assert sign.value() is None


def test_the_mouse_chooses_the_segment_under_it(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    for value in ("present", "absent", "absent", ""):
        at = sign.segment_rect(value).center().toPoint()
        QTest.mouseClick(sign, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        assert word(sign) == (value or None)


def test_the_wheel_changes_nothing(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    sign.set_finding(Finding("skin.heliotrope", "present"))
    sign.setFocus()
    wheel(sign)

    assert word(sign) == "present"


def test_loading_tells_nothing_and_keeps_every_detail(qtbot: QtBot, catalogue: Catalogue) -> None:
    antibody = make(qtbot, catalogue, AntibodyControl, "antibody.mi2")
    finding = Finding("antibody.mi2", "positive", on=date(2026, 11, 2), assay="line blot", strength="strong")
    with qtbot.assertNotEmitted(antibody.changed):
        antibody.set_finding(finding)

    assert antibody.value() == finding


def test_details_belong_to_the_finding_and_outlive_a_change_of_the_answer(qtbot: QtBot, catalogue: Catalogue) -> None:
    antibody = make(qtbot, catalogue, AntibodyControl, "antibody.mi2")
    antibody.choose("weak")
    antibody.set_details(Details(date(2026, 11, 2), "line blot", "weak band"))
    antibody.choose("positive")

    assert antibody.value() == Finding(
        "antibody.mi2", "positive", on=date(2026, 11, 2), assay="line blot", strength="weak band"
    )


def test_an_explicit_unknown_is_no_finding(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    sign.set_finding(Finding("skin.heliotrope", "unknown"))

    assert sign.value() is None


def pixels(control: Segments) -> bytes:
    """What the control looks like in grey."""
    picture = control.grab().toImage().convertToFormat(control.grab().toImage().Format.Format_Grayscale8)
    return bytes(picture.constBits())


def test_answers_look_different_in_grey(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    looks = []
    for value in ("present", "absent", ""):
        sign.choose(value)
        looks.append(pixels(sign))

    assert len(set(looks)) == 3


def test_long_answers_stand_below_one_another_inside_a_narrow_column(qtbot: QtBot, catalogue: Catalogue) -> None:
    grade = make(qtbot, catalogue, ChoiceControl, "ici.grade")
    grade.resize(300, grade.heightForWidth(300))
    rects = [grade.segment_rect(v) for v in ("1", "2", "3", "4", "")]

    assert [r.top() for r in rects] == sorted({r.top() for r in rects})
    assert all(r.right() <= 300 and r.bottom() <= grade.height() for r in rects)


def test_a_problem_of_another_layer_is_shown_until_the_answer_changes(qtbot: QtBot, catalogue: Catalogue) -> None:
    sign = make(qtbot, catalogue, SignControl, "skin.heliotrope")
    before = sign.heightForWidth(420)
    sign.show_problem("contradicts another finding")

    assert sign.problem() == "contradicts another finding"
    assert sign.level() == "red"
    assert sign.heightForWidth(420) > before
    assert "contradicts" in sign.accessibleDescription()
    sign.choose("present")
    assert sign.problem() == ""
