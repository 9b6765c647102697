"""What follows from the drugs of a plan taken together: interactions, and the dates on which a dose goes up."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from myositis_desktop.engine.cards import DueRule, InteractionRow
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.engine.treatment import Treatment, Verdict
from myositis_desktop.model.plan import Due, Interaction, StepUp, Taper


def interactions(treatment: Treatment) -> tuple[Interaction, ...]:
    """What does not go together among the drugs that are recommended, chosen or taken, and the patient's medicines."""
    used = [d for d, v in treatment.verdicts.items() if v.status == "recommended" or v.chosen or v.taken]
    rows = (r for r in treatment.pack.interactions if not r.drugs.isdisjoint(used))
    return tuple(i for r in rows for i in _found(r, used, treatment.sheet))


def _found(row: InteractionRow, used: list[str], sheet: FactSheet) -> Iterator[Interaction]:
    if (row.beside and row.beside.isdisjoint(used)) or row.when.value(sheet) is not True:
        return
    seen: set[frozenset[str]] = set()
    for drug in (d for d in used if d in row.drugs):
        for other in (d for d in used if d in row.beside and d != drug) if row.beside else (None,):
            pair = (drug,) if other is None else (drug, other)
            if frozenset(pair) not in seen:
                seen.add(frozenset(pair))
                said = row.when.support(sheet)
                yield Interaction(row.rule, row.level, pair, row.text, row.act, row.label, said, row.sources)


def step_up(verdict: Verdict, sheet: FactSheet, start: date) -> tuple[StepUp, ...]:
    """The doses after the first, each with its day; none where the drug is not begun now, is chosen against the
    rules, or is at its target.
    """
    rule, dose = verdict.card.step_up, verdict.dose
    begun = not verdict.taken and verdict.override is None and (verdict.status == "recommended" or verdict.chosen)
    if rule is None or not begun or dose is None or dose.value is None or dose.unit is None:
        return ()
    if rule.when.value(sheet) is not True:
        return ()
    target = getattr(dose, rule.to)
    days = rule.every_days.value(sheet)
    if target is None or days is None:
        return ()
    steps, value, on = [], dose.value, start
    while value < target:
        value, on = min(value + rule.by, target), on + timedelta(days=int(days))
        steps.append(StepUp(on, value, dose.unit))
    return tuple(steps)


def due(verdict: Verdict, sheet: FactSheet, start: date, taper: Taper | None) -> tuple[Due, ...]:
    """What is to be done on days that follow from the taper, for an item that is given."""
    if verdict.status not in ("recommended", "option", "caution") and not verdict.chosen:
        return ()
    found = []
    for rule in verdict.card.due:
        day = _day(rule, start, taper)
        if day is not None and rule.when.value(sheet) is True:
            until = None if rule.until_months is None else _months_on(day, rule.until_months)
            found.append(Due(rule.text, _months_on(day + timedelta(days=rule.days), rule.months), until))
    return tuple(found)


def _day(rule: DueRule, start: date, taper: Taper | None) -> date | None:
    """The day a rule counts from; None where the taper has no such day."""
    if rule.after == "start" or taper is None:
        return start if rule.after == "start" else None
    if rule.after == "end":
        return taper.ends
    low = (s for s in taper.steps if rule.mg is not None and max(s.dose_mg, s.alternate_mg or s.dose_mg) < rule.mg)
    return next((s.start for s in low), None)


def _months_on(day: date, months: int) -> date:
    """The same day some months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
