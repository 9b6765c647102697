"""A draft that contradicts itself is read whole, with the problem beside it."""

import json
from typing import Any

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.exchange import case_bytes, read_case, read_draft
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.model.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(asset("resources", "knowledge", "2026.11.0"))


def _case(**parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "format": "myositis-case/1",
        "patient": {"birth_date": "1968-04-02", "sex": "female"},
        "assessed_on": "2026-11-20",
        **parts,
    }


CONTRADICTIONS = {
    "born after the assessment": _case(patient={"birth_date": "2027-04-02", "sex": "female"}),
    "a finding after the assessment": _case(findings={"skin.heliotrope": {"value": "present", "on": "2027-01-01"}}),
    "a finding before birth": _case(findings={"skin.heliotrope": {"value": "present", "on": "1960-01-01"}}),
    "a drug started after the assessment": _case(
        therapy=[{"drug": "prednisone", "started": "2027-01-01", "stopped": None, "outcome": "unknown"}]
    ),
    "a drug stopped before it was started": _case(
        therapy=[{"drug": "prednisone", "started": "2026-02-01", "stopped": "2026-01-01", "outcome": "unknown"}]
    ),
    "two visits on one day": _case(visits=[{"on": "2026-05-01", "findings": {}}, {"on": "2026-05-01", "findings": {}}]),
    "a finding after its visit": _case(
        visits=[{"on": "2026-12-01", "findings": {"skin.heliotrope": {"value": "present", "on": "2026-12-24"}}}]
    ),
    "steps with a gap": _case(
        preferences={
            "taper": {
                "steps": [
                    {"from": "2026-11-20", "days": 7, "dose_mg": "50"},
                    {"from": "2026-12-20", "days": 7, "dose_mg": "40"},
                ]
            }
        }
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_told_and_kept(name: str, catalogue: Catalogue) -> None:
    data = json.dumps(CONTRADICTIONS[name]).encode()
    assert read_case(data, catalogue)[0] is None
    case, problems = read_draft(data, catalogue)
    assert problems
    assert case is not None
    again, again_problems = read_draft(case_bytes(case), catalogue)
    assert again == case
    assert {p.pointer for p in again_problems} == {p.pointer for p in problems}
    kept = json.loads(case_bytes(case))
    for key in ("therapy", "visits", "findings", "patient"):
        assert kept.get(key) or not CONTRADICTIONS[name].get(key)


def test_a_sound_case_reads_the_same_both_ways(catalogue: Catalogue) -> None:
    data = json.dumps(_case(findings={"skin.heliotrope": "present"})).encode()
    assert read_draft(data, catalogue) == read_case(data, catalogue)


def test_what_is_no_case_has_no_draft(catalogue: Catalogue) -> None:
    case, problems = read_draft(b"{", catalogue)
    assert case is None
    assert problems
