"""What every control of a finding has in common: its finding, its details, its problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from myositis_desktop.model.case import Finding
from myositis_desktop.model.catalogue import FindingSpec
from myositis_desktop.ui.widgets.edits import NoteLabel
from myositis_desktop.ui.wording import day_text

NOTE_AFTER_MS = 600

Lists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Details:
    """What may be said of a finding besides its value."""

    on: date | None = None
    assay: str | None = None
    strength: str | None = None

    def text(self) -> str:
        """2 Nov 2026 · line blot · strong."""
        parts = (day_text(self.on) if self.on else None, self.assay, self.strength)
        return " · ".join(p for p in parts if p)


@dataclass(frozen=True, slots=True)
class Note:
    """A line under a field: "note", "amber" (used, to be checked) or "red" (not used)."""

    level: str
    text: str


class FindingControl(QWidget):
    """A control that holds one finding or none; none is unknown.

    The finding is kept as it was loaded until the clinician edits it, so that opening and saving a case changes
    nothing. What cannot be read stays as text in the field, is not part of the finding, and says so.
    """

    takes_details = True
    """Whether day, assay and the like may be said of it; not so for fields that are no finding, as the sex."""
    changed = Signal()
    """The clinician has changed the finding; loading does not tell."""
    stepped = Signal(int)
    """The clinician wants to go on to the next control (1) or back (-1)."""
    marked = Signal()
    """What is written has become a problem, or is none any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = FindingSpec(id="", kind="", label="", help="", section="")
        self.details = Details()
        self._finding: Finding | None = None
        self._outside = ""
        self._was_wrong = False
        self._note_label: NoteLabel | None = None
        self._note_timer: QTimer | None = None

    def bind(self, spec: FindingSpec, lists: Lists) -> None:  # noqa: ARG002 - for those that need them
        """Take label, units, values and help from the catalogue, and its closed lists where they are needed. Once."""
        self.spec = spec
        self.setToolTip("\n".join(t for t in (spec.help, self.keys_text()) if t))
        self._describe()

    def value(self) -> Finding | None:
        """The finding; None is unknown."""
        return self._finding

    def set_finding(self, finding: Finding | None) -> None:
        """Show a finding of a case; nothing is told."""
        self._finding = None if finding is not None and finding.value == "unknown" else finding
        self._outside = ""
        known = self._finding
        self.details = Details(known.on, known.assay, known.strength) if known else Details()
        self._show()
        self.show_notes()

    def is_read(self) -> bool:
        """Whether all that is written in the control is part of the finding."""
        return True

    def notes(self) -> tuple[Note, ...]:
        """What is to be said under the field now."""
        return ()

    def problem(self) -> str:
        """Why what is written is not used, or ""."""
        return next((n.text for n in self._all_notes() if n.level == "red"), "")

    def is_wrong(self) -> bool:
        """Whether there is a problem; cheaper than its words."""
        return bool(self._outside) or not self.is_read()

    def level(self) -> str:
        """red, amber or "": the worst of the notes."""
        levels = {n.level for n in self._all_notes()}
        return next((level for level in ("red", "amber") if level in levels), "")

    def show_problem(self, text: str) -> None:
        """Show a problem that another layer has found here; "" takes it away."""
        if text != self._outside:
            self._outside = text
            self.show_notes()

    def set_details(self, details: Details) -> None:
        """Take date, assay and strength as the clinician has edited them."""
        self.details = details
        if self._finding is not None:
            self._edit(replace(self._finding, on=details.on, assay=details.assay, strength=details.strength))
        self.show_notes()

    def detail_fields(self) -> tuple[tuple[str, QWidget], ...]:
        """More rows for the details of this kind of control: label and field."""
        return ()

    def keys_text(self) -> str:
        """The keys of the control, for its tooltip."""
        return ""

    def state_text(self) -> str:
        """The finding in words, for a screen reader."""
        return ""

    def show_notes(self) -> None:
        """Bring the lines under the field up to date at once."""
        if self._note_timer is not None:
            self._note_timer.stop()
        notes = self._all_notes()
        if self._note_label is None and notes:
            self._note_label = NoteLabel(self)
            self._place_note(self._note_label)
        if self._note_label is not None:
            worst = self.level() or "note"
            self._note_label.say(worst, "\n".join(n.text for n in notes))
            self._notes_changed()
        self._describe()
        if self._was_wrong != self.is_wrong():
            self._was_wrong = not self._was_wrong
            self.marked.emit()

    def show_notes_soon(self) -> None:
        """Bring them up to date when typing pauses, so that half a number is not called wrong."""
        if self._note_timer is None:
            self._note_timer = _timer(self, self.show_notes)
        self._note_timer.start(NOTE_AFTER_MS)

    def _edit(self, finding: Finding | None) -> None:
        """Hold what the clinician entered and tell it."""
        if finding != self._finding:
            self._finding = finding
            self._outside = ""
            self.changed.emit()

    def _plain(self, value: str | date) -> Finding:
        """A finding of this control with the details that were entered."""
        return Finding(
            self.spec.id, value, on=self.details.on, assay=self.details.assay, strength=self.details.strength
        )

    def _show(self) -> None:
        """Draw the finding that was loaded."""

    def _place_note(self, label: NoteLabel) -> None:
        """Put the note under the field."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(label)

    def _notes_changed(self) -> None:
        """The notes take more or less room now."""

    def _all_notes(self) -> tuple[Note, ...]:
        outside = (Note("red", self._outside),) if self._outside else ()
        details = self.details.text() if self._finding is not None else ""
        return (*outside, *self.notes(), *((Note("note", details),) if details else ()))

    def _describe(self) -> None:
        """Tell a screen reader what the control is and what it holds."""
        self.setAccessibleName(f"{self.spec.label}: {self.state_text()}")
        self.setAccessibleDescription(" ".join(t for t in (self.problem(), self.spec.help, self.keys_text()) if t))


def _timer(parent: QWidget, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)
    return timer
