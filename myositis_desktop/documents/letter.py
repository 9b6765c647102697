"""The letter to a colleague: the answer of the plan on exactly one page.

What does not fit is left to the treatment plan in steps that are fixed here, the least important first; a drug, a dose
or an emergency is never left out. Where even those do not fit there is no letter.
"""

from reportlab.platypus import Flowable

from myositis_desktop.documents import closing
from myositis_desktop.documents.advice import advice_for
from myositis_desktop.documents.context import DocumentContext, LetterTooLong, Mark
from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.items import dose_words, is_override, to_stop, waiting, waits_for, wanted
from myositis_desktop.documents.pharmacy import dispensed
from myositis_desktop.documents.pieces import gap, labelled, text
from myositis_desktop.documents.sheet import build, height_of, room_on_one_page
from myositis_desktop.documents.style import Paragraph, style
from myositis_desktop.documents.treatment import summary, summary_lines, taper_line
from myositis_desktop.documents.wording import age, day, weekday
from myositis_desktop.model.plan import Alert, Item

TITLE = "Letter summary"
_LEVELS = 5
"""Ways to say it, from all to the least: 1 warnings by name; 2 the summary in one paragraph, supportive care by name;
3 without tests; 4 without decision points and advice."""
_SLACK = 4.0
"""Points that stay free, so that rounding never makes a second page."""


def render(ctx: DocumentContext, mark: Mark) -> bytes:
    """The letter as PDF of one page; the same context and mark give the same bytes.

    Raises:
        LetterTooLong: it does not fit on one page.
        UserError: a character cannot be printed, or the knowledge version is not here.
    """
    width, height = room_on_one_page(ctx, TITLE, mark)
    for level in range(_LEVELS):
        if height_of(_story(ctx, mark, width, level), width) <= height - _SLACK:
            return build(ctx, TITLE, _story(ctx, mark, width, level), mark)
    raise LetterTooLong(
        "The letter was not made: what must stand in it does not fit on one page. Nothing was lost; the treatment plan "
        "says all of it and can be sent in its place."
    )


def _story(ctx: DocumentContext, mark: Mark, width: float, level: int) -> list[Flowable]:
    patient = ctx.case.patient
    sex = ctx.catalogue.word("sex", patient.sex).lower()
    short = level > 0
    return [
        text(TITLE, "title"),
        text(f"Assessed on {day(ctx.case.assessed_on)} · {age(patient, ctx.case.assessed_on)} years · {sex}", "cell"),
        text(
            f"Dear colleague, the summary of plan {ctx.plan_number}. The treatment plan of that number gives reasons, "
            "findings and sources, and everything that is not on this page.",
            "text",
            "plan number",
        ),
        *_alerts(ctx, "emergency", short=short),
        *(summary(ctx, width) if level < 2 else [_summary(ctx)]),
        *_antibodies(ctx),
        gap(1),
        *to_stop(ctx.plan, ctx.catalogue),
        *_treatment(ctx),
        *taper_line(ctx),
        *_supportive(ctx, doses=level < 2),
        *_not_to_give(ctx),
        *_alerts(ctx, "warning", short=short),
        *(_later(ctx, tests=level < 3) if level < 4 else []),
        gap(2),
        closing.places(mark),
    ]


def _summary(ctx: DocumentContext) -> Flowable:
    """The lines of the summary one behind the other."""
    said = "; ".join(f"<b>{markup(label, label)}:</b> {markup(words, label)}" for label, words in summary_lines(ctx))
    return Paragraph(f"{said}.", style("text"))


def _alerts(ctx: DocumentContext, level: str, *, short: bool) -> list[Flowable]:
    """Emergencies always with their words; warnings by name only where it is short of room."""
    found = [a for a in ctx.plan.alerts if a.level == level]
    if level == "emergency":
        return [_emergency(a, ctx) for a in found]
    if not found:
        return []
    if short:
        names = ", ".join(ctx.catalogue.word("alert", a.id) for a in found)
        return [labelled("Warnings", f"{names}; see the treatment plan.", "text", "alerts")]
    return [labelled(ctx.catalogue.word("alert", a.id), a.text, "text", "alerts") for a in found]


def _emergency(alert: Alert, ctx: DocumentContext) -> Flowable:
    head = markup(f"EMERGENCY, {ctx.catalogue.word('alert', alert.id)}:", "alerts")
    return Paragraph(f"<b>{head} {markup(alert.text, 'alerts')}</b>", style("text"))


def _antibodies(ctx: DocumentContext) -> list[Flowable]:
    found = [f"{_finding(r.id, ctx)} {ctx.catalogue.word('antibody', r.answer).lower()}" for r in ctx.plan.antibodies]
    return [labelled("Antibodies", ", ".join(found) + ".", "text", "antibodies")] if found else []


def _treatment(ctx: DocumentContext) -> list[Flowable]:
    items = [*waiting(ctx.plan), *dispensed(ctx.plan)]
    if not items:
        return [text("No drug is recommended on these findings.", "strong")]
    head = text("Treatment", "h2")
    return [head, *(_dose(i, ctx) for i in items)]


def _dose(item: Item, ctx: DocumentContext) -> Flowable:
    waits = item.status == "needs-data"
    said = waits_for(item, ctx.catalogue) if waits else dose_words(item, ctx.plan)
    more = " OVERRIDE: chosen against the rules." if is_override(item) else ""
    words = f"<b>{markup(_label(item, ctx), 'drug')}:</b> {markup(said + more, 'dose')}"
    return Paragraph(words, style("bullet"), bulletText="•")


def _supportive(ctx: DocumentContext, *, doses: bool) -> list[Flowable]:
    items = wanted(ctx.plan, "recommended", supportive=True)
    said = [f"{_label(i, ctx)} ({i.dose.text})" if doses and i.dose else _label(i, ctx) for i in items]
    return [labelled("With it", "; ".join(said) + ".", "text", "supportive care")] if said else []


def _not_to_give(ctx: DocumentContext) -> list[Flowable]:
    names = [_label(i, ctx) for i in ctx.plan.items if i.status == "contraindicated" and not is_override(i)]
    return [labelled("Not to be given", ", ".join(names) + ".", "text", "drug")] if names else []


def _later(ctx: DocumentContext, *, tests: bool) -> list[Flowable]:
    """Decision points, the tests, and why the steroid is not stopped."""
    plan = ctx.plan
    story: list[Flowable] = []
    if plan.reviews:
        said = "; ".join(f"{weekday(r.on)}: {r.title}" for r in plan.reviews)
        story.append(labelled("Decision points", said + ".", "text", "review"))
    if plan.monitoring and tests:
        names = ", ".join(ctx.catalogue.word("test", t.test) for t in plan.monitoring)
        story.append(labelled("Tests", f"{names}; the dates stand in the monitoring calendar.", "text", "monitoring"))
    if plan.taper is not None:
        never = advice_for(plan.knowledge_version, "taper", child=False)[0]
        story.append(labelled(never.title, never.text[0], "text"))
    return story


def _label(item: Item, ctx: DocumentContext) -> str:
    spec = ctx.catalogue.drugs.get(item.drug)
    return spec.label if spec else item.drug


def _finding(id_: str, ctx: DocumentContext) -> str:
    spec = ctx.catalogue.findings.get(id_)
    return spec.label if spec else id_
