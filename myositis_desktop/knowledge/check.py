"""What is wrong with a pack that loads: gaps, rows that can never be reached, rules without text or source.

Names, sources and circles are refused when the pack is loaded (`names`); what stands here needs a reader's judgement.
"""

from collections.abc import Iterable, Iterator

from myositis_desktop.engine.logic import Expr, Literal
from myositis_desktop.engine.pack import Pack
from myositis_desktop.knowledge.names import all_rows, expressions

SPOKEN = ("alert", "safety", "indication", "course")


def check(pack: Pack) -> tuple[str, ...]:
    """One line for each fault, with its place; empty for a sound pack."""
    return (*_lists(pack), *_silent(pack), *_unused(pack))


def _lists(pack: Pack) -> Iterator[str]:
    for definition in pack.definitions.values():
        if definition.rows and definition.hit == "first":
            yield from _ordered(f"table {definition.id}", [(r.rule, r.when) for r in definition.rows])
    for card in pack.cards.values():
        yield from _ordered(f"indications of {card.drug}", [(i.row.rule, i.row.when) for i in card.indications])
        if card.doses:
            yield from _ordered(f"doses of {card.drug}", [(f"dose {n}", d.when) for n, d in enumerate(card.doses, 1)])
    yield from _ordered("EULAR/ACR subgroups", [(r.rule, r.when) for r in pack.criteria.subgroups])


def _ordered(place: str, rows: Iterable[tuple[str, Expr]]) -> Iterator[str]:
    """The first row that holds is used: the last one holds for everybody, and no earlier one does."""
    seen: dict[Expr, str] = {}
    closed = None
    for rule, when in rows:
        if closed is not None:
            yield f"{place}: {rule} can never be reached, {closed} holds for everybody"
        elif when in seen:
            yield f"{place}: {rule} can never be reached, {seen[when]} has the same condition"
        seen[when] = rule
        closed = rule if isinstance(when, Literal) and when.constant is True else closed
    if closed is None:
        yield f"{place}: a gap, no row holds for a patient whom none of its conditions meets"


def _silent(pack: Pack) -> Iterator[str]:
    rules = {a.row.rule for a in pack.alerts} | {s.row.rule for s in pack.safety}
    rules |= {r.rule for r in pack.judgements} | {i.row.rule for c in pack.cards.values() for i in c.indications}
    for rule, sources, text, _ in all_rows(pack):
        if rule in rules and not sources:
            yield f"rule {rule}: no source"
        if rule in rules and not text:
            yield f"rule {rule}: no text"


def _unused(pack: Pack) -> Iterator[str]:
    read = {name for _, expr in expressions(pack) for name in expr.names()}
    said = {"subtype", "severity", "cancer-risk", pack.group.orders.id, pack.taper_choice.schedule.id}
    said |= set(pack.facts_shown.values()) | {n for lead in pack.leads for n in lead.missing}
    said |= {n for s in pack.safety for n in s.needs_missing} | {"glucocorticoid-not-tolerated", "oral-taken-dose"}
    said |= {n for c in pack.cards.values() for i in c.indications for n in i.needs_missing}
    said |= {n for e in _elsewhere(pack) for n in e.names()}
    texts = " ".join(_texts(pack))
    for name in pack.definitions:
        if name not in read | said and f"{{{name}}}" not in texts and not name.startswith(("alert.", "course.")):
            yield f"fact {name}: nothing reads it"


def _elsewhere(pack: Pack) -> Iterator[Expr]:
    yield from (lead.when for lead in pack.leads)
    yield from (m.when for m in pack.criteria.models)
    yield from (r.when for r in pack.reviews)
    yield from (pack.taper_choice.begin_lower, pack.taper_choice.hold_before_next)
    yield from (r.when for r in pack.taper_choice.remarks)
    yield from (s.keeps for s in pack.safety if s.keeps is not None)
    for card in pack.cards.values():
        yield from (e for e in (card.absolute, card.keeps_recommended) if e is not None)
        yield from (card.trial[0],) if card.trial else ()


def _texts(pack: Pack) -> Iterator[str]:
    yield from (text for _, _, text, _ in all_rows(pack))
    for card in pack.cards.values():
        yield from (t for d in card.doses for t in (d.text, d.arithmetic))
