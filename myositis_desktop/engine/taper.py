"""From a start dose to dated steps with their tablets: `build`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from myositis_desktop.engine.schedules import CUSTOM_ID, Rung, Schedule, StepNote
from myositis_desktop.engine.tablets import Counts, TabletBox, TaperRules, plain, tablet_box
from myositis_desktop.engine.taper_checks import (
    START_PLACE,
    STEPS_PLACE,
    course_problems,
    edit_problems,
    hold_problems,
)
from myositis_desktop.model.case import EditedStep, TabletStock
from myositis_desktop.model.number import step_up, text_of
from myositis_desktop.model.plan import Because, Reason, Supply, Taper, TaperStep
from myositis_desktop.model.problem import Problem

EDITED_ID = "edited"
"""`Taper.schedule` of steps that the clinician wrote in place of a schedule."""

_RULE = "taper"
_DAY = timedelta(days=1)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaperRequest:
    """What a taper is made from."""

    drug: str
    dose_mg: Decimal
    """The start dose in mg a day; when continuing, the dose taken."""
    starts: date
    schedule: Schedule
    tablets: tuple[TabletStock, ...]
    """See `tablets.tablets_at_hand`."""
    rules: TaperRules
    hold_days: int | None = None
    """The clinician's first hold; ignored, with a note, where the schedule's first hold cannot be replaced."""
    days_taken: int = 0
    """Days already taken at the start dose; see `days_taken`. They count towards the first hold."""
    exposed_days: int = 0
    """Days that an oral glucocorticoid was taken before the start, at whatever dose; they count for a sudden stop."""
    begin_lower: bool = False
    """The taper begins at once with the next lower dose."""
    hold_before_next: int | None = None
    """The start dose is held for so many days from the taper's start, whatever was taken before; None or 0: no."""
    child: bool = False
    edited: tuple[EditedStep, ...] | None = None
    """The clinician's own steps: they replace the schedule, the start dose, the start and every hold."""
    notes: tuple[str, ...] = ()
    """Said first among the notes of the taper."""
    because: Because = ()
    """Reasons after that of the schedule."""


@dataclass(frozen=True, slots=True)
class TaperOutcome:
    """A taper, or the reason why there is none; with problems in the case neither."""

    taper: Taper | None = None
    reason: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Planned:
    """The doses of a taper before tablets are looked at."""

    rungs: tuple[Rung, ...]
    starts: date
    hold: bool = False
    """The first rung is a hold at the start dose."""
    notes: tuple[str, ...] = ()
    rung_notes: tuple[str | None, ...] = ()
    """One for each rung, or none at all."""


@dataclass(frozen=True, slots=True)
class _Paid:
    """One dose as the tablets make it; neighbours that came out equal are one."""

    rung: Rung
    tablets: Counts
    alternate_tablets: Counts
    lowered: tuple[Decimal, ...] = ()
    """Doses that were meant and could not be made, in mg."""
    notes: tuple[str, ...] = ()


def build(request: TaperRequest) -> TaperOutcome:
    """The taper of a request. Problems carry pointers into the case (`/preferences/taper/...`)."""
    rungs = request.schedule.rungs(request.dose_mg) if request.edited is None else ()
    problems = _problems(request, rungs)
    if problems:
        return TaperOutcome(problems=problems)
    planned = _from_edits(request, request.edited) if request.edited is not None else _from_schedule(request, rungs)
    if not planned.rungs:
        return TaperOutcome(reason=_nothing_lower(request))
    paid, left_out = _pay(planned, request.tablets)
    if not request.tablets:
        return TaperOutcome(reason="No tablet strength is given.")
    if not paid:
        return TaperOutcome(
            reason=f"{_mg(left_out)} cannot be made of {_named(request.tablets)}, and no lower dose either."
        )
    return TaperOutcome(_taper(request, planned, paid, left_out))


def days_taken(started: date, starts: date, assessed_on: date) -> int:
    """Days of a dose taken since `started` that count towards the first hold of a taper that `starts` on a day."""
    return max(0, (min(starts, assessed_on) - started).days)


def _problems(request: TaperRequest, rungs: Iterable[Rung]) -> tuple[Problem, ...]:
    found: list[Problem] = []
    if request.edited is not None:
        found += edit_problems(request.edited, request.rules, child=request.child)
        found += [] if found else course_problems(request.edited, request.rules, request.exposed_days)
    elif request.schedule.start.replaceable and request.hold_days is not None:
        found += hold_problems(request.hold_days, request.rules)
    starts = request.edited[0].start if request.edited else request.starts
    if not found and (date.max - starts).days < _whole_length(request, rungs):
        place = STEPS_PLACE if request.edited else START_PLACE
        found.append(Problem(place, f"{starts} is too late: the taper would end after the year {date.max.year}"))
    return tuple(found)


def _whole_length(request: TaperRequest, rungs: Iterable[Rung]) -> int:
    """Days that the taper can last at most."""
    if request.edited is not None:
        return sum(step.days for step in request.edited)
    longest_hold = max(request.hold_days or 0, request.hold_before_next or 0)
    return longest_hold + sum(rung.days for rung in rungs)


# ---- doses


def _from_edits(request: TaperRequest, steps: Sequence[EditedStep]) -> _Planned:
    rungs = tuple(_edited_rung(step) for step in steps)
    notes = ["The clinician wrote these steps in place of a schedule."]
    rises = [
        step for step, before, rung in zip(steps[1:], rungs, rungs[1:], strict=False) if rung.mean_mg > before.mean_mg
    ]
    notes += [f"The dose rises on {step.start} ({step.reason})." for step in rises]
    if request.schedule.start.text is not None and request.exposed_days < request.rules.latest_days:
        notes.append(request.schedule.start.text)
    return _Planned(rungs, steps[0].start, notes=tuple(notes), rung_notes=tuple(step.reason for step in steps))


def _edited_rung(step: EditedStep) -> Rung:
    first, second = step.alternate or (step.dose_mg or _ZERO, None)
    return Rung(first, step.days, None if second == first else second)


def _from_schedule(request: TaperRequest, rungs: Sequence[Rung]) -> _Planned:
    first, *later = rungs
    hold, counted = _first_days(request)
    notes = _hold_notes(request, hold, counted)
    if hold > 0:
        return _Planned((replace(first, days=hold), *later), request.starts, hold=True, notes=notes)
    while later and later[0].mean_mg >= request.dose_mg:
        later = later[1:]
    return _Planned(tuple(later), request.starts, notes=notes)


def _first_days(request: TaperRequest) -> tuple[int, int]:
    """Days of the start dose in this taper, and days taken before that count towards the first hold."""
    start = request.schedule.start
    if request.begin_lower:
        return 0, 0
    set_days = request.hold_days if start.replaceable else None
    if request.hold_before_next:
        return set_days or request.hold_before_next, 0
    if request.days_taken >= request.rules.latest_days:
        return 0, request.days_taken
    return max(0, (set_days or start.days) - request.days_taken), request.days_taken


def _hold_notes(request: TaperRequest, hold: int, counted: int) -> tuple[str, ...]:
    notes = []
    dose = _mg(request.dose_mg)
    if request.hold_days is not None and not request.schedule.start.replaceable:
        fixed = f"The first hold of {request.schedule.label!r} is fixed"
        notes.append(f"{fixed}; the {request.hold_days} days that were set do not apply.")
    if hold > 0 and counted:
        notes.append(f"{counted} days at {dose} were taken before and count towards the first hold; {hold} are left.")
    elif hold == 0 and counted:
        notes.append(f"{dose} was taken for {counted} days before: the taper begins with the next lower dose.")
    elif hold == 0:
        notes.append(f"The taper begins at once with the dose below {dose}.")
    if hold > 0 and request.schedule.start.text is not None:
        notes.append(request.schedule.start.text)
    return tuple(notes)


def _nothing_lower(request: TaperRequest) -> str:
    taken = f" after {request.days_taken} days" if request.days_taken else ""
    return (
        f"{_mg(request.dose_mg)}{taken}: the schedule {request.schedule.label!r} has no lower dose to begin with. "
        "What follows is the clinician's decision."
    )


# ---- tablets


def _pay(planned: _Planned, tablets: Iterable[TabletStock]) -> tuple[list[_Paid], Decimal]:
    """The doses as the tablets make them, and the dose at which no tablet was left (0: all could be made)."""
    top = max(max(rung.dose_mg, rung.alternate_mg or _ZERO) for rung in planned.rungs)
    box = tablet_box(tablets, top)
    paid: list[_Paid] = []
    for at, rung in enumerate(planned.rungs):
        step = _pay_rung(rung, box, planned.rung_notes[at] if planned.rung_notes else None)
        if not step.tablets and not step.alternate_tablets:
            return paid, max(rung.dose_mg, rung.alternate_mg or _ZERO)
        if paid and (joined := _joined(paid[-1], step)) is not None:
            paid[-1] = joined
        else:
            paid.append(step)
    return paid, _ZERO


def _pay_rung(rung: Rung, box: TabletBox, note: str | None) -> _Paid:
    dose, tablets = box.pay(rung.dose_mg)
    alternate, alternate_tablets = (None, ()) if rung.alternate_mg is None else box.pay(rung.alternate_mg)
    meant = ((rung.dose_mg, dose), (rung.alternate_mg, alternate))
    lowered = tuple(wish for wish, made in meant if wish is not None and wish != made)
    if alternate is not None and alternate == dose:
        alternate, alternate_tablets = None, ()
    return _Paid(Rung(dose, rung.days, alternate), tablets, alternate_tablets, lowered, (note,) if note else ())


def _joined(before: _Paid, after: _Paid) -> _Paid | None:
    """Two neighbours as one step, where nothing changes between them; alternate days must go on in turn."""
    one, two = before.rung, after.rung
    if (one.dose_mg, one.alternate_mg) != (two.dose_mg, two.alternate_mg):
        return None
    if one.alternate_mg is not None and one.days % 2:
        return None
    return replace(
        before,
        rung=replace(one, days=one.days + two.days),
        lowered=tuple(dict.fromkeys(before.lowered + after.lowered)),
        notes=tuple(dict.fromkeys(before.notes + after.notes)),
    )


# ---- the taper


def _taper(request: TaperRequest, planned: _Planned, paid: Sequence[_Paid], left_out: Decimal) -> Taper:
    steps = _dated(planned, paid, _step_notes(request, planned, paid, ended_early=left_out > 0))
    totals = _tablets_total(steps)
    notes = [*request.notes, *planned.notes]
    if left_out:
        notes.append(
            f"{_mg(left_out)} cannot be made of {_named(request.tablets)}: the taper ends on {steps[-1].end}, "
            f"with {_mg(steps[-1].dose_mg)} as its last dose."
        )
    supply = _supply(request.tablets, steps, dict(totals))
    notes += [
        f"{text_of(s.mg)} mg: {s.stock} tablets at hand last to the day before {s.lasts_to + _DAY}."
        for s in supply
        if s.lasts_to is not None
    ]
    return Taper(
        drug=request.drug,
        schedule=request.schedule.id if request.edited is None else EDITED_ID,
        starts=steps[0].start,
        ends=steps[-1].end,
        total_mg=plain(sum((mg * count for mg, count in totals), _ZERO)),
        steps=steps,
        tablets_total=totals,
        notes=tuple(notes),
        because=(_because(request), *request.because),
        supply=supply,
    )


def _because(request: TaperRequest) -> Reason:
    if request.edited is not None:
        return Reason(_RULE, "The clinician wrote the steps.", (), request.rules.sources)
    own = request.schedule.id == CUSTOM_ID  # its sources are the clinic's words, not ids of the knowledge pack
    sources = request.rules.sources if own else request.schedule.sources
    return Reason(_RULE, f"{request.schedule.label}: {request.schedule.text}", (), sources)


def _dated(planned: _Planned, paid: Iterable[_Paid], notes: Iterable[str | None]) -> tuple[TaperStep, ...]:
    day = planned.starts
    steps = []
    for step, note in zip(paid, notes, strict=True):
        end = day + (step.rung.days - 1) * _DAY
        rung = step.rung
        steps.append(TaperStep(day, end, rung.dose_mg, step.tablets, note, rung.alternate_mg, step.alternate_tablets))
        if end < date.max:
            day = end + _DAY
    return tuple(steps)


def _step_notes(
    request: TaperRequest, planned: _Planned, paid: Sequence[_Paid], *, ended_early: bool
) -> list[str | None]:
    waiting = list(request.schedule.step_notes)
    out: list[str | None] = []
    for at, step in enumerate(paid):
        parts = list(step.notes)
        if planned.hold and at and request.schedule.start.later_note is not None:
            parts.append(request.schedule.start.later_note)
        parts += _reached(waiting, step)
        if step.lowered:
            parts.append(f"meant: {_listed(step.lowered)} mg, which these tablets do not make")
        if ended_early and at == len(paid) - 1:
            parts.append("the taper ends here")
        out.append("; ".join(parts) or None)
    return out


def _reached(waiting: list[StepNote], step: _Paid) -> list[str]:
    """Notes whose dose is reached with this step; they leave the waiting list."""
    reached = [note for note in waiting if step.rung.mean_mg <= note.at_most_mg]
    waiting[:] = [note for note in waiting if note not in reached]
    return [note.text for note in reached]


def _tablets_total(steps: Iterable[TaperStep]) -> Counts:
    totals: dict[Decimal, Decimal] = {}
    for step in steps:
        for mg, count in _swallowed(step):
            totals[mg] = totals.get(mg, _ZERO) + count
    return tuple((mg, plain(count)) for mg, count in sorted(totals.items(), reverse=True))


def _swallowed(step: TaperStep) -> Counts:
    """Tablets of each strength over the whole step; on alternate days the first dose comes first."""
    second = 0 if step.alternate_mg is None else step.days // 2
    first_days, second_days = Decimal(step.days - second), Decimal(second)
    return tuple(
        [(mg, count * first_days) for mg, count in step.tablets]
        + [(mg, count * second_days) for mg, count in step.alternate_tablets if second]
    )


def _supply(
    tablets: Iterable[TabletStock], steps: Sequence[TaperStep], totals: Mapping[Decimal, Decimal]
) -> tuple[Supply, ...]:
    """Boxes and reach of each strength of which the case gives a box or a stock. A half leaves its other half."""
    out = []
    for tablet in tablets:
        if tablet.pack is None and tablet.stock is None:
            continue
        needed = totals.get(tablet.mg, _ZERO)
        boxes = None if tablet.pack is None else int(step_up(needed, Decimal(tablet.pack))) // tablet.pack
        last = None if tablet.stock is None else _lasts_to(tablet.mg, Decimal(tablet.stock), steps)
        out.append(Supply(tablet.mg, needed, tablet.pack, boxes, tablet.stock, last))
    return tuple(out)


def _lasts_to(mg: Decimal, left: Decimal, steps: Sequence[TaperStep]) -> date | None:
    """The last day that so many tablets of a strength cover; None where they are enough."""
    for step in steps:
        counts = [dict(step.tablets).get(mg, _ZERO)]
        if step.alternate_mg is not None:
            counts.append(dict(step.alternate_tablets).get(mg, _ZERO))
        for at in range(step.days):
            left -= counts[at % len(counts)]
            if left < 0:
                return step.start + (at - 1) * _DAY
    return None


# ---- words


def _mg(dose: Decimal) -> str:
    return f"{text_of(dose)} mg"


def _listed(doses: Sequence[Decimal]) -> str:
    texts = [text_of(dose) for dose in doses]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _named(tablets: Iterable[TabletStock]) -> str:
    strengths = sorted({t.mg for t in tablets}, reverse=True)
    return f"tablets of {_listed(strengths)} mg" if strengths else "no tablets"
