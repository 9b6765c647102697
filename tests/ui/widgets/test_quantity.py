from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.exchange import quantity_finding
from myositis_desktop.model.case import Finding, Quantity
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.widgets import QuantityField
from myositis_desktop.ui.widgets.control import Details
from myositis_desktop.ui.widgets.details import DetailsPopover
from myositis_desktop.ui.widgets.edits import PlainEdit


def make(
    qtbot: QtBot, catalogue: Catalogue, id_: str, *, comma: bool = False, first_only: bool = False
) -> QuantityField:
    field = QuantityField()
    qtbot.addWidget(field)
    if comma:
        field.setLocale(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    field.setProperty("firstUnitOnly", first_only)
    field.bind(catalogue.findings[id_], catalogue.lists)
    field.show()
    return field


def limit_of(field: QuantityField) -> PlainEdit:
    assert field.limit is not None
    return field.limit


def note(field: QuantityField) -> str:
    field.show_notes()
    label = field._note_label
    return "" if label is None or label.isHidden() else label.text()


def test_an_empty_field_is_unknown_and_never_zero(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")

    assert field.value() is None
    QTest.keyClicks(field.edit, "0")
    assert field.value() == quantity_finding(catalogue.findings["lab.ck"], Quantity(Decimal(0), "U/L"))
    QTest.keyClick(field.edit, Qt.Key.Key_Backspace)
    assert field.value() is None
    assert field.problem() == ""


def test_value_unit_and_limit_make_the_finding(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    with qtbot.waitSignal(field.changed):
        QTest.keyClicks(field.edit, "90")
    field.unit_button.choose("ukat/L")
    QTest.keyClicks(limit_of(field), "3.5")

    assert field.value() == Finding(
        "lab.ck",
        Decimal(5400),
        entered=Quantity(Decimal(90), "ukat/L"),
        uln=Decimal(210),
        entered_uln=Decimal("3.5"),
    )


def test_another_unit_keeps_the_number_that_was_typed(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.creatinine")
    QTest.keyClicks(field.edit, "70")
    field.unit_button.choose("mg/dL")

    assert field.edit.text() == "70"
    assert field.value() is None, "70 mg/dL is not possible"
    field.unit_button.choose("umol/L")
    finding = field.value()
    assert finding is not None
    assert finding.value == 70


def test_the_multiple_of_the_limit_appears_as_one_types(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    QTest.keyClicks(field.edit, "5400")
    QTest.keyClicks(limit_of(field), "200")

    assert note(field) == "27 × the limit"
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "150")
    assert note(field) == "within the limit"


def test_an_implausible_value_is_used_and_marked_with_the_range(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    QTest.keyClicks(field.edit, "60000")

    assert field.level() == "amber"
    assert "10 to 50000 U/L" in note(field)
    assert field.value() is not None


@pytest.mark.parametrize(
    ("id_", "text", "says"),
    [
        ("lab.ck", "600000", "0 to 500000 U/L"),
        ("lab.ck", "-1", "0 to 500000 U/L"),
        ("lab.ck", "5x", "needs a number"),
        ("lab.ck", "1,500", "without separators"),
        ("test.spo2", "130", "30 to 100 %"),
        ("measure.physician_global", "10.5", "0 to 10"),
        ("measure.haq", "3.1", "0 to 3"),
    ],
)
def test_what_cannot_be_is_not_used_and_stays_in_the_field(
    qtbot: QtBot, catalogue: Catalogue, id_: str, text: str, says: str
) -> None:
    field = make(qtbot, catalogue, id_)
    QTest.keyClicks(field.edit, text)

    assert field.value() is None
    assert field.edit.text() == text
    assert says in field.problem()
    assert "Not used" in note(field)
    assert field.edit.property("wrong") == "true"


def test_the_range_is_shown_in_the_unit_that_is_chosen(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.hba1c")
    field.unit_button.choose("%")
    QTest.keyClicks(field.edit, "60")

    assert "3.065 to 25.02 %" in field.problem()


def test_a_value_that_was_known_becomes_unknown_while_it_cannot_be_read(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    told: list[Finding | None] = []
    field.changed.connect(lambda: told.append(field.value()))
    QTest.keyClicks(field.edit, "54x")

    assert [None if f is None else f.value for f in told] == [5, 54, None]


def test_half_a_number_is_not_called_wrong_while_it_is_typed(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    QTest.keyClicks(field.edit, "5")
    assert field._note_label is None
    field.edit.left.emit()
    assert "mostly" in note(field)


def test_the_decimal_mark_is_that_of_the_locale(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.creatinine", comma=True)
    field.unit_button.choose("mg/dL")
    QTest.keyClicks(field.edit, "0,7")
    finding = field.value()

    assert finding is not None
    assert finding.entered == Quantity(Decimal("0.7"), "mg/dL")
    assert finding.value == Decimal("0.7") * Decimal("88.42")
    field.set_finding(None)
    field.set_finding(finding)
    assert field.edit.text() == "0,7"


def test_a_grouping_mark_is_refused(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck", comma=True)
    QTest.keyClicks(field.edit, "5.400")

    assert field.value() is None
    assert "12,5" in field.problem()


def test_the_wheel_changes_nothing(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    QTest.keyClicks(field.edit, "90")
    before = field.value()
    targets: list[QWidget] = [field, field.edit, field.unit_button, limit_of(field)]
    for target in targets:
        at, down = QPointF(4, 4), QPoint(0, -120)
        none = Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(at, at, down, down, Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(target, event)

    assert field.value() == before
    assert field.unit_button.unit.symbol == "U/L"


def test_enter_goes_from_the_value_to_its_limit_and_on(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    steps: list[int] = []
    field.stepped.connect(steps.append)
    field.edit.setFocus()
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.focusWidget() is field.limit
    QTest.keyClick(limit_of(field), Qt.Key.Key_Return)

    assert steps == [1]


def test_a_finding_of_a_case_comes_back_as_it_was(qtbot: QtBot, catalogue: Catalogue) -> None:
    spec = catalogue.findings["lab.albumin"]
    finding = quantity_finding(
        spec, Quantity(Decimal("3.10"), "g/dL"), uln=Decimal("5.0"), lln=Decimal("3.4"), on=date(2026, 11, 1)
    )
    field = make(qtbot, catalogue, "lab.albumin")
    with qtbot.assertNotEmitted(field.changed):
        field.set_finding(finding)

    assert field.value() == finding
    assert (field.edit.text(), limit_of(field).text(), field.unit_button.unit.symbol) == ("3.1", "5", "g/dL")
    assert "below the lower limit of 3.4" in note(field)
    assert "1 Nov 2026" in note(field)


def test_an_edit_keeps_limits_and_details(qtbot: QtBot, catalogue: Catalogue) -> None:
    spec = catalogue.findings["lab.albumin"]
    field = make(qtbot, catalogue, "lab.albumin")
    field.set_finding(
        quantity_finding(spec, Quantity(Decimal(31), "g/L"), uln=Decimal(50), lln=Decimal(34), on=date(2026, 11, 1))
    )
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "38")

    assert field.value() == quantity_finding(
        spec, Quantity(Decimal(38), "g/L"), uln=Decimal(50), lln=Decimal(34), on=date(2026, 11, 1)
    )


def test_weight_is_in_kilograms_only_and_says_how_it_was_written(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "body.weight", first_only=True)
    finding = quantity_finding(catalogue.findings["body.weight"], Quantity(Decimal(176), "[lb_av]"))
    field.set_finding(finding)

    assert [u.symbol for u in field.unit_button.units] == ["kg"]
    assert field.edit.text() == "79.83"
    assert "written as 176" in note(field)
    assert field.value() == finding
    field.edit.selectAll()
    QTest.keyClicks(field.edit, "80")
    assert field.value() == quantity_finding(catalogue.findings["body.weight"], Quantity(Decimal(80), "kg"))


def test_the_unit_of_one_patient_is_not_that_of_the_next(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.creatinine")
    field.unit_button.choose("mg/dL")
    field.set_finding(None)

    assert field.unit_button.unit.symbol == "umol/L"


@pytest.mark.parametrize("text", ["0", "-5", "2x"])
def test_a_limit_that_cannot_be_leaves_the_value_without_one(qtbot: QtBot, catalogue: Catalogue, text: str) -> None:
    field = make(qtbot, catalogue, "lab.ck")
    QTest.keyClicks(field.edit, "5400")
    QTest.keyClicks(limit_of(field), text)

    assert field.value() == quantity_finding(catalogue.findings["lab.ck"], Quantity(Decimal(5400), "U/L"))
    assert "The limit is not used" in note(field)
    assert limit_of(field).text() == text


def test_the_popover_holds_the_day_and_the_lower_limit(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.albumin")
    QTest.keyClicks(field.edit, "31")
    popover = DetailsPopover(field)
    qtbot.addWidget(popover)
    lower = popover.findChildren(PlainEdit)[-1]
    QTest.keyClicks(popover.on, "2026-11-02")
    QTest.keyClicks(lower, "34")

    assert field.value() == quantity_finding(
        catalogue.findings["lab.albumin"], Quantity(Decimal(31), "g/L"), lln=Decimal(34), on=date(2026, 11, 2)
    )


def test_a_day_that_does_not_exist_is_not_taken_into_the_details(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue, "lab.albumin")
    QTest.keyClicks(field.edit, "31")
    popover = DetailsPopover(field)
    qtbot.addWidget(popover)
    QTest.keyClicks(popover.on, "2026-02-30")

    assert field.details == Details()
    assert popover.on.text() == "2026-02-30"
