"""Checks that every name, source and word a pack uses exists, and that no fact hangs on itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from myositis_desktop.engine.cards import DrugCard
from myositis_desktop.engine.follow_up import NUMBERS
from myositis_desktop.engine.inputs import PATIENT, PREFIXES, SUFFIXES
from myositis_desktop.engine.logic import Expr, Literal
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.sheet import BIOPSY_LOWERS, LEVEL, PROBABILITY_LEVEL
from myositis_desktop.errors import BugError

SCORED = (LEVEL, PROBABILITY_LEVEL, BIOPSY_LOWERS)
COMPUTED = (
    *SCORED, "drug", "taper-days", "taper-days-20", "taper-days-30",
    "t.drug", "t.days", "t.taken", "t.outcome", "t.mg_day", "t.mg_week", "t.value",
    *NUMBERS,
    *(f"dose.{n}" for n in ("value", "lowest", "highest", "days", "times_per_day", "infusions", "interval_days")),
)  # fmt: skip
PER_DRUG = ("status.", "offer.", "chosen.")


def check_names(pack: Pack, files: Callable[[], Mapping[str, str]] = dict) -> None:
    """Refuse a pack with a name that nothing defines, a source that is not listed, a unit that is none, a circle.

    Args:
        pack: the pack.
        files: gives the file in which each rule and fact stands, for the message.

    Raises:
        BugError: with the first fault found.
    """
    for where, text in _faults(pack):
        id_ = where.removeprefix("fact ")
        file = files().get(id_) or (f"drugs/{where.rsplit(' ', 1)[-1]}.toml" if " of " in where else "")
        raise BugError(f"knowledge pack, {f'{file} ' if file else ''}{where}: {text}")
    _check_circles(pack)


def _faults(pack: Pack) -> Iterator[tuple[str, str]]:
    for where, expr in expressions(pack):
        for name in sorted(expr.names()):
            if not _is_name(pack, name):
                yield where, f"{name!r} is neither a finding nor a fact"
    for where, sources in _sources(pack):
        yield from ((where, f"source {s!r} is not in sources.toml") for s in sources if s not in pack.catalogue.sources)
    for card in pack.cards.values():
        for dose in card.doses:
            if dose.unit is not None and dose.unit not in pack.catalogue.lists["therapy_units"]:
                yield f"dose of {card.drug}", f"{dose.unit!r} is not a unit of a dose"
    yield from early_reads(pack)
    yield from _twice(pack)


# ---- the order in which things are judged


def early_reads(pack: Pack) -> Iterator[tuple[str, str]]:
    """What reads a fact that is not made yet when it is judged: where, and what it reads."""
    for where, expr, too_late in _stages(pack):
        for name in sorted(pack.reads_of(expr)):
            if name.startswith(too_late):
                yield where, f"reads {name!r}, which is known only later"


def _stages(pack: Pack) -> Iterator[tuple[str, Expr, tuple[str, ...]]]:
    """Conditions with the beginnings of the names they come too early for, in the order of `engine.decide`."""
    after_drugs, criteria = ("status.", "taper-days"), pack.criteria
    file, unscored = f"criteria/{criteria.id}.toml", (*SCORED, "offer.", "dose.", *after_drugs)
    for model in criteria.models:
        yield f"{file} model {model.id}", model.when, unscored
    for item in criteria.items:
        yield f"{file} item {item.id}", item.when, unscored
    support = [d for d, c in pack.cards.items() if pack.catalogue.drugs[d].group == "supportive"]
    judged: list[str] = []
    for drug, card in pack.cards.items():
        if drug not in support:
            unjudged = tuple(f"offer.{d}" for d in pack.cards if d not in judged)
            yield from ((where, expr, (*after_drugs, *unjudged)) for where, expr in _of_card(card))
            yield from ((s.row.rule, s.row.when, (*after_drugs, *unjudged)) for s in pack.safety_of(drug))
            judged.append(drug)
    supported = tuple(f"status.{d}" for d in support)
    for row in (*pack.taper_choice.schedule.rows, *pack.taper_choice.remarks):
        yield row.rule, row.when, ("taper-days", *supported)
    for drug in support:
        yield from ((where, expr, supported) for where, expr in _of_card(pack.cards[drug]))


# ---- lists of which the first row that holds is used


@dataclass(frozen=True, slots=True)
class FirstList:
    """Rows of which the first that surely holds is used; the last must hold for everybody."""

    place: str
    rows: tuple[tuple[str, Expr], ...]
    drug: str | None = None


def first_lists(pack: Pack) -> Iterator[FirstList]:
    """Every such list of a pack."""
    for definition in pack.definitions.values():
        if definition.rows:
            yield FirstList(f"table {definition.id}", tuple((r.rule, r.when) for r in definition.rows))
    for drug, card in pack.cards.items():
        rows = tuple((i.row.rule, i.row.when) for i in card.indications)
        yield FirstList(f"indications of {drug}", rows, drug)
        if card.doses:
            doses = tuple((f"dose {n} of {drug}", d.when) for n, d in enumerate(card.doses, 1))
            yield FirstList(f"doses of {drug}", doses, drug)
    criteria = pack.criteria
    yield FirstList(f"models of {criteria.id}", tuple((f"model {m.id}", m.when) for m in criteria.models))
    proposals = tuple((p.row.rule, p.row.when) for p in pack.follow_up.proposals)
    yield FirstList("proposals of follow_up.toml", proposals)
    yield FirstList(f"subgroups of {criteria.id}", tuple((r.rule, r.when) for r in criteria.subgroups))
    for table in pack.other_criteria:
        if table.rows:
            yield FirstList(f"criteria {table.id}", tuple((r.rule, r.when) for r in table.rows))


def is_closed(one: FirstList) -> bool:
    """Whether a row of the list holds for everybody."""
    return any(isinstance(when, Literal) and when.constant is True for _, when in one.rows)


def check_closed(pack: Pack) -> None:
    """Refuse a pack with a list that may leave a patient without a row.

    Raises:
        BugError: with the first such list; `knowledge check` shows a patient.
    """
    for one in first_lists(pack):
        if not is_closed(one):
            raise BugError(f'knowledge pack, {one.place}: a gap, no row is `when = "true"`')


def _is_name(pack: Pack, name: str) -> bool:
    if name in pack.follow_up.facts:
        return True
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
    yield from ((antibody.id, antibody.fits) for antibody in pack.antibodies.cards)
    for check in (*pack.workup, *pack.ici_checks):
        yield from ((check.id, e) for e in (check.when, check.done) if e is not None)
    named = (*(t.rows for t in pack.other_criteria), pack.criteria.subgroups)
    for rows in (*named, pack.cancer_search.advice, pack.antibodies.notes):
        yield from ((row.rule, row.when) for row in rows)
    for test in pack.monitoring:
        yield test.test, test.when
    for interaction in pack.interactions:
        yield interaction.rule, interaction.when
    yield from _elsewhere(pack)


def _elsewhere(pack: Pack) -> Iterator[tuple[str, Expr]]:
    for at, lead in enumerate(pack.leads, 1):
        yield f"lead {at}", lead.when
    for model in pack.criteria.models:
        yield f"model {model.id}", model.when
    for row in pack.taper_choice.remarks:
        yield row.rule, row.when
    for definition in pack.follow_up.facts.values():
        yield from ((f"fact {definition.id}", expr) for expr in definition.parts())
    for proposal in pack.follow_up.proposals:
        parts = (proposal.row.when, proposal.hold_days, proposal.dose)
        yield from ((proposal.row.rule, e) for e in parts if e is not None)
    yield from ((row.rule, row.when) for row in pack.follow_up.remarks)
    for review in pack.reviews:
        yield f"review of day {review.day}", review.when
    yield from (("taper", e) for e in (pack.taper_choice.begin_lower, pack.taper_choice.hold_before_next))
    for safety in pack.safety:
        if safety.keeps is not None:
            yield safety.row.rule, safety.keeps
    for card in pack.cards.values():
        more = (card.keeps_recommended, card.trial[0] if card.trial else None)
        yield from ((f"card of {card.drug}", e) for e in more if e is not None)


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
        yield from ((f"step-up of {card.drug}", e) for e in (card.step_up.when, card.step_up.every_days))
    for rule in card.due:
        yield f"due of {card.drug}", rule.when


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
    for worse in pack.follow_up.worsening:
        yield worse.rule, worse.sources
    for key, sources in pack.wording.sources.items():
        yield f"wording {key}", sources


def all_rows(pack: Pack) -> Iterator[tuple[str, tuple[str, ...], str, Expr]]:
    """Every rule of the pack: id, sources, text, condition."""
    for definition in pack.definitions.values():
        for row in definition.rows:
            yield row.rule, row.sources, row.text, row.when
    followed = (*(p.row for p in pack.follow_up.proposals), *pack.follow_up.remarks)
    for row in (*pack.judgements, *followed):
        yield row.rule, row.sources, row.text, row.when
    for rows in (*(t.rows for t in pack.other_criteria), pack.cancer_search.advice, pack.antibodies.notes):
        for row in rows:
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


def _twice(pack: Pack) -> Iterator[tuple[str, str]]:
    seen: dict[str, Expr] = {}
    for rule, _, _, when in all_rows(pack):
        if rule in seen and seen[rule] is not when and not _shared(pack, rule):
            yield rule, f"two rules are called {rule!r}"
        seen[rule] = when


def _shared(pack: Pack, rule: str) -> bool:
    """A card written `like` another carries the same rules."""
    cards = [c.drug for c in pack.cards.values() if any(i.row.rule == rule for i in c.indications)]
    remarks = [c.drug for c in pack.cards.values() if any(r.rule == rule for r in (*c.remarks, *c.refusals))]
    return len(cards) > 1 or len(remarks) > 1
