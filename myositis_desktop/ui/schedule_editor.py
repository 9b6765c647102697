"""Writing a schedule of the clinic's own: its phases as lines of fields, checked as they are typed, with its doses."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from myositis_desktop.engine.schedules import CUSTOM_PLACE, Rung, Schedule, parse_custom
from myositis_desktop.model.number import text_of
from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Button, empty, row_of, text_label
from myositis_desktop.ui.pieces import field as line_field
from myositis_desktop.ui.theme import scaled

_BAND = re.compile(r"\s*above\s+([\d.]+)\D*?([\d.]+)\D*?(\d+)\D*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of phase: its key in the schedule, its title, and its fields by key."""

    key: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    """Fields that hold a list, written with commas."""


KINDS = (
    Kind("step", "Fixed step", {"by": "mg less", "days": "every … days", "above": "down to mg (0: to the end)"}),
    Kind("bands", "Bands"),
    Kind(
        "percent_of_previous",
        "Percentage of the dose before",
        {
            "percent_of_previous": "% of the dose before",
            "days": "every … days",
            "round_to": "rounded to mg",
            "ties": "ties up or down",
            "down_to": "down to mg",
        },
    ),
    Kind(
        "percents_of_start",
        "Percentages of the start dose",
        {"percents_of_start": "%, with commas", "days": "days each", "round_down_to": "rounded down to mg (or empty)"},
        ("percents_of_start",),
    ),
    Kind(
        "doses_mg",
        "Doses, also on alternate days",
        {"doses_mg": "mg, as 20, 15, 10/5", "days": "days each"},
        ("doses_mg",),
    ),
    Kind("hold_days", "Hold", {"hold_days": "days more at the dose before"}),
)


class PhaseRow(QFrame):
    """One phase."""

    changed = Signal()

    def __init__(self, phase: Mapping[str, Any], remove: Callable[["PhaseRow"], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.edits: dict[str, QLineEdit] = {}
        self.bands = QPlainTextEdit()
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of phase")
        for kind in KINDS:
            self.kind.addItem(kind.title, kind.key)
        gone = Button("Take out", "quiet")
        gone.clicked.connect(lambda: remove(self))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addLayout(row_of(self.kind, gone))
        self._grid = QGridLayout()
        column.addLayout(self._grid)
        self.kind.setCurrentIndex(self.kind.findData(kind_of(phase)))
        self._lay_out(phase)
        self.kind.currentIndexChanged.connect(lambda _at: self._lay_out({}))

    @property
    def key(self) -> str:
        """The kind that is chosen."""
        return str(self.kind.currentData())

    def _lay_out(self, phase: Mapping[str, Any]) -> None:
        empty(self._grid)
        self.edits = {}
        kind = next(k for k in KINDS if k.key == self.key)
        if kind.key == "bands":
            self._lay_out_bands(phase)
        for at, (name, label) in enumerate(kind.fields.items()):
            edit = QLineEdit(shown(_value(phase, kind.key, name)))
            edit.setAccessibleName(label)
            caption = text_label(label, "caption")
            caption.setBuddy(edit)
            self._grid.addWidget(caption, 2 * (at // 3), at % 3)
            self._grid.addWidget(edit, 2 * (at // 3) + 1, at % 3)
            edit.textChanged.connect(self.changed)
            self.edits[name] = edit
        self.changed.emit()

    def _lay_out_bands(self, phase: Mapping[str, Any]) -> None:
        self.bands = QPlainTextEdit("\n".join(band_text(b) for b in phase.get("bands", ())))
        self.bands.setTabChangesFocus(True)
        self.bands.setFixedHeight(scaled(96))
        self.bands.setAccessibleName("Bands, one a line")
        self.bands.setPlaceholderText("above 30: 10 mg less every 14 days")
        self.bands.textChanged.connect(self.changed)
        self._grid.addWidget(
            text_label("One band a line, the highest first: above 30: 10 mg less every 14 days", "caption"), 0, 0
        )
        self._grid.addWidget(self.bands, 1, 0)

    def data(self) -> dict[str, Any]:
        """The phase as the schedule has it."""
        if self.key == "bands":
            return {"bands": [read_band(line) for line in self.bands.toPlainText().splitlines() if line.strip()]}
        told = {name: edit.text().strip() for name, edit in self.edits.items()}
        if self.key == "step":
            return {"bands": [{"above": told["above"] or "0", "by": told["by"], "days": whole(told["days"])}]}
        kind = next(k for k in KINDS if k.key == self.key)
        return {n: _read(n, t, kind) for n, t in told.items() if t or n != "round_down_to"}


def _read(name: str, text: str, kind: Kind) -> Any:  # noqa: ANN401 - a text, a whole number or a list of the schedule
    if name in kind.lists:
        parts = [p.strip() for p in text.split(",") if p.strip()]
        return [[x.strip() for x in p.split("/")] if "/" in p else p for p in parts]
    return whole(text) if name in ("days", "hold_days") else text


def whole(text: str) -> int | str:
    """A whole number, or the text as it is, which the check then refuses."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else text


def kind_of(phase: Mapping[str, Any]) -> str:
    """The kind of a phase of a schedule."""
    bands = phase.get("bands")
    if bands is not None and len(bands) == 1:
        return "step"
    return next((k.key for k in KINDS if k.key in phase), "step")


def _value(phase: Mapping[str, Any], kind: str, name: str) -> object:
    if kind == "step":
        bands: Sequence[Mapping[str, Any]] = phase.get("bands") or ({},)
        return bands[0].get(name, "")
    return phase.get(name, "")


def shown(value: object) -> str:
    """A value of a schedule as it is typed."""
    if isinstance(value, list | tuple):
        return ", ".join("/".join(map(shown, v)) if isinstance(v, list | tuple) else shown(v) for v in value)
    return text_of(value) if isinstance(value, Decimal) else str(value)


def band_text(band: Mapping[str, Any]) -> str:
    """One band as a line."""
    return (
        f"above {shown(band.get('above', ''))}: {shown(band.get('by', ''))} mg less every {band.get('days', '')} days"
    )


def read_band(line: str) -> dict[str, Any]:
    """The band of a line; what cannot be read stands in `by`, where the check names it."""
    found = _BAND.match(line)
    if found is None:
        return {"above": "0", "by": line.strip(), "days": 1}
    return {"above": found[1], "by": found[2], "days": int(found[3])}


class ScheduleDialog(Dialog):
    """The whole schedule. Nothing is taken over while the check finds something; it says what, and in which phase."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        dose_mg: Decimal,
        done: Callable[[Mapping[str, Any]], None],
        parent: QWidget,
    ) -> None:
        super().__init__("Schedule of the clinic", parent, width=720)
        self._given, self._done, self._dose = dict(data or {}), done, dose_mg
        start = self._given.get("start", {})
        self.label = line_field(self.column, "Name", text=str(self._given.get("label", "")))
        self.days = line_field(self.column, "Days at the start dose", text=str(start.get("days", "")))
        self.rows: list[PhaseRow] = []
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.add_scroll(inside, scaled(300))
        for phase in self._given.get("phases", ()):
            self.add_phase(phase)
        if not self.rows:
            self.add_phase({})
        more = Button("Add a phase", "quiet", "plus")
        more.clicked.connect(lambda: self.add_phase({}))
        self.column.addLayout(row_of(more))
        self.preview = text_label("", "muted")
        self.preview.setMinimumWidth(self.minimumWidth() - 48)
        self.column.addWidget(self.preview)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Use this schedule", self._finish, "primary")
        for edit in (self.label, self.days):
            edit.textChanged.connect(self._check)
        self._check()

    def add_phase(self, phase: Mapping[str, Any]) -> PhaseRow:
        """One phase more at the end."""
        row = PhaseRow(phase, self._remove)
        row.changed.connect(self._check)
        self.rows.append(row)
        self._rows.addWidget(row)
        return row

    def _remove(self, row: PhaseRow) -> None:
        if len(self.rows) > 1:
            self.rows.remove(row)
            row.hide()
            row.deleteLater()
            self._check()

    def data(self) -> dict[str, Any]:
        """The schedule as it is written; what this dialog has no field for stays as it came."""
        label = " ".join(self.label.text().split())
        out = {k: v for k, v in self._given.items() if k != "label"}
        start = dict(self._given.get("start", {})) | {"days": whole(self.days.text().strip())}
        named = {"label": label} if label else {}
        return out | named | {"start": start, "phases": [r.data() for r in self.rows]}

    def _read(self) -> tuple[Schedule | None, Sequence[Problem]]:
        return parse_custom(self.data())

    def _check(self) -> None:
        if not hasattr(self, "go"):
            return
        schedule, problems = self._read()
        self.go.setEnabled(schedule is not None)
        self.preview.setText(
            preview_text(schedule, self._dose) if schedule else "\n".join(map(problem_text, problems[:3]))
        )

    def _finish(self) -> None:
        schedule, _ = self._read()
        if schedule is not None:
            self.accept()
            self._done(self.data())


def problem_text(problem: Problem) -> str:
    """Phase 2, days: what is wrong."""
    parts = problem.pointer.removeprefix(CUSTOM_PLACE).strip("/").split("/")
    if parts[0] == "phases" and len(parts) > 1:
        parts = [f"Phase {int(parts[1]) + 1}", *parts[2:]]
    where = ", ".join(p.replace("_", " ") if not p.isdigit() else f"no. {int(p) + 1}" for p in parts if p)
    return f"{where}: {problem.text}" if where else problem.text


def preview_text(schedule: Schedule, dose_mg: Decimal) -> str:
    """From 60 mg: 60 mg 28 days, 50 mg 14 days ... in all 200 days."""
    rungs = schedule.rungs(dose_mg)
    shown_ = ", ".join(_rung_text(r) for r in rungs)
    return f"From {text_of(dose_mg)} mg: {shown_}. In all {sum(r.days for r in rungs)} days."


def _rung_text(rung: Rung) -> str:
    dose = text_of(rung.dose_mg)
    if rung.alternate_mg is not None:
        dose += f"/{text_of(rung.alternate_mg)}"
    return f"{dose} mg {rung.days} d"
