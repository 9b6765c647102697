"""Drug cards: every number is the one of a second table, every card says what it must, faults are refused."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.errors import BugError
from myositis_desktop.knowledge import load_pack
from myositis_desktop.knowledge.loader import read_pack

PACK = load_pack()
FOLDER = Path(str(asset("resources", "knowledge", PACK.version)))
TABLE = tomllib.loads((Path(__file__).parent.parent / "data/safety/card-numbers.toml").read_text(encoding="utf-8"))
NUMBER = re.compile(r"(?<![A-Za-z0-9_.\-{])\d+(?:\.\d+)?(?![A-Za-z0-9_}])")
NAMES = frozenset({"rule", "sources", "drug", "finding", "needs", "monitoring", "like"})
DRUGS = [d for d in PACK.cards if PACK.catalogue.drugs[d].group != "supportive"]
FACTS = (
    "gc-", "ibm-dose", "azathioprine-", "cyclophosphamide-", "ivig-", "clearance", "creatinine-", "egfr", "adjusted-",
    "ideal-", "bsa", "bmi", "height-over",
)  # fmt: skip


def numbers(part: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any part of a TOML file
    """Path and numbers of every value of a card that holds one."""
    if isinstance(part, dict):
        for key, inner in part.items():
            if key not in NAMES:
                yield from numbers(inner, f"{path}.{key}" if path else key)
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            name = inner.get("rule") if isinstance(inner, dict) else None
            yield from numbers(inner, f"{path}[{name or at}]")
    elif found := NUMBER.findall(str(part)):
        yield path, " ".join(found)


def table_of_facts(facts: dict[str, str]) -> dict[str, str]:
    """The numbers of the facts that doses are worked out from."""
    return {k: v for k, v in numbers(facts) if k.startswith(FACTS)}


def card_file(drug: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "drugs" / f"{drug}.toml").read_text(encoding="utf-8"))


# ---- numbers


@pytest.mark.parametrize("drug", list(PACK.cards))
def test_every_number_of_a_card_is_the_one_of_the_table(drug: str) -> None:
    assert dict(numbers(card_file(drug))) == TABLE.get(drug, {}).get("numbers", {})


def test_every_number_behind_a_dose_is_the_one_of_the_table() -> None:
    facts = tomllib.loads((FOLDER / "facts.toml").read_text(encoding="utf-8"))["facts"]
    assert table_of_facts(facts) == TABLE["facts"]["numbers"]


def test_every_part_of_the_table_names_its_place() -> None:
    assert all(re.match(r"(product rule|fact sheet)s? \d", part["place"]) for part in TABLE.values())


def test_a_changed_number_is_seen() -> None:
    card = card_file("methotrexate")
    card["limits"]["absolute"] = "if(child, 40, 30)"
    assert dict(numbers(card)) != TABLE["methotrexate"]["numbers"]
    card = card_file("cyclophosphamide")
    card["card"]["hold"][0] = card["card"]["hold"][0].replace("below 4", "below 3")
    assert dict(numbers(card)) != TABLE["cyclophosphamide"]["numbers"]


# ---- what a card must say


@pytest.mark.parametrize("drug", DRUGS)
def test_every_drug_has_its_card_and_limits(drug: str) -> None:
    card = PACK.cards[drug]
    assert card.text is not None
    assert all(said for _, said in card.text.lines())
    assert card.text.before()
    assert all(s in PACK.catalogue.sources for s in card.text.sources)
    if any("value" in d.numbers for d in card.doses):
        assert card.absolute is not None


@pytest.mark.parametrize("drug", DRUGS)
def test_every_drug_says_when_to_hold_it(drug: str) -> None:
    text = PACK.cards[drug].text
    assert text is not None
    assert text.hold


@pytest.mark.parametrize("drug", ["methotrexate", "azathioprine"])
def test_the_muscle_caveat_stands_where_liver_tests_hold_a_drug(drug: str) -> None:
    text = PACK.cards[drug].text
    assert text is not None
    said = next(line for line in text.hold if "come from muscle" in line)
    assert all(word in said for word in ("creatine kinase", "GGT", "bilirubin", "albumin"))
    liver = next(m for m in PACK.monitoring if m.test == "liver-tests")
    assert "muscle" in liver.why


def test_the_drugs_that_harm_an_unborn_child_say_so() -> None:
    for drug in ("methotrexate", "mycophenolate", "cyclophosphamide", "jak-inhibitor"):
        text = PACK.cards[drug].text
        assert text is not None
        assert text.pregnancy.startswith("Not given"), drug
        assert text.lactation == "Not given.", drug


def test_what_is_taken_by_mouth_and_goes_up_does_so_by_a_whole_tablet() -> None:
    steps = {d: c.step_up.by for d, c in PACK.cards.items() if c.step_up is not None}
    assert steps == {"methotrexate": Decimal("2.5"), "azathioprine": Decimal(25), "mycophenolate": Decimal(500)}


# ---- faults


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("drugs/ivig.toml", 'absolute = "2 * body.weight"\n', "", "a drug with a dose needs an absolute limit"),
        ("drugs/ivig.toml", 'liver = "No change."', 'liver = ""', "liver says nothing"),
        ("drugs/ivig.toml", "[card]\n", '[card]\nheart = "x"\n', "unknown key 'heart'"),
        ("drugs/ivig.toml", '"OCTA-size"', '"OCTA-none"', "source 'OCTA-none' is not in sources.toml"),
        ("drugs/ivig.toml", 'lowest = "0.4 * body.weight"', 'lowest = "0.4 * body.wait"', "'body.wait' is neither"),
        ("drugs/methotrexate.toml", 'to = "highest"', 'to = "top"', "to must be lowest or highest"),
        ("drugs/methotrexate.toml", 'by = "2.5"', 'by = "0"', "by must be above 0"),
        ("interactions.toml", 'level = "never"', 'level = "perhaps"', "level must be one of never, care"),
        ("interactions.toml", 'drugs = ["methotrexate"]', 'drugs = ["methotrexat"]', "is neither a drug nor a group"),
        ("interactions.toml", 'when = "medication.nsaid"', 'when = "medication.nsaids"', "is neither a finding"),
        ("interactions.toml", 'with = "NSAID"\n', "", "with is missing"),
        ("drugs/pjp-prophylaxis.toml", 'after = "below"', 'after = "start"', "with mg for below"),
        ("disabled.toml", 'sources = ["LISRAYA"]', 'sources = ["NONE"]', "source 'NONE' is not in sources.toml"),
        ("monitoring.toml", 'if_no = "The trial', 'unless = "The trial', "if_no is missing"),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(FOLDER, copy)
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BugError, match=re.escape(told)):
        read_pack(copy)
