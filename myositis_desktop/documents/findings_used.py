"""What the plan was made from: findings by section of the form, therapies, choices; and what to ask next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reportlab.platypus import Flowable

from myositis_desktop.documents.pieces import bullet, labelled, table, text
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.wording import day, finding_value, quantity
from myositis_desktop.model.case import Case, Finding, Findings
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan

_PLAIN = ("present", "absent", "positive", "weak", "negative", "pending")
"""Answers whose findings are listed together, in this order."""


def ask_next(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """The unknown findings that could change the plan, the most important first."""
    if not plan.undecided:
        return []
    lead = text("Unknown; an answer could change what stands behind it.", "muted")
    story: list[Flowable] = [*section("Ask next"), lead]
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


def findings_used(case: Case, catalogue: Catalogue) -> list[Flowable]:
    """Every known finding, as it was entered."""
    story = [*section("Findings used"), *_visit(f"Assessment of {day(case.assessed_on)}", case.findings, catalogue)]
    for visit in sorted(case.visits, key=lambda v: v.on, reverse=True):
        story += _visit(f"Visit of {day(visit.on)}", visit.findings, catalogue)
    return story


def _visit(title: str, findings: Findings, catalogue: Catalogue) -> list[Flowable]:
    """By section of the form: what has a value of its own on its line, the plain answers run together."""
    story: list[Flowable] = [_kept(title, "h2")]
    for name, group in _sections(findings, catalogue).items():
        story.append(_kept(catalogue.word("section", name), "h3"))
        story += _lines(group, catalogue)
    return story if len(story) > 1 else [*story, text("No finding is known.")]


def _kept(title: str, name: str) -> Flowable:
    head = text(title, name)
    head.keepWithNext = 1
    return head


def _lines(group: Sequence[Finding], catalogue: Catalogue) -> list[Flowable]:
    plain = [f for f in group if _is_plain(f, catalogue)]
    own = [f for f in group if not _is_plain(f, catalogue)]
    lines: list[Flowable] = [
        labelled(_label(f, catalogue), finding_value(f, catalogue), "text", _label(f, catalogue)) for f in own
    ]
    lines += [text(_muscles(f, catalogue), "muted", "muscles") for f in own if f.muscles]
    for value in _PLAIN:
        if names := [_plain(f, catalogue) for f in plain if f.value == value]:
            kind = catalogue.findings[plain[0].id].kind
            lines.append(labelled(catalogue.word(kind, value), "; ".join(names), "text", "findings"))
    return lines


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


def _is_plain(finding: Finding, catalogue: Catalogue) -> bool:
    spec = catalogue.findings.get(finding.id)
    return spec is not None and spec.kind in ("sign", "antibody") and finding.value in _PLAIN


def _plain(finding: Finding, catalogue: Catalogue) -> str:
    """The name of a finding; behind it how and when it was found, where the case says so."""
    when = f"on {day(finding.on)}" if finding.on else ""
    said = ", ".join(x for x in (finding.assay, finding.strength, when) if x)
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
    return [*section("Taken so far", "h2"), table(rows, widths)]


def choices(case: Case, catalogue: Catalogue) -> list[Flowable]:
    """What the clinician decided, in the order of the case."""
    lines = [*_chosen(case, catalogue), *_taper_wishes(case, catalogue)]
    return [*section("Decided by the clinician", "h2"), *(bullet(x, "choices") for x in lines)] if lines else []


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
