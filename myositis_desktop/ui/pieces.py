"""The few small widgets that every page is made of."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from myositis_desktop.ui.icons import Sign, icon
from myositis_desktop.ui.theme import scaled

STATUS_INK = {
    "recommended": "green",
    "option": "blue",
    "caution": "amber",
    "needs-data": "amber",
    "contraindicated": "red",
    "not-indicated": "muted",
}
"""Status of an item and its ink; the sign and the word always stand beside it."""
STATUS_SIGN = {"caution": "warning"}
ICON_PX = 16
LEVEL_INK = {"emergency": "red", "warning": "amber", "info": "blue"}


def text_label(text: str, role: str = "", *, wrap: bool = True) -> QLabel:
    """A label of plain text: names and notes of a patient are never read as markup."""
    out = QLabel(text)
    out.setTextFormat(Qt.TextFormat.PlainText)
    out.setProperty("role", role)
    out.setWordWrap(wrap)
    out.setIndent(0)
    return out


def field(column: QVBoxLayout, label: str | QLabel, *, secret: bool = False, text: str = "") -> QLineEdit:
    """A labelled line of text, the label above it: words, or a label whose words change."""
    edit = QLineEdit(text)
    if secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
    name = text_label(label, "caption") if isinstance(label, str) else label
    name.setBuddy(edit)
    edit.setAccessibleName(name.text())
    column.addWidget(name)
    column.addWidget(edit)
    return edit


class LinkLabel(QLabel):
    """Rich text of our own making whose links can be reached with the keyboard; `chosen` tells the link's address."""

    chosen = Signal(str)

    def __init__(self, html: str, role: str = "") -> None:
        super().__init__(html)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setIndent(0)
        self.setProperty("role", role)
        self.setProperty("links", "true")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByKeyboard | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.linkActivated.connect(self.chosen)


class Button(QPushButton):
    """A button of a kind (primary, secondary, quiet, danger, pill, fold); its icon follows the ink of its text."""

    def __init__(self, text: str, kind: str = "secondary", sign: str = "", tip: str = "") -> None:
        super().__init__(text)
        self._sign = sign
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if tip:
            self.setToolTip(tip)
        if not text:
            self.setAccessibleName(tip)
        self._colour_icon()

    def set_sign(self, sign: str) -> None:
        """Show another icon."""
        self._sign = sign
        self._colour_icon()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.EnabledChange}:
            self._colour_icon()

    def _colour_icon(self) -> None:
        if self._sign:
            size = scaled(ICON_PX)
            self.setIconSize(QSize(size, size))
            self.setIcon(icon(self._sign, self.palette().color(QPalette.ColorRole.ButtonText), size))


def card(kind: str = "true") -> tuple[QFrame, QVBoxLayout]:
    """A frame on its own ground and the column inside it."""
    frame = QFrame()
    frame.setProperty("card", kind)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    return frame, column


def chip(text: str, sign: str, ink: str) -> QFrame:
    """A sign and a word on a tinted ground: never colour alone."""
    frame = QFrame()
    frame.setProperty("chip", "true")
    frame.setProperty("tone", ink if ink in {"red", "amber", "blue", "green"} else "plain")
    row = QHBoxLayout(frame)
    row.setContentsMargins(6, 2, 10, 2)
    row.setSpacing(4)
    row.addWidget(Sign(sign, ink))
    word = text_label(text, "chip", wrap=False)
    word.setProperty("ink", ink)
    row.addWidget(word)
    frame.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    frame.setAccessibleName(text)
    return frame


def status_chip(status: str, word: str) -> QFrame:
    """The chip of an item's status."""
    return chip(word, STATUS_SIGN.get(status, status), STATUS_INK.get(status, "muted"))


class Band(QFrame):
    """A line across a page that says something at once: sign, text and, where it helps, a button."""

    def __init__(self, tone: str = "blue", sign: str = "info") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        self._sign = Sign(sign, tone, 20)
        self._text = text_label("")
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.setProperty("tone", tone)

    def add(self, widget: QWidget) -> None:
        """Put a button at the end."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(widget)

    def say(self, text: str) -> None:
        """Show the text; an empty one hides the band."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def set_ink(label: QLabel, ink: str) -> None:
    """Write a label in another ink of the theme."""
    label.setProperty("ink", ink)
    label.style().unpolish(label)
    label.style().polish(label)


def rule() -> QFrame:
    """A hairline."""
    out = QFrame()
    out.setProperty("rule", "true")
    return out


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (taken := layout.takeAt(0)) is not None:
        widget, inner = taken.widget(), taken.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)


def row_of(*widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side, the rest of the line empty."""
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


class Page(QScrollArea):
    """A page that scrolls: one column of at most `widest` pixels, with the margins of the design."""

    def __init__(self, widest: int = 860, name: str = "Page") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setMaximumWidth(scaled(widest))
        self.column = QVBoxLayout(ground)
        self.column.setContentsMargins(24, 16, 24, 24)
        self.column.setSpacing(12)
        self.setWidget(ground)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


def nobody_page() -> Page:
    """What stands in place of the pages while no patient is open."""
    page = Page()
    page.column.addStretch(1)
    for text, role in (
        ("No patient is open", "title"),
        ("Find one at the left (Ctrl+F), add one (Ctrl+N), or drop a case file on the window.", "muted"),
    ):
        line = text_label(text, role)
        line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        page.column.addWidget(line)
    page.column.addStretch(2)
    return page


class Fold(QWidget):
    """A heading that opens and closes what lies under it; it is filled when it is first opened."""

    def __init__(self, title: str, fill: Callable[[QVBoxLayout], None]) -> None:
        super().__init__()
        self._fill: Callable[[QVBoxLayout], None] | None = fill
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.button = Button(title, "fold", "chevron-right")
        self.button.setCheckable(True)
        self.button.toggled.connect(self._toggle)
        column.addWidget(self.button)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._inside.hide()
        column.addWidget(self._inside)

    def _toggle(self, opened: bool) -> None:
        if opened and self._fill is not None:
            self._fill(self._column)
            self._fill = None
        self._inside.setVisible(opened)
        self.button.set_sign("chevron-down" if opened else "chevron-right")
