"""The history: visits, decisions and signed plans of the patient, the latest first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from myositis_desktop.engine.inputs import scale_maximum
from myositis_desktop.model.case import Case, Decision, Findings
from myositis_desktop.model.number import text_of
from myositis_desktop.ui.document_entries import TITLES, moment_text
from myositis_desktop.ui.follow_card import TITLES as TITLES_OF
from myositis_desktop.ui.icons import Sign
from myositis_desktop.ui.next_visit import NextVisitDialog
from myositis_desktop.ui.pieces import Button, Page, card, empty, row_of, text_label
from myositis_desktop.ui.session import Session
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
    out += [Event(d.on, "chosen", f"Decision: {TITLES_OF[d.action]}", _decided(d)) for d in case.preferences.decisions]
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
        self.column.addLayout(row_of(self.next))
        self._slot = QVBoxLayout()
        self._slot.setSpacing(8)
        self.column.addLayout(self._slot)
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
        self.next.setVisible(session.case is not None)
        if session.case is None or session.patient_id is None:
            self._slot.addWidget(text_label("Open a patient at the left, or add one with Ctrl+N.", "muted"))
            return
        self.events = events_of(session.case, session.clinic.filed(session.patient_id))
        for event in self.events:
            self._slot.addWidget(self._card(event))

    def _ask_next(self) -> None:
        if self._session.case is not None:
            self.dialog = NextVisitDialog(self._session, self.window())
            self.dialog.open()

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
