"""One drug or measure of the plan: status, dose with its arithmetic, reasons, needs, and what can be done with it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout

from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Dose, Due, Item
from myositis_desktop.ui.choices import NEEDS_REASON, Chooser
from myositis_desktop.ui.flow import FlowLayout
from myositis_desktop.ui.pieces import Button, Fold, card, chip, row_of, status_chip, text_label
from myositis_desktop.ui.reasons import Follow, needs_label
from myositis_desktop.ui.wording import VERIFY, capitalised, day_text, drug_label

REASONS_SHOWN = 3


class PlanCard(QFrame):
    """The card of one item. It shows the plan and asks the chooser; it changes nothing itself."""

    def __init__(
        self, item: Item, instead: Sequence[Item], catalogue: Catalogue, chooser: Chooser, follow: Follow
    ) -> None:
        super().__init__()
        self.item = item
        self._instead = instead
        self._catalogue, self._chooser, self._follow = catalogue, chooser, follow
        self.label = drug_label(catalogue, item.drug)
        self.setProperty("card", "chosen" if item.chosen else "true")
        self.setAccessibleName(f"{self.label}: {catalogue.word('status', item.status)}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addLayout(self._head())
        if item.dose and item.status != "not-indicated":
            self._add_dose(column, item.dose)
        self._add_reasons(column)
        self._add_more(column)

    def _head(self) -> QHBoxLayout:
        item, word = self.item, self._catalogue.word
        named = FlowLayout()
        named.setContentsMargins(0, 4, 0, 0)  # level with the buttons beside it
        named.addWidget(text_label(self.label, "heading", wrap=False))
        named.addWidget(status_chip(item.status, word("status", item.status)))
        if item.chosen:
            named.addWidget(chip("Chosen by you", "chosen", "accent"))
        elif item.continued:
            named.addWidget(chip("Goes on", "continued", "muted"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(named, 1)
        for button in self._buttons():
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _buttons(self) -> list[Button]:
        item = self.item
        out = []
        if item.line != "supportive" and (item.chosen or item.status != "recommended" or self._instead):
            out.append(self._choice_button())
        if (
            item.dose
            and item.dose.value is not None
            and (item.chosen or item.status == "recommended")
            and item.line != "supportive"
        ):
            out.append(
                self._button("Dose…", lambda: self._chooser.dose(item), f"Another dose of {self.label}, with a reason")
            )
        out.append(
            self._button("Why", lambda: self._follow(f"why:item:{item.drug}"), "Rule, findings and sources", "quiet")
        )
        return out

    def _choice_button(self) -> Button:
        item = self.item
        if item.chosen:
            return self._button("Remove choice", lambda: self._chooser.remove(item), "Let the plan decide again")
        if item.status in NEEDS_REASON:
            return self._button("Override…", lambda: self._chooser.choose(item), "Choose it with a reason")
        if item.status == "recommended":
            return self._button("Choose instead…", self._open_menu, f"Choose another drug in place of {self.label}")
        return self._button("Choose", lambda: self._chooser.choose(item), f"Choose {self.label}")

    def _button(self, text: str, slot: Callable[[], None], tip: str, kind: str = "secondary") -> Button:
        out = Button(text, kind, tip=tip)
        out.setAccessibleName(f"{text.rstrip('…')}: {self.label}")
        out.clicked.connect(slot)
        return out

    def focus_first(self) -> None:
        """Give the focus to the first button of the card."""
        buttons = self.findChildren(Button)
        if buttons:
            buttons[0].setFocus()

    def _open_menu(self) -> None:
        sender = self.sender()
        menu = self.alternatives()
        place = sender if isinstance(sender, Button) else self
        menu.popup(place.mapToGlobal(QPoint(0, place.height() + 4)))

    def alternatives(self) -> QMenu:
        """The menu of what can be chosen in place of this drug."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for other in self._instead:
            status = self._catalogue.word("status", other.status)
            more = "…" if other.status in NEEDS_REASON else ""
            action = menu.addAction(f"{drug_label(self._catalogue, other.drug)} ({status}){more}")
            action.triggered.connect(lambda _checked=False, other=other: self._chooser.choose(other))
        return menu

    def _add_dose(self, column: QVBoxLayout, dose: Dose) -> None:
        supportive = self.item.line == "supportive"
        big = text_label(capitalised(dose.text) if supportive else dose.text, "" if supportive else "title")
        big.setProperty("dose", "true")
        column.addWidget(big)
        if dose.arithmetic:
            column.addWidget(text_label(dose.arithmetic, "small"))

    def _add_reasons(self, column: QVBoxLayout) -> None:
        item = self.item
        if item.override_reason:
            said = text_label(f"Chosen against the plan. Reason: {item.override_reason}")
            said.setProperty("ink", "red")
            column.addWidget(said)
        texts = list(dict.fromkeys(r.text for r in item.because))
        for text in texts[:REASONS_SHOWN]:
            column.addWidget(text_label(text))
        if len(texts) > REASONS_SHOWN:
            column.addWidget(text_label(f"{len(texts) - REASONS_SHOWN} more under Why", "small"))
        if unsure(item, self._catalogue):
            column.addWidget(text_label(f"Rests on a source of medium or low confidence: {VERIFY}.", "small"))
        if item.needs:
            column.addWidget(needs_label(item.needs, self._catalogue, self._follow, "Needs:"))
        if item.trial_weeks:
            column.addWidget(text_label(f"A trial of {item.trial_weeks} weeks with a fixed end.", "muted"))

    def _add_more(self, column: QVBoxLayout) -> None:
        if self.item.status == "not-indicated":
            return
        for said in before_and_steps(self.item, self._catalogue):
            column.addWidget(text_label(said, "small"))
        watch = ", ".join(self._catalogue.word("test", m) for m in self.item.monitoring)
        lines = [*([f"Watch: {watch}"] if watch else []), *(f"Tell: {c}" for c in self.item.counselling)]
        if self.item.card is not None:
            lines += [f"{head}: {words}" for head, words in self.item.card.lines()]
        if not lines:
            return

        def fill(inside: QVBoxLayout) -> None:
            for line in lines:
                inside.addWidget(text_label(line))

        title = "Monitoring, counselling, limits" if self.item.card is not None else "Monitoring and counselling"
        column.addWidget(Fold(f"{title} ({len(lines)})", fill))


def before_and_steps(item: Item, catalogue: Catalogue) -> list[str]:
    """Checks before the first dose and the doses after it by date, for what is begun now."""
    lines = []
    if item.card is not None and not item.continued and (item.status == "recommended" or item.chosen):
        lines.append(f"Before the first dose: {item.card.before()}")
    lines += [f"{due_day(d)}: {d.text}" for d in item.due]
    if item.step_up:
        steps = (f"{day_text(s.on)} {text_of(s.value)} {catalogue.word('unit', s.unit)}" for s in item.step_up)
        lines.append(f"Dose by date: {'; '.join(steps)}. {item.step_up_text}")
    return lines


def due_day(due: Due) -> str:
    """The day on which something is due, or the first and the last."""
    return day_text(due.on) if due.until is None else f"{day_text(due.on)} to {day_text(due.until)}"


def unsure(item: Item, catalogue: Catalogue) -> bool:
    """Whether any source of the item is of medium or low confidence."""
    known = (catalogue.sources.get(s) for r in item.because for s in r.sources)
    return any(s is not None and s.confidence != "high" for s in known)


def compact_row(item: Item, catalogue: Catalogue, chooser: Chooser, follow: Follow) -> QFrame:
    """One line for what is not indicated: name, reason, what can be done."""
    frame, column = card()
    label = drug_label(catalogue, item.drug)
    row = row_of(
        text_label(label, "strong", wrap=False), status_chip(item.status, catalogue.word("status", item.status))
    )
    if item.line != "supportive":
        override = Button("Override…", tip="Choose it with a reason")
        override.setAccessibleName(f"Override: {label}")
        override.clicked.connect(lambda: chooser.choose(item))
        row.addWidget(override)
    why = Button("Why", "quiet", tip="Rule, findings and sources")
    why.setAccessibleName(f"Why: {label}")
    why.clicked.connect(lambda: follow(f"why:item:{item.drug}"))
    row.addWidget(why)
    column.setSpacing(4)
    column.addLayout(row)
    for text in dict.fromkeys(r.text for r in item.because):
        column.addWidget(text_label(text, "muted"))
    return frame
