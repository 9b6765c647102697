"""Reads drug cards and the safety table of a pack."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from importlib.resources.abc import Traversable

from myositis_desktop.engine.cards import (
    DoseRule,
    DrugCard,
    DueRule,
    Indication,
    InteractionRow,
    Need,
    SafetyRow,
    StepUpRule,
)
from myositis_desktop.engine.dosing import AMOUNTS, WHOLE
from myositis_desktop.engine.sheet import Row
from myositis_desktop.knowledge.tables import Place, open_file, row
from myositis_desktop.model.plan import CardText, Disabled

EFFECTS = ("contraindicated", "caution", "needs-data")
DAYS = ("start", "below", "end")
LEVELS = ("never", "care")
STATUSES = ("recommended", "option", "candidate", "caution", "needs-data", "not-indicated")
NUMBERS = (*AMOUNTS, *WHOLE, "per_kg")


def load_cards(folder: Traversable, drugs: tuple[str, ...]) -> dict[str, DrugCard]:
    """Every drug's card, in the order of the vocabulary.

    Raises:
        BugError: a missing card, an unknown key or status.
    """
    return {drug: _card(folder, drug) for drug in drugs}


def _card(folder: Traversable, drug: str) -> DrugCard:
    place = open_file(folder, "drugs", f"{drug}.toml")
    if place.take("drug", str) != drug:
        raise place.fault(f"the file is named after its drug, {drug}")
    like = place.take("like", str, None)
    if like is not None:
        place.done()
        place = open_file(folder, "drugs", f"{like}.toml")
        place.take("drug", str)
    limits, trial = place.table("limits"), place.table("trial")
    text, step_up = place.table("card"), place.table("step_up")
    card = DrugCard(
        drug=drug,
        indications=tuple(_indication(p) for p in place.tables("indication")),
        needs=tuple(_need(p) for p in place.tables("needs")),
        doses=tuple(_dose(p) for p in place.tables("dose")),
        refusals=tuple(row(p) for p in place.tables("refusal")),
        remarks=tuple(row(p) for p in place.tables("remark")),
        absolute=limits.expr("absolute", None),
        absolute_low=limits.expr("absolute_low", None),
        recommended=(limits.expr("lowest", None), limits.expr("highest", None)),
        text=_text(text) if text.data else None,
        step_up=_step_up(step_up) if step_up.data else None,
        due=tuple(_due(p) for p in place.tables("due")),
        keeps_recommended=place.expr("keeps_recommended", None),
        monitoring=place.texts("monitoring", []),
        counselling=tuple((p.when(), p.take("text", str)) for p in place.tables("counselling")),
        trial=(trial.when(), trial.take("weeks", int)) if trial.data else None,
    )
    for part in (limits, trial, place):
        part.done()
    if card.absolute is None and any("value" in d.numbers for d in card.doses):
        raise place.fault("a drug with a dose needs an absolute limit")
    return card


def _text(place: Place) -> CardText:
    found = CardText(
        forms=place.texts("forms"),
        baseline=place.texts("baseline"),
        hold=place.texts("hold"),
        ask=place.texts("ask"),
        kidney=place.take("kidney", str),
        liver=place.take("liver", str),
        weight=place.take("weight", str),
        pregnancy=place.take("pregnancy", str),
        lactation=place.take("lactation", str),
        vaccines=place.take("vaccines", str),
        sources=place.texts("sources"),
    )
    place.done()
    if empty := [f.name for f in fields(found) if not getattr(found, f.name)]:
        raise place.fault(f"{empty[0]} says nothing")
    return found


def _step_up(place: Place) -> StepUpRule:
    to, days = place.take("to", str), place.expr("every_days")
    if to not in ("lowest", "highest") or days is None:
        raise place.fault("to must be lowest or highest")
    by = Decimal(place.take("by", str))
    if by <= 0:
        raise place.fault("by must be above 0")
    rule = StepUpRule(place.when(), by, days, to, place.take("text", str), place.texts("sources"))
    place.done()
    return rule


def _due(place: Place) -> DueRule:
    after, mg = place.take("after", str), place.take("mg", str, None)
    if after not in DAYS or (after == "below") != (mg is not None):
        raise place.fault(f"after must be one of {', '.join(DAYS)}, with mg for below")
    rule = DueRule(
        when=place.parsed(place.take("when", str, "true")),
        after=after,
        mg=None if mg is None else Decimal(mg),
        days=place.take("days", int, 0),
        months=place.take("months", int, 0),
        until_months=place.take("until_months", int, None),
        text=place.take("text", str),
    )
    place.done()
    return rule


def load_interactions(folder: Traversable, drugs: tuple[str, ...]) -> tuple[InteractionRow, ...]:
    """What does not go together; interactions.toml.

    Raises:
        BugError: an unknown drug, group, level or key.
    """
    place = open_file(folder, "interactions.toml")
    groups = {k: tuple(v) for k, v in place.table("groups").data.items()}
    found = tuple(_interaction(p, groups, drugs) for p in place.tables("interaction"))
    place.done()
    return found


def _interaction(place: Place, groups: Mapping[str, tuple[str, ...]], drugs: tuple[str, ...]) -> InteractionRow:
    level = place.take("level", str)
    if level not in LEVELS:
        raise place.fault(f"level must be one of {', '.join(LEVELS)}")
    one = frozenset(_members(place.texts("drugs"), groups))
    other = frozenset(_members(place.texts("beside", []), groups))
    if unknown := sorted((one | other) - set(drugs)):
        raise place.fault(f"{unknown[0]!r} is neither a drug nor a group")
    row = InteractionRow(
        rule=place.take("rule", str),
        level=level,
        drugs=one,
        beside=other,
        label=place.take("with", str) if not other else "",
        when=place.parsed(place.take("when", str, "true")),
        text=place.take("text", str),
        act=place.take("act", str),
        sources=place.texts("sources"),
    )
    place.done()
    return row


def load_disabled(folder: Traversable) -> tuple[Disabled, ...]:
    """Drugs that are named and never proposed; disabled.toml."""
    place = open_file(folder, "disabled.toml")
    found = []
    for one in place.tables("drug"):
        id_, label, text = (one.take(key, str) for key in ("id", "label", "text"))
        found.append(Disabled(id_, label, text, one.texts("sources")))
        one.done()
    place.done()
    return tuple(found)


def _indication(place: Place) -> Indication:
    needs, missing = place.texts("needs", []), place.texts("needs_missing", [])
    status = place.data.get("then")
    if status not in STATUSES:
        raise place.fault(f"then must be one of {', '.join(STATUSES)}")
    return Indication(row(place), str(status), needs, missing)


def _need(place: Place) -> Need:
    need = Need(
        rule=place.take("rule", str),
        when=place.when(),
        finding=place.take("finding", str),
        text=place.take("text", str),
        sources=place.texts("sources"),
    )
    place.done()
    return need


def _dose(place: Place) -> DoseRule:
    numbers = {name: e for name in NUMBERS if (e := place.expr(name, None)) is not None}
    rule = DoseRule(
        when=place.when(),
        unit=place.take("unit", str, None),
        text=place.take("text", str),
        arithmetic=place.take("arithmetic", str, ""),
        numbers=numbers,
    )
    place.done()
    return rule


def load_safety(folder: Traversable, drugs: tuple[str, ...]) -> tuple[SafetyRow, ...]:
    """Contraindications, cautions and needs that concern one or several drugs.

    Raises:
        BugError: an unknown drug, group, effect or key.
    """
    place = open_file(folder, "safety.toml")
    groups = {k: tuple(v) for k, v in place.table("groups").data.items()}
    found = tuple(_safety(p, groups, drugs) for p in place.tables("safety"))
    place.done()
    return found


def _safety(place: Place, groups: Mapping[str, tuple[str, ...]], drugs: tuple[str, ...]) -> SafetyRow:
    effect, named = place.take("effect", str), place.texts("drugs")
    if effect not in EFFECTS:
        raise place.fault(f"effect must be one of {', '.join(EFFECTS)}")
    concerned = frozenset(_members(named, groups))
    if unknown := sorted(concerned - set(drugs)):
        raise place.fault(f"{unknown[0]!r} is neither a drug nor a group")
    keeps, needs, missing = place.expr("keeps", None), place.texts("needs", []), place.texts("needs_missing", [])
    found: Row = row(place)
    return SafetyRow(effect, concerned, found, keeps, needs, missing)


def _members(named: tuple[str, ...], groups: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for name in named:
        yield from groups.get(name, (name,))
