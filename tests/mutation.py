"""A mutator of the knowledge pack: every number, comparison and status changed, one at a time.

A change is killed where the pack no longer loads, where a reviewed plan of tests/snapshots differs, where a row of
tests/data/rules no longer holds, or where a number of a drug card is not that of tests/data/safety/card-numbers.toml.
`python3 dev.py soak tests/test_mutation.py` runs all of them; those that may survive are in docs/mutation.md.

A changed condition is first valued on the facts of every patient, which are kept; only where its value differs is the
plan made anew. A changed status or number of a row is tried on those patients first for whom the row spoke.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from unittest.mock import patch

from myositis_desktop.engine.decide import Work, decide, work_through
from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.parser import parse
from myositis_desktop.errors import BugError
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack, read_pack
from myositis_desktop.knowledge.names import expressions
from myositis_desktop.knowledge.parts import parts
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan_json import plan_line
from tests.engine import test_rules as rules
from tests.knowledge.test_cards import TABLE, numbers, table_of_facts
from tests.snapshots.plans import lines_of, patients

FILES = (
    "alerts.toml", "assessment.toml", "facts.toml", "interactions.toml", "monitoring.toml", "reading.toml",
    "response.toml", "safety.toml", "tablets.toml", "treatment.toml", "criteria/*.toml", "drugs/*.toml",
    "tapers/*.toml",
)  # fmt: skip
STATUSES = {
    "recommended": "option", "option": "recommended", "candidate": "not-indicated", "not-indicated": "option",
    "caution": "contraindicated", "contraindicated": "caution", "needs-data": "not-indicated",
    "emergency": "warning", "warning": "info", "info": "warning", "never": "care", "care": "never",
}  # fmt: skip
PROSE = frozenset({
    "text", "arithmetic", "sources", "rule", "id", "title", "label", "why", "act", "note", "later_note", "keys",
    "if_no", "evidence", "confidence", "forms", "baseline", "hold", "ask", "kidney", "liver", "weight", "pregnancy",
    "lactation", "vaccines", "drug", "drugs", "beside", "needs", "needs_missing", "finding", "test", "monitoring",
    "unit", "order", "include", "include_except", "hit", "ties", "to", "better", "ranges", "population", "groups",
})  # fmt: skip
_SIGNS = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "!=": "=", "=": "!="}
_LINE = re.compile(r'^(?:"(?P<quoted>[^"]+)"|(?P<key>[\w-]+)) = (?P<value>.+)$')
_TOKEN = re.compile(r"'[^']*'|<=|>=|!=|<|>|(?<![\w.-])=(?!=)|(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-]*[A-Za-z_])")
_WORD = re.compile(r'^"([a-z-]+)"$')


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed place of one file."""

    file: str
    line: int
    rule: str
    """The rule, fact or key it stands in."""
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.file} {self.rule}: {self.was} -> {self.becomes}"


@dataclass(frozen=True, slots=True)
class Patient:
    """One who may kill a mutant."""

    case: Case
    work: Work
    spoke: frozenset[str]
    agrees: Callable[[Pack], bool]
    """Whether a pack says of the patient what it should."""


# ---- mutants


def mutants(folder: Path) -> Iterator[Mutant]:
    """Every changed place of the pack in a folder, in the order of its files."""
    for pattern in FILES:
        for file in sorted(folder.glob(pattern)):
            yield from _of_file(str(file.relative_to(folder)), file.read_text(encoding="utf-8"))


def _of_file(file: str, text: str) -> Iterator[Mutant]:
    rule = ""
    for number, line in enumerate(text.splitlines()):
        found = _LINE.match(line)
        if line.startswith("["):
            rule = line.partition("#")[0].strip("[] ")
        if found is None:
            continue
        key, value = found["quoted"] or found["key"], found["value"]
        if key in ("rule", "id"):
            rule = value.strip('"')
        if key in PROSE and not (key == "hold" and value[0].isdigit()):
            continue
        place = key if rule == "facts" or not rule else f"{rule} {key}"
        for was, becomes in _changes(value):
            changed = line[: found.start("value")] + becomes
            yield Mutant(file, number, place, value if len(value) < 90 else was, changed)


def _changes(value: str) -> Iterator[tuple[str, str]]:
    """Each change of a value: what was there and the whole new value."""
    word = _WORD.match(value)
    if word and word[1] in STATUSES:
        yield word[1], f'"{STATUSES[word[1]]}"'
        return
    comment = value.rfind(" # ") if value.rfind(" # ") > value.rfind('"') else len(value)
    for token in _TOKEN.finditer(value[:comment]):
        if not token[0].startswith("'") and (new := _other(token[0])):
            yield token[0], f"{value[: token.start()]}{new}{value[token.end() :]}"


def _other(token: str) -> str:
    if token in _SIGNS:
        return _SIGNS[token]
    number = Decimal(token)
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    return str(number + step)


# ---- patients


@cache
def judges() -> tuple[Patient, ...]:
    """Those of the snapshots and those of the rules, each with what must be said of it."""
    pack = load_pack()
    everything = parts(pack)
    found = [*(_of_snapshot(c, pack) for c in patients().values()), *_of_rules(pack)]
    out = []
    for case, agrees in found:
        work = work_through(case, pack)
        out.append(Patient(case, work, frozenset(p.id for p in everything if p.spoke(work)), agrees))
    return tuple(out)


def _of_snapshot(case: Case, pack: Pack) -> tuple[Case, Callable[[Pack], bool]]:
    was = lines_of(case, pack)
    return case, lambda other: lines_of(case, other) == was


def _of_rules(pack: Pack) -> Iterator[tuple[Case, Callable[[Pack], bool]]]:
    for param in rules.rows():
        row = param.values[0]
        case, _ = read_case(json.dumps(rules.case_of(row)).encode(), pack.catalogue)
        if case is not None:
            yield case, _expectations(case, row) if "expect" in row else _refusal(case, row)


def _expectations(case: Case, row: rules.Row) -> Callable[[Pack], bool]:
    checks = [rules.check_of(text) for text in row["expect"]]

    def agrees(pack: Pack) -> bool:
        plan, _ = decide(case, pack, case_sha256(case))
        if plan is None:
            return False
        said = json.loads(plan_line(plan))
        return all(rules.holds(rules.found_at(said, path), *check) for path, *check in checks)

    return agrees


def _refusal(case: Case, row: rules.Row) -> Callable[[Pack], bool]:
    def agrees(pack: Pack) -> bool:
        plan, problems = decide(case, pack, case_sha256(case))
        return plan is None and row["refused"] in "\n".join(map(str, problems))

    return agrees


# ---- the trial

_READERS: dict[str, Callable[[Patient], bool]] = {
    "response.toml": lambda p: bool(p.case.visits),
    "tablets.toml": lambda p: p.work.part.taper is not None or bool(p.case.preferences.taper.steps),
    "tapers": lambda p: p.work.part.taper is not None,
}
"""Whom the numbers of a file can concern; where it is not named: everybody."""


def survivors(folder: Path, some: Iterable[Mutant]) -> list[Mutant]:
    """Those that nobody kills.

    Args:
        folder: a copy of the pack, which is changed and put back.
        some: the mutants to try.
    """
    kept = lru_cache(maxsize=None)
    with (
        patch.object(tomllib, "loads", kept(tomllib.loads)),
        patch("myositis_desktop.knowledge.tables.parse", kept(parse)),
    ):
        sound = read_pack(folder)
        return [m for m in some if not _killed(folder, m, sound)]


def _killed(folder: Path, mutant: Mutant, sound: Pack) -> bool:
    file = folder / mutant.file
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    lines[mutant.line] = mutant.becomes
    try:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        pack = read_pack(folder)
        if _not_of_the_table(mutant.file, file.read_text(encoding="utf-8")):
            return True
    except BugError:
        return True
    finally:
        file.write_text(text, encoding="utf-8")
    return any(_differs(p, pack) for p in _those_concerned(mutant, pack, sound))


def _not_of_the_table(file: str, text: str) -> bool:
    """Whether a number of a drug card, or of a fact behind its dose, is not that of the second table."""
    data = tomllib.loads(text)
    if file == "facts.toml":
        return bool(table_of_facts(data["facts"]) != TABLE["facts"]["numbers"])
    drug = file.removeprefix("drugs/").removesuffix(".toml")
    return file.startswith("drugs/") and bool(dict(numbers(data)) != TABLE.get(drug, {}).get("numbers", {}))


def _differs(patient: Patient, pack: Pack) -> bool:
    try:
        return not patient.agrees(pack)
    except Exception:  # noqa: BLE001 - a changed pack may break the engine in any way, which is noticed all the same
        return True


def _those_concerned(mutant: Mutant, pack: Pack, sound: Pack) -> list[Patient]:
    """The patients whose plan may differ, those who surely read the changed place first."""
    changed = _changed_conditions(pack, sound)
    if changed:
        return [p for p in judges() if any(_other_value(p, was, now) for was, now in changed)]
    rule, reads = mutant.rule.split()[0], _READERS.get(mutant.file.partition("/")[0])
    concerned = (p for p in judges() if reads is None or reads(p))
    return sorted(concerned, key=lambda p: rule not in p.spoke)


def _changed_conditions(pack: Pack, sound: Pack) -> list[tuple[Expr, Expr]]:
    """Conditions of rows and facts that differ; none where what differs is not only a condition of a row or a fact."""
    pairs = list(zip(expressions(sound), expressions(pack), strict=False))
    found = [(a, b) for (_, a), (_, b) in pairs if a is not b and a != b]
    passing = any(n.startswith(("dose.", "t.", "drug")) for a, b in found for n in (*a.names(), *b.names()))
    return [] if passing else found


def _other_value(patient: Patient, was: Expr, now: Expr) -> bool:
    sheet = patient.work.treatment.sheet
    return bool(was.value(sheet) != now.value(sheet))
