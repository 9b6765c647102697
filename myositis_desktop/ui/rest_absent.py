"""The button of a section that sets the signs left open to absent: it asks once and can be undone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget


class RestAbsentBar(QWidget):
    """Offers, asks with the names of the findings, then says what was done and offers to undo it."""

    asked = Signal()
    """The offer was taken: the owner answers with `ask`."""
    agreed = Signal()
    undo_asked = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self._question = QLabel()
        self._question.setWordWrap(True)
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._question)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        self.offer = _button(text, "")
        self.yes = _button(self.tr("Yes, absent"), "primary")
        self.no = _button(self.tr("Cancel"), "")
        self.undo = _button(self.tr("Undo"), "")
        for button in (self.offer, self.yes, self.no, self.undo):
            row.addWidget(button)
        row.addStretch(1)
        self.offer.clicked.connect(self.asked)
        self.yes.clicked.connect(self.agreed)
        self.no.clicked.connect(self._refused)
        self.undo.clicked.connect(self.undo_asked)
        self._show("", ())

    def show_offer(self, count: int) -> None:
        """Offer, where any sign is open."""
        offers = not self.isHidden() and not self.offer.isHidden()
        if offers != bool(count) or self.is_asking or self.is_done:
            self._show("", (self.offer,) if count else ())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape and self.is_asking:
            self._refused()
        else:
            super().keyPressEvent(event)

    def ask(self, labels: list[str]) -> None:
        """Name the findings and wait for the answer; the keyboard goes to it."""
        self._show(self.tr("These {count} become absent: {names}.").format(count=len(labels), names=", ".join(labels)),
                   (self.yes, self.no), self.yes)  # fmt: skip

    def say_done(self, count: int) -> None:
        """Tell that it was done."""
        self._show(self.tr("Set to absent: {count}.").format(count=count), (self.undo,), self.undo)

    @property
    def is_asking(self) -> bool:
        return not self.yes.isHidden()

    @property
    def is_done(self) -> bool:
        return not self.undo.isHidden()

    def _refused(self) -> None:
        self._show("", (self.offer,), self.offer)

    def _show(self, text: str, buttons: tuple[QPushButton, ...], first: QPushButton | None = None) -> None:
        self._question.setText(text)
        self._question.setVisible(bool(text))
        for button in buttons:
            button.show()
        if first is not None:  # before the others are hidden: a hidden button would hand the keyboard on
            first.setFocus(Qt.FocusReason.TabFocusReason)
        for button in {self.offer, self.yes, self.no, self.undo} - set(buttons):
            button.hide()
        self.setVisible(bool(buttons))


def _button(text: str, kind: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(True)  # Enter presses it, outside dialogs too
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    if kind:
        button.setProperty("kind", kind)
    return button
