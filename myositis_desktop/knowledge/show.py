"""The pack as text tables, for a reviewer."""

import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal

from myositis_desktop.engine import logic
from myositis_desktop.engine.cards import DrugCard
from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.sheet import Row
from myositis_desktop.errors import UserError
from myositis_desktop.knowledge.base_text import base_text
from myositis_desktop.model.catalogue import Catalogue, Source
from myositis_desktop.model.number import text_of

_WIDTH = 110


def show(pack: Pack, id_: str | None = None) -> str:
    """The overview, everything about one table, drug, alert, rule, fact, schedule, finding or source, or `base-text`.

    Raises:
        UserError: nothing in the pack has that id.
    """
    if id_ == "base-text":
        return base_text(pack).removesuffix("\n")
    lines = list(_overview(pack) if id_ is None else _one(pack, id_))
    if not lines:
        raise UserError(f"The knowledge pack has nothing called {id_!r}; `knowledge show` lists what there is.")
    return "\n".join(lines)


def _overview(pack: Pack) -> Iterator[str]:
    yield f"Knowledge pack {pack.version}, SHA-256 {pack.sha256}"
    tables = {d.id: f"{len(d.rows)} rows" for d in pack.definitions.values() if d.rows}
    alerts = {a.id: a.level for a in reversed(pack.alerts)}
    cards = {c.drug: f"{len(c.indications)} indications" for c in pack.cards.values()}
    schedules = {s.id: s.label for s in pack.schedules.values()}
    for title, rows in (("Tables", tables), ("Drugs", cards), ("Alerts", alerts), ("Schedules", schedules)):
        yield f"\n{title}"
        yield from (f"  {name:<28} {said}" for name, said in rows.items())
    yield f"\n{len(pack.safety)} contraindications, cautions and needs; {len(pack.catalogue.findings)} findings; "
    yield f"{len(pack.catalogue.sources)} sources"


def _one(pack: Pack, id_: str) -> Iterator[str]:
    if id_ in pack.cards:
        yield from _card(pack, pack.cards[id_])
    if id_ in pack.definitions:
        definition = pack.definitions[id_]
        yield f"{id_}, {definition.hit}" if definition.rows else f"{id_} = {words(definition.expr)}"
        yield from _rows(pack, definition.rows)
    found = [a for a in pack.alerts if a.id == id_]
    for alert in found:
        yield f"alert {alert.id}, {alert.level}"
        yield from _rows(pack, (alert.row,))
    yield from _rows(pack, (r for r in _all_rows(pack) if r.rule == id_))
    yield from _catalogued(pack, id_)


def _catalogued(pack: Pack, id_: str) -> Iterator[str]:
    if id_ in pack.schedules:
        schedule = pack.schedules[id_]
        yield f"schedule {id_}: {schedule.label}. {schedule.text} [{', '.join(schedule.sources)}]"
    if id_ in pack.catalogue.findings:
        finding = pack.catalogue.findings[id_]
        answers = ", ".join(u.symbol for u in finding.units) or ", ".join(finding.values)
        yield f"finding {id_}: {finding.label}, {finding.kind} {answers}. {finding.help}"
    if id_ in pack.catalogue.sources:
        yield f"source {id_}: {_source(pack.catalogue.sources[id_])}"


def _all_rows(pack: Pack) -> Iterator[Row]:
    for definition in pack.definitions.values():
        yield from definition.rows
    yield from pack.judgements
    yield from (a.row for a in pack.alerts)
    yield from (s.row for s in pack.safety)
    for card in pack.cards.values():
        yield from (i.row for i in card.indications)


def _card(pack: Pack, card: DrugCard) -> Iterator[str]:
    yield f"{card.drug}: {pack.catalogue.drugs[card.drug].label}"
    yield "\nIndications, the first that holds"
    yield from _rows(pack, (i.row for i in card.indications), {i.row.rule: i.status for i in card.indications})
    yield "\nWhat speaks against it"
    against = pack.safety_of(card.drug)
    yield from _rows(pack, (s.row for s in against), {s.row.rule: s.effect for s in against})
    for need in card.needs:
        yield f"  needs {need.finding} where {words(need.when)}: {need.text} [{', '.join(need.sources)}]"
    yield "\nDoses, the first that holds"
    for dose in card.doses:
        yield f"  where {words(dose.when)}: {dose.text}"
        yield from (f"      {name} = {words(e)} {dose.unit or ''}" for name, e in dose.numbers.items())
    yield from _rows(pack, card.refusals, {r.rule: "not-indicated" for r in card.refusals})
    limits = {"refused above": card.absolute, "refused below": card.absolute_low}
    limits |= dict(zip(("reason needed below", "reason needed above"), card.recommended, strict=True))
    yield from (f"  {name} {words(e)}" for name, e in limits.items() if e is not None)
    if card.step_up is not None:
        step = card.step_up
        yield f"  goes up by {text_of(step.by)} every {words(step.every_days)} days to its {step.to}: {step.text}"
    if card.text is not None:
        yield f"\nBefore the first dose: {card.text.before()}"
        yield from (f"{head}: {said}" for head, said in card.text.lines())
        yield f"      {_sources(pack.catalogue, card.text.sources)}"


def _rows(pack: Pack, rows: Iterable[Row], said: dict[str, str] | None = None) -> Iterator[str]:
    for row in rows:
        result = (said or {}).get(row.rule) or (words(row.then) if row.then else "")
        yield f"  {row.rule}{f' -> {result}' if result else ''}"
        yield from textwrap.wrap(
            f"where {words(row.when)}", _WIDTH, initial_indent="      ", subsequent_indent="      "
        )
        if row.text:
            yield f"      {row.text}"
        yield f"      {_sources(pack.catalogue, row.sources)}"


def _sources(catalogue: Catalogue, ids: tuple[str, ...]) -> str:
    return "; ".join(f"[{i}] {_source(catalogue.sources[i])}" for i in ids if i in catalogue.sources) or "no source"


def _source(source: Source) -> str:
    return f"{source.title}, {source.locator} (confidence {source.confidence})"


def words(expr: Expr | None) -> str:
    """An expression in readable words."""
    if isinstance(expr, logic.Literal):
        return text_of(expr.constant) if isinstance(expr.constant, Decimal) else str(expr.constant).lower()
    if isinstance(expr, logic.Name):
        return expr.name
    parts = [] if expr is None else [words(p) for p in expr.parts]
    if isinstance(expr, logic.Both | logic.Either):
        return f"({(' and ' if isinstance(expr, logic.Both) else ' or ').join(parts)})"
    if isinstance(expr, logic.Compare | logic.Arithmetic):
        return f"{parts[0]} {expr.sign} {parts[1]}"
    return _called(expr, parts) if expr is not None else ""


def _called(expr: Expr, parts: list[str]) -> str:
    if isinstance(expr, logic.Not):
        return f"not {parts[0]}"
    if isinstance(expr, logic.Within):
        return f"{parts[0]} is one of {', '.join(sorted(str(w) for w in expr.among))}"
    names = {logic.SomeTherapy: "therapy", logic.OfTherapy: "of therapy", logic.Lowest: "lowest known"}
    name = expr.function if isinstance(expr, logic.Call) else names.get(type(expr), type(expr).__name__.lower())
    return f"{name}({', '.join(parts)})"
