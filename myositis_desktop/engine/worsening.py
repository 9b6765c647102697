"""Whether core measures are worse than the best value seen before: each by itself, and by the rules of the pack.

Exact, and three-valued: a measure that is missing today, or was never taken on the same scale, is unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from myositis_desktop.engine.response import Measure, ResponseTable, scale_unit, written
from myositis_desktop.model.case import Findings
from myositis_desktop.model.plan import Reason


@dataclass(frozen=True, slots=True)
class Limit:
    """How much worse a measure is for a rule to count it."""

    id: str
    by: Decimal
    percent: bool
    """`by` is in percent of the range of the scale; otherwise in the unit of the measure."""


@dataclass(frozen=True, slots=True)
class WorseRule:
    """So many of these measures worse by so much."""

    rule: str
    least: int
    limits: tuple[Limit, ...]
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worsening:
    """The measures of one day against the best of the days before."""

    any: bool | None
    """A measure is worse by more than the score counts as no change; None: no measure stands on both."""
    worse: tuple[str, ...]
    """The measures that are."""
    by_rule: bool | None
    because: tuple[Reason, ...]
    """The rules that hold."""


def worsening(days: Sequence[Findings], table: ResponseTable, population: str, rules: Sequence[WorseRule]) -> Worsening:
    """The last of the days against those before it, in order."""
    falls = {m.id: _fall(days, m, table, population) for m in table.measures if not m.enzymes}
    known = {id_: fall for id_, fall in falls.items() if fall is not None}
    worse = tuple(id_ for id_, (fall, length) in known.items() if fall * 100 > _least(table, id_) * length)
    held = [(rule, _holds(rule, falls)) for rule in rules]
    because = tuple(Reason(r.rule, r.text, tuple(w.id for w in r.limits), r.sources) for r, yes in held if yes)
    values = [yes for _, yes in held]
    by_rule = True if True in values else None if None in values or not values else False
    return Worsening(bool(worse) if known else None, worse, by_rule, because)


def _least(table: ResponseTable, id_: str) -> Fraction:
    """Percent of the range that the score counts as no change."""
    return Fraction(next(m for m in table.measures if m.id == id_).edges[0])


Fall = tuple[Fraction, Fraction]
"""How much worse (below 0: better), and the length of the scale."""


def _holds(rule: WorseRule, falls: Mapping[str, Fall | None]) -> bool | None:
    answers = [_is_worse(limit, falls.get(limit.id)) for limit in rule.limits]
    yes, unknown = answers.count(True), answers.count(None)
    return True if yes >= rule.least else None if yes + unknown >= rule.least else False


def _is_worse(limit: Limit, fall: Fall | None) -> bool | None:
    if fall is None:
        return None
    worse, length = fall
    return worse * 100 >= Fraction(limit.by) * length if limit.percent else worse >= Fraction(limit.by)


def _fall(days: Sequence[Findings], measure: Measure, table: ResponseTable, population: str) -> Fall | None:
    """Of a measure, or of what stands in for it where it is missing."""
    found = _on_scale(days, measure.id, measure.ranges, higher_is_better=measure.higher_is_better)
    for stand_in in table.stand_ins:
        if found is None and (stand_in.population, stand_in.missing) == (population, measure.id):
            found = _on_scale(days, stand_in.id, stand_in.ranges, higher_is_better=measure.higher_is_better)
    return found


def _on_scale(
    days: Sequence[Findings], id_: str, ranges: Mapping[str, Decimal], *, higher_is_better: bool
) -> Fall | None:
    today = days[-1].get(id_) if days else None
    if today is None or (unit := scale_unit(today, ranges)) not in ranges:
        return None
    values = [written(f) for d in days[:-1] if (f := d.get(id_)) is not None and scale_unit(f, ranges) == unit]
    if not values:
        return None
    fall = max(values) - written(today) if higher_is_better else written(today) - min(values)
    return fall, Fraction(ranges[unit])
