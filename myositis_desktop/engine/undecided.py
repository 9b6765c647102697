"""What is still unknown and what its answer would change, in the order that the rules force.

The findings come from two robust sheets: one in which everything is open, for the assessment, and one in which the
assessment stands as it is, for alerts and drugs; otherwise every finding that could change the subtype would stand
behind every drug.
"""

from collections.abc import Iterable
from itertools import chain

from myositis_desktop.engine.criteria import classify
from myositis_desktop.engine.logic import unique
from myositis_desktop.engine.pack import STANDING, Pack
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.engine.treatment import DOSED, Treatment, Verdict, statuses
from myositis_desktop.engine.what_if import ASSESSMENT, NO_ALERT
from myositis_desktop.model.plan import Classification, Undecided


def undecided(pack: Pack, treatment: Treatment, classification: Classification) -> tuple[Undecided, ...]:
    """Every unknown finding whose answer could change the plan, the one that leads first."""
    targets = _Targets()
    for verdict in treatment.verdicts.values():
        targets.add(f"treatment.{verdict.card.drug}", verdict.needs if verdict.status == "needs-data" else ())
    _of_drugs(pack, treatment, targets)
    _of_assessment(pack, treatment, classification, targets)
    return _ordered(pack, treatment, targets)


class _Targets:
    """Finding to the parts of the plan it could change, each once, in order of appearance."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, None]] = {}

    def add(self, target: str, findings: Iterable[str]) -> None:
        for finding in findings:
            self.of.setdefault(finding, {})[target] = None


def _robust(pack: Pack, sheet: FactSheet, closed: frozenset[str]) -> FactSheet:
    """A robust sheet that takes over what it would value alike."""
    values = sheet.values
    known = {**sheet.inputs.known, **{name: values[name] for name in closed & values.keys()}}
    return FactSheet(pack.definitions, sheet.inputs, known, robust=True)


def _of_assessment(pack: Pack, treatment: Treatment, classification: Classification, targets: _Targets) -> None:
    sheet = _robust(pack, treatment.sheet, pack.closed)
    classify(pack.criteria, sheet)
    for fact, target in ASSESSMENT.items():
        targets.add(target, sheet.missing_of(fact))
    targets.add("assessment.classification", classification.unknown)
    if sheet.get("months_since_onset") is None:
        targets.add("assessment.classification", ("onset.date",))


def _of_drugs(pack: Pack, treatment: Treatment, targets: _Targets) -> None:
    sheet = _robust(pack, treatment.sheet, pack.closed_beside)
    sheet.put_all({name: treatment.sheet.get(name) for name in STANDING})
    sheet.put_all(statuses(treatment) | {v.card.offer: v.status for v in treatment.verdicts.values()})
    for alert in pack.alerts:
        if sheet.get(f"alert.{alert.id}") is None:
            targets.add(f"alert.{alert.id}", alert.row.when.missing(sheet))
    for verdict in treatment.verdicts.values():
        targets.add(f"treatment.{verdict.card.drug}", _of_drug(pack, verdict, sheet))


def _of_drug(pack: Pack, verdict: Verdict, sheet: FactSheet) -> tuple[str, ...]:
    card = verdict.card
    sheet.values["drug"] = card.drug
    parts = [card.guarded.indications.missing_before_first(sheet)]
    if verdict.status in (*DOSED, "needs-data"):
        parts += [pack.by_drug[card.drug].missing(sheet), card.guarded.doses.missing_before_first(sheet)]
    return unique(parts)


def _ordered(pack: Pack, treatment: Treatment, targets: _Targets) -> tuple[Undecided, ...]:
    lead = {finding: at for at, finding in enumerate(leads(pack, treatment))}
    weight = {t: importance(pack, t) for t in dict.fromkeys(chain.from_iterable(targets.of.values()))}
    needed = {f for v in treatment.verdicts.values() if v.status == "needs-data" for f in v.needs}

    def rank(finding: str) -> tuple[int, int, int, int, int]:
        parts = targets.of[finding]
        return (
            lead.get(finding, len(lead)),
            0 if finding in needed else 1,
            min(weight[t] for t in parts),
            -len(parts),
            pack.places.get(finding, len(pack.places)),
        )

    return tuple(
        Undecided(f, tuple(sorted(targets.of[f], key=weight.__getitem__))) for f in sorted(targets.of, key=rank)
    )


def leads(pack: Pack, treatment: Treatment) -> tuple[str, ...]:
    """The findings that the rules put first, in their order."""
    sheet = treatment.sheet
    parts: list[tuple[str, ...]] = []
    for lead in pack.leads:
        if lead.when.value(sheet) is True:
            parts += [lead.findings, *(sheet.missing_of(f) for f in lead.missing)]
            parts += [treatment.group_needs] if lead.group_needs else []
    return unique(parts)


def importance(pack: Pack, target: str, change: tuple[str, str] | None = None) -> int:
    """The rank of a part of the plan, the lowest first; with a change, of what it is before and after."""
    kind, _, id_ = target.partition(".")
    if kind == "alert":
        levels = (
            [a.level for a in pack.alerts if a.id == id_] if change is None else [w for w in change if w != NO_ALERT]
        )
        return min(pack.importance[f"alert.{level}"] for level in levels)
    if kind == "treatment" and change is not None and "contraindicated" in change:
        return pack.importance["contraindication"]
    return pack.importance.get(target, pack.importance.get(kind, len(pack.importance)))
