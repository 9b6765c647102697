"""The pharmacy sheet: what is to be dispensed of the plan, with strengths, counts and boxes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents import card_lines, closing
from myositis_desktop.documents.context import DocumentContext, Mark
from myositis_desktop.documents.items import TABLET_MG, is_override, methotrexate_safety, wanted
from myositis_desktop.documents.pieces import bullet, gap, inner_width, labelled, table, text
from myositis_desktop.documents.shapes import Box, Ruled
from myositis_desktop.documents.sheet import build, section
from myositis_desktop.documents.taper import check, dose_words, step_tablets, tablet_words
from myositis_desktop.documents.wording import age, day, weekday
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Item, Plan, Supply, Taper, TaperStep

TITLE = "Pharmacy sheet"
METHOTREXATE_WEEKS = 4
"""The most that is dispensed at a time (9.1 of the fact sheet)."""
_WRITE = "to be written by the prescriber"


def render(ctx: DocumentContext, mark: Mark) -> bytes:
    """The sheet as PDF; the same context and mark give the same bytes.

    Raises:
        UserError: a character cannot be printed, or the texts of the knowledge version are not here.
        BugError: the taper contradicts itself.
    """
    if ctx.plan.taper is not None:
        check(ctx.plan.taper)
    return build(ctx, TITLE, _story(ctx, mark), mark)


def _story(ctx: DocumentContext, mark: Mark) -> list[Flowable]:
    plan, catalogue, width = ctx.plan, ctx.catalogue, inner_width(ctx.page_size)
    years = age(ctx.case.patient, ctx.case.assessed_on)
    return [
        text(TITLE, "title"),
        text(f"To plan {ctx.plan_number} of {day(ctx.case.assessed_on)} · {years} years", "subtitle", "patient"),
        text(
            "What the plan recommends or the clinician chose, as doses stand in the plan. A count stands where the "
            "plan fixes it; every other quantity is the prescriber's. The law of the country decides whether a "
            "prescription is needed beside this sheet.",
            "muted",
        ),
        *_medicines(plan, catalogue, width),
        *_weekly(plan),
        *(_taper(plan.taper, catalogue, width) if plan.taper is not None else _no_taper(plan)),
        *_supportive(plan, catalogue, width),
        *card_lines.interactions(plan, catalogue),
        *_not_to_give(plan, catalogue),
        KeepTogether([gap(2), Ruled("Dispensed by:", "Date:"), Ruled("Checked by:", "Telephone:")]),
        *closing.signatures(ctx, mark),
    ]


def dispensed(plan: Plan) -> list[Item]:
    """The drugs of the plan that are given: recommended, or chosen against the rules; without supportive care."""
    return [*wanted(plan, "recommended"), *(i for i in plan.items if is_override(i))]


def _medicines(plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    items = dispensed(plan)
    if not items:
        return [*section("Medicines"), text("The plan recommends no drug.", "strong")]
    rows: list[list[Any]] = [_heads("Medicine", "Dose in the plan", "Sold as", "Quantity, boxes")]
    rows += [_medicine(item, plan.taper, catalogue) for item in items]
    shares = (0.26, 0.3, 0.25, 0.19)
    return [*section("Medicines", room=50 * mm), table(rows, [width * s for s in shares])]


def _heads(*names: str) -> list[Any]:
    return [text(name, "head") for name in names]


def _medicine(item: Item, taper: Taper | None, catalogue: Catalogue) -> list[Any]:
    dose = item.dose.text if item.dose else f"no dose in the plan; {_WRITE}"
    name = [text(_label(item.drug, catalogue), "cell-strong", "drug")]
    if is_override(item):
        name.append(text("OVERRIDE: chosen against the rules", "cell", "drug"))
    said = [text(dose, "cell", "dose")]
    if item.step_up:
        said.append(text(f"then {card_lines.steps(item, catalogue)}", "cell", "dose by date"))
    forms = "; ".join(item.card.forms) if item.card else ""
    return [name, said, text(forms or "–", "cell", "drug card"), text(_quantity(item, taper), "cell")]


def _quantity(item: Item, taper: Taper | None) -> str:
    if taper is not None and taper.drug == item.drug:
        return "see the taper below"
    if item.drug == "methotrexate" and item.dose is not None and item.dose.unit == "mg/wk":
        return methotrexate_count(item.dose.value)
    return ""


def methotrexate_count(mg: Decimal | None) -> str:
    """At most 4 weeks, in tablets where whole tablets make the dose."""
    least = f"for at most {METHOTREXATE_WEEKS} weeks"
    number = None if mg is None else mg / TABLET_MG
    if number is None or number != number.to_integral_value():
        return f"{least}; {_WRITE}"
    return f"{least}: by mouth {text_of(number * METHOTREXATE_WEEKS)} tablets of {text_of(TABLET_MG)} mg"


def _weekly(plan: Plan) -> list[Flowable]:
    given = [i for i in dispensed(plan) if i.drug == "methotrexate" and i.dose is not None]
    return [gap(2), KeepTogether(methotrexate_safety(given[0], plan))] if given else []


def _no_taper(plan: Plan) -> list[Flowable]:
    return [gap(1), labelled("Taper", plan.taper_reason or "none", "text", "taper")]


def _taper(taper: Taper, catalogue: Catalogue, width: float) -> list[Flowable]:
    lead = f"{day(taper.starts)} to {day(taper.ends)}, {text_of(taper.total_mg)} mg in all."
    return [
        *section(f"Taper of {_label(taper.drug, catalogue)}: tablets in all", room=50 * mm),
        text(lead, "text", "taper"),
        _totals(taper, width),
        *section("Taper: tablets of each step", "h2", room=40 * mm),
        _steps(taper, width),
    ]


def _totals(taper: Taper, width: float) -> Flowable:
    supply = {s.mg: s for s in taper.supply}
    rows: list[list[Any]] = [_heads("Strength", "Tablets", "Tablets in a box", "Boxes", "At hand", "Dispensed")]
    rows += [_total(mg, number, supply.get(mg)) for mg, number in taper.tablets_total]
    shares = (0.15, 0.14, 0.19, 0.12, 0.25, 0.15)
    return table(rows, [width * s for s in shares], ("ALIGN", (-1, 0), (-1, -1), "CENTER"))


def _total(mg: Decimal, number: Decimal, supply: Supply | None) -> list[Any]:
    pack = str(supply.pack) if supply and supply.pack is not None else "not given"
    boxes = str(supply.boxes) if supply and supply.boxes is not None else ""
    return [
        text(f"{text_of(mg)} mg", "cell-strong"),
        text(text_of(number), "cell-strong"),
        text(pack, "cell"),
        text(boxes, "cell-strong"),
        text(_at_hand(supply), "cell"),
        Box(),
    ]


def _at_hand(supply: Supply | None) -> str:
    if supply is None or supply.stock is None:
        return "not stated"
    lasts = f", lasts to {weekday(supply.lasts_to)}" if supply.lasts_to else ", enough"
    return f"{supply.stock}{lasts}"


def _steps(taper: Taper, width: float) -> Flowable:
    rows: list[list[Any]] = [_heads("From, to", "Days", "Dose", "Tablets in this step")]
    rows += [_step(step) for step in taper.steps]
    shares = (0.41, 0.07, 0.24, 0.28)
    return table(rows, [width * s for s in shares])


def _step(step: TaperStep) -> list[Any]:
    return [
        text(f"{weekday(step.start)} to {weekday(step.end)}", "cell"),
        text(str(step.days), "cell"),
        text(dose_words(step), "cell-strong"),
        text(counted(step_tablets(step)), "cell", "tablets"),
    ]


def counted(tablets: Sequence[tuple[Decimal, Decimal]]) -> str:
    """84 × 20 mg, 28 × 5 mg: each strength once, the halves of several days added up to whole tablets."""
    counts: dict[Decimal, Decimal] = {}
    for mg, number in tablets:
        counts[mg] = counts.get(mg, Decimal(0)) + number
    return ", ".join(tablet_words(mg, number) for mg, number in counts.items() if number) or "none"


def _supportive(plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    items = [i for i in wanted(plan, "recommended", supportive=True) if i.dose is not None]
    if not items:
        return []
    rows: list[list[Any]] = [_heads("Beside it", "As in the plan", "Quantity, boxes")]
    for item in items:
        said = item.dose.text if item.dose else ""
        rows.append([text(_label(item.drug, catalogue), "cell-strong", "drug"), text(said, "cell", "dose"), ""])
    return [*section("Supportive care of the plan", room=40 * mm), table(rows, [width * s for s in (0.26, 0.53, 0.21)])]


def _not_to_give(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    names = [_label(i.drug, catalogue) for i in plan.items if i.status == "contraindicated" and not is_override(i)]
    if not names:
        return []
    return [*section("Not to be dispensed for this patient", room=24 * mm), *(bullet(n, "drug") for n in names)]


def _label(drug: str, catalogue: Catalogue) -> str:
    spec = catalogue.drugs.get(drug)
    return spec.label if spec else drug
