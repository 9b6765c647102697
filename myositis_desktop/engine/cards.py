"""Drug cards: what a drug is for, how it is dosed, what speaks against it, as read from the knowledge pack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from myositis_desktop.engine.guarded import Guarded
from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.sheet import Definition, Row
from myositis_desktop.model.plan import CardText


@dataclass(frozen=True, slots=True)
class Need:
    """A finding that must be known before a drug is offered."""

    rule: str
    when: Expr
    finding: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indication:
    """A row that says what a drug is for this patient, before anything that speaks against it."""

    row: Row
    status: str
    """recommended | option | candidate (of the group) | needs-data | not-indicated"""
    needs: tuple[str, ...] = ()
    needs_missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoseRule:
    """One way to dose a drug; the first whose condition surely holds is used. Numbers are exact expressions."""

    when: Expr
    unit: str | None
    text: str
    arithmetic: str = ""
    numbers: Mapping[str, Expr] = field(default_factory=dict)
    """value, lowest, highest: amounts in `unit`; days, times_per_day, infusions, interval_days: whole numbers."""
    amounts: tuple[tuple[str, Expr], ...] = field(init=False, repr=False, compare=False)
    """The facts `dose.…` with their numbers."""

    def __post_init__(self) -> None:
        amounts = tuple((f"dose.{name}", number) for name, number in self.numbers.items() if name != "per_kg")
        object.__setattr__(self, "amounts", amounts)


@dataclass(frozen=True, slots=True)
class StepUpRule:
    """How a drug that is begun now goes up to its target."""

    when: Expr
    by: Decimal
    """In the unit of the dose."""
    every_days: Expr
    to: str
    """lowest | highest: the end of the target range that is reached by date."""
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueRule:
    """A day that follows from the taper."""

    when: Expr
    after: str
    """start: the first day of treatment; below: the first day below `mg`; end: the last day of the taper"""
    mg: Decimal | None
    days: int
    months: int
    until_months: int | None
    """Months from the same day to the last day; None: one day."""
    text: str


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """Drugs that do not go together, or a drug and what else holds for the patient."""

    rule: str
    level: str
    """never | care"""
    drugs: frozenset[str]
    """Any of these, and"""
    beside: frozenset[str]
    """any other of these; empty: nothing but the condition."""
    label: str
    """What the condition is about, in words; "" where `beside` says it."""
    when: Expr
    text: str
    act: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrugCard:
    """Everything the engine knows of one drug or measure."""

    drug: str
    indications: tuple["Indication", ...]
    needs: tuple[Need, ...] = ()
    doses: tuple[DoseRule, ...] = ()
    refusals: tuple[Row, ...] = ()
    """Rows that read `dose.…`: no dose can be made, so the drug is not indicated."""
    remarks: tuple[Row, ...] = ()
    """Rows whose text is added to the dose text when they hold."""
    absolute: Expr | None = None
    """Above this, in the unit of the dose, a dose the clinician writes is refused."""
    absolute_low: Expr | None = None
    """Below this it is refused too."""
    recommended: tuple[Expr | None, Expr | None] = (None, None)
    """Lowest and highest dose that is written without a reason, where the dose itself has no range."""
    text: CardText | None = None
    """None: supportive care."""
    step_up: StepUpRule | None = None
    due: tuple[DueRule, ...] = ()
    keeps_recommended: Expr | None = None
    """While it holds, a caution stands in `because` and does not lower the status."""
    monitoring: tuple[str, ...] = ()
    counselling: tuple[tuple[Expr, str], ...] = ()
    trial: tuple[Expr, int] | None = None
    """Condition and weeks of a time-limited trial."""
    guarded: "GuardedParts" = field(init=False, repr=False, compare=False)
    status: str = field(init=False, repr=False, compare=False)
    offer: str = field(init=False, repr=False, compare=False)
    """The names under which the sheet has its status, and its status without cautions."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", f"status.{self.drug}")
        object.__setattr__(self, "offer", f"offer.{self.drug}")
        parts = GuardedParts(
            indications=Guarded((i.row.when, i) for i in self.indications),
            needs=Guarded((n.when, n) for n in self.needs),
            doses=Guarded((d.when, d) for d in self.doses),
            refusals=Guarded((r.when, r) for r in self.refusals),
            remarks=Guarded((r.when, r) for r in self.remarks),
            counselling=Guarded(self.counselling),
        )
        object.__setattr__(self, "guarded", parts)

    def parts(self) -> Iterator[Expr]:
        """Every expression of the card."""
        yield from (i.row.when for i in self.indications)
        yield from (n.when for n in self.needs)
        for dose in self.doses:
            yield dose.when
            yield from dose.numbers.values()
        yield from (r.when for r in (*self.refusals, *self.remarks))
        yield from (when for when, _ in self.counselling)


@dataclass(frozen=True, slots=True)
class GuardedParts:
    """The parts of a drug card that stand under conditions."""

    indications: Guarded["Indication"]
    needs: Guarded[Need]
    doses: Guarded[DoseRule]
    refusals: Guarded[Row]
    remarks: Guarded[Row]
    counselling: Guarded[str]


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """A contraindication or caution of one or several drugs."""

    effect: str
    """contraindicated | caution | needs-data"""
    drugs: frozenset[str]
    row: Row
    keeps: Expr | None = None
    """While it holds, the caution does not lower a recommended drug."""
    needs: tuple[str, ...] = ()
    """Effect needs-data only: the findings that are named."""
    needs_missing: tuple[str, ...] = ()
    """Effect needs-data only: facts whose unknown findings are named."""


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Drugs of which one is chosen, in an order that the patient decides."""

    id: str
    drugs: tuple[str, ...]
    orders: Definition
    """A table whose value names a list of `lists`."""
    lists: Mapping[str, tuple[str, ...]]
    text: str
    sources: tuple[str, ...]
