"""The pieces documents are put together from: paragraphs, reasons with their sources, tables that repeat their head."""

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from myositis_desktop.documents.fonts import REGULAR, markup
from myositis_desktop.documents.shapes import SignLine
from myositis_desktop.documents.style import FAINT, INK, MARGIN, MUTED, PAGE_SIZES, RULE, Paragraph, style
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Because, Plan, Reason

_MUTED = MUTED.hexval().replace("0x", "#")
VERIFY = "to be verified by a clinician"
CARD_SHOWN = ("recommended", "contraindicated")
"""Status of the items whose whole card is printed: what is given, and what is given against the rules."""


def text(words: str, name: str = "text", field: str = "plan") -> Paragraph:
    """A paragraph of plain words in one of the named styles.

    Raises:
        UserError: a character is in no shipped font; `field` says where.
    """
    return Paragraph(markup(words, field), style(name))


def bullet(words: str, field: str = "plan") -> Paragraph:
    """One line of a list."""
    return Paragraph(markup(words, field), style("bullet"), bulletText="•")


def labelled(label: str, words: str, name: str = "text", field: str = "plan") -> Paragraph:
    """**Label:** words."""
    return Paragraph(f"<b>{markup(label, field)}:</b> {markup(words, field)}", style(name))


def fine(words: str) -> str:
    """Markup of a remark in small grey type inside a paragraph."""
    return f'<font size="8.5" color="{_MUTED}">{words}</font>'


def cited(sources: Iterable[str], catalogue: Catalogue) -> str:
    """Markup of the sources of a statement, and the request to verify it where they are not sure."""
    known = list(dict.fromkeys(sources))
    if not known:
        return ""
    unsure = any(s in catalogue.sources and catalogue.sources[s].confidence != "high" for s in known)
    words = markup(", ".join(known), "sources") + (f"; {VERIFY}" if unsure else "")
    return " " + fine(f"[{words}]")


def capital(words: str) -> str:
    """The words with a capital at the beginning, unless the first word has capitals of its own (predniSONE)."""
    first = words.split(" ", 1)[0]
    return words[:1].upper() + words[1:] if first == first.lower() else words


def reason(because: Reason, catalogue: Catalogue) -> Paragraph:
    """One reason with its sources."""
    return Paragraph(
        markup(capital(because.text), "reasons") + cited(because.sources, catalogue), style("bullet"), bulletText="•"
    )


def reasons(because: Because, catalogue: Catalogue) -> list[Flowable]:
    """All reasons, each once."""
    return [reason(r, catalogue) for r in dict.fromkeys(because)]


def tick(words: str, field: str = "plan") -> SignLine:
    """A line with an empty box to tick."""
    return SignLine(text(words, "cell", field))


def gap(millimetres: float = 2) -> Spacer:
    """White space between two blocks."""
    return Spacer(1, millimetres * mm)


def inner_width(page_size: str) -> float:
    """Points between the margins."""
    return float(PAGE_SIZES[page_size][0] - 2 * MARGIN)


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], *commands: tuple[Any, ...], head: int = 0) -> Table:
    """A table without rules or padding; no row breaks over pages where it fits on one."""
    out = Table(rows, colWidths=widths, repeatRows=head, splitInRow=0, hAlign="LEFT")
    # ReportLab sets the font of a cell also where a paragraph brings its own; without FONT that is Helvetica.
    whole = ((0, 0), (-1, -1))
    out.setStyle(
        [
            ("FONT", *whole, REGULAR, 11),
            ("VALIGN", *whole, "TOP"),
            ("LEFTPADDING", *whole, 0),
            ("RIGHTPADDING", *whole, 0),
            ("TOPPADDING", *whole, 0),
            ("BOTTOMPADDING", *whole, 1),
            *commands,
        ]
    )
    return out


def table(rows: Sequence[Sequence[Any]], widths: Sequence[float], *commands: tuple[Any, ...], head: int = 1) -> Table:
    """A ruled table whose head repeats on each page."""
    whole = ((0, 0), (-1, -1))
    ruled = (
        ("LEFTPADDING", *whole, 3),
        ("RIGHTPADDING", *whole, 4),
        ("TOPPADDING", *whole, 3),
        ("BOTTOMPADDING", *whole, 4),
        ("LINEBELOW", *whole, 0.5, RULE),
        *([("BACKGROUND", (0, 0), (-1, head - 1), FAINT)] if head else []),
    )
    return grid(rows, widths, *ruled, *commands, head=head)


def framed(inside: Sequence[Flowable], width: float) -> Table:
    """A box with a rule around it. What does not fit on one page goes on in the same box on the next."""
    whole = ((0, 0), (-1, -1))
    return grid(
        [[part] for part in inside],
        [width],
        ("BOX", *whole, 1.2, INK),
        ("LEFTPADDING", *whole, 8),
        ("RIGHTPADDING", *whole, 8),
        ("TOPPADDING", (0, 0), (-1, 0), 5),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
    )


def all_sources(plan: Plan) -> tuple[str, ...]:
    """Every source that the plan cites, each once, in order of appearance."""
    groups: list[Because] = [plan.subtype.because, plan.classification.because, plan.severity.because]
    groups += [j.because for j in plan.course]
    groups += [plan.cancer_risk.because, *(a.because for a in plan.alerts), *(i.because for i in plan.items)]
    if plan.taper is not None:
        groups.append(plan.taper.because)
    found = [s for because in groups for r in because for s in r.sources]
    found += [s for review in plan.reviews for s in review.sources]
    found += [s for i in plan.interactions for s in i.sources] + [s for d in plan.disabled for s in d.sources]
    found += [s for i in plan.items if i.card is not None and i.status in CARD_SHOWN for s in i.card.sources]
    return tuple(dict.fromkeys(found))
