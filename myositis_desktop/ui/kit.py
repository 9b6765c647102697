"""The dialogs of the menu about paper and trust; each loads on first use."""
# ruff: noqa: PLC0415  (see above)

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench


def show_scan(bench: "Workbench") -> None:
    """Read the code of a plan of another clinic."""
    from myositis_desktop.ui.scan_dialog import ScanDialog

    ScanDialog(bench).open()


def show_trust(bench: "Workbench") -> None:
    """Certificates of the clinic, and whom it trusts."""
    from myositis_desktop.ui.trust_dialog import TrustDialog

    TrustDialog(bench.clinic, bench.slow_tasks, bench).open()


def show_letterhead(bench: "Workbench") -> None:
    """Address and logo above the clinic's documents."""
    from myositis_desktop.ui.letterhead_dialog import LetterheadDialog

    LetterheadDialog(bench.clinic, bench).open()
