"""The sheet every document is printed on: margins, header and footer of each page, DRAFT, attachments, metadata."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zlib import crc32

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate
from reportlab.platypus.flowables import _listWrapOn

from myositis_desktop.documents import pdf_objects
from myositis_desktop.documents.advice import advice_for
from myositis_desktop.documents.context import DocumentContext, Imprint, Mark, PageSize
from myositis_desktop.documents.fonts import BOLD, REGULAR, markup, register, width
from myositis_desktop.documents.letterhead import letterhead
from myositis_desktop.documents.scripts import SpokenCanvas
from myositis_desktop.documents.shapes import hairline
from myositis_desktop.documents.style import ACCENT, INK, MARGIN, PAGE_SIZES, Paragraph, style
from myositis_desktop.documents.wording import allergies, day, moment, patient_name

_TOTAL = "pages-in-all"
_GAP = 3 * mm


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on every page and inside the file, whatever the document says."""

    title: str
    """Of the file; a viewer shows it in place of the file's name."""
    subject: str
    author: str
    program: str
    page_size: PageSize
    at: datetime
    head: Sequence[Flowable]
    foot: Sequence[Flowable]
    draft: bool
    files: Mapping[str, bytes]
    """What is attached, by file name."""
    identity: bytes
    """The same for the same document only; /ID comes from it."""


def build(ctx: DocumentContext, title: str, story: list[Flowable], mark: Mark) -> bytes:
    """The document as bytes: the same context, title, story and mark give the same bytes.

    Raises:
        UserError: a text of the header or footer has a character that no shipped font has.
    """
    return put_on_paper(_paper(ctx, title, mark), [*_letterhead(ctx), *story])


def room_on_one_page(ctx: DocumentContext, title: str, mark: Mark) -> tuple[float, float]:
    """Width and height in points that a story has on the first page, below the letterhead."""
    register()
    sheet = _Sheet(BytesIO(), _paper(ctx, title, mark))
    top = _letterhead(ctx)
    used = height_of(top, sheet.inner) + top[-1].getSpaceAfter() if top else 0.0
    return sheet.inner, sheet.room - used


def height_of(story: Sequence[Flowable], width_: float) -> float:
    """Points that a story takes in a frame of endless height."""
    return float(_listWrapOn(list(story), width_, None)[1]) if story else 0.0


def blank_paper(imprint: Imprint, title: str, head: Sequence[Flowable]) -> Paper:
    """The paper of a sheet that belongs to no patient: nothing is attached, nothing is signed."""
    made = f"printed {moment(imprint.at)} · Myositis Desktop {imprint.product_version}"
    origin = f"{imprint.clinic_name} · {title} · {made} · knowledge {imprint.knowledge_version}".strip(" ·")
    use = advice_for(imprint.knowledge_version, "notice", child=False)[0]
    told = repr((title, origin, imprint.page_size, imprint.letterhead.address, imprint.root_fingerprint)).encode()
    return Paper(
        title=title,
        subject=title,
        author=imprint.clinic_name,
        program=f"Myositis Desktop {imprint.product_version}",
        page_size=imprint.page_size,
        at=imprint.at,
        head=head,
        foot=[Paragraph(markup(line, "footer"), style("fine")) for line in (origin, " ".join(use.text))],
        draft=False,
        files={},
        identity=hashlib.sha256(told + imprint.letterhead.logo).digest(),
    )


def put_on_paper(paper: Paper, story: list[Flowable]) -> bytes:
    """The file: the same paper and story give the same bytes."""
    register()
    target = BytesIO()
    sheet = _Sheet(target, paper)
    sheet.build(story, canvasmaker=sheet.make_canvas)
    return target.getvalue()


def _letterhead(ctx: DocumentContext) -> list[Flowable]:
    return letterhead(ctx.clinic_name, ctx.letterhead, PAGE_SIZES[ctx.page_size][0] - 2 * MARGIN)


def _paper(ctx: DocumentContext, title: str, mark: Mark) -> Paper:
    draft = mark == "draft"
    full = f"{title} {ctx.plan_number}: {patient_name(ctx.case.patient)}"
    return Paper(
        title=full,
        subject=f"{title} for inflammatory myositis",
        author=ctx.author,
        program=f"Myositis Desktop {ctx.plan.product_version}",
        page_size=ctx.page_size,
        at=ctx.generated_at,
        head=header(ctx, title, draft=draft),
        foot=footer(ctx),
        draft=draft,
        files={pdf_objects.CASE_FILE: ctx.case_bytes, pdf_objects.PLAN_FILE: ctx.plan_bytes},
        identity=_identity(ctx, full, draft=draft),
    )


def _identity(ctx: DocumentContext, title: str, *, draft: bool) -> bytes:
    parts = (ctx.plan_number, ctx.clinic_name, ctx.supersedes, ctx.author, ctx.audit_head, ctx.root_fingerprint)
    more = (ctx.letterhead.address, hashlib.sha256(ctx.letterhead.logo).hexdigest(), ctx.code)
    text = repr((*parts, *more, ctx.generated_at.isoformat(), ctx.page_size, title, draft)).encode()
    return hashlib.sha256(text + hashlib.sha256(ctx.case_bytes).digest() + ctx.plan_bytes).digest()


def header(ctx: DocumentContext, title: str, *, draft: bool) -> list[Paragraph]:
    """What names the patient and the document on each page; the page number stands at the right of the first line."""
    patient = ctx.case.patient
    plan = [f"Record {patient.record_number or 'not given'}", f"Plan {ctx.plan_number}", title]
    if ctx.supersedes:
        plan.append(f"replaces {ctx.supersedes}")
    name = markup(patient_name(patient), "name of the patient")
    knowledge = f"knowledge {ctx.plan.knowledge_version} ({ctx.plan.knowledge_sha256[:12]})"
    origin = f"made {moment(ctx.generated_at)} · Myositis Desktop {ctx.plan.product_version} · {knowledge}"
    state = "<b>DRAFT, not signed</b> · " if draft else ""
    return [
        Paragraph(f"<b>{name}</b> · born {day(patient.birth_date)}", style("patient")),
        Paragraph(state + markup(" · ".join(plan), "record or plan number"), style("cell")),
        Paragraph(markup(allergies(ctx.case, ctx.catalogue), "allergies"), style("cell")),
        Paragraph(markup(f"{ctx.clinic_name} · {origin}", "name of the clinic"), style("origin")),
    ]


def footer(ctx: DocumentContext) -> list[Paragraph]:
    """Intended use, and the fingerprints that tie the paper to the clinic."""
    use = advice_for(ctx.plan.knowledge_version, "notice", child=False)[0]
    lines = [" ".join(use.text)]
    if ctx.root_fingerprint:
        lines.append(f"Clinic root certificate, SHA-256: {ctx.root_fingerprint}")
    if ctx.audit_head:
        lines.append(f"Head of the clinic's log: {ctx.audit_head}")
    return [Paragraph(markup(line, "footer"), style("fine")) for line in lines]


class _Sheet(BaseDocTemplate):  # type: ignore[misc] # ReportLab has no types
    """One template for all pages; the header is measured first, so that any length of name pushes the text down."""

    def __init__(self, target: BytesIO, paper: Paper) -> None:
        self.paper = paper
        super().__init__(
            target,
            pagesize=PAGE_SIZES[paper.page_size],
            invariant=1,
            title=paper.title,
            author=paper.author,
            subject=paper.subject,
            creator=paper.program,
            lang="en",
            displayDocTitle=1,
            initialFontName=REGULAR,
        )
        self.inner = self.pagesize[0] - 2 * MARGIN
        self.number_width = width("Page 00 of 00", REGULAR, 11)
        self.head, self.foot = paper.head, paper.foot
        top = self._measure(self.head) + _GAP + 4
        bottom = self._measure(self.foot) + _GAP
        self.room = self.pagesize[1] - 2 * MARGIN - top - bottom
        frame = Frame(MARGIN, MARGIN + bottom, self.inner, self.room, 0, 0, 0, 0, id="page")
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._furniture, onPageEnd=self._draft_mark)])

    def _measure(self, lines: Sequence[Flowable]) -> float:
        """The height of the lines; the first of the header leaves room for the page number."""
        first = self.inner - (self.number_width + 12 if lines is self.head else 0)
        return float(sum(p.wrap(first if p is lines[0] else self.inner, 10_000)[1] for p in lines))

    def _furniture(self, canvas: Canvas, _doc: object) -> None:
        y = self.pagesize[1] - MARGIN
        self._page_number(canvas, y - 12)
        for line in self.head:
            y -= line.height
            line.drawOn(canvas, MARGIN, y)
        hairline(canvas, MARGIN, y - 4, self.inner, ACCENT)
        y = MARGIN + sum(p.height for p in self.foot)
        hairline(canvas, MARGIN, y + 3, self.inner)
        for line in self.foot:
            y -= line.height
            line.drawOn(canvas, MARGIN, y)

    def _page_number(self, canvas: Canvas, y: float) -> None:
        """Page x of y; y stands in a form that is drawn when the last page is known."""
        text = f"Page {canvas.getPageNumber()} of "
        x = self.pagesize[0] - MARGIN - self.number_width
        canvas.saveState()
        canvas.setFillColor(INK)
        canvas.setFont(REGULAR, 11)
        canvas.drawString(x, y, text)
        canvas.translate(x + width(text, REGULAR, 11), y)
        canvas.doForm(_TOTAL)
        canvas.restoreState()

    def _draft_mark(self, canvas: Canvas, _doc: object) -> None:
        if not self.paper.draft:
            return
        canvas.saveState()
        canvas.translate(self.pagesize[0] / 2, self.pagesize[1] / 2)
        canvas.rotate(52)
        canvas.setFillColor(INK, alpha=0.13)
        canvas.setFont(BOLD, 150)
        canvas.drawCentredString(0, -50, "DRAFT")
        canvas.restoreState()

    def make_canvas(self, filename: object, **options: object) -> Canvas:
        """The canvas, with what belongs to the whole file set before the first page."""
        canvas = SpokenCanvas(filename, pdfVersion=(1, 7), **options)
        pdf_objects.fix_identity(canvas, self.paper.identity, self.paper.at)
        if self.paper.files:
            pdf_objects.attach(canvas, self.paper.files, self.paper.at)
        canvas.showOutline()
        return canvas

    def _endBuild(self) -> None:  # noqa: N802  (ReportLab's name)
        """Ends the last page, says how many there are, then writes the file."""
        self._doSave = 0
        super()._endBuild()
        self.canv.beginForm(_TOTAL)
        self.canv.setFont(REGULAR, 11)
        self.canv.drawString(0, 0, str(self.canv.getPageNumber() - 1))
        self.canv.endForm()
        self.canv.save()


def section(title: str, name: str = "h1", room: float = 34 * mm) -> list[Flowable]:
    """A heading, with `room` points for what follows it on the same page."""
    return [CondPageBreak(room), Heading(title, name)]


class Heading(Paragraph):
    """A heading that is also a bookmark of the file."""

    def __init__(self, title: str, name: str = "h1") -> None:
        super().__init__(markup(title, "heading"), style(name))
        self.title, self.level = title, 0 if name == "h1" else 1

    def draw(self) -> None:
        key = f"section-{self.canv.getPageNumber()}-{crc32(self.title.encode())}"
        self.canv.bookmarkHorizontal(key, 0, self.height + 6)
        self.canv.addOutlineEntry(self.title, key, self.level)
        super().draw()
