"""What the clinician decides, as case files write it: drugs chosen, doses edited, the taper."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from myositis_desktop.exchange.place import LAST_YEAR, Place, either, shown
from myositis_desktop.model.case import (
    Choice,
    Decision,
    DoseChoice,
    EditedStep,
    Preferences,
    TabletStock,
    TaperPreferences,
)
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of

MAX_REASON = 2000
MAX_DAYS = 3660
"""Longest step of a taper: ten years."""
MAX_STOCK = 100_000
MAX_PACK = 10_000
DECISIONS = ("continue", "hold", "flare", "escalate")
_TABLET_KEYS = ("mg", "may_halve", "stock", "pack", "gastro_resistant")
CUSTOM = "custom"
_ONE_OF_A_KIND = {"oral_glucocorticoid": "glucocorticoid by mouth", "steroid_sparing": "steroid-sparing drug"}
_TAPER_KEYS = ("schedule", "start", "strengths_mg", "half_tablets", "hold_days", "steps", "custom", "tablets")


def read_preferences(place: Place, catalogue: Catalogue) -> Preferences:
    """The preferences of a case; what is left out is None or empty, and the product's default applies."""
    parts = place.fields(("taper", "choose", "doses", "decisions")) or {}
    return Preferences(
        taper=_taper(parts["taper"], catalogue) if "taper" in parts else TaperPreferences(),
        choose=_choices(parts["choose"], catalogue) if "choose" in parts else (),
        doses=_doses(parts["doses"], catalogue) if "doses" in parts else (),
        decisions=_decisions(parts["decisions"]) if "decisions" in parts else (),
    )


def drug_of(place: Place, catalogue: Catalogue) -> str | None:
    """A drug id of the vocabulary."""
    if isinstance(place.value, str) and place.value in catalogue.drugs:
        return place.value
    hint = place.hint(place.value, catalogue.drugs) if isinstance(place.value, str) else "; use an id in quotes"
    place.wrong(f"{shown(place.value)} is not a known drug{hint}")
    return None


def _reason(parts: Mapping[str, Place]) -> str | None:
    if "reason" not in parts:
        return None
    reason = parts["reason"].text(longest=MAX_REASON, breaks=True)
    if reason is not None and not reason.strip():
        parts["reason"].wrong("the reason is empty; write why, or leave the key out")
    return reason


def _choices(place: Place, catalogue: Catalogue) -> tuple[Choice, ...]:
    chosen: dict[str, Place] = {}
    choices: list[Choice] = []
    for item in place.items():
        choice = _choice(item, catalogue)
        if choice is None:
            continue
        if choice.drug in chosen:
            item.wrong(f"{choice.drug} is chosen twice, here and in {chosen[choice.drug].pointer}; keep one")
        elif (rival := _rival(choice.drug, chosen, catalogue)) is not None:
            kind, other = rival
            item.wrong(
                f"{choice.drug} is a second {kind} beside {other} of {chosen[other].pointer}; choose one of them"
            )
        chosen.setdefault(choice.drug, item)
        choices.append(choice)
    return tuple(choices)


def _choice(place: Place, catalogue: Catalogue) -> Choice | None:
    if not isinstance(place.value, dict):
        drug = drug_of(place, catalogue)
        return None if drug is None else Choice(drug)
    parts = place.fields(("drug", "reason"), {"drug": "the id of the drug"}) or {}
    reason = _reason(parts)
    drug = drug_of(parts["drug"], catalogue) if "drug" in parts else None
    return None if drug is None else Choice(drug, reason)


def _rival(drug: str, chosen: Mapping[str, Place], catalogue: Catalogue) -> tuple[str, str] | None:
    """Kind and id of a drug chosen before of which only one may be chosen."""
    for name, kind in _ONE_OF_A_KIND.items():
        drugs = catalogue.lists[name]
        if drug in drugs and (other := next((d for d in chosen if d in drugs), None)) is not None:
            return kind, other
    return None


def _doses(place: Place, catalogue: Catalogue) -> tuple[DoseChoice, ...]:
    doses = []
    for id_, child in (place.entries() or {}).items():
        if id_.startswith("x-"):
            continue
        if id_ not in catalogue.drugs:
            child.wrong(f"the drug is not known{child.hint(id_, catalogue.drugs)}")
        elif (dose := _dose(child, id_, catalogue)) is not None:
            doses.append(dose)
    return tuple(doses)


def _decisions(place: Place) -> tuple[Decision, ...]:
    """What was decided at each visit, the earliest first; one a day."""
    seen: dict[date, Place] = {}
    found = []
    for item in place.items():
        decision = _decision(item)
        if decision is None:
            continue
        if decision.on in seen:
            item.wrong(f"two decisions on {decision.on}, here and in {seen[decision.on].pointer}; keep one")
        seen.setdefault(decision.on, item)
        found.append(decision)
    return tuple(sorted(found, key=lambda d: d.on))


def _decision(place: Place) -> Decision | None:
    known = ("on", "action", "dose_mg", "reason")
    parts = place.fields(known, {"on": "the day, YYYY-MM-DD", "action": "what was decided"}) or {}
    on = parts["on"].day() if "on" in parts else None
    action = parts["action"].word(DECISIONS, "a decision") if "action" in parts else None
    dose = parts["dose_mg"].positive() if "dose_mg" in parts else None
    reason = _reason(parts)
    return None if on is None or action is None else Decision(on, action, dose, reason)


def _dose(place: Place, drug: str, catalogue: Catalogue) -> DoseChoice | None:
    units = catalogue.lists["therapy_units"]
    needed = {"value": "the dose", "unit": f"the unit, {either(units)}"}
    parts = place.fields(("value", "unit", "reason"), needed) or {}
    reason = _reason(parts)
    value = parts["value"].positive() if "value" in parts else None
    unit = parts["unit"].word(units, "a unit of a dose") if "unit" in parts else None
    return None if value is None or unit is None else DoseChoice(drug, value, unit, reason)


def _taper(place: Place, catalogue: Catalogue) -> TaperPreferences:
    parts = place.fields(_TAPER_KEYS) or {}
    shortest, longest = (int(days) for days in catalogue.lists["hold_days"])
    taper = TaperPreferences(
        schedule=_schedule(parts, catalogue) if "schedule" in parts else None,
        start=parts["start"].day() if "start" in parts else None,
        strengths_mg=_strengths(parts["strengths_mg"], catalogue) if "strengths_mg" in parts else None,
        half_tablets=parts["half_tablets"].flag() if "half_tablets" in parts else None,
        hold_days=parts["hold_days"].whole(shortest, longest, "a hold in days") if "hold_days" in parts else None,
        steps=_steps(parts["steps"]) if "steps" in parts else None,
        custom=_custom(parts["custom"]) if "custom" in parts else None,
        tablets=_tablets(parts["tablets"], catalogue) if "tablets" in parts else None,
    )
    if taper.steps and taper.start not in (None, taper.steps[0].start):
        first = f"{parts['steps'].pointer}/0/from"
        parts["start"].wrong(f"{taper.start} is not the first day of the steps, {first} ({taper.steps[0].start})")
    return taper


def _schedule(parts: Mapping[str, Place], catalogue: Catalogue) -> str | None:
    place = parts["schedule"]
    schedule = place.word((*catalogue.lists["schedules"], CUSTOM), "a schedule")
    if schedule == CUSTOM and "custom" not in parts:
        place.wrong('"custom" needs the schedule itself; give it beside this key as "custom": {…}')
    return schedule


def _custom(place: Place) -> Mapping[str, object] | None:
    plain = place.plain()
    if isinstance(plain, dict):
        return plain
    place.wrong(f"{shown(place.value)} is not a schedule; give an object in braces")
    return None


def _strengths(place: Place, catalogue: Catalogue) -> tuple[Decimal, ...]:
    seen: dict[Decimal, Place] = {}
    for item in place.items():
        _strength(item, item, catalogue, seen)
    if place.value == []:
        place.wrong("no strength is named; name at least one, or leave the key out")
    return tuple(seen)


def _strength(item: Place, place: Place, catalogue: Catalogue, seen: dict[Decimal, Place]) -> Decimal | None:
    """A tablet strength of the list, once; `item` is noted in `seen`, `place` is where the number stands."""
    strengths = catalogue.lists["strengths_mg"]
    mg = place.number()
    if mg is None:
        return None
    if mg not in {Decimal(s) for s in strengths}:
        place.wrong(f"{text_of(mg)} mg is not a strength of the vocabulary; use {either(strengths)}")
    elif mg in seen:
        place.wrong(f"{text_of(mg)} mg is named twice, here and in {seen[mg].pointer}; keep one")
    else:
        seen[mg] = item
        return mg
    return None


def _tablets(place: Place, catalogue: Catalogue) -> tuple[TabletStock, ...]:
    seen: dict[Decimal, Place] = {}
    stocks = [_stock(item, catalogue, seen) for item in place.items()]
    if place.value == []:
        place.wrong("no tablet is named; name at least one, or leave the key out")
    return tuple(stock for stock in stocks if stock is not None)


def _stock(item: Place, catalogue: Catalogue, seen: dict[Decimal, Place]) -> TabletStock | None:
    parts = item.fields(_TABLET_KEYS, {"mg": "the strength"}) or {}
    mg = _strength(item, parts["mg"], catalogue, seen) if "mg" in parts else None
    may_halve = parts["may_halve"].flag() if "may_halve" in parts else False
    stock = parts["stock"].whole(0, MAX_STOCK, "a number of tablets") if "stock" in parts else None
    pack = parts["pack"].whole(1, MAX_PACK, "a number of tablets in one box") if "pack" in parts else None
    resistant = parts["gastro_resistant"].flag() if "gastro_resistant" in parts else False
    if resistant and may_halve:
        parts["may_halve"].wrong(
            f"a gastro-resistant tablet is never halved; set this to false, or {parts['gastro_resistant'].pointer}"
        )
    if mg is None or may_halve is None or resistant is None:
        return None
    return TabletStock(mg, may_halve=may_halve, stock=stock, pack=pack, gastro_resistant=resistant)


def _steps(place: Place) -> tuple[EditedStep, ...]:
    """The steps of a taper in the clinician's own hand: each begins the day after the one before ends."""
    steps: list[EditedStep] = []
    before: tuple[Place, EditedStep] | None = None
    for item in place.items():
        step = _step(item)
        if step is not None:
            _check_follows(item.child("from", None), step, before)
            steps.append(step)
        before = None if step is None else (item, step)
    if place.value == []:
        place.wrong("no step is given; give at least one, or leave the key out")
    return tuple(steps)


def _check_follows(place: Place, step: EditedStep, before: tuple[Place, EditedStep] | None) -> None:
    if before is None or step.start == (due := _day_after(before[1])):
        return
    kind = "leaves a gap after" if step.start > due else "overlaps"
    place.wrong(f"{step.start} {kind} {before[0].pointer}; the step after it begins on {due}")


def _step(place: Place) -> EditedStep | None:
    known = ("from", "days", "dose_mg", "alternate", "reason")
    parts = place.fields(known, {"from": "the first day, YYYY-MM-DD", "days": "the number of days"}) or {}
    reason = _reason(parts)
    start = parts["from"].day() if "from" in parts else None
    days = parts["days"].whole(1, MAX_DAYS, "a number of days") if "days" in parts else None
    if ("dose_mg" in parts) == ("alternate" in parts):
        place.wrong("a step has either dose_mg, or alternate with two doses for alternate days")
    dose = parts["dose_mg"].positive() if "dose_mg" in parts else None
    alternate = _alternate(parts["alternate"]) if "alternate" in parts else None
    if start is None or days is None:
        return None
    step = EditedStep(start, days, dose, alternate, reason)
    if _day_after(step).year > LAST_YEAR:
        parts["days"].wrong(f"the step ends after the year {LAST_YEAR}")
        return None
    return step


def _day_after(step: EditedStep) -> date:
    return step.start + timedelta(days=step.days)


def _alternate(place: Place) -> tuple[Decimal, Decimal] | None:
    items = place.items()
    doses = [item.number() for item in items]
    if isinstance(place.value, list) and len(items) != 2:
        place.wrong(f"{len(items)} doses are given; alternate days take two")
    if len(doses) != 2 or doses[0] is None or doses[1] is None:
        return None
    for item, dose in zip(items, doses, strict=True):
        if dose is not None and (dose < 0 or not any(doses)):
            item.wrong(f"{shown(item.value)} is not above 0; of two doses for alternate days only one may be 0")
    return doses[0], doses[1]
