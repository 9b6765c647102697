from decimal import Decimal

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from myositis_desktop.exchange import quantity_finding
from myositis_desktop.model.case import Quantity
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.widgets import Mmt8Field

SCALES = [("{0-80}", "mmt8_80"), ("{0-150}", "mmt8_150")]


def make(qtbot: QtBot, catalogue: Catalogue) -> Mmt8Field:
    field = Mmt8Field()
    qtbot.addWidget(field)
    field.bind(catalogue.findings["measure.mmt8"], catalogue.lists)
    field.show()
    return field


def test_a_total_alone_needs_no_muscles(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue)
    QTest.keyClicks(field.edit, "55")

    assert field.value() == quantity_finding(catalogue.findings["measure.mmt8"], Quantity(Decimal(55), "{0-80}"))


def test_the_total_is_bounded_by_its_scale(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue)
    QTest.keyClicks(field.edit, "118")
    assert field.value() is None
    assert "0 to 80" in field.problem()
    field.unit_button.choose("{0-150}")
    assert field.value() is not None


@pytest.mark.parametrize(("unit", "names"), SCALES)
def test_the_muscles_of_the_scale_sum_to_the_total(qtbot: QtBot, catalogue: Catalogue, unit: str, names: str) -> None:
    field = make(qtbot, catalogue)
    field.unit_button.choose(unit)
    field.toggle.click()
    muscles = catalogue.lists[names]
    assert tuple(field.grades) == muscles
    for number, edit in enumerate(field.grades.values()):
        QTest.keyClicks(edit, str(number % 11))
    total = sum((Decimal(n % 11) for n in range(len(muscles))), Decimal(0))
    finding = field.value()

    assert finding is not None
    assert finding.value == total
    assert finding.entered == Quantity(total, unit)
    assert finding.muscles == {m: Decimal(n % 11) for n, m in enumerate(muscles)}
    assert field.edit.text() == str(total)
    assert field.edit.isReadOnly()
    assert not field.unit_button.isEnabled()


def test_while_a_muscle_is_missing_the_total_is_unknown(qtbot: QtBot, catalogue: Catalogue) -> None:
    field = make(qtbot, catalogue)
    QTest.keyClicks(field.edit, "55")
    field.toggle.click()
    QTest.keyClicks(field.grades["deltoid"], "8")

    assert field.value() is None
    assert field.edit.text() == ""
    assert "1 of 8 muscles" in field.problem()
    assert field.is_wrong()


@pytest.mark.parametrize("text", ["11", "-1", "x", "10.5"])
def test_a_grade_beyond_ten_is_refused_at_its_field(qtbot: QtBot, catalogue: Catalogue, text: str) -> None:
    field = make(qtbot, catalogue)
    field.toggle.click()
    for edit in field.grades.values():
        QTest.keyClicks(edit, "8")
    edit = field.grades["biceps"]
    edit.selectAll()
    QTest.keyClicks(edit, text)

    assert field.value() is None
    assert edit.property("wrong") == "true"
    assert "0 to 10" in field.problem()


def test_muscles_of_a_case_are_shown_and_come_back(qtbot: QtBot, catalogue: Catalogue) -> None:
    muscles = {m: Decimal(n % 11) for n, m in enumerate(catalogue.lists["mmt8_150"])}
    total = sum(muscles.values(), Decimal(0))
    spec = catalogue.findings["measure.mmt8"]
    finding = quantity_finding(spec, Quantity(total, "{0-150}"), muscles=muscles)
    field = make(qtbot, catalogue)
    field.set_finding(finding)

    assert field.value() == finding
    assert {m: e.text() for m, e in field.grades.items()} == {m: str(g) for m, g in muscles.items()}
    field.set_finding(None)
    assert all(e.text() == "" for e in field.grades.values())
    assert not field.edit.isReadOnly()
