"""The work-up before treatment as a request sheet: what is to be done, with boxes to tick, to send with the patient."""

from collections.abc import Iterable

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents import diagnosis
from myositis_desktop.documents.context import DocumentContext, Mark
from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.pieces import VERIFY, bullet, gap, inner_width, labelled, text, tick
from myositis_desktop.documents.shapes import Ruled, SignLine
from myositis_desktop.documents.sheet import build, section
from myositis_desktop.documents.style import Paragraph, style
from myositis_desktop.documents.wording import age, day
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Check

TITLE = "Request: work-up before treatment"
NOT_SEEN = "The program has no field for it: tick it when it is done."


def render(ctx: DocumentContext, mark: Mark) -> bytes:
    """The request sheet as PDF; the same context and mark give the same bytes.

    Raises:
        UserError: a character cannot be printed, or the texts of the knowledge version are not here.
    """
    return build(ctx, TITLE, _story(ctx), mark)


def _story(ctx: DocumentContext) -> list[Flowable]:
    plan, catalogue, width = ctx.plan, ctx.catalogue, inner_width(ctx.page_size)
    patient, on = ctx.case.patient, ctx.case.assessed_on
    sex = catalogue.word("sex", patient.sex).lower()
    suspected = catalogue.word("subtype", plan.subtype.id)
    story: list[Flowable] = [
        text(TITLE, "title"),
        text(f"Assessed on {day(on)} · {age(patient, on)} years · {sex}", "subtitle", "patient"),
        labelled("For", f"inflammatory myositis; so far: {suspected}", "text", "subtype"),
        gap(2),
        *diagnosis.emergencies(plan, catalogue, width),
    ]
    story += _to_do(plan.workup, catalogue)
    story += _ici(ctx)
    story += _cancer(ctx)
    story += _listed("Done already", [c for c in plan.workup if c.status == "done"])
    story += _listed("Not needed for this patient", [c for c in plan.workup if c.status == "not-needed"])
    return [*story, *_answer()]


def _to_do(checks: Iterable[Check], catalogue: Catalogue) -> list[Flowable]:
    """What is not done, group by group, each with its box, what of it is missing and what to mind."""
    open_ = [c for c in checks if c.status == "not-done"]
    if not open_:
        return [*section("Please do"), text("Nothing of the list is left to be done.", "text")]
    story: list[Flowable] = [*section("Please do"), text(f"The list is {VERIFY}.", "muted")]
    for group in dict.fromkeys(c.group for c in open_):
        story += section(catalogue.word("workup_group", group), "h2", room=24 * mm)
        story += [_request(c, catalogue) for c in open_ if c.group == group]
    return story


def _request(check: Check, catalogue: Catalogue) -> Flowable:
    lines = [f"<b>{markup(check.text, 'work-up')}</b>"]
    if check.missing:
        names = ", ".join(_label(f, catalogue) for f in check.missing)
        lines.append(markup(f"Not known yet: {names}.", "work-up"))
    elif not check.recorded:
        lines.append(markup(NOT_SEEN, "work-up"))
    if check.note:
        lines.append(markup(check.note, "work-up"))
    return KeepTogether(SignLine(Paragraph("<br/>".join(lines), style("cell"))))


def _ici(ctx: DocumentContext) -> list[Flowable]:
    ici = ctx.plan.ici
    open_ = [c for c in ici.checks if c.status == "not-done"] if ici else []
    if not open_:
        return []
    return [
        *section("Checkpoint inhibitor: before this work-up is complete"),
        *(_request(c, ctx.catalogue) for c in open_),
    ]


def _cancer(ctx: DocumentContext) -> list[Flowable]:
    risk = ctx.plan.cancer_risk
    if not risk.panels:
        return []
    story: list[Flowable] = section(f"Search for cancer: {ctx.catalogue.word('cancer', risk.level).lower()}")
    for panel in risk.panels:
        name = ctx.catalogue.word("cancer_panel", panel.id)
        head = labelled(name, panel.timing, "text", "cancer")
        head.keepWithNext = 1
        story += [head, *(tick(ctx.catalogue.word("test", t)) for t in panel.tests)]
    return [*story, *(bullet(r.text, "cancer") for r in risk.advice)]


def _listed(title: str, checks: list[Check]) -> list[Flowable]:
    return [*section(title, "h2", room=20 * mm), *(bullet(c.text) for c in checks)] if checks else []


def _answer() -> list[Flowable]:
    lines = [Ruled("Done by:", "Date:"), Ruled("Results sent to:", "Telephone:")]
    return [KeepTogether([*section("Answer", "h2", room=30 * mm), *lines])]


def _label(id_: str, catalogue: Catalogue) -> str:
    spec = catalogue.findings.get(id_)
    return spec.label if spec else id_
