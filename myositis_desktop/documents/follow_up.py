"""Dates of the treatment plan: the calendar of tests and the decision points."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents.pieces import gap, labelled, reasons, table, text, tick
from myositis_desktop.documents.shapes import Box, Ruled
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.wording import weekday
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import ACTION_WORDS, Monitoring, Plan, Review

_COLUMNS = 6
"""Tests side by side in one table at most; more of them are spread evenly over further tables."""


def calendar(plan: Plan, catalogue: Catalogue, width: float, title: str = "Monitoring calendar") -> list[Flowable]:
    """Dates down, tests across, a box to tick where a test is due; then why each test and when to act."""
    if not plan.monitoring:
        return []
    story: list[Flowable] = section(title, room=60 * mm)
    tables = ceil(len(plan.monitoring) / _COLUMNS)
    for part in range(tables):
        decisions = plan.reviews if part == 0 else ()
        story += [_calendar(plan, plan.monitoring[part::tables], decisions, catalogue, width), gap(2)]
    for test in plan.monitoring:
        said = [test.why, f"Act: {test.act}" if test.act else ""]
        if words := " ".join(s if s.endswith(".") else s + "." for s in said if s):
            story.append(labelled(catalogue.word("test", test.test), words, "text", "monitoring"))
    return story


def _calendar(
    plan: Plan, tests: Sequence[Monitoring], decisions: Sequence[Review], catalogue: Catalogue, width: float
) -> Flowable:
    names = [catalogue.word("test", t.test) for t in tests] + ["Review"] * bool(decisions)
    due = [set(t.on) for t in tests] + [{r.on for r in decisions}] * bool(decisions)
    days = sorted(set().union(*due))
    head = [text("Date", "head"), text("Week", "head"), *(text(n, "head-small", "monitoring") for n in names)]
    rows: list[list[Any]] = [head]
    for on in days:
        boxes = [Box() if on in dates else "" for dates in due]
        rows.append([text(weekday(on), "cell"), text(_week(plan, on), "cell"), *boxes])
    column = (width - 54 * mm) / len(names)
    boxed = (
        ("ALIGN", (2, 0), (-1, -1), "CENTER"),
        ("LEFTPADDING", (2, 0), (-1, -1), 1),
        ("RIGHTPADDING", (2, 0), (-1, -1), 1),
    )
    return table(rows, [37 * mm, 17 * mm, *[column] * len(names)], *boxed)


def _week(plan: Plan, on: date) -> str:
    """Weeks since the taper's start or the day after the assessment; a day between has its number, from 1."""
    start = plan.taper.starts if plan.taper else plan.assessed_on + timedelta(days=1)
    weeks, rest = divmod((on - start).days, 7)
    return str(weeks) if rest == 0 else f"day {(on - start).days + 1}"


def at_this_visit(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """What the course proposes with its grounds, and what the clinician decided; nothing before a glucocorticoid."""
    found = plan.follow_up
    if found is None:
        return []
    story = [
        *section("At this visit"),
        text(found.proposed(), "strong", "proposal"),
        *reasons(found.because, catalogue),
    ]
    decided = found.decided
    if decided is not None:
        why = f". {decided.reason}" if decided.reason else ""
        story.append(labelled("Decided", f"{ACTION_WORDS[decided.action]}{why}", "text", "decision"))
    return story


def reviews(plan: Plan) -> list[Flowable]:
    """The dated decision points, each question with a box, what is considered if not, and room for the values."""
    if not plan.reviews:
        return []
    return [*section("Decision points"), *(_review(r) for r in plan.reviews)]


def _review(review: Review) -> Flowable:
    sources = f" ({', '.join(review.sources)})" if review.sources else ""
    return KeepTogether(
        [
            text(f"{weekday(review.on)}, day {review.day}: {review.title}{sources}", "h2", "review"),
            *(tick(key, "review") for key in review.keys),
            *([labelled("If not", review.if_no, "text", "review")] if review.if_no else []),
            Ruled("CK:", "Strength:", "Decided by:"),
            gap(1),
        ]
    )
