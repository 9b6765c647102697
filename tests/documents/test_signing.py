"""Signatures: in their places, with the name, the moment and the meaning on the page, without a network."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from subprocess import run

import pytest

from myositis_desktop.documents import render_taper, render_treatment, sign, verify
from myositis_desktop.documents.identity import load_signer, make_signer
from myositis_desktop.documents.signer import Signer
from myositis_desktop.errors import BugError, UserError
from tests.documents.reading import needs_poppler, poppler, words
from tests.documents.sample import AT, PASSPHRASE, context, key_file, root, taper_pdf, treatment_pdf


def _signer(name: str = "Dr. Zoë Müller") -> Signer:
    return load_signer(key_file(name), PASSPHRASE)


@needs_poppler
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_pdfsig_finds_the_signature_valid_and_the_whole_document_signed(size: str) -> None:
    for render in (render_treatment, render_taper):
        said = poppler("pdfsig", sign(render(context(page_size=size), None), _signer(), "author", AT))
        assert "Signature is Valid." in said
        assert "Total document signed" in said
        assert "ETSI.CAdES.detached" in said
        assert "Signer Certificate Common Name: Dr. Zoë Müller" in said
        assert "Signature Field Name: countersign\n  The signature form field is not signed." in said


@needs_poppler
def test_a_countersignature_leaves_the_first_valid() -> None:
    once = sign(taper_pdf(), _signer(), "author", AT)
    twice = sign(once, _signer("Prof. Ann Other"), "countersigner", AT + timedelta(hours=2))
    assert twice.startswith(once)
    said = poppler("pdfsig", twice)
    assert said.count("Signature is Valid.") == 2
    assert said.count("\n  - Total document signed") == 1


def test_the_signed_document_begins_with_the_bytes_of_the_preview() -> None:
    preview = treatment_pdf("unsigned-preview")
    assert sign(preview, _signer(), "author", AT).startswith(preview)


@needs_poppler
def test_the_page_shows_name_meaning_and_moment() -> None:
    once = sign(taper_pdf(), _signer(), "author", AT)
    text = words(sign(once, _signer("Prof. Ann Other"), "countersigner", AT + timedelta(hours=2)))
    for expected in (
        "Dr. Zoë Müller",
        "I am the author of this document. 20 Nov 2026 14:05 UTC+01:00",
        "Prof. Ann Other",
        "I countersign this document. 20 Nov 2026 16:05 UTC+01:00",
        "certificate of Clinic for Muscle Disease",
    ):
        assert expected in text


@needs_poppler
def test_a_long_name_fits_its_place() -> None:
    name = "Prof. Dr. " + "Wolfeschlegelsteinhausen " * 8
    signer = load_signer(make_signer(root(), name.strip(), "x", AT), "x")
    assert name.strip() in words(sign(taper_pdf(), signer, "author", AT))


def test_a_draft_has_no_place_to_sign() -> None:
    with pytest.raises(UserError, match="no free place"):
        sign(taper_pdf("draft"), _signer(), "author", AT)


def test_there_is_no_third_signature() -> None:
    pdf = taper_pdf()
    for _ in range(2):
        pdf = sign(pdf, _signer(), "author", AT)
    with pytest.raises(UserError, match="no free place"):
        sign(pdf, _signer(), "countersigner", AT)


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_document_cannot_be_signed(data: bytes) -> None:
    with pytest.raises(UserError, match="Not signed"):
        sign(data, _signer(), "author", AT)


def test_a_name_that_cannot_be_printed_is_not_signed_with() -> None:
    signer = replace(_signer(), name="தமிழ்")
    with pytest.raises(UserError, match="name of the signer"):
        sign(taper_pdf(), signer, "author", AT)


def test_a_moment_without_a_zone_is_a_fault() -> None:
    with pytest.raises(BugError):
        sign(taper_pdf(), _signer(), "author", AT.replace(tzinfo=None))


def test_the_moment_is_the_one_that_was_given() -> None:
    at = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    signed = sign(taper_pdf(), _signer(), "author", at)
    seen = verify(signed, [root().cert_pem], lambda _case, _plan: (True, ""))
    assert seen.signatures[0].at == "2031-02-03T04:05:06+00:00"


def test_documents_load_neither_pyhanko_nor_reportlab_until_they_are_needed() -> None:
    heavy = "('pyhanko', 'reportlab', 'asyncio', 'cryptography')"
    code = f"import sys, myositis_desktop.documents; print([m for m in {heavy} if m in sys.modules])"
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib, datetime; from myositis_desktop.documents import render_taper, render_treatment;"
        "from tests.documents.sample import context;"
        "print([hashlib.sha256(r(context(), None)).hexdigest() for r in (render_treatment, render_taper)])"
    )
    seen = {
        run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "SOURCE_DATE_EPOCH": seed, "TZ": zone, "LC_ALL": "C"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo"))
    }  # fmt: skip
    assert len(seen) == 1
