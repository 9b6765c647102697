"""The next assessment of a patient: what of the last one still holds, what has to be asked again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from myositis_desktop.engine.tablets import TaperRules
from myositis_desktop.engine.taper_edits import Steps, own_steps, rest_of
from myositis_desktop.model.case import Case, Finding, Preferences, Quantity, Therapy, Visit
from myositis_desktop.model.plan import Taper, TaperStep

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Findings that are carried forward; everything else is asked again."""

    always: Collection[str]
    """Ids, or beginnings of ids that end in a point: whatever was found."""
    if_present: Collection[str]
    """Only where they are present: an absent one may have come since."""
    adults: Collection[str]
    """In adults only."""
    oral: Collection[str]
    """The glucocorticoids by mouth: their doses of the last day do not stay."""

    def holds(self, finding: Finding, *, adult: bool) -> bool:
        """Whether the finding still holds on a later day."""
        if _named(finding.id, self.always) or (adult and _named(finding.id, self.adults)):
            return True
        return _named(finding.id, self.if_present) and finding.value == "present"


def _named(id_: str, names: Collection[str]) -> bool:
    return any(id_ == name or (name.endswith(".") and id_.startswith(name)) for name in names)


def lasting(lists: Mapping[str, tuple[str, ...]]) -> Lasting:
    """What the lists of a pack say about it."""
    return Lasting(
        lists["carried"], lists["carried_if_present"], lists["carried_in_adults"], lists["oral_glucocorticoid"]
    )


def next_assessment(case: Case, on: date, keeps: Lasting) -> Case:
    """The case on a later day: today's findings become a visit, and what lasts stands with the day it was found.

    What was chosen for the plan of the last day stays, but for the taper's days and the dose of the glucocorticoid.
    """
    before = case.assessed_on
    born = case.patient.birth_date
    adult = on.year - born.year - ((on.month, on.day) < (born.month, born.day)) >= 18
    kept = {
        id_: f if f.on is not None or not _dated(f) else replace(f, on=before)
        for id_, f in case.findings.items()
        if keeps.holds(f, adult=adult)
    }
    visits = tuple(sorted((*case.visits, Visit(before, case.findings)), key=lambda v: v.on))
    wish = case.preferences
    taper = replace(wish.taper, start=None, steps=None, hold_days=None)
    doses = tuple(d for d in wish.doses if d.drug not in keeps.oral)
    preferences = Preferences(taper, wish.choose, doses, wish.decisions)
    return replace(case, assessed_on=on, findings=kept, visits=visits, preferences=preferences)


def _dated(finding: Finding) -> bool:
    """The day of a symptom or an age is no day of a test."""
    return not finding.id.startswith("onset.")


# ---- taken as planned


def taken_as_planned(case: Case, taper: Taper, on: date, rules: TaperRules, written: Steps | None = None) -> Case:
    """The treatments and steps of `next_assessment` where the tablets were taken as the plan said.

    Each dose up to the day before stands as a treatment of its own; the steps that are left stay on their days. A step
    that would begin on the day of the assessment is not taken yet: whether it begins is decided there.

    Args:
        case: what `next_assessment` gives.
        taper: the taper of the plan of the last assessment; it has begun before `on`.
        on: the day of the next assessment.
        rules: of the pack.
        written: the steps of the last case, where the clinician wrote them; their reasons stay.
    """
    taken = _taken(taper.drug, [s for s in taper.steps if s.start < on], on)
    therapy = _joined(_ended(case, taper, taken[0].started), taken)
    rest = rest_of(own_steps(taper, written, rules), on)
    wish = replace(case.preferences.taper, start=None, hold_days=None, steps=rest or None)
    preferences = replace(case.preferences, taper=wish)
    return replace(case, therapy=tuple(sorted(therapy, key=lambda t: t.started)), preferences=preferences)


def _joined(before: list[Therapy], taken: list[Therapy]) -> list[Therapy]:
    """A dose that goes on is one treatment: its days count from where it began."""
    first = taken[0]
    for t in before:
        if (t.drug, t.dose, t.stopped) == (first.drug, first.dose, first.started):
            return [
                *(b for b in before if b is not t),
                replace(first, started=t.started),
                *taken[1:],
            ]
    return [*before, *taken]


def _ended(case: Case, taper: Taper, first: date) -> list[Therapy]:
    """What was taken before; of the drug of the taper an open entry ends where the taper begins."""
    out = []
    for t in case.therapy:
        if t.drug != taper.drug or t.stopped is not None:
            out.append(t)
        elif t.started < first:
            out.append(replace(t, stopped=first))
    return out


def _taken(drug: str, steps: list[TaperStep], on: date) -> list[Therapy]:
    out = []
    for step in steps:
        mean = step.dose_mg if step.alternate_mg is None else (step.dose_mg + step.alternate_mg) / 2
        open_ = step.end + _DAY >= on  # what ends on the day itself goes on until it is decided
        out.append(Therapy(drug, step.start, Quantity(mean, "mg/d"), None if open_ else step.end + _DAY))
    return out
