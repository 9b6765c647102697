"""What is refused in a taper that a clinician set: `Problem`s with pointers under `/preferences/taper`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from myositis_desktop.engine.tablets import TaperRules
from myositis_desktop.model.case import EditedStep
from myositis_desktop.model.number import text_of
from myositis_desktop.model.problem import Problem

STEPS_PLACE = "/preferences/taper/steps"
HOLD_PLACE = "/preferences/taper/hold_days"
START_PLACE = "/preferences/taper/start"
_LONGEST_STEP = 3660
"""Days; keeps typing slips out of the calendar."""


@dataclass(frozen=True, slots=True)
class _Limit:
    mg: Decimal
    who: str


def hold_problems(days: int, rules: TaperRules) -> list[Problem]:
    """A first hold that is shorter or longer than a clinician may set."""
    low, high = rules.hold_days
    return [] if low <= days <= high else [Problem(HOLD_PLACE, f"{days} days; the first hold is {low} to {high} days")]


def edit_problems(steps: Sequence[EditedStep], rules: TaperRules, *, child: bool) -> list[Problem]:
    """Steps that do not follow on each other, or whose doses no one may set."""
    if not steps:
        return [Problem(STEPS_PLACE, "at least one step is needed; leave `steps` out to use a schedule")]
    limit = _Limit(rules.highest_mg(child=child), "a child" if child else "an adult")
    found: list[Problem] = []
    for at, step in enumerate(steps):
        place = f"{STEPS_PLACE}/{at}"
        if not 1 <= step.days <= _LONGEST_STEP:
            found.append(Problem(f"{place}/days", f"{step.days}; a step lasts 1 to {_LONGEST_STEP} days"))
        found += _dose_problems(step, place, limit)
        if at and not found and (step.start - steps[at - 1].start).days != steps[at - 1].days:
            after = f"{STEPS_PLACE}/{at - 1}, which lasts {steps[at - 1].days} days from {steps[at - 1].start}"
            found.append(Problem(f"{place}/from", f"{step.start} does not follow without gap or overlap on {after}"))
    return found


def course_problems(steps: Sequence[EditedStep], rules: TaperRules, taken_days: int) -> list[Problem]:
    """Rises, steps that are too large, and a sudden stop, where the step does not say why.

    Args:
        steps: steps in which `edit_problems` found nothing.
        rules: the largest steps and the end of a taper.
        taken_days: days that an oral glucocorticoid was taken before the first step.
    """
    found: list[Problem] = []
    for at, (before, step) in enumerate(pairwise(steps), 1):
        if step.reason is None and (text := _change(before.mean_mg, step.mean_mg, rules)):
            found.append(Problem(f"{STEPS_PLACE}/{at}", text))
    last, days = steps[-1], taken_days + sum(step.days for step in steps)
    if last.reason is None and days > rules.stop_after_days and last.mean_mg > rules.stop_at_most_mg:
        text = (
            f"the steroid would stop suddenly from {text_of(last.mean_mg)} mg a day after {days} days; go down to "
            f"{text_of(rules.stop_at_most_mg)} mg a day or less first, or give as its reason what follows"
        )
        found.append(Problem(f"{STEPS_PLACE}/{len(steps) - 1}", text))
    return found


def _change(before: Decimal, after: Decimal, rules: TaperRules) -> str:
    """What is wrong with going from one dose to another without a reason; "" where nothing is."""
    way = f"from {text_of(before)} to {text_of(after)} mg a day"
    if after > before:
        return f"the dose rises {way}; a rise needs its reason, such as the flare"
    most = rules.largest_step_mg(before)
    if before - after > most:
        return f"the dose falls {way}, by more than {text_of(most)} mg; so large a step needs its reason"
    return ""


def _dose_problems(step: EditedStep, place: str, limit: _Limit) -> list[Problem]:
    if (step.dose_mg is None) == (step.alternate is None):
        return [Problem(place, "a step has either `dose_mg` or `alternate`")]
    if step.alternate is None:
        return _limit_problems(step.dose_mg or Decimal(0), f"{place}/dose_mg", limit, lowest_is_zero=False)
    found = []
    for at, dose in enumerate(step.alternate):
        found += _limit_problems(dose, f"{place}/alternate/{at}", limit, lowest_is_zero=any(step.alternate))
    return found


def _limit_problems(dose: Decimal, place: str, limit: _Limit, *, lowest_is_zero: bool) -> list[Problem]:
    if dose < 0 or (dose == 0 and not lowest_is_zero):
        return [Problem(place, f"{text_of(dose)}; a dose is above 0 mg")]
    if dose > limit.mg:
        text = f"{text_of(dose)} mg a day is refused in {limit.who}: at most {text_of(limit.mg)} mg by mouth"
        return [Problem(place, text)]
    return []
