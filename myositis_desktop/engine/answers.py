"""The answers worth trying for a finding that is unknown: every word, and a value on each side of every threshold."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from myositis_desktop.model.case import Case, Finding, Quantity

if TYPE_CHECKING:
    from myositis_desktop.engine.pack import Pack
    from myositis_desktop.engine.reach import Thresholds
    from myositis_desktop.model.catalogue import FindingSpec

_WORDS = {"sign": ("present", "absent"), "antibody": ("positive", "negative")}
_HALF, _DAY, _LONG_MONTH = Decimal("0.5"), timedelta(days=1), 31


def answers(pack: "Pack", case: Case, id_: str) -> Iterator[Finding]:
    """The answers of one finding, as they would stand in the case."""
    spec = pack.catalogue.findings[id_]
    if spec.kind == "date":
        yield from (Finding(id_, day) for day in _days(pack, case))
    elif spec.kind == "quantity":
        yield from _quantities(pack, spec)
    else:
        unknown = pack.reading.unknown_words.get(id_)
        yield from (Finding(id_, word) for word in _WORDS.get(spec.kind, spec.values) if word != unknown)


def _quantities(pack: "Pack", spec: "FindingSpec") -> Iterator[Finding]:
    low, high = spec.plausible or (Decimal(0), Decimal(0))
    found = pack.reach.thresholds.get(spec.id)
    unit = spec.units[0].symbol
    limit = _limit(pack, spec)
    scale = _scale(unit) or limit
    points = [p for p in _points(found, scale) if low <= p <= high]
    for value in _around(points, low, high):
        amount = Quantity(value, unit)
        yield Finding(spec.id, value, entered=amount, uln=limit, entered_uln=limit)


def _points(found: "Thresholds | None", scale: Decimal | None) -> list[Decimal]:
    numbers = [] if found is None else list(found.numbers)
    if scale is not None:
        numbers += [scale, *(m * scale for m in (found.multiples if found else ()))]
    return sorted(set(numbers))


def _around(points: list[Decimal], low: Decimal, high: Decimal) -> Iterator[Decimal]:
    """One value on every threshold, between any two, and beyond the outer ones."""
    for before, after in pairwise([low, *points, high]):
        if before < after:
            yield _plain((before + after) * _HALF, before, after)
        if after < high:
            yield after


def _plain(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """A whole number, where one lies between the two."""
    whole = value.to_integral_value()
    return whole if low < whole < high else value


def _limit(pack: "Pack", spec: "FindingSpec") -> Decimal | None:
    """An upper limit of normal in the middle of the plausible range, where rules ask for one."""
    names = pack.reach.names[spec.id]
    if not spec.takes_limit or not any("raised." in n or n.endswith(".uln") for n in names):
        return None
    low, high = spec.plausible or (Decimal(0), Decimal(0))
    limit = (low * high).sqrt() if low > 0 else high / 10
    return max(limit.to_integral_value(), low) if limit > 1 else limit


def _scale(unit: str) -> Decimal | None:
    return Decimal(unit.strip("{}").split("-")[1]) if unit.startswith("{0-") else None


def _days(pack: "Pack", case: Case) -> Iterator[date]:
    """Days of onset on each side of every age and every number of months that rules ask about."""
    found = pack.reach.thresholds
    born, today = case.patient.birth_date, case.assessed_on
    days = {today}
    for months in found["months_since_onset"].numbers if "months_since_onset" in found else ():
        days |= {today - timedelta(days=int(months) * _LONG_MONTH + 1), today - timedelta(days=int(months) * 30 - 1)}
    for years in found["age_at_onset"].numbers if "age_at_onset" in found else ():
        days |= {_birthday(born, int(years)) - _DAY, _birthday(born, int(years)), _birthday(born, int(years) + 1)}
    yield from sorted(day for day in days if born <= day <= today)


def _birthday(born: date, years: int) -> date:
    """The first day on which so many years are completed."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # born on 29 February
        return date(born.year + years, 3, 1)
