"""What can be set about the taper. Each control edits the case; nothing is set until the clinician sets it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from myositis_desktop.engine.tablets import tablets_at_hand
from myositis_desktop.engine.taper_edits import moved
from myositis_desktop.model.case import Case, TabletStock, TaperPreferences
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper
from myositis_desktop.ui.flow import FlowLayout
from myositis_desktop.ui.pieces import Band, Button, row_of, text_label
from myositis_desktop.ui.schedule_editor import ScheduleDialog
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.stock_editor import StockDialog
from myositis_desktop.ui.wording import day_text, read_day


class TaperControls(QWidget):
    """Schedule, start, days at the first dose, tablet strengths, halves."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._catalogue = session.clinic.catalogue
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid)
        self._build_fields()
        column.addWidget(text_label("Tablets at hand", "caption"))
        column.addLayout(self._build_strengths())
        self.write_schedule = Button("Schedule of the clinic…", tip="Write a schedule of your own")
        self.write_schedule.clicked.connect(self._ask_schedule)
        self.stock = Button("Tablets and stock…", tip="Halves, boxes and stock of each strength")
        self.stock.clicked.connect(self._ask_stock)
        column.addLayout(row_of(self.write_schedule, self.stock))
        self.dialog: ScheduleDialog | StockDialog | None = None
        self._dose = Decimal(60)
        self.own = Band("blue", "info")
        back = Button("Back to a schedule")
        back.clicked.connect(self._drop_own)
        self.own.add(back)
        self.own.hide()
        column.addWidget(self.own)

    def _build_fields(self) -> None:
        self.schedule = _Choice()
        self.schedule.addItem("Default for this patient", None)
        for id_ in self._catalogue.lists.get("schedules", ()):
            self.schedule.addItem(self._catalogue.word("schedule", id_), id_)
        self.schedule.activated.connect(self._set_schedule)
        self.start = QLineEdit()
        self.start.editingFinished.connect(self._set_start)
        self.hold = QLineEdit()
        self.hold.editingFinished.connect(self._set_hold)
        self._notes: dict[QWidget, QLabel] = {}
        for place, (label, widget) in enumerate(
            (("Schedule", self.schedule), ("First day", self.start), ("Days at the first dose", self.hold))
        ):
            caption = text_label(label, "caption", wrap=False)
            caption.setBuddy(widget)
            widget.setAccessibleName(label)
            note = text_label("", "error")
            note.hide()
            self._notes[widget] = note
            for row, part in enumerate((caption, widget, note)):
                self._grid.addWidget(part, row, place)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)

    def _build_strengths(self) -> FlowLayout:
        row = FlowLayout()
        self.standard = self._pill("Standard set", self._set_standard, "The strengths that the plan uses by itself")
        row.addWidget(self.standard)
        self.strengths: dict[Decimal, Button] = {}
        for text in self._catalogue.lists.get("strengths_mg", ()):
            pill = self._pill(f"{text} mg", partial(self._toggle, Decimal(text)), f"Tablets of {text} mg are at hand")
            self.strengths[Decimal(text)] = pill
            row.addWidget(pill)
        self.halves = self._pill("Halves allowed", self._set_halves, "Tablets may be halved")
        row.addWidget(self.halves)
        return row

    def _pill(self, text: str, slot: Callable[[], None], tip: str) -> Button:
        out = Button(text, "pill", tip=tip)
        out.setCheckable(True)
        out.clicked.connect(lambda _checked: slot())
        return out

    def show_case(self, case: Case, taper: Taper | None) -> None:
        """Show what the case says, and beside it what applies by default."""
        wish = case.preferences.taper
        if taper is not None:
            self._dose = max(s.dose_mg for s in taper.steps)
        self.schedule.setCurrentIndex(max(0, self.schedule.findData(wish.schedule)))
        first = wish.steps[0].start if wish.steps else wish.start
        self._show_text(self.start, day_text(first) if first else "")
        self.start.setPlaceholderText(f"Default: {day_text(taper.starts)}" if taper else "2026-11-23")
        self._show_text(self.hold, str(wish.hold_days) if wish.hold_days else "")
        self.hold.setPlaceholderText("Default")
        self._show_strengths(wish.strengths_mg)
        self.halves.setChecked(bool(wish.half_tablets))
        self.own.say(self._own_text(wish))

    def _show_strengths(self, chosen: tuple[Decimal, ...] | None) -> None:
        self.standard.setChecked(chosen is None)
        for mg, pill in self.strengths.items():
            pill.setChecked(chosen is not None and mg in chosen)

    def _show_text(self, edit: QLineEdit, text: str) -> None:
        if not edit.hasFocus() or not edit.isModified():
            edit.setText(text)
            self._complain(edit, "")

    def _own_text(self, wish: TaperPreferences) -> str:
        if wish.steps is not None:
            return "The steps were written by the clinician; schedule and days at the first dose do not apply."
        if wish.custom is not None:
            return "The clinic's own schedule applies."
        if wish.tablets is not None:
            return "The tablets and stock of the case file apply: " + ", ".join(
                f"{text_of(t.mg)} mg" for t in wish.tablets
            )
        return ""

    def note_of(self, edit: QLineEdit) -> str:
        """What stands under a field; "" where nothing is wrong."""
        return self._notes[edit].text()

    def _complain(self, edit: QLineEdit, text: str) -> None:
        self._notes[edit].setText(text)
        self._notes[edit].setVisible(bool(text))
        edit.setProperty("wrong", "true" if text else "false")
        edit.style().unpolish(edit)
        edit.style().polish(edit)

    def _wish(self) -> TaperPreferences:
        return self._session.open_case.preferences.taper

    def _drop_own(self) -> None:
        """Put away the outermost of what replaces a schedule or its tablets; the rest stays as it is."""
        wish = self._wish()
        part = "steps" if wish.steps is not None else "custom" if wish.custom is not None else "tablets"
        self._session.edit_taper(replace(wish, **{part: None}), "Back to a schedule")

    def _ask_schedule(self) -> None:
        wish = self._wish()
        self.dialog = ScheduleDialog(wish.custom, self._dose, self._take_schedule, self.window())
        self.dialog.open()

    def _take_schedule(self, custom: Mapping[str, object]) -> None:
        self._session.edit_taper(replace(self._wish(), custom=custom, schedule=None), "Schedule of the clinic")

    def _ask_stock(self) -> None:
        strengths = [Decimal(s) for s in self._catalogue.lists.get("strengths_mg", ())]
        self.dialog = StockDialog(strengths, self._tablets(), self._take_stock, self.window())
        self.dialog.open()

    def _tablets(self) -> tuple[TabletStock, ...]:
        """What the dialog begins with: the tablets of the case, else the strengths that are used now."""
        return tablets_at_hand(self._wish(), self._session.clinic.pack.taper_rules)

    def _take_stock(self, tablets: tuple[TabletStock, ...] | None) -> None:
        self._session.edit_taper(replace(self._wish(), tablets=tablets), "Tablets and stock")

    def _set_schedule(self) -> None:
        wish = replace(self._wish(), schedule=self.schedule.currentData())
        self._session.edit_taper(wish, "Schedule of the taper")

    def _set_start(self) -> None:
        text = self.start.text().strip()
        day: date | None = read_day(text) if text else None
        if text and day is None:
            self._complain(self.start, "Write the day as 2026-11-23 or 23 Nov 2026.")
            return
        self._complain(self.start, "")
        self.start.setModified(False)
        wish = self._wish()
        if wish.steps is None:
            wish = replace(wish, start=day)
        elif day is not None:
            wish = replace(wish, start=None, steps=moved(wish.steps, day))
        self._session.edit_taper(wish, "First day of the taper")

    def _set_hold(self) -> None:
        text = self.hold.text().strip()
        low, high = self._catalogue.lists.get("hold_days", ("28", "42"))
        good = not text or (text.isascii() and text.isdigit() and int(low) <= int(text) <= int(high))
        self._complain(self.hold, "" if good else f"{low} to {high} days.")
        if good:
            self.hold.setModified(False)
            wish = replace(self._wish(), hold_days=int(text) if text else None)
            self._session.edit_taper(wish, "Days at the first dose")

    def _set_standard(self) -> None:
        self._set_strengths(None)

    def _toggle(self, mg: Decimal) -> None:
        """Put a strength in or out; without any the standard set applies again."""
        chosen = set(self._wish().strengths_mg or ()) ^ {mg}
        self._set_strengths(tuple(sorted(chosen, reverse=True)) or None)

    def _set_strengths(self, chosen: tuple[Decimal, ...] | None) -> None:
        self._session.edit_taper(replace(self._wish(), strengths_mg=chosen), "Tablet strengths")
        self._show_strengths(chosen)

    def _set_halves(self) -> None:
        self._session.edit_taper(replace(self._wish(), half_tablets=self.halves.isChecked()), "Half tablets")


class _Choice(QComboBox):
    """A choice that the wheel never changes."""

    opened = Signal()

    def wheelEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        if hasattr(event, "ignore"):
            event.ignore()
