"""What a decision at a visit does to the taper: a hold, or the calendar of a flare."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from myositis_desktop.engine.follow_up import FLARE, HOLD, FlareRule
from myositis_desktop.engine.schedules import Rung, Schedule, chosen_schedule
from myositis_desktop.engine.taper_edits import Steps, chained, held, own_steps
from myositis_desktop.model.case import Case, Decision, DoseChoice, EditedStep, Preferences, TaperPreferences
from myositis_desktop.model.plan import Plan

if TYPE_CHECKING:
    from myositis_desktop.engine.pack import Pack

_JUVENILE = ("jdm", "juvenile-other")


def held_now(steps: Steps, dose_mg: Decimal, days: int, reason: str, start: date) -> Steps:
    """The dose that is taken for so many days more, before anything else of the steps; from `start` without any."""
    if not steps:
        return (EditedStep(start, days, dose_mg, None, reason),)
    if steps[0].mean_mg == dose_mg:
        return held(steps, 0, days, reason)
    return chained((EditedStep(steps[0].start, days, dose_mg, None, reason), *steps), steps[0].start)


def flare_steps(
    rule: FlareRule, schedule: Schedule, back_to_mg: Decimal, flared_at_mg: Decimal, start: date, reason: str
) -> Steps:
    """Back to a dose, then down the schedule more slowly, with a long stop above the dose of the flare.

    Args:
        rule: how long, how slowly, how far above.
        schedule: the schedule that is gone down.
        back_to_mg: the dose that is gone back to, mg a day; above `flared_at_mg`.
        flared_at_mg: the dose at which the flare came, mg a day.
        start: the first day.
        reason: why; it stands on the first step.
    """
    rungs = [Rung(back_to_mg, rule.hold_days)]
    lower = [r for r in schedule.rungs(back_to_mg)[1:] if r.mean_mg < back_to_mg]
    above = [r for r in lower if r.mean_mg >= flared_at_mg + rule.stop_above[0]]
    rungs += [replace(r, days=r.days * rule.times_as_long) for r in above]
    stop_mg = min(rungs[-1].mean_mg, flared_at_mg + rule.stop_above[1])
    if stop_mg == rungs[-1].mean_mg:
        rungs[-1] = replace(rungs[-1], days=max(rungs[-1].days, rule.stop_days))
    else:
        rungs.append(Rung(stop_mg, rule.stop_days))
    stop = len(rungs) - 1
    rungs += [replace(r, days=r.days * rule.times_as_long) for r in lower[len(above) :]]
    steps = [_step(rung, start) for rung in rungs]
    steps[stop] = replace(steps[stop], reason=rule.stop_reason)
    steps[0] = replace(steps[0], reason=reason if stop else f"{reason}; {rule.stop_reason}")
    return chained(steps, start)


def _step(rung: Rung, start: date) -> EditedStep:
    if rung.alternate_mg is None:
        return EditedStep(start, rung.days, rung.dose_mg)
    return EditedStep(start, rung.days, None, (rung.dose_mg, rung.alternate_mg))


def flare_schedule(
    rule: FlareRule, wish: TaperPreferences, schedules: Mapping[str, Schedule], subtype: str
) -> Schedule | None:
    """The schedule that a taper after a flare goes down: the clinician's, else that of the rule."""
    default = rule.juvenile_schedule if subtype in _JUVENILE else rule.schedule
    schedule, _ = chosen_schedule(wish, schedules, default)
    return schedule


# ---- what a decision does to the case


@dataclass(frozen=True, slots=True)
class Answer:
    """What the clinician decided."""

    action: str
    """continue | hold | flare | escalate"""
    reason: str
    days: int | None = None
    """Of a hold; None: the calendar stays as it is."""
    back_to_mg: Decimal | None = None
    """Of a flare, mg a day."""


def after_decision(case: Case, plan: Plan, pack: "Pack", answer: Answer) -> Preferences:
    """The preferences with the decision of the day, and with the steps and the dose that follow from it."""
    found, wish = plan.follow_up, case.preferences
    now = None if found is None else found.dose_mg
    decision = Decision(case.assessed_on, answer.action, now, answer.reason)
    others = tuple(d for d in wish.decisions if d.on != case.assessed_on)
    wish = replace(wish, decisions=tuple(sorted((*others, decision), key=lambda d: d.on)))
    if answer.action == HOLD and answer.days and now is not None:
        held_steps = held_now(_steps(case, plan, pack), now, answer.days, answer.reason, _tomorrow(case))
        return replace(wish, taper=replace(wish.taper, steps=held_steps, start=None))
    if answer.action == FLARE and answer.back_to_mg is not None and now is not None:
        return _flared(case, plan, pack, wish, answer.back_to_mg, now, answer.reason)
    return wish


def _tomorrow(case: Case) -> date:
    return case.assessed_on + timedelta(days=1)


def _steps(case: Case, plan: Plan, pack: "Pack") -> Steps:
    return () if plan.taper is None else own_steps(plan.taper, case.preferences.taper.steps, pack.taper_rules)


def _flared(
    case: Case, plan: Plan, pack: "Pack", wish: Preferences, back_to: Decimal, now: Decimal, reason: str
) -> Preferences:
    rule = pack.follow_up.flare
    schedule = None if rule is None else flare_schedule(rule, wish.taper, pack.schedules, plan.subtype.id)
    drug = next(t.drug for t in reversed(case.therapy) if t.drug in pack.oral and t.stopped is None)
    if rule is None or schedule is None:
        return wish
    steps = flare_steps(rule, schedule, back_to, now, _tomorrow(case), reason)
    doses = (*(d for d in wish.doses if d.drug != drug), DoseChoice(drug, back_to, "mg/d", reason))
    return replace(wish, taper=replace(wish.taper, steps=steps, start=None, hold_days=None), doses=doses)
