"""The treatment plan: for the clinician who signs it, and for whoever reads it years later."""

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from myositis_desktop.documents import card_lines, closing, diagnosis, findings_used, follow_up, items, trends
from myositis_desktop.documents.advice import advice_for
from myositis_desktop.documents.context import DocumentContext, Mark
from myositis_desktop.documents.pieces import all_sources, gap, inner_width, labelled, reasons, table, text
from myositis_desktop.documents.sheet import build, section
from myositis_desktop.documents.wording import age, day, finding_value
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan

TITLE = "Treatment plan"
_FACTS = {
    "egfr": ("eGFR", "mL/min/1.73 m²"),
    "creatinine_clearance": ("creatinine clearance (Cockcroft-Gault)", "mL/min"),
    "bmi": ("body mass index", "kg/m²"),
    "bsa": ("body surface", "m²"),
}


def render(ctx: DocumentContext, mark: Mark) -> bytes:
    """The treatment plan as PDF; the same context and mark give the same bytes.

    Raises:
        UserError: a character cannot be printed, or the texts of the knowledge version are not here.
    """
    return build(ctx, TITLE, _story(ctx, mark), mark)


def _story(ctx: DocumentContext, mark: Mark) -> list[Flowable]:
    plan, catalogue, width = ctx.plan, ctx.catalogue, inner_width(ctx.page_size)
    return [
        *_opening(ctx),
        *closing.out_of_date(ctx),
        *diagnosis.emergencies(plan, catalogue, width),
        *summary(ctx, width),
        *items.at_a_glance(plan, catalogue, width, taper_line(ctx)),
        *card_lines.interactions(plan, catalogue),
        *diagnosis.alerts(plan, catalogue),
        *diagnosis.diagnosis(plan, catalogue, width),
        *_treatment(ctx, width),
        *follow_up.at_this_visit(plan, catalogue),
        *trends.story(ctx.trends, width),
        *follow_up.reviews(plan),
        *follow_up.calendar(plan, catalogue, width),
        *findings_used.ask_next(plan, catalogue),
        *findings_used.findings_used(ctx.case, catalogue),
        *findings_used.therapies(ctx.case, catalogue, width),
        *findings_used.choices(ctx.case, catalogue),
        *closing.defaults(plan.defaults),
        *closing.sources(_sources(plan), catalogue),
        *closing.base_text(plan.knowledge_version),
        *closing.signatures(ctx, mark),
        *closing.code(ctx, mark, width),
    ]


def _sources(plan: Plan) -> tuple[str, ...]:
    printed = [*advice_for(plan.knowledge_version, "notice", child=False)]
    if any(i.drug == "methotrexate" and i.dose for i in plan.items):
        printed += advice_for(plan.knowledge_version, "methotrexate", child=False)
    return tuple(dict.fromkeys((*all_sources(plan), *(s for a in printed for s in a.sources))))


def _opening(ctx: DocumentContext) -> list[Flowable]:
    patient, on = ctx.case.patient, ctx.case.assessed_on
    sex = ctx.catalogue.word("sex", patient.sex).lower()
    facts = [f"Assessed on {day(on)}", f"{age(patient, on)} years", f"sex {sex}" if patient.sex == "unknown" else sex]
    for id_, label in (("body.weight", "weight"), ("body.height", "height")):
        if finding := ctx.case.findings.get(id_):
            when = "" if finding.on else f" ({day(on)})"
            facts.append(f"{label} {finding_value(finding, ctx.catalogue)}{when}")
    facts += [f"{_FACTS[k][0]} {v} {_FACTS[k][1]}" for k, v in ctx.plan.facts if k in _FACTS]
    together = (fact.replace(" ", "\N{NO-BREAK SPACE}") for fact in facts)
    return [text(TITLE, "title"), text(" · ".join(together), "subtitle", "patient"), gap(2)]


def summary(ctx: DocumentContext, width: float) -> list[Flowable]:
    """The answer in a few lines, before its grounds."""
    cells = [[text(a, "cell"), text(b, "cell-strong", a)] for a, b in summary_lines(ctx)]
    return [table(cells, [40 * mm, width - 40 * mm], head=0), gap(1)]


def summary_lines(ctx: DocumentContext) -> list[tuple[str, str]]:
    """(what, its answer) of the judgements of a plan."""
    plan, catalogue = ctx.plan, ctx.catalogue
    c = plan.classification
    score = _range(text_of(c.score), text_of(c.highest_score))
    probability = _range(str(c.probability), str(c.highest_probability))
    level = _range(*(catalogue.word("classification", level) for level in (c.level, c.highest_level)))
    rows = [
        ("Diagnosis", catalogue.word("subtype", plan.subtype.id)),
        ("EULAR/ACR 2017", f"{level}: score {score}, probability {probability}"),
        ("Severity", catalogue.word("severity", plan.severity.id)),
        ("Course", "; ".join(catalogue.word("course", j.id) for j in plan.course)),
        ("Cancer risk", catalogue.word("cancer", plan.cancer_risk.level)),
    ]
    return [(what, answer) for what, answer in rows if answer]


def _range(lowest: str, highest: str) -> str:
    return lowest if lowest == highest else f"{lowest} to {highest}"


def taper_line(ctx: DocumentContext) -> list[Flowable]:
    """The taper in one sentence, or why there is none."""
    taper = ctx.plan.taper
    if taper is None:
        return [labelled("Taper", ctx.plan.taper_reason or "none", "text", "taper")] if ctx.plan.taper_reason else []
    spec = ctx.catalogue.drugs.get(taper.drug)
    words = (
        f"{spec.label if spec else taper.drug}, {ctx.catalogue.word('schedule', taper.schedule)}, "
        f"{day(taper.starts)} to {day(taper.ends)}, {text_of(taper.total_mg)} mg in all; "
        f"day by day in the taper plan {ctx.plan_number}."
    )
    return [labelled("Taper", words, "text", "taper")]


def _treatment(ctx: DocumentContext, width: float) -> list[Flowable]:
    plan, catalogue = ctx.plan, ctx.catalogue

    def part(title: str, *statuses: str, supportive: bool = False) -> list[Flowable]:
        return items.cards(title, items.wanted(plan, *statuses, supportive=supportive), plan, catalogue, width)

    story = part("Recommended treatment", "recommended")
    story += items.overrides(plan, catalogue, width)
    if plan.taper is not None and plan.taper.because:
        story += [*section("Taper, and why", "h2"), *reasons(plan.taper.because, catalogue)]
    story += part("Supportive care", "recommended", "option", "caution", "needs-data", supportive=True)
    story += part("Options in place of it", "option")
    story += part("With caution", "caution")
    story += part("Needs data first", "needs-data")
    return [*story, *items.not_to_give(plan, catalogue), *items.not_indicated(plan, catalogue)]
