"""Doses: the exact numbers of a drug card for one patient, with their arithmetic in words."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from myositis_desktop.engine.cards import DoseRule, DrugCard
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.model.case import DoseChoice
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Dose, Reason
from myositis_desktop.model.problem import Problem

AMOUNTS = ("value", "lowest", "highest")
WHOLE = ("days", "times_per_day", "infusions", "interval_days")
_NO_NUMBERS = dict.fromkeys(f"dose.{name}" for name in (*AMOUNTS, *WHOLE))
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Dosed:
    """What the dose rules of a card gave."""

    dose: Dose | None = None
    missing: tuple[str, ...] = ()
    """Unknown findings without which there is no dose."""
    remarks: tuple[Reason, ...] = ()
    is_open: bool = False
    """The number itself, or the upper limit of an amount that is taken, cannot be worked out."""


_NOTHING = Dosed()


def work_out(card: DrugCard, sheet: FactSheet, fixed: Decimal | None = None, said: str = "") -> Dosed:
    """The dose of a card; its numbers go on the sheet as `dose.…`.

    `fixed` is an amount that replaces the computed `value` (the dose taken, the dose the clinician wrote), `said` why
    it is fixed, in place of the arithmetic.
    """
    facts = sheet.values
    facts.update(_NO_NUMBERS)
    rule = card.guarded.doses.first(facts)
    if rule is None:
        return _NOTHING
    for name, number in rule.amounts:
        facts[name] = number.read(facts)
    if fixed is not None:
        facts["dose.value"] = fixed
    if "value" in rule.numbers and facts["dose.value"] is None:
        return Dosed(missing=rule.numbers["value"].missing(sheet), is_open=True)
    limit = rule.numbers.get("highest") if fixed is not None and facts["dose.highest"] is None else None
    remarks = tuple([sheet.reason(r) for r in card.guarded.remarks.holding(facts)])
    dose = _dose(rule, sheet, remarks, said)
    return Dosed(dose, () if limit is None else limit.missing(sheet), remarks, is_open=limit is not None)


def _dose(rule: DoseRule, sheet: FactSheet, remarks: tuple[Reason, ...], said: str) -> Dose:
    facts = sheet.values
    per_kg = rule.numbers["per_kg"].read(facts) if "per_kg" in rule.numbers else None
    whole = {n: int(v) for n in WHOLE if (v := facts[f"dose.{n}"]) is not None}
    text = sheet.fill(rule.text)
    return Dose(
        text="; ".join([text, *[r.text for r in remarks]]) if remarks else text,
        value=facts["dose.value"],
        unit=rule.unit,
        per_kg=None if per_kg is None else text_of(per_kg.quantize(_HUNDREDTH, ROUND_HALF_UP)),
        lowest=facts["dose.lowest"],
        highest=facts["dose.highest"],
        arithmetic=said or (sheet.fill(rule.arithmetic) if rule.arithmetic else None),
        **whole,
    )


def taken_amount(card: DrugCard, sheet: FactSheet, unit: str | None) -> Decimal | None:
    """The dose of a drug that is taken, in the unit of its card; None when it is not taken or not comparable."""
    field = {"mg/d": "t.mg_day", "mg/wk": "t.mg_week"}.get(unit or "")
    found = None
    for drug in sheet.each_therapy():
        if drug == card.drug and sheet.get("t.taken") and field:
            found = sheet.get(field)
    return found


def written_problems(card: DrugCard, sheet: FactSheet, dose: Dose | None, wish: DoseChoice) -> tuple[Problem, ...]:
    """What is wrong with a dose that the clinician wrote: the two rings of its card."""
    place = f"/preferences/doses/{wish.drug}"
    if dose is None or dose.unit is None:
        return (Problem(place, f"{wish.drug} has no dose here that could be changed"),)
    if wish.unit != dose.unit:
        return (Problem(f"{place}/unit", f'"{wish.unit}" is not the unit of {wish.drug}; use {dose.unit}'),)
    if refused := beyond(card, sheet, wish.value, dose.unit):
        return (Problem(f"{place}/value", f"{text_of(wish.value)} {wish.unit} is {refused}, which is refused"),)
    lowest, highest = _recommended(card, sheet, dose)
    outside = (lowest is not None and wish.value < lowest) or (highest is not None and wish.value > highest)
    if outside and not wish.reason:
        span = " to ".join(text_of(v) for v in (lowest, highest) if v is not None)
        return (Problem(f"{place}/reason", f"outside {span} {dose.unit} a reason is needed"),)
    return ()


def beyond(card: DrugCard, sheet: FactSheet, value: Decimal, unit: str) -> str:
    """In which way a dose is outside the absolute ring of its card, "above 60 mg/d"; "" where it is inside."""
    most = card.absolute.value(sheet) if card.absolute else None
    least = card.absolute_low.value(sheet) if card.absolute_low else None
    if most is not None and value > most:
        return f"above {text_of(most)} {unit}"
    return f"below {text_of(least)} {unit}" if least is not None and value < least else ""


def _recommended(card: DrugCard, sheet: FactSheet, dose: Dose) -> tuple[Decimal | None, Decimal | None]:
    """The recommended ring: the range of the dose itself, otherwise that of the card."""
    if dose.lowest is not None or dose.highest is not None:
        return dose.lowest, dose.highest
    low, high = (e.value(sheet) if e else None for e in card.recommended)
    return low, high
