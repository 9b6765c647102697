"""What the program is, which knowledge it carries, what it is made of, and how to check this clinic's documents."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from myositis_desktop import __version__
from myositis_desktop.assets import asset
from myositis_desktop.parts import Part, parts
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import text_label
from myositis_desktop.ui.setup_wizard import INTENDED_USE
from myositis_desktop.ui.theme import scaled

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic

LIMITS = (
    "It is not a registered medical device, not for emergencies, and not for patients on their own. Facts marked "
    "“to be verified by a clinician” have weaker sources. No warranty: Apache License, version 2.0."
)


def about_text(clinic: "Clinic") -> str:
    """Paragraphs for the About dialog."""
    return "\n\n".join(
        (
            f"Version {__version__}",
            INTENDED_USE,
            LIMITS,
            f"Knowledge {clinic.pack.version}\nsha256 {clinic.pack.sha256}",
            f"Root certificate of {clinic.clinic_name}\nsha256 {clinic.root_fingerprint}",
        )
    )


def licence_text() -> str:
    """Every part with its version, licence and maker, a line each, and the licence texts that we carry ourselves."""
    own = asset("resources", "fonts", "OFL.txt").read_text(encoding="utf-8")
    return "\n".join([*map(_line, parts()), "", "Noto Sans", own])


def _line(part: Part) -> str:
    maker = f" · {part.holder}" if part.holder else ""
    return f"{part.name} {part.version}".strip() + f": {part.licence}{maker}"


class AboutDialog(Dialog):
    """Version, intended use, fingerprints; below, the parts with their licences."""

    def __init__(self, clinic: "Clinic", parent: QWidget | None = None) -> None:
        super().__init__("About Myositis Desktop", parent, width=640)
        self.said = text_label(about_text(clinic))
        self.add_scroll(self.said, 300)
        caption = text_label("Made of", "caption")
        self.parts = read_only(licence_text(), "Parts and their licences")
        caption.setBuddy(self.parts)
        self.column.addWidget(caption)
        self.column.addWidget(self.parts)
        self.add_button("Close", self.accept, "primary").setFocus()


def read_only(text: str, name: str) -> QPlainTextEdit:
    """Text to read and copy, that Tab leads out of."""
    out = QPlainTextEdit(text)
    out.setReadOnly(True)
    out.setTabChangesFocus(True)
    out.setAccessibleName(name)
    out.setMinimumHeight(scaled(200))
    return out
