"""What one more answer would change: the engine run again, but only on what reads that finding.

Facts are valued again in the order in which they read each other, and only where something they read has changed; a
drug is judged again only where its card reads such a fact. The verdicts come from the same functions as the plan.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from myositis_desktop.engine.criteria import levels
from myositis_desktop.engine.sheet import LEVEL, SUBGROUP, FactSheet
from myositis_desktop.engine.taper import TaperOutcome, TaperRequest, build
from myositis_desktop.engine.taper_plan import TAPER_DAYS, Build, plan_taper
from myositis_desktop.engine.treatment import Treatment, Verdict, judge, support, treat

if TYPE_CHECKING:
    from myositis_desktop.engine.cards import DrugCard
    from myositis_desktop.engine.pack import Pack
    from myositis_desktop.model.case import Case, Finding

CLASS = "assessment.classification"
ASSESSMENT = {
    "subtype": "assessment.subtype",
    "severity": "assessment.severity",
    "cancer-risk": "assessment.cancer_risk",
}
NO_ALERT = "none"
Changes = Mapping[str, tuple[str, str]]
"""Part of the plan -> (what it is, what it would be). Parts: `assessment.…`, `treatment.<drug>`, `alert.<id>`."""

Key = frozenset[tuple[str, Any]]
"""The changed names that drugs read, with their values."""


class WhatIf:
    """One case that was worked through; asked with one answer more at a time."""

    def __init__(self, pack: "Pack", case: "Case", sheet: FactSheet) -> None:
        """`sheet` is that of the whole work on the case: drugs, taper and supportive care stand on it."""
        self._pack, self._case, self._inputs = pack, case, sheet.inputs
        self._reach = pack.reach
        values = sheet.values
        self._before: dict[str, Any] = {fact: values[fact] for fact in pack.reach.order}
        self._before = {**values, **self._before}
        self._alerts = {id_: _alert_level(pack, sheet, id_) for id_ in pack.alerts_of}
        self._verdicts: dict[str, Verdict] = {}
        self._judged: dict[Key, Mapping[str, Any]] = {}
        self._tapers: dict[tuple[object, ...], TaperOutcome] = {}
        again = self._sheet(sheet)
        support(treat(pack, case, again, self._remember), self._remember)

    def changes(self, finding: "Finding") -> Changes:
        """What is not as it was once the finding is known; empty where nothing is."""
        inputs = self._inputs.with_finding(finding)
        names = self._reach.names[finding.id]
        changed = {name: v for name in names if (v := inputs.read(name)) != self._before.get(name)}
        if not changed:
            return {}
        sheet = FactSheet(self._pack.definitions, inputs, {**self._before, **changed}, quiet=True)
        trial = _Trial(self._pack, self._before, self._verdicts, sheet, set(changed))
        trial.spread(self._reach.after[finding.id])
        trial.judge_drugs(self._judged, self._built)
        return self._differences(trial)

    def _sheet(self, sheet: FactSheet) -> FactSheet:
        return FactSheet(self._pack.definitions, sheet.inputs, self._before, quiet=True)

    def _built(self, request: TaperRequest) -> TaperOutcome:
        """The taper of a request; what an answer does not change in a request of this case is not asked for."""
        r = request
        key = (r.drug, r.dose_mg, r.starts, r.schedule.id, r.days_taken, r.begin_lower, r.hold_before_next, r.child)
        if key not in self._tapers:
            self._tapers[key] = build(request)
        return self._tapers[key]

    def _remember(self, pack: "Pack", card: "DrugCard", sheet: FactSheet) -> Verdict:
        verdict = judge(pack, card, sheet)
        self._verdicts[card.drug] = verdict.anew()
        return verdict

    def _differences(self, trial: "_Trial") -> Changes:
        before, after, changed = self._before, trial.sheet.values, trial.changed
        found: dict[str, tuple[str, str]] = {}
        if LEVEL in changed or SUBGROUP in changed:
            found[CLASS] = _class_text(before), _class_text(after)
        for fact, part in ASSESSMENT.items():
            if fact in changed:
                found[part] = str(before[fact]), str(after[fact])
        for drug, card in self._pack.cards.items():
            if card.status in changed:
                found[f"treatment.{drug}"] = before[card.status], after[card.status]
        for id_ in self._reach.alerts_that_read(changed):
            level = _alert_level(self._pack, trial.sheet, id_)
            if level != self._alerts[id_]:
                found[f"alert.{id_}"] = self._alerts[id_], level
        return found


class _Trial:
    """One answer under way: the values with it, and the names whose values are no longer those of before."""

    def __init__(
        self,
        pack: "Pack",
        before: Mapping[str, Any],
        verdicts: Mapping[str, Verdict],
        sheet: FactSheet,
        changed: set[str],
    ) -> None:
        self.sheet = sheet
        self.changed = changed
        self._pack, self._before, self._verdicts = pack, before, verdicts

    def spread(self, facts: Iterable[str]) -> None:
        """Value again, in their order, the facts that read a changed name."""
        direct, definitions, values = self._pack.reach.direct, self._pack.definitions, self.sheet.values
        for fact in facts:
            if direct[fact].isdisjoint(self.changed):
                continue
            if fact in definitions:
                self._set(fact, definitions[fact].value(values))
            elif fact == LEVEL:
                for name, value in levels(self._pack.criteria, values).items():
                    self._set(name, value)

    def _set(self, name: str, value: object) -> None:
        self.sheet.values[name] = value
        if value != self._before[name]:
            self.changed.add(name)

    def judge_drugs(self, judged: dict[Key, Mapping[str, Any]], built: Build) -> None:
        """Judge the drugs that read a changed name, then all that hangs on the drugs.

        `judged` keeps what came of it: drugs that see the same values are judged alike.
        """
        reach, values = self._pack.reach, self.sheet.values
        key = frozenset((name, values[name]) for name in self.changed & reach.drugs)
        if not key:
            return
        if key not in judged:
            self._judge_drugs(built)
            before = self._before
            put = (*(card.status for card in self._pack.cards.values()), *TAPER_DAYS)
            judged[key] = {name: values[name] for name in put if values[name] != before[name]}
            return
        values.update(judged[key])
        self.changed.update(judged[key])
        self.spread(reach.late)

    def _judge_drugs(self, built: Build) -> None:
        pack, reach = self._pack, self._pack.reach
        treatment = Treatment(pack, self.sheet.inputs.case, self.sheet)
        if not reach.before_support.isdisjoint(self.changed):
            treatment = treat(pack, treatment.case, self.sheet, self._judged)
            self._take_over(treatment)
            if not reach.taper.isdisjoint(self.changed) or self._doses_differ(treatment):
                plan_taper(treatment, built)
                self.changed |= {name for name in TAPER_DAYS if self._differ([name])}
                self.spread(reach.late)
        support(treatment, self._judged)
        self._take_over(treatment)

    def _take_over(self, treatment: Treatment) -> None:
        """Statuses that are not as before count as changed, with all that reads them."""
        values, before = self.sheet.values, self._before
        changed = {n for v in treatment.verdicts.values() if values[n := v.card.status] != before[n]}
        if not changed <= self.changed:
            self.changed |= changed
            self.spread(self._pack.reach.late)

    def _doses_differ(self, treatment: Treatment) -> bool:
        pairs = ((treatment.verdicts[d].dose, self._verdicts[d].dose) for d in self._pack.oral)
        return any((a and a.value) != (b and b.value) for a, b in pairs)

    def _judged(self, pack: "Pack", card: "DrugCard", sheet: FactSheet) -> Verdict:
        reach = pack.reach
        offers = reach.offers[card.drug]
        if reach.cards[card.drug].isdisjoint(self.changed) and not (offers and self._differ(offers)):
            before = self._verdicts[card.drug]
            return before.anew() if self._may_change(before) else before
        return judge(pack, card, sheet)

    def _may_change(self, verdict: Verdict) -> bool:
        """Whether the choice among drugs or a wish of the clinician may write on a verdict."""
        wishes = self.sheet.inputs.wishes
        return verdict.indication == "candidate" or bool(wishes.choose or wishes.doses)

    def _differ(self, names: Iterable[str]) -> bool:
        return any(self.sheet.values[name] != self._before[name] for name in names)


def _class_text(values: Mapping[str, Any]) -> str:
    level, subgroup = values[LEVEL], values[SUBGROUP]
    return f"{level}, {subgroup}" if subgroup else str(level)


def _alert_level(pack: "Pack", sheet: FactSheet, id_: str) -> str:
    """Rows stand from the highest level down."""
    row = pack.alerts_of[id_].first(sheet.values)
    return NO_ALERT if row is None else row.level
