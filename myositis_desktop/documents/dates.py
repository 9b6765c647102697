"""The dates of a plan as a calendar file (.ics): visits, steps, tests, decision points, and what falls due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from myositis_desktop.documents.context import DocumentContext
from myositis_desktop.documents.taper import dose_words, tablet_words
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan, TaperStep

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the calendar: whole days, the last one included."""

    first: date
    last: date
    title: str
    text: str = ""


def calendar_file(ctx: DocumentContext, *, named: bool) -> bytes:
    """The calendar (RFC 5545, UTF-8); the same context gives the same bytes.

    Args:
        ctx: whose plan it is.
        named: the patient's name stands in each title. Otherwise nothing in the file names the patient.
    """
    out = Calendar()
    out.add("prodid", f"-//Myositis Desktop//{ctx.plan.product_version}//EN")
    out.add("version", "2.0")
    patient = ctx.case.patient
    who = " ".join(n for n in (patient.given_name, patient.family_name) if n) if named else ""
    for entry in entries(ctx):
        out.add_component(_event(ctx, entry, f"{who}: {entry.title}" if who else entry.title))
    return bytes(out.to_ical())


def entries(ctx: DocumentContext) -> list[Entry]:
    """Every entry, by day."""
    plan = ctx.plan
    visits = [Entry(v.on, v.on, "Visit") for v in ctx.case.visits]
    visits.append(Entry(ctx.case.assessed_on, ctx.case.assessed_on, "Visit"))
    found = [*visits, *_steps(ctx), *_tests(plan, ctx.catalogue), *_reviews(plan), *_due(ctx)]
    return sorted(found, key=lambda e: (e.first, e.last))


def _event(ctx: DocumentContext, entry: Entry, title: str) -> Event:
    event = Event()
    event.add("summary", title)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + _DAY)
    event.add("dtstamp", ctx.generated_at.astimezone(UTC))
    named_by = f"{ctx.plan_number}\n{entry.first.isoformat()}\n{entry.title}\n{entry.text}"
    event.add("uid", f"{sha256(named_by.encode()).hexdigest()[:32]}@myositis-desktop")
    event.add("transp", "TRANSPARENT")
    if entry.text:
        event.add("description", entry.text)
    return event


def _steps(ctx: DocumentContext) -> Iterator[Entry]:
    taper = ctx.plan.taper
    if taper is None:
        return
    drug = ctx.catalogue.drugs[taper.drug].label if taper.drug in ctx.catalogue.drugs else taper.drug
    for step in taper.steps:
        text = _tablets(step) + (f". {step.note[:1].upper()}{step.note[1:]}." if step.note else ".")
        yield Entry(step.start, step.start, f"{drug}: {dose_words(step)} until {step.end.isoformat()}", text)
    yield Entry(taper.ends, taper.ends, f"{drug}: last day of the taper")


def _tablets(step: TaperStep) -> str:
    first = ", ".join(tablet_words(mg, n) for mg, n in step.tablets) or "none"
    if step.alternate_mg is None:
        return f"Tablets of a day: {first}"
    second = ", ".join(tablet_words(mg, n) for mg, n in step.alternate_tablets) or "none"
    return f"Tablets: {first}; every second day {second}"


def _tests(plan: Plan, catalogue: Catalogue) -> Iterator[Entry]:
    by_day: dict[date, list[str]] = {}
    for test in plan.monitoring:
        for on in test.on:
            by_day.setdefault(on, []).append(catalogue.word("test", test.test))
    yield from (Entry(on, on, "Tests", ", ".join(tests)) for on, tests in by_day.items())


def _reviews(plan: Plan) -> Iterator[Entry]:
    for review in plan.reviews:
        text = "; ".join(review.keys) + (f". If not: {review.if_no}" if review.if_no else "")
        yield Entry(review.on, review.on, f"Review, day {review.day}: {review.title}", text)


def _due(ctx: DocumentContext) -> Iterator[Entry]:
    for item in ctx.plan.items:
        label = ctx.catalogue.drugs[item.drug].label if item.drug in ctx.catalogue.drugs else item.drug
        for due in item.due:
            yield Entry(due.on, due.until or due.on, label, due.text)
        for step in item.step_up:
            yield Entry(step.on, step.on, f"{label}: {text_of(step.value)} {_unit(ctx, step.unit)}", item.step_up_text)


def _unit(ctx: DocumentContext, unit: str) -> str:
    return ctx.catalogue.word("unit", unit)
