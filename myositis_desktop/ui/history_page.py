"""The history: visits and signed plans of the patient, the latest first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from myositis_desktop.model.case import Case
from myositis_desktop.ui.document_entries import TITLES, moment_text
from myositis_desktop.ui.icons import Sign
from myositis_desktop.ui.pieces import Button, Page, card, empty, row_of, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.wording import day_text

if TYPE_CHECKING:
    from myositis_desktop.clinic import FiledDocument


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
    """Visits, the assessment on screen and signed plans, the latest first."""
    out = [Event(case.assessed_on, "person", "Assessment", f"{len(case.findings)} findings known; on screen now")]
    out += [Event(v.on, "person", "Visit", f"{len(v.findings)} findings known") for v in case.visits]
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


class HistoryPage(Page):
    """A card for each event; a signed plan can be opened."""

    open_plan = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.events: list[Event] = []
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
        if session.case is None or session.patient_id is None:
            self._slot.addWidget(text_label("Open a patient at the left, or add one with Ctrl+N.", "muted"))
            return
        self.events = events_of(session.case, session.clinic.filed(session.patient_id))
        for event in self.events:
            self._slot.addWidget(self._card(event))

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
