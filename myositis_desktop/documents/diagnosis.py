"""The part of the treatment plan that says what the patient has: emergencies, diagnosis, course, risks."""

from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph

from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.pieces import bullet, cited, gap, grid, labelled, reasons, table, text
from myositis_desktop.documents.shapes import Band, SignLine
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.style import INK, style
from myositis_desktop.documents.wording import day
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Alert, Classification, Judgement, Plan, Response


def emergencies(plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    """The box on top of the plan: every emergency with what it asks for; nothing where there is none."""
    alerts = [a for a in plan.alerts if a.level == "emergency"]
    if not alerts:
        return []
    band = Band("emergency", "EMERGENCY: act now, before the rest of this plan")
    rows: list[list[Flowable]] = [[band]]
    together = []
    for alert in alerts:
        together.append(("NOSPLIT", (0, len(rows)), (0, len(rows) + 1)))
        rows += [[part] for part in _alert(alert, catalogue)]
    box = grid(
        rows,
        [width],
        ("BOX", (0, 0), (-1, -1), 2, INK),
        ("LEFTPADDING", (0, 1), (-1, -1), 8),
        ("RIGHTPADDING", (0, 1), (-1, -1), 8),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
        *together,
        head=1,
    )
    return [box, gap(3)]


def alerts(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """Warnings and notes, each with its sign, its words and its reasons."""
    chosen = [a for level in ("warning", "info") for a in plan.alerts if a.level == level]
    if not chosen:
        return []
    story: list[Flowable] = section("Alerts")
    for alert in chosen:
        head = f"{catalogue.word('level', alert.level)}: {catalogue.word('alert', alert.id)}."
        sources = cited((s for r in alert.because for s in r.sources), catalogue)
        words = f"<b>{markup(head, 'alerts')}</b> {markup(alert.text, 'alerts')}{sources}"
        story.append(SignLine(Paragraph(words, style("text")), alert.level, 12))
        story += [bullet(r.text, "alerts") for r in alert.because if r.text != alert.text]
    return story


def _alert(alert: Alert, catalogue: Catalogue) -> list[Flowable]:
    because = [r for r in alert.because if r.text != alert.text]
    return [
        text(catalogue.word("alert", alert.id), "drug", "alerts"),
        text(alert.text, "text", "alerts"),
        *reasons(tuple(because), catalogue),
    ]


def diagnosis(plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    """Subtype, EULAR/ACR range, severity, course, cancer risk, response: each with its grounds."""
    story: list[Flowable] = section("Diagnosis and severity")
    story += _judged(catalogue.word("subtype", plan.subtype.id), plan.subtype, catalogue, "Subtype")
    story += [gap(1), *classification(plan.classification, catalogue, width)]
    story += _judged(catalogue.word("severity", plan.severity.id), plan.severity, catalogue, "Severity")
    for judgement in plan.course:
        story += _judged(catalogue.word("course", judgement.id), judgement, catalogue, "Course")
    story += _cancer(plan, catalogue)
    if plan.response is not None:
        story += _response(plan.response, catalogue)
    return story


def _judged(word: str, judgement: Judgement, catalogue: Catalogue, label: str) -> list[Flowable]:
    head = text(f"{label}: {word}" if label else word, "h2", label)
    head.keepWithNext = 1
    return [head, *reasons(judgement.because, catalogue)]


def classification(c: Classification, catalogue: Catalogue, width: float) -> list[Flowable]:
    """EULAR/ACR 2017 as a range: what is unknown counted as absent (lowest) and as present (highest)."""
    model = catalogue.word("classification", c.model)
    head = (("EULAR/ACR 2017", "head"), ("Score", "head-right"), ("Probability", "head-right"), ("Level", "head"))
    rows = [
        [text(*cell) for cell in head],
        _range_row("Lowest: the unknown absent", c.score, c.probability, catalogue.word("classification", c.level)),
        _range_row(
            "Highest: the unknown present",
            c.highest_score,
            c.highest_probability,
            catalogue.word("classification", c.highest_level),
        ),
    ]
    shown = table(rows, [58 * mm, 20 * mm, 28 * mm, width - 106 * mm])
    after = [f"Criteria {model[:1].lower()}{model[1:]}."]
    if c.subgroup:
        after.append(f"Subgroup: {catalogue.word('subgroup', c.subgroup).lower()}.")
    if c.unknown:
        after.append("Unknown: " + ", ".join(_finding(u, catalogue) for u in c.unknown) + ".")
    return [shown, gap(1), text(" ".join(after), "text", "classification"), *reasons(c.because, catalogue)]


def _range_row(label: str, score: Decimal, probability: Decimal, level: str) -> list[Paragraph]:
    score_cell, probability_cell = text(text_of(score), "cell-right"), text(str(probability), "cell-right")
    return [text(label, "cell"), score_cell, probability_cell, text(level, "cell-strong")]


def _cancer(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    risk = plan.cancer_risk
    story = _judged(catalogue.word("cancer", risk.level), Judgement(risk.level, risk.because), catalogue, "")
    if risk.tests:
        story.append(labelled("Search for cancer by", "; ".join(catalogue.word("test", t) for t in risk.tests)))
    return story


def _response(r: Response, catalogue: Catalogue) -> list[Flowable]:
    score = f"{text_of(r.score)} of 100"
    if not r.complete:
        score = f"{text_of(r.score)} to {text_of(r.highest_score)} of 100, because measures are missing"
    word = catalogue.word("response", r.category)
    story: list[Flowable] = [
        text(f"Response: {word}", "h2"),
        bullet(
            f"Total improvement score {score}, from {day(r.baseline)} to {day(r.follow_up)}; "
            f"the highest that could be reached is {text_of(r.highest_reachable)}."
        ),
    ]
    for label, ids in (("Worse", r.worsened), ("Missing", r.missing)):
        if ids:
            story.append(bullet(f"{label}: " + ", ".join(catalogue.word("core_set", i) for i in ids)))
    return story


def _finding(id_: str, catalogue: Catalogue) -> str:
    spec = catalogue.findings.get(id_)
    return spec.label if spec else id_
