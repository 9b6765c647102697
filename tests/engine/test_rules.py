"""The product rules, section by section: rows of tests/data/rules say who the patient is and what the plan must say.

A row stands on a base patient of bases.toml and changes it:

| key | what it says |
|---|---|
| `base` | the patient it begins from; `dm` where it says nothing |
| `patient` | sex and age in years, or sex and birth date |
| `findings` | what differs: a word, a quantity ("3200 U/L (200)" has its upper limit in brackets), "" for not stated |
| `therapy` | "drug dose unit started..stopped outcome"; without the second day it is still taken |
| `visits` | earlier days with their findings |
| `choose`, `taper`, `doses` | as in a case file |
| `expect` | "what is", "what lacks text" and so on: a drug (its status), a part of a drug, or a short name |
| `refused` | the case must be refused with this text |
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.plan_json import plan_line

FOLDER = Path(__file__).parent.parent / "data" / "rules"
DAY = "2026-11-20"
Row = Mapping[str, Any]
Step = str | int | tuple[str, str]
Path_ = tuple[Step, ...]
SIGNS = ("is", "not", "has", "lacks", "exists", "absent", "<=", ">=")
ASSESSED: Mapping[str, Path_] = {
    "subtype": ("subtype", "id"),
    "severity": ("severity", "level"),
    "cancer": ("cancer_risk", "level"),
    "criteria": ("classification",),
    "response": ("response",),
    "alerts": ("alerts",),
    "course": ("course",),
}
DOSE = ("value", "lowest", "highest", "per_kg", "unit", "days", "times_per_day", "infusions", "interval_days", "text")


@cache
def pack() -> Pack:
    return load_pack()


@cache
def bases() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "bases.toml").read_text(encoding="utf-8"))


def rows() -> Iterator[Any]:
    """Every row of every file, named by file and id."""
    for file in sorted(FOLDER.glob("section-*.toml")):
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(row, id=f"{file.stem.removeprefix('section-')}-{row['id']}")


# ---- from a row to a case


def case_of(row: Row) -> dict[str, Any]:
    """The whole case file of a row."""
    chain = [row]
    while (base := chain[-1].get("base", None if len(chain) > 1 else "dm")) is not None:
        chain.append(bases()[base])
    findings: dict[str, Any] = {}
    for link in reversed(chain):
        findings |= link.get("findings", {})
    patient = next(link["patient"] for link in chain if "patient" in link)
    out: dict[str, Any] = {
        "format": "myositis-case/1",
        "patient": _patient(patient),
        "assessed_on": row.get("assessed_on", DAY),
        "findings": _findings(findings),
    }
    if "therapy" in row:
        out["therapy"] = [_therapy(text) for text in row["therapy"]]
    if "visits" in row:
        out["visits"] = [{"on": day, "findings": _findings(found)} for day, found in row["visits"].items()]
    if wishes := {key: row[key] for key in ("choose", "taper", "doses") if key in row}:
        out["preferences"] = wishes
    return out


def _patient(text: str) -> dict[str, str]:
    sex, born = text.split()
    return {"sex": sex, "birth_date": born if "-" in born else f"{2026 - int(born)}-03-15"}


def _findings(given: Row) -> dict[str, Any]:
    return {id_: _finding(id_, value) for id_, value in given.items() if value != ""}


def _finding(id_: str, value: object) -> object:
    if not isinstance(value, str) or " " not in value or id_ == "onset.date":
        return value
    number, unit, *limit = value.split()
    return {"value": number, "unit": unit} | ({"uln": limit[0].strip("()")} if limit else {})


def _therapy(text: str) -> dict[str, Any]:
    drug, dose, unit, days, outcome = text.split()
    started, _, stopped = days.partition("..")
    given = {} if dose == "-" else {"dose": {"value": dose, "unit": unit}}
    return {"drug": drug, **given, "started": started, "stopped": stopped or None, "outcome": outcome}


# ---- from an expectation to a check


def check_of(text: str) -> tuple[Path_, str, str]:
    """Path, sign and value of one expectation."""
    what, _, rest = text.partition(" ")
    sign, _, value = rest.partition(" ")
    if sign not in SIGNS:
        sign, value = "is", rest
    return path_of(what), sign, value


def path_of(what: str) -> Path_:
    """The keys to a part of the plan; a pair picks the element of a list by a key of its own."""
    head, _, tail = what.partition(".")
    if head in ASSESSED:
        return ("assessment", *ASSESSED[head], *filter(None, [tail]))
    if head in pack().cards:
        field = tail.split(".") if tail else ["status"]
        return ("treatment", "items", ("drug", head), *(["dose"] if field[0] in DOSE else []), *field)
    lists = {
        "alert": ("assessment", "alerts", ("id", tail), "level"),
        "step": ("taper", "steps", ("from", tail), "dose_mg"),
        "to": ("taper", "steps", ("from", tail), "to"),
        "monitor": ("monitoring", ("test", tail), "on"),
        "tablets": ("taper", "tablets_total", tail),
        "first": ("undecided", 0, "finding"),
    }
    return lists.get(head) or tuple(int(s) if s.isdecimal() else s for s in what.split("."))


def found_at(plan: Any, path: Path_) -> Any:  # noqa: ANN401 - any part of a plan
    """The part of a plan at a path; None where there is none."""
    for step in path:
        plan = _element(plan, step) if isinstance(plan, list) else _key(plan, step)
    return plan


def _key(part: Any, step: Step) -> Any:  # noqa: ANN401 - any part of a plan
    return part.get(step) if isinstance(part, dict) else None


def _element(items: list[Any], step: Step) -> Any:  # noqa: ANN401 - any part of a plan
    if isinstance(step, int):
        return items[step] if step < len(items) else None
    return next((i for i in items if isinstance(step, tuple) and str(i.get(step[0])) == step[1]), None)


def holds(found: Any, sign: str, wanted: str) -> bool:  # noqa: ANN401 - any part of a plan
    """Whether what was found is as the expectation says."""
    if sign in ("has", "lacks"):
        return _contains(found, wanted) == (sign == "has")
    if sign in ("<=", ">="):
        below = found is not None and Decimal(found) <= Decimal(wanted)
        return below if sign == "<=" else found is not None and Decimal(found) >= Decimal(wanted)
    if sign in ("exists", "absent"):
        return (found in (None, [])) == (sign == "absent")
    return any(_same(found, w) for w in wanted.split("|")) == (sign == "is")


def _contains(found: Any, wanted: str) -> bool:  # noqa: ANN401 - any part of a plan
    if isinstance(found, str):
        return wanted in found
    return any(i == wanted or (isinstance(i, dict) and wanted in i.values()) for i in found or [])


def _same(found: Any, wanted: str) -> bool:  # noqa: ANN401 - any part of a plan
    if isinstance(found, bool):
        return str(found).lower() == wanted
    try:
        return Decimal(str(found)) == Decimal(wanted)
    except InvalidOperation:
        return bool(found == wanted)


# ---- the test


@pytest.mark.parametrize("row", list(rows()))
def test_the_plan_says_what_the_rules_say(row: Row) -> None:
    case, problems = read_case(json.dumps(case_of(row)).encode(), pack().catalogue)
    plan = None
    if case is not None:
        plan, problems = decide(case, pack(), case_sha256(case))
    if "refused" in row:
        assert plan is None, row["why"]
        assert row["refused"] in "\n".join(map(str, problems)), row["why"]
        return
    assert plan is not None, problems
    said = json.loads(plan_line(plan))
    wrong = []
    for text in row["expect"]:
        path, *check = check_of(text)
        found = found_at(said, path)
        if not holds(found, *check):
            wrong.append(f"{text}: {found}")
    assert not wrong, f"{row['why']}: {wrong}"
