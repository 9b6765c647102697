"""A time-stamp from files: the request goes out on a stick, the authority's reply comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.files import file_stem, read_file, write_file
from myositis_desktop.ui.pieces import text_label

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic, FiledDocument


class TimeStampDialog(Dialog):
    """Both steps of one document; between them days may pass."""

    def __init__(
        self, clinic: "Clinic", document: "FiledDocument", done: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__("Time-stamp", parent)
        self._clinic, self._document, self._then = clinic, document, done
        self.column.addWidget(
            text_label(
                "A time-stamp proves to others that the newest signature was made before a moment. This computer has "
                "no network: take the request to an authority of time on a stick and bring its reply back. The request "
                "holds no data of the patient."
            )
        )
        self.said = text_label("This document has a time-stamp." if document.time_stamped else "", "muted")
        self.column.addWidget(self.said)
        self.add_button("Close", self.reject)
        self.request = self.add_button("Write the request…", self._ask_request, sign="export")
        self.reply = self.add_button("Read the reply…", self._ask_reply, "primary", "import")

    def _ask_request(self) -> None:
        name = file_stem(self._document.plan_number, self._document.kind) + ".tsq"
        path, _ = QFileDialog.getSaveFileName(self, "Request", str(Path.home() / name), "Requests (*.tsq)")
        if path:
            self.write_request(Path(path))

    def write_request(self, path: Path) -> None:
        """Write the request for the newest signature."""
        self.complain("")
        try:
            write_file(path, self._clinic.signatures.time_request(self._document.id))
            self.said.setText(f"Written: {path.name}")
        except UserError as error:
            self.complain(str(error))

    def _ask_reply(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Reply", str(Path.home()), "Replies (*.tsr);;All files (*)")
        if path:
            self.read_reply(Path(path))

    def read_reply(self, path: Path) -> None:
        """File the time-stamp of a reply beside the signature it was asked for."""
        self.complain("")
        try:
            self._clinic.signatures.add_time_stamp(self._document.id, read_file(path))
        except UserError as error:
            self.complain(str(error))
        else:
            self.accept()
            self._then()
