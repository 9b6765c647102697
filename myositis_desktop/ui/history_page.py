"""The history: visits, decisions and signed plans of the patient, the latest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QVBoxLayout, QWidget

from myositis_desktop.engine.inputs import scale_maximum
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Decision, Findings
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import ACTION_WORDS
from myositis_desktop.model.trend import Trend
from myositis_desktop.ui.dialogs import Dialog, MessageDialog
from myositis_desktop.ui.document_entries import TITLES, moment_text
from myositis_desktop.ui.icons import Sign
from myositis_desktop.ui.next_visit import NextVisitDialog
from myositis_desktop.ui.pieces import Button, Page, card, empty, row_of, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.trend_charts import SvgChart, TrendCharts
from myositis_desktop.ui.wording import day_text

if TYPE_CHECKING:
    from myositis_desktop.clinic import FiledDocument


_TOLD = (
    ("lab.ck", "CK"),
    ("measure.mmt8", "MMT-8"),
    ("measure.cmas", "CMAS"),
    ("measure.physician_global", "physician global"),
    ("body.weight", "weight"),
)
"""The findings of a visit that stand in its line."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline."""

    day: date
    sign: str
    title: str
    text: str
    plan: str = ""
    """Number of a filed plan that can be opened."""


def events_of(case: Case, filed: "tuple[FiledDocument, ...]") -> list[Event]:
    """Visits, the assessment on screen, decisions and signed plans, the latest first."""
    here = f"{len(case.findings)} findings known; on screen now{_measures(case.findings)}"
    out = [Event(case.assessed_on, "person", "Assessment", here)]
    out += [
        Event(v.on, "person", "Visit", f"{len(v.findings)} findings known{_measures(v.findings)}") for v in case.visits
    ]
    out += [
        Event(d.on, "chosen", f"Decision: {ACTION_WORDS[d.action]}", _decided(d)) for d in case.preferences.decisions
    ]
    superseded = {d.supersedes: d.plan_number for d in filed if d.supersedes}
    plans: dict[str, list[FiledDocument]] = {}
    for document in filed:
        plans.setdefault(document.plan_number, []).append(document)
    for number, documents in plans.items():
        first = documents[0]
        names = " and ".join(TITLES.get(d.kind, d.kind).lower() for d in documents)
        later = f" Superseded by {superseded[number]}." if number in superseded else ""
        text = f"{names[0].upper()}{names[1:]}, signed {moment_text(first.signed_at)} by {first.signer}.{later}"
        out.append(Event(first.signed_at.astimezone().date(), "pen", f"Plan {number}", text, number))
    return sorted(out, key=lambda e: e.day, reverse=True)


def _measures(findings: Findings) -> str:
    """. CK 900 U/L, MMT-8 72 of 80, physician 2: what tells the course."""
    said = []
    for id_, name in _TOLD:
        found = findings.get(id_)
        if found is not None and found.entered is not None:
            top = scale_maximum(found)
            unit = found.entered.unit if top is None else f"of {text_of(top)}"
            said.append(f"{name} {text_of(found.entered.value)} {unit}")
    return f". {', '.join(said)}" if said else ""


def _decided(decision: Decision) -> str:
    dose = "" if decision.dose_mg is None else f"At {text_of(decision.dose_mg)} mg a day. "
    return f"{dose}{decision.reason or ''}".strip()


class HistoryPage(Page):
    """A card for each event; a signed plan can be opened."""

    open_plan = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.events: list[Event] = []
        self.next = Button("Next assessment…", "primary", "plus", tip="Assess the patient on a later day")
        self.next.clicked.connect(self._ask_next)
        self.dialog: NextVisitDialog | None = None
        self.named: ConfirmCalendar | None = None
        self.calendar = Button("Calendar file…", tip="Visits, steps and tests for a calendar program (.ics)")
        self.calendar.clicked.connect(self._ask_calendar)
        self.column.addLayout(row_of(self.next, self.calendar))
        self._slot = QVBoxLayout()
        self._slot.setSpacing(8)
        self.column.addLayout(self._slot)
        self.charts = TrendCharts(self._save_chart)
        self.column.addWidget(self.charts)
        self.column.addStretch(1)
        session.opened.connect(self._refresh_if_seen)
        session.decided.connect(self._refresh_if_seen)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.refresh()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Draw the timeline anew."""
        empty(self._slot)
        session = self._session
        for button in (self.next, self.calendar):
            button.setVisible(session.case is not None)
        self.charts.setVisible(session.case is not None and session.plan is not None)
        if session.case is None or session.patient_id is None:
            self._slot.addWidget(text_label("Open a patient at the left, or add one with Ctrl+N.", "muted"))
            return
        self.events = events_of(session.case, session.clinic.filed(session.patient_id))
        for event in self.events:
            self._slot.addWidget(self._card(event))
        if session.plan is not None:
            self.charts.show_charts(session.clinic.charts(session.case, session.plan))

    def _ask_next(self) -> None:
        if self._session.case is not None:
            self.dialog = NextVisitDialog(self._session, self.window())
            self.dialog.open()

    def _ask_calendar(self) -> None:
        if self._session.patient_id is not None:
            self.named = ConfirmCalendar(self._save_calendar, self.window())
            self.named.open()

    def _save_calendar(self, named: bool) -> None:
        session = self._session
        self._write(
            "calendar-exported",
            ("Save the calendar", "calendar.ics", "Calendar (*.ics)"),
            lambda: session.clinic.calendar(session.patient_id or 0, named=named),
        )

    def _save_chart(self, trend: Trend, chart: SvgChart) -> None:
        self._write("chart-exported", ("Save the chart", f"{trend.id}.png", "Picture (*.png)"), chart.png)

    def _write(self, event: str, ask: tuple[str, str, str], make: Callable[[], bytes]) -> None:
        """Write what is made where the user says; what is unsaved is saved first."""
        session = self._session
        path = self.ask_save(*ask)
        if path is None or session.patient_id is None:
            return
        try:
            session.flush()
            session.clinic.export_bytes(session.patient_id, event, make(), path)
        except UserError as error:
            MessageDialog("Not saved", str(error), self.window()).open()

    def ask_save(self, title: str, name: str, kinds: str) -> Path | None:
        """Where to write; None: the user thought better of it."""
        path, _ = QFileDialog.getSaveFileName(self, title, str(Path.home() / name), kinds)
        return Path(path) if path else None

    def _card(self, event: Event) -> QFrame:
        frame, column = card()
        column.setSpacing(4)
        row = row_of(Sign(event.sign, "accent"), text_label(day_text(event.day), "muted", wrap=False))
        row.insertWidget(2, text_label(event.title, "strong", wrap=False))
        if event.plan:
            button = Button("Open", "quiet")
            button.setAccessibleName(f"Open {event.title}")
            button.clicked.connect(lambda: self.open_plan.emit(event.plan))
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(text_label(event.text))
        return frame


class ConfirmCalendar(Dialog):
    """Asks whether the name of the patient goes into the file; it does not unless that is asked for."""

    def __init__(self, done: Callable[[bool], None], parent: QWidget | None = None) -> None:
        super().__init__("Calendar file", parent)
        self._done = done
        said = text_label(
            "Visits, steps of the taper, tests and reviews, as whole days. Calendars are often shared: without the "
            "name nothing in the file tells whose dates they are."
        )
        said.setMinimumWidth(self.minimumWidth() - 48)
        self.column.addWidget(said)
        self.name = QCheckBox("Put the name of the patient into each entry")
        self.column.addWidget(self.name)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Save…", self._finish, "primary")

    def _finish(self) -> None:
        named = self.name.isChecked()
        self.accept()
        self._done(named)
