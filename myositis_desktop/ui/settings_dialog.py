"""The settings of this workstation: look, size of text, when it locks, paper."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import field, text_label

if TYPE_CHECKING:
    from myositis_desktop.clinic import Settings

THEMES = {"system": "As the desktop", "light": "Light", "dark": "Dark", "contrast": "High contrast"}
SCALES = (100, 125, 150, 175, 200)
LOCKS = (1, 2, 5, 10, 15, 30, 60)
PAPERS = ("A4", "Letter")


class SettingsDialog(Dialog):
    """Keeps nothing until "Keep" is pressed."""

    def __init__(self, settings: "Settings", keep: Callable[["Settings"], None], parent: QWidget | None = None) -> None:
        super().__init__("Settings", parent)
        self._settings, self._keep = settings, keep
        self.theme = self._choice("Colours", [(w, k) for k, w in THEMES.items()], settings.theme)
        self.scale = self._choice(
            "Size of text", _with([(f"{s} %", s) for s in SCALES], settings.scale, "%"), settings.scale
        )
        locks = _with([(f"{m} minutes", m) for m in LOCKS], settings.lock_minutes, "minutes")
        self.lock = self._choice("Lock when nobody has typed or clicked for", locks, settings.lock_minutes)
        self.paper = self._choice("Paper", [(p, p) for p in PAPERS], settings.page_size)
        self.strengths = field(
            self.column, "Tablets of glucocorticoid at hand, in mg, for new patients", text=settings.strengths_mg
        )
        self.strengths.setPlaceholderText("Standard set; or for example 20 5 1")
        self.add_button("Cancel", self.reject)
        self.keep = self.add_button("Keep", self._finish, "primary")
        self.theme.setFocus()

    def _choice(self, label: str, options: list[tuple[str, object]], current: object) -> QComboBox:
        box = QComboBox()
        for words, value in options:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(current)))
        box.setAccessibleName(label)
        caption = text_label(label, "caption")
        caption.setBuddy(box)
        self.column.addWidget(caption)
        self.column.addWidget(box)
        return box

    def _finish(self) -> None:
        wanted = replace(
            self._settings,
            theme=self.theme.currentData(),
            scale=self.scale.currentData(),
            lock_minutes=self.lock.currentData(),
            page_size=self.paper.currentData(),
            strengths_mg=" ".join(self.strengths.text().split()),
        )
        if wanted.strengths_mg and wanted.strengths is None:
            self.complain("The tablets are written as numbers in mg with spaces between them, as 20 5 1.")
            return
        try:
            self._keep(wanted)
        except UserError as error:
            self.complain(str(error))
        else:
            self.accept()


def _with(options: list[tuple[str, object]], value: int, unit: str) -> list[tuple[str, object]]:
    """The options, and the present value among them where it is another one."""
    return options if any(v == value for _, v in options) else [(f"{value} {unit}", value), *options]
