"""What a decision at a visit does to the taper: a hold, or the calendar of a flare."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from myositis_desktop.engine.follow_up import FlareRule
from myositis_desktop.engine.schedules import Rung, Schedule, chosen_schedule
from myositis_desktop.engine.taper_edits import Steps, chained, held
from myositis_desktop.model.case import EditedStep, TaperPreferences

_JUVENILE = ("jdm", "juvenile-other")


def held_now(steps: Steps, dose_mg: Decimal, days: int, reason: str) -> Steps:
    """The dose that is taken for so many days more, before anything else of the steps."""
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
