"""What the clinician knows and decides about one patient on one day: the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as it was written."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One known finding. An id that is not in the case is unknown; it never means "no"."""

    id: str
    value: str | Decimal | date
    """Sign, antibody and choice: the word. Quantity: decimal in the first unit of the catalogue. Date: the day."""
    entered: Quantity | None = None
    """Quantities only: value and unit as written, for screen and paper."""
    uln: Decimal | None = None
    """Upper limit of normal, in the first unit of the catalogue."""
    lln: Decimal | None = None
    """Lower limit of normal, in the first unit of the catalogue."""
    on: date | None = None
    """The day it was found, where it differs from the day of its visit."""
    assay: str | None = None
    strength: str | None = None
    muscles: Mapping[str, Decimal] | None = None
    """measure.mmt8 only: grade 0-10 of each muscle."""
    entered_uln: Decimal | None = None
    """The upper limit as written, in the unit of `entered`."""
    entered_lln: Decimal | None = None


Findings = Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Patient:
    birth_date: date
    sex: str
    """female | male | unknown"""
    record_number: str = ""
    family_name: str = ""
    given_name: str = ""


@dataclass(frozen=True, slots=True)
class Therapy:
    """A drug that is or was taken."""

    drug: str
    started: date
    dose: Quantity | None = None
    stopped: date | None = None
    """None: still taken."""
    outcome: str = "unknown"
    """improved | inadequate | not-tolerated | unknown"""


@dataclass(frozen=True, slots=True)
class Visit:
    on: date
    findings: Findings


@dataclass(frozen=True, slots=True)
class Choice:
    """A drug the clinician chose, with the reason where one is needed."""

    drug: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DoseChoice:
    drug: str
    value: Decimal
    unit: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EditedStep:
    """A taper step written by the clinician; replaces the schedule."""

    start: date
    days: int
    dose_mg: Decimal | None = None
    alternate: tuple[Decimal, Decimal] | None = None
    """Two doses on alternate days, in place of `dose_mg`."""
    reason: str | None = None

    @property
    def mean_mg(self) -> Decimal:
        """Mean dose of a day in mg."""
        return sum(self.alternate, Decimal(0)) / 2 if self.alternate else self.dose_mg or Decimal(0)


@dataclass(frozen=True, slots=True)
class TabletStock:
    mg: Decimal
    may_halve: bool = False
    stock: int | None = None
    """Tablets at hand; None: no limit known."""
    pack: int | None = None
    """Tablets in one box; None: boxes are not counted."""
    gastro_resistant: bool = False
    """Never halved."""


@dataclass(frozen=True, slots=True)
class TaperPreferences:
    """What the clinician set about the taper; None means the product's default applies."""

    schedule: str | None = None
    start: date | None = None
    strengths_mg: tuple[Decimal, ...] | None = None
    half_tablets: bool | None = None
    hold_days: int | None = None
    steps: tuple[EditedStep, ...] | None = None
    custom: Mapping[str, object] | None = None
    """A schedule of the clinic's own, in the format of resources/knowledge/*/tapers."""
    tablets: tuple[TabletStock, ...] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the clinician decided at a visit about the glucocorticoid."""

    on: date
    action: str
    """continue | hold | flare | escalate"""
    dose_mg: Decimal | None = None
    """What was taken on that day, mg a day."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    taper: TaperPreferences = field(default_factory=TaperPreferences)
    choose: tuple[Choice, ...] = ()
    doses: tuple[DoseChoice, ...] = ()
    decisions: tuple[Decision, ...] = ()
    """By day, the earliest in front."""


@dataclass(frozen=True, slots=True)
class Case:
    patient: Patient
    assessed_on: date
    findings: Findings = field(default_factory=dict)
    therapy: tuple[Therapy, ...] = ()
    visits: tuple[Visit, ...] = ()
    preferences: Preferences = field(default_factory=Preferences)
    extras: Mapping[str, object] = field(default_factory=dict)
    """Top-level keys that begin with `x-`, kept as they came."""
