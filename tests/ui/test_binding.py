from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.assets import asset
from myositis_desktop.errors import BugError
from myositis_desktop.exchange import quantity_finding, read_case
from myositis_desktop.model.case import Case, Finding, Quantity
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.binding import FindingsForm
from myositis_desktop.ui.form_index import FORMS, form_index, form_of
from myositis_desktop.ui.widgets import Mmt8Field, QuantityField, control_for
from tests.strategies import cases

DEMO = sorted(p.name for p in asset("resources", "demo").iterdir() if p.name.endswith(".json"))
names = pytest.mark.parametrize("name", FORMS)


def demo_case(name: str, catalogue: Catalogue) -> Case:
    case, problems = read_case(asset("resources", "demo", name).read_bytes(), catalogue)
    assert problems == ()
    assert case is not None
    return case


def make(qtbot: QtBot, catalogue: Catalogue, name: str) -> FindingsForm:
    form = FindingsForm(name, catalogue)
    qtbot.addWidget(form)
    return form


@pytest.fixture
def forms(qtbot: QtBot, catalogue: Catalogue) -> dict[str, FindingsForm]:
    return {name: make(qtbot, catalogue, name) for name in FORMS}


def held(forms: dict[str, FindingsForm]) -> dict[str, Finding]:
    """What the forms hold now."""
    return {i: f for form in forms.values() for i, c in form.controls.items() if (f := c.value()) is not None}


@names
def test_a_form_opens_with_everything_from_the_catalogue(qtbot: QtBot, catalogue: Catalogue, name: str) -> None:
    form = make(qtbot, catalogue, name)

    for id_, control in form.controls.items():
        spec = catalogue.findings[id_]
        label = form.root.findChild(QLabel, f"label_{control.objectName()}")
        assert type(control) is control_for(spec)
        assert isinstance(label, QLabel)
        assert label.text() == spec.label
        assert label.buddy() is control
        assert spec.help in control.toolTip()
        assert control.accessibleName().startswith(spec.label)


def test_the_index_holds_what_the_forms_hold(forms: dict[str, FindingsForm]) -> None:
    assert {f.name: set(f.findings) for f in form_index()} == {n: set(f.controls) for n, f in forms.items()}
    assert form_of("lab.ck") == "laboratory"
    assert form_of("lab.none") is None


@names
def test_nothing_is_preset(qtbot: QtBot, catalogue: Catalogue, name: str) -> None:
    form = make(qtbot, catalogue, name)

    assert form.known() == 0
    assert form.completeness() == f"0/{len(form.controls)}"


@names
def test_every_unit_of_the_catalogue_is_on_offer(qtbot: QtBot, catalogue: Catalogue, name: str) -> None:
    for id_, control in make(qtbot, catalogue, name).controls.items():
        if isinstance(control, QuantityField):
            units = catalogue.findings[id_].units
            assert control.unit_button.units == (units[:1] if id_ == "body.weight" else units)
            assert (control.limit is not None) == catalogue.findings[id_].takes_limit


@names
def test_tab_reaches_every_control_in_the_order_of_the_form(qtbot: QtBot, catalogue: Catalogue, name: str) -> None:
    form = make(qtbot, catalogue, name)
    form.show()
    form.focus_end(first=True)
    seen: list[QWidget] = []
    for _ in range(400):
        now = form.focusWidget()
        if now in seen:
            break
        seen.append(now)
        form.focusNextPrevChild(True)
    stops = [c.focusProxy() or c for c in (*form.patient_controls.values(), *form.controls.values())]

    assert [w for w in seen if w in stops] == stops


@names
def test_enter_goes_through_the_form_and_out_at_its_end(qtbot: QtBot, catalogue: Catalogue, name: str) -> None:
    form = make(qtbot, catalogue, name)
    form.show()
    out: list[int] = []
    form.stepped_out.connect(out.append)
    form.focus_end(first=True)
    for _ in range(400):
        if out:
            break
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Return)

    assert out == [1]


def test_an_edit_is_told_with_its_id(qtbot: QtBot, catalogue: Catalogue) -> None:
    form = make(qtbot, catalogue, "skin_organs")
    told: list[tuple[str, Finding | None]] = []
    form.finding_changed.connect(lambda id_, finding: told.append((id_, finding)))
    for key in "pau":
        QTest.keyClicks(form.controls["skin.v_sign"], key)

    assert told == [
        ("skin.v_sign", Finding("skin.v_sign", "present")),
        ("skin.v_sign", Finding("skin.v_sign", "absent")),
        ("skin.v_sign", None),
    ]


@pytest.mark.parametrize("demo", DEMO)
def test_a_case_loaded_into_the_forms_comes_back_as_it_was(
    forms: dict[str, FindingsForm], catalogue: Catalogue, demo: str
) -> None:
    case = demo_case(demo, catalogue)
    for form in forms.values():
        form.load(case.findings, afresh=True)

    assert held(forms) == case.findings


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(max_findings=60, with_preferences=False))
def test_any_case_comes_back_and_nothing_is_added(forms: dict[str, FindingsForm], case: Case) -> None:
    for form in forms.values():
        form.load(case.findings, afresh=True)

    assert held(forms) == case.findings
    for form in forms.values():
        form.load({}, afresh=True)
    assert held(forms) == {}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(max_findings=60, with_preferences=False))
def test_what_the_forms_show_is_what_they_would_read_again(forms: dict[str, FindingsForm], case: Case) -> None:
    """The text in the fields, read afresh, is the finding: a printed number is the stored number."""
    for form in forms.values():
        form.load(case.findings, afresh=True)
        for id_, control in form.controls.items():
            known = case.findings.get(id_)
            if isinstance(control, QuantityField) and known and known.entered and not known.muscles:
                if known.entered.unit != control.unit_button.unit.symbol:
                    assert id_ == "body.weight", "only weight is shown in another unit than written"
                    continue
                assert control._read() == replace(known, assay=None, strength=None)


def test_loading_again_leaves_text_that_cannot_be_read(qtbot: QtBot, catalogue: Catalogue) -> None:
    form = make(qtbot, catalogue, "laboratory")
    field = form.controls["lab.ck"]
    assert isinstance(field, QuantityField)
    QTest.keyClicks(field.edit, "54x")
    form.load({})
    assert field.edit.text() == "54x"
    form.load({}, afresh=True)
    assert field.edit.text() == ""


def test_completeness_counts_what_is_known(qtbot: QtBot, catalogue: Catalogue) -> None:
    form = make(qtbot, catalogue, "antibodies")
    form.load({i: Finding(i, "pending") for i in ("antibody.jo1", "antibody.mi2")})

    assert form.completeness() == "2/23"


def test_a_form_that_names_no_finding_of_the_catalogue_is_a_fault_of_ours(qtbot: QtBot, catalogue: Catalogue) -> None:
    without = {k: v for k, v in catalogue.findings.items() if k != "skin.v_sign"}
    with pytest.raises(BugError, match=r"skin_organs\.ui: skin\.v_sign"):
        make(qtbot, replace(catalogue, findings=without), "skin_organs")


def test_a_problem_is_shown_at_its_field_and_taken_away(qtbot: QtBot, catalogue: Catalogue) -> None:
    form = make(qtbot, catalogue, "skin_organs")
    assert form.show_problem("skin.v_sign", "contradicts")
    assert not form.show_problem("lab.ck", "elsewhere")
    assert form.controls["skin.v_sign"].problem() == "contradicts"
    form.clear_problems()
    assert form.controls["skin.v_sign"].problem() == ""


def test_the_muscle_test_has_its_own_field(forms: dict[str, FindingsForm], catalogue: Catalogue) -> None:
    field = forms["measures"].controls["measure.mmt8"]
    finding = quantity_finding(catalogue.findings["measure.mmt8"], Quantity(Decimal(118), "{0-150}"))
    forms["measures"].load({"measure.mmt8": finding})

    assert isinstance(field, Mmt8Field)
    assert field.value() == finding
