"""The letterhead: what is no picture, too large or cannot be printed is refused before it is kept."""

from io import BytesIO

import pytest
from PIL import Image

from myositis_desktop.documents import Letterhead, check_letterhead
from myositis_desktop.errors import UserError


def _picture(kind: str, size: tuple[int, int] = (60, 20)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "white").save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_and_an_address_are_taken(kind: str) -> None:
    check_letterhead(Letterhead("1 Hill Road\nΑθήνα\n東京", _picture(kind)))
    check_letterhead(Letterhead())


@pytest.mark.parametrize(
    ("logo", "why"),
    [
        (b"hello", "no picture"),
        (_picture("GIF"), "no picture"),
        (_picture("PNG")[:60], "no picture"),
        (bytes(1_000_001), "larger than 1 MB"),
        (_picture("PNG", (3000, 2000)), "4 million points"),
    ],
)
def test_what_is_no_small_picture_is_refused(logo: bytes, why: str) -> None:
    with pytest.raises(UserError, match=why):
        check_letterhead(Letterhead("", logo))


@pytest.mark.parametrize(("address", "why"), [("a\n" * 9, "8 lines"), ("x" * 700, "8 lines"), ("தமிழ்", "address")])
def test_an_address_that_cannot_be_printed_is_refused(address: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        check_letterhead(Letterhead(address))
