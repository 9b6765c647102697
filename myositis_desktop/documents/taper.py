"""The taper plan: the calendar of doses and tablets, the curve, and what to do when something goes otherwise."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Table

from myositis_desktop.documents import closing
from myositis_desktop.documents.advice import Advice, advice_for
from myositis_desktop.documents.chart import DoseChart
from myositis_desktop.documents.context import DocumentContext, Mark
from myositis_desktop.documents.fonts import REGULAR
from myositis_desktop.documents.pieces import bullet, capital, framed, gap, inner_width, labelled, reasons, table, text
from myositis_desktop.documents.shapes import Ruled, SignLine, Tablets
from myositis_desktop.documents.sheet import build, section
from myositis_desktop.documents.style import INK, MUTED
from myositis_desktop.documents.tick_calendar import tick_calendar
from myositis_desktop.documents.wording import age, day, weekday
from myositis_desktop.errors import BugError, UserError
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper, TaperStep

TITLE = "Taper plan"
_FIXED = "\N{NO-BREAK SPACE}"
_CARD_WIDTH, _CARD_HEIGHT = 85.6 * mm, 53.98 * mm
"""One half of the steroid card: a credit card (ISO/IEC 7810, ID-1)."""
_S5 = "S5"
_MOST_DRAWN = 6
"""Tablets drawn as circles in one row; more of them stand in words only."""


def render(ctx: DocumentContext, mark: Mark) -> bytes:
    """The taper plan as PDF; the same context and mark give the same bytes.

    Raises:
        UserError: the plan has no taper, or a character cannot be printed.
        BugError: the taper contradicts itself (a dose that its tablets do not make, a gap, a wrong total).
    """
    taper = ctx.plan.taper
    if taper is None:
        raise UserError(f"There is no taper plan to print: {ctx.plan.taper_reason or 'This plan has none.'}")
    check(taper)
    return build(ctx, TITLE, _story(ctx, taper, mark), mark)


def check(taper: Taper) -> None:
    """Refuses a taper whose parts do not agree: nothing is printed that does not add up."""
    if not taper.steps:
        raise BugError("a taper without steps")
    running, counts = Decimal(0), dict[Decimal, Decimal]()
    for number, step in enumerate(taper.steps):
        for mg, swallowed in step_tablets(step):
            counts[mg] = counts.get(mg, Decimal(0)) + swallowed
        if _made(step.tablets) != step.dose_mg or _made(step.alternate_tablets) != (step.alternate_mg or 0):
            raise BugError(f"taper step {number}: the tablets do not make the dose")
        if number and (step.start - taper.steps[number - 1].end).days != 1:
            raise BugError(f"taper step {number}: a gap or an overlap before it")
        running += step_total(step)
    if running != taper.total_mg:
        raise BugError("the taper's total is not the sum of its steps")
    if counts != dict(taper.tablets_total):
        raise BugError("the taper's counts of tablets are not those of its steps")


def _made(tablets: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    return sum((mg * number for mg, number in tablets), Decimal(0))


def step_total(step: TaperStep) -> Decimal:
    """Milligrams swallowed in a step."""
    first, second = _days(step)
    return step.dose_mg * first + (step.alternate_mg or 0) * second


def step_tablets(step: TaperStep) -> list[tuple[Decimal, Decimal]]:
    """Strength and number of the tablets swallowed in a step; a strength may stand twice."""
    first, second = _days(step)
    days = [(step.tablets, first), (step.alternate_tablets, second)]
    return [(mg, number * count) for tablets, count in days for mg, number in tablets]


def _days(step: TaperStep) -> tuple[int, int]:
    """Days with `dose_mg`, and days with the alternate dose; on alternate days the first has `dose_mg`."""
    return (step.days, 0) if step.alternate_mg is None else ((step.days + 1) // 2, step.days // 2)


def _story(ctx: DocumentContext, taper: Taper, mark: Mark) -> list[Flowable]:
    width = inner_width(ctx.page_size)
    child = age(ctx.case.patient, ctx.case.assessed_on) < 18
    version, drug = ctx.plan.knowledge_version, _drug(ctx, taper)
    rules = advice_for(version, "taper", child=child)
    clinical = [*advice_for(version, "flare", child=child), *advice_for(version, "stop", child=child)]
    card = advice_for(version, "card", child=child)
    return [
        text(f"{TITLE}: {drug}", "title", "drug"),
        text(_subtitle(ctx, taper), "subtitle", "taper"),
        *closing.out_of_date(ctx),
        *_never_stop(rules[0], width),
        *_not_by_mouth(ctx, taper),
        *_totals(taper, width),
        *section("Dose over time", room=76 * mm),
        DoseChart(taper),
        *section("Calendar", room=62 * mm),
        text("Tablets of one day are drawn with their strength in mg. Both dates belong to the step.", "muted"),
        *_keys(ctx),
        gap(1),
        _calendar(taper, width),
        *_notes(taper),
        *section("When something goes otherwise"),
        *[f for advice in rules[1:] for f in _advice(advice)],
        *_telephone(),
        *[f for advice in card for f in _card(ctx, taper, advice)],
        *_to_tick(taper, width),
        *section("For the clinician"),
        *[f for advice in clinical for f in _steps(advice)],
        *_why(ctx, taper),
        *closing.sources(_cited([*rules, *clinical, *card], taper), ctx.catalogue),
        *closing.signatures(ctx, mark),
    ]


def _cited(advice: Sequence[Advice], taper: Taper) -> tuple[str, ...]:
    own = [s for r in taper.because for s in r.sources]
    return tuple(dict.fromkeys([*own, *(s for a in advice for s in a.sources)]))


def _not_by_mouth(ctx: DocumentContext, taper: Taper) -> list[Flowable]:
    """The warning of a patient who must not swallow, before any tablet is named."""
    said = [r.text for r in ctx.plan.item(taper.drug).because if r.rule.endswith("not-by-mouth")]
    return [SignLine(text(f"Before any tablet: {line}.", "strong", "warning"), "warning", 13) for line in said]


def _drug(ctx: DocumentContext, taper: Taper) -> str:
    spec = ctx.catalogue.drugs.get(taper.drug)
    return spec.label if spec else taper.drug


def _subtitle(ctx: DocumentContext, taper: Taper) -> str:
    schedule = ctx.catalogue.word("schedule", taper.schedule)
    return f"{weekday(taper.starts)} to {weekday(taper.ends)} · {schedule} · plan {ctx.plan_number}"


def _never_stop(advice: Advice, width: float) -> list[Flowable]:
    inside = [SignLine(text(advice.title, "drug"), "warning", 16), *(text(line) for line in advice.text)]
    return [framed(inside, width), gap(3)]


def _totals(taper: Taper, width: float) -> list[Flowable]:
    tablets = "; ".join(f"{text_of(number)} of {text_of(mg)} mg" for mg, number in taper.tablets_total)
    days = (taper.ends - taper.starts).days + 1
    rows: tuple[tuple[str, str], ...] = (
        ("First dose", dose_words(taper.steps[0])),
        ("Steps", f"{len(taper.steps)}, over {days} days"),
        ("In all", f"{text_of(taper.total_mg)} mg"),
        ("Tablets in all", tablets or "none"),
    )
    boxes = "; ".join(f"{s.boxes} of {s.pack} × {text_of(s.mg)} mg" for s in taper.supply if s.boxes is not None)
    rows += (("Boxes in all", boxes),) if boxes else ()
    cells = [[text(a, "cell"), text(b, "cell-strong", a)] for a, b in rows]
    return [table(cells, [40 * mm, width - 40 * mm], head=0)]


def dose_words(step: TaperStep) -> str:
    """The dose of a step in words."""
    if step.alternate_mg is None:
        return f"{text_of(step.dose_mg)} mg a day"
    return f"{text_of(step.dose_mg)} mg and {text_of(step.alternate_mg)} mg on alternate days"


def _calendar(taper: Taper, width: float) -> Table:
    names = ("Step", "From, to", "Days", "mg a day", "Tablets of one day", "Total so far, mg", "Note")
    styles = ("head-right", "head", "head-right", "head-right", "head", "head-right", "head")
    rows: list[list[Any]] = [[text(n, s) for n, s in zip(names, styles, strict=True)]]
    running = Decimal(0)
    for number, step in enumerate(taper.steps, 1):
        running += step_total(step)
        rows.append(_row(number, step, running))
    shares = (13, 40, 12, 18, 42, 18)
    widths = [s * mm for s in shares]
    return table(rows, [*widths, width - sum(widths)], ("VALIGN", (0, 1), (-1, -1), "MIDDLE"))


def _row(number: int, step: TaperStep, running: Decimal) -> list[Any]:
    dose = text_of(step.dose_mg)
    if step.alternate_mg is not None:
        dose = f"{dose} / {text_of(step.alternate_mg)}"
    return [
        text(str(number), "cell-right"),
        [text(weekday(step.start), "cell-strong"), text(f"to {weekday(step.end)}", "cell")],
        text(str(step.days), "cell-right"),
        text(dose, "cell-big"),
        tablet_cell(step),
        text(text_of(running), "cell-right"),
        text(capital(step.note or "–"), "cell", "note of a taper step"),
    ]


def tablet_cell(step: TaperStep) -> list[Flowable]:
    """Tablets drawn and in words; on alternate days both days."""
    if step.alternate_mg is None:
        return _one_day(step.tablets)
    first, second = _one_day(step.tablets), _one_day(step.alternate_tablets)
    return [text("Day 1, 3, 5 …", "muted"), *first, text("Day 2, 4, 6 …", "muted"), *second]


def _one_day(tablets: Sequence[tuple[Decimal, Decimal]]) -> list[Flowable]:
    said = ", ".join(tablet_words(mg, number) for mg, number in tablets)
    words = text(said or "none", "cell", "tablets")
    drawn = Tablets(tablets)
    return [drawn, words] if 0 < len(drawn.shapes) <= _MOST_DRAWN else [words]


def _keys(ctx: DocumentContext) -> list[Flowable]:
    """The two keys of S5 that notes of steps speak of, once in full; nothing where no step hangs on them."""
    steps = ctx.plan.taper.steps if ctx.plan.taper else ()
    hangs = any(_S5 in (s.note or "") for s in steps)
    reviews = [r for r in ctx.plan.reviews if hangs and _S5 in r.sources]
    keys = dict.fromkeys(key.rstrip(".") for review in reviews for key in review.keys)
    dates = "; ".join(f"{weekday(r.on)} (day {r.day})" for r in reviews)
    return [labelled(f"Reviews on {dates}. The keys of S5", "; ".join(keys) + ".", "text", "review")] if keys else []


def tablet_words(mg: Decimal, number: Decimal) -> str:
    """2 × 20 mg; a half is written out, since "0.5 × 20" is easily misread: 1 × 5 mg, half a 5 mg tablet."""
    whole = int(number)
    parts = [f"{whole} × {text_of(mg)} mg"] if whole else []
    if number != whole:
        parts.append(f"half a {text_of(mg)} mg tablet")
    return ", ".join(part.replace(" ", _FIXED) for part in parts)


def _notes(taper: Taper) -> list[Flowable]:
    return [gap(2), *(bullet(note, "notes of the taper") for note in taper.notes)] if taper.notes else []


def _advice(advice: Advice) -> list[Flowable]:
    story: list[Flowable] = [text(advice.title, "h2"), *(text(line) for line in advice.text)]
    if advice.id.endswith("illness-child"):
        story.append(Ruled("Hydrocortisone a day while ill, mg:"))
    return [KeepTogether(story)]


def _telephone() -> list[Flowable]:
    return [Ruled("Clinic, telephone:", "Out of hours:")]


def _to_tick(taper: Taper, width: float) -> list[Flowable]:
    words = "Tick each day after the tablets are taken. The tablets that make each dose stand in the calendar above."
    if any(step.alternate_mg is not None for step in taper.steps):
        words += " Where two doses alternate, the dose of each day stands under its box."
    if any(step.note for step in taper.steps):
        words += " Where a new dose has a note there, begin it only when the clinic has said so."
    return [PageBreak(), *section("Calendar to tick off"), text(words), gap(1), tick_calendar(taper, width)]


def _card(ctx: DocumentContext, taper: Taper, advice: Advice) -> list[Flowable]:
    """The steroid card: two halves of the size of a credit card side by side, to cut out and fold."""
    patient = ctx.case.patient
    who = " ".join(x for x in (patient.given_name, patient.family_name) if x) or "name not given"
    line = f"{who}, born {day(patient.birth_date)}; {_drug(ctx, taper)} from {day(taper.starts)}"
    first, *later = advice.text
    front = [
        text(advice.title, "drug"),
        text(line, "strong", "name of the patient"),
        text(first),
        Ruled("Clinic:"),
    ]
    halves = Table(
        [[front, [text(words) for words in later]]], colWidths=[_CARD_WIDTH] * 2, minRowHeights=[_CARD_HEIGHT]
    )
    whole = ((0, 0), (-1, -1))
    halves.setStyle(
        [
            ("FONT", *whole, REGULAR, 11),
            ("VALIGN", *whole, "TOP"),
            ("BOX", *whole, 0.9, INK, None, (4, 3)),
            ("LINEAFTER", (0, 0), (0, 0), 0.5, MUTED, None, (1, 3)),
            ("LEFTPADDING", *whole, 6),
            ("RIGHTPADDING", *whole, 6),
            ("TOPPADDING", *whole, 4),
            ("BOTTOMPADDING", *whole, 4),
        ]
    )
    return [gap(2), KeepTogether([text("Cut out along the dashes, fold in the middle.", "muted"), gap(1), halves])]


def _steps(advice: Advice) -> list[Flowable]:
    head = text(advice.title, "h2")
    head.keepWithNext = 1
    return [head, *(bullet(line) for line in advice.text)]


def _why(ctx: DocumentContext, taper: Taper) -> list[Flowable]:
    story: list[Flowable] = []
    if taper.because:
        story += [text("Why this taper", "h2"), *reasons(taper.because, ctx.catalogue)]
    return story
