"""Everything in a pack that speaks for some patients, one by one: its rules, and rows without an id of their own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from myositis_desktop.engine.cards import DrugCard, InteractionRow, SafetyRow
from myositis_desktop.engine.decide import Work
from myositis_desktop.engine.logic import AtLeast, Both, Either, Expr, Literal
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.parser import parse
from myositis_desktop.engine.sheet import FactSheet, Row
from myositis_desktop.engine.together import interactions
from myositis_desktop.engine.treatment import DOSED

Spoke = Callable[[Work], bool]
SPOKEN_TABLES = ("subtype", "severity", "cancer-risk")


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a pack."""

    id: str
    """The rule, or a made-up name such as "dose 2 of methotrexate"."""
    place: str
    """The list it stands in: "table subtype", "indications of methotrexate"."""
    when: Expr
    spoke: Spoke
    """Whether it spoke in a worked case."""
    before: tuple[Expr, ...] = ()
    """What must not hold: the rows in front of it in a list whose first row counts, what forbids its drug."""
    drug: str | None = None
    """The drug that the name `drug` stands for in its condition."""
    sources: tuple[str, ...] | None = None
    """None: it needs none."""
    text: str | None = None
    """None: it says nothing, so it needs no text."""


def parts(pack: Pack) -> tuple[Part, ...]:
    """Every part of a pack, in the order of its files."""
    return tuple(_parts(pack))


def _parts(pack: Pack) -> Iterator[Part]:
    yield from _of_criteria(pack)
    yield from _of_tables(pack)
    for row in pack.judgements:
        yield Part(row.rule, "courses", row.when, _true(row.when), (), None, row.sources, row.text)
    for alert in pack.alerts:
        row = alert.row
        yield Part(row.rule, f"alert {alert.id}", row.when, _true(row.when), (), None, row.sources, row.text)
    for safety in pack.safety:
        yield _of_safety(pack, safety)
    for card in pack.cards.values():
        yield from _of_card(pack, card)
    yield from _of_calendar(pack)
    for one in pack.interactions:
        when = Both((one.when, *_together(one)))
        yield Part(one.rule, "interactions", when, _meets(one.rule), (), None, one.sources, one.text)
    for row in pack.taper_choice.remarks:
        yield Part(row.rule, "remarks of the taper", row.when, _in_taper(row.rule), (), None, row.sources, row.text)


def _sheet(work: Work) -> FactSheet:
    return work.treatment.sheet


def _true(when: Expr, but: Iterable[Expr] = ()) -> Spoke:
    """The condition holds in the end, and none of the others does."""
    others = tuple(but)
    return lambda work: when.value(_sheet(work)) is True and not any(e.value(_sheet(work)) is True for e in others)


def _says(drug: str, rule: str) -> Spoke:
    """The rule stands among the reasons of a drug."""
    return lambda work: any(r.rule == rule for r in work.treatment.verdicts[drug].because)


def _of_criteria(pack: Pack) -> Iterator[Part]:
    criteria = pack.criteria
    place, models = f"models of {criteria.id}", [m.when for m in criteria.models]
    for at, model in enumerate(criteria.models):
        yield Part(f"model {model.id}", place, model.when, _true(model.when, models[:at]), tuple(models[:at]))
    for item in criteria.items:
        id_ = f"{criteria.id}-{item.id}"
        yield Part(id_, f"items of {criteria.id}", item.when, _scored(id_), text=item.label)
    rows = [r.when for r in criteria.subgroups]
    for at, row in enumerate(criteria.subgroups):
        spoke = _true(row.when, rows[:at])
        place, before = f"subgroups of {criteria.id}", tuple(rows[:at])
        yield Part(row.rule, place, row.when, _in_levels(pack, spoke), before, text=row.text)
    for table in pack.other_criteria:
        rows = [r.when for r in table.rows]
        for at, row in enumerate(table.rows):
            place, spoke = f"criteria {table.id}", _true(row.when, rows[:at])
            yield Part(row.rule, place, row.when, spoke, tuple(rows[:at]), None, row.sources, row.text)


def _scored(rule: str) -> Spoke:
    return lambda work: any(r.rule == rule for r in work.classification.because)


def _in_levels(pack: Pack, spoke: Spoke) -> Spoke:
    return lambda work: work.classification.level in pack.criteria.subgroup_levels and spoke(work)


def _of_tables(pack: Pack) -> Iterator[Part]:
    spoken = (*SPOKEN_TABLES, pack.group.orders.id, pack.taper_choice.schedule.id)
    for definition in pack.definitions.values():
        rows = [r.when for r in definition.rows]
        for at, row in enumerate(definition.rows):
            before = tuple(rows[:at]) if definition.hit == "first" else ()
            text = row.text if definition.id in spoken else None
            spoke = _made(definition.id, row)
            yield Part(row.rule, f"table {definition.id}", row.when, spoke, before, None, row.sources, text)


def _made(table: str, row: Row) -> Spoke:
    return lambda work: row in _sheet(work).fired(table)


def _of_safety(pack: Pack, safety: SafetyRow) -> Part:
    row, drugs = safety.row, [d for d in pack.cards if d in safety.drugs]
    before = () if safety.effect == "contraindicated" else _forbidding(pack, drugs[0])
    ways = [_says(d, row.rule) for d in drugs]
    return Part(
        id=row.rule,
        place=f"safety of {', '.join(drugs)}",
        when=row.when,
        spoke=lambda work: any(spoke(work) for spoke in ways),
        before=before,
        drug=drugs[0],
        sources=row.sources,
        text=row.text,
    )


def _forbidding(pack: Pack, drug: str) -> tuple[Expr, ...]:
    return tuple(s.row.when for s in pack.safety_of(drug) if s.effect == "contraindicated")


def _of_card(pack: Pack, card: DrugCard) -> Iterator[Part]:
    drug, forbidding = card.drug, _forbidding(pack, card.drug)
    rows = [i.row.when for i in card.indications]
    for at, one in enumerate(card.indications):
        row, place = one.row, f"indications of {drug}"
        yield Part(row.rule, place, row.when, _says(drug, row.rule), tuple(rows[:at]), drug, row.sources, row.text)
    for kind, some in (("refusals", card.refusals), ("remarks", card.remarks)):
        for row in some:
            yield Part(
                row.rule, f"{kind} of {drug}", row.when, _says(drug, row.rule), forbidding, drug, row.sources, row.text
            )
    for need in card.needs:
        spoke = _says(drug, need.rule)
        yield Part(need.rule, f"needs of {drug}", need.when, spoke, forbidding, drug, need.sources, need.text)
    yield from _nameless(card, forbidding)


def _nameless(card: DrugCard, forbidding: tuple[Expr, ...]) -> Iterator[Part]:
    drug, doses = card.drug, [d.when for d in card.doses]
    for at, rule in enumerate(card.doses):
        before, spoke = (*doses[:at], *forbidding), _dosed(card, at)
        yield Part(f"dose {at + 1} of {drug}", f"doses of {drug}", rule.when, spoke, before, drug, text=rule.text)
    for at, (when, text) in enumerate(card.counselling, 1):
        id_, place = f"counselling {at} of {drug}", f"counselling of {drug}"
        yield Part(id_, place, when, _shown(drug, when), forbidding, drug, text=text)
    if card.trial:
        when = card.trial[0]
        yield Part(f"trial of {drug}", f"card {drug}", when, _shown(drug, when), forbidding, drug)


def _dosed(card: DrugCard, at: int) -> Spoke:
    def spoke(work: Work) -> bool:
        verdict, sheet = work.treatment.verdicts[card.drug], _sheet(work)
        sheet.put("drug", card.drug)
        used = next((n for n, d in enumerate(card.doses) if d.when.value(sheet) is True), None)
        return verdict.status in DOSED and verdict.dose is not None and used == at

    return spoke


def _shown(drug: str, when: Expr) -> Spoke:
    return lambda work: work.treatment.verdicts[drug].status in DOSED and when.value(_sheet(work)) is True


def _of_calendar(pack: Pack) -> Iterator[Part]:
    for at, test in enumerate(pack.monitoring, 1):
        yield Part(f"test {at}, {test.test}", f"monitoring of {test.test}", test.when, _true(test.when), text=test.why)
    for at, review in enumerate(pack.reviews, 1):
        spoke, title = _true(review.when), review.title
        yield Part(f"review {at}", "reviews", review.when, spoke, (), None, review.sources, title)
    for at, lead in enumerate(pack.leads, 1):
        yield Part(f"lead {at}", "leads of `undecided`", lead.when, _true(lead.when))


def _together(row: InteractionRow) -> tuple[Expr, ...]:
    """The drugs of an interaction are used: one of each side, or two where both sides are one group."""
    sides = [tuple(_used(d) for d in sorted(side)) for side in (row.drugs, row.beside) if side]
    if row.drugs == row.beside:
        return (AtLeast((Literal(Decimal(2)), *sides[0])),)
    return tuple(Either(side) for side in sides)


def _used(drug: str) -> Expr:
    return parse(f"chosen.{drug} or status.{drug} = 'recommended' or therapy(t.taken and t.drug = '{drug}')")


def _meets(rule: str) -> Spoke:
    return lambda work: any(i.rule == rule for i in interactions(work.treatment))


def _in_taper(rule: str) -> Spoke:
    def spoke(work: Work) -> bool:
        taper = work.part.taper
        return taper is not None and any(r.rule == rule for r in taper.because)

    return spoke
