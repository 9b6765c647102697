"""Reads drug cards and the safety table of a pack."""

from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable

from myositis_desktop.engine.dosing import AMOUNTS, WHOLE
from myositis_desktop.engine.pack import DoseRule, DrugCard, Indication, Need, SafetyRow
from myositis_desktop.engine.sheet import Row
from myositis_desktop.knowledge.tables import Place, open_file, row

EFFECTS = ("contraindicated", "caution", "needs-data")
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
    card = DrugCard(
        drug=drug,
        indications=tuple(_indication(p) for p in place.tables("indication")),
        needs=tuple(_need(p) for p in place.tables("needs")),
        doses=tuple(_dose(p) for p in place.tables("dose")),
        refusals=tuple(row(p) for p in place.tables("refusal")),
        remarks=tuple(row(p) for p in place.tables("remark")),
        absolute=limits.expr("absolute", None),
        keeps_recommended=place.expr("keeps_recommended", None),
        monitoring=place.texts("monitoring", []),
        counselling=tuple((p.when(), p.take("text", str)) for p in place.tables("counselling")),
        trial=(trial.when(), trial.take("weeks", int)) if trial.data else None,
    )
    for part in (limits, trial, place):
        part.done()
    return card


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
