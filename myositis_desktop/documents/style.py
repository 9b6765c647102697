"""The look of paper: sizes 11 (text and numbers), 12, 14, 16, 20; 8.5 for provenance only; one accent colour."""

from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import paragraph

from myositis_desktop.documents.fonts import BOLD, ITALIC, REGULAR, register
from myositis_desktop.documents.scripts import SHAPED

INK = HexColor("#1b1b1b")
MUTED = HexColor("#565656")
RULE = HexColor("#b4b4b4")
FAINT = HexColor("#eeeeee")
ACCENT = HexColor("#12496b")

MARGIN = 18 * mm
PAGE_SIZES = {"A4": A4, "Letter": LETTER}

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"fontName": BOLD, "fontSize": 20, "leading": 25, "textColor": ACCENT},
    "subtitle": {"fontSize": 12, "leading": 16, "textColor": MUTED, "spaceAfter": 6},
    "h1": {"fontName": BOLD, "fontSize": 16, "leading": 20, "textColor": ACCENT, "spaceBefore": 14, "spaceAfter": 4},
    "h2": {"fontName": BOLD, "fontSize": 12, "leading": 16, "spaceBefore": 8, "spaceAfter": 2},
    "drug": {"fontName": BOLD, "fontSize": 14, "leading": 18},
    "dose": {"fontName": BOLD, "fontSize": 14, "leading": 18, "spaceAfter": 1},
    "text": {"spaceAfter": 2},
    "strong": {"fontName": BOLD},
    "muted": {"textColor": MUTED},
    "bullet": {"leftIndent": 10, "bulletIndent": 1, "spaceAfter": 1},
    "cell": {},
    "cell-strong": {"fontName": BOLD},
    "cell-right": {"alignment": TA_RIGHT},
    "cell-big": {"fontName": BOLD, "fontSize": 14, "leading": 17, "alignment": TA_RIGHT},
    "tick": {"fontSize": 14, "leading": 18},
    "tick-dose": {"fontName": BOLD, "fontSize": 18, "leading": 22},
    "head": {"fontName": BOLD, "fontSize": 11, "leading": 13.5},
    "head-right": {"fontName": BOLD, "fontSize": 11, "leading": 13.5, "alignment": TA_RIGHT},
    "note": {"fontName": ITALIC, "textColor": MUTED},
    "fine": {"fontSize": 8.5, "leading": 11, "textColor": MUTED},
    "origin": {"fontSize": 8, "leading": 10.5, "textColor": MUTED},
    "head-small": {"fontName": BOLD, "fontSize": 8.5, "leading": 10.5, "alignment": TA_CENTER},
    "h3": {"fontName": BOLD, "textColor": ACCENT, "spaceBefore": 4},
    "dose-small": {"fontName": BOLD, "fontSize": 12, "leading": 15, "spaceAfter": 1},
    "patient": {"fontSize": 12, "leading": 15},
}


@cache
def style(name: str) -> ParagraphStyle:
    """A paragraph style by name; text is 11 points on 14.5."""
    register()
    base = {"fontName": REGULAR, "fontSize": 11, "leading": 14.5, "textColor": INK, "alignment": TA_LEFT}
    breaking = {"splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, "bulletFontName": REGULAR}
    return ParagraphStyle(name, **(base | breaking | _STYLES[name]))


class Paragraph(paragraph.Paragraph):  # type: ignore[misc] # ReportLab has no types
    """A paragraph whose letters are shaped where one of its scripts needs it; shaping what does not need it costs
    much and changes nothing.
    """

    def __init__(self, text: str | None, style: ParagraphStyle, *args: object, **options: object) -> None:
        needed = text is not None and any(f'face="{name}"' in text for name in SHAPED)
        super().__init__(text, _shaped(style) if needed else style, *args, **options)


def _shaped(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name}-shaped", parent=style, shaping=1)
