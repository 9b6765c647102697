"""Case files, `"format": "myositis-case/1"`, into the model. All problems at once, never an exception."""

from collections.abc import Mapping
from datetime import date

from myositis_desktop.exchange.findings import Span, read_findings
from myositis_desktop.exchange.parse import Problems, parse
from myositis_desktop.exchange.place import Place, either, shown
from myositis_desktop.exchange.preferences import drug_of, read_preferences
from myositis_desktop.model.case import Case, Findings, Patient, Preferences, Quantity, Therapy, Visit
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.problem import Problem

FORMAT = "myositis-case/1"
MAX_NAME = 200
_NAMES = ("record_number", "family_name", "given_name")
_KEYS = ("format", "patient", "assessed_on", "findings", "therapy", "visits", "preferences")
_NEEDED = {"patient": "the patient", "assessed_on": "the day of assessment, YYYY-MM-DD"}
Parts = Mapping[str, Place]


def read_case(data: bytes, catalogue: Catalogue) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case of a case file, or every problem of it with its JSON pointer. The case is None exactly with problems.

    Keys that begin with x- are accepted everywhere and kept at the top level, with numbers as decimals.
    """
    case, problems = _read(data, catalogue, keeps=False)
    return (None if problems else case), problems


def read_draft(data: bytes, catalogue: Catalogue) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case of a draft with its problems beside it: days that contradict each other stay as they were typed.

    A part that cannot be read at all is left out of the case; whoever must not lose it compares `case_bytes` with the
    data. None where there is no case.
    """
    return _read(data, catalogue, keeps=True)


def _read(data: bytes, catalogue: Catalogue, *, keeps: bool) -> tuple[Case | None, tuple[Problem, ...]]:
    problems = Problems()
    root = Place("", parse(data, problems), problems)
    if root.value is None and problems.found:
        return None, problems.all()
    case = _case(root, catalogue, keeps=keeps) if _has_format(root) else None
    return case, problems.all()


def _has_format(root: Place) -> bool:
    """Whether it makes sense to read on: a file of another format would only give misleading problems."""
    if not isinstance(root.value, dict):
        root.wrong(f"{shown(root.value)} stands where a case file begins with an object in braces")
        return False
    if root.value.get("format", FORMAT) == FORMAT:
        return True
    root.child("format", root.value["format"]).wrong(f'{shown(root.value["format"])} is not known; use "{FORMAT}"')
    return False


def _case(root: Place, catalogue: Catalogue, *, keeps: bool) -> Case | None:
    parts = root.fields(_KEYS, {"format": f'"{FORMAT}"'} | _NEEDED) or {}
    assessed_on = parts["assessed_on"].day() if "assessed_on" in parts else None
    patient = _patient(parts["patient"], catalogue, assessed_on) if "patient" in parts else None
    span = Span(None if patient is None else patient.birth_date, assessed_on, "/assessed_on", keeps)
    findings = read_findings(parts["findings"], catalogue, span) if "findings" in parts else {}
    _check_age_at_onset(parts, findings, span)
    therapy = _therapies(parts["therapy"], catalogue, span) if "therapy" in parts else ()
    preferences = read_preferences(parts["preferences"], catalogue) if "preferences" in parts else Preferences()
    _check_start(parts, preferences, therapy, assessed_on, catalogue)
    visits = _visits(parts["visits"], catalogue, span) if "visits" in parts else ()
    extras = _extras(root)
    if patient is None or assessed_on is None:
        return None
    return Case(patient, assessed_on, findings, therapy, visits, preferences, extras)


def _extras(root: Place) -> dict[str, object]:
    return {key: place.plain() for key, place in (root.entries() or {}).items() if key.startswith("x-")}


def _patient(place: Place, catalogue: Catalogue, assessed_on: date | None) -> Patient | None:
    sexes = catalogue.lists["sexes"]
    needed = {"birth_date": "the day of birth, YYYY-MM-DD", "sex": either(sexes)}
    parts = place.fields((*_NAMES, "birth_date", "sex"), needed) or {}
    birth_date = parts["birth_date"].day() if "birth_date" in parts else None
    if birth_date is not None and assessed_on is not None and birth_date > assessed_on:
        parts["birth_date"].wrong(f"{birth_date} is after /assessed_on ({assessed_on}); one of the two is wrong")
    sex = parts["sex"].word(sexes, "a sex") if "sex" in parts else None
    names = {key: parts[key].text(longest=MAX_NAME) or "" for key in _NAMES if key in parts}
    return None if birth_date is None or sex is None else Patient(birth_date, sex, **names)


def _check_age_at_onset(parts: Parts, findings: Findings, span: Span) -> None:
    """An age at onset above the age at assessment contradicts the dates."""
    onset = findings.get("onset.age")
    if onset is None or span.born is None or span.last is None or isinstance(onset.value, str | date):
        return
    birthday_due = (span.last.month, span.last.day) < (span.born.month, span.born.day)
    age = span.last.year - span.born.year - birthday_due
    if onset.value >= age + 1:
        place = parts["findings"].child("onset.age", None)
        place.wrong(f"onset at {onset.value} years is after the age at /assessed_on, {age}; see /patient/birth_date")


def _therapies(place: Place, catalogue: Catalogue, span: Span) -> tuple[Therapy, ...]:
    read = [_therapy(item, catalogue, span) for item in place.items()]
    return tuple(therapy for therapy in read if therapy is not None)


def _therapy(place: Place, catalogue: Catalogue, span: Span) -> Therapy | None:
    needed = {"drug": "the id of the drug", "started": "the first day, YYYY-MM-DD"}
    parts = place.fields(("drug", "dose", "started", "stopped", "outcome"), needed) or {}
    drug = drug_of(parts["drug"], catalogue) if "drug" in parts else None
    dose = _dose(parts["dose"], catalogue) if "dose" in parts else None
    started, stopped = _day(parts, "started", span), _day(parts, "stopped", span)
    if started is not None and stopped is not None and stopped < started:
        other = parts["started"].pointer
        parts["stopped"].wrong(
            f"stopped on {stopped}, before it was started, {other} ({started}); one of them is wrong"
        )
    outcomes = catalogue.lists["outcomes"]
    outcome = parts["outcome"].word(outcomes, "an outcome") if "outcome" in parts else "unknown"
    if drug is None or started is None or outcome is None:
        return None
    return Therapy(drug, started, dose, stopped, outcome)


def _day(parts: Parts, key: str, span: Span) -> date | None:
    """The day of a therapy; `"stopped": null` means still taken."""
    if key not in parts or (key == "stopped" and parts[key].value is None):
        return None
    day = parts[key].day()
    return day if day is not None and span.holds(parts[key], day) else None


def _dose(place: Place, catalogue: Catalogue) -> Quantity | None:
    units = catalogue.lists["therapy_units"]
    parts = place.fields(("value", "unit"), {"value": "the dose", "unit": f"the unit, {either(units)}"}) or {}
    value = parts["value"].positive() if "value" in parts else None
    unit = parts["unit"].word(units, "a unit of a dose") if "unit" in parts else None
    return None if value is None or unit is None else Quantity(value, unit)


def _visits(place: Place, catalogue: Catalogue, span: Span) -> tuple[Visit, ...]:
    taken = {} if span.last is None else {span.last: span.last_pointer}
    visits = []
    for item in place.items():
        visit = _visit(item, catalogue, span)
        if visit is None:
            continue
        on = item.child("on", None)
        if visit.on in taken:
            on.wrong(f"two visits on one day, {visit.on}: here and {taken[visit.on]}; join their findings in one")
        taken.setdefault(visit.on, on.pointer)
        visits.append(visit)
    return tuple(visits)


def _visit(place: Place, catalogue: Catalogue, span: Span) -> Visit | None:
    parts = place.fields(("on", "findings"), {"on": "the day of the visit, YYYY-MM-DD"}) or {}
    on = parts["on"].day() if "on" in parts else None
    if on is not None and span.born is not None and on < span.born:
        parts["on"].wrong(f"{on} is before /patient/birth_date ({span.born}); one of the two is wrong")
    if on is not None and (span.last is None or on > span.last):
        span = Span(span.born, on, parts["on"].pointer, span.keeps)
    findings = read_findings(parts["findings"], catalogue, span) if "findings" in parts else {}
    return None if on is None else Visit(on, findings)


def _check_start(
    parts: Parts, preferences: Preferences, therapy: tuple[Therapy, ...], assessed_on: date | None, catalogue: Catalogue
) -> None:
    """A taper begins before the assessment only where the drug was already taken by then."""
    taper = preferences.taper
    start = taper.steps[0].start if taper.steps else taper.start
    if start is None or assessed_on is None or start >= assessed_on:
        return
    oral = catalogue.lists["oral_glucocorticoid"]
    began = [t.started for t in therapy if t.drug in oral and t.stopped is None]
    if not any(day <= start for day in began):
        key = ("steps", "0", "from") if taper.steps else ("start",)
        pointer = "/".join((parts["preferences"].pointer, "taper", *key))
        parts["preferences"].problems.add(pointer, _start_text(start, assessed_on, began))


def _start_text(start: date, assessed_on: date, began: list[date]) -> str:
    text = f"{start} is before /assessed_on ({assessed_on}), and "
    if began:
        return f"{text}the oral glucocorticoid of /therapy began later ({min(began)}); start on or after that day"
    return f"{text}/therapy names no oral glucocorticoid that is taken; start on or after the assessment"
