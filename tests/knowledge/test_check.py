"""What the check of a pack finds: faults planted one by one into a copy, each named with file, rule and witness."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.cli.knowledge import folder_faults, lines_of
from myositis_desktop.engine.criteria import classify
from myositis_desktop.engine.decide import opened, work_through
from myositis_desktop.engine.parser import parse
from myositis_desktop.errors import BugError, UserError
from myositis_desktop.knowledge import load_pack, read_pack
from myositis_desktop.knowledge.check import Fault
from myositis_desktop.knowledge.show import show, words

FOLDER = Path(str(asset("resources", "knowledge", "2026.11.0")))
TEXTS = 'text = "Invented."\nsources = ["rule-7"]\n'


def test_every_row_is_reached_by_an_example_and_nothing_else_is_wrong() -> None:
    told = "\n".join(lines_of(folder_faults(FOLDER)))
    assert not told, (
        "Put each of the patients below as a line of its own into examples.ndjson of the pack, after reading whether "
        f"it says what the rule means (or run tests/renew.py, which does so, and read the difference):\n{told}"
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "pack")


def change(copy: Path, file: str, old: str, new: str) -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file} holds {text.count(old)} times: {old}"
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")


def append(copy: Path, file: str, more: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as out:
        out.write(more)


def the_fault(copy: Path, *parts: str) -> Fault:
    """The one fault whose text has all the parts."""
    return the_one(folder_faults(copy), *parts)


def the_one(faults: Sequence[Fault], *parts: str) -> Fault:
    found = [f for f in faults if all(p in f.text for p in parts)]
    assert len(found) == 1, [f.text for f in faults]
    return found[0]


def test_a_gap_in_the_indications_of_a_drug_shows_a_patient_without_a_row(copy: Path) -> None:
    change(
        copy,
        "drugs/rituximab.toml",
        'rule = "rituximab-otherwise"\nwhen = "true"',
        'rule = "rituximab-otherwise"\nwhen = "severe"',
    )
    with pytest.raises(BugError, match="indications of rituximab: a gap"):
        read_pack(copy)
    fault = the_fault(copy, "drugs/rituximab.toml", "indications of rituximab: a gap")
    assert fault.witness is not None
    pack = read_pack(copy, checked=False)
    sheet = opened(fault.witness, pack)
    classify(pack.criteria, sheet)
    assert not [i for i in pack.cards["rituximab"].indications if i.row.when.value(sheet) is True]


def test_a_gap_in_a_table_and_in_the_doses_of_a_drug(copy: Path) -> None:
    change(
        copy,
        "assessment.toml",
        'rule = "cancer-standard"\nwhen = "true"',
        'rule = "cancer-standard"\nwhen = "age > 40"',
    )
    change(copy, "drugs/cyclophosphamide.toml", '[[dose]]\nwhen = "true"', '[[dose]]\nwhen = "known(egfr)"')
    faults = folder_faults(copy)
    assert the_one(faults, "assessment.toml, table cancer-risk: a gap").witness is not None
    assert the_one(faults, "drugs/cyclophosphamide.toml, doses of cyclophosphamide: a gap").witness is not None


def test_two_rows_of_one_monitored_test_that_hold_together_show_a_patient_of_both(copy: Path) -> None:
    old = 'when = "monitored and not azathioprine-in-use"\nwhy = "Marrow."'
    change(copy, "monitoring.toml", old, 'when = "monitored"\nwhy = "Marrow."')
    fault = the_fault(copy, "monitoring.toml, monitoring of blood-count: test 3 and test 4 overlap for this patient")
    assert fault.witness is not None
    pack = read_pack(copy)
    sheet = work_through(fault.witness, pack).treatment.sheet
    assert [m.when.value(sheet) for m in pack.monitoring if m.test == "blood-count"] == [True, True]


def test_an_overlap_in_a_table_whose_rows_must_exclude_each_other(copy: Path) -> None:
    more = (
        '[[table]]\nid = "age-band"\nhit = "unique"\nsources = ["rule-6"]\n'
        '[[table.row]]\nrule = "band-young"\nwhen = "age < 18"\nthen = "young"\n'
        '[[table.row]]\nrule = "band-grown"\nwhen = "age >= BOUND"\nthen = "grown"\n\n[group]\nid = "steroid-sparing"'
    )
    change(copy, "treatment.toml", '[group]\nid = "steroid-sparing"', more.replace("BOUND", "17"))
    fault = the_fault(copy, "treatment.toml, table age-band: band-young and band-grown overlap for this patient")
    assert fault.witness is not None
    assert fault.witness.assessed_on.year - fault.witness.patient.birth_date.year in (17, 18)
    change(copy, "treatment.toml", "age >= 17", "age >= 18")
    assert not [f for f in folder_faults(copy) if "overlap" in f.text or "proved apart" in f.text]


def test_a_row_in_the_shadow_of_another_is_proved_unreachable(copy: Path) -> None:
    row = '[[indication]]\nrule = "folic-acid-never"\nwhen = "true"\nthen = "option"\n' + TEXTS
    append(copy, "drugs/folic-acid.toml", row)
    fault = the_fault(copy, "drugs/folic-acid.toml, indications of folic-acid: folic-acid-never can never be reached")
    assert "holds whenever it does" in fault.text


def test_a_row_whose_condition_contradicts_itself(copy: Path) -> None:
    row = '[[safety]]\nrule = "never"\neffect = "caution"\ndrugs = ["ivig"]\nwhen = "egfr < 20 and egfr > 30"\n' + TEXTS
    append(copy, "safety.toml", row)
    the_fault(copy, "safety.toml, safety of ivig: never can never be reached, its condition contradicts itself")


def test_a_row_that_nobody_reaches_for_a_reason_that_writing_does_not_show(copy: Path) -> None:
    row = '[[safety]]\nrule = "never"\neffect = "caution"\ndrugs = ["ivig"]\nwhen = "body.weight * 2 < 6"\n' + TEXTS
    append(copy, "safety.toml", row)
    fault = the_fault(copy, "safety.toml, safety of ivig: never has no example, and no patient was found")
    assert fault.witness is None


def test_a_row_without_example_offers_a_patient_who_becomes_one(copy: Path) -> None:
    row = (
        '[[safety]]\nrule = "new"\neffect = "caution"\ndrugs = ["rituximab"]\nwhen = "lab.igg < 4 and age > 80"\n'
        + TEXTS
    )
    append(copy, "safety.toml", row)
    fault = the_fault(copy, "safety.toml, safety of rituximab: new has no example")
    assert fault.witness is not None
    append(copy, "examples.ndjson", lines_of((fault,))[0].splitlines()[1].strip() + "\n")
    assert folder_faults(copy) == ()


def test_an_example_whose_rule_no_longer_speaks_for_it(copy: Path) -> None:
    change(copy, "safety.toml", 'when = "age >= 65"', 'when = "age >= 105"')
    assert the_fault(copy, "example of age-65-jak: the rule does not speak for it").witness is not None


@pytest.mark.parametrize("key", ["text", "sources"])
def test_a_rule_without_text_or_source(copy: Path, key: str) -> None:
    old = 'text = "Active cancer."\nsources = ["rule-10", "TOFA-label"]\n'
    kept = [line for line in old.splitlines() if not line.startswith(key)]
    change(copy, "safety.toml", old, "\n".join(kept) + "\n")
    the_fault(copy, "safety.toml", "cancer-jak", f"has no {key.removesuffix('s')}")


AGE_65 = 'when = "age >= 65"'
LOADED = [
    ("safety.toml", AGE_65, 'when = "agee >= 65"', "age-65-jak: 'agee' is neither a finding nor a fact"),
    ("safety.toml", '"PP-OCTA"]', '"PP-OCTO"]', "thrombosis-ivig: source 'PP-OCTO' is not in sources.toml"),
    ("safety.toml", '"age-65-jak"', '"cancer-jak"', "cancer-jak: two rules are called 'cancer-jak'"),
    ("drugs/cyclophosphamide.toml", 'unit = "mg"', 'unit = "mgg"', "'mgg' is not a unit of a dose"),
    ("safety.toml", AGE_65, "when = \"status.ivig = 'option'\"", "age-65-jak: reads 'status.ivig', which"),
    ("facts.toml", 'biopsy-done = "', "biopsy-done = \"classification-level = 'no' or ", "eular-acr-2017.toml model"),
    ("monitoring.toml", "status.azathioprine", "status.azathioprin", "azathioprine-in-use: 'status.azathioprin'"),
    ("facts.toml", 'child = "age < 18"', 'child = "age < 18 and ("', "facts.toml"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "told"), LOADED)
def test_what_refuses_the_pack_when_it_is_loaded(copy: Path, file: str, old: str, new: str, told: str) -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    fault = the_fault(copy, told)
    assert file in fault.text or told.startswith("eular")
    with pytest.raises(BugError):
        read_pack(copy)


def test_a_fact_that_nothing_reads(copy: Path) -> None:
    change(copy, "facts.toml", 'child = "age < 18"', 'child = "age < 18"\nlonely = "age < 18"')
    the_fault(copy, "fact lonely: nothing reads it")


def test_everything_with_an_id_can_be_shown() -> None:
    pack = load_pack()
    ids = [*pack.definitions, *pack.cards, *(a.id for a in pack.alerts), *pack.schedules, *pack.catalogue.findings]
    for id_ in (*ids, *pack.catalogue.sources):
        assert id_ in show(pack, id_)
    assert "methotrexate" in show(pack)
    with pytest.raises(UserError, match="nothing called"):
        show(pack, "no-such-thing")


def test_conditions_read_as_words() -> None:
    text = "sure(a) and not b or c in ('x', 'y') or min(d, 2.50) >= 1 or therapy(t.taken)"
    assert words(parse(text)) == "((sure(a) and not b) or c is one of x, y or min(d, 2.5) >= 1 or therapy(t.taken))"
