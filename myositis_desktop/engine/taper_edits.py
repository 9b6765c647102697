"""Edits of a taper in the clinician's own hand: each gives new steps that follow on each other without gap."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from myositis_desktop.engine.tablets import TaperRules
from myositis_desktop.engine.taper_checks import STEPS_PLACE, course_problems
from myositis_desktop.model.case import EditedStep
from myositis_desktop.model.plan import Taper, TaperStep

Steps = tuple[EditedStep, ...]


def steps_of(taper: Taper, rules: TaperRules) -> Steps:
    """The steps of a plan as a clinician's own.

    Only where its schedule falls or ends in a way that an edit may not without a reason, the schedule is the reason: so
    every change that is made later is judged by itself.
    """
    steps = tuple(_edited(step) for step in taper.steps)
    places = {problem.pointer for problem in course_problems(steps, rules, 0)}
    reason = f"as in the schedule {taper.schedule}"
    return tuple(
        replace(step, reason=reason) if f"{STEPS_PLACE}/{at}" in places else step for at, step in enumerate(steps)
    )


def own_steps(taper: Taper, written: Steps | None, rules: TaperRules) -> Steps:
    """The steps that stand in a plan, one for each of its rows, as the clinician wrote them where they did.

    A row that tablets made out of several written steps is one step from then on, with the reasons of all; what was
    written behind an early end of the taper stays.
    """
    if written is None:
        return steps_of(taper, rules)
    rows = (_as_written(row, [w for w in written if row.start <= w.start <= row.end]) for row in taper.steps)
    return (*rows, *(w for w in written if w.start > taper.ends))


def _as_written(row: TaperStep, written: Sequence[EditedStep]) -> EditedStep:
    if len(written) == 1:
        return written[0]
    reasons = dict.fromkeys(w.reason for w in written if w.reason)
    return replace(_edited(row), reason="; ".join(reasons) or None)


def _edited(step: TaperStep) -> EditedStep:
    if step.alternate_mg is None:
        return EditedStep(step.start, step.days, step.dose_mg)
    return EditedStep(step.start, step.days, None, (step.dose_mg, step.alternate_mg))


def moved(steps: Sequence[EditedStep], start: date) -> Steps:
    """The same steps from another first day."""
    return chained(steps, start)


def changed(steps: Sequence[EditedStep], at: int, step: EditedStep) -> Steps:
    """Another step at a place; those after it move with its length."""
    return chained([*steps[:at], step, *steps[at + 1 :]], steps[0].start)


def held(steps: Sequence[EditedStep], at: int, days: int, reason: str | None) -> Steps:
    """The dose of a step for so many days more, as a step of its own behind it."""
    hold = replace(steps[at], days=days, reason=reason)
    return chained([*steps[: at + 1], hold, *steps[at + 1 :]], steps[0].start)


def rest_of(steps: Sequence[EditedStep], day: date) -> Steps:
    """What is left of the steps from a day on; alternate days begin with the dose that is due on it."""
    out = []
    for step in steps:
        gone = max(0, (day - step.start).days)
        if gone < step.days:
            pair = step.alternate
            turned = (pair[1], pair[0]) if pair is not None and gone % 2 else pair
            out.append(replace(step, start=step.start + timedelta(days=gone), days=step.days - gone, alternate=turned))
    return tuple(out)


def without(steps: Sequence[EditedStep], at: int) -> Steps:
    """The steps without one; the later ones move up."""
    return chained([*steps[:at], *steps[at + 1 :]], steps[0].start)


def chained(steps: Iterable[EditedStep], start: date) -> Steps:
    """The same steps one after the other from a first day."""
    out = []
    for step in steps:
        out.append(replace(step, start=start))
        start += timedelta(days=step.days)
    return tuple(out)
