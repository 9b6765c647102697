"""Weighted classification criteria with a lowest and a highest score over what is unknown."""

from decimal import Decimal
from functools import lru_cache

from myositis_desktop.engine.logic import unique
from myositis_desktop.engine.pack import Criteria, CriteriaItem, CriteriaModel
from myositis_desktop.engine.sheet import BIOPSY_LOWERS, LEVEL, PROBABILITY_LEVEL, FactSheet
from myositis_desktop.model.plan import Branch, Classification, ModelScore, Reason

_PLACES = Decimal("0.0001")
_TENTHS = Decimal(10)


def classify(criteria: Criteria, sheet: FactSheet) -> Classification:
    """Score a case and put its levels on the sheet, where the rules read them."""
    at = next(n for n, m in enumerate(criteria.models) if m.when.value(sheet) is True)
    model = criteria.models[at]
    held = [(i, i.when.read(sheet.values)) for i in criteria.items]
    # The models after the one that counts use less of the same findings: without the biopsy.
    models = tuple(_scored(criteria, m, held) for m in criteria.models[at:])
    own = models[0]
    counted = [i for i, holds in held if holds is True and model.id in i.tenths]
    unknown = unique(i.when.missing(sheet) for i, holds in held if holds is None and model.id in i.tenths)
    support = unique(i.when.support(sheet) for i in counted)
    sheet.put(LEVEL, None if sheet.robust and own.level != own.highest_level else own.level, support, unknown)
    sheet.put(PROBABILITY_LEVEL, _probability_level(criteria, own), support)
    sheet.put(BIOPSY_LOWERS, any(_rank(criteria, m.level) > _rank(criteria, own.level) for m in models[1:]), support)
    subgroup, tree = _subgroup(criteria, sheet, own.level)
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


def _scored(criteria: Criteria, model: CriteriaModel, held: list[tuple[CriteriaItem, bool | None]]) -> ModelScore:
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


def _subgroup(criteria: Criteria, sheet: FactSheet, level: str) -> tuple[str | None, tuple[Branch, ...]]:
    """The subgroup and the way to it; the tree reads unknown as absent."""
    if level not in criteria.subgroup_levels:
        return None, ()
    way: list[Branch] = []
    for row in criteria.subgroups:
        holds = row.when.read(sheet.values)
        way.append(Branch(row.rule, row.text, holds is True, holds is not None))
        if holds is True:
            return (None if row.then is None else str(row.then.value(sheet))), tuple(way)
    return None, tuple(way)
