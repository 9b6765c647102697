"""Rendering and signing the documents of a plan, against bare ReportLab and bare pyHanko on pages of the same words.

The bare document takes the very texts of the plan, in the same kinds of box (paragraph, table), the same embedded
fonts and the same two attachments, and is signed with the same key into a visible field.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from statistics import median
from time import process_time
from types import ModuleType
from unittest.mock import patch

from asn1crypto import keys, x509
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Table

from myositis_desktop.assets import asset
from myositis_desktop.cli.plan import assess
from myositis_desktop.documents import (
    DocumentContext,
    Mark,
    Signer,
    letter,
    monitoring,
    pharmacy,
    sign,
    taper,
    treatment,
)
from myositis_desktop.documents.identity import load_signer, make_root, make_signer
from myositis_desktop.exchange import case_bytes
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.plan_json import plan_bytes

RUNS = 9
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)

Render = Callable[[DocumentContext, Mark], bytes]
SET: dict[str, tuple[ModuleType, Render]] = {
    "treatment": (treatment, treatment.render),
    "taper": (taper, taper.render),
    "pharmacy": (pharmacy, pharmacy.render),
    "monitoring": (monitoring, monitoring.render),
    "letter": (letter, letter.render),
}
"""Every document that is signed with a plan."""

Block = str | list[list[str]]
"""A paragraph, or a table of cells."""


def seconds() -> tuple[float, float, int]:
    """(ours, bare, pages of ours) of the whole signed set: medians, taken in turns."""
    context, signer = _context(), _signer()
    blocks = {kind: list(_blocks(_story(module, render, context))) for kind, (module, render) in SET.items()}
    made = [render(context, None) for _, render in SET.values()]
    pages = sum(int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"]) for pdf in made)

    def ours() -> None:
        for _, render in SET.values():
            sign(render(context, None), signer, "author", NOW)

    def bare() -> None:
        for kind in SET:
            _bare_sign(_bare_render(blocks[kind]), context, signer)

    pairs = [(_timed(ours), _timed(bare)) for _ in range(RUNS + 1)][1:]
    return median(p[0] for p in pairs), median(p[1] for p in pairs), pages


def _timed(job: Callable[[], None]) -> float:
    gc.collect()
    start = process_time()
    job()
    return process_time() - start


def _context() -> DocumentContext:
    data = asset("resources", "demo", "01-dermatomyositis.json").read_bytes()
    pack = load_pack()
    assessed, _ = assess(data, pack)
    if assessed is None:
        raise SystemExit("the example case is refused")
    return DocumentContext(
        case=assessed.case,
        plan=assessed.plan,
        catalogue=pack.catalogue,
        case_bytes=case_bytes(assessed.case),
        plan_bytes=plan_bytes(assessed.plan),
        plan_number="2026-0001",
        generated_at=NOW,
        clinic_name="Bench",
        supersedes=None,
        author="Dr Bench",
        audit_head=None,
        root_fingerprint=None,
        page_size="A4",
    )


def _signer() -> Signer:
    return load_signer(
        make_signer(make_root("Bench", NOW), "Dr Bench", "a passphrase of the bench", NOW), "a passphrase of the bench"
    )


def _story(module: ModuleType, render: Render, context: DocumentContext) -> list[Flowable]:
    """What our document is laid out from."""
    caught: list[Flowable] = []

    def catch(_ctx: object, _title: str, story: list[Flowable], _mark: object) -> bytes:
        caught.extend(story)
        return b""

    with patch.object(module, "build", catch):
        render(context, None)
    return caught


def _blocks(story: Iterable[object]) -> Iterator[Block]:
    for flowable in story:
        if isinstance(flowable, Paragraph):
            yield flowable.text
        elif isinstance(flowable, KeepTogether):
            yield from _blocks(flowable._content)  # noqa: SLF001 - ReportLab has no public name for it
        elif isinstance(flowable, Table):
            yield [["\n".join(_texts(cell)) for cell in row] for row in flowable._cellvalues]  # noqa: SLF001 - as above


def _texts(cell: object) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, (list, tuple)):
        for part in cell:
            yield from _texts(part)
    elif isinstance(cell, Paragraph):
        yield cell.text


def _bare_render(blocks: list[Block]) -> bytes:
    style = ParagraphStyle("plain", fontName="NotoSans", fontSize=9, leading=12)
    story: list[Flowable] = []
    for block in blocks:
        if isinstance(block, str):
            story.append(Paragraph(block, style))
        else:
            story.append(Table([[Paragraph(cell, style) for cell in row] for row in block]))
    out = BytesIO()
    SimpleDocTemplate(out, invariant=1).build(story)
    return out.getvalue()


def _bare_sign(pdf: bytes, context: DocumentContext, signer: Signer) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for name, data in (("case.json", context.case_bytes), ("plan.json", context.plan_bytes)):
        file = EmbeddedFileObject.from_file_data(writer, data=data, mime_type="application/json")
        embed_file(writer, FileSpec(name, embedded_data=file))
    append_signature_field(writer, SigFieldSpec("Author", box=(60, 40, 300, 90)))
    chain = [x509.Certificate.load(c) for c in signer.chain]
    simple = SimpleSigner(
        x509.Certificate.load(signer.certificate),
        keys.PrivateKeyInfo.load(signer.key),
        SimpleCertificateStore.from_certs(chain),  # type: ignore[no-untyped-call] # pyHanko gives it no types
    )
    meta = PdfSignatureMetadata("Author", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signed: BytesIO = sign_pdf(writer, meta, simple, existing_fields_only=True)
    return signed.getvalue()
