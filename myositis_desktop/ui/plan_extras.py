"""What the plan page says beside its cards: what does not go together, the decision points, the calendar of tests."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Disabled, Interaction, Monitoring, Plan, Review
from myositis_desktop.ui.flow import FlowLayout
from myositis_desktop.ui.pieces import Fold, card, chip, empty, text_label
from myositis_desktop.ui.wording import day_text, drug_label, source_text

Row = TypeVar("Row")
LEVELS = {"never": ("Not together", "contraindicated", "red"), "care": ("With care", "warning", "amber")}


class Section(QWidget):
    """A heading and what stands under it; hidden while there is nothing to say."""

    def __init__(self, title: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(8)
        column.addWidget(text_label(title, "heading"))
        self.slot = QVBoxLayout()
        self.slot.setSpacing(8)
        column.addLayout(self.slot)
        self._shown: object = ()
        self.hide()

    def show_rows(self, rows: Sequence[Row], make: Callable[[Row], QWidget]) -> None:
        """Draw a widget for each row where the rows differ from what is drawn."""
        if rows != self._shown:
            empty(self.slot)
            for row in rows:
                self.slot.addWidget(make(row))
            self._shown = rows
        self.setVisible(bool(rows))


def interaction_card(found: Interaction, catalogue: Catalogue) -> QWidget:
    """What does not go together, what happens and what to do."""
    frame, column = card()
    head = FlowLayout()
    head.addWidget(text_label(together(found, catalogue), "heading", wrap=False))
    head.addWidget(chip(*LEVELS[found.level]))
    column.addLayout(head)
    column.addWidget(text_label(found.text))
    column.addWidget(text_label(found.act))
    for source in found.sources:
        column.addWidget(text_label(f"Source: {source_text(catalogue, source)}", "small"))
    return frame


def together(found: Interaction, catalogue: Catalogue) -> str:
    """The names of what does not go together."""
    return " and ".join((*(drug_label(catalogue, d) for d in found.drugs), *([found.beside] if found.beside else [])))


def never_text(plan: Plan | None, catalogue: Catalogue) -> str:
    """What is to be stopped and what must not be given together, for the band at the head of the page."""
    if plan is None:
        return ""
    lines = [f"{catalogue.drugs[i.drug].label}: {r.text}" for i in plan.items if (r := i.to_stop) is not None]
    if pairs := [together(i, catalogue) for i in plan.interactions if i.level == "never"]:
        lines.append(f"Not together: {'; '.join(pairs)}. What to do stands below the cards.")
    return "\n".join(lines)


def review_card(review: Review) -> QWidget:
    """A dated decision point with its questions and what is considered if not."""
    frame, column = card()
    column.addWidget(text_label(f"{day_text(review.on)}, day {review.day}", "small"))
    column.addWidget(text_label(review.title, "heading"))
    for key in review.keys:
        column.addWidget(text_label(f"• {key}"))
    if review.if_no:
        column.addWidget(text_label(f"If not: {review.if_no}", "muted"))
    return frame


def calendar_fold(tests: tuple[Monitoring, ...], catalogue: Catalogue) -> Fold:
    """Every test with its dates, why and when to act; drawn when it is opened."""

    def fill(inside: QVBoxLayout) -> None:
        for test in tests:
            inside.addWidget(text_label(catalogue.word("test", test.test), "heading"))
            inside.addWidget(text_label(" · ".join(day_text(d) for d in test.on)))
            said = " ".join(s for s in (test.why, f"Act: {test.act}" if test.act else "") if s)
            inside.addWidget(text_label(said, "small"))

    return Fold(f"Monitoring calendar ({len(tests)} tests)", fill)


def disabled_line(named: Disabled) -> QWidget:
    """A drug that is named and never proposed."""
    return text_label(f"{named.label}: {named.text}", "muted")
