"""What `verify` says: good only where everything holds, and the right reason where it does not."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from myositis_desktop.documents import Verification, render_taper, sign, verify
from myositis_desktop.documents.identity import load_signer, make_root, make_signer
from myositis_desktop.errors import UserError
from tests.documents.sample import AT, PASSPHRASE, case, context, key_file, root, taper_pdf


@cache
def unsigned() -> bytes:
    return taper_pdf()


@cache
def once() -> bytes:
    return sign(unsigned(), load_signer(key_file(), PASSPHRASE), "author", AT)


@cache
def twice() -> bytes:
    other = load_signer(key_file("Prof. Ann Other"), PASSPHRASE)
    return sign(once(), other, "countersigner", AT + timedelta(hours=1))


def judge(pdf: bytes, said: tuple[bool | None, str] = (True, "The plan follows from the findings.")) -> Verification:
    return verify(pdf, [root().cert_pem], lambda _case, _plan: said)


def test_a_signed_document_is_good() -> None:
    seen = judge(once())
    assert (seen.verdict, seen.intact, seen.covers_whole_file, seen.changed_after_signing) == (
        "good",
        True,
        True,
        False,
    )
    assert (seen.signer, seen.signer_known, seen.reproduces) == ("Dr. Zoë Müller", True, True)
    assert [(s.field, s.meaning, s.at, s.issuer) for s in seen.signatures] == [
        ("author", "author", "2026-11-20T14:05:00+01:00", "Clinic for Muscle Disease")
    ]
    assert "whole file is covered" in seen.reasons[0]
    assert "Dr. Zoë Müller (author)" in seen.reasons[1]


def test_a_countersigned_document_is_good() -> None:
    seen = judge(twice())
    assert (seen.verdict, seen.covers_whole_file, seen.changed_after_signing) == ("good", True, False)
    assert [(s.signer, s.meaning) for s in seen.signatures] == [
        ("Dr. Zoë Müller", "author"), ("Prof. Ann Other", "countersigner"),
    ]  # fmt: skip


def test_the_json_has_the_fields_of_the_contract() -> None:
    assert list(judge(once()).to_json()) == [
        "intact", "covers_whole_file", "changed_after_signing", "signer", "signatures", "signer_known", "reproduces",
        "verdict", "reasons", "withdrawn",
    ]  # fmt: skip


def test_the_attachments_reach_the_judge_of_the_plan_as_they_were() -> None:
    got: list[tuple[bytes, bytes]] = []

    def reproduce(case_file: bytes, plan_file: bytes) -> tuple[bool | None, str]:
        got.append((case_file, plan_file))
        return True, "same"

    seen = verify(once(), [root().cert_pem], reproduce)
    assert got == [(context().case_bytes, context().plan_bytes)]
    assert seen.verdict == "good"


def test_a_plan_that_does_not_follow_is_bad() -> None:
    seen = judge(once(), (False, "Another dose follows from these findings."))
    assert (seen.verdict, seen.reproduces) == ("bad", False)
    assert seen.reasons[0] == "Another dose follows from these findings."


def test_a_plan_that_cannot_be_judged_here_is_not_bad_for_that() -> None:
    seen = judge(once(), (None, "Knowledge 2027.1.0 is not on this workstation."))
    assert (seen.verdict, seen.reproduces) == ("good", None)
    assert "Knowledge 2027.1.0 is not on this workstation." in seen.reasons


def test_without_the_root_the_signer_is_not_known() -> None:
    seen = verify(once(), [], lambda _c, _p: (True, ""))
    assert (seen.verdict, seen.signer_known, seen.intact) == ("bad", False, True)
    assert "is not known to this clinic" in seen.reasons[0]


def test_a_clinic_of_the_same_name_is_another_clinic() -> None:
    other = make_root("Clinic for Muscle Disease", AT)
    seen = judge(sign(unsigned(), load_signer(make_signer(other, "Dr. Zoë Müller", "x", AT), "x"), "author", AT))
    assert (seen.verdict, seen.signer_known, seen.signer) == ("bad", False, "Dr. Zoë Müller")


def test_an_unknown_countersigner_makes_the_document_bad() -> None:
    other = load_signer(make_signer(make_root("Elsewhere", AT), "Dr. Who", "x", AT), "x")
    seen = judge(sign(once(), other, "countersigner", AT))
    assert (seen.verdict, seen.signer_known, seen.intact) == ("bad", False, True)


def test_a_certificate_is_judged_on_the_day_of_signing() -> None:
    signer = load_signer(make_signer(root(), "Dr. Late", "x", AT, years=1), "x")
    in_time, late = AT + timedelta(days=300), AT + timedelta(days=500)
    assert judge(sign(unsigned(), signer, "author", in_time)).verdict == "good"
    seen = judge(sign(unsigned(), signer, "author", late))
    assert (seen.verdict, seen.signer_known) == ("bad", False)
    assert "not on the day it says it signed" in seen.reasons[0]


def test_an_unsigned_document_says_so() -> None:
    seen = judge(unsigned())
    assert (seen.verdict, seen.signer, seen.signatures) == ("unsigned", None, ())


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" * 100, "żółw".encode(), bytes(5000)])
def test_what_is_no_pdf_is_called_that(data: bytes) -> None:
    assert judge(data).verdict == "not-a-pdf"


def test_an_encrypted_file_is_bad_with_its_reason() -> None:
    target = BytesIO()
    canvas = Canvas(target, encrypt="secret")
    canvas.drawString(100, 100, "hello")
    canvas.save()
    seen = judge(target.getvalue())
    assert seen.verdict == "bad"
    assert "encrypted" in seen.reasons[0]


def test_a_giant_file_is_not_read() -> None:
    seen = judge(b"%PDF-1.7\n" + bytes(65 * 1024 * 1024))
    assert seen.verdict == "bad"
    assert "larger" in seen.reasons[0]


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99, 0.9999])
def test_a_document_cut_short_is_bad(part: float) -> None:
    seen = judge(once()[: int(len(once()) * part)])
    assert seen.verdict in ("bad", "unsigned")
    assert not seen.intact


def test_what_is_appended_is_seen() -> None:
    for tail in (b"\n", b"\n%%EOF\n", b"% more", b" " * 4000, b"%PDF-1.7\n"):
        seen = judge(once() + tail)
        assert (seen.verdict, seen.intact) == ("bad", True)
        assert (seen.covers_whole_file, seen.changed_after_signing) == (False, True)
        assert "something was added after signing" in seen.reasons[0]
        assert len(seen.reasons) == len(set(seen.reasons))


def test_a_root_that_is_no_certificate_is_the_callers_mistake() -> None:
    for pem in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(UserError, match="not a certificate"):
            verify(once(), [pem], lambda _c, _p: (True, ""))


# ---- attacks: an incremental update after the signature -----------------------------------------------------------


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    target = BytesIO()
    writer.write(target)  # type: ignore[no-untyped-call]
    return target.getvalue()


def _dictionary(entries: dict[generic.NameObject, generic.PdfObject]) -> generic.DictionaryObject:
    return generic.DictionaryObject(entries)  # type: ignore[no-untyped-call]


def _replace_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    other = generic.StreamObject(stream_data=b"BT ET 0 0 600 800 re f")
    page[pdf_name("/Contents")] = writer.add_object(other)
    writer.update_container(page)


def _swap_attachment(writer: IncrementalPdfFileWriter) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    spec["/EF"][pdf_name("/F")] = writer.add_object(generic.StreamObject(stream_data=b"{}\n"))
    writer.update_container(spec["/EF"])


def _edit_metadata(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(_dictionary({pdf_name("/Title"): generic.pdf_string("Another title")}))


def _fill_countersign_place(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][1]
    field[pdf_name("/V")] = generic.pdf_string("signed, trust me")
    writer.update_container(field)


def _add_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = _dictionary(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (10, 10, 500, 500))),
            pdf_name("/Contents"): generic.pdf_string("600 mg a day"),
        }
    )
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def _hide_content(writer: IncrementalPdfFileWriter) -> None:
    """A white box over the page: the old content stays, and nobody sees it."""
    page = writer.root["/Pages"]["/Kids"][0]
    white = writer.add_object(generic.StreamObject(stream_data=b"q 1 g 0 0 900 900 re f Q"))
    page[pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), white])
    writer.update_container(page)


def _change_nothing(writer: IncrementalPdfFileWriter) -> None:
    """A second revision that nobody has signed."""
    writer.update_root()  # type: ignore[no-untyped-call]


ATTACKS = [
    _replace_page,
    _hide_content,
    _swap_attachment,
    _edit_metadata,
    _fill_countersign_place,
    _add_annotation,
    _change_nothing,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.__name__)
@pytest.mark.parametrize("document", [once, twice], ids=["once", "twice"])
def test_an_update_after_signing_is_bad(
    attack: Callable[[IncrementalPdfFileWriter], None], document: Callable[[], bytes]
) -> None:
    forged = _updated(document(), attack)
    assert forged.startswith(document())
    seen = judge(forged)
    assert seen.verdict == "bad"
    assert not seen.covers_whole_file or not seen.intact
    assert seen.reproduces is None


@pytest.mark.parametrize("attack", [_replace_page, _swap_attachment, _add_annotation], ids=lambda a: a.__name__)
def test_a_known_countersigner_cannot_carry_a_change(attack: Callable[[IncrementalPdfFileWriter], None]) -> None:
    other = load_signer(key_file("Prof. Ann Other"), PASSPHRASE)
    try:
        forged = sign(_updated(once(), attack), other, "countersigner", AT)
    except UserError:
        return  # pyHanko itself may refuse; then nothing was forged
    seen = judge(forged)
    assert (seen.verdict, seen.changed_after_signing) == ("bad", True)


def test_a_signature_copied_to_another_document_is_bad() -> None:
    other = render_taper(context(case(), None, "Letter"), None)
    forged = other + once()[len(unsigned()) :]
    assert judge(forged).verdict == "bad"


# ---- one flipped bit, random rubbish ---------------------------------------------------------------------------------


def _flipped(pdf: bytes, at: int, bit: int) -> bytes:
    out = bytearray(pdf)
    out[at] ^= 1 << bit
    return bytes(out)


_CMS = 1300
"""Bytes of a signature of ours with its certificates, at least; zeros fill the rest of its place."""


def _container(pdf: bytes) -> tuple[int, int]:
    start = pdf.index(b"/Contents <30")
    return start, pdf.index(b">", start) + 1


@pytest.mark.parametrize(("document", "spots_of_each"), [(once, 60), (twice, 60)], ids=["once", "twice"])
def test_no_flipped_bit_leaves_a_document_good(document: Callable[[], bytes], spots_of_each: int) -> None:
    pdf, random = document(), Random(1)
    start, _ = _container(pdf)
    signed_by = [random.randrange(start, start + 2 * _CMS) for _ in range(spots_of_each)]
    padding = [random.randrange(*_container(pdf)) for _ in range(spots_of_each)]
    attached = pdf.index(b"/EmbeddedFile")
    anywhere = [random.randrange(len(pdf)) for _ in range(spots_of_each)]
    for at in [*signed_by, *padding, *anywhere, *range(attached, attached + 400, 40)]:
        assert judge(_flipped(pdf, at, random.randrange(8))).verdict != "good"


@pytest.mark.soak
@pytest.mark.parametrize("document", [once, twice], ids=["once", "twice"])
def test_no_flipped_bit_anywhere_leaves_a_document_good(document: Callable[[], bytes]) -> None:
    pdf, random = document(), Random(2)
    start, end = _container(pdf)
    spots = [*range(start, end), *random.sample(range(len(pdf)), 5000)]
    for at in spots:
        assert judge(_flipped(pdf, at, random.randrange(8))).verdict != "good"


@given(st.binary(max_size=400), st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_rubbish_never_breaks_the_judge(rubbish: bytes, place: int) -> None:
    pdf = once()
    at = place % len(pdf)
    assert judge(pdf[:at] + rubbish + pdf[at + 100 :]).verdict in ("bad", "not-a-pdf")
    assert judge(b"%PDF-1.7\n" + rubbish).verdict == "bad"


def _mutated(pdf: bytes, random: Random) -> bytes:
    """One of the ways in which a file is spoilt: bits, a cut, a part twice, a part from elsewhere, rubbish between."""
    at, length = random.randrange(len(pdf)), random.randrange(1, 300)
    kind = random.randrange(5)
    if kind == 0:
        return _flipped(pdf, at, random.randrange(8))
    if kind == 1:
        return pdf[:at] + pdf[at + length :]
    if kind == 2:
        return pdf[:at] + pdf[at : at + length] + pdf[at:]
    if kind == 3:
        other = random.randrange(len(pdf))
        return pdf[:at] + pdf[other : other + length] + pdf[at + length :]
    return pdf[:at] + random.randbytes(length) + pdf[at:]


def _no_mutant_is_good(count: int, seed: int) -> None:
    random = Random(seed)
    for _ in range(count):
        pdf = random.choice((once, twice))()
        spoilt = _mutated(pdf, random)
        assert spoilt == pdf or judge(spoilt).verdict != "good"


def test_no_spoilt_file_is_good_and_none_breaks_the_judge() -> None:
    _no_mutant_is_good(30, 3)


@pytest.mark.soak
def test_none_of_five_thousand_spoilt_files_is_good() -> None:
    _no_mutant_is_good(5000, 4)
