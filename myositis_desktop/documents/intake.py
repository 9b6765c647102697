"""The blank intake form: every finding of the catalogue with its answers, to be filled in with a pen without power."""

from collections.abc import Callable, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents.context import Imprint
from myositis_desktop.documents.letterhead import letterhead
from myositis_desktop.documents.pieces import gap, inner_width, table, text
from myositis_desktop.documents.shapes import Box, Options, Ruled
from myositis_desktop.documents.sheet import blank_paper, put_on_paper, section
from myositis_desktop.model.catalogue import Catalogue, FindingSpec

TITLE = "Intake form"
_THERAPIES = 7
"""Empty lines for what is and was taken."""
_CENTRED = (("ALIGN", (1, 0), (-1, -1), "CENTER"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"))


def render(catalogue: Catalogue, imprint: Imprint) -> bytes:
    """The form as PDF: each known finding once; the same catalogue and imprint give the same bytes.

    Raises:
        UserError: a character of the clinic's name or address cannot be printed.
    """
    head = [Ruled("Name:", "Record:"), Ruled("Born (day, month, year):", "Assessed on:")]
    width = inner_width(imprint.page_size)
    top = letterhead(imprint.clinic_name, imprint.letterhead, width)
    return put_on_paper(blank_paper(imprint, TITLE, head), [*top, *_story(catalogue, width)])


def _story(catalogue: Catalogue, width: float) -> list[Flowable]:
    story: list[Flowable] = [
        text(TITLE, "title"),
        text(
            "Fill in the head of every page. Tick what was asked or examined. A line without a tick is unknown; it "
            "never means no. Write each number with its unit, and the upper limit of the laboratory beside it.",
            "muted",
        ),
        gap(1),
        _sex(catalogue, width),
    ]
    for name in dict.fromkeys(spec.section for spec in catalogue.findings.values()):
        specs = [s for s in catalogue.findings.values() if s.section == name]
        story += section(catalogue.word("section", name), room=40 * mm)
        for kind, made in _KINDS.items():
            if chosen := [s for s in specs if s.kind == kind]:
                story += [made(chosen, catalogue, width), gap(2)]
        if any(s.id == "measure.mmt8" for s in specs):
            story += _muscles(catalogue, width)
    return [*story, *_therapies(catalogue, width), *_closing()]


def _sex(catalogue: Catalogue, width: float) -> Flowable:
    words = [catalogue.word("sex", s) for s in catalogue.lists.get("sexes", ()) if s != "unknown"]
    return table([[text("Sex", "cell"), Options(*words)]], [30 * mm, width - 30 * mm], head=0)


def _boxes(
    specs: Sequence[FindingSpec], answers: Sequence[str], kind: str, catalogue: Catalogue, width: float
) -> Flowable:
    """A line for each finding, a box for each answer."""
    heads = [text("", "head"), *(text(catalogue.word(kind, a), "head-small") for a in answers)]
    rows: list[list[Any]] = [heads]
    rows += [[text(s.label, "cell", s.id), *(Box() for _ in answers)] for s in specs]
    part = 19 * mm
    return table(rows, [width - part * len(answers), *[part] * len(answers)], *_CENTRED)


def _signs(specs: Sequence[FindingSpec], catalogue: Catalogue, width: float) -> Flowable:
    return _boxes(specs, ("present", "absent"), "sign", catalogue, width)


def _antibodies(specs: Sequence[FindingSpec], catalogue: Catalogue, width: float) -> Flowable:
    return _boxes(specs, ("positive", "weak", "negative", "pending"), "antibody", catalogue, width)


def _choices(specs: Sequence[FindingSpec], _: Catalogue, width: float) -> Flowable:
    rows = [[text(s.label, "cell", s.id), Options(*(s.value_labels.get(v, v) for v in s.values))] for s in specs]
    return table(rows, [width * 0.34, width * 0.66], head=0)


def _quantities(specs: Sequence[FindingSpec], _: Catalogue, width: float) -> Flowable:
    rows: list[list[Any]] = [[text(w, "head") for w in ("", "Value", "Unit", "Upper limit", "Date")]]
    for spec in specs:
        units = [u.label or u.symbol for u in spec.units]
        unit: Any = Options(*units) if len(units) > 1 else text(units[0] if units else "", "cell")
        rows.append([text(spec.label, "cell", spec.id), "", unit, "" if spec.takes_limit else text("–", "cell"), ""])
    shares = (0.34, 0.13, 0.27, 0.12, 0.14)
    return table(rows, [width * s for s in shares], ("LINEBEFORE", (1, 0), (-1, -1), 0.4, "#b4b4b4"))


def _dates(specs: Sequence[FindingSpec], _: Catalogue, width: float) -> Flowable:
    rows = [[text(s.label, "cell", s.id), Ruled("Day:", "Month:", "Year:")] for s in specs]
    return table(rows, [width * 0.34, width * 0.66], head=0)


_KINDS: dict[str, Callable[[Sequence[FindingSpec], Catalogue, float], Flowable]] = {
    "date": _dates,
    "choice": _choices,
    "sign": _signs,
    "antibody": _antibodies,
    "quantity": _quantities,
}


def _muscles(catalogue: Catalogue, width: float) -> list[Flowable]:
    """The grades of the manual muscle test, both sides: one of them is enough for the score of 80."""
    names = [m for m in catalogue.lists.get("mmt8_80", ()) if m]
    rows: list[list[Any]] = [
        [text(w, "head") for w in ("MMT-8: muscle", "Grade 0 to 10, right", "Grade 0 to 10, left")]
    ]
    rows += [[text(catalogue.word("muscle", m), "cell"), "", ""] for m in names]
    ruled = ("LINEBEFORE", (1, 0), (-1, -1), 0.4, "#b4b4b4")
    return [table(rows, [width * 0.4, width * 0.3, width * 0.3], ruled), gap(2)]


def _therapies(catalogue: Catalogue, width: float) -> list[Flowable]:
    names = ("Drug", "Dose with unit", "From", "To (empty: still taken)", "Outcome")
    rows: list[list[Any]] = [[text(n, "head") for n in names]]
    outcomes = [catalogue.word("outcome", o) for o in catalogue.lists.get("outcomes", ()) if o != "unknown"]
    rows += [["", "", "", "", [gap(7)]] for _ in range(_THERAPIES)]
    lead = text(f"Outcome: {', '.join(outcomes)}, or leave it empty." if outcomes else "", "muted")
    shares = (0.26, 0.2, 0.14, 0.2, 0.2)
    ruled = ("LINEBEFORE", (1, 0), (-1, -1), 0.4, "#b4b4b4")
    return [*section("Treatment so far", room=60 * mm), lead, table(rows, [width * s for s in shares], ruled)]


def _closing() -> list[Flowable]:
    return [KeepTogether([gap(4), Ruled("Filled in by:", "Date:"), Ruled("Entered into the program by:", "Date:")])]
