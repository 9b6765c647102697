"""A grid of patients: every subtype, severity, sex, age band and course, each worked through in process."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from myositis_desktop.engine.decide import Work, work_through
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.treatment import Verdict
from myositis_desktop.exchange import read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Choice, Finding, Therapy
from tests.engine.test_rules import case_of

Patch = Mapping[str, str | None]
"""Findings that are set; None takes one away."""
WALKING = {"mild": "independent", "moderate": "aided", "severe": "wheelchair"}
GRADES = {"mild": "1", "moderate": "2", "severe": "3"}
SEXES = ("female", "male", "unknown")
COURSES: Mapping[str, dict[str, str]] = {"new": {}, "refractory": {"history.refractory_activity": "present"}}
ADULT, JUVENILE, ANY = (30, 55, 70), (8, 15, 30), (15, 30, 70)
CHILD_BEARING = (15, 30)
BODIES = {8: ("25 kg", "125 cm", "35 umol/L"), 15: ("45 kg", "160 cm", "45 umol/L")}
ADULT_BODY = ("80 kg", "172 cm", "62 umol/L")
# Name of a branch -> base patient of tests/data/rules, what differs, ages, the subtype it must come out as.
BRANCHES: Mapping[str, tuple[str, dict[str, str], tuple[int, ...], str]] = {
    "dm": ("dm", {}, ADULT, "dm"),
    "dm-mda5": ("rp-ild", {"antibody.mda5": "positive"}, ADULT, "dm"),
    "adm": ("adm", {}, ADULT, "adm"),
    "pm": ("pm", {}, ADULT, "pm"),
    "imnm-srp": ("srp", {}, ADULT, "imnm-srp"),
    "imnm-hmgcr": ("hmgcr", {}, ADULT, "imnm-hmgcr"),
    "imnm-seronegative": ("seronegative", {}, ADULT, "imnm-seronegative"),
    "asys": ("asys", {}, ADULT, "asys"),
    "asys-ild": ("asys", {"organ.ild": "progressive"}, ADULT, "asys"),
    "ibm": ("ibm", {"biopsy.rimmed_vacuoles": "present"}, ADULT, "ibm"),
    "overlap": ("overlap", {}, ADULT, "overlap"),
    "jdm": ("jdm", {}, JUVENILE, "jdm"),
    "juvenile-other": ("juvenile-other", {}, JUVENILE, "juvenile-other"),
    "ici-myositis": ("ici", {}, ANY, "ici-myositis"),
    "unclassified": ("still", {}, ANY, "unclassified"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One patient of the grid."""

    branch: str
    severity: str
    sex: str
    age: int
    course: str

    @property
    def bears(self) -> bool:
        """Whether pregnancy is to be asked about."""
        return self.sex != "male" and self.age in CHILD_BEARING

    @property
    def under_mda5(self) -> bool:
        return self.branch == "dm-mda5"


@cache
def pack() -> Pack:
    return load_pack()


def cells() -> Iterator[Cell]:
    """Every patient of the grid."""
    for branch, (_, _, ages, _) in BRANCHES.items():
        for severity in WALKING:
            for sex in SEXES:
                for age in ages:
                    for course in COURSES:
                        yield Cell(branch, severity, sex, age, course)


@cache
def case(cell: Cell) -> Case:
    """The case of a cell; its pregnancy test is negative, everything that must be known is known."""
    base, extra, _, subtype = BRANCHES[cell.branch]
    weight, height, creatinine = BODIES.get(cell.age, ADULT_BODY)
    found = {"body.weight": weight, "body.height": height, "lab.creatinine": creatinine, **extra}
    found |= {"function.walking": WALKING[cell.severity], "screen.pregnancy": "absent", **COURSES[cell.course]}
    if subtype == "ici-myositis":
        found |= {"ici.grade": GRADES[cell.severity], "function.walking": "aided"}
        found |= {"function.walking": "independent"} if cell.severity == "mild" else {}
    if subtype in ("jdm", "juvenile-other"):
        found["onset.date"] = "2012-06-01" if cell.age == 30 else "2026-06-01"
    return _read({"base": base, "patient": f"{cell.sex} {cell.age}", "findings": found})


def _read(row: Mapping[str, Any]) -> Case:
    found, problems = read_case(json.dumps(case_of(row)).encode(), pack().catalogue)
    assert found is not None, problems
    return found


@cache
def _finding(id_: str, value: str) -> Finding:
    return _read({"findings": {id_: value}}).findings[id_]


def patched(cell: Cell, patch: Patch, therapy: Sequence[Therapy] = ()) -> Case:
    """The case of a cell with findings set or taken away, and therapies added."""
    start = case(cell)
    kept = {id_: f for id_, f in start.findings.items() if id_ not in patch}
    new = {id_: _finding(id_, value) for id_, value in patch.items() if value is not None}
    return replace(start, findings=kept | new, therapy=(*start.therapy, *therapy))


def decided(
    cell: Cell,
    patch: Patch | None = None,
    therapy: Sequence[Therapy] = (),
    choose: tuple[Choice, ...] = (),
    dated: Mapping[str, date] | None = None,
) -> Work:
    """The case of a cell, changed, worked through; `dated` says on which day a finding was found."""
    start = patched(cell, patch or {}, therapy)
    days = {id_: replace(start.findings[id_], on=on) for id_, on in (dated or {}).items()}
    preferences = replace(start.preferences, choose=choose)
    return work_through(replace(start, findings={**start.findings, **days}, preferences=preferences), pack())


def verdicts(cell: Cell, patch: Patch | None = None, therapy: Sequence[Therapy] = ()) -> Mapping[str, Verdict]:
    """What every drug is for the changed case."""
    return decided(cell, patch, therapy).treatment.verdicts


@cache
def plain(cell: Cell) -> Mapping[str, str]:
    """The status of every drug in the cell as it is."""
    return {drug: v.status for drug, v in verdicts(cell).items()}
