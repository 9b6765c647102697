"""What is proposed at a visit while a glucocorticoid by mouth is taken, and the numbers of the course behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.response import ResponseTable, scale_unit, written
from myositis_desktop.engine.sheet import Definition, FactSheet, Row
from myositis_desktop.engine.worsening import Worsening, WorseRule, worsening
from myositis_desktop.model.case import Case, Findings, Therapy
from myositis_desktop.model.plan import FollowUp, Response

if TYPE_CHECKING:
    from myositis_desktop.engine.pack import Pack

FLARE, HOLD = "flare", "hold"
ACTIONS = ("continue", HOLD, FLARE, "escalate", "decide")
NUMBERS = tuple(
    f"follow.{name}"
    for name in (
        "course_days", "tapering", "dose_before", "strength_gain", "score", "highest_score", "reachable", "ck_fall",
        "worse", "any_worse", "confirmed", "flared_before",
    )
)  # fmt: skip
"""What this module puts on the sheet of the table."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One row: the first that surely holds proposes."""

    row: Row
    action: str
    hold_days: Expr | None = None
    dose: Expr | None = None


@dataclass(frozen=True, slots=True)
class FlareRule:
    """How the calendar goes on after a flare."""

    hold_days: int
    """At the dose that is gone back to."""
    times_as_long: int
    """Each later step lasts so many times as long as in the schedule."""
    stop_above: tuple[Decimal, Decimal]
    """The taper stops so many mg above the dose of the flare, at least and at most,"""
    stop_days: int
    """for so many days."""
    schedule: str
    juvenile_schedule: str
    stop_reason: str


@dataclass(frozen=True, slots=True)
class FollowTable:
    """Proposals and remarks as data; filled from follow_up.toml."""

    proposals: tuple[ProposalRow, ...] = ()
    remarks: tuple[Row, ...] = ()
    worsening: tuple[WorseRule, ...] = ()
    facts: Mapping[str, Definition] = field(default_factory=dict)
    """Facts that only these rows read."""
    flare: FlareRule | None = None


def follow_up(pack: "Pack", case: Case, judged: FactSheet, response: Response | None) -> FollowUp | None:
    """What is proposed; None where no glucocorticoid by mouth is taken, or the subtype has a course of its own."""
    taken = _course(case, pack)
    if not taken or judged.get("treated") is not True:
        return None
    table = pack.follow_up
    sheet = FactSheet({**pack.definitions, **table.facts}, judged.inputs, judged.values)
    seen = _seen(pack, case, sheet)
    _put(sheet, pack, case, taken, seen)
    _put_score(sheet, case, response)
    chosen = next(p for p in table.proposals if p.row.when.value(sheet) is True)
    above = table.proposals[: table.proposals.index(chosen)]
    hold, dose = (None if e is None else e.value(sheet) for e in (chosen.hold_days, chosen.dose))
    missing = dict.fromkeys(f for p in (*above, chosen) if p.action != FLARE for f in p.row.when.missing(sheet))
    return FollowUp(
        action=chosen.action,
        because=(
            sheet.reason(chosen.row),
            *seen.because,
            *(sheet.reason(r) for r in table.remarks if r.when.value(sheet) is True),
        ),
        day=int(sheet.get("follow.course_days")),
        dose_mg=sheet.get("oral-taken-dose"),
        hold_days=None if hold is None else int(hold),
        flare_mg=dose,
        missing=tuple(missing) if chosen.action == "decide" else (),
        worse=seen.worse,
        decided=next((d for d in case.preferences.decisions if d.on == case.assessed_on), None),
    )


# ---- the course


def _course(case: Case, pack: "Pack") -> list[Therapy]:
    """The oral glucocorticoid that is taken with what went before it without a gap, the first in front."""
    oral = sorted((t for t in case.therapy if t.drug in pack.oral), key=lambda t: t.started)
    out = [t for t in oral[-1:] if t.stopped is None]
    for before in reversed(oral[:-1] if out else []):
        if before.stopped is not None and before.stopped < out[0].started - _DAY:
            break
        out.insert(0, before)
    return out


def _mg(therapy: Therapy) -> Decimal | None:
    dose = therapy.dose
    return (
        None if dose is None or dose.unit not in ("mg/d", "g/d") else dose.value * (1000 if dose.unit == "g/d" else 1)
    )


def _put(sheet: FactSheet, pack: "Pack", case: Case, taken: list[Therapy], seen: Worsening) -> None:
    day, now = case.assessed_on, _mg(taken[-1])
    higher = [mg for t in taken[:-1] if (mg := _mg(t)) is not None and now is not None and mg > now]
    known = now is not None and all(_mg(t) is not None for t in taken)
    before = _seen(pack, case, sheet, visits_back=1)
    flared = [d.dose_mg for d in case.preferences.decisions if d.action == FLARE and d.on < day]
    numbers: dict[str, object] = {
        "course_days": Decimal((day - taken[0].started).days),
        "tapering": True if higher else (False if known else None),
        "dose_before": higher[-1] if higher else None,
        "worse": seen.by_rule,
        "any_worse": seen.any,
        "confirmed": _both(before.by_rule, seen.by_rule),
        "flared_before": _flared_before(now, flared),
    }
    for name, value in numbers.items():
        sheet.put(f"follow.{name}", value)
    sheet.put("follow.worse", seen.by_rule, seen.worse)
    sheet.put("follow.any_worse", seen.any, seen.worse, () if seen.any is not None else _core(pack.response_table))
    _put_gains(sheet, pack, case, taken[0].started)


def _both(one: bool | None, two: bool | None) -> bool | None:
    return False if False in (one, two) else None if None in (one, two) else True


def _flared_before(now: Decimal | None, flared: Sequence[Decimal | None]) -> bool | None:
    """Whether an earlier flare came at this dose or a lower one; a flare whose dose was not written may have."""
    if now is None:
        return None if flared else False
    if any(mg is not None and now >= mg for mg in flared):
        return True
    return None if None in flared else False


def _core(table: ResponseTable) -> tuple[str, ...]:
    return tuple(m.id for m in table.measures if not m.enzymes)


def _days(case: Case) -> list[tuple[date, Findings]]:
    visits = sorted((v for v in case.visits if v.on < case.assessed_on), key=lambda v: v.on)
    return [*((v.on, v.findings) for v in visits), (case.assessed_on, case.findings)]


def _seen(pack: "Pack", case: Case, sheet: FactSheet, visits_back: int = 0) -> Worsening:
    """The worsening of this day, or of the visit so many before it."""
    days = [findings for _, findings in _days(case)]
    found = days[: len(days) - visits_back]
    return worsening(found, pack.response_table, _population(sheet), pack.follow_up.worsening)


def _population(sheet: FactSheet) -> str:
    return "jdm" if sheet.get("juvenile-onset") is True else "adult"


# ---- against the start of the course


def _put_gains(sheet: FactSheet, pack: "Pack", case: Case, started: date) -> None:
    table = pack.response_table
    mmt = next(m for m in table.measures if m.higher_is_better)
    stand_ins = [s for s in table.stand_ins if (s.population, s.missing) == (_population(sheet), mmt.id)]
    scales = [(mmt.id, mmt.ranges), *((s.id, s.ranges) for s in stand_ins)]
    gains = [(id_, g) for id_, ranges in scales if (g := _gain(case, started, id_, ranges)) is not None]
    gain = gains[0] if gains else (mmt.id, None)
    sheet.put("follow.strength_gain", gain[1], (gain[0],), () if gain[1] is not None else (mmt.id,))
    sheet.put("follow.ck_fall", _ck_fall(case, started), ("lab.ck",))


def _before(case: Case, started: date, id_: str) -> Findings | None:
    """The last day with a finding up to the start of the course, else the first after it; never the day itself."""
    days = [(on, f) for on, f in _days(case)[:-1] if id_ in f]
    earlier = [f for on, f in days if on <= started]
    return earlier[-1] if earlier else days[0][1] if days else None


def _gain(case: Case, started: date, id_: str, ranges: Mapping[str, Decimal]) -> Decimal | None:
    """Percent of the range of the scale that is gained since the start of the course."""
    before, today = _before(case, started, id_), case.findings.get(id_)
    if before is None or today is None or scale_unit(before[id_], ranges) != scale_unit(today, ranges):
        return None
    return _percent(written(today) - written(before[id_]), Fraction(ranges[scale_unit(today, ranges)]))


def _ck_fall(case: Case, started: date) -> Decimal | None:
    before, today = _before(case, started, "lab.ck"), case.findings.get("lab.ck")
    first = None if before is None else before["lab.ck"].value
    if today is None or not isinstance(first, Decimal) or not isinstance(today.value, Decimal) or first <= 0:
        return None
    return _percent(Fraction(first - today.value), Fraction(first))


def _percent(part: Fraction, whole: Fraction) -> Decimal:
    share = part * 100 / whole
    return Decimal(share.numerator) / Decimal(share.denominator)


def _put_score(sheet: FactSheet, case: Case, response: Response | None) -> None:
    """The improvement score, where its last day is this one."""
    today = response if response is not None and response.follow_up == case.assessed_on else None
    score = None if today is None else today.score
    sheet.put("follow.score", score if today is None or today.complete or _enough(today) else None)
    sheet.put("follow.highest_score", None if today is None else today.highest_score)
    sheet.put("follow.reachable", None if today is None else today.highest_reachable)


def _enough(response: Response) -> bool:
    """An incomplete score is a lowest one: it may show that a threshold is reached, never that it is not."""
    return response.category != "none"
