"""How cases and plans are put into words on screen. Text only: no widgets, no decisions."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from html import escape

from myositis_desktop.model.case import Case, Finding, Patient
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Answer, Change, Item, Plan, Undecided

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
VERIFY = "to be verified by a clinician"


def day_text(day: date) -> str:
    """2 Apr 1968: the month in letters, so that no one reads it the wrong way round."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def read_day(text: str) -> date | None:
    """The day written as 1968-04-02 or 2 Apr 1968; None where it is neither. 02.04.1968 is two days: none."""
    parts = text.strip().replace("-", " ").split()
    if len(parts) != 3:
        return None
    names = [m.lower() for m in MONTHS]
    try:
        if parts[1][:3].lower() in names:
            return date(int(parts[2]), names.index(parts[1][:3].lower()) + 1, int(parts[0]))
        return date(*map(int, parts)) if len(parts[0]) == 4 else None
    except ValueError:
        return None


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def name_text(patient: Patient) -> str:
    """EXAMPLE, Ann."""
    names = [n for n in (patient.family_name.upper(), patient.given_name) if n]
    return ", ".join(names) or "Name not given"


def weight_text(case: Case) -> str:
    """80 kg (20 Nov 2026), or that it is not known. Kilograms only on screen."""
    weight = case.findings.get("body.weight")
    if weight is None or not isinstance(weight.value, Decimal):
        return "Weight not known"
    return f"{text_of(weight.value)} kg ({day_text(weight.on or case.assessed_on)})"


def allergy_text(case: Case, catalogue: Catalogue) -> str:
    """The allergies that are known; silence is never "none"."""
    specs = [s for s in catalogue.findings.values() if s.id.startswith("allergy.")]
    known = [s.label for s in specs if is_value(case, s.id, "present")]
    if known:
        return "Allergy: " + ", ".join(_bare(k) for k in known)
    if specs and all(is_value(case, s.id, "absent") for s in specs):
        return "Allergies: none of those asked about"
    return "Allergies not all asked"


def _bare(label: str) -> str:
    low = label.lower()
    for lead in ("allergy to ", "allergy: ", "allergic to "):
        if low.startswith(lead):
            return label[len(lead) :]
    return label.removesuffix(" allergy")


def pregnancy_text(case: Case, plan: Plan | None) -> str:
    """Pregnancy as far as it is known; that it is not, where the plan says that it matters."""
    if is_value(case, "screen.pregnancy", "present"):
        return "Pregnant"
    if is_value(case, "history.breastfeeding", "present"):
        return "Breastfeeding"
    if is_value(case, "history.pregnancy_planned", "present"):
        return "Pregnancy planned"
    if is_value(case, "screen.pregnancy", "absent"):
        return "Not pregnant (test)"
    open_ = plan is not None and any(a.id == "pregnancy-not-excluded" for a in plan.alerts)
    return "Pregnancy not tested" if open_ else ""


def is_value(case: Case, finding: str, value: str) -> bool:
    """Whether a finding is known and is that word."""
    known = case.findings.get(finding)
    return known is not None and known.value == value


def finding_label(catalogue: Catalogue, finding: str) -> str:
    """What a finding is called, or the id where it is none of the catalogue."""
    spec = catalogue.findings.get(finding)
    return spec.label if spec else finding


def value_text(known: Finding, catalogue: Catalogue) -> str:
    """present, 5400 U/L, severe, 2 Apr 1968: the value as it was entered."""
    spec = catalogue.findings.get(known.id)
    if isinstance(known.value, date):
        return day_text(known.value)
    if isinstance(known.value, str):
        return spec.value_labels.get(known.value, known.value) if spec else known.value
    if known.entered is None:
        symbol, number = (spec.units[0].symbol if spec and spec.units else ""), known.value
    else:
        symbol, number = known.entered.unit, known.entered.value
    unit = spec.unit(symbol) if spec else None
    return f"{text_of(number)} {unit.label if unit and unit.label else symbol}".strip()


def finding_text(case: Case, catalogue: Catalogue, finding: str) -> str:
    """Heliotrope rash: present. An unknown finding says so."""
    known = case.findings.get(finding)
    return f"{finding_label(catalogue, finding)}: {value_text(known, catalogue) if known else 'not known'}"


def finding_links(findings: Iterable[str], texts: Iterable[str]) -> str:
    """Rich text: each finding as a link that jumps to its field."""
    return " · ".join(
        f'<a href="finding:{escape(i, quote=True)}">{escape(t)}</a>' for i, t in zip(findings, texts, strict=True)
    )


def source_text(catalogue: Catalogue, source: str) -> str:
    """A citation with how sure it is."""
    known = catalogue.sources.get(source)
    if known is None:
        return source
    text = f"{known.title}, {known.locator}" if known.locator else known.title
    return text if known.confidence == "high" else f"{text} ({known.confidence} confidence: {VERIFY})"


def dose_line(item: Item, catalogue: Catalogue) -> str:
    """One line of the plan in short: predniSONE 50 mg by mouth once daily."""
    label = drug_label(catalogue, item.drug)
    return f"{label}: {item.dose.text}" if item.dose else label


def drug_label(catalogue: Catalogue, drug: str) -> str:
    """The drug in tall-man letters; a supportive measure, which has none, begins with a capital."""
    spec = catalogue.drugs.get(drug)
    if spec is None:
        return drug
    return capitalised(spec.label) if spec.line == "supportive" else spec.label


def capitalised(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def answer_lines(catalogue: Catalogue, asked: Undecided, changes: int | None = None) -> list[str]:
    """One line for each answer that would change the plan: "present: severity severe; IVIG recommended".

    A number is one of those that would do it. `changes` is the most that is said of one answer.
    """
    return [_answer_line(catalogue, asked, answer, changes) for answer in asked.answers]


def _answer_line(catalogue: Catalogue, asked: Undecided, answer: Answer, most: int | None) -> str:
    found = [_change_to(catalogue, c) for c in _by_weight(asked, answer)]
    more = f" and {len(found) - most} more" if most is not None and 1 < most < len(found) else ""
    return f"{_answer_text(catalogue, asked.finding, answer)}: {'; '.join(found[:most])}{more}"


def _by_weight(asked: Undecided, answer: Answer) -> list[Change]:
    return sorted(answer.changes, key=lambda c: asked.would_change.index(c.part))


def _answer_text(catalogue: Catalogue, finding: str, answer: Answer) -> str:
    spec = catalogue.findings[finding]
    unit = spec.unit(answer.unit)
    if unit is None:
        return spec.value_labels.get(answer.value, answer.value)
    limit = f" (limit {answer.uln})" if answer.uln else ""
    return f"for example {answer.value} {unit.label or unit.symbol}{limit}"


def _change_to(catalogue: Catalogue, change: Change) -> str:
    """A part of the plan as it would be."""
    kind, _, id_ = change.part.partition(".")
    if kind == "alert":
        name = catalogue.word("alert", id_)
        return f"no longer: {name}" if change.after == "none" else f"alert: {name}"
    if kind == "treatment":
        return f"{catalogue.drugs[id_].label} {catalogue.word('status', change.after).lower()}"
    level, _, subgroup = change.after.partition(", ")
    after = catalogue.word({"cancer_risk": "cancer"}.get(id_, id_), level).lower()
    more = f", subgroup {catalogue.word('subtype', subgroup).lower()}" if subgroup else ""
    return f"{change_text(catalogue, change.part).lower()}: {after}{more}"


def change_text(catalogue: Catalogue, target: str) -> str:
    """What an answer would change, from `treatment.ivig` or `assessment.subtype`."""
    part, _, rest = target.partition(".")
    if part == "treatment" and rest in catalogue.drugs:
        return catalogue.drugs[rest].label
    return catalogue.words.get(f"change.{target}") or catalogue.words.get(target) or (rest or part).replace("_", " ")
