"""What a drug card tells beside dose and reasons: checks before the first dose, steps by date, limits, interactions."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether

from myositis_desktop.documents.fonts import markup
from myositis_desktop.documents.pieces import CARD_SHOWN, cited, labelled, text
from myositis_desktop.documents.shapes import SignLine
from myositis_desktop.documents.sheet import section
from myositis_desktop.documents.style import Paragraph, style
from myositis_desktop.documents.wording import weekday
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Due, Interaction, Item, Plan

_LEVELS = {"never": ("contraindicated", "Not together"), "care": ("warning", "With care")}


def before_and_steps(item: Item, catalogue: Catalogue) -> list[Flowable]:
    """Checks before the first dose, and the doses after it by date."""
    lines: list[Flowable] = []
    if item.card is not None and _whole(item) and not item.continued:
        lines.append(labelled("Before the first dose", item.card.before(), "text", "baseline checks"))
    if item.step_up:
        lines.append(labelled("Dose by date", steps(item, catalogue), "text", "dose by date"))
    return lines


def steps(item: Item, catalogue: Catalogue) -> str:
    """The doses after the first, each with its day: "from Mon 4 Jan 2027 17.5 mg once a week"."""
    doses = [f"from {weekday(s.on)} {text_of(s.value)} {catalogue.word('unit', s.unit)}" for s in item.step_up]
    return f"{'; '.join(doses)}. {item.step_up_text}"


def more(item: Item, catalogue: Catalogue) -> list[Flowable]:
    """What is due by date; limits to act on and what to ask about; kidney, liver, pregnancy and so on in small type."""
    days = [f"{_span(d)}: {d.text}" for d in item.due]
    lines: list[Flowable] = [labelled("By date", "; ".join(days) + ".", "text", "due")] if days else []
    if not _whole(item) or item.card is None:
        return lines
    field = "drug card"
    first, *others = item.card.lines()
    lines.append(labelled(*first, "text", field))
    said = " ".join(f"<b>{markup(head, field)}:</b> {markup(words, field)}" for head, words in others)
    return [*lines, Paragraph(said + cited(item.card.sources, catalogue), style("muted"))]


def _whole(item: Item) -> bool:
    """The whole card is printed of what is given, and of what is given against the rules."""
    return item.card is not None and item.status in CARD_SHOWN


def _span(due: Due) -> str:
    return weekday(due.on) if due.until is None else f"{weekday(due.on)} to {weekday(due.until)}"


def interactions(plan: Plan, catalogue: Catalogue) -> list[Flowable]:
    """What does not go together among the drugs of the plan and the patient's medicines."""
    if not plan.interactions:
        return []
    title = section("Together with each other and with the patient's medicines")
    return [*title, *(KeepTogether(_interaction(found, catalogue)) for found in plan.interactions)]


def _interaction(found: Interaction, catalogue: Catalogue) -> Sequence[Flowable]:
    sign, word = _LEVELS[found.level]
    head = text(f"{word}: {together(found, catalogue)}", "h2", "interaction")
    said = markup(f"{found.text} {found.act}", "interaction") + cited(found.sources, catalogue)
    return [SignLine(head, sign, 12), Paragraph(said, style("text"))]


def together(found: Interaction, catalogue: Catalogue) -> str:
    """The names of what does not go together."""
    drugs = [catalogue.drugs[d].label for d in found.drugs if d in catalogue.drugs]
    return " and ".join((*drugs, *([found.beside] if found.beside else [])))
