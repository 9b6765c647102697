"""The wall sheet: the clinic's root certificate by its fingerprint, to be compared before anybody trusts it."""

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from myositis_desktop.documents.context import Imprint
from myositis_desktop.documents.letterhead import letterhead
from myositis_desktop.documents.pieces import bullet, framed, gap, inner_width, text
from myositis_desktop.documents.shapes import Ruled
from myositis_desktop.documents.sheet import blank_paper, put_on_paper, section
from myositis_desktop.documents.wording import day

TITLE = "Root certificate of the clinic"
_PER_LINE = 4
"""Groups of four digits on one line of the fingerprint."""


def render(imprint: Imprint) -> bytes:
    """The sheet as PDF; the same imprint gives the same bytes.

    Raises:
        UserError: a character of the clinic's name or address cannot be printed.
    """
    width = inner_width(imprint.page_size)
    head = [text(f"{TITLE}: {imprint.clinic_name}", "cell", "name of the clinic")]
    top = letterhead(imprint.clinic_name, imprint.letterhead, width)
    return put_on_paper(blank_paper(imprint, TITLE, head), [*top, *_story(imprint, width)])


def _story(imprint: Imprint, width: float) -> list[Flowable]:
    groups = (imprint.root_fingerprint or "").split()
    lines = [" ".join(groups[at : at + _PER_LINE]) for at in range(0, len(groups), _PER_LINE)]
    return [
        text(TITLE, "title"),
        text(imprint.clinic_name, "tick-dose", "name of the clinic"),
        gap(4),
        framed([text("SHA-256 fingerprint", "strong"), gap(1), *(text(line, "tick-dose") for line in lines)], width),
        text(
            f"Printed on {day(imprint.at.date())}. The same fingerprint stands at the foot of every signed page.",
            "muted",
        ),
        *section("Before another clinic trusts ours", room=60 * mm),
        bullet(
            "Give it the trust file of this clinic on a stick: menu, Certificates and trust, Export the trust file."
        ),
        bullet("It opens the file in its own program: menu, Certificates and trust, Trust another clinic."),
        bullet("It compares every group above with its screen, by telephone or face to face, and only then says yes."),
        bullet("A single digit that differs means another clinic or a changed file: do not trust it, and call."),
        gap(4),
        Ruled("Compared by:", "With clinic:", "Date:"),
        Ruled("Compared by:", "With clinic:", "Date:"),
        Ruled("Compared by:", "With clinic:", "Date:"),
    ]
