"""Reads documents back with poppler, the independent judge of these tests."""

import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None or shutil.which("pdfsig") is None,
    reason="poppler-utils is not installed: its pdftotext, pdfsig and pdffonts are the outside judges",
)


@lru_cache(maxsize=16)
def poppler(tool: str, pdf: bytes, *options: str) -> str:
    """What a tool of poppler prints about a PDF, the name of its file left out."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "document.pdf")
        file.write_bytes(pdf)
        behind = ["-"] if tool == "pdftotext" else []
        done = subprocess.run([tool, *options, str(file), *behind], capture_output=True, check=False, timeout=60)
    return done.stdout.decode()


def pages(pdf: bytes) -> list[str]:
    """The text of each page, spaces made single."""
    return [" ".join(page.split()) for page in poppler("pdftotext", pdf).split("\f")[:-1]]


def words(pdf: bytes) -> str:
    """The text of the whole document, spaces made single."""
    return " ".join(pages(pdf))


def lines(pdf: bytes) -> str:
    """The text of the whole document in the order in which it was drawn: tables row by row; spaces made single."""
    return " ".join(poppler("pdftotext", pdf, "-raw").split()).replace("\N{NO-BREAK SPACE}", " ")


def column(pdf: bytes, left_mm: float, width_mm: float, above: str) -> list[str]:
    """The numbers of one column of a table on every page, below the head that ends with the word `above`."""
    points = 72 / 25.4
    crop = ("-x", str(round(left_mm * points)), "-W", str(round(width_mm * points)), "-y", "80", "-H", "660")
    numbers = []
    for page in poppler("pdftotext", pdf, "-r", "72", "-layout", *crop).split("\f"):
        _, head, below = page.partition(above + "\n")
        numbers += re.findall(r"^\s*(\d+(?:\.\d+)?)\s*$", below, re.MULTILINE) if head else []
    return numbers
