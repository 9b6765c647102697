"""The course of a patient over the visits: creatine kinase, dose, muscle test, response, weight."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from myositis_desktop.engine import response
from myositis_desktop.engine.inputs import scale_maximum
from myositis_desktop.model.case import Case, Finding, Findings, Therapy
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan, TaperStep
from myositis_desktop.model.trend import Points, Trend

if TYPE_CHECKING:
    from myositis_desktop.engine.pack import Pack

_DAY = timedelta(days=1)
_ZERO = Decimal(0)


def trends(case: Case, plan: Plan, pack: "Pack") -> tuple[Trend, ...]:
    """The charts that have something to show: two values or more, of the doses any."""
    found = (_ck(case), _dose(case, plan, pack), _mmt8(case), _response(case, plan, pack), _weight(case))
    return tuple(t for t in found if len(t.points) + len(t.planned) > 1)


def _days(case: Case) -> list[tuple[date, Findings]]:
    days = [*((v.on, v.findings) for v in case.visits), (case.assessed_on, case.findings)]
    return sorted(days, key=lambda d: d[0])


def _found(case: Case, id_: str) -> Iterator[tuple[date, Finding]]:
    """Each finding once, on the day it was made; carried ones do not stand twice."""
    seen: dict[date, Finding] = {}
    for day, findings in _days(case):
        if id_ in findings:
            seen.setdefault(findings[id_].on or day, findings[id_])
    yield from sorted(seen.items())


def _values(case: Case, id_: str) -> Points:
    return tuple((on, f.value) for on, f in _found(case, id_) if isinstance(f.value, Decimal))


def _ck(case: Case) -> Trend:
    limits = [f.uln for _, f in _found(case, "lab.ck") if f.uln is not None]
    points = tuple((on, mg) for on, mg in _values(case, "lab.ck") if mg > 0)
    limit = limits[-1] if limits else None
    return Trend("ck", "Creatine kinase", "U/L", points, limit=limit, logarithmic=True)


def _weight(case: Case) -> Trend:
    return Trend("weight", "Weight", "kg", _values(case, "body.weight"))


def _mmt8(case: Case) -> Trend:
    """The days on the scale of the last one: two forms are not mixed."""
    found = list(_found(case, "measure.mmt8"))
    top = scale_maximum(found[-1][1]) if found else None
    points = tuple((on, _written(f)) for on, f in found if scale_maximum(f) == top)
    unit = f"of {text_of(top)}" if top is not None else "points"
    return Trend("mmt8", "Muscle test, MMT-8", unit, points, lowest=_ZERO, highest=top)


def _written(finding: Finding) -> Decimal:
    return Decimal(str(finding.value)) if finding.entered is None else finding.entered.value


def _response(case: Case, plan: Plan, pack: "Pack") -> Trend:
    """The score from the baseline to each later day, as it would have been told on that day."""
    points = []
    for day, _ in _days(case)[1:]:
        told = response.of(_up_to(case, day), _population(plan, case), pack.response_table)
        if told is not None and told.follow_up == day and told.complete:
            points.append((day, told.score))
    return Trend(
        "response", "Response since the first visit", "of 100", tuple(points), lowest=_ZERO, highest=Decimal(100)
    )


def _population(plan: Plan, case: Case) -> str:
    if plan.response is not None:
        return plan.response.population
    return "adult" if case.patient.birth_date.year + 18 < case.assessed_on.year else "jdm"


def _up_to(case: Case, day: date) -> Case:
    """The case as it stood on a day."""
    days = [(on, findings) for on, findings in _days(case) if on <= day]
    on, findings = days[-1]
    from_visits = tuple(v for v in case.visits if v.on < on)
    return replace(case, assessed_on=on, findings=findings, visits=from_visits)


# ---- the dose


def _dose(case: Case, plan: Plan, pack: "Pack") -> Trend:
    taken = [p for t in sorted(case.therapy, key=lambda t: t.started) for p in _taken(t, case, pack)]
    planned = [p for s in (plan.taper.steps if plan.taper else ()) for p in _planned(s)]
    if plan.taper is not None:
        planned.append((plan.taper.ends + _DAY, _ZERO))
    return Trend("dose", "Glucocorticoid by mouth", "mg a day", _stairs(taken), stairs=True, planned=_stairs(planned))


def _taken(therapy: Therapy, case: Case, pack: "Pack") -> list[tuple[date, Decimal]]:
    dose = therapy.dose
    if therapy.drug not in pack.oral or dose is None or dose.unit not in ("mg/d", "g/d"):
        return []
    mg = dose.value * (1000 if dose.unit == "g/d" else 1)
    end = therapy.stopped or case.assessed_on
    return [(therapy.started, mg), (end, mg if therapy.stopped is None else _ZERO)] if end > therapy.started else []


def _planned(step: TaperStep) -> list[tuple[date, Decimal]]:
    mean = step.dose_mg if step.alternate_mg is None else (step.dose_mg + step.alternate_mg) / 2
    return [(step.start, mean)]


def _stairs(points: list[tuple[date, Decimal]]) -> Points:
    """One value a day, the one written last; neighbours that are equal but for the ends are left out."""
    by_day = dict(points)
    days = sorted(by_day)
    kept = [d for n, d in enumerate(days) if n in (0, len(days) - 1) or by_day[d] != by_day[days[n - 1]]]
    return tuple((d, by_day[d]) for d in kept)
