"""The .ui files, read without Qt: every finding has one fitting input, a label and a place in the tab order."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.model.catalogue import Catalogue

FORMS = Path(__file__).parent.parent / "forms"
FITTING = {
    "sign": "SignControl",
    "antibody": "AntibodyControl",
    "choice": "ChoiceControl",
    "quantity": "QuantityField",
    "date": "DateControl",
}
PATIENT = {
    "patient.family_name": "TextControl",
    "patient.given_name": "TextControl",
    "patient.record_number": "TextControl",
    "patient.birth_date": "DateControl",
    "patient.sex": "ChoiceControl",
    "patient.assessed_on": "DateControl",
}
HOLD_NO_UNKNOWN = {
    "QSpinBox",
    "QDoubleSpinBox",
    "QDateEdit",
    "QTimeEdit",
    "QDateTimeEdit",
    "QCheckBox",
    "QSlider",
    "QDial",
}

names = pytest.mark.parametrize("name", sorted(p.stem for p in FORMS.glob("*.ui")))


@cache
def catalogue() -> Catalogue:
    return load_catalogue(asset("resources", "knowledge", "2026.11.0"))


def root(name: str) -> ET.Element:
    return ET.fromstring((FORMS / f"{name}.ui").read_bytes())  # noqa: S314 - our own file


def widgets(name: str) -> list[ET.Element]:
    return list(root(name).iter("widget"))


def prop(widget: ET.Element, name: str) -> str:
    found = next((p for p in widget.findall("property") if p.get("name") == name), None)
    return "" if found is None else "".join(found.itertext()).strip()


def inputs(name: str) -> dict[str, ET.Element]:
    """The input widgets of a form by finding or field of the patient."""
    return {i: w for w in widgets(name) if (i := prop(w, "finding") or prop(w, "patient"))}


def test_every_finding_has_exactly_one_widget() -> None:
    found = Counter(f for path in FORMS.glob("*.ui") for w in widgets(path.stem) if (f := prop(w, "finding")))

    assert set(found) == set(catalogue().findings)
    assert len(found) == 159
    assert {i: n for i, n in found.items() if n != 1} == {}


@names
def test_each_widget_fits_the_kind_of_its_finding(name: str) -> None:
    for id_, widget in inputs(name).items():
        spec = catalogue().findings.get(id_)
        wanted = PATIENT[id_] if spec is None else FITTING[spec.kind]
        assert widget.get("class") == ("Mmt8Field" if id_ == "measure.mmt8" else wanted), id_


def test_the_patient_form_has_every_field_of_the_patient_and_the_body() -> None:
    found = inputs("patient")

    assert set(PATIENT) < set(found)
    assert {"body.weight", "body.height", "onset.date", "onset.age"} < set(found)


def test_weight_is_entered_in_its_first_unit_only() -> None:
    weight = inputs("patient")["body.weight"]

    assert prop(weight, "firstUnitOnly") == "true"
    assert catalogue().findings["body.weight"].units[0].symbol == "kg"


@names
def test_each_input_has_a_buddy_label_in_its_row(name: str) -> None:
    found = inputs(name)
    labels = {prop(w, "buddy"): w.get("name") for w in widgets(name) if w.get("class") == "QLabel" and prop(w, "buddy")}

    assert labels == {str(w.get("name")): f"label_{w.get('name')}" for w in found.values()}


@names
def test_the_tab_order_is_the_order_of_the_rows(name: str) -> None:
    stops = [t.text for t in root(name).iter("tabstop")]

    assert stops == [w.get("name") for w in inputs(name).values()]


@names
def test_no_widget_that_cannot_be_empty(name: str) -> None:
    assert [w.get("class") for w in widgets(name) if w.get("class") in HOLD_NO_UNKNOWN] == []


@names
def test_own_classes_are_declared_for_designer(name: str) -> None:
    used = {str(w.get("class")) for w in widgets(name)}
    declared = {str(c.findtext("class")) for c in root(name).iter("customwidget")}

    assert {c for c in used if not re.match("Q[A-Z]", c)} == declared


@names
def test_each_section_has_a_heading_and_each_finding_a_section(name: str) -> None:
    sections = [w for w in widgets(name) if prop(w, "section")]
    inside = [i for s in sections for w in s.iter("widget") if (i := prop(w, "finding") or prop(w, "patient"))]

    assert inside == list(inputs(name))
    for section in sections:
        headings = [w for w in section.iter("widget") if prop(w, "role") == "heading"]
        assert [bool(prop(h, "text")) for h in headings] == [True]


@names
def test_names_are_unique_and_the_column_is_at_most_720_wide(name: str) -> None:
    counts = Counter(w.get("name") for w in widgets(name))
    top = root(name).find("widget")

    assert [n for n, c in counts.items() if c > 1] == []
    assert top is not None
    size = next(p for p in top.findall("property") if p.get("name") == "maximumSize")
    assert size.findtext("size/width") == "720"


@names
def test_the_rest_is_called_absent_only_where_signs_are_examined_or_asked(name: str) -> None:
    """Never where a test may simply not have been made: antibodies, screening, other tests, stains."""
    for section in (w for w in widgets(name) if prop(w, "restAbsent")):
        ids = [f for w in section.iter("widget") if (f := prop(w, "finding"))]
        assert {i.split(".")[0] for i in ids} & {"antibody", "screen", "test", "gene", "lab", "measure"} == set()
        assert any(catalogue().findings[i].kind == "sign" for i in ids)
