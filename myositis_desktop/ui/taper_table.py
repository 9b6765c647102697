"""The taper as a table: every step with its days, tablets and the sum so far."""

from decimal import Decimal

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper, TaperStep
from myositis_desktop.ui.wording import day_text

_PADDING = 12
"""Pixels that the theme leaves at each side of a cell's text, and a little more."""
COLUMNS = ("From", "To", "Days", "mg a day", "Tablets a day", "Sum mg", "Note")


def tablets_text(tablets: tuple[tuple[Decimal, Decimal], ...]) -> str:
    """2 × 20 mg + ½ × 5 mg."""
    counts = ((mg, text_of(n).replace("0.5", "½") if n < 1 else text_of(n).replace(".5", "½")) for mg, n in tablets)
    return " + ".join(f"{n} × {text_of(mg)} mg" for mg, n in counts) or "none"


def in_step(step: TaperStep) -> dict[Decimal, Decimal]:
    """Strength in mg -> tablets of a whole step, the largest first. On alternate days the first dose begins."""
    second = 0 if step.alternate_mg is None else step.days // 2
    counts: dict[Decimal, Decimal] = {}
    for tablets, days in ((step.tablets, step.days - second), (step.alternate_tablets, second)):
        for mg, number in tablets:
            counts[mg] = counts.get(mg, Decimal(0)) + number * days
    return dict(sorted(counts.items(), reverse=True))


def in_step_text(step: TaperStep) -> str:
    """56 + 28 in the step: in the order of the tablets above it; on alternate days each with its strength."""
    counts = in_step(step)
    if step.alternate_mg is not None:
        return f"{tablets_text(tuple((mg, n) for mg, n in counts.items() if n))} in the step"
    return f"{' + '.join(text_of(n) for n in counts.values()) or 'none'} in the step"


def step_mg(step: TaperStep) -> Decimal:
    """What is swallowed in one step, in mg. On alternate days the first dose begins."""
    if step.alternate_mg is None:
        return step.dose_mg * step.days
    return step.dose_mg * ((step.days + 1) // 2) + step.alternate_mg * (step.days // 2)


def rows_of(taper: Taper) -> list[tuple[str, ...]]:
    """The texts of the table, one tuple a step, in the order of COLUMNS."""
    out: list[tuple[str, ...]] = []
    total = Decimal(0)
    for step in taper.steps:
        total += step_mg(step)
        dose, tablets = text_of(step.dose_mg), tablets_text(step.tablets)
        if step.alternate_mg is not None:
            dose += f" / {text_of(step.alternate_mg)}"
            tablets += f", next day {tablets_text(step.alternate_tablets)}"
        tablets += f"\n{in_step_text(step)}"
        days = str(step.days)
        out.append((day_text(step.start), day_text(step.end), days, dose, tablets, text_of(total), step.note or ""))
    return out


class TaperTable(QTableWidget):
    """Reads like a list: rows are chosen as a whole, Tab leaves it, nothing in it is cut."""

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._filling = False
        self.setHorizontalHeaderLabels(COLUMNS)
        self.setAccessibleName("Steps of the taper")
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        self._size_columns(QHeaderView.ResizeMode.ResizeToContents)
        header.sectionResized.connect(lambda *_: self._fit())

    def _size_columns(self, mode: QHeaderView.ResizeMode) -> None:
        """How wide every column but the note is."""
        for column in range(len(COLUMNS) - 1):
            self.horizontalHeader().setSectionResizeMode(column, mode)

    def show_taper(self, taper: Taper) -> None:
        """Fill the table anew."""
        self._filling = True  # each cell would measure its column anew, and with it every row
        self._size_columns(QHeaderView.ResizeMode.Fixed)
        self._fill(rows_of(taper))
        self._size_columns(QHeaderView.ResizeMode.ResizeToContents)
        self._filling = False
        self._fit()

    def _fill(self, rows: list[tuple[str, ...]]) -> None:
        self.setRowCount(len(rows))
        for r, texts in enumerate(rows):
            for c, text in enumerate(texts):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignRight if c in (2, 3, 5) else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(r, c, item)
        for c in (2, 3, 5):
            if (head := self.horizontalHeaderItem(c)) is not None:
                head.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _fit(self) -> None:
        """As tall as its rows: the page scrolls, not the table in it."""
        if self._filling:
            return
        for row in range(self.rowCount()):
            self.setRowHeight(row, max(self.sizeHintForRow(row), self._note_height(row)))
        rows = sum(self.rowHeight(r) for r in range(self.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 4)

    def _note_height(self, row: int) -> int:
        """Pixels that the note needs: the row height that Qt makes for wrapped text falls short by its padding."""
        note, last = self.item(row, len(COLUMNS) - 1), len(COLUMNS) - 1
        if note is None:
            return 0
        room = QRect(0, 0, max(1, self.columnWidth(last) - 2 * _PADDING), 10_000)
        words = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, note.text())
        return words.height() + _PADDING
