"""The documents beside the treatment plan, and the blank form: without a clinic file, unsigned."""

from datetime import datetime
from typing import TYPE_CHECKING

from myositis_desktop.cli.output import write_files

if TYPE_CHECKING:
    from myositis_desktop.documents import DocumentContext, PageSize

SHEETS = {
    "taper": "write the taper plan as PDF, marked DRAFT",
    "pharmacy": "write the pharmacy sheet as PDF, marked DRAFT",
    "monitoring": "write the monitoring calendar as PDF, marked DRAFT",
    "letter": "write the letter of one page as PDF, marked DRAFT",
    "workup": "write the work-up before treatment as a request sheet (PDF)",
}
"""Documents beside the treatment plan, with the help of their option."""


def sheet(name: str, about: "DocumentContext") -> bytes:
    """One of `SHEETS` as PDF; the request sheet is never signed and is no draft. Raises UserError."""
    from myositis_desktop import documents

    renders = {
        "taper": documents.render_taper,
        "pharmacy": documents.render_pharmacy,
        "monitoring": documents.render_monitoring,
        "letter": documents.render_letter,
        "workup": documents.render_workup,
    }
    return renders[name](about, None if name == "workup" else "draft")


def intake_command(out: str, paper: str) -> int:
    """The call `intake`: the blank form for findings on paper; 0."""
    from myositis_desktop import __version__
    from myositis_desktop.documents import Imprint, render_intake
    from myositis_desktop.knowledge import load_pack

    pack = load_pack()
    size: PageSize = "Letter" if paper == "Letter" else "A4"
    now = datetime.now().astimezone().replace(microsecond=0)
    write_files([(out, render_intake(pack.catalogue, Imprint("", __version__, pack.version, now, size)))])
    return 0
