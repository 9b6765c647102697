"""The manual in the window: short pages, one for each task, from resources/manual."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser, QWidget

from myositis_desktop.assets import asset
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.theme import scaled


@cache
def pages() -> tuple[tuple[str, str], ...]:
    """(title, Markdown) of each page, in order of the file names."""
    folder = asset("resources", "manual")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".md")), key=lambda f: f.name)
    texts = [f.read_text(encoding="utf-8") for f in files]
    return tuple((text.partition("\n")[0].lstrip("# "), text) for text in texts)


class ManualDialog(Dialog):
    """The pages at the left, the one chosen at the right. Nothing in it leads out of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Manual", parent, width=900)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages of the manual")
        self.list.setFixedWidth(scaled(230))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.addItems([title for title, _ in pages()])
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Text")
        self.text.setMinimumHeight(scaled(440))
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{Path(str(asset('resources', 'manual')))}/"))
        self.list.currentRowChanged.connect(self._show)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        self.column.addLayout(row)
        self.add_button("Close", self.accept, "primary")
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _show(self, row: int) -> None:
        self.text.setMarkdown(pages()[row][1])
