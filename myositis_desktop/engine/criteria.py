"""Weighted classification criteria with a lowest and a highest score over what is unknown."""

from decimal import Decimal
from functools import lru_cache

from myositis_desktop.engine.logic import unique
from myositis_desktop.engine.pack import Criteria, CriteriaItem, CriteriaModel
from myositis_desktop.engine.sheet import LEVEL, PROBABILITY_LEVEL, FactSheet
from myositis_desktop.model.plan import Classification, Reason

_PLACES = Decimal("0.0001")
_TENTHS = Decimal(10)


def classify(criteria: Criteria, sheet: FactSheet) -> Classification:
    """Score a case and put its levels on the sheet, where the rules read them."""
    model = next(m for m in criteria.models if m.when.value(sheet) is True)
    held = [(i, i.when.read(sheet.values)) for i in criteria.items if model.id in i.tenths]
    counted = [i for i, holds in held if holds is True]
    open_items = [i for i, holds in held if holds is None]
    lowest = sum(i.tenths[model.id] for i in counted)
    highest = lowest + sum(i.tenths[model.id] for i in open_items)
    level, top = _level(criteria, model, lowest), _level(criteria, model, highest)
    probability = _probability(model.offset, lowest)
    unknown = unique(i.when.missing(sheet) for i in open_items)
    support = unique(i.when.support(sheet) for i in counted)
    sheet.put(LEVEL, None if sheet.robust and level != top else level, support, unknown)
    sheet.put(PROBABILITY_LEVEL, _probability_level(criteria, probability), support)
    return Classification(
        model=model.id,
        score=lowest / _TENTHS,
        probability=probability.quantize(_PLACES),
        level=level,
        subgroup=_subgroup(criteria, sheet, level),
        highest_score=highest / _TENTHS,
        highest_probability=_probability(model.offset, highest).quantize(_PLACES),
        highest_level=top,
        unknown=unknown,
        because=tuple(_reason(criteria, model, i, sheet) for i in counted),
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


def _probability_level(criteria: Criteria, probability: Decimal) -> str:
    return next((w for w, least in criteria.probability_levels if probability >= least), criteria.lowest_level)


def _subgroup(criteria: Criteria, sheet: FactSheet, level: str) -> str | None:
    if level not in criteria.subgroup_levels:
        return None
    row = next(r for r in criteria.subgroups if r.when.value(sheet) is True)
    return None if row.then is None else str(row.then.value(sheet))
