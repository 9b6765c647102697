"""Signing by pyHanko: PAdES B-B, offline, into the places that the document keeps for it."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from asn1crypto import crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers import Signer as PyhankoSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from myositis_desktop.documents.identity import name_of
from myositis_desktop.documents.pdf_objects import AUTHOR_FIELD, COUNTERSIGN_FIELD
from myositis_desktop.documents.quiet import run_now
from myositis_desktop.documents.signer import Signer
from myositis_desktop.documents.stamp import stamp
from myositis_desktop.documents.verification import MEANINGS, Meaning
from myositis_desktop.errors import BugError, UserError

_RESERVED = 2 * 12 * 1024
"""Hexadecimal digits kept for a signature: room for certificates and, later, a time-stamp with its own."""


def sign(pdf: bytes, signer: Signer, meaning: Meaning, at: datetime) -> bytes:
    """See `documents.sign`."""
    if at.tzinfo is None:
        raise BugError("the moment of signing has no zone")
    issuer = x509.load_der_x509_certificate(signer.chain[0]) if signer.chain else None
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        field, box = _free_place(writer)
    except PdfError as error:
        raise UserError("Not signed: the file is not a document that this program can sign.") from error
    look = stamp(signer.name, MEANINGS[meaning], at, name_of(issuer) if issuer else "unknown origin", box)
    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        name=signer.name,
        reason=MEANINGS[meaning],
        subfilter=SigSeedSubFilter.PADES,
        certify=field == AUTHOR_FIELD,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    job = _Clocked(meta, _key(signer), stamp_style=_look(look))
    job.at = at.replace(microsecond=0)
    if signer.revocation_lists:
        _embed(writer, signer.revocation_lists)
    signed: BytesIO = run_now(job.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=_RESERVED))
    return signed.getvalue()


def _embed(writer: IncrementalPdfFileWriter, lists: tuple[bytes, ...]) -> None:
    """The revocation lists of now, in the same revision as the signature: it signs them too."""
    found = [crl.CertificateList.load(der) for der in lists]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=found)


def _look(page: bytes) -> StaticStampStyle:
    """The page as it is, without the margin and the scaling that pyHanko adds by itself."""
    place = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MIN,
        y_align=layout.AxisAlignment.ALIGN_MIN,
        inner_content_scaling=layout.InnerScaling.NO_SCALING,
    )
    return StaticStampStyle(border_width=0, background=_Page(page), background_layout=place, background_opacity=1.0)


def _free_place(writer: IncrementalPdfFileWriter) -> tuple[str, tuple[float, float]]:
    """The next empty signature field and its size in points: the author's, then the countersignature's."""
    empty = {name: field.get_object() for name, value, field in enumerate_sig_fields(writer, filled_status=False)}
    for name in (AUTHOR_FIELD, COUNTERSIGN_FIELD):
        if name in empty:
            left, bottom, right, top = (float(number) for number in empty[name]["/Rect"])
            return name, (right - left, top - bottom)
    raise UserError(
        "Not signed: the document has no free place for a signature. It is a draft, or all its places are taken."
    )


def _key(signer: Signer) -> PyhankoSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko gives it no types
    store.register_multiple([asn1_x509.Certificate.load(c) for c in signer.chain])
    if signer.ask_token is not None:
        return _Outside(asn1_x509.Certificate.load(signer.certificate), store, signer.ask_token)
    return SimpleSigner(
        asn1_x509.Certificate.load(signer.certificate),
        asn1_keys.PrivateKeyInfo.load(signer.key),
        store,
    )


class _Outside(PyhankoSigner):
    """A key that stays in its token: the bytes go there, the signature comes back."""

    def __init__(
        self, cert: asn1_x509.Certificate, store: SimpleCertificateStore, ask: Callable[[bytes], bytes]
    ) -> None:
        super().__init__(signing_cert=cert, cert_registry=store)
        self.ask = ask

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256" or dry_run:
            raise BugError("a token is asked for one kind of signature only")
        return self.ask(data)


class _Clocked(PdfSigner):
    """Signs at the moment it is given; the program's clock is asked in one place only, and not here."""

    at: datetime

    def init_signing_session(self, pdf_out, existing_fields_only=False) -> PdfSigningSession:  # type: ignore[no-untyped-def]  # noqa: ANN001
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _Page(PdfContent):
    """One page of a PDF in memory as the appearance of a signature."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self.pdf = pdf

    def render(self) -> bytes:
        if self.writer is None:
            raise BugError("a stamp without a file to stand in")
        page = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        self.resources.xobject[generic.pdf_name("/Stamp")] = page
        x1, y1, x2, y2 = page.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(x2 - x1), height=abs(y2 - y1))
        return b"/Stamp Do"
