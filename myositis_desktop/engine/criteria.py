"""Weighted classification criteria with a lowest and a highest score over what is unknown."""

from decimal import Decimal
from functools import lru_cache

from myositis_desktop.engine.logic import Facts, unique
from myositis_desktop.engine.pack import Criteria, CriteriaItem, CriteriaModel
from myositis_desktop.engine.sheet import BIOPSY_LOWERS, LEVEL, PROBABILITY_LEVEL, SUBGROUP, FactSheet
from myositis_desktop.model.plan import Branch, Classification, ModelScore, Reason

_PLACES = Decimal("0.0001")
_TENTHS = Decimal(10)


Held = list[tuple[CriteriaItem, bool | None]]


def levels(criteria: Criteria, facts: Facts) -> dict[str, str | bool | None]:
    """What the criteria put on a sheet that is not robust, without any reason."""
    models, _ = _scores(criteria, facts)
    own = models[0]
    return {
        LEVEL: own.level,
        PROBABILITY_LEVEL: _probability_level(criteria, own),
        BIOPSY_LOWERS: _is_lowered(criteria, models),
        SUBGROUP: _subgroup(criteria, facts, own.level)[0],
    }


def _scores(criteria: Criteria, facts: Facts) -> tuple[tuple[ModelScore, ...], Held]:
    """The score of the model that counts and of those after it, which use less of the same findings; the items."""
    at = next(n for n, m in enumerate(criteria.models) if m.when.read(facts) is True)
    held = [(i, i.when.read(facts)) for i in criteria.items]
    return tuple(_scored(criteria, m, held) for m in criteria.models[at:]), held


def _is_lowered(criteria: Criteria, models: tuple[ModelScore, ...]) -> bool:
    return any(_rank(criteria, m.level) > _rank(criteria, models[0].level) for m in models[1:])


def classify(criteria: Criteria, sheet: FactSheet) -> Classification:
    """Score a case and put its levels on the sheet, where the rules read them."""
    models, held = _scores(criteria, sheet.values)
    own = models[0]
    model = next(m for m in criteria.models if m.id == own.model)
    counted = [i for i, holds in held if holds is True and model.id in i.tenths]
    unknown = unique(i.when.missing(sheet) for i, holds in held if holds is None and model.id in i.tenths)
    support = unique(i.when.support(sheet) for i in counted)
    sheet.put(LEVEL, None if sheet.robust and own.level != own.highest_level else own.level, support, unknown)
    sheet.put(PROBABILITY_LEVEL, _probability_level(criteria, own), support)
    sheet.put(BIOPSY_LOWERS, _is_lowered(criteria, models), support)
    subgroup, tree = _subgroup(criteria, sheet.values, own.level)
    sheet.put(SUBGROUP, subgroup, support)
    return Classification(
        model=own.model,
        score=own.score,
        probability=own.probability,
        level=own.level,
        subgroup=subgroup,
        highest_score=own.highest_score,
        highest_probability=own.highest_probability,
        highest_level=own.highest_level,
        unknown=unknown,
        because=tuple(_reason(criteria, model, i, sheet) for i in counted),
        models=models,
        tree=tree,
    )


def _scored(criteria: Criteria, model: CriteriaModel, held: Held) -> ModelScore:
    lowest = sum(i.tenths.get(model.id, 0) for i, holds in held if holds is True)
    highest = lowest + sum(i.tenths.get(model.id, 0) for i, holds in held if holds is None)
    return ModelScore(
        model=model.id,
        score=lowest / _TENTHS,
        probability=_shown_probability(model.offset, lowest),
        level=_level(criteria, model, lowest),
        highest_score=highest / _TENTHS,
        highest_probability=_shown_probability(model.offset, highest),
        highest_level=_level(criteria, model, highest),
    )


def _reason(criteria: Criteria, model: CriteriaModel, item: CriteriaItem, sheet: FactSheet) -> Reason:
    points = item.tenths[model.id] / _TENTHS
    return Reason(
        f"{criteria.id}-{item.id}", f"{item.label}: {points} points", item.when.support(sheet), criteria.sources
    )


def _level(criteria: Criteria, model: CriteriaModel, tenths: int) -> str:
    return next((word for word, least in model.cut_offs if tenths >= least), criteria.lowest_level)


@lru_cache(maxsize=512)
def _probability(offset: Decimal, tenths: int) -> Decimal:
    return 1 / (1 + (offset - tenths / _TENTHS).exp())


@lru_cache(maxsize=512)
def _shown_probability(offset: Decimal, tenths: int) -> Decimal:
    return _probability(offset, tenths).quantize(_PLACES)


def _probability_level(criteria: Criteria, own: ModelScore) -> str:
    offset = next(m.offset for m in criteria.models if m.id == own.model)
    exact = _probability(offset, int(own.score * _TENTHS))
    return next((w for w, least in criteria.probability_levels if exact >= least), criteria.lowest_level)


def _rank(criteria: Criteria, level: str) -> int:
    """The higher the level, the larger."""
    words = [word for word, _ in criteria.probability_levels]
    return len(words) - words.index(level) if level in words else 0


def _subgroup(criteria: Criteria, facts: Facts, level: str) -> tuple[str | None, tuple[Branch, ...]]:
    """The subgroup and the way to it; the tree reads unknown as absent."""
    if level not in criteria.subgroup_levels:
        return None, ()
    way: list[Branch] = []
    for row in criteria.subgroups:
        holds = row.when.read(facts)
        way.append(Branch(row.rule, row.text, holds is True, holds is not None))
        if holds is True:
            return (None if row.then is None else str(row.then.read(facts))), tuple(way)
    return None, tuple(way)
