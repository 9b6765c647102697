"""The part of the treatment plan that says what the patient has: emergencies, diagnosis, course, risks."""

from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.pieces import bullet, capital, cited, gap, grid, labelled, reasons, table, text
from myositis_desktop.documents.shapes import Band, RangeBar, SignLine
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.style import INK, Paragraph, style
from myositis_desktop.documents.wording import day
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import (
    Alert,
    Branch,
    Classification,
    Judgement,
    ModelScore,
    OtherCriteria,
    Plan,
    Response,
)

NOT_BUILT_IN = "not-built-in"
"""The level of a set that is named and not judged."""


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
    story += _ici(plan, catalogue)
    story += _antibodies(plan, catalogue)
    story += _cancer(plan, catalogue)
    story += other_criteria(plan, catalogue)
    if plan.response is not None:
        story += _response(plan.response, catalogue)
    return story


def _judged(word: str, judgement: Judgement, catalogue: Catalogue, label: str) -> list[Flowable]:
    head = text(f"{label}: {word}" if label else word, "h2", label)
    head.keepWithNext = 1
    return [head, *reasons(judgement.because, catalogue)]


def classification(c: Classification, catalogue: Catalogue, width: float) -> list[Flowable]:
    """EULAR/ACR 2017 as a range: what is unknown counted as absent (lowest) and as present (highest)."""
    head = (("EULAR/ACR 2017", "head"), ("Score", "head-right"), ("Probability", "head-right"), ("Level", "head"))
    rows = [[text(*cell) for cell in head]]
    for model in c.models:
        rows += _model_rows(model, catalogue, named=len(c.models) > 1)
    shown = table(rows, [62 * mm, 18 * mm, 26 * mm, width - 106 * mm])
    own = catalogue.word("classification", c.model)
    after = [f"The level {own[:1].lower()}{own[1:]} counts." if len(c.models) > 1 else f"{own}."]
    if c.subgroup:
        after.append(f"Subgroup: {catalogue.word('subgroup', c.subgroup).lower()}.")
    if c.unknown:
        after.append("Unknown: " + ", ".join(_finding(u, catalogue) for u in c.unknown) + ".")
    bars = [_bar(m, catalogue, width) for m in c.models]
    words = text(" ".join(after), "text", "classification")
    return [shown, gap(1), *bars, gap(1), words, *reasons(c.because, catalogue), *_tree(c)]


def _bar(m: ModelScore, catalogue: Catalogue, width: float) -> Flowable:
    name = text(f"Probability {catalogue.word('classification', m.model).lower()}", "muted")
    name.keepWithNext = 1
    return KeepTogether([name, RangeBar(m.probability, m.highest_probability, width)])


def _model_rows(m: ModelScore, catalogue: Catalogue, *, named: bool) -> list[list[Paragraph]]:
    name = f"{catalogue.word('classification', m.model)}: " if named else ""
    levels = (catalogue.word("classification", m.level), catalogue.word("classification", m.highest_level))
    return [
        _range_row(capital(f"{name}lowest: the unknown absent"), m.score, m.probability, levels[0]),
        _range_row(capital(f"{name}highest: the unknown present"), m.highest_score, m.highest_probability, levels[1]),
    ]


def _tree(c: Classification) -> list[Flowable]:
    """The way through the subgroup tree, its last line the branch that holds."""
    if not c.tree:
        return []
    head = text("The way through the subgroup tree (unknown is read as no):", "strong")
    head.keepWithNext = 1
    return [head, *(bullet(f"{answer_of(b)}: {b.text}", "subgroup") for b in c.tree)]


def answer_of(branch: Branch) -> str:
    """Yes, no, or not known and therefore read as no."""
    if branch.holds:
        return "Yes"
    return "No" if branch.known else "Not known, read as no"


def other_criteria(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """The other classification sets, one line each, with what could raise them and what is missing."""
    story: list[Flowable] = section("Other classification criteria", "h2")
    for other in plan.other_criteria:
        head = text(
            f"{catalogue.word('other_criteria', other.id)}: {_other_level(other, catalogue)}", "strong", "criteria"
        )
        head.keepWithNext = 1
        story += [head, *reasons(other.because, catalogue)]
        if other.could_be:
            could = ", ".join(catalogue.word("criteria_level", w).lower() for w in other.could_be)
            missing = ", ".join(_finding(f, catalogue) for f in other.missing)
            story.append(bullet(f"Could still be: {could}, by {missing}.", "criteria"))
        if other.note:
            story.append(bullet(other.note, "criteria"))
    return story


def _other_level(other: OtherCriteria, catalogue: Catalogue) -> str:
    word = catalogue.word("criteria_level", other.level or "open")
    unsure = catalogue.word("confidence", other.confidence)
    return f"{word} ({unsure})" if unsure and other.level != NOT_BUILT_IN else word


def _range_row(label: str, score: Decimal, probability: Decimal, level: str) -> list[Paragraph]:
    score_cell, probability_cell = text(text_of(score), "cell-right"), text(str(probability), "cell-right")
    return [text(label, "cell"), score_cell, probability_cell, text(level, "cell-strong")]


def _cancer(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    risk = plan.cancer_risk
    story = _judged(catalogue.word("cancer", risk.level), Judgement(risk.level, risk.because), catalogue, "")
    for panel in risk.panels:
        tests = "; ".join(catalogue.word("test", t) for t in panel.tests)
        name = catalogue.word("cancer_panel", panel.id)
        story.append(labelled(name, f"{panel.timing} {tests}.", "text", "cancer"))
    return [*story, *reasons(risk.advice, catalogue)]


def _antibodies(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """Positive and weak antibodies read against the picture, and the warnings about the blot."""
    if not plan.antibodies and not plan.antibody_notes:
        return []
    story: list[Flowable] = section("Antibodies", "h2")
    for reading in plan.antibodies:
        answer = catalogue.word("antibody", reading.answer).lower()
        head = text(f"{_finding(reading.id, catalogue)}: {answer}", "strong", "antibodies")
        head.keepWithNext = 1
        story += [head, *reasons(reading.because, catalogue)]
    return [*story, *reasons(plan.antibody_notes, catalogue)]


def _ici(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """Grade proposed by weakness, and the checks; the work-up is complete when every needed one is known."""
    if plan.ici is None:
        return []
    state = "complete" if plan.ici.complete else "NOT complete"
    story: list[Flowable] = section(f"Checkpoint-inhibitor myositis: work-up {state}", "h2")
    grade = f"grade {plan.ici.proposed_grade} by weakness; the grade that counts is the clinician's"
    story += [labelled("Proposed", grade, "text", "ici"), *reasons(plan.ici.because, catalogue)]
    for check in plan.ici.checks:
        word = catalogue.word("workup_status", check.status)
        missing = ", ".join(_finding(f, catalogue) for f in check.missing)
        story.append(bullet(f"{word}: {check.text}" + (f" Not known: {missing}." if missing else ""), "ici"))
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
