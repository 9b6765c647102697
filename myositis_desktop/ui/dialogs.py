"""The frame that all dialogs share, and the two that ask for a word before something serious."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from myositis_desktop.ui.flow import FlowLayout
from myositis_desktop.ui.pieces import Band, Button, text_label
from myositis_desktop.ui.theme import scaled

WIDEST = 1300
"""Pixels: large text does not make a dialog wider than a small laptop's screen."""


class Dialog(QDialog):
    """Title, a column for the content, and the buttons at the lower right. Esc closes it."""

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 520) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        width = min(scaled(width), WIDEST)
        self.setMinimumWidth(width)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 20)
        outer.setSpacing(12)
        heading = text_label(title, "title")
        heading.setMinimumWidth(width - 48)
        outer.addWidget(heading)
        self.column = QVBoxLayout()
        self.column.setSpacing(8)
        outer.addLayout(self.column, 1)
        self.trouble = Band("red", "emergency")
        self.trouble.hide()
        outer.addWidget(self.trouble)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        outer.addSpacing(4)
        outer.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt sizes a dialog as if long lines were not broken; here they have the room that they need."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            self.resize(self.width(), max(self.height(), layout.totalMinimumHeightForWidth(self.width())))

    def done(self, result: int) -> None:
        """Close, and give the keyboard back to the window below: not every desktop does."""
        parent = self.parentWidget()
        super().done(result)
        if parent is not None:
            parent.activateWindow()

    def add_button(self, text: str, slot: Callable[[], object], kind: str = "secondary", sign: str = "") -> Button:
        """A button at the right end; the last one added stands outermost."""
        out = Button(text, kind, sign)
        out.clicked.connect(slot)
        self.buttons.addWidget(out)
        return out

    def complain(self, text: str) -> None:
        """Say what keeps the dialog from going on; it grows by the line. "" takes it away."""
        self.trouble.say(text)
        self.adjustSize()

    def add_scroll(self, inside: QWidget, height: int) -> None:
        """Content that scrolls when it is longer than `height` pixels."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName(self.windowTitle())
        area.setMinimumHeight(min(height, max(120, inside.heightForWidth(self.minimumWidth() - 60))))
        self.column.addWidget(area, 1)


class ReasonDialog(Dialog):
    """Asks why the clinician departs from the plan, with reasons to pick from; nothing happens without a reason."""

    def __init__(
        self,
        title: str,
        because: str,
        go: str,
        done: Callable[[str], None],
        parent: QWidget | None = None,
        *,
        offered: Sequence[str] = (),
    ) -> None:
        super().__init__(title, parent)
        self._done = done
        self.column.addWidget(text_label(because))
        pills = FlowLayout()
        for reason in offered:
            pill = Button(reason, "pill", tip="Put this reason into the field below")
            pill.clicked.connect(lambda _checked=False, reason=reason: self._pick(reason))
            pills.addWidget(pill)
        self.column.addLayout(pills)
        caption = text_label("Your reason (kept in the case and printed in the plan)", "caption")
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName("Your reason")
        self.reason.setFixedHeight(scaled(88))
        caption.setBuddy(self.reason)
        self.column.addWidget(caption)
        self.column.addWidget(self.reason)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button(go, self._finish, "primary")
        self.go.setEnabled(False)
        self.reason.textChanged.connect(lambda: self.go.setEnabled(bool(self.text)))
        self.reason.setFocus()

    @property
    def text(self) -> str:
        return " ".join(self.reason.toPlainText().split())

    def _pick(self, reason: str) -> None:
        """A picked reason stands behind what is written already."""
        written = self.text
        if reason not in written:
            self.reason.setPlainText(f"{written}; {reason}" if written else reason)
        self.reason.setFocus()

    def _finish(self) -> None:
        reason = self.text
        self.accept()
        self._done(reason)


class ConfirmDialog(Dialog):
    """Asks once more before something that has a cost; the safe answer has the focus."""

    def __init__(
        self,
        title: str,
        because: str,
        go: str,
        done: Callable[[], None],
        parent: QWidget | None = None,
        *,
        danger: bool = True,
    ) -> None:
        super().__init__(title, parent)
        self._done = done
        self.column.addWidget(text_label(because))
        self.back = self.add_button("Go back", self.reject)
        self.go = self.add_button(go, self._finish, "danger" if danger else "primary")
        self.back.setFocus()

    def _finish(self) -> None:
        self.accept()
        self._done()


class MessageDialog(Dialog):
    """Says one thing and waits to be closed."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.said = text_label(text)
        self.said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.column.addWidget(self.said)
        self.add_button("Close", self.accept, "primary").setFocus()
