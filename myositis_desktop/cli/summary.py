"""A plan as plain text for a terminal."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import fill

from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Because, Item, Plan, Taper, TaperStep

WIDTH = 100
STATUSES = ("recommended", "option", "caution", "needs-data", "contraindicated")


def summary(plan: Plan, words: Catalogue) -> str:
    """The plan in a page or two; what is not indicated is only listed."""
    parts = [_assessment(plan, words), _alerts(plan, words), _treatment(plan, words), _taper(plan, words)]
    parts += [_monitoring(plan, words), _undecided(plan, words)]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _assessment(plan: Plan, words: Catalogue) -> Iterator[str]:
    c = plan.classification
    yield f"Assessment of {plan.assessed_on}, knowledge {plan.knowledge_version}. A proposal for the clinician to judge"
    yield f"Subtype:         {words.word('subtype', plan.subtype.id)}"
    yield from _why(plan.subtype.because)
    yield f"Severity:        {words.word('severity', plan.severity.id)}"
    yield from _why(plan.severity.because)
    yield f"EULAR/ACR 2017:  {c.level}, score {text_of(c.score)} (highest {text_of(c.highest_score)}), {c.model}"
    yield f"Cancer risk:     {words.word('cancer', plan.cancer_risk.level)}"
    if plan.response is not None:
        yield f"Response:        {plan.response.category}, score {text_of(plan.response.score)}"


def _alerts(plan: Plan, words: Catalogue) -> Iterator[str]:
    if plan.knowledge_notice:
        yield _wrapped(plan.knowledge_notice, 0)
    if plan.alerts:
        yield "ALERTS"
    for alert in plan.alerts:
        yield _wrapped(f"{alert.level.upper()}: {words.word('alert', alert.id)}. {alert.text}", 2)


def _treatment(plan: Plan, words: Catalogue) -> Iterator[str]:
    yield "TREATMENT"
    for status in STATUSES:
        items = [item for item in plan.items if item.status == status]
        if items:
            yield f" {words.word('status', status)}"
        for item in items:
            yield from _item(item, words)
    rest = [_drug(item, words) for item in plan.items if item.status == "not-indicated"]
    if rest:
        yield _wrapped(f"{words.word('status', 'not-indicated')}: {', '.join(rest)}", 1)


def _item(item: Item, words: Catalogue) -> Iterator[str]:
    marks = "".join([", goes on" if item.continued else "", ", chosen" if item.chosen else ""])
    dose = f": {item.dose.text}" if item.dose is not None else ""
    yield _wrapped(f"{_drug(item, words)}{dose}{marks}", 3)
    yield from _why(item.because)
    if item.needs:
        yield _wrapped(f"needs: {', '.join(_finding(n, words) for n in item.needs)}", 7)


def _taper(plan: Plan, words: Catalogue) -> Iterator[str]:
    taper = plan.taper
    if taper is None:
        yield f"TAPER  none{': ' + plan.taper_reason if plan.taper_reason else ''}"
        return
    yield f"TAPER  {_label(taper, words)}, {taper.starts} to {taper.ends}, {text_of(taper.total_mg)} mg in all"
    for step in taper.steps:
        yield f"  {step.start} to {step.end}  {_step(step)}"


def _label(taper: Taper, words: Catalogue) -> str:
    drug = words.drugs[taper.drug].label if taper.drug in words.drugs else taper.drug
    return f"{drug}, schedule {words.word('schedule', taper.schedule)}"


def _step(step: TaperStep) -> str:
    first = f"{text_of(step.dose_mg)} mg = {_tablets(step.tablets)}"
    if step.alternate_mg is None:
        return first
    return f"{first}; every other day {text_of(step.alternate_mg)} mg = {_tablets(step.alternate_tablets)}"


def _tablets(pairs: tuple[tuple[Decimal, Decimal], ...]) -> str:
    return " + ".join(f"{text_of(count)} × {text_of(mg)} mg" for mg, count in pairs) or "no tablet"


def _monitoring(plan: Plan, words: Catalogue) -> Iterator[str]:
    if plan.monitoring:
        yield "MONITORING"
    for line in plan.monitoring:
        days = ", ".join(day.isoformat() for day in line.on)
        yield _wrapped(f"{words.word('test', line.test)}: {days}", 2)


def _undecided(plan: Plan, words: Catalogue) -> Iterator[str]:
    if plan.undecided:
        yield "WORTH FINDING OUT"
    for line in plan.undecided:
        yield _wrapped(f"{_finding(line.finding, words)} (would change {', '.join(line.would_change)})", 2)


def _why(because: Because) -> Iterator[str]:
    for reason in because:
        yield _wrapped(reason.text, 7)


def _drug(item: Item, words: Catalogue) -> str:
    return words.drugs[item.drug].label if item.drug in words.drugs else item.drug


def _finding(id_: str, words: Catalogue) -> str:
    return words.findings[id_].label if id_ in words.findings else id_


def _wrapped(text: str, indent: int) -> str:
    return fill(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))
