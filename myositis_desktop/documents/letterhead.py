"""The letterhead: name, address and logo of the clinic above the first page of a document."""

import warnings
from io import BytesIO

from PIL import Image as Picture
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image

from myositis_desktop.documents.context import Letterhead
from myositis_desktop.documents.fonts import refuse_unprintable
from myositis_desktop.documents.pieces import grid, text
from myositis_desktop.documents.style import RULE
from myositis_desktop.errors import UserError

LARGEST_LOGO = 1_000_000
"""Bytes: the logo travels in each document."""
_MOST_PIXELS = 4_000_000
_FORMATS = ("PNG", "JPEG")
_LOGO_WIDTH, _LOGO_HEIGHT = 48 * mm, 18 * mm
_MOST_LINES, _MOST_LETTERS = 8, 600


def check(head: Letterhead) -> None:
    """Raises UserError where address or logo cannot be printed."""
    if head.address.count("\n") >= _MOST_LINES or len(head.address) > _MOST_LETTERS:
        raise UserError("The address was not taken: it has room for 8 lines. Nothing was changed. Shorten it.")
    refuse_unprintable(head.address, "address of the clinic")
    if head.logo:
        _check_logo(head.logo)


def _check_logo(logo: bytes) -> None:
    """PNG or JPEG, at most 1 MB and 4 megapixels."""
    wrong = "The logo was not taken: {}. Nothing was changed. Choose a PNG or JPEG picture of at most 1 MB."
    if len(logo) > LARGEST_LOGO:
        raise UserError(wrong.format("the file is larger than 1 MB"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Picture.open(BytesIO(logo), formats=_FORMATS)
            if picture.width * picture.height > _MOST_PIXELS:
                raise UserError(wrong.format("the picture has more than 4 million points"))
            picture.load()
            _drawn(logo)
    except (OSError, ValueError, SyntaxError, Warning, Picture.DecompressionBombError) as error:
        raise UserError(wrong.format("it is no picture that can be read")) from error


def letterhead(name: str, head: Letterhead, width: float) -> list[Flowable]:
    """Name and address at the left, the logo at the right; nothing where neither address nor logo is set.

    Raises:
        UserError: a character is in no shipped font.
    """
    if not head.address and not head.logo:
        return []
    said: list[Flowable] = [text(name, "head", "name of the clinic")] if name else []
    said += [text(line, "cell", "address of the clinic") for line in head.address.splitlines() if line.strip()]
    logo = _drawn(head.logo) if head.logo else ""
    right = _LOGO_WIDTH + 4 * mm
    rule = (("LINEBELOW", (0, 0), (-1, -1), 0.6, RULE), ("BOTTOMPADDING", (0, 0), (-1, -1), 5))
    top = grid([[said or "", logo]], [width - right, right], ("ALIGN", (1, 0), (1, 0), "RIGHT"), *rule)
    top.spaceAfter = 8
    return [top]


def _drawn(logo: bytes) -> Image:
    """The logo as large as its place allows, its shape kept."""
    wide, high = ImageReader(BytesIO(logo)).getSize()
    scale = min(_LOGO_WIDTH / wide, _LOGO_HEIGHT / high)
    out = Image(BytesIO(logo), wide * scale, high * scale)
    out.hAlign = "RIGHT"
    return out
