"""The tablets of the clinic: which strengths are there, which may be halved, how many lie in a box and on the shelf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from myositis_desktop.exchange.preferences import MAX_PACK, MAX_STOCK
from myositis_desktop.model.case import TabletStock
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import text_label

_HEADS = ("Strength", "At hand", "May be halved", "Gastro-resistant", "Tablets in a box", "Tablets in stock")


@dataclass(frozen=True, slots=True)
class StrengthRow:
    """The fields of one strength."""

    mg: Decimal
    at_hand: QCheckBox
    halve: QCheckBox
    resistant: QCheckBox
    pack: QLineEdit
    stock: QLineEdit

    def fields(self) -> tuple[QWidget, ...]:
        return self.at_hand, self.halve, self.resistant, self.pack, self.stock

    def tell(self) -> None:
        """What can be said of a strength that is not there, and of one that may not be cut."""
        there = self.at_hand.isChecked()
        for widget in self.fields()[2:]:
            widget.setEnabled(there)
        if self.resistant.isChecked():
            self.halve.setChecked(False)
        self.halve.setEnabled(there and not self.resistant.isChecked())


class StockDialog(Dialog):
    """One line for each strength. A gastro-resistant tablet is never halved."""

    def __init__(
        self,
        strengths: Sequence[Decimal],
        tablets: Sequence[TabletStock],
        done: Callable[[tuple[TabletStock, ...] | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Tablets and stock", parent, width=680)
        self._done = done
        self.column.addWidget(
            text_label("Without any strength the pills on the page apply again. Empty: not counted.", "muted")
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        for at, head in enumerate(_HEADS):
            grid.addWidget(text_label(head, "caption", wrap=False), 0, at)
        known = {t.mg: t for t in tablets}
        self.rows = [self._row(grid, n, mg, known.get(mg)) for n, mg in enumerate(sorted(strengths), 1)]
        self.column.addLayout(grid)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Use these tablets", self._finish, "primary")

    def _row(self, grid: QGridLayout, at: int, mg: Decimal, known: TabletStock | None) -> StrengthRow:
        row = StrengthRow(mg, QCheckBox(), QCheckBox(), QCheckBox(), QLineEdit(), QLineEdit())
        grid.addWidget(text_label(f"{mg} mg", "strong", wrap=False), at, 0)
        for column, (widget, head) in enumerate(zip(row.fields(), _HEADS[1:], strict=True), 1):
            widget.setAccessibleName(f"{mg} mg: {head}")
            grid.addWidget(widget, at, column, Qt.AlignmentFlag.AlignVCenter)
        if known is not None:
            row.at_hand.setChecked(True)
            row.halve.setChecked(known.may_halve)
            row.resistant.setChecked(known.gastro_resistant)
            row.pack.setText("" if known.pack is None else str(known.pack))
            row.stock.setText("" if known.stock is None else str(known.stock))
        row.at_hand.toggled.connect(row.tell)
        row.resistant.toggled.connect(row.tell)
        row.tell()
        return row

    def _finish(self) -> None:
        found = []
        for row in self.rows:
            if not row.at_hand.isChecked():
                continue
            pack, stock = _number(row.pack.text(), 1, MAX_PACK), _number(row.stock.text(), 0, MAX_STOCK)
            if pack is _WRONG or stock is _WRONG:
                self.complain(f"{row.mg} mg: write tablets as whole numbers, in a box at least 1; or leave them empty.")
                return
            found.append(TabletStock(row.mg, row.halve.isChecked(), stock, pack, row.resistant.isChecked()))
        self.accept()
        self._done(tuple(sorted(found, key=lambda t: -t.mg)) or None)


_WRONG = -1


def _number(text: str, low: int, high: int) -> int | None:
    """A number of tablets; None: nothing is written; `_WRONG`: no such number."""
    text = text.strip()
    if not text:
        return None
    good = text.isascii() and text.isdigit() and len(text) <= 7 and low <= int(text) <= high
    return int(text) if good else _WRONG
