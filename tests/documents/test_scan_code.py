"""The printed code, read back from the page by another program."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import zxingcpp
from PIL import Image

from myositis_desktop.documents import render_treatment
from tests.documents.reading import needs_poppler, pages
from tests.documents.sample import context

LETTERS = "MYO1" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 24 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ23"
"""The longest there is."""


def _read(pdf: bytes, folder: Path, dots: int) -> list[str]:
    """What is read from the last page."""
    file, last = folder / "plan.pdf", str(len(pages(pdf)))
    file.write_bytes(pdf)
    tool = shutil.which("pdftoppm") or ""
    subprocess.run([tool, "-r", str(dots), "-gray", "-f", last, str(file), str(folder / "page")], check=True)
    return [found.text for page in sorted(folder.glob("page*")) for found in zxingcpp.read_barcodes(Image.open(page))]


@needs_poppler
def test_the_longest_code_is_read_from_the_page(tmp_path: Path) -> None:
    assert len(LETTERS) == 800
    pdf = render_treatment(replace(context(), code=LETTERS), None)
    for dots in (150, 300):
        assert _read(pdf, tmp_path, dots) == [LETTERS]


@needs_poppler
def test_a_draft_and_a_plan_without_code_have_none(tmp_path: Path) -> None:
    assert _read(render_treatment(replace(context(), code=LETTERS), "draft"), tmp_path, 100) == []
