"""The keys of the window: one list for the shortcuts themselves, the tooltips and the sheet."""

from PySide6.QtWidgets import QGridLayout, QWidget

from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import text_label

KEYS = {
    "search": ("Ctrl+F", "Search patients"),
    "new": ("Ctrl+N", "New patient"),
    "page1": ("Ctrl+1", "Findings"),
    "page2": ("Ctrl+2", "Assessment"),
    "page3": ("Ctrl+3", "Plan"),
    "page4": ("Ctrl+4", "Taper"),
    "page5": ("Ctrl+5", "Documents"),
    "page6": ("Ctrl+6", "History"),
    "undo": ("Ctrl+Z", "Undo"),
    "redo": ("Ctrl+Y", "Redo"),
    "sign": ("Ctrl+S", "Sign"),
    "export": ("Ctrl+E", "Export the document as PDF"),
    "print": ("Ctrl+P", "Print the document"),
    "palette": ("Ctrl+K", "Do or find anything by its name"),
    "import": ("Ctrl+I", "Import case files"),
    "export-case": ("Ctrl+Shift+E", "Export the case"),
    "verify": ("Ctrl+Shift+V", "Verify a PDF"),
    "people": ("Ctrl+Shift+P", "People"),
    "audit": ("Ctrl+Shift+A", "Audit"),
    "backups": ("Ctrl+Shift+B", "Backups"),
    "hand-over": ("Ctrl+Shift+H", "Hand the patient over"),
    "take-in": ("Ctrl+Shift+I", "Take in a patient"),
    "merge": ("Ctrl+Shift+M", "Merge two records"),
    "delete": ("Ctrl+Shift+Del", "Delete the patient"),
    "turn": ("Ctrl+Shift+L", "Turn the screen to the patient"),
    "passphrase": ("Ctrl+Shift+K", "Change my passphrase"),
    "settings": ("Ctrl+,", "Settings"),
    "lock": ("Ctrl+L", "Lock the window"),
    "close": ("Ctrl+Q", "Close the program"),
    "menu": ("F10", "Menu"),
    "pane": ("F6", "Next part of the window"),
    "back": ("Esc", "Back"),
    "help": ("F1", "Keys"),
    "manual": ("Shift+F1", "Manual"),
    "about": ("Ctrl+F1", "About this program"),
    "diagnostics": ("Ctrl+Shift+D", "Diagnostics"),
}
"""Name of the action, its key, and what it does."""

ON_FORMS = (
    ("P  A  U", "Present, absent, unknown (also arrow keys)"),
    ("Enter, Down", "Next field"),
    ("Up", "Field before"),
    ("Tab", "Next control"),
    ("F2", "Details of a finding"),
    ("Ctrl+PgDown", "Next section"),
    ("Ctrl+PgUp", "Section before"),
    ("Ctrl+R", "Rest of the section absent"),
)


TALLEST = 560
"""Pixels; with large text the rest of the sheet scrolls."""


class ShortcutSheet(Dialog):
    """All keys on one sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Keys", parent, width=940)
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        rows = [*KEYS.values(), *ON_FORMS]
        half = -(-len(rows) // 2)
        for place, (key, words) in enumerate(rows):
            row, column = place % half, 2 * (place // half)
            grid.addWidget(text_label(key, "key", wrap=False), row, column)
            grid.addWidget(text_label(words), row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.add_scroll(sheet, TALLEST)
        self.add_button("Close", self.accept, "primary").setFocus()
