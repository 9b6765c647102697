"""The plan: one card for each drug or measure, by line of therapy; what is not indicated is folded at the end."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Item, Plan
from myositis_desktop.ui.choices import Chooser, rivals
from myositis_desktop.ui.pieces import Band, Fold, Page, empty, text_label
from myositis_desktop.ui.plan_card import PlanCard, compact_row
from myositis_desktop.ui.plan_extras import (
    Section,
    calendar_fold,
    disabled_line,
    interaction_card,
    never_text,
    review_card,
)
from myositis_desktop.ui.plan_view import PlanView
from myositis_desktop.ui.session import Session

ORDER = ("recommended", "option", "caution", "needs-data", "contraindicated")


class PlanPage(PlanView):
    """Every item with status, dose, reasons and choices."""

    def __init__(self, session: Session, chooser: Chooser) -> None:
        super().__init__(session)
        self._chooser = chooser
        self.never = Band("red", "contraindicated")
        self.never.say("")
        self.column.addWidget(self.never)
        self._groups: dict[str, _Group] = {}
        for line in self.catalogue.lists.get("lines", ()):
            self._groups[line] = _Group(self.catalogue.word("line", line))
            self.column.addWidget(self._groups[line])
        self.together = Section("Together with each other and with the patient's medicines")
        self.decisions = Section("Decision points")
        self.calendar = Section("Tests by date")
        for part in (self.together, self.decisions, self.calendar):
            self.column.addWidget(part)
        self._rest: tuple[Item, ...] = ()
        self.folded: Fold | None = None
        self._rest_slot = QVBoxLayout()
        self.column.addLayout(self._rest_slot)
        self.column.addStretch(1)

    def show_plan(self, plan: Plan | None) -> None:
        """Draw the groups that differ from what is drawn; the focus stays on the drug it was on."""
        focused = self._focused_drug()
        items = plan.items if plan else ()
        for line, group in self._groups.items():
            shown = [i for i in items if i.line == line and (i.status != "not-indicated" or i.chosen)]
            shown.sort(key=lambda i: (not i.chosen, ORDER.index(i.status) if i.status in ORDER else len(ORDER)))
            group.show_items(shown, lambda i: self._card(i, items))
        self._show_extras(plan)
        self._show_rest(tuple(i for i in items if i.status == "not-indicated" and not i.chosen))
        if focused:
            self._focus_drug(focused)

    def _card(self, item: Item, items: tuple[Item, ...]) -> PlanCard:
        return PlanCard(item, instead_of(item, items, self.catalogue), self.catalogue, self._chooser, self.follow.emit)

    def _show_extras(self, plan: Plan | None) -> None:
        interactions, reviews = (plan.interactions, plan.reviews) if plan else ((), ())
        tests = plan.monitoring if plan else ()
        self.never.say(never_text(plan, self.catalogue))
        self.together.show_rows(interactions, lambda i: interaction_card(i, self.catalogue))
        self.decisions.show_rows(reviews, review_card)
        self.calendar.show_rows((tests,) if tests else (), lambda all_: calendar_fold(all_, self.catalogue))

    def _show_rest(self, rest: tuple[Item, ...]) -> None:
        if rest == self._rest and self.folded is not None:
            return
        was_open = self.folded is not None and self.folded.button.isChecked()
        empty(self._rest_slot)
        self._rest, self.folded = rest, None
        if not rest:
            return

        def fill(column: QVBoxLayout) -> None:
            for item in rest:
                column.addWidget(compact_row(item, self.catalogue, self._chooser, self.follow.emit))
            for named in self.session.plan.disabled if self.session.plan else ():
                column.addWidget(disabled_line(named))

        self.folded = Fold(f"Not indicated ({len(rest)})", fill)
        self.folded.button.setChecked(was_open)
        self._rest_slot.addWidget(self.folded)

    def card_of(self, drug: str) -> PlanCard | None:
        """The card of a drug, where it has one."""
        return next((c for c in self.cards() if c.item.drug == drug), None)

    def cards(self) -> list[PlanCard]:
        """All cards, in order."""
        return [c for g in self._groups.values() for c in g.cards]

    def _focused_drug(self) -> str:
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None and not isinstance(widget, Page):
            if isinstance(widget, PlanCard):
                return widget.item.drug
            widget = widget.parentWidget()
        return ""

    def _focus_drug(self, drug: str) -> None:
        if (found := self.card_of(drug)) is not None:
            found.focus_first()


class _Group(QWidget):
    """A line of therapy and its cards."""

    def __init__(self, title: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(8)
        column.addWidget(text_label(title, "heading"))
        self._slot = QVBoxLayout()
        self._slot.setSpacing(8)
        column.addLayout(self._slot)
        self._items: list[Item] | None = None
        self.cards: list[PlanCard] = []

    def show_items(self, items: list[Item], make: Callable[[Item], PlanCard]) -> None:
        """Draw the cards anew where the items differ."""
        if items != self._items:
            empty(self._slot)
            self.cards = [make(i) for i in items]
            for card in self.cards:
                self._slot.addWidget(card)
            self._items = items
        self.setVisible(bool(items))


def instead_of(item: Item, items: tuple[Item, ...], catalogue: Catalogue) -> list[Item]:
    """What can stand in place of a drug: the others of its kind, the acceptable ones first."""
    kind = rivals(item.drug, catalogue) - {item.drug}
    others = [i for i in items if i.drug in kind and i.status in ORDER]
    return sorted(others, key=lambda i: ORDER.index(i.status))
