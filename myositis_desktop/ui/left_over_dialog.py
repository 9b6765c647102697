"""After a crash: what was typed and not saved, beside what is saved, and the choice between the two."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from myositis_desktop.clinic import Clinic, LeftOver
from myositis_desktop.errors import UserError
from myositis_desktop.ui.audit import detail_text
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Band, text_label
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.wording import name_text

if TYPE_CHECKING:
    from collections.abc import Callable


class LeftOverDialog(Dialog):
    """One patient after the other; closing it decides nothing, and it comes again at the next start."""

    def __init__(
        self,
        clinic: Clinic,
        left: tuple[LeftOver, ...],
        taken: "Callable[[int], object]",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Typed before the program ended, not saved", parent, width=680)
        self._clinic, self._left, self._taken = clinic, list(left), taken
        self.about = text_label("", "strong")
        self.column.addWidget(self.about)
        self.both = Band("amber", "warning")
        self.column.addWidget(self.both)
        self.column.addWidget(text_label("As saved → as typed:", "caption"))
        self.changes = QPlainTextEdit()
        self.changes.setReadOnly(True)
        self.changes.setTabChangesFocus(True)
        self.changes.setAccessibleName("As saved and as typed")
        self.changes.setMinimumHeight(scaled(180))
        self.column.addWidget(self.changes, 1)
        self.add_button("Later", self.reject)
        self.keep = self.add_button("Keep what is saved", lambda: self._decide(take=False))
        self.take = self.add_button("Take what was typed", lambda: self._decide(take=True), "primary")
        self._show()

    def _show(self) -> None:
        one = self._left[0]
        name = name_text(self._clinic.draft(one.patient_id).patient)
        self.about.setText(f"{name}: typed by {one.who} on {one.at.astimezone():%Y-%m-%d at %H:%M}")
        self.both.say(
            "The record was saved again after this was typed, so both versions count: compare them line by line."
            if one.saved_since
            else ""
        )
        self.changes.setPlainText(detail_text({field: list(pair) for field, pair in one.changes.items()}))

    def _decide(self, *, take: bool) -> None:
        one = self._left[0]
        try:
            (self._clinic.left_over.take if take else self._clinic.left_over.drop)(one.patient_id)
        except UserError as error:
            self.complain(str(error))
            return
        if take:
            self._taken(one.patient_id)
        self._left.pop(0)
        if self._left:
            self._show()
        else:
            self.accept()
