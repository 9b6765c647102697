"""The fonts of paper: what can be printed, and the refusal of what cannot.

Every text that reaches a page goes through `printable` (canonical form, no invisible characters) and `markup`
(escaped for ReportLab, each run in a font that has its characters). A character that no shipped font has stops
the document: a blank or a box on a prescription is worse than no prescription.
"""

import re
import unicodedata
from functools import cache
from io import BytesIO
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from myositis_desktop.assets import asset
from myositis_desktop.documents.scripts import SHAPED, is_right_to_left, lines, pieces, runs
from myositis_desktop.errors import UserError

REGULAR, BOLD, ITALIC = "NotoSans", "NotoSans-Bold", "NotoSans-Italic"
_FILES = {REGULAR: "NotoSans-Regular.ttf", BOLD: "NotoSans-Bold.ttf", ITALIC: "NotoSans-Italic.ttf"}
_FALLBACKS = {
    "NotoSansMath": "NotoSansMath-Regular.ttf",
    "NotoSansArmenian": "NotoSansArmenian-Regular.ttf",
    "NotoSansGeorgian": "NotoSansGeorgian-Regular.ttf",
    "NotoSansEthiopic": "NotoSansEthiopic-Regular.ttf",
    "NotoSansArabic": "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew": "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari": "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai": "NotoSansThai-Regular.ttf",
    "NanumBarunGothic": "NanumBarunGothic.ttf",
    "DroidSansFallback": "DroidSansFallbackFull.ttf",
}
# Math lends its signs only, so that no letter of a name is set in italics of algebra; Korean comes before Chinese,
# whose font has a few Korean letters only.
_JOINERS = "\u200c\u200d"
"""They decide the shape of a letter (Persian, Devanagari) and are kept between letters that are shaped."""
_PLAIN = re.compile(r"[\t\n\r\x20-\x7e]*")
_SPACES = re.compile(r"[\t\n\r\f\v \u2028\u2029]+")


@cache
def _load(name: str) -> TTFont:
    """The font, parsed once a process and registered with ReportLab."""
    file = (_FILES | _FALLBACKS)[name]
    font = TTFont(name, BytesIO(asset("resources", "fonts", file).read_bytes()))
    pdfmetrics.registerFont(font)
    if name in _FALLBACKS:
        pdfmetrics.registerFontFamily(name, normal=name, bold=name, italic=name, boldItalic=name)
    return font


@cache
def register() -> None:
    """Makes the three faces known to ReportLab; the fallbacks follow when a text asks for them."""
    for name in _FILES:
        _load(name)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


@cache
def _home(char: str) -> str | None:
    """The font that has the character: "" is the text's own face, None is no font at all."""
    code = ord(char)
    if all(code in _load(name).face.charToGlyph for name in _FILES):
        return ""
    for name in _FALLBACKS:
        if code in _load(name).face.charToGlyph and not (name == "NotoSansMath" and char.isalpha()):
            return name
    return None


def printable(text: str) -> str:
    """The text as it is set: composed (NFC), without invisible format characters, with plain spaces."""
    if _PLAIN.fullmatch(text):
        return _SPACES.sub(" ", text).strip()
    visible = (c for c in unicodedata.normalize("NFC", text) if c in _JOINERS or unicodedata.category(c) != "Cf")
    return _SPACES.sub(" ", "".join(visible)).strip()


def refuse_unprintable(text: str, field: str) -> None:
    """Stops where a character of `text` has no glyph.

    Raises:
        UserError: names the character and the field.
    """
    if _PLAIN.fullmatch(text):
        return
    for char in printable(text):
        if _home(char) is None:
            raise UserError(
                f"The document was not made: {_naming(char)} in “{field}” is in none of the fonts that travel with "
                f"this program, and a blank in its place could mislead. Nothing was lost; write it in another way."
            )


def _naming(char: str) -> str:
    name = unicodedata.name(char, "unnamed")
    shown = f"“{char}” " if char.isprintable() else ""
    return f"the character {shown}(U+{ord(char):04X}, {name.lower()})"


def markup(text: str, field: str) -> str:
    """The text as ReportLab paragraph markup, each run in a font that has it.

    Raises:
        UserError: a character is in no shipped font.
    """
    text = printable(text)
    if _PLAIN.fullmatch(text):
        return escape(text)
    refuse_unprintable(text, field)
    return "".join(_right_to_left(run) if turned else _left_to_right(run) for turned, run in runs(text, field))


def _left_to_right(text: str) -> str:
    return "".join(_in_its_font(home, "".join(chars)) for home, chars in groupby(text, _home))


def _in_its_font(home: str | None, run: str) -> str:
    if not home:
        return escape(run)
    lines_of = [f'<font face="{home}">{escape(part)}</font>' for part in (pieces(run) if home in SHAPED else [run])]
    return "<br/>".join(lines_of)


def _right_to_left(stretch: str) -> str:
    """Lines, each in the one font of its script; spaces and marks between its letters are of that font too."""
    face = next(home for c in stretch if (home := _home(c)) and is_right_to_left(c))
    return "<br/>".join(f'<font face="{face}">{escape(line)}</font>' for line in lines(stretch))


def width(text: str, font: str, size: float) -> float:
    """Points that a line of plain text takes."""
    register()
    return float(pdfmetrics.stringWidth(text, font, size))
