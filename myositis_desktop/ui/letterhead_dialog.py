"""Address and logo of the clinic, as they stand above its documents."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QPlainTextEdit, QWidget

from myositis_desktop.clinic import Letterhead
from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.files import read_file
from myositis_desktop.ui.pieces import Button, row_of, text_label
from myositis_desktop.ui.theme import scaled

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic


class LetterheadDialog(Dialog):
    """Keeps nothing until "Keep" is pressed."""

    def __init__(self, clinic: "Clinic", parent: QWidget | None = None) -> None:
        super().__init__("Letterhead", parent)
        self._clinic = clinic
        head = clinic.letterhead
        self.logo = head.logo
        self.column.addWidget(text_label("It stands above new documents, beside the name of the clinic.", "muted"))
        self.column.addWidget(text_label(clinic.clinic_name, "strong"))
        self.address = QPlainTextEdit(head.address)
        self.address.setAccessibleName("Address, up to 8 lines")
        self.address.setTabChangesFocus(True)
        self.address.setFixedHeight(scaled(130))
        caption = text_label("Address, up to 8 lines", "caption")
        caption.setBuddy(self.address)
        self.column.addWidget(caption)
        self.column.addWidget(self.address)
        self.picture = QLabel()
        self.picture.setAccessibleName("Logo")
        self.column.addWidget(self.picture)
        self.choose = Button("Choose a logo…", sign="import")
        self.choose.clicked.connect(self._ask)
        self.clear = Button("No logo")
        self.clear.clicked.connect(lambda: self.show_logo(b""))
        self.column.addLayout(row_of(self.choose, self.clear))
        self.add_button("Cancel", self.reject)
        self.keep = self.add_button("Keep", self._finish, "primary")
        self.show_logo(self.logo)
        self.address.setFocus()

    def show_logo(self, logo: bytes) -> None:
        """Show another logo; b"" is none."""
        self.logo = logo
        picture = QPixmap()
        picture.loadFromData(logo)
        self.picture.setVisible(not picture.isNull())
        if not picture.isNull():
            mode = Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(picture.scaled(260, 90, Qt.AspectRatioMode.KeepAspectRatio, mode))
        self.clear.setEnabled(bool(logo))

    def _ask(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Logo", str(Path.home()), "Pictures (*.png *.jpg *.jpeg)")
        if path:
            try:
                self.show_logo(read_file(Path(path)))
            except UserError as error:
                self.complain(str(error))

    def _finish(self) -> None:
        lines = [line.strip() for line in self.address.toPlainText().strip().splitlines()]
        try:
            self._clinic.keep_letterhead(Letterhead("\n".join(lines), self.logo))
        except UserError as error:
            self.complain(str(error))
        else:
            self.accept()
