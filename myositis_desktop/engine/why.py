"""Why and why not: what speaks for an answer of the assessment, what against the others, what is missing, and the
fewest findings that would change it. Asked for on demand and away from `decide`: the search runs the engine many times.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from myositis_desktop.engine.criteria import classify
from myositis_desktop.engine.decide import opened
from myositis_desktop.engine.sheet import LEVEL, FactSheet, Row
from myositis_desktop.model.case import Case, Finding
from myositis_desktop.model.catalogue import FindingSpec
from myositis_desktop.model.plan import Because, Reason

if TYPE_CHECKING:
    from myositis_desktop.engine.pack import Pack

TARGETS = {"classification": LEVEL, "subtype": "subtype", "severity": "severity", "cancer": "cancer-risk"}
"""What can be asked about, and the fact that answers it."""
TRIES = 2500
"""Runs of the engine that one search may take."""
SHOWN = 8

Answer = tuple[str, Finding]
"""The answer in words (present, raised, low ...), and the finding."""


@dataclass(frozen=True, slots=True)
class Change:
    """Answers to findings not known yet that together change the judgement."""

    answers: tuple[tuple[str, str], ...]
    """Finding id, and its answer in words."""
    becomes: str


@dataclass(frozen=True, slots=True)
class Why:
    """One judgement with what stands behind it."""

    target: str
    answer: str
    speaks_for: Because
    why_not: Because
    """Other answers that surely do not hold, each with the findings that keep it from holding."""
    missing: tuple[str, ...]
    changes: tuple[Change, ...]
    """The smallest sets found: of one finding, or where there is none of two."""
    complete: bool
    """Every set of that size was tried; False: the search was ended by its bound."""


def why(case: Case, pack: "Pack", target: str) -> Why:
    """Everything behind one judgement of a case; `target` is one of TARGETS."""
    sheet, fact = _judged(case, pack), TARGETS[target]
    answer = str(sheet.get(fact))
    missing = _missing(case, pack, fact)
    changes, complete = _search(case, pack, fact, missing)
    if target == "classification":
        speaks_for, why_not = _of_items(pack, sheet)
    else:
        speaks_for, why_not = sheet.reasons(fact), tuple(_others(pack, sheet, fact))
    return Why(target, answer, speaks_for, why_not, missing, changes, complete)


def _judged(case: Case, pack: "Pack", *, robust: bool = False) -> FactSheet:
    sheet = opened(case, pack)
    if robust:
        sheet = FactSheet(pack.definitions, sheet.inputs, robust=True)
        sheet.put_all({f"chosen.{drug}": any(c.drug == drug for c in case.preferences.choose) for drug in pack.cards})
    classify(pack.criteria, sheet)
    return sheet


def _missing(case: Case, pack: "Pack", fact: str) -> tuple[str, ...]:
    """The findings that are not known and could change the answer."""
    return tuple(f for f in _judged(case, pack, robust=True).missing_of(fact) if f in pack.catalogue.findings)


def _of_items(pack: "Pack", sheet: FactSheet) -> tuple[Because, Because]:
    held: dict[bool, list[Reason]] = {True: [], False: []}
    for item in pack.criteria.items:
        holds = item.when.value(sheet)
        if holds is not None:
            rule = f"{pack.criteria.id}-{item.id}"
            held[holds].append(Reason(rule, item.label, item.when.support(sheet), pack.criteria.sources))
    return tuple(held[True]), tuple(held[False])


def _others(pack: "Pack", sheet: FactSheet, fact: str) -> Iterator[Reason]:
    """Rows that would have given another answer and surely do not hold."""
    definition = pack.definitions[fact]
    answer, fired = sheet.get(fact), sheet.fired(fact)
    for row in definition.rows:
        if definition.hit == "first" and row in fired:
            return
        if row.when.value(sheet) is False and _gives(row, sheet) != answer:
            yield Reason(row.rule, row.text, row.when.support(sheet), row.sources)


def _gives(row: Row, sheet: FactSheet) -> object:
    return None if row.then is None else row.then.value(sheet)


def _search(case: Case, pack: "Pack", fact: str, missing: tuple[str, ...]) -> tuple[tuple[Change, ...], bool]:
    """The smallest sets of answers that change the fact: one finding, else two, within TRIES runs."""
    before = _judged(case, pack).get(fact)
    options = [(f, a) for f in missing for a in _answers(pack.catalogue.findings[f])]
    tried = 0
    for size in (1, 2):
        found: list[Change] = []
        for chosen in combinations(options, size):
            if len({f for f, _ in chosen}) < size:
                continue
            if tried == TRIES or len(found) == SHOWN:
                return tuple(found), False
            tried += 1
            now = _judged(_with(case, chosen), pack).get(fact)
            if now != before:
                found.append(Change(tuple((f, word) for f, (word, _) in chosen), str(now)))
        if found:
            return tuple(found), True
    return (), True


def _with(case: Case, chosen: tuple[tuple[str, Answer], ...]) -> Case:
    return replace(case, findings={**case.findings, **{f: finding for f, (_, finding) in chosen}})


def _answers(spec: FindingSpec) -> tuple[Answer, ...]:
    """What an unknown finding may turn out to be: the two ends for a number, every word for the rest; no dates."""
    if spec.kind == "quantity":
        return _numbers(spec)
    words = {"sign": ("present", "absent"), "antibody": ("positive", "negative"), "choice": spec.values}
    return tuple((word, Finding(spec.id, word)) for word in words.get(spec.kind, ()))


def _numbers(spec: FindingSpec) -> tuple[Answer, ...]:
    if spec.plausible is None:
        return ()
    low, high = spec.plausible
    if not spec.takes_limit:
        return ("low", Finding(spec.id, low)), ("high", Finding(spec.id, high))
    # Only the ratio to the limit is asked about: any limit inside the plausible range will do.
    limit = low + (high - low) / Decimal(100)
    return (
        ("raised", Finding(spec.id, 2 * limit, uln=limit)),
        ("not raised", Finding(spec.id, limit / 2, uln=limit)),
    )
