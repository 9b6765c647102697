"""Under the reasons of a judgement: why not another answer, what is not known, what would change it."""

from PySide6.QtWidgets import QScrollArea, QVBoxLayout

from myositis_desktop.engine.why import TARGETS, TRIES, Change, Why, why
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Reason
from myositis_desktop.ui.pieces import LinkLabel, empty, text_label
from myositis_desktop.ui.reasons import Follow, WhyDialog, needs_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.wording import finding_label, finding_links

HEIGHT = 420
"""Pixels of the scrolled part: what is found comes when the dialog is open already."""
WORD_KIND = {"classification": "classification", "subtype": "subtype", "severity": "severity", "cancer": "cancer"}


def add_why_not(dialog: WhyDialog, session: Session, tasks: Tasks, target: str) -> None:
    """Work it out away from the window and add it to the dialog; nothing for what has no other answer."""
    if target not in TARGETS:
        return
    case, pack, catalogue = session.open_case, session.clinic.pack, session.clinic.catalogue
    for area in dialog.findChildren(QScrollArea):
        area.setMinimumHeight(HEIGHT)
    dialog.more.addWidget(text_label("Looking for what would change it …", "muted"))

    def show(told: Why) -> None:
        empty(dialog.more)
        fill(dialog.more, told, catalogue, dialog.leave)

    job = tasks.run(lambda: why(case, pack, target), show)
    dialog.finished.connect(lambda _: tasks.drop(job))


def fill(column: QVBoxLayout, told: Why, catalogue: Catalogue, follow: Follow) -> None:
    """Why not another answer, what is not known, what would change it."""
    column.addWidget(text_label("Against it, or why not another answer", "heading"))
    for reason in told.why_not:
        _add_against(column, reason, catalogue, follow)
    if not told.why_not:
        column.addWidget(text_label("Nothing that is known speaks against it.", "muted"))
    column.addWidget(text_label("Not known, and able to change it", "heading"))
    if told.missing:
        column.addWidget(needs_label(told.missing, catalogue, follow, "Ask:"))
    else:
        column.addWidget(text_label("Nothing: every answer that could change it is known.", "muted"))
    column.addWidget(text_label("The fewest answers that would change it", "heading"))
    for change in told.changes:
        column.addWidget(text_label(f"• {change_line(told.target, change, catalogue)}"))
    if not told.changes:
        column.addWidget(text_label("No one or two of the open answers would.", "muted"))
    if not told.complete:
        column.addWidget(text_label(f"The search ended at its limit ({TRIES} trials, 8 results).", "small"))


def _add_against(column: QVBoxLayout, reason: Reason, catalogue: Catalogue, follow: Follow) -> None:
    column.addWidget(text_label(f"Does not hold: {reason.text}"))
    if reason.findings:
        names = [finding_label(catalogue, f) for f in reason.findings]
        links = LinkLabel("Because of: " + finding_links(reason.findings, names))
        links.chosen.connect(follow)
        column.addWidget(links)


def change_line(target: str, change: Change, catalogue: Catalogue) -> str:
    """Heliotrope rash: present -> Probable inflammatory myopathy."""
    answers = []
    for finding, word in change.answers:
        spec = catalogue.findings[finding]
        answers.append(f"{spec.label}: {spec.value_labels.get(word, word).lower()}")
    return f"{' and '.join(answers)} → {catalogue.word(WORD_KIND[target], change.becomes)}"
