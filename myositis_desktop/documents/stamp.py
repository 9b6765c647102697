"""What a signature looks like on the page: name, meaning, moment, issuer, in our own embedded font."""

from datetime import datetime
from io import BytesIO

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import KeepInFrame

from myositis_desktop.documents.fonts import BOLD, REGULAR, markup, register
from myositis_desktop.documents.scripts import SpokenCanvas
from myositis_desktop.documents.style import INK, MUTED, Paragraph
from myositis_desktop.documents.wording import moment

_PADDING = 5


def stamp(name: str, meaning: str, at: datetime, issuer: str, size: tuple[float, float]) -> bytes:
    """One page of PDF of that size (points); long names wrap, then shrink.

    Raises:
        UserError: a character of the name is in no shipped font.
    """
    register()
    target = BytesIO()
    canvas = SpokenCanvas(target, pagesize=size, invariant=1, pdfVersion=(1, 7), initialFontName=REGULAR)
    lines = [
        Paragraph(markup(name, "name of the signer"), _style(BOLD, 12)),
        Paragraph(markup(meaning, "meaning of the signature"), _style(REGULAR, 11)),
        Paragraph(markup(moment(at), "moment of signing"), _style(REGULAR, 11)),
        Paragraph(
            markup(f"Signed electronically; certificate of {issuer}. The file proves it, not this print.", "issuer"),
            ParagraphStyle("fine", parent=_style(REGULAR, 8), textColor=MUTED),
        ),
    ]
    box = KeepInFrame(size[0] - 2 * _PADDING, size[1] - 2 * _PADDING, lines, mode="shrink")
    _, height = box.wrapOn(canvas, size[0] - 2 * _PADDING, size[1] - 2 * _PADDING)
    box.drawOn(canvas, _PADDING, size[1] - _PADDING - height)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _style(font: str, size: float) -> ParagraphStyle:
    return ParagraphStyle(f"stamp-{font}-{size}", fontName=font, fontSize=size, leading=size * 1.28, textColor=INK)
