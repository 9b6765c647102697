"""What the plan was made from: findings by section of the form, therapies, choices; and what to ask next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from myositis_desktop.documents.pieces import bullet, gap, labelled, table, text
from myositis_desktop.documents.sheet import Heading
from myositis_desktop.documents.wording import day, finding_value, quantity
from myositis_desktop.model.case import Case, Finding, Findings
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan

_ABSENT = {"absent": "Absent", "negative": "Negative"}


def ask_next(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """The unknown findings that could change the plan, the most important first."""
    if not plan.undecided:
        return []
    lead = text("Unknown; an answer could change what stands behind it.", "muted")
    story: list[Flowable] = [Heading("Ask next"), lead]
    for number, row in enumerate(plan.undecided, 1):
        spec = catalogue.findings.get(row.finding)
        changes = ", ".join(dict.fromkeys(part_label(p, catalogue) for p in row.would_change))
        label = spec.label if spec else row.finding
        story.append(labelled(f"{number}. {label}", changes or "the plan", "text", "ask next"))
    return story


def part_label(part: str, catalogue: Catalogue) -> str:
    """The words for a part of the plan: "treatment.ivig" is the drug, others their own word."""
    kind, _, id_ = part.partition(".")
    if kind == "treatment" and id_ in catalogue.drugs:
        return catalogue.drugs[id_].label
    known = catalogue.word(kind, id_) if id_ else catalogue.word("part", kind)
    return known.replace("_", " ").replace("-", " ") if known in (id_, kind) else known


def findings_used(case: Case, catalogue: Catalogue, width: float) -> list[Flowable]:
    """Every known finding, as it was entered."""
    story: list[Flowable] = [Heading("Findings used"), text(f"Assessment of {day(case.assessed_on)}", "h2")]
    story += _visit(case.findings, catalogue, width)
    for visit in sorted(case.visits, key=lambda v: v.on, reverse=True):
        head = text(f"Visit of {day(visit.on)}", "h2")
        head.keepWithNext = 1
        story += [gap(2), head, *_visit(visit.findings, catalogue, width)]
    return story


def _visit(findings: Findings, catalogue: Catalogue, width: float) -> list[Flowable]:
    """One table: the section at the left, its findings beside it; what is absent in one line a section."""
    rows = []
    for section, group in _sections(findings, catalogue).items():
        shown = [f for f in group if f.value not in _ABSENT]
        lines = [
            labelled(_label(f, catalogue), finding_value(f, catalogue), "cell", _label(f, catalogue)) for f in shown
        ]
        lines += [text(_muscles(f, catalogue), "cell", "muscles") for f in shown if f.muscles]
        for value, word in _ABSENT.items():
            if plain := [_plain(f, catalogue) for f in group if f.value == value]:
                lines.append(labelled(word, "; ".join(plain), "cell", "findings"))
        names = [catalogue.word("section", section), *[""] * len(lines)]
        rows += [[text(name, "cell-strong"), line] for name, line in zip(names, lines, strict=False)]
    if not rows:
        return [text("No finding is known.", "text")]
    starts = [n for n, row in enumerate(rows) if row[0].text]
    return [_ruled_by_section(rows, starts, width)]


def _ruled_by_section(rows: Sequence[Sequence[Flowable]], starts: Sequence[int], width: float) -> Flowable:
    """Rules between sections only, so that the eye groups what belongs together."""
    inside = [("LINEBELOW", (0, n), (-1, n), 0, "#ffffff") for n in range(len(rows) - 1) if n + 1 not in starts]
    tight = [("TOPPADDING", (0, n), (-1, n), 0) for n in range(len(rows)) if n not in starts]
    return table(rows, [40 * mm, width - 40 * mm], *inside, *tight, ("BOTTOMPADDING", (0, 0), (-1, -1), 2), head=0)


def _sections(findings: Findings, catalogue: Catalogue) -> Mapping[str, list[Finding]]:
    """Findings by section, both in the order of the form."""
    order = {id_: n for n, id_ in enumerate(catalogue.findings)}
    out: dict[str, list[Finding]] = {}
    for finding in sorted(findings.values(), key=lambda f: (order.get(f.id, len(order)), f.id)):
        spec = catalogue.findings.get(finding.id)
        out.setdefault(spec.section if spec else finding.id.split(".")[0], []).append(finding)
    return out


def _label(finding: Finding, catalogue: Catalogue) -> str:
    spec = catalogue.findings.get(finding.id)
    return spec.label if spec else finding.id


def _plain(finding: Finding, catalogue: Catalogue) -> str:
    """A finding that is absent: its name, and its day where it has one of its own."""
    said = ", ".join(x for x in (finding.assay or "", day(finding.on) if finding.on else "") if x)
    return _label(finding, catalogue) + (f" ({said})" if said else "")


def _muscles(finding: Finding, catalogue: Catalogue) -> str:
    grades = finding.muscles or {}
    return "; ".join(f"{catalogue.word('muscle', m)} {text_of(g)}" for m, g in grades.items())


def therapies(case: Case, catalogue: Catalogue, width: float) -> list[Flowable]:
    """What is and was taken."""
    if not case.therapy:
        return []
    rows = [[text(w, "head") for w in ("Drug", "Dose", "From", "To", "Outcome")]]
    for t in case.therapy:
        spec = catalogue.drugs.get(t.drug)
        cells = (
            spec.label if spec else t.drug,
            quantity(t.dose, catalogue) if t.dose else "not stated",
            day(t.started),
            day(t.stopped) if t.stopped else "still taken",
            catalogue.word("outcome", t.outcome),
        )
        rows.append([text(c, "cell", "therapy") for c in cells])
    widths = [width * share for share in (0.3, 0.2, 0.16, 0.16, 0.18)]
    return [Heading("Taken so far", "h2"), table(rows, widths)]


def choices(case: Case, catalogue: Catalogue) -> list[Flowable]:
    """What the clinician decided, in the order of the case."""
    lines = [*_chosen(case, catalogue), *_taper_wishes(case, catalogue)]
    return [Heading("Decided by the clinician", "h2"), *(bullet(x, "choices") for x in lines)] if lines else []


def _chosen(case: Case, catalogue: Catalogue) -> Iterable[str]:
    labels = {id_: spec.label for id_, spec in catalogue.drugs.items()}
    for choice in case.preferences.choose:
        yield f"Chosen: {labels.get(choice.drug, choice.drug)}{_reason(choice.reason)}"
    for dose in case.preferences.doses:
        amount = f"{text_of(dose.value)} {catalogue.word('unit', dose.unit)}"
        yield f"Dose: {labels.get(dose.drug, dose.drug)} {amount}{_reason(dose.reason)}"


def _reason(reason: str | None) -> str:
    return f". Reason: {reason}" if reason else ""


def _taper_wishes(case: Case, catalogue: Catalogue) -> Iterable[str]:
    wish = case.preferences.taper
    if wish.schedule:
        yield f"Taper: {catalogue.word('schedule', wish.schedule)}"
    if wish.start:
        yield f"Taper starts {day(wish.start)}"
    if wish.hold_days:
        yield f"Full dose for {wish.hold_days} days"
    if wish.strengths_mg:
        yield f"Tablets of {', '.join(text_of(s) for s in wish.strengths_mg)} mg"
    if wish.half_tablets is not None:
        yield "Half tablets allowed" if wish.half_tablets else "Whole tablets only"
    for tablet in wish.tablets or ():
        stock = f", {tablet.stock} at hand" if tablet.stock is not None else ""
        yield f"Tablets of {text_of(tablet.mg)} mg, {'may be halved' if tablet.may_halve else 'whole only'}{stock}"
    for step in wish.steps or ():
        yield _edited(step.start, step.days, step.dose_mg, step.alternate, step.reason)


def _edited(start: date, days: int, dose: object, alternate: Sequence[object] | None, reason: str | None) -> str:
    amount = f"{dose}" if alternate is None else " and ".join(str(a) for a in alternate) + " on alternate days"
    return f"Step from {day(start)}, {days} days: {amount} mg{_reason(reason)}"
