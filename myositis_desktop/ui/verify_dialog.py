"""What a PDF proves: the verdict first, then each point with a sign and a word."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.icons import Sign
from myositis_desktop.ui.pieces import Band, text_label

if TYPE_CHECKING:
    from myositis_desktop.clinic import Verification

VERDICTS = {
    "good": ("green", "verify", "Good: signed by somebody whom this clinic knows, and unchanged."),
    "bad": ("red", "contraindicated", "Not good. Do not rely on this document."),
    "unsigned": ("amber", "warning", "Nobody has signed this document."),
    "not-a-pdf": ("red", "contraindicated", "This file is not a PDF."),
}
HOLDS = {
    True: ("recommended", "green", "Yes"),
    False: ("contraindicated", "red", "No"),
    None: ("needs-data", "amber", "Open"),
}


class VerifyDialog(Dialog):
    """Shows one verification."""

    def __init__(self, name: str, found: "Verification", parent: QWidget | None = None) -> None:
        super().__init__(f"Check of {name}", parent, width=560)
        self.verdict = found.verdict
        ink, sign, words = VERDICTS[found.verdict]
        band = Band(ink, sign)
        band.say(words)
        self.column.addWidget(band)
        if found.verdict in {"good", "bad"}:
            for held, text in points(found):
                self.column.addLayout(_point(held, text))
        for reason in found.reasons:
            self.column.addWidget(text_label(reason, "muted"))
        self.add_button("Close", self.accept, "primary").setFocus()


def points(found: "Verification") -> list[tuple[bool | None, str]]:
    """(whether it holds; None: cannot be judged here, the point in words)."""
    taken_back = [(False, "The plan was withdrawn; do not follow it")] if found.withdrawn else []
    return [
        *taken_back,
        (found.intact, f"Signature intact; signer: {found.signer or 'nobody'}"),
        (found.covers_whole_file, "The signature covers the whole file"),
        (not found.changed_after_signing, "Unchanged after signing"),
        (found.signer_known, "The signer is known to this clinic"),
        (found.reproduces, "The same findings give the same plan in this program"),
    ]


def _point(held: bool | None, text: str) -> QHBoxLayout:
    sign, ink, word = HOLDS[held]
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(Sign(sign, ink))
    answer = text_label(word, "strong", wrap=False)
    answer.setMinimumWidth(40)
    row.addWidget(answer)
    row.addWidget(text_label(text), 1)
    return row
