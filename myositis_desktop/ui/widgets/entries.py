"""A day and a text as plain lines: empty stays empty."""

import unicodedata
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from myositis_desktop.model.case import Finding
from myositis_desktop.ui.widgets.control import FindingControl, Note
from myositis_desktop.ui.widgets.edits import PlainEdit, set_property
from myositis_desktop.ui.widgets.numbers import typed_day
from myositis_desktop.ui.wording import day_text


class EntryControl(FindingControl):
    """One line edit; what it cannot read stays written and is not used."""

    characters = 0
    """Width in digits; 0 fills the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.edit = PlainEdit(self)
        self.edit.setMaxLength(120)
        self.edit.textEdited.connect(self._typed)
        self.edit.left.connect(self.show_notes)
        self.edit.stepped.connect(self.stepped)
        if self.characters:
            self.edit.set_characters(self.characters)
        self.line = QHBoxLayout()
        self.line.addWidget(self.edit)
        column.addLayout(self.line)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def is_read(self) -> bool:
        return not self.edit.text().strip() or self._finding is not None

    def state_text(self) -> str:
        return self.edit.text().strip() or self.tr("unknown")

    def read(self, text: str) -> Finding | None:
        """The finding that a text writes; None where it cannot be used."""
        raise NotImplementedError

    def _typed(self) -> None:
        self._edit(self.read(self.edit.text().strip()))
        if self.is_read():
            self.show_notes()
        else:
            self.show_notes_soon()

    def show_notes(self) -> None:
        super().show_notes()
        set_property(self.edit, "wrong", "true" if self.problem() else "false")

    def _describe(self) -> None:
        super()._describe()
        self.edit.setAccessibleName(self.accessibleName())
        self.edit.setAccessibleDescription(self.accessibleDescription())
        self.edit.setToolTip(self.toolTip())


class DateControl(EntryControl):
    """A day, written YYYY-MM-DD or 2 Apr 1968."""

    characters = 12

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit.setPlaceholderText("YYYY-MM-DD")
        self.reading = QLabel(self)
        self.reading.setProperty("role", "small")
        self.line.addWidget(self.reading)
        self.line.addStretch(1)

    def day(self) -> date | None:
        """The day that is entered."""
        return self._finding.value if self._finding is not None and isinstance(self._finding.value, date) else None

    def set_day(self, day: date | None) -> None:
        """Show a day."""
        self.set_finding(None if day is None else Finding(self.spec.id, day))

    def read(self, text: str) -> Finding | None:
        day = typed_day(text)
        return None if day is None else self._plain(day)

    def keys_text(self) -> str:
        return self.tr("Written YYYY-MM-DD; empty is unknown; Enter goes on")

    def notes(self) -> tuple[Note, ...]:
        if not self.is_read():
            return (Note("red", self.tr("Not used: write a day that exists, as 2026-11-20.")),)
        return ()

    def show_notes(self) -> None:
        """The day with its month in letters stands beside the field."""
        super().show_notes()
        day = self.day()
        self.reading.setText(day_text(day) if day is not None else "")

    def _show(self) -> None:
        day = self.day()
        self.edit.setText(day.isoformat() if day is not None else "")


class TextControl(EntryControl):
    """A line of text: a name, a number of a record."""

    def text(self) -> str:
        """The text that is entered; "" where there is none or it cannot be used."""
        return str(self._finding.value) if self._finding is not None else ""

    def set_text(self, text: str) -> None:
        """Show a text."""
        self.set_finding(Finding(self.spec.id, text) if text else None)

    def read(self, text: str) -> Finding | None:
        return self._plain(text) if text and _is_clean(text) else None

    def keys_text(self) -> str:
        return self.tr("Enter goes on")

    def notes(self) -> tuple[Note, ...]:
        return () if self.is_read() else (Note("red", self.tr("Not used: it holds a character that is no letter.")),)

    def _show(self) -> None:
        self.edit.setText(self.text())


def _is_clean(text: str) -> bool:
    return all(unicodedata.category(c) not in {"Cc", "Cs"} for c in text)
