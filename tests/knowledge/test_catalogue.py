"""The catalogue holds the whole public vocabulary, and a slip in its files is refused by name."""

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.errors import BugError
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.model.catalogue import Catalogue

PACK = asset("resources", "knowledge", "2026.11.0")
DATA = Path(__file__).parent.parent / "data"
FILES = ("findings.toml", "lists.toml", "words.toml", "drugs.toml", "sources.toml")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PACK)


def vocabulary() -> dict[str, list[str]]:
    """Id -> kind and, by kind, units, possible and plausible or values, as other programs know them."""
    lines = (DATA / "vocabulary.tsv").read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[0]: line.split("\t")[1:] for line in lines}


def test_every_finding_of_the_vocabulary_is_there_and_no_other(catalogue: Catalogue) -> None:
    assert set(catalogue.findings) == set(vocabulary())
    assert len(catalogue.findings) == 159


@pytest.mark.parametrize(("id_", "expected"), vocabulary().items())
def test_a_finding_has_the_kind_units_ranges_and_values_of_the_vocabulary(
    catalogue: Catalogue, id_: str, expected: list[str]
) -> None:
    spec = catalogue.findings[id_]
    assert spec.kind == expected[0]
    if spec.kind == "quantity":
        assert [u.symbol for u in spec.units] == expected[1].split(" ")
        assert spec.possible == tuple(Decimal(n) for n in expected[2].split(" "))
        assert spec.plausible == tuple(Decimal(n) for n in expected[3].split(" "))
    if spec.kind == "choice":
        assert list(spec.values) == expected[1].split(" ")
        assert list(spec.value_labels) == list(spec.values)


def test_every_closed_list_of_the_vocabulary_is_there(catalogue: Catalogue) -> None:
    expected = tomllib.loads((DATA / "vocabulary_lists.toml").read_text(encoding="utf-8"))
    assert {name: list(catalogue.lists[name]) for name in expected} == expected


def test_drugs_are_those_of_the_groups(catalogue: Catalogue) -> None:
    groups = ("glucocorticoid", "steroid_sparing", "escalation", "skin", "supportive")
    assert list(catalogue.drugs) == [drug for group in groups for drug in catalogue.lists[group]]


@pytest.mark.parametrize(
    ("id_", "symbol", "written", "stored"),
    [
        ("lab.ck", "ukat/L", "2", "120"),
        ("lab.creatinine", "mg/dL", "1", "88.42"),
        ("lab.bilirubin", "mg/dL", "2", "34.2"),
        ("lab.glucose", "mg/dL", "100", "5.55"),
        ("lab.hba1c", "%", "8.15", "65.574"),
        ("lab.albumin", "g/dL", "4", "40"),
        ("lab.crp", "mg/dL", "1.2", "12"),
        ("lab.igg", "mg/dL", "1200", "12"),
        ("lab.iga", "mg/dL", "7", "0.07"),
        ("lab.ferritin", "ng/mL", "300", "300"),
        ("body.weight", "g", "3500", "3.5"),
        ("body.weight", "[lb_av]", "100", "45.359237"),
        ("body.height", "m", "1.7", "170"),
        ("body.height", "[in_i]", "70", "177.8"),
        ("measure.mmt8", "{0-150}", "142", "142"),
    ],
)
def test_units_convert_exactly(catalogue: Catalogue, id_: str, symbol: str, written: str, stored: str) -> None:
    unit = catalogue.findings[id_].unit(symbol)
    assert unit is not None
    assert unit.to_first(Decimal(written)) == Decimal(stored)


def test_laboratory_values_take_a_limit_and_nothing_else_does(catalogue: Catalogue) -> None:
    taking = {spec.id for spec in catalogue.findings.values() if spec.takes_limit}
    assert taking == {id_ for id_ in catalogue.findings if id_.startswith("lab.")}


def test_lists_that_name_findings_name_known_ones(catalogue: Catalogue) -> None:
    names = ("specific_antibodies", "synthetase_antibodies", "dm_antibodies", "dm_rash", "weakness_signs", "enzymes")
    for name in names:
        assert set(catalogue.lists[name]) <= set(catalogue.findings)
    assert len(catalogue.lists["specific_antibodies"]) == 16
    assert len(catalogue.lists["mmt8_150"]) == 15


@pytest.mark.parametrize(
    ("kind", "list_name"),
    [
        ("section", "sections"),
        ("sex", "sexes"),
        ("outcome", "outcomes"),
        ("subtype", "subtypes"),
        ("classification", "classification_levels"),
        ("subgroup", "classification_subgroups"),
        ("severity", "severity_levels"),
        ("course", "courses"),
        ("cancer", "cancer_levels"),
        ("response", "response_categories"),
        ("status", "statuses"),
        ("line", "lines"),
        ("level", "alert_levels"),
        ("alert", "alerts"),
        ("test", "monitoring_tests"),
        ("schedule", "schedules"),
        ("unit", "therapy_units"),
        ("core_set", "core_set"),
        ("muscle", "mmt8_80"),
        ("muscle", "mmt8_150"),
    ],
)
def test_every_id_of_a_list_has_a_label(catalogue: Catalogue, kind: str, list_name: str) -> None:
    assert [id_ for id_ in catalogue.lists[list_name] if f"{kind}.{id_}" not in catalogue.words] == []


def test_the_base_text_and_the_product_rules_are_sources(catalogue: Catalogue) -> None:
    base = [s.id for s in catalogue.sources.values() if s.kind == "base-text"]
    rules = [s.id for s in catalogue.sources.values() if s.kind == "product-rule"]
    assert base == [f"S{n}" for n in range(1, 34)]
    assert rules == [*(f"rule-{n}" for n in range(1, 18)), "fact-diagnosis", "fact-treatment"]


def test_no_file_holds_an_address() -> None:
    for file in FILES:
        text = PACK.joinpath(file).read_text(encoding="utf-8")
        assert "http" not in text
        assert "www." not in text


def test_tall_man_letters_tell_names_apart(catalogue: Catalogue) -> None:
    labels = {id_: drug.label for id_, drug in catalogue.drugs.items()}
    assert labels["prednisone"] == "predniSONE"
    assert labels["prednisolone"] == "prednisoLONE"
    assert labels["methylprednisolone-iv"].startswith("methylPREDNISolone")
    assert labels["azathioprine"] == "azaTHIOprine"
    assert labels["rituximab"] == "riTUXimab"
    assert len(set(labels.values())) == len(labels)


Change = Callable[[str], str]


def replaced(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("findings.toml", replaced('kind = "date"', 'kind = "day"'), "onset.date: kind is 'day'"),
        ("findings.toml", replaced('kind = "date"', 'kind = "date"\ncolour = "red"'), "onset.date: unknown key"),
        ("findings.toml", replaced('cost = "question"\n', ""), "onset.date: missing key ['cost']"),
        ("findings.toml", replaced('[skin."skin.v_sign"]', '[skin."lab.ck"]'), "lab.ck: is given twice"),
        ("findings.toml", replaced('[skin."skin.v_sign"]', '[face."skin.v_sign"]'), "face: is not a section"),
        ("findings.toml", replaced('factor = "60"', 'factor = "-60"'), "a factor is not above 0"),
        ("findings.toml", replaced('factor = "60"', 'factor = "NaN"'), "not a number in quotes"),
        ("findings.toml", replaced('possible = ["0", "110"]', 'possible = ["110", "0"]'), "upside down"),
        ("findings.toml", replaced('symbol = "ukat/L"', 'symbol = "U/L"'), "lab.ck: a unit is given twice"),
        ("findings.toml", replaced("hpo = ", "icd = "), "codes may be hpo or loinc"),
        ("findings.toml", replaced("limit = true", 'limit = "yes"'), "limit is not true or false"),
        ("findings.toml", replaced("{ none =", "{ unknown ="), "values are empty or name unknown"),
        ("findings.toml", replaced('[skin."skin.v_sign"]', '[skin."skin.shawl_sign"]'), "findings.toml"),
        ("drugs.toml", replaced('group = "skin"', 'group = "hair"'), "hydroxychloroquine: is not in the list hair"),
        ("drugs.toml", replaced('line = "skin"', 'line = "hair"'), "hydroxychloroquine: line is 'hair'"),
        ("drugs.toml", replaced('label = "predniSONE"', "label = 5"), "prednisone: label is not a text"),
        ("sources.toml", replaced('confidence = "high"', 'confidence = "sure"'), "S1: confidence is 'sure'"),
        ("sources.toml", replaced('["S2"]', '["S1"]'), "sources.toml"),
        ("words.toml", replaced('dm = "Dermatomyositis"', "dm = 1"), "subtype: dm is not a text"),
        ("lists.toml", replaced('"female", "male"', '"male", "male"'), "sexes: an entry is given twice"),
        ("lists.toml", replaced('sexes = ["female", "male", "unknown"]', 'sexes = "male"'), "sexes: is not a list"),
        ("lists.toml", lambda _: "\x00", "lists.toml"),
    ],
)
def test_a_slip_is_a_bug_that_names_file_and_row(tmp_path: Path, file: str, change: Change, said: str) -> None:
    for name in FILES:
        text = PACK.joinpath(name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(change(text) if name == file else text, encoding="utf-8")
    with pytest.raises(BugError) as caught:
        load_catalogue(tmp_path)
    assert str(caught.value).startswith(file)
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BugError, match=r"^lists\.toml: "):
        load_catalogue(tmp_path)
