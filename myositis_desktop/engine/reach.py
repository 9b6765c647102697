"""What reads what: which facts, cards and alerts hang on a name, so that a changed answer re-asks only those."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from myositis_desktop.engine.inputs import PATIENT, finding_named
from myositis_desktop.engine.logic import Arithmetic, Call, Compare, Either, Expr, FirstKnown, If, Literal, Lowest, Name
from myositis_desktop.engine.sheet import BIOPSY_LOWERS, LEVEL, PROBABILITY_LEVEL, SUBGROUP, Definition

if TYPE_CHECKING:
    from myositis_desktop.engine.cards import DrugCard
    from myositis_desktop.engine.guarded import Guarded
    from myositis_desktop.engine.pack import AlertRow, Pack

PUT_LATER = ("status.", "taper-")
"""Beginnings of names that stand only after the drugs are judged."""
_NUMBERS = (Arithmetic, Call, Lowest, FirstKnown, If, Name)
_IMPLAUSIBLE = "any_implausible"
_ONSET = ("onset.date", "onset.age")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the value of a finding, or of a name of the patient, meets a number of the rules."""

    numbers: tuple[Decimal, ...] = ()
    multiples: tuple[Decimal, ...] = ()
    """In multiples of its limit, or of the maximum of its scale."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Worked out once for a pack."""

    direct: Mapping[str, frozenset[str]]
    """Fact -> the names it reads itself; the classification counts as a fact."""
    order: tuple[str, ...]
    """The facts, each after what it reads."""
    late: tuple[str, ...]
    """Those of them that read a status or the days of the taper, in the same order."""
    names: Mapping[str, tuple[str, ...]]
    """Finding -> the names under which rules read it."""
    after: Mapping[str, tuple[str, ...]]
    """Finding -> the facts that read one of them, itself or through others, in order."""
    cards: Mapping[str, frozenset[str]]
    """Drug -> the names that its verdict reads."""
    offers: Mapping[str, tuple[str, ...]]
    """Drug -> those of them that an earlier drug puts on the sheet."""
    taper: frozenset[str]
    """The names that the choice of the taper reads."""
    drugs: frozenset[str]
    """Every name that the verdicts, the taper and what hangs on them read."""
    before_support: frozenset[str]
    """What the taper reads, and what the drugs read that are no supportive care, and the choice among them."""
    alerts: Mapping[str, frozenset[tuple[int, str]]]
    """Name -> the alerts that read it, each with its place in the pack."""
    thresholds: Mapping[str, Thresholds]

    def alerts_that_read(self, names: AbstractSet[str]) -> list[str]:
        """The alerts that read one of the names, in the order of the pack."""
        found = frozenset[tuple[int, str]]().union(*(self.alerts[n] for n in names & self.alerts.keys()))
        return [id_ for _, id_ in sorted(found)]


def reach_of(pack: "Pack") -> Reach:
    """Who reads what in a pack."""
    definitions = {**pack.definitions, **_of_classification(pack)}
    direct = {id_: names_of(d.parts()) for id_, d in definitions.items()}
    order = _in_order(direct)
    reads: dict[str, frozenset[str]] = {}
    for fact in order:
        reads[fact] = direct[fact].union(*(reads[n] for n in direct[fact] if n in reads))
    names = _names_of_findings(pack, direct)
    cards = {drug: _of_card(pack, card) for drug, card in pack.cards.items()}
    taper = _of_taper(pack)
    late = tuple(f for f in order if any(n.startswith(PUT_LATER) for n in reads[f]))
    return Reach(
        direct=direct,
        order=order,
        late=late,
        names=names,
        after={id_: tuple(f for f in order if not reads[f].isdisjoint(read)) for id_, read in names.items()},
        cards=cards,
        offers={drug: tuple(n for n in read if n.startswith("offer.")) for drug, read in cards.items()},
        taper=taper,
        drugs=taper.union({pack.group.orders.id}, *cards.values(), *(direct[f] for f in late)),
        before_support=taper.union({pack.group.orders.id}, *(cards[c.drug] for c in pack.main_cards)),
        alerts=_readers(pack.alerts_of),
        thresholds=_thresholds(pack),
    )


def _readers(alerts: Mapping[str, "Guarded[AlertRow]"]) -> dict[str, frozenset[tuple[int, str]]]:
    found: dict[str, set[tuple[int, str]]] = {}
    for place, (id_, rows) in enumerate(alerts.items()):
        for name in names_of(rows.conditions):
            found.setdefault(name, set()).add((place, id_))
    return {name: frozenset(readers) for name, readers in found.items()}


def names_of(expressions: Iterable[Expr]) -> frozenset[str]:
    """Every name that the expressions read themselves."""
    return frozenset[str]().union(*(e.names() for e in expressions))


def _of_classification(pack: "Pack") -> dict[str, Definition]:
    criteria = pack.criteria
    parts = (
        *(m.when for m in criteria.models),
        *(i.when for i in criteria.items),
        *(r.when for r in criteria.subgroups),
    )
    return {id_: Definition(id_, expr=Either(parts)) for id_ in (LEVEL, PROBABILITY_LEVEL, BIOPSY_LOWERS, SUBGROUP)}


def _in_order(direct: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    done: dict[str, None] = {}
    started: set[str] = set()  # a circle, which the loader refuses by name, ends where it closes

    def visit(fact: str) -> None:
        if fact not in started:
            started.add(fact)
            for name in sorted(direct[fact] & direct.keys()):
                visit(name)
            done[fact] = None

    for fact in direct:
        visit(fact)
    return tuple(done)


def _names_of_findings(pack: "Pack", direct: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    read = names_of(pack.expressions()).union(*direct.values())
    found: dict[str, list[str]] = {id_: [] for id_ in pack.catalogue.findings}
    for name in sorted(read):
        id_ = finding_named(name, pack.catalogue)
        if id_ in found and name not in PATIENT:
            found[id_].append(name)
    for id_ in _ONSET:
        found[id_] += [n for n in ("age_at_onset", "months_since_onset") if n in read]
    for id_, spec in pack.catalogue.findings.items():
        if spec.plausible is not None and _IMPLAUSIBLE in read:
            found[id_].append(_IMPLAUSIBLE)
    return {id_: tuple(names) for id_, names in found.items()}


def _of_card(pack: "Pack", card: "DrugCard") -> frozenset[str]:
    safety = pack.safety_of(card.drug)
    more = (*(s.keeps for s in safety), card.keeps_recommended)
    missing = {n for i in card.indications for n in i.needs_missing} | {n for s in safety for n in s.needs_missing}
    parts = (*card.parts(), *(s.row.when for s in safety), *(e for e in more if e is not None))
    return names_of(parts) | missing


def _of_taper(pack: "Pack") -> frozenset[str]:
    choice = pack.taper_choice
    parts = (choice.begin_lower, choice.hold_before_next, *(r.when for r in choice.remarks))
    own = {
        choice.schedule.id,
        "subtype",
        "child",
        "course.continuing",
        "oral-taken-dose",
        "glucocorticoid-not-tolerated",
    }
    statuses = {f"status.{drug}" for drug in pack.oral} | {"status.methylprednisolone-iv"}
    return names_of(parts) | own | statuses


def _thresholds(pack: "Pack") -> dict[str, Thresholds]:
    numbers: dict[str, set[Decimal]] = {}
    multiples: dict[str, set[Decimal]] = {}
    for compare in _comparisons(pack.expressions()):
        names = compare.names()
        by_limit = any(n.endswith((".uln", ".max")) for n in names)
        for name in _numbers_behind(pack, names):
            id_ = name if name in PATIENT else finding_named(name, pack.catalogue)
            (multiples if by_limit else numbers).setdefault(id_, set()).update(_constants(compare))
    return {
        id_: Thresholds(tuple(sorted(numbers.get(id_, ()))), tuple(sorted(multiples.get(id_, ()))))
        for id_ in {**numbers, **multiples}
    }


def _comparisons(expressions: Iterable[Expr]) -> Iterable[Compare]:
    for expr in expressions:
        if isinstance(expr, Compare):
            yield expr
        if not isinstance(expr, Literal | Name):
            yield from _comparisons(expr.parts)


def _constants(expr: Expr) -> set[Decimal]:
    if isinstance(expr, Literal):
        return {expr.constant} if isinstance(expr.constant, Decimal) else set()
    return set() if isinstance(expr, Name) else set[Decimal]().union(*(_constants(p) for p in expr.parts))


def _numbers_behind(pack: "Pack", names: Iterable[str]) -> set[str]:
    """The names of the case that a number comes from, through facts that are numbers themselves."""
    found: set[str] = set()
    for name in names:
        definition = pack.definitions.get(name)
        if definition is None:
            found.add(name)
        elif isinstance(definition.expr, _NUMBERS):
            found |= _numbers_behind(pack, definition.expr.names())
    return found
