"""Checks that every name, source and word a pack uses exists, and that no fact hangs on itself."""

from collections.abc import Iterator

from myositis_desktop.engine.inputs import PATIENT, PREFIXES, SUFFIXES
from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.pack import DrugCard, Pack
from myositis_desktop.engine.sheet import BIOPSY_LOWERS, LEVEL, PROBABILITY_LEVEL
from myositis_desktop.errors import BugError

COMPUTED = (
    LEVEL, PROBABILITY_LEVEL, BIOPSY_LOWERS, "drug", "taper-days", "taper-days-20", "taper-days-30",
    "t.drug", "t.days", "t.taken", "t.outcome", "t.mg_day", "t.mg_week", "t.value",
    *(f"dose.{n}" for n in ("value", "lowest", "highest", "days", "times_per_day", "infusions", "interval_days")),
)  # fmt: skip
PER_DRUG = ("status.", "offer.", "chosen.")


def check_names(pack: Pack) -> None:
    """Refuse a pack with a name that nothing defines, a source that is not listed, or a circle of facts.

    Raises:
        BugError: with the first fault found.
    """
    for where, expr in expressions(pack):
        for name in sorted(expr.names()):
            if not _is_name(pack, name):
                raise BugError(f"knowledge pack, {where}: {name!r} is neither a finding nor a fact")
    for where, sources in _sources(pack):
        for source in sources:
            if source not in pack.catalogue.sources:
                raise BugError(f"knowledge pack, {where}: source {source!r} is not in sources.toml")
    _check_circles(pack)
    _check_unique(pack)


def _is_name(pack: Pack, name: str) -> bool:
    if name in pack.definitions or name in PATIENT or name in COMPUTED or name in pack.catalogue.findings:
        return True
    for prefix in PER_DRUG:
        if name.startswith(prefix):
            return name.removeprefix(prefix) in pack.catalogue.drugs
    while name.startswith(PREFIXES):
        name = name.partition(".")[2]
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name in pack.catalogue.findings


def expressions(pack: Pack) -> Iterator[tuple[str, Expr]]:
    """Every condition and number of the pack, with where it stands."""
    for definition in pack.definitions.values():
        for expr in definition.parts():
            yield f"fact {definition.id}", expr
    for card in pack.cards.values():
        yield from _of_card(card)
    for safety in pack.safety:
        yield safety.row.rule, safety.row.when
    for alert in pack.alerts:
        yield alert.row.rule, alert.row.when
    for item in pack.criteria.items:
        yield item.id, item.when
    for rows in (*(t.rows for t in pack.other_criteria), pack.criteria.subgroups):
        yield from ((row.rule, row.when) for row in rows)
    for test in pack.monitoring:
        yield test.test, test.when
    for review in pack.reviews:
        yield f"review of day {review.day}", review.when
    for interaction in pack.interactions:
        yield interaction.rule, interaction.when


def _of_card(card: DrugCard) -> Iterator[tuple[str, Expr]]:
    for row in (*(i.row for i in card.indications), *card.refusals, *card.remarks):
        yield row.rule, row.when
    for need in card.needs:
        yield need.rule, need.when
    for dose in card.doses:
        yield from ((f"dose of {card.drug}", e) for e in (dose.when, *dose.numbers.values()))
    for when, _ in card.counselling:
        yield f"counselling of {card.drug}", when
    for limit in (card.absolute, card.absolute_low, *card.recommended):
        if limit is not None:
            yield f"limits of {card.drug}", limit
    if card.step_up is not None:
        yield f"step-up of {card.drug}", card.step_up.every_days


def _sources(pack: Pack) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in all_rows(pack):
        yield row[0], row[1]
    for card in pack.cards.values():
        if card.text is not None:
            yield f"card of {card.drug}", card.text.sources
        if card.step_up is not None:
            yield f"step-up of {card.drug}", card.step_up.sources
    for review in pack.reviews:
        yield f"review of day {review.day}", review.sources
    for interaction in pack.interactions:
        yield interaction.rule, interaction.sources
    for named in pack.disabled:
        yield f"disabled {named.id}", named.sources
    for key, sources in pack.wording.sources.items():
        yield f"wording {key}", sources


def all_rows(pack: Pack) -> Iterator[tuple[str, tuple[str, ...], str, Expr]]:
    """Every rule of the pack: id, sources, text, condition."""
    for definition in pack.definitions.values():
        for row in definition.rows:
            yield row.rule, row.sources, row.text, row.when
    for row in pack.judgements:
        yield row.rule, row.sources, row.text, row.when
    for criteria in pack.other_criteria:
        for row in criteria.rows:
            yield row.rule, row.sources, row.text, row.when
    for alert in pack.alerts:
        yield alert.row.rule, alert.row.sources, alert.row.text, alert.row.when
    for safety in pack.safety:
        yield safety.row.rule, safety.row.sources, safety.row.text, safety.row.when
    for card in pack.cards.values():
        for row in (*(i.row for i in card.indications), *card.refusals, *card.remarks):
            yield row.rule, row.sources, row.text, row.when
        for need in card.needs:
            yield need.rule, need.sources, need.text, need.when


def _check_circles(pack: Pack) -> None:
    done: set[str] = set()
    for name in pack.definitions:
        _walk(pack, name, (), done)


def _walk(pack: Pack, name: str, above: tuple[str, ...], done: set[str]) -> None:
    if name in above:
        raise BugError(f"knowledge pack: facts hang on themselves: {' > '.join((*above, name))}")
    if name in done or name not in pack.definitions:
        return
    for expr in pack.definitions[name].parts():
        for inner in expr.names():
            _walk(pack, inner, (*above, name), done)
    done.add(name)


def _check_unique(pack: Pack) -> None:
    seen: dict[str, Expr] = {}
    for rule, _, _, when in all_rows(pack):
        if rule in seen and seen[rule] is not when and not _shared(pack, rule):
            raise BugError(f"knowledge pack: two rules are called {rule!r}")
        seen[rule] = when


def _shared(pack: Pack, rule: str) -> bool:
    """A card written `like` another carries the same rules."""
    cards = [c.drug for c in pack.cards.values() if any(i.row.rule == rule for i in c.indications)]
    remarks = [c.drug for c in pack.cards.values() if any(r.rule == rule for r in (*c.remarks, *c.refusals))]
    return len(cards) > 1 or len(remarks) > 1
