"""What the program is, which knowledge it carries, and how to check this clinic's documents."""

from typing import TYPE_CHECKING

from myositis_desktop import __version__
from myositis_desktop.ui.setup_wizard import INTENDED_USE

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic

LIBRARIES = (
    "Apache License 2.0. Made with Qt and PySide6 (LGPL), Noto Sans (OFL), SQLCipher, pyHanko, ReportLab and others: "
    "see LICENSE."
)


def about_text(clinic: "Clinic") -> str:
    """Paragraphs for the About dialog."""
    return "\n\n".join(
        (
            f"Version {__version__}",
            INTENDED_USE,
            f"Knowledge {clinic.pack.version}\nsha256 {clinic.pack.sha256}",
            f"Root certificate of {clinic.clinic_name}\nsha256 {clinic.root_fingerprint}",
            LIBRARIES,
        )
    )
