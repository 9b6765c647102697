"""The plan: what the engine says about a case, every part with its reasons."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from myositis_desktop.model.case import Decision
from myositis_desktop.model.number import text_of


class Reason(NamedTuple):
    """Why: the rule that spoke, the findings it read, our words and the sources."""

    rule: str
    text: str
    findings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


Because = tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ModelScore:
    """The EULAR/ACR score by one of its models: unknown items absent (lowest) and present (highest)."""

    model: str
    score: Decimal
    probability: Decimal
    level: str
    highest_score: Decimal
    highest_probability: Decimal
    highest_level: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One question of the subgroup tree and its answer; unknown is read as no."""

    rule: str
    text: str
    holds: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Classification:
    """EULAR/ACR 2017."""

    model: str
    """biopsy | no-biopsy"""
    score: Decimal
    probability: Decimal
    level: str
    subgroup: str | None
    highest_score: Decimal
    highest_probability: Decimal
    highest_level: str
    unknown: tuple[str, ...]
    because: Because = ()
    models: tuple[ModelScore, ...] = ()
    """The model that counts, then the one without biopsy beside it where a biopsy exists."""
    tree: tuple[Branch, ...] = ()
    """The way through the subgroup tree, down to the branch that holds; empty below "probable"."""


@dataclass(frozen=True, slots=True)
class OtherCriteria:
    """The answer of another classification set, beside EULAR/ACR."""

    id: str
    level: str | None
    """The level that surely holds; "not-met"; "not-built-in"; None while what is missing could still decide it."""
    confidence: str
    """high | medium | low; medium and low are shown as "to be verified by a clinician"."""
    because: Because = ()
    could_be: tuple[str, ...] = ()
    """Levels above it that answers to `missing` could make."""
    missing: tuple[str, ...] = ()
    note: str = ""
    """What to keep in mind about the set."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A word chosen from a list, with its reasons: subtype, severity, course."""

    id: str
    because: Because = ()


@dataclass(frozen=True, slots=True)
class CancerPanel:
    """Tests that are done together, with their timing in words."""

    id: str
    timing: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CancerRisk:
    level: str
    because: Because = ()
    tests: tuple[str, ...] = ()
    panels: tuple[CancerPanel, ...] = ()
    advice: Because = ()
    """PET-CT, endoscopy, who is not screened: what surely holds for this patient."""


@dataclass(frozen=True, slots=True)
class AntibodyReading:
    """A positive or weak antibody read against the rest of the findings."""

    id: str
    answer: str
    """positive | weak"""
    fits: bool | None
    """Whether a finding of its picture is there; None while that is not known."""
    because: Because = ()


class Check(NamedTuple):
    """One thing to be found out, and what of it is not known yet."""

    id: str
    status: str
    """done | not-done | not-needed"""
    text: str
    missing: tuple[str, ...] = ()
    group: str = ""
    note: str = ""
    recorded: bool = True
    """False: the program has no field for it, so it cannot tell whether it was done."""


@dataclass(frozen=True, slots=True)
class IciWorkup:
    """Checkpoint-inhibitor myositis: a grade proposed by weakness, and the checks it needs."""

    proposed_grade: str
    because: Because
    checks: tuple[Check, ...]
    complete: bool
    """Every needed check is known."""


@dataclass(frozen=True, slots=True)
class Response:
    """2016 ACR/EULAR total improvement score."""

    score: Decimal
    category: str
    population: str
    baseline: date
    follow_up: date
    highest_reachable: Decimal
    complete: bool
    highest_score: Decimal
    worsened: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    id: str
    level: str
    """emergency | warning | info"""
    text: str
    because: Because = ()


class Dose(NamedTuple):
    """A dose with its arithmetic. `value` and `unit` belong together; numbers are exact."""

    text: str
    value: Decimal | None = None
    unit: str | None = None
    per_kg: str | None = None
    """mg/kg as text with two decimals, e.g. "0.71"."""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    days: int | None = None
    times_per_day: int | None = None
    infusions: int | None = None
    interval_days: int | None = None
    arithmetic: str | None = None
    """The sum as a clinician would check it: "0.75 mg/kg x 70 kg = 52.5 mg, rounded to 50 mg"."""


@dataclass(frozen=True, slots=True)
class CardText:
    """What a drug card says whoever the patient is; sentences for screen and paper."""

    forms: tuple[str, ...] = ()
    """Tablet and vial sizes."""
    baseline: tuple[str, ...] = ()
    """What is checked before the first dose."""
    hold: tuple[str, ...] = ()
    """Thresholds at which it is paused, lowered or stopped."""
    ask: tuple[str, ...] = ()
    """Medicines to ask about that are no findings of the case."""
    kidney: str = ""
    liver: str = ""
    weight: str = ""
    """Which weight the dose rests on."""
    pregnancy: str = ""
    lactation: str = ""
    vaccines: str = ""
    sources: tuple[str, ...] = ()

    def before(self) -> str:
        """What is checked before the first dose, in one line."""
        return " ".join(self.baseline)

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Heading and sentences of everything else the card says, in the order of screen and paper."""
        return (
            ("Pause, lower or stop", " ".join(self.hold)),
            ("Ask about", " ".join(self.ask)),
            ("Kidney", self.kidney),
            ("Liver", self.liver),
            ("Weight", self.weight),
            ("Pregnancy", self.pregnancy),
            ("Breastfeeding", self.lactation),
            ("Vaccines", self.vaccines),
            ("Sold as", "; ".join(self.forms) + "."),
        )


@dataclass(frozen=True, slots=True)
class StepUp:
    """The dose from a day on, in the unit of the dose, while the tests of that day allow it."""

    on: date
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two drugs, or a drug and what the patient takes, that do not go together."""

    rule: str
    level: str
    """never: not together; care: together only with what `act` says"""
    drugs: tuple[str, ...]
    text: str
    act: str
    beside: str = ""
    """What the patient takes or is due, in words; "" where the second is a drug of the plan."""
    findings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do on a day that follows from the plan, or from that day to a last one."""

    text: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Disabled:
    """A drug that is named and never proposed, with the reason."""

    id: str
    label: str
    text: str
    sources: tuple[str, ...] = ()


_STOP = ("taken-stop", "taken-stop-slowly")


class Item(NamedTuple):
    """One drug or measure of the vocabulary with its status."""

    drug: str
    status: str
    line: str
    dose: Dose | None = None
    because: Because = ()
    needs: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()
    counselling: tuple[str, ...] = ()
    continued: bool = False
    chosen: bool = False
    override_reason: str | None = None
    trial_weeks: int | None = None
    step_up: tuple[StepUp, ...] = ()
    """The doses after the first, by date, where it is begun now and goes up."""
    step_up_text: str = ""
    card: CardText | None = None
    """Where the item is shown with a dose."""
    due: tuple[Due, ...] = ()
    """What follows from the taper by date: when it may stop, when to look again."""

    @property
    def to_stop(self) -> Reason | None:
        """What to do with it where it is taken although it is contraindicated and was not chosen."""
        return next((r for r in self.because if r.rule in _STOP and self.override_reason is None), None)


@dataclass(frozen=True, slots=True)
class TaperStep:
    """One dose over a closed range of calendar days."""

    start: date
    end: date
    dose_mg: Decimal
    tablets: tuple[tuple[Decimal, Decimal], ...]
    """(strength in mg, tablets a day); 0.5 is a half."""
    note: str | None = None
    alternate_mg: Decimal | None = None
    """On alternate days: the dose of the second day; None: the same every day."""
    alternate_tablets: tuple[tuple[Decimal, Decimal], ...] = ()

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Supply:
    """What the whole taper takes of one strength, and how far the stock of it goes."""

    mg: Decimal
    tablets: Decimal
    pack: int | None = None
    """Tablets in one box."""
    boxes: int | None = None
    """Whole boxes for the whole taper; None: the size of a box is not given."""
    stock: int | None = None
    lasts_to: date | None = None
    """The last day that the stock covers; None: no stock is given, or it is enough."""


@dataclass(frozen=True, slots=True)
class Taper:
    drug: str
    schedule: str
    starts: date
    ends: date
    total_mg: Decimal
    steps: tuple[TaperStep, ...]
    tablets_total: tuple[tuple[Decimal, Decimal], ...]
    notes: tuple[str, ...] = ()
    because: Because = ()
    supply: tuple[Supply, ...] = ()
    """Of each strength for which the case gives a stock or the size of a box."""


@dataclass(frozen=True, slots=True)
class Monitoring:
    test: str
    on: tuple[date, ...]
    why: str = ""
    act: str = ""
    """Threshold to act on, in words; "" where none is written."""


@dataclass(frozen=True, slots=True)
class Review:
    """A dated decision point with its questions (the two keys of S5)."""

    day: int
    on: date
    title: str
    keys: tuple[str, ...]
    sources: tuple[str, ...] = ()
    if_no: str = ""
    """What is considered where a question is answered with no."""


ACTION_WORDS = {
    "continue": "Continue as planned",
    "hold": "Hold the dose",
    "flare": "Flare plan",
    "escalate": "Escalate the treatment",
    "decide": "No proposal: decide",
}
"""What is proposed or decided at a visit, for screen and paper."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the course says should be done at this visit; the clinician decides."""

    action: str
    """continue | hold | flare | escalate | decide (no proposal)"""
    because: Because
    day: int
    """Days since the glucocorticoid by mouth was begun."""
    dose_mg: Decimal | None
    """What is taken now, mg a day."""
    hold_days: int | None = None
    flare_mg: Decimal | None = None
    """The dose that a flare goes back to, mg a day."""
    missing: tuple[str, ...] = ()
    """Findings that are not known and keep it from a proposal."""
    worse: tuple[str, ...] = ()
    """Core measures that are worse than the best value before."""
    decided: Decision | None = None
    """What the clinician decided on this day."""

    def proposed(self) -> str:
        """Proposed: Hold the dose for 14 days (day 28, 60 mg a day)."""
        words = ACTION_WORDS[self.action]
        if self.action == "hold" and self.hold_days:
            words += f" for {self.hold_days} days"
        if self.action == "flare" and self.flare_mg is not None:
            words += f": back to {text_of(self.flare_mg)} mg a day"
        dose = "" if self.dose_mg is None else f", {text_of(self.dose_mg)} mg a day"
        return f"{'' if self.action == 'decide' else 'Proposed: '}{words} (day {self.day}{dose})"


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer would change in one part of the plan."""

    part: str
    """assessment.subtype, treatment.ivig, alert.aspiration-risk and so on."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that would change the plan."""

    value: str
    """As it would stand in the case file."""
    unit: str = ""
    uln: str = ""
    """The upper limit of normal that was assumed with it, in `unit`."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """An unknown finding whose answer could change the plan."""

    finding: str
    would_change: tuple[str, ...]
    """The parts of the plan, the most important first."""
    cost: str = ""
    """Of finding out, where it is ranked: question | examination | blood | imaging | biopsy."""
    answers: tuple[Answer, ...] = ()
    """What single answers would change, what matters most first; none where it matters only together with others."""


@dataclass(frozen=True, slots=True)
class Plan:
    product_version: str
    engine: int
    knowledge_version: str
    knowledge_sha256: str
    case_sha256: str
    assessed_on: date
    classification: Classification
    other_criteria: tuple[OtherCriteria, ...]
    antibodies: tuple[AntibodyReading, ...]
    antibody_notes: Because
    ici: IciWorkup | None
    workup: tuple[Check, ...]
    """What is done before treatment starts."""
    subtype: Judgement
    severity: Judgement
    course: tuple[Judgement, ...]
    cancer_risk: CancerRisk
    response: Response | None
    alerts: tuple[Alert, ...]
    items: tuple[Item, ...]
    taper: Taper | None
    taper_reason: str | None
    """Why there is no taper, where there is none."""
    monitoring: tuple[Monitoring, ...]
    reviews: tuple[Review, ...]
    undecided: tuple[Undecided, ...]
    defaults: tuple[str, ...] = ()
    """Product defaults that applied because the case says nothing, in words."""
    facts: tuple[tuple[str, str], ...] = field(default=())
    """Derived numbers worth showing: ("egfr", "108.6"), ("bmi", "25.7"), ("bsa", "1.79"), ("age", "45")."""
    interactions: tuple[Interaction, ...] = ()
    disabled: tuple[Disabled, ...] = ()
    follow_up: FollowUp | None = None
    """None: no glucocorticoid by mouth is taken, or the subtype has a course of its own."""
    knowledge_notice: str = ""
    """That the knowledge had expired on the day of the assessment; "" where it had not."""

    def item(self, drug: str) -> Item:
        """The item of a drug id; every drug of the vocabulary has one."""
        return next(i for i in self.items if i.drug == drug)
