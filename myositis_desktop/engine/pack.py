"""A knowledge pack, parsed: what `decide` works with. Filled by `knowledge`, never changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from myositis_desktop.engine.cards import ChoiceGroup, DrugCard, InteractionRow, SafetyRow
from myositis_desktop.engine.follow_up import FollowTable
from myositis_desktop.engine.guarded import Guarded
from myositis_desktop.engine.inputs import CHOSEN, PATIENT, InputNames, Reading, finding_named
from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.reach import Reach, reach_of
from myositis_desktop.engine.response import ResponseTable
from myositis_desktop.engine.schedules import Schedule
from myositis_desktop.engine.sheet import BIOPSY_LOWERS, LEVEL, PROBABILITY_LEVEL, Definition, Row
from myositis_desktop.engine.tablets import TaperRules
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import CancerPanel, Disabled, Reason

STANDING = (
    "subtype", "severity", "severity-without-grade", "severity-beyond-lung", LEVEL, PROBABILITY_LEVEL, BIOPSY_LOWERS,
    "taper-days", "taper-days-20", "taper-days-30",
)  # fmt: skip
"""What stands as it is while drugs and alerts are asked what could change them."""
_PUT_LATER = ("status.", "offer.", "dose.", "drug", "classification-", "taper-", BIOPSY_LOWERS)
"""Names that a mechanism puts on the sheet."""


@dataclass(frozen=True, slots=True)
class CriteriaItem:
    """One weighted item of a classification set."""

    id: str
    label: str
    when: Expr
    tenths: Mapping[str, int]
    """Points in tenths by model; a model that is not named does not use the item."""


@dataclass(frozen=True, slots=True)
class CriteriaModel:
    """One way to score: its condition, the probability and the cut-offs."""

    id: str
    when: Expr
    offset: Decimal
    """p = 1 / (1 + exp(offset - score))"""
    cut_offs: tuple[tuple[str, int], ...]
    """Levels with the least score in tenths that reaches them, the highest first."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """A classification set."""

    id: str
    models: tuple[CriteriaModel, ...]
    items: tuple[CriteriaItem, ...]
    lowest_level: str
    probability_levels: tuple[tuple[str, Decimal], ...]
    subgroup_levels: tuple[str, ...]
    subgroups: tuple[Row, ...]
    sources: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class CriteriaTable:
    """A classification set beside the weighted one: the first row that holds gives its level."""

    id: str
    confidence: str
    """high | medium | low: how sure its rows are."""
    sources: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    """None: the set is named only, its source must be checked before it is built in."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AntibodyCard:
    """What one antibody goes with."""

    id: str
    kind: str
    """specific | associated"""
    phenotype: str
    ild: str
    cancer: str
    heart: str
    pitfalls: str
    fits: Expr
    """A finding of its picture is there."""
    confidence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AntibodyPanel:
    """The antibody catalogue; antibodies.toml."""

    cards: tuple[AntibodyCard, ...]
    notes: tuple[Row, ...]
    """Warnings about the blot as a whole, shown while they surely hold."""
    standing: tuple[Reason, ...]
    """What holds for every panel."""

    def card(self, id_: str) -> AntibodyCard | None:
        """The card of an antibody, where there is one."""
        return next((c for c in self.cards if c.id == id_), None)


@dataclass(frozen=True, slots=True)
class CancerSearch:
    """How cancer is looked for: panels with timing by tier, and advice."""

    panels: tuple[tuple[frozenset[str], CancerPanel], ...]
    """Tiers, and what they ask for."""
    advice: tuple[Row, ...]
    only_for: Mapping[str, str]
    """Test -> the one sex that has the organ."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """Something to be found out: for whom, and which findings say that it is known."""

    id: str
    text: str
    when: Expr
    findings: tuple[str, ...]
    done: Expr | None = None
    """In place of "all findings are known"."""
    group: str = ""
    note: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A row of an alert."""

    id: str
    level: str
    row: Row


@dataclass(frozen=True, slots=True)
class MonitoringRow:
    """A test with its weeks."""

    test: str
    weeks: tuple[int, ...]
    when: Expr
    why: str
    act: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A decision point with its questions."""

    day: int
    title: str
    keys: tuple[str, ...]
    sources: tuple[str, ...]
    when: Expr
    if_no: str = ""


@dataclass(frozen=True, slots=True)
class TaperChoice:
    """What decides the taper of a patient."""

    schedule: Definition
    begin_lower: Expr
    hold_before_next: Expr
    """Days the dose is held before the next step; 0: none."""
    pulse_delay_days: int
    """Days after the assessment on which the taper starts when a pulse comes first."""
    remarks: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """What leads `undecided` while a condition holds."""

    when: Expr
    findings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Facts whose unknown findings lead."""
    group_needs: bool = False
    """The needs of the steroid-sparing drugs that come before any that could be recommended."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences the mechanisms need, by key; wording.toml."""

    texts: Mapping[str, str]
    sources: Mapping[str, tuple[str, ...]]

    def reason(self, key: str, findings: tuple[str, ...] = ()) -> Reason:
        """A mechanism's own reason; the rule is named by the key."""
        return Reason(key, self.texts[key], findings, self.sources.get(key, ()))


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything the engine reads."""

    version: str
    sha256: str
    made: date
    expires: date
    """From the next day on it is out of date, and every plan says so."""
    catalogue: Catalogue
    reading: Reading
    definitions: Mapping[str, Definition]
    criteria: Criteria
    other_criteria: tuple[CriteriaTable, ...]
    alerts: tuple[AlertRow, ...]
    alert_levels: tuple[str, ...]
    cards: Mapping[str, DrugCard]
    """Every drug of the vocabulary, in its order."""
    judgements: tuple[Row, ...]
    """The courses; each is also a fact `course.…`."""
    safety: tuple[SafetyRow, ...]
    group: ChoiceGroup
    oral: tuple[str, ...]
    """The glucocorticoids by mouth, of which one is the main."""
    cancer_search: CancerSearch
    antibodies: AntibodyPanel
    ici_checks: tuple[CheckRow, ...]
    workup: tuple[CheckRow, ...]
    monitoring: tuple[MonitoringRow, ...]
    reviews: tuple[ReviewRow, ...]
    taper_choice: TaperChoice
    taper_rules: TaperRules
    schedules: Mapping[str, Schedule]
    response_table: ResponseTable
    leads: tuple[Lead, ...]
    importance: Mapping[str, int]
    wording: Wording
    facts_shown: Mapping[str, str]
    interactions: tuple[InteractionRow, ...] = ()
    disabled: tuple[Disabled, ...] = ()
    follow_up: FollowTable = field(default_factory=FollowTable)
    main_cards: tuple[DrugCard, ...] = field(init=False, repr=False)
    supportive_cards: tuple[DrugCard, ...] = field(init=False, repr=False)
    """Supportive care is judged after the drugs, because it hangs on them."""
    by_drug: Mapping[str, Guarded[SafetyRow]] = field(init=False, repr=False)
    by_effect: Mapping[tuple[str, str], Guarded[SafetyRow]] = field(init=False, repr=False)
    """Drug and effect -> rows; no entry where there are none."""
    guarded_alerts: Guarded[AlertRow] = field(init=False, repr=False)
    alerts_of: Mapping[str, Guarded[AlertRow]] = field(init=False, repr=False)
    """Alert -> its rows, the highest level first."""
    reads: Mapping[str, frozenset[str]] = field(init=False, repr=False)
    """Fact -> every name it reads, itself or through other facts."""
    closed: frozenset[str] = field(init=False, repr=False)
    closed_beside: frozenset[str] = field(init=False, repr=False)
    """See `closed`; beside what is `STANDING`."""
    places: Mapping[str, int] = field(init=False, repr=False)
    """Finding -> its place in the catalogue."""
    inputs: InputNames = field(init=False, repr=False)
    """How what the rules read is read from a case."""
    reach: Reach = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_drug: dict[str, list[SafetyRow]] = {drug: [s for s in self.safety if drug in s.drugs] for drug in self.cards}
        by_effect: dict[tuple[str, str], list[SafetyRow]] = {}
        for drug, rows in by_drug.items():
            for row in rows:
                by_effect.setdefault((drug, row.effect), []).append(row)
        groups = {drug: self.catalogue.drugs[drug].group for drug in self.cards}
        main = tuple(c for drug, c in self.cards.items() if groups[drug] != "supportive")
        object.__setattr__(self, "main_cards", main)
        object.__setattr__(self, "supportive_cards", tuple(c for c in self.cards.values() if c not in main))
        object.__setattr__(self, "by_drug", {key: _guarded(rows) for key, rows in by_drug.items()})
        object.__setattr__(self, "by_effect", {key: _guarded(rows) for key, rows in by_effect.items()})
        alerts = {id_: [a for a in self.alerts if a.id == id_] for id_ in dict.fromkeys(a.id for a in self.alerts)}
        object.__setattr__(self, "guarded_alerts", _guarded(self.alerts))
        object.__setattr__(self, "alerts_of", {id_: _guarded(rows) for id_, rows in alerts.items()})
        object.__setattr__(self, "reads", all_reads(self.definitions))
        object.__setattr__(self, "closed", closed(self.definitions))
        object.__setattr__(self, "closed_beside", closed(self.definitions, STANDING))
        object.__setattr__(self, "places", {finding: at for at, finding in enumerate(self.catalogue.findings)})
        object.__setattr__(self, "inputs", InputNames(self.catalogue, self.reading, self._input_names()))
        object.__setattr__(self, "reach", reach_of(self))

    def _input_names(self) -> Iterator[str]:
        findings = self.catalogue.findings
        names = frozenset[str]().union(*(e.names() for e in self.expressions()))
        return (
            n for n in names if n in PATIENT or n.startswith(CHOSEN) or finding_named(n, self.catalogue) in findings
        )

    def expressions(self) -> Iterator[Expr]:
        """Every condition and number that decides a fact, an alert, a score or a drug."""
        for definition in self.definitions.values():
            yield from definition.parts()
        yield from (i.when for i in self.criteria.items)
        yield from (a.row.when for a in self.alerts)
        yield from (s.row.when for s in self.safety)
        for card in self.cards.values():
            yield from card.parts()

    def safety_of(self, drug: str) -> tuple[SafetyRow, ...]:
        """What speaks against one drug, in the order of the pack."""
        return self.by_drug[drug].things

    def reads_of(self, expr: Expr) -> frozenset[str]:
        """Every name an expression reads, itself or through facts."""
        names = expr.names()
        return names.union(*(self.reads[n] for n in names if n in self.reads))


_Rule = TypeVar("_Rule", SafetyRow, AlertRow)


def _guarded(rules: Iterable[_Rule]) -> Guarded[_Rule]:
    return Guarded((r.row.when, r) for r in rules)


def all_reads(definitions: Mapping[str, Definition]) -> dict[str, frozenset[str]]:
    """For every fact the names it reads, itself or through other facts; a circle ends where it closes."""
    direct = {name: frozenset[str]().union(*(e.names() for e in d.parts())) for name, d in definitions.items()}
    found: dict[str, frozenset[str]] = {}
    for name in definitions:
        reached: set[str] = set()
        waiting = direct[name]
        while waiting:
            reached |= waiting
            waiting = frozenset[str]().union(*(direct[n] for n in waiting if n in direct)) - reached
        found[name] = frozenset(reached)
    return found


def closed(definitions: Mapping[str, Definition], standing: Collection[str] = ()) -> frozenset[str]:
    """The facts that a robust sheet values as every other sheet does: nothing they read opens unknown to yes or no.

    `standing` are facts whose values are put on the robust sheet as they are.
    """
    rest = {name: d for name, d in definitions.items() if name not in standing}
    may_differ = {name for name, d in rest.items() if d.rows or any(e.opens() for e in d.parts())}
    reads = all_reads(rest)

    def differs(name: str) -> bool:
        return name in may_differ or (name not in standing and name.startswith(_PUT_LATER))

    return frozenset(n for n, read in reads.items() if not differs(n) and not any(map(differs, read)))
