"""Findings of a case file: signs, antibodies, choices, quantities with unit and limits, dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from myositis_desktop.errors import BugError
from myositis_desktop.exchange.parse import member
from myositis_desktop.exchange.place import Place, either, shown
from myositis_desktop.model.case import Finding, Quantity
from myositis_desktop.model.catalogue import Catalogue, FindingSpec, Unit
from myositis_desktop.model.number import text_of

UNKNOWN = "unknown"
MUSCLE_TEST = "measure.mmt8"
TOP_GRADE = 10
MAX_ASSAY = 200
_SCALE = re.compile(r"\{([0-9]+)-([0-9]+)\}")
_KEYS = {
    "sign": ("value", "on"),
    "choice": ("value", "on"),
    "date": ("value", "on"),
    "antibody": ("value", "on", "assay", "strength"),
}

Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """The days between which a finding can lie; None where the file does not tell them."""

    born: date | None
    last: date | None
    last_pointer: str
    """What sets the last day: /assessed_on, or the day of the visit."""
    keeps: bool = False
    """Whether a day outside is kept beside its problem, as a draft needs it."""

    def holds(self, place: Place, day: date) -> bool:
        """Whether the day may stay; notes the conflict with both places where it lies outside."""
        if self.born is not None and day < self.born:
            place.wrong(f"{day} is before /patient/birth_date ({self.born}); one of the two is wrong")
            return self.keeps
        if self.last is not None and day > self.last:
            place.wrong(f"{day} is after {self.last_pointer} ({self.last}); one of the two is wrong")
            return self.keeps
        return True


def read_findings(place: Place, catalogue: Catalogue, span: Span) -> dict[str, Finding]:
    """The known findings of an object of a case file; "unknown" is the same as absent."""
    found: dict[str, Finding] = {}
    for id_, child in (place.entries() or {}).items():
        spec = catalogue.findings.get(id_)
        if spec is not None:
            finding = _finding(child, spec, catalogue.lists, span)
            if finding is not None:
                found[id_] = finding
        elif not id_.startswith("x-"):
            child.wrong(f"the finding is not known{child.hint(id_, catalogue.findings)}")
    return found


def quantity_finding(
    spec: FindingSpec,
    entered: Quantity,
    *,
    uln: Decimal | None = None,
    lln: Decimal | None = None,
    on: date | None = None,
    muscles: Mapping[str, Decimal] | None = None,
) -> Finding:
    """The finding of a quantity as written; `uln` and `lln` are in the unit of `entered`.

    Raises BugError when the unit is not one of the finding's.
    """
    unit = spec.unit(entered.unit)
    if unit is None:
        raise BugError(f"{entered.unit!r} is not a unit of {spec.id}")
    return Finding(
        id=spec.id,
        value=unit.to_first(entered.value),
        entered=entered,
        uln=None if uln is None else unit.to_first(uln),
        lln=None if lln is None else unit.to_first(lln),
        on=on,
        muscles=muscles,
        entered_uln=uln,
        entered_lln=lln,
    )


def scale_of(unit: str) -> tuple[Decimal, Decimal] | None:
    """The bounds in the braces of a scale: {0-80} is 0 to 80; None for other units."""
    match = _SCALE.fullmatch(unit)
    return (Decimal(match[1]), Decimal(match[2])) if match else None


def _finding(place: Place, spec: FindingSpec, lists: Lists, span: Span) -> Finding | None:
    if spec.kind == "quantity":
        return _quantity(place, spec, lists, span)
    parts = {"value": place}
    if isinstance(place.value, dict):
        parts = place.fields(_KEYS[spec.kind], {"value": "what was found"}) or {}
    on = _day_in(parts.get("on"), span)
    assay = parts["assay"].text(longest=MAX_ASSAY) if "assay" in parts else None
    strength = parts["strength"].text(longest=MAX_ASSAY) if "strength" in parts else None
    if "value" not in parts or parts["value"].value == UNKNOWN:
        return None
    value = _date_or_word(parts["value"], spec, lists, span)
    return None if value is None else Finding(spec.id, value, on=on, assay=assay, strength=strength)


def _date_or_word(place: Place, spec: FindingSpec, lists: Lists, span: Span) -> date | str | None:
    if spec.kind == "date":
        return _day_in(place, span)
    words = spec.values if spec.kind == "choice" else lists[f"{spec.kind}_values"]
    return place.word((*words, UNKNOWN), f"a value of {spec.id}")


def _day_in(place: Place | None, span: Span) -> date | None:
    day = None if place is None else place.day()
    return day if place is not None and day is not None and span.holds(place, day) else None


def _quantity(place: Place, spec: FindingSpec, lists: Lists, span: Span) -> Finding | None:
    units = either([u.symbol for u in spec.units])
    known = ["value", "unit", "on"] + ["uln", "lln"] * spec.takes_limit + ["muscles"] * (spec.id == MUSCLE_TEST)
    if place.value == UNKNOWN:
        return None
    if not isinstance(place.value, dict):
        place.wrong(f'{shown(place.value)} stands without its unit; write {{"value": "…", "unit": "…"}} with {units}')
        return None
    is_unknown = place.value.get("value") == UNKNOWN
    parts = place.fields(known, {} if is_unknown else {"value": "the number", "unit": f"the unit, {units}"}) or {}
    on = _day_in(parts.get("on"), span)
    unit = _unit(parts["unit"], spec, units) if "unit" in parts else None
    value = parts["value"].number() if "value" in parts and not is_unknown else None
    uln, lln = _limits(parts, unit)
    if unit is None or value is None or not _is_possible(parts["value"], spec, unit, value):
        return None
    muscles = _muscles(parts["muscles"], value, unit, lists) if "muscles" in parts else None
    return quantity_finding(spec, Quantity(value, unit.symbol), uln=uln, lln=lln, on=on, muscles=muscles)


def _unit(place: Place, spec: FindingSpec, units: str) -> Unit | None:
    unit = spec.unit(place.value) if isinstance(place.value, str) else None
    if unit is None:
        place.wrong(f"{shown(place.value)} is not a unit of {spec.id}; use {units}")
    return unit


def _is_possible(place: Place, spec: FindingSpec, unit: Unit, value: Decimal) -> bool:
    scale = scale_of(unit.symbol)
    stored, first = (value, unit.symbol) if scale else (unit.to_first(value), spec.units[0].symbol)
    low, high = scale or spec.possible or (stored, stored)
    if low <= stored <= high:
        return True
    written = f"{text_of(value)} {unit.symbol}"
    same = "" if first == unit.symbol else f" ({text_of(stored)} {first})"
    place.wrong(f"{written}{same} is not possible; {spec.id} lies between {text_of(low)} and {text_of(high)} {first}")
    return False


def _limits(parts: Mapping[str, Place], unit: Unit | None) -> tuple[Decimal | None, Decimal | None]:
    """Upper and lower limit as written; both are in the unit of the value."""
    uln, lln = (_limit(parts[key], unit) if key in parts else None for key in ("uln", "lln"))
    if uln is not None and lln is not None and lln >= uln:
        place, other = parts["lln"], parts["uln"]
        place.wrong(f"the lower limit {text_of(lln)} is not below the upper limit {text_of(uln)} of {other.pointer}")
    return uln, lln


def _limit(place: Place, unit: Unit | None) -> Decimal | None:
    limit = place.positive()
    if limit is not None and unit is not None and unit.to_first(limit) <= 0:
        place.wrong(f"{text_of(limit)} {unit.symbol} cannot be a limit; check the unit")
        return None
    return limit


def _muscles(place: Place, total: Decimal, unit: Unit, lists: Lists) -> dict[str, Decimal] | None:
    """Grades of the muscle test by group; all groups of the form must be there and add up to the value."""
    names = lists.get(f"mmt8_{unit.symbol.strip('{}').split('-')[-1]}", ())
    parts = place.fields(names, dict.fromkeys(names, f"its grade from 0 to {TOP_GRADE}"))
    grades = {name: _grade(part) for name, part in (parts or {}).items()}
    known = {name: grade for name, grade in grades.items() if grade is not None}
    if len(known) < len(names):
        return None
    if sum(known.values()) != total:
        value = member(place.pointer.rpartition("/")[0], "value")
        place.wrong(f"the grades add up to {text_of(sum(known.values(), Decimal(0)))}, {value} says {text_of(total)}")
        return None
    return known


def _grade(place: Place) -> Decimal | None:
    grade = place.number()
    if grade is not None and not 0 <= grade <= TOP_GRADE:
        place.wrong(f"{text_of(grade)} is not a grade; grades go from 0 to {TOP_GRADE}")
        return None
    return grade
