"""Two cases of one patient made one: what the other record says more or otherwise is offered, never taken unseen."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

from myositis_desktop.model.case import Case, Finding, Patient, Preferences, Therapy, Visit

Content = str | date | Finding | Therapy | Visit | Preferences | object


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the other record says and the record that goes on does not, or says otherwise."""

    key: str
    """patient:FIELD | finding:ID | therapy:N | visit:DAY | as-visit | preferences | extra:KEY"""
    kept: Content | None
    """What the record that goes on says; None: nothing."""
    other: Content
    taken: bool
    """Whether it is taken unless the clinician says otherwise: it fills a gap, or is of a later day."""


def offers(kept: Case, other: Case) -> tuple[Offer, ...]:
    """Everything that could be taken from the other record, patient first."""
    return (
        *_of_patient(kept.patient, other.patient),
        *_of_findings(kept, other),
        *_of_therapy(kept, other),
        *_of_visits(kept, other),
        *_of_rest(kept, other),
    )


def merged(kept: Case, other: Case, taken: Collection[str]) -> Case:
    """The record that goes on, with the offers whose keys are taken.

    It is assessed on the later of the two days; what was found on the earlier one carries its day.
    """
    day = max(kept.assessed_on, other.assessed_on)
    chosen = {offer.key: offer.other for offer in offers(kept, other) if offer.key in taken}
    own = {id_: _dated(finding, kept.assessed_on, day) for id_, finding in kept.findings.items()}
    named = {key.partition(":")[2]: value for key, value in chosen.items() if key.startswith("patient:")}
    days = {visit.on: visit for visit in kept.visits}
    days |= {v.on: v for v in chosen.values() if isinstance(v, Visit)}
    wish = chosen.get("preferences")
    return Case(
        patient=replace(kept.patient, **named),  # type: ignore[arg-type] # each value comes from a field of its name
        assessed_on=day,
        findings=own | {value.id: value for value in chosen.values() if isinstance(value, Finding)},
        therapy=(*kept.therapy, *(value for value in chosen.values() if isinstance(value, Therapy))),
        visits=tuple(days[on] for on in sorted(days)),
        preferences=wish if isinstance(wish, Preferences) else kept.preferences,
        extras={**kept.extras, **{k.partition(":")[2]: v for k, v in chosen.items() if k.startswith("extra:")}},
    )


def _of_patient(kept: Patient, other: Patient) -> Iterator[Offer]:
    for field in fields(Patient):
        ours, theirs = getattr(kept, field.name), getattr(other, field.name)
        if theirs and theirs != ours:
            yield Offer(f"patient:{field.name}", ours or None, theirs, taken=not ours)


def _of_findings(kept: Case, other: Case) -> Iterator[Offer]:
    day = max(kept.assessed_on, other.assessed_on)
    for id_, finding in other.findings.items():
        ours = kept.findings.get(id_)
        if ours is None or replace(ours, on=None) != replace(finding, on=None):
            theirs = _dated(finding, other.assessed_on, day)
            later = other.assessed_on > kept.assessed_on
            yield Offer(f"finding:{id_}", ours, theirs, taken=ours is None or later)


def _of_therapy(kept: Case, other: Case) -> Iterator[Offer]:
    """A drug that both records name with other days or doses is not taken by itself: it may be one and the same."""
    for number, entry in enumerate(other.therapy):
        if entry not in kept.therapy:
            same = next((t for t in kept.therapy if t.drug == entry.drug), None)
            yield Offer(f"therapy:{number}", same, entry, taken=same is None)


def _of_visits(kept: Case, other: Case) -> Iterator[Offer]:
    own = {visit.on: visit for visit in kept.visits}
    for visit in other.visits:
        ours = own.get(visit.on)
        if ours != visit:
            yield Offer(f"visit:{visit.on}", ours, visit, taken=ours is None)
    earlier = min((kept, other), key=lambda case: case.assessed_on)
    known = {*own, *(visit.on for visit in other.visits)}
    if kept.assessed_on != other.assessed_on and earlier.findings and earlier.assessed_on not in known:
        yield Offer("as-visit", None, Visit(earlier.assessed_on, earlier.findings), taken=True)


def _of_rest(kept: Case, other: Case) -> Iterator[Offer]:
    if other.preferences not in (kept.preferences, Preferences()):
        ours = None if kept.preferences == Preferences() else kept.preferences
        yield Offer("preferences", ours, other.preferences, taken=ours is None)
    for key, value in other.extras.items():
        if kept.extras.get(key) != value:
            yield Offer(f"extra:{key}", kept.extras.get(key), value, taken=key not in kept.extras)


def _dated(finding: Finding, found: date, day: date) -> Finding:
    """The finding as it stands in a case that is assessed on another day."""
    return finding if found == day or finding.on is not None else replace(finding, on=found)
