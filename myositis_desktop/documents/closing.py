"""The end of a document: defaults, sources with how sure they are, the base-text warning, the places to sign."""

import hashlib
from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents.advice import advice_for
from myositis_desktop.documents.context import DocumentContext, Mark
from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.pdf_objects import AUTHOR_FIELD, COUNTERSIGN_FIELD
from myositis_desktop.documents.pieces import VERIFY, bullet, gap, grid, text
from myositis_desktop.documents.scan_code import ScanCode
from myositis_desktop.documents.shapes import Ruled, SignaturePlaces, SignLine
from myositis_desktop.documents.sheet import Heading, section
from myositis_desktop.documents.style import Paragraph, style
from myositis_desktop.model.catalogue import Catalogue, Source


def defaults(lines: Sequence[str]) -> list[Flowable]:
    """What the program assumed because the case says nothing."""
    return [*section("Defaults that were used"), *(bullet(line, "defaults") for line in lines)] if lines else []


def out_of_date(ctx: DocumentContext) -> list[Flowable]:
    """On top of a plan whose knowledge had expired, on the day of the assessment or of the document."""
    notice = ctx.plan.knowledge_notice or ctx.knowledge_notice
    return [SignLine(Paragraph(f"<b>{markup(notice, 'alerts')}</b>", style("text")), "warning", 12)] if notice else []


def sources(ids: Sequence[str], catalogue: Catalogue) -> list[Flowable]:
    """The sources that are cited, in the order of the pack."""
    order = {id_: n for n, id_ in enumerate(catalogue.sources)}
    known = [catalogue.sources.get(i, Source(i, "")) for i in sorted(ids, key=lambda i: (order.get(i, len(order)), i))]
    if not known:
        return []
    return [*section("Sources"), *(Paragraph(_source(s), style("fine")) for s in known)]


def _source(source: Source) -> str:
    said = ", ".join(x.rstrip(".") for x in (source.title, source.locator) if x)
    sure = "." if source.confidence == "high" else f"; <i>{VERIFY}</i>."
    return f"<b>{markup(source.id, 'sources')}</b> {markup(said, 'sources')}{sure}"


def base_text(version: str) -> list[Flowable]:
    """What the base text is, that it is to be verified, and the label it cites; the first notice is on every page."""
    notices = advice_for(version, "notice", child=False)[1:]
    return [part for n in notices for part in (*section(n.title), *(text(line) for line in n.text))]


def code(ctx: DocumentContext, mark: Mark, width: float) -> list[Flowable]:
    """The code for the scanner of another clinic; a draft has none."""
    if not ctx.code or mark == "draft":
        return []
    digest = hashlib.sha256(ctx.plan_bytes).hexdigest()
    words = [
        text("For the next clinic's scanner", "strong"),
        text(
            f"Plan {ctx.plan_number}, SHA-256 {digest[:16]}. Findings and treatment in short, to begin a new case "
            "without typing: menu, Read a code. It carries the seal of the clinic; what had no room is named there. "
            "It names the patient: handle it as this page.",
            "text",
            "plan number",
        ),
    ]
    side = ScanCode.SIDE + 4 * mm
    return [KeepTogether([gap(3), grid([[ScanCode(ctx.code), words]], [side, width - side])])]


def places(mark: Mark) -> SignaturePlaces:
    """The two places to sign; a draft has no signature fields."""
    fields = None if mark == "draft" else (AUTHOR_FIELD, COUNTERSIGN_FIELD)
    return SignaturePlaces(("Author", "Countersignature, where wanted"), fields)


def signatures(ctx: DocumentContext, mark: Mark) -> list[Flowable]:
    """Author, contact, and the two places to sign."""
    return [
        KeepTogether(
            [
                Heading("Signatures"),
                text(f"Author: {ctx.author}, {ctx.clinic_name}", "text", "author or clinic"),
                Ruled("Role and licence:", "Telephone:"),
                Ruled("Emergency telephone:", "Valid until or next review:"),
                gap(2),
                places(mark),
            ]
        )
    ]
