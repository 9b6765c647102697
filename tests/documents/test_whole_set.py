"""Outside judges on every document of the set, signed where it is signed."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from myositis_desktop.documents import (
    DocumentContext,
    Imprint,
    Letterhead,
    Mark,
    render_intake,
    render_withdrawal,
    sign,
)
from myositis_desktop.documents import render_letter as letter
from myositis_desktop.documents import render_monitoring as monitoring
from myositis_desktop.documents import render_pharmacy as pharmacy
from myositis_desktop.documents import render_taper as taper
from myositis_desktop.documents import render_treatment as treatment
from myositis_desktop.documents import render_workup as workup
from myositis_desktop.documents.identity import load_signer
from myositis_desktop.errors import UserError
from tests.documents.reading import needs_poppler, pages, poppler
from tests.documents.sample import AT, KNOWLEDGE, PASSPHRASE, catalogue, context, key_file

SIGNED: Mapping[str, Callable[[DocumentContext, Mark], bytes]] = {
    "treatment": treatment, "taper": taper, "pharmacy": pharmacy, "monitoring": monitoring, "letter": letter,
    "withdrawal": lambda ctx, _: render_withdrawal(ctx, "entered-in-error", "Typed into the wrong form."),
}  # fmt: skip
EVERY = (*SIGNED, "workup", "intake")
QPDF = shutil.which("qpdf") or ""
ADDRESS = "12 Hill Road\nHilltown 4711"


@cache
def logo() -> bytes:
    target = BytesIO()
    Image.linear_gradient("L").save(target, "PNG")
    return target.getvalue()


@cache
def made(name: str) -> bytes:
    head = Letterhead(ADDRESS, logo())
    ctx = context(page_size="Letter")
    ctx = replace(ctx, letterhead=head)
    if name == "workup":
        return workup(ctx, None)
    if name == "intake":
        return render_intake(catalogue(), Imprint("Clinic", "0.1.0", KNOWLEDGE, AT, "Letter", head))
    return sign(SIGNED[name](ctx, None), load_signer(key_file(), PASSPHRASE), "author", AT)


@pytest.mark.skipif(not QPDF, reason="qpdf is not installed")
@pytest.mark.parametrize("name", EVERY)
def test_qpdf_finds_no_fault(name: str, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(made(name))
    done = subprocess.run([QPDF, "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_poppler
@pytest.mark.parametrize("name", EVERY)
def test_every_font_is_embedded_and_the_letterhead_is_on_the_first_page(name: str) -> None:
    lines = poppler("pdffonts", made(name)).splitlines()[2:]
    assert lines
    assert all(line.split()[-5] == "yes" for line in lines), lines
    assert "12 Hill Road Hilltown 4711" in pages(made(name))[0]
    assert poppler("pdfinfo", made(name)).count("612 x 792 pts (letter)") == 1


@needs_poppler
@pytest.mark.parametrize("name", SIGNED)
def test_pdfsig_finds_the_whole_of_each_signed(name: str) -> None:
    said = poppler("pdfsig", made(name))
    assert "Signature is Valid." in said
    assert "Total document signed" in said


@pytest.mark.parametrize("name", [*SIGNED, "workup"])
def test_what_no_font_has_stops_each_document(name: str) -> None:
    ctx = context()
    head = Letterhead("தமிழ்")
    ctx = replace(ctx, letterhead=head)
    with pytest.raises(UserError, match="address of the clinic"):
        {**SIGNED, "workup": workup}[name](ctx, None)
