"""What follows from the drugs of a plan taken together: interactions, and the dates on which a dose goes up."""

from collections.abc import Iterator
from datetime import date, timedelta

from myositis_desktop.engine.pack import InteractionRow
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.engine.treatment import Treatment, Verdict
from myositis_desktop.model.plan import Interaction, StepUp


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
                yield Interaction(row.rule, row.level, pair, row.text, row.act, said, row.sources)


def step_up(verdict: Verdict, sheet: FactSheet, start: date) -> tuple[StepUp, ...]:
    """The doses after the first, each with its day; none where the drug is not begun now or is at its target."""
    rule, dose = verdict.card.step_up, verdict.dose
    begun = not verdict.taken and (verdict.status == "recommended" or verdict.chosen)
    if rule is None or not begun or dose is None or dose.value is None or dose.unit is None:
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
