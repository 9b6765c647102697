"""Classification on screen: each EULAR/ACR model as a range on a bar, the subgroup tree, the other criteria sets."""

from html import escape

from PySide6.QtWidgets import QVBoxLayout

from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Branch, Classification, ModelScore, OtherCriteria
from myositis_desktop.ui.pieces import LinkLabel, text_label
from myositis_desktop.ui.probability_bar import ProbabilityBar
from myositis_desktop.ui.reasons import Follow, needs_label
from myositis_desktop.ui.wording import finding_links, finding_text

NOT_BUILT_IN = "not-built-in"


def add_models(column: QVBoxLayout, c: Classification, catalogue: Catalogue) -> None:
    """One bar a model, its numbers under it; the model that counts comes first."""
    for model in c.models:
        words = _model_text(model, catalogue)
        if len(c.models) > 1:
            counts = " (counts: a biopsy was done)" if model.model == c.model else " (beside it)"
            column.addWidget(text_label(catalogue.word("classification", model.model) + counts, "caption"))
        bar = ProbabilityBar(marked=True)
        bar.show_range(model.probability, model.highest_probability)
        column.addWidget(bar)
        column.addWidget(text_label(words))


def _model_text(m: ModelScore, catalogue: Catalogue) -> str:
    levels = span_text(*(catalogue.word("criteria_level", level) for level in (m.level, m.highest_level)))
    probability = span_text(str(m.probability), str(m.highest_probability))
    score = span_text(text_of(m.score), text_of(m.highest_score))
    return f"Probability {probability}; score {score}; {levels.lower()}"


def add_tree(column: QVBoxLayout, c: Classification) -> None:
    """The questions of the subgroup tree, down to the one that holds."""
    if c.tree:
        column.addWidget(text_label("Subgroup tree (unknown is read as no)", "caption"))
    for branch in c.tree:
        column.addWidget(text_label(f"{_answer(branch)}: {branch.text}", "" if branch.holds else "muted"))


def _answer(branch: Branch) -> str:
    if branch.holds:
        return "Yes"
    return "No" if branch.known else "Not known, read as no"


def add_other(column: QVBoxLayout, other: OtherCriteria, case: Case, catalogue: Catalogue, follow: Follow) -> None:
    """One further set: its level, what speaks for it, what could raise it and what is missing for that."""
    column.addWidget(
        text_label(f"{catalogue.word('other_criteria', other.id)}: {other_level(other, catalogue)}", "strong")
    )
    if other.level == NOT_BUILT_IN:
        return
    for reason in other.because:
        known = [f for f in reason.findings if f in case.findings]
        links = finding_links(known, [finding_text(case, catalogue, f) for f in known])
        line = LinkLabel(f"• {escape(reason.text)}" + (f" ({links})" if links else ""))
        line.chosen.connect(follow)
        column.addWidget(line)
    if other.could_be:
        could = ", ".join(catalogue.word("criteria_level", w).lower() for w in other.could_be)
        column.addWidget(needs_label(other.missing, catalogue, follow, f"Could still be {could}. Not known:"))
    if other.note:
        column.addWidget(text_label(other.note, "small"))


def other_level(other: OtherCriteria, catalogue: Catalogue) -> str:
    """The level in words, with how sure the set is where it is not sure."""
    word = catalogue.word("criteria_level", other.level or "open")
    unsure = catalogue.word("confidence", other.confidence)
    return f"{word} ({unsure})" if unsure and other.level != NOT_BUILT_IN else word


def span_text(low: str, high: str) -> str:
    """0.81 to 0.99, or one word where both are the same."""
    return low if low == high else f"{low} to {high}"
