"""Dates that follow from the plan: monitoring and the decision points of the escalation clock."""

from datetime import date, timedelta

from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.model.plan import Monitoring, Review

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


def monitoring(pack: Pack, sheet: FactSheet, start: date) -> tuple[Monitoring, ...]:
    """Tests with their dates, counted in weeks from a start."""
    return tuple(
        Monitoring(m.test, tuple(start + w * _WEEK for w in m.weeks), m.why, m.act)
        for m in pack.monitoring
        if m.when.value(sheet) is True
    )


def reviews(pack: Pack, sheet: FactSheet, start: date) -> tuple[Review, ...]:
    """Decision points; day 28 is the 28th day of treatment counted from the start as day 0."""
    return tuple(
        Review(r.day, start + r.day * _DAY, r.title, r.keys, r.sources, r.if_no)
        for r in pack.reviews
        if r.when.value(sheet) is True
    )
