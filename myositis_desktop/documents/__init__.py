"""Plans on paper: rendering, signing, verifying, and the certificates that stand behind a signature.

ReportLab and pyHanko take long to load, so each function loads what it needs when it is first called.
"""
# ruff: noqa: PLC0415  (see above)

from collections.abc import Callable, Sequence
from datetime import datetime

from myositis_desktop.documents.context import DocumentContext, Imprint, Letterhead, LetterTooLong, Mark, PageSize
from myositis_desktop.documents.signer import Signer
from myositis_desktop.documents.verification import Meaning, SignatureReport, Verdict, Verification, WithdrawnFor
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.trend import Trend

__all__ = [
    "DocumentContext",
    "Imprint",
    "LetterTooLong",
    "Letterhead",
    "Mark",
    "Meaning",
    "PageSize",
    "SignatureReport",
    "Signer",
    "Verdict",
    "Verification",
    "WithdrawnFor",
    "add_time_stamp",
    "calendar_file",
    "chart_svg",
    "check_letterhead",
    "render_intake",
    "render_letter",
    "render_monitoring",
    "render_pharmacy",
    "render_taper",
    "render_treatment",
    "render_wall_sheet",
    "render_withdrawal",
    "render_workup",
    "sign",
    "signed_digest",
    "time_request",
    "verify",
]


def calendar_file(ctx: DocumentContext, *, named: bool) -> bytes:
    """The dates of the plan as a calendar file (.ics); the patient's name stands in it only if `named`."""
    from myositis_desktop.documents import dates

    return dates.calendar_file(ctx, named=named)


def chart_svg(trend: Trend) -> bytes:
    """One chart of the course as SVG, the very drawing of the documents."""
    from myositis_desktop.documents import trends

    return trends.svg(trend)


def render_treatment(ctx: DocumentContext, mark: Mark) -> bytes:
    """The treatment plan as PDF, case and plan file attached; the same input gives the same bytes.

    Raises:
        UserError: a character cannot be printed, or the knowledge version of the plan is not here.
    """
    from myositis_desktop.documents import treatment

    return treatment.render(ctx, mark)


def render_taper(ctx: DocumentContext, mark: Mark) -> bytes:
    """The taper plan as PDF, case and plan file attached; the same input gives the same bytes.

    Raises:
        UserError: there is no taper, a character cannot be printed, or the knowledge version is not here.
    """
    from myositis_desktop.documents import taper

    return taper.render(ctx, mark)


def render_withdrawal(ctx: DocumentContext, why: WithdrawnFor, reason: str) -> bytes:
    """The notice that a signed plan was withdrawn, as PDF to be signed.

    Raises:
        UserError: a character cannot be printed, or the knowledge version is not here.
    """
    from myositis_desktop.documents import withdrawal

    return withdrawal.render(ctx, why, reason)


def render_workup(ctx: DocumentContext, mark: Mark) -> bytes:
    """The request sheet of the work-up before treatment as PDF; the same input gives the same bytes.

    Raises:
        UserError: a character cannot be printed, or the knowledge version of the plan is not here.
    """
    from myositis_desktop.documents import workup

    return workup.render(ctx, mark)


def render_pharmacy(ctx: DocumentContext, mark: Mark) -> bytes:
    """The pharmacy sheet as PDF: drugs, strengths, counts, boxes; the same input gives the same bytes.

    Raises:
        UserError: a character cannot be printed, or the knowledge version of the plan is not here.
    """
    from myositis_desktop.documents import pharmacy

    return pharmacy.render(ctx, mark)


def render_monitoring(ctx: DocumentContext, mark: Mark) -> bytes:
    """The monitoring calendar as PDF; the same input gives the same bytes.

    Raises:
        UserError: there is no test by date, a character cannot be printed, or the knowledge version is not here.
    """
    from myositis_desktop.documents import monitoring

    return monitoring.render(ctx, mark)


def render_letter(ctx: DocumentContext, mark: Mark) -> bytes:
    """The letter summary as PDF of exactly one page; the same input gives the same bytes.

    Raises:
        UserError: it does not fit on one page, a character cannot be printed, or the knowledge version is not here.
    """
    from myositis_desktop.documents import letter

    return letter.render(ctx, mark)


def render_intake(catalogue: Catalogue, imprint: Imprint) -> bytes:
    """The blank intake form as PDF, to be filled in with a pen; the same input gives the same bytes.

    Raises:
        UserError: a character of the clinic's name or address cannot be printed.
    """
    from myositis_desktop.documents import intake

    return intake.render(catalogue, imprint)


def render_wall_sheet(imprint: Imprint) -> bytes:
    """The sheet with the fingerprint of the clinic's root certificate as PDF.

    Raises:
        UserError: a character of the clinic's name or address cannot be printed.
    """
    from myositis_desktop.documents import wall_sheet

    return wall_sheet.render(imprint)


def check_letterhead(head: Letterhead) -> None:
    """Raises UserError where address or logo cannot be printed."""
    from myositis_desktop.documents import letterhead

    letterhead.check(head)


def sign(pdf: bytes, signer: Signer, meaning: Meaning, at: datetime) -> bytes:
    """The document with one more signature (PAdES B-B): the author's first, then one countersignature.

    Raises:
        UserError: the document is a draft or not ours, both places are taken, or the name cannot be printed.
    """
    from myositis_desktop.documents import signing

    return signing.sign(pdf, signer, meaning, at)


def time_request(pdf: bytes) -> bytes:
    """A request file (RFC 3161, DER) that asks an authority to stamp the time of the newest signature.

    Raises:
        UserError: there is no signature, or it has a time-stamp already.
    """
    from myositis_desktop.documents import timestamping

    return timestamping.time_request(pdf)


def add_time_stamp(pdf: bytes, reply: bytes) -> bytes:
    """The document with the time-stamp of the authority's reply file (RFC 3161, DER); as long as before.

    Raises:
        UserError: the reply is a refusal, is damaged, or belongs to another document.
    """
    from myositis_desktop.documents import timestamping

    return timestamping.add_time_stamp(pdf, reply)


def signed_digest(pdf: bytes) -> str:
    """What names a signed document (SHA-256, hex): the same before and after countersignature and time-stamp.

    Raises:
        UserError: nobody has signed it.
    """
    from myositis_desktop.documents import verifying

    return verifying.signed_digest(pdf)


def verify(
    pdf: bytes, roots: Sequence[bytes], reproduce: Callable[[bytes, bytes], tuple[bool | None, str]]
) -> Verification:
    """What a file proves: coverage and later changes first, then who signed, then whether the plan can be made again.

    Args:
        pdf: the file, whatever it is; nothing in it makes this function raise.
        roots: PEM of the root certificates that this clinic trusts, or its whole trust file (`trust.write_trust`).
        reproduce: gets the case and plan bytes of the signed revision; says whether they belong together (None: cannot
            be judged here) and why.
    """
    from myositis_desktop.documents import verifying

    return verifying.verify(pdf, roots, reproduce)
