"""What to ask next: every unknown finding with what each answer would change, found by running the engine.

The order: what the rules force to lead, then what matters most among the changes that one answer makes (safety first),
then the cheaper test. A finding that changes something only together with others comes after those.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from myositis_desktop.engine.answers import answers
from myositis_desktop.engine.decide import work_through
from myositis_desktop.engine.undecided import importance, leads
from myositis_desktop.engine.what_if import Changes, WhatIf
from myositis_desktop.model.case import Case, Finding
from myositis_desktop.model.catalogue import COSTS
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Answer, Change, Plan, Undecided

if TYPE_CHECKING:
    from myositis_desktop.engine.inputs import Inputs
    from myositis_desktop.engine.pack import Pack


def ranked(plan: Plan, case: Case, pack: "Pack") -> Plan:
    """The plan of the case with its `undecided` ranked, and with what every single answer would change."""
    return replace(plan, undecided=rank_unknowns(case, pack, plan.undecided))


def rank_unknowns(case: Case, pack: "Pack", undecided: Iterable[Undecided]) -> tuple[Undecided, ...]:
    """Every finding of `undecided`, and every other whose answer alone would change the plan, the first to ask first.

    Pure, like `decide`; `undecided` is that of the plan that `decide` made.
    """
    treatment = work_through(case, pack).treatment
    lead = {finding: at for at, finding in enumerate(leads(pack, treatment))}
    what_if = WhatIf(pack, case, treatment.sheet)
    together = {u.finding: u.would_change for u in undecided}
    asked = [f for f in pack.catalogue.findings if pack.reach.names[f] and _is_unknown(treatment.sheet.inputs, f)]
    found = [_asked(pack, case, what_if, f, together.get(f, ())) for f in dict.fromkeys([*together, *asked])]
    return tuple(r.asked for r in sorted((r for r in found if r.asked.would_change), key=lambda r: r.place(lead)))


@dataclass(frozen=True, slots=True)
class _Ranked:
    asked: Undecided
    weight: tuple[int, int, int]
    """0 where one answer changes something; the importance of the change; the cost of the test."""
    at: int

    def place(self, lead: dict[str, int]) -> tuple[int, int, int, int, int, int]:
        return (
            lead.get(self.asked.finding, len(lead)),
            *self.weight,
            -len(self.asked.would_change),
            self.at,
        )


def _is_unknown(inputs: "Inputs", id_: str) -> bool:
    """No answer stands: none was given, it has expired, or it says that nothing is known; a weak antibody is one."""
    finding = inputs.today.get(id_)
    return inputs.read(id_) is None and (finding is None or finding.value != "weak")


def _asked(pack: "Pack", case: Case, what_if: WhatIf, id_: str, together: tuple[str, ...]) -> _Ranked:
    spec = pack.catalogue.findings.get(id_)
    found = () if spec is None else _answers(what_if, answers(pack, case, id_))
    weights = {c.part: 10_000 for a in found for c in a.changes}
    for change in (c for a in found for c in a.changes):
        weights[change.part] = min(weights[change.part], importance(pack, change.part, (change.before, change.after)))
    alone = min(weights.values(), default=None)
    for part in together:
        weights.setdefault(part, importance(pack, part))
    parts = tuple(sorted(weights, key=lambda p: (weights[p], p)))
    weight = (0, alone) if alone is not None else (1, min(weights.values(), default=0))
    cost = "question" if spec is None else spec.cost
    at = list(pack.catalogue.findings).index(id_) if spec is not None else len(pack.catalogue.findings)
    found = tuple(sorted(found, key=lambda a: min(parts.index(c.part) for c in a.changes)))
    return _Ranked(Undecided(id_, parts, cost, found), (*weight, COSTS.index(cost)), at)


def _answers(what_if: WhatIf, tried: Iterable[Finding]) -> tuple[Answer, ...]:
    """The answers that change something; of several that change the same, the first."""
    found: dict[tuple[Change, ...], Answer] = {}
    for finding in tried:
        changes = _changes(what_if.changes(finding))
        if changes:
            found.setdefault(changes, _answer(finding, changes))
    return tuple(found.values())


def _changes(changes: Changes) -> tuple[Change, ...]:
    return tuple(Change(part, before, after) for part, (before, after) in changes.items())


def _answer(finding: Finding, changes: tuple[Change, ...]) -> Answer:
    if finding.entered is None:
        return Answer(str(finding.value), changes=changes)
    limit = "" if finding.uln is None else text_of(finding.uln)
    return Answer(text_of(finding.entered.value), finding.entered.unit, limit, changes)
