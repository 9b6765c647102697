"""Scripts whose letters join, stack or run from right to left: their shapes on paper, and the text behind the shapes.

Letters are shaped by HarfBuzz, each run in its own font. A page then shows glyphs that no longer say which letters they
stand for; so each shaped run carries its letters as ActualText, and what is copied or searched is what was typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, Self

from reportlab.pdfbase.ttfonts import ShapedStr, shapeFragWord
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import paragraph

from myositis_desktop.errors import UserError

SHAPED = frozenset({"NotoSansArabic", "NotoSansHebrew", "NotoSansDevanagari", "NotoSansThai"})
"""Fonts whose text is shaped."""
_FEATURES = {"kern": True, "liga": False, "dlig": False}
"""Without ornament: a name keeps each of its letters; ligatures that the script demands stay."""
_BINDER = "\N{NO-BREAK SPACE}"
_TRAILING, _LEADING = "\N{THAI CHARACTER SARA AM}\u200c\u200d", "เแโใไ\N{DEVANAGARI SIGN VIRAMA}\u200c\u200d"
_LINE = 24
"""Letters of a right-to-left run on one line: runs are not broken by the paragraph, which knows left to right only."""


def is_right_to_left(char: str) -> bool:
    """Whether a letter belongs to a script that runs from right to left."""
    return unicodedata.bidirectional(char) in ("R", "AL")


def runs(text: str, field: str) -> Iterator[tuple[bool, str]]:
    """(from right to left, its text) for each stretch; a right-to-left stretch keeps its spaces and marks inside.

    Raises:
        UserError: a number stands beside right-to-left letters: on paper it could be read with its digits or its
            place turned round.
    """
    begin = 0
    for start, end in _stretches(text):
        if begin < start:
            yield False, text[begin:start]
        yield True, text[start:end]
        begin = end
    if begin < len(text):
        yield False, text[begin:]
    if _has_number_beside(text):
        raise UserError(
            f"The document was not made: “{field}” has a number beside letters that run from right to left, and on "
            "paper it could be read the wrong way round. Nothing was lost; write number and words apart."
        )


def lines(stretch: str) -> list[str]:
    """A right-to-left stretch as lines, each one bound together, so that it is shaped and turned as one."""
    out, line = [], ""
    for word in stretch.split(" "):
        longer = f"{line} {word}".strip()
        if line and len(longer) > _LINE:
            out.append(line)
            longer = word
        line = longer
    return [part.replace(" ", _BINDER) for part in [*out, line] if part]


def pieces(word: str) -> list[str]:
    """A long word of a shaped script in pieces that may stand on lines of their own, no letter without its marks."""
    out, piece = [], ""
    for char in word:
        loose = not unicodedata.category(char).startswith("M") and char not in _TRAILING
        if len(piece) >= _LINE and loose and piece[-1] not in _LEADING:
            out.append(piece)
            piece = ""
        piece += char
    return [*out, piece]


def _stretches(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = None
    for at, char in enumerate(text):
        if is_right_to_left(char):
            start = at if start is None else start
            end = at + 1
        elif start is not None and unicodedata.bidirectional(char) == "NSM":
            end = at + 1
        elif start is not None and char.isalpha():
            found.append((start, end))
            start = None
    return found if start is None else [*found, (start, end)]


def _has_number_beside(text: str) -> bool:
    kinds = "".join(
        "R" if is_right_to_left(c) else "1" if unicodedata.category(c).startswith("N") else "L" if c.isalpha() else "."
        for c in text
    )
    return re.search(r"R\.*1|1\.*R", kinds) is not None


Parts = tuple[tuple[int, str], ...]
"""(number of glyphs, the letters they stand for), in the order of the page."""


class Spoken(ShapedStr):  # type: ignore[misc] # ReportLab has no types
    """Shaped glyphs that still know their letters."""

    parts: Parts

    def __new__(cls, glyphs: str, shape: list[Any], parts: Parts) -> Self:
        made: Self = super().__new__(cls, glyphs, shape)
        made.parts = parts
        return made

    def __add__(self, other: str) -> "Spoken":
        joined = ShapedStr.__add__(self, other)
        return Spoken(str(joined), joined.__shapeData__, self.parts + _parts(other))

    def __radd__(self, other: str) -> "Spoken":
        joined = ShapedStr.__radd__(self, other)
        return Spoken(str(joined), joined.__shapeData__, _parts(other) + self.parts)


def _parts(text: str) -> Parts:
    return text.parts if isinstance(text, Spoken) else ((len(text), str(text)),)


def _spoken(text: str, glyphs: ShapedStr) -> Spoken:
    """From left to right the run says its letters as a whole; from right to left each glyph says its own, because
    readers turn the order of the page round by themselves, that of two letters in one glyph (lam-alef) with it.
    """
    letters = text.replace(_BINDER, " ")
    if not any(map(is_right_to_left, letters)):
        return Spoken(str(glyphs), glyphs.__shapeData__, ((len(glyphs), letters),))
    counts = Counter(data.cluster for data in glyphs.__shapeData__)
    begins = sorted(counts)
    ends = dict(zip(begins, [*begins[1:], len(letters)], strict=True))
    parts = tuple((counts[b], letters[b : ends[b]][::-1]) for b in reversed(begins))
    return Spoken(str(glyphs), glyphs.__shapeData__, parts)


def _shape(word: Any, *_: object) -> Any:  # noqa: ANN401 - ReportLab's own list of fragments
    """A word of ReportLab, each of its runs shaped in its own font; the library would shape all in the first font."""
    if not any(getattr(frag, "fontName", "") in SHAPED and text for frag, text in word[1:]):
        return word
    width, parts = 0.0, []
    for frag, text in word[1:]:
        if text and frag.fontName in SHAPED and not isinstance(text, ShapedStr):
            shaped = shapeFragWord([0, (frag, text)], _FEATURES, force=True)
            text = _spoken(text, shaped[1][1])  # noqa: PLW2901 - the same text, shaped
        if isinstance(text, ShapedStr):
            width += sum(data.x_advance for data in text.__shapeData__) * frag.fontSize / 1000
        elif text:
            width += paragraph.stringWidth(text, frag.fontName, frag.fontSize)
        parts.append((frag, text))
    return type(word)([width, *parts])


# The paragraph calls the shaper by this name; ours shapes run by run and keeps the letters.
paragraph.shapeFragWord = _shape


class _Text(PDFTextObject):  # type: ignore[misc] # ReportLab has no types
    def _formatText(self, text: str) -> str:  # noqa: N802 - ReportLab's name
        if not isinstance(text, Spoken):
            return str(super()._formatText(text))
        code, at = [], 0
        for count, letters in text.parts:
            piece = ShapedStr(str(text)[at : at + count], text.__shapeData__[at : at + count])
            said = ("\ufeff" + letters).encode("utf-16-be").hex().upper()
            code.append(f"/Span <</ActualText <{said}>>> BDC {super()._formatText(piece)} EMC")
            at += count
        return " ".join(code)


class SpokenCanvas(Canvas):  # type: ignore[misc] # ReportLab has no types
    """A canvas whose shaped text can be copied and searched."""

    def beginText(self, x: float = 0, y: float = 0, **how: object) -> _Text:  # noqa: N802 - ReportLab's name
        return _Text(self, x, y, **how)
