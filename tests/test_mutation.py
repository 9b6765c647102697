"""A changed number, comparison or status of the pack is noticed."""

import shutil
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.knowledge import versions
from tests.mutation import Mutant, mutants, survivors

SHARE = 0.9


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(str(asset("resources", "knowledge", versions()[-1])), tmp_path / "pack")


def test_every_kind_of_change_is_made(folder: Path) -> None:
    found = [(m.file, m.rule, m.becomes) for m in mutants(folder)]
    assert ("safety.toml", "age-65-jak when", 'when = "age > 65"') in found
    assert ("safety.toml", "age-65-jak when", 'when = "age >= 66"') in found
    assert ("safety.toml", "age-65-jak effect", 'effect = "contraindicated"') in found
    assert ("facts.toml", "child", 'child = "age <= 18"') in found
    assert not [m for m in found if m[2].startswith(("text", "sources"))]


def test_a_change_that_no_patient_notices_survives(folder: Path) -> None:
    unnoticed = Mutant("safety.toml", 0, "comment", "a comment", "# another comment")
    assert survivors(folder, [unnoticed]) == [unnoticed]


def test_what_a_drug_is_for_and_what_forbids_it_is_noticed_when_changed(folder: Path) -> None:
    statuses = [m for m in mutants(folder) if m.rule.endswith(" then") and m.file.startswith("drugs/")]
    assert survivors(folder, statuses[:: len(statuses) // 12]) == []


@pytest.mark.soak
def test_nine_of_ten_changes_are_noticed(folder: Path) -> None:
    every = list(mutants(folder))
    left = survivors(folder, every)
    assert len(left) <= (1 - SHARE) * len(every), "\n".join(map(str, left))
