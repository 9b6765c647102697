"""Safety in every corner: what contraindicates and what must be known, over the whole grid of patients.

The table in tests/data/safety is written from the product rules, not from the pack. Here every line of it meets a part
of the grid, chosen so that each drug is met where it would be given; the whole grid is the job of `dev.py soak`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from myositis_desktop.model.case import Choice, Therapy
from tests.engine.grid import (
    BRANCHES,
    COURSES,
    SEXES,
    WALKING,
    Cell,
    Patch,
    case,
    cells,
    decided,
    pack,
    plain,
    verdicts,
)

TABLE = Path(__file__).parent.parent / "data" / "safety" / "contraindications.toml"
GIVEN = ("recommended", "option")
IN_PLAY = ("recommended", "option", "caution")
# What the lungs alone make of a patient who walks well.
LEAST_SEVERITY = {
    ("asys-ild", "mild"): "moderate",
    ("dm-mda5", "mild"): "severe",
    ("dm-mda5", "moderate"): "severe",
}
Row = Mapping[str, Any]


@cache
def table() -> Mapping[str, list[Row]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def lines(kind: str) -> Iterator[Any]:
    """Every line of the table that stands or spares, with its row."""
    for row in table()["contraindication"]:
        for at, patch in enumerate(row[kind]):
            yield pytest.param(row, patch, id=f"{row['id']}-{at}")


def spread(found: Sequence[Cell], most: int) -> Iterable[Cell]:
    """At most so many cells, evenly from the whole list."""
    return found if len(found) <= most else [found[i * len(found) // most] for i in range(most)]


@cache
def grid() -> tuple[Cell, ...]:
    return tuple(cells())


def in_play(drug: str, patient: str = "everyone") -> list[Cell]:
    """The cells in which a drug would be given, or given with care."""
    return [c for c in grid() if plain(c)[drug] in IN_PLAY and belongs(c, patient)]


def belongs(cell: Cell, who: str) -> bool:
    return {"everyone": True, "child-bearing-range": cell.bears, "children": cell.age < 18}[who]


def some(drugs: Iterable[str], patient: str = "everyone") -> Iterator[Cell]:
    """For each drug cells in which it is in play, and others of every branch."""
    chosen = {c for drug in drugs for c in spread(in_play(drug, patient), 4)}
    chosen |= {c for b in BRANCHES for c in spread([g for g in grid() if g.branch == b and belongs(g, patient)], 1)}
    yield from sorted(chosen, key=grid().index)


def fit(cell: Cell, row: Row) -> list[str]:
    """The drugs of a row that are contraindicated in a cell while the row stands."""
    spared = row.get("not_under_mda5", ()) if cell.under_mda5 else ()
    return [d for d in row["drugs"] if d not in spared]


# ---- the grid is what it says


def test_the_grid_holds_every_subtype_severity_sex_and_age_band() -> None:
    assert {BRANCHES[c.branch][3] for c in grid()} == set(pack().catalogue.lists["subtypes"])
    assert len(grid()) == len(BRANCHES) * len(WALKING) * len(SEXES) * 3 * len(COURSES)
    for cell in spread(grid(), 90):
        sheet = decided(cell).treatment.sheet
        assert sheet.get("subtype") == BRANCHES[cell.branch][3], cell
        assert sheet.get("severity") == LEAST_SEVERITY.get((cell.branch, cell.severity), cell.severity), cell
        assert sheet.get("course.refractory") is (cell.course == "refractory"), cell


def test_every_drug_that_can_be_contraindicated_is_in_play_somewhere() -> None:
    named = {d for row in table()["contraindication"] for d in row["drugs"]}
    assert not [d for d in sorted(named) if not in_play(d)]


# ---- contraindications


@pytest.mark.parametrize(("row", "patch"), list(lines("stands")))
def test_contraindicated_while_it_stands(row: Row, patch: Patch) -> None:
    check_stands(row, patch, some(row["drugs"]))


def check_stands(row: Row, patch: Patch, where: Iterable[Cell]) -> None:
    for cell in where:
        found = verdicts(cell, patch)
        wrong = {d: found[d].status for d in fit(cell, row) if found[d].status != "contraindicated"}
        assert not wrong, (row["place"], cell, patch, wrong)
        assert not [d for d in row["drugs"] if found[d].status in GIVEN and d not in row.get("not_under_mda5", ())]


@pytest.mark.parametrize(("row", "patch"), list(lines("spares")))
def test_what_stands_just_outside_contraindicates_nothing(row: Row, patch: Patch) -> None:
    for cell in some(row["drugs"]):
        found = verdicts(cell, patch)
        wrong = [d for d in row["drugs"] if found[d].status == "contraindicated" != plain(cell)[d]]
        assert not wrong, (row["place"], cell, patch, wrong)


@pytest.mark.parametrize("drug", list(pack().cards))
def test_what_was_not_tolerated_is_contraindicated(drug: str) -> None:
    for cell in some([drug]):
        day = case(cell).assessed_on
        therapy = Therapy(drug, day - timedelta(days=50), stopped=day - timedelta(days=10), outcome="not-tolerated")
        assert verdicts(cell, {}, (therapy,))[drug].status == "contraindicated", cell


@pytest.mark.parametrize(("row", "patch"), list(lines("stands")))
def test_taken_or_chosen_it_stays_contraindicated(row: Row, patch: Patch) -> None:
    for drug in row["drugs"]:
        cell = in_play(drug)[0]
        if drug not in fit(cell, row):
            cell = next(c for c in in_play(drug) if drug in fit(c, row))
        taken = Therapy(drug, case(cell).assessed_on - timedelta(days=100))
        assert verdicts(cell, patch, (taken,))[drug].status == "contraindicated", cell
        bare, told = (decided(cell, patch, choose=(Choice(drug, why),)) for why in (None, "No other drug is at hand."))
        assert [p.pointer for p in bare.treatment.problems] == ["/preferences/choose/0"], (cell, drug)
        assert told.treatment.verdicts[drug].status == "contraindicated"
        assert told.treatment.verdicts[drug].override == "No other drug is at hand."


def test_the_table_and_the_pack_name_the_same_contraindications() -> None:
    """Every contraindication of the pack is brought about by the table, drug by drug, and none else."""
    packed = {(s.row.rule, drug) for s in pack().safety if s.effect == "contraindicated" for drug in s.drugs}
    seen = {
        (reason.rule, drug)
        for row in table()["contraindication"]
        for patch in row["stands"]
        for cell in spread(in_play(row["drugs"][0]), 3)
        for drug, verdict in verdicts(cell, patch).items()
        for reason in verdict.because
    }
    assert packed == {(rule, drug) for rule, drug in seen if rule in dict(packed)}


@pytest.mark.soak
def test_contraindicated_over_the_whole_grid() -> None:
    for row in table()["contraindication"]:
        for patch in row["stands"]:
            check_stands(row, patch, grid())


# ---- what must be known


def must_know() -> Iterator[Any]:
    for row in table()["must_know"]:
        for drug in row["drugs"]:
            yield pytest.param(row, drug, id=f"{drug}-{row['needs']}-{row['who']}")


@pytest.mark.parametrize(("row", "drug"), list(must_know()))
def test_not_offered_while_what_must_be_known_is_unknown(row: Row, drug: str) -> None:
    where = in_play(drug, row["who"])
    assert where
    check_unknown(row, drug, spread(where, 8))


def check_unknown(row: Row, drug: str, where: Iterable[Cell]) -> None:
    for cell in where:
        verdict = verdicts(cell, dict.fromkeys(row["unknown"]))[drug]
        assert verdict.status not in GIVEN, (cell, drug, row["needs"])
        if verdict.status == "needs-data":
            assert row["needs"] in verdict.needs, (cell, drug, verdict.needs)


@pytest.mark.parametrize(("row", "drug"), list(must_know()))
def test_known_again_it_is_offered_again(row: Row, drug: str) -> None:
    """The want of the finding alone takes the drug away: needs-data with it, given without, in the same cell."""
    cell = in_play(drug, row["who"])[0]
    assert verdicts(cell, dict.fromkeys(row["unknown"]))[drug].status == "needs-data"
    assert verdicts(cell)[drug].status in IN_PLAY


@pytest.mark.parametrize("weak", ["pending", "old"])
def test_an_answer_that_does_not_count_is_unknown(weak: str) -> None:
    """Tuberculosis indeterminate, and hepatitis B of more than a year ago, are not known."""
    for cell in spread(in_play("jak-inhibitor"), 6):
        if weak == "pending":
            assert verdicts(cell, {"screen.tb": "indeterminate"})["jak-inhibitor"].status not in GIVEN
        else:
            start = case(cell)
            old = start.assessed_on - timedelta(days=366)
            found = decided(cell, dated={"screen.hbsag": old}).treatment.verdicts
            assert found["jak-inhibitor"].status not in GIVEN
            assert found["rituximab"].status not in GIVEN


@pytest.mark.soak
def test_not_offered_over_the_whole_grid() -> None:
    for row in table()["must_know"]:
        for drug in row["drugs"]:
            check_unknown(row, drug, in_play(drug, row["who"]))
