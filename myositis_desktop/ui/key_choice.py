"""Which key signs: one's own in the clinic file, a key file, or a token; with the words for its secret."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from myositis_desktop.ui.files import read_file
from myositis_desktop.ui.pieces import Button, row_of, text_label

if TYPE_CHECKING:
    from myositis_desktop.clinic import Key

KINDS = {"own": "My key in the clinic file", "file": "A key file (PKCS#12)", "token": "A token or smart card (PKCS#11)"}
SECRETS = {"own": "Your passphrase", "file": "Passphrase of the key file", "token": "PIN of the token"}
_ASKED = {
    "file": ("Key file", "Key files (*.p12 *.pfx);;All files (*)", "Choose the key file…"),
    "token": ("Driver of the token", "Drivers (*.so *.dll *.dylib);;All files (*)", "Choose the driver of the token…"),
}


class KeyChoice(QWidget):
    """A list of kinds of keys, and a button for the file that a kind needs."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__()
        self._told = told
        self.path: Path | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.kind = QComboBox()
        for id_, words in KINDS.items():
            self.kind.addItem(words, id_)
        self.kind.setAccessibleName("Key")
        caption = text_label("Key", "caption")
        caption.setBuddy(self.kind)
        column.addWidget(caption)
        column.addWidget(self.kind)
        self.choose = Button("", sign="key")
        self.choose.clicked.connect(self._ask)
        self.named = text_label("", "muted")
        column.addLayout(row_of(self.choose, self.named))
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self._show_kind()

    @property
    def wanted(self) -> str:
        return list(KINDS)[self.kind.currentIndex()]

    def key(self) -> "Key":
        """The key that was chosen. Raises UserError where its file is not chosen yet or cannot be read."""
        from myositis_desktop.clinic import KeyFile, Token  # noqa: PLC0415 - loads on first use
        from myositis_desktop.errors import UserError  # noqa: PLC0415 - with it

        if self.wanted == "own":
            return None
        if self.path is None:
            raise UserError(f"Nothing was signed. {_ASKED[self.wanted][2].rstrip('…')} first.")
        return KeyFile(read_file(self.path)) if self.wanted == "file" else Token(self.path)

    def use(self, path: Path) -> None:
        """Take a file for the kind that is chosen."""
        self.path = path
        self.named.setText(path.name)

    def _show_kind(self) -> None:
        self.path = None
        self.named.setText("")
        asked = _ASKED.get(self.wanted)
        self.choose.setVisible(asked is not None)
        self.named.setVisible(asked is not None)
        if asked is not None:
            self.choose.setText(asked[2])
        self._told(SECRETS[self.wanted])

    def _ask(self) -> None:
        title, kinds, _ = _ASKED[self.wanted]
        path, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()), kinds)
        if path:
            self.use(Path(path))
