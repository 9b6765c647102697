"""A page that scrolls: its title, the keys, the form in one column."""

from PySide6.QtWidgets import QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget


class FormArea(QScrollArea):
    """One page of findings."""

    def __init__(self, title: str, hint: str, content: QWidget) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.ground = QWidget()
        self.ground.setMaximumWidth(content.maximumWidth() + 16)
        column = QVBoxLayout(self.ground)
        column.setContentsMargins(0, 0, 16, 16)
        column.setSpacing(12)
        column.addWidget(_label(title, "title"))
        if hint:
            column.addWidget(_label(hint, "small"))
        column.addWidget(content)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(self.ground)

    def lay_out_again(self) -> None:
        """To be called before the page is shown: notes that came or went while it was hidden have told no layout."""
        for layout in self.ground.findChildren(QLayout):
            layout.invalidate()


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
