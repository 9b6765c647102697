"""The words of the product: what a finding, a drug or a source is. Filled by `knowledge`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

COSTS = ("question", "examination", "blood", "imaging", "biopsy")
"""What finding out costs the patient, the least first."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a quantity; first_unit_value = (value - offset) * factor."""

    symbol: str
    """UCUM."""
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    label: str = ""
    """As shown on screen and paper, where it differs from the UCUM symbol."""

    def to_first(self, value: Decimal) -> Decimal:
        """The value in the first unit of the finding."""
        return (value - self.offset) * self.factor


@dataclass(frozen=True, slots=True)
class FindingSpec:
    """One row of findings.toml."""

    id: str
    kind: str
    """sign | antibody | choice | quantity | date"""
    label: str
    help: str
    section: str
    """Form section: onset, weakness, skin, organs, lab, screen, test, antibody, biopsy, history, measure, body."""
    values: tuple[str, ...] = ()
    """Choice only, in order; without "unknown"."""
    value_labels: Mapping[str, str] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()
    possible: tuple[Decimal, Decimal] | None = None
    plausible: tuple[Decimal, Decimal] | None = None
    takes_limit: bool = False
    """Quantities that may carry an upper or lower limit of normal."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """"hpo" or "loinc", only where the fact sheet is sure."""
    cost: str = "question"
    """Cost of finding out: question | examination | blood | imaging | biopsy."""

    def unit(self, symbol: str) -> Unit | None:
        """The unit with that UCUM symbol, or None."""
        return next((u for u in self.units if u.symbol == symbol), None)


@dataclass(frozen=True, slots=True)
class DrugSpec:
    """What every layer needs of a drug; rules and doses are the engine's."""

    id: str
    label: str
    """Tall-man letters where the field uses them: predniSONE."""
    group: str
    """glucocorticoid | steroid_sparing | escalation | skin | supportive"""
    line: str
    """induction | steroid-sparing | escalation | skin | supportive"""
    patient_label: str = ""
    """Plain words for the patient's sheet."""


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    title: str
    """Short citation."""
    locator: str = ""
    """Statement number, section, DOI or journal reference."""
    confidence: str = "high"
    """high | medium | low; medium and low are shown as "to be verified by a clinician"."""
    kind: str = "source"
    """base-text | guideline | trial | label | product-rule | reference"""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that has an id and a label."""

    findings: Mapping[str, FindingSpec]
    drugs: Mapping[str, DrugSpec]
    sources: Mapping[str, Source]
    words: Mapping[str, str] = field(default_factory=dict)
    """Labels of the other ids of plans: "subtype.dm", "severity.mild", "status.option",
    "alert.weight-missing", "test.lab.ck" and so on."""

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Closed lists of lists.toml: "schedules", "strengths_mg", "therapy_units", "core_set", "enzymes",
    "outcomes" and so on."""

    def word(self, kind: str, id_: str) -> str:
        """The label of an id, or the id itself where none is written."""
        return self.words.get(f"{kind}.{id_}", id_)
