"""The plans of the demonstration and of the examples are those that were reviewed."""

import difflib

import pytest

from myositis_desktop.knowledge import load_pack
from tests.snapshots.plans import FOLDER, kept, lines_of, patients


@pytest.mark.parametrize("name", sorted(patients()))
def test_a_plan_is_the_one_that_was_reviewed(name: str) -> None:
    was, now = kept(name), lines_of(patients()[name], load_pack())
    told = "\n".join(difflib.unified_diff(was, now, "reviewed", "now", n=0, lineterm=""))
    assert was == now, (
        f"{name}: the plan changed. If it is meant: python3 dev.py renew, and read the difference.\n{told}"
    )


def test_no_snapshot_is_left_of_a_patient_who_is_gone() -> None:
    assert {f.stem for f in FOLDER.glob("*.txt")} == set(patients())
