"""Drugs and measures on paper: a card for what may be given, a line for what is not to be given, and why."""

from collections.abc import Sequence
from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Table

from myositis_desktop.documents.advice import advice_for
from myositis_desktop.documents.card_lines import before_and_steps, more
from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.pieces import bullet, capital, cited, gap, grid, labelled, reasons, text, tick
from myositis_desktop.documents.shapes import Chip, Ruled, SignLine
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.style import RULE, Paragraph, style
from myositis_desktop.documents.wording import count, day
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Dose, Item, Plan

_CHIP_RIGHT = ("ALIGN", (-1, 0), (-1, -1), "RIGHT")
_DOSE_STYLES = {"option": "dose-small", "caution": "dose-small", "needs-data": "text"}
"""A dose that is not proposed as it stands is not printed like a prescription."""
TABLET_MG = Decimal("2.5")
"""The only tablet of methotrexate that may stand on paper (9.1 of the fact sheet)."""
_UNDER_SKIN = "under the skin"
LINES = ("induction", "steroid-sparing", "escalation", "skin", "supportive")


def is_override(item: Item) -> bool:
    """Chosen by the clinician although the rules speak against it."""
    return item.override_reason is not None


def wanted(plan: Plan, *statuses: str, supportive: bool = False) -> list[Item]:
    """Items of these statuses by line of treatment; overrides stand elsewhere."""
    chosen = [i for i in plan.items if i.status in statuses and not is_override(i)]
    chosen = [i for i in chosen if (i.line == "supportive") == supportive]
    return sorted(chosen, key=lambda i: LINES.index(i.line) if i.line in LINES else len(LINES))


def at_a_glance(plan: Plan, catalogue: Catalogue, width: float, taper: Sequence[Flowable]) -> list[Flowable]:
    """The prescription in one table: what is recommended or chosen, with its dose; then the line of the taper."""
    items = [*waiting(plan), *wanted(plan, "recommended"), *(i for i in plan.items if is_override(i))]
    rows = [[_glance_name(i, catalogue), _glance_dose(i, plan, catalogue), _chip(i, catalogue)] for i in items]
    story: list[Flowable] = [*section("Treatment at a glance"), *to_stop(plan, catalogue)]
    if not rows:
        return [*story, text("No drug is recommended on these findings; the reasons stand below.", "strong"), *taper]
    whole = ((0, 0), (-1, -1))
    ruled = (("LINEBELOW", *whole, 0.5, RULE), ("TOPPADDING", *whole, 3), ("BOTTOMPADDING", *whole, 3))
    room = ("RIGHTPADDING", (0, 0), (1, -1), 6)
    story += [grid(rows, [58 * mm, width - 98 * mm, 40 * mm], *ruled, room, _CHIP_RIGHT), gap(1), *taper]
    if measures := wanted(plan, "recommended", supportive=True):
        story.append(labelled("With it", ", ".join(_label(i, catalogue) for i in measures) + "."))
    return story


def waiting(plan: Plan) -> list[Item]:
    """First-line drugs that wait for a finding: without them the rest would read as the whole treatment."""
    return [i for i in wanted(plan, "needs-data") if i.line == LINES[0]]


def _glance_name(item: Item, catalogue: Catalogue) -> list[Paragraph]:
    line = catalogue.word("line", item.line)
    return [text(_label(item, catalogue), "dose-small", "drug"), text(_goes_on(item) or line, "muted")]


def to_stop(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """What is taken although it is contraindicated, before everything that is to be given."""
    found = [(i, r) for i in plan.items if (r := i.to_stop) is not None]
    return [SignLine(text(f"{_label(i, catalogue)}: {r.text}", "strong", "drug"), "warning", 13) for i, r in found]


def dose_words(item: Item, plan: Plan) -> str:
    """The dose, and where its taper begins otherwise than today: after pulses, or with another dose."""
    taper, words = plan.taper, item.dose.text if item.dose else "No dose: see below"
    if taper is None or taper.drug != item.drug or item.dose is None:
        return words
    first = taper.steps[0]
    if plan.item("methylprednisolone-iv").status == "recommended":
        return f"{words}; from {day(first.start)}, after the pulses"
    if first.alternate_mg is None and first.dose_mg != item.dose.value:
        return f"{words}; from {day(first.start)} {text_of(first.dose_mg)} mg, by the taper"
    return words


def waits_for(item: Item, catalogue: Catalogue) -> str:
    """No dose yet; waits for: Weight."""
    needs = ", ".join(catalogue.findings[n].label for n in item.needs if n in catalogue.findings)
    return f"No dose yet; waits for: {needs}" if needs else "No dose yet"


def _glance_dose(item: Item, plan: Plan, catalogue: Catalogue) -> Paragraph:
    if item.status == "needs-data":
        return text(waits_for(item, catalogue), "text", "dose")
    return text(dose_words(item, plan), "dose-small" if item.dose else "text", "dose")


def _goes_on(item: Item) -> str:
    return "; ".join(
        words
        for words, holds in (
            ("goes on as taken", item.continued),
            ("chosen by the clinician", item.chosen),
            (f"trial of {item.trial_weeks} weeks, then it ends", item.trial_weeks is not None),
        )
        if holds
    )


def cards(title: str, items: Sequence[Item], plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    """A section of cards; nothing where there are no items."""
    if not items:
        return []
    story: list[Flowable] = section(title, room=52 * mm)
    for item in items:
        story += card(item, plan, catalogue, width)
    return story


def card(item: Item, plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    """One item with dose, arithmetic, reasons, needs, monitoring and what to tell the patient."""
    top: list[Flowable] = [_card_head(item, catalogue, width)]
    if item.dose is not None:
        top += _dose(item.dose, "text" if item.line == "supportive" else _DOSE_STYLES.get(item.status, "dose"))
    if said := _goes_on(item):
        top.append(text(_sentence(capital(said)), "note"))
    why = reasons(item.because, catalogue)
    rest: list[Flowable] = [*why[1:], *_to_do(item, catalogue)]
    rest[:0] = before_and_steps(item, catalogue)
    rest += more(item, catalogue)
    if item.drug == "methotrexate" and item.dose is not None and item.status != "contraindicated":
        rest.insert(0, KeepTogether(methotrexate_safety(item, plan)))
    return _closed([*top, *why[:1]], rest)


def _closed(top: list[Flowable], rest: list[Flowable]) -> list[Flowable]:
    """A card: its top stays together, its closing rule never stands alone at the head of a page."""
    rule = HRFlowable(width="100%", thickness=0.6, color=RULE, spaceBefore=4, spaceAfter=7)
    if not rest:
        return [KeepTogether([*top, rule])]
    if isinstance(rest[-1], KeepTogether):
        return [KeepTogether(top), *rest, rule]
    return [KeepTogether(top), *rest[:-1], KeepTogether([rest[-1], rule])]


def _to_do(item: Item, catalogue: Catalogue) -> list[Flowable]:
    lines: list[Flowable] = []
    if item.needs:
        lines.append(labelled("Needs", "; ".join(_finding(n, catalogue) for n in item.needs), "text", "needs"))
    if item.monitoring:
        lines.append(labelled("Monitor", _tests(item, catalogue), "text", "monitoring"))
    if item.counselling:
        lines.append(labelled("Tell the patient", _said(item), "text", "counselling"))
    return lines


def _tests(item: Item, catalogue: Catalogue) -> str:
    return "; ".join(catalogue.word("test", test) for test in item.monitoring)


def _said(item: Item) -> str:
    return " ".join(_sentence(c) for c in item.counselling)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else words + "."


def _card_head(item: Item, catalogue: Catalogue, width: float) -> Table:
    return grid(
        [[text(_label(item, catalogue), "drug", "drug"), _chip(item, catalogue)]],
        [width - 46 * mm, 46 * mm],
        _CHIP_RIGHT,
    )


def _chip(item: Item, catalogue: Catalogue) -> Chip:
    if is_override(item):
        return Chip("override", "OVERRIDE")
    return Chip(item.status, catalogue.word("status", item.status))


def _dose(dose: Dose, name: str = "dose") -> list[Flowable]:
    story: list[Flowable] = [text(capital(dose.text), name, "dose")]
    facts = []
    if dose.per_kg:
        facts.append(f"that is {dose.per_kg} mg/kg" + (" a day" if dose.unit == "mg/d" else ""))
    if dose.lowest is not None and dose.highest is not None and dose.lowest != dose.highest:
        facts.append(f"range {text_of(dose.lowest)} to {text_of(dose.highest)} {_unit(dose.unit)}")
    sentences = [_sentence(capital(part)) for part in (dose.arithmetic or "", "; ".join(facts)) if part]
    return [*story, text(" ".join(sentences), "muted", "dose")] if sentences else story


def _unit(unit: str | None) -> str:
    return {"mg/d": "mg a day", "mg/wk": "mg once a week", "g/d": "g a day"}.get(unit or "", unit or "")


def methotrexate_safety(item: Item, plan: Plan) -> list[Flowable]:
    """What keeps the weekly drug weekly: the day to be written in full, mg and tablets, folic acid on another day."""
    dose = item.dose
    rules = advice_for(plan.knowledge_version, "methotrexate", child=False)[0]
    story: list[Flowable] = [SignLine(text(rules.title, "strong"), "warning", 13)]
    if dose is not None and dose.value is not None:
        skin = _UNDER_SKIN in dose.text
        story.append(text(skin_sentence(dose.value) if skin else tablets_sentence(dose.value), "strong", "dose"))
    story.append(Ruled("Weekday, in full:", "Folic acid on another weekday:"))
    story += [bullet(line) for line in rules.text]
    story.append(tick("The patient has said back the weekday, the mg and the number of tablets."))
    return story


def skin_sentence(mg: Decimal) -> str:
    """Under the skin: 15 mg once a week; no tablets."""
    return (
        f"Under the skin: {text_of(mg)} mg once a week, all on one day of the week, no tablets: "
        "settle the syringe and its millilitres with the pharmacist before it is dispensed."
    )


def tablets_sentence(mg: Decimal) -> str:
    """By mouth: 15 mg once a week = six tablets of 2.5 mg."""
    number = mg / TABLET_MG
    if number != number.to_integral_value():
        return (
            f"By mouth: {text_of(mg)} mg once a week does not come out in whole tablets of 2.5 mg: "
            "settle the form and the number with the pharmacist before it is dispensed."
        )
    word = "tablet" if number == 1 else "tablets"
    return f"By mouth: {text_of(mg)} mg once a week = {count(number)} {word} of 2.5 mg, all on one day of the week."


def overrides(plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    """What the clinician chose against the rules, with the reason that was given and the rules it goes against."""
    items = [i for i in plan.items if is_override(i)]
    if not items:
        return []
    story: list[Flowable] = section("Overrides by the clinician", room=52 * mm)
    for item in items:
        story += _override(item, plan, catalogue, width)
    return story


def _override(item: Item, plan: Plan, catalogue: Catalogue, width: float) -> list[Flowable]:
    status = catalogue.word("status", item.status).lower()
    top = [
        _card_head(item, catalogue, width),
        text(f"OVERRIDE: the rules say {status}; the clinician chose it.", "strong"),
        labelled("Reason given", item.override_reason or "", "text", "reason of an override"),
    ]
    rest: list[Flowable] = [] if item.dose is None else _dose(item.dose)
    if item.drug == "methotrexate" and item.dose is not None:
        rest.append(KeepTogether(methotrexate_safety(item, plan)))
    rest += [text("Against it:", "strong"), *reasons(item.because, catalogue)]
    rest += [*before_and_steps(item, catalogue), *_to_do(item, catalogue), *more(item, catalogue)]
    return _closed(top, rest)


def not_to_give(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """What must not be given, and why."""
    items = [i for i in plan.items if i.status == "contraindicated"]
    if not items:
        return []
    story: list[Flowable] = section("Do not give, and why")
    for item in items:
        tail = " (OVERRIDE: chosen nevertheless, see above)" if is_override(item) else ""
        line = text(_label(item, catalogue) + tail, "h2", "drug")
        line.keepWithNext = 1
        story += [SignLine(line, "contraindicated", 12), *reasons(item.because, catalogue)]
    return story


def not_indicated(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """One line for each item that nothing calls for."""
    items = [i for i in plan.items if i.status == "not-indicated" and not is_override(i)]
    if not items and not plan.disabled:
        return []
    story: list[Flowable] = section("Not indicated")
    for item in items:
        said = " ".join(
            markup(_sentence(r.text), "reasons") + cited(r.sources, catalogue) for r in dict.fromkeys(item.because)
        )
        story.append(
            Paragraph(f"<b>{markup(_label(item, catalogue), 'drug')}:</b> {said}", style("bullet"), bulletText="–")
        )
    for named in plan.disabled:
        said = markup(named.text, "drug") + cited(named.sources, catalogue)
        story.append(Paragraph(f"<b>{markup(named.label, 'drug')}:</b> {said}", style("bullet"), bulletText="–"))
    return story


def _label(item: Item, catalogue: Catalogue) -> str:
    spec = catalogue.drugs.get(item.drug)
    return spec.label if spec else item.drug


def _finding(id_: str, catalogue: Catalogue) -> str:
    spec = catalogue.findings.get(id_)
    return spec.label if spec else id_
