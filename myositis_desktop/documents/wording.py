"""How values read on paper: days, moments, doses, findings. Words, never signs, in anything that is an order."""

from datetime import date, datetime
from decimal import Decimal

from myositis_desktop.model.case import Case, Finding, Patient, Quantity
from myositis_desktop.model.catalogue import Catalogue, FindingSpec
from myositis_desktop.model.number import text_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def day(on: date) -> str:
    """2 Apr 1968: cannot be read the American way round. Not strftime, whose months follow the machine's language."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def weekday(on: date) -> str:
    """Mon 23 Nov 2026."""
    return f"{_WEEKDAYS[on.weekday()]} {day(on)}"


def month(on: date) -> str:
    """Nov 2026."""
    return f"{_MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime) -> str:
    """20 Nov 2026 14:05 UTC+01:00."""
    zone = at.strftime("%z") or "+0000"
    return f"{day(at.date())} {at:%H:%M} UTC{zone[:3]}:{zone[3:5]}"


def patient_name(patient: Patient) -> str:
    """Example, Ann; or what is missing, in words. Never in capitals: a name is printed as it is written."""
    return f"{patient.family_name or 'family name not given'}, {patient.given_name or 'given name not given'}"


def age(patient: Patient, on: date) -> int:
    """Completed years."""
    born = patient.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def count(number: Decimal) -> str:
    """A number of tablets in words where words are usual: six, twelve, 14, 2.5."""
    whole = number == number.to_integral_value() and 0 <= number <= 12
    return _SMALL[int(number)] if whole else text_of(number)


def quantity(value: Quantity, catalogue: Catalogue) -> str:
    """A dose of a therapy: "60 mg a day"."""
    return f"{text_of(value.value)} {catalogue.word('unit', value.unit)}"


def allergies(case: Case, catalogue: Catalogue) -> str:
    """The line of allergies in the header; an allergy that was not asked about is never passed off as absent."""
    specs = [s for s in catalogue.findings.values() if s.id.startswith("allergy.")]
    known = {s.id: case.findings[s.id].value for s in specs if s.id in case.findings}
    present = [_allergen(s.label) for s in specs if known.get(s.id) == "present"]
    asked = len(known) == len(specs)
    if present:
        return f"ALLERGY: {', '.join(present)}" + ("" if asked else " (not all were asked about)")
    return "Allergies: none of those asked about" if known else "Allergies: not asked about"


def _allergen(label: str) -> str:
    return label.removeprefix("Allergy to ").removeprefix("Allergy: ")


def finding_value(finding: Finding, catalogue: Catalogue) -> str:
    """The value as it was written, with its unit, limits and multiple of the limit; then how it was found."""
    spec = catalogue.findings.get(finding.id)
    if isinstance(finding.value, Decimal):
        text = _measured(finding, catalogue)
    elif isinstance(finding.value, date):
        text = day(finding.value)
    elif spec is not None and spec.kind == "choice":
        text = spec.value_labels.get(finding.value, finding.value)
    else:
        text = catalogue.word(spec.kind if spec else "sign", finding.value)
    extra = [finding.assay or "", finding.strength or "", f"on {day(finding.on)}" if finding.on else ""]
    said = ", ".join(e for e in extra if e)
    return f"{text} ({said})" if said else text


def _measured(finding: Finding, catalogue: Catalogue) -> str:
    spec = catalogue.findings.get(finding.id)
    first = spec.units[0].symbol if spec and spec.units else ""
    written = finding.entered or Quantity(Decimal(str(finding.value)), first)
    limits = [
        f"{name} {_amount(own, written.unit, spec) if own is not None else _amount(stored, first, spec)}"
        for name, own, stored in (
            ("upper limit", finding.entered_uln, finding.uln),
            ("lower limit", finding.entered_lln, finding.lln),
        )
        if stored is not None
    ]
    if (multiple := times_limit(finding)) is not None:
        limits.append(f"{text_of(multiple)} times the limit")
    text = _amount(written.value, written.unit, spec)
    return f"{text}; {', '.join(limits)}" if limits else text


def _amount(value: Decimal, symbol: str, spec: FindingSpec | None) -> str:
    unit = spec.unit(symbol) if spec else None
    label = (unit.label if unit else "") or symbol
    return f"{text_of(value)}{'' if label.startswith('%') else ' '}{label}".strip()


def times_limit(finding: Finding) -> Decimal | None:
    """How many times the upper limit of normal a raised value is, to one decimal; None where it is not above it."""
    if not isinstance(finding.value, Decimal) or not finding.uln or finding.value <= finding.uln:
        return None
    return (finding.value / finding.uln).quantize(Decimal("0.1"))
