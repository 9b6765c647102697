"""Cards of the assessment page beside the judgements: antibodies, checkpoint inhibitor, cancer, work-up."""

from html import escape

from PySide6.QtWidgets import QVBoxLayout

from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Because, CancerRisk, Check, IciWorkup, Plan
from myositis_desktop.ui.pieces import LinkLabel, text_label
from myositis_desktop.ui.reasons import Follow, needs_label
from myositis_desktop.ui.wording import finding_label, finding_links, finding_text, source_text

NOT_SEEN = "The program has no field for it."


def add_reasons(column: QVBoxLayout, because: Because, case: Case, catalogue: Catalogue, follow: Follow) -> None:
    """The reasons in short with their findings as links, then the sources and how sure they are."""
    for reason in because:
        known = [f for f in reason.findings if f in case.findings]
        links = finding_links(known, [finding_text(case, catalogue, f) for f in known])
        line = LinkLabel(f"• {escape(reason.text)}" + (f" ({links})" if links else ""))
        line.chosen.connect(follow)
        column.addWidget(line)
    for source in dict.fromkeys(source for reason in because for source in reason.sources):
        column.addWidget(text_label(source_text(catalogue, source), "small"))


def add_antibodies(column: QVBoxLayout, plan: Plan, case: Case, catalogue: Catalogue, follow: Follow) -> None:
    """Each positive or weak antibody read against its picture, and the warnings about the blot."""
    for reading in plan.antibodies:
        answer = catalogue.word("antibody", reading.answer).lower()
        column.addWidget(text_label(f"{finding_label(catalogue, reading.id)}: {answer}", "strong"))
        add_reasons(column, reading.because, case, catalogue, follow)
    add_reasons(column, plan.antibody_notes, case, catalogue, follow)


def add_ici(column: QVBoxLayout, ici: IciWorkup, case: Case, catalogue: Catalogue, follow: Follow) -> None:
    """The grade proposed by weakness and the checks that the work-up needs."""
    column.addWidget(text_label(f"Proposed by weakness: grade {ici.proposed_grade}; the clinician's grade counts."))
    add_reasons(column, ici.because, case, catalogue, follow)
    for check in ici.checks:
        add_check(column, check, catalogue, follow)


def add_cancer(column: QVBoxLayout, risk: CancerRisk, case: Case, catalogue: Catalogue, follow: Follow) -> None:
    """The panels with their timing, then PET-CT, endoscopy and who is not screened."""
    for panel in risk.panels:
        column.addWidget(text_label(f"{catalogue.word('cancer_panel', panel.id)}: {panel.timing}", "strong"))
        column.addWidget(text_label("; ".join(catalogue.word("test", t) for t in panel.tests) + "."))
    add_reasons(column, risk.advice, case, catalogue, follow)


def add_check(column: QVBoxLayout, check: Check, catalogue: Catalogue, follow: Follow) -> None:
    """One check: its status in words, what of it is missing as links, what to mind."""
    word = catalogue.word("workup_status", check.status)
    column.addWidget(text_label(f"{word}: {check.text}", "strong" if check.status == "not-done" else "muted"))
    if check.status != "not-done":
        return
    if check.missing:
        column.addWidget(needs_label(check.missing, catalogue, follow, "Not known:"))
    notes = [note for note in ("" if check.recorded else NOT_SEEN, check.note) if note]
    if notes:
        column.addWidget(text_label(" ".join(notes), "small"))
