"""Finds a patient for whom conditions hold: from the nearest example, one answer at a time, nearer with each step.

The engine judges every patient on the way, so what comes back is proved; that none comes back proves nothing.
The search is deterministic and ends after a fixed number of patients.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from myositis_desktop.engine.criteria import classify
from myositis_desktop.engine.decide import Work, opened, work_through
from myositis_desktop.engine.dosing import work_out
from myositis_desktop.engine.logic import Expr
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.knowledge.distance import NOT_YES, YES, Compass
from myositis_desktop.knowledge.moves import moves, nobody
from myositis_desktop.model.case import Case, Preferences

_STARTS = 4
_STEPS = 8
_MOST = 800
_OUT = {"not-indicated": 3, "contraindicated": 2}
_LATE = ("status.", "offer.", "taper-days", "dose.")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a patient is looked for."""

    yes: tuple[Expr, ...]
    """Conditions that hold."""
    not_yes: tuple[Expr, ...] = ()
    """Conditions that do not surely hold."""
    drug: str | None = None
    """The drug that the name `drug` stands for, and that must be in question where a proof is asked for."""


@dataclass(frozen=True, slots=True)
class Example:
    """A patient, worked through."""

    case: Case
    work: Work


def worked(pack: Pack, cases: Iterable[Case]) -> tuple[Example, ...]:
    """The patients whose plan is not refused, each with its work."""
    found = ((case, work_through(case, pack)) for case in cases)
    return tuple(Example(c, w) for c, w in found if not w.treatment.problems and not w.part.problems)


def find(
    pack: Pack, goal: Goal, starts: Sequence[Example], proves: Callable[[Work], bool] | None = None
) -> Case | None:
    """A patient for whom the goal holds, or None where none is found.

    Args:
        pack: the knowledge.
        goal: what must hold.
        starts: patients to begin with; the nearest are tried.
        proves: what must be true of the worked case beside the goal; where it is given a patient whose case would be
            refused is none.
    """
    search = _Search(pack, goal, proves)
    found = search.run(starts)
    return None if found is None else without_the_rest(replace(found, extras={}), search.reaches)


class _Search:
    def __init__(self, pack: Pack, goal: Goal, proves: Callable[[Work], bool] | None) -> None:
        self._pack, self._goal, self._proves = pack, goal, proves
        self._left = _MOST
        self._dosed = any(n.startswith("dose.") for e in goal.yes for n in e.names())
        self._exprs = (*goal.yes, *goal.not_yes, *(_dose_numbers(pack, goal.drug) if self._dosed else ()))
        names = frozenset[str]().union(*(pack.reads_of(e) for e in self._exprs))
        self._late = proves is not None or any(n.startswith(_LATE) for n in names)

    def run(self, starts: Sequence[Example]) -> Case | None:
        ranked = sorted((self._of_work(s.work), n) for n, s in enumerate(starts))
        for _, n in ranked[:_STARTS]:
            if (found := self._climb(starts[n].case)) is not None:
                return found
        return self._climb(nobody())

    def _climb(self, case: Case) -> Case | None:
        best, proved = self._judge(case)
        for _ in range(_STEPS):
            if proved:
                return case
            nearer = None
            for other in moves(case, self._pack, self._exprs):
                found, proved = self._judge(other)
                if proved:
                    return other
                if found < best:
                    best, nearer = found, other
                if self._left <= 0:
                    return None
            if nearer is None:
                return None
            case = nearer
        return None

    def reaches(self, case: Case) -> bool:
        """Whether the goal is reached and proved for a patient."""
        return self._judge(case)[1]

    def _judge(self, case: Case) -> tuple[float, bool]:
        """The distance of a patient, and whether the goal is reached and proved."""
        self._left -= 1
        if not self._late:
            sheet = opened(case, self._pack)
            classify(self._pack.criteria, sheet)
            away = self._distance(sheet)
            return away, away == 0
        work = work_through(case, self._pack)
        away = self._of_work(work)
        if self._proves is None:
            return away, away == 0
        refused = work.treatment.problems or work.part.problems
        if not refused and self._proves(work):
            return 0, True
        return away + 0.5, False

    def _of_work(self, work: Work) -> float:
        """The distance of a worked case; a drug that is out of the question is some answers further away."""
        away = self._distance(work.treatment.sheet)
        if self._proves is None or self._goal.drug is None:
            return away
        return away + _OUT.get(work.treatment.verdicts[self._goal.drug].status, 0)

    def _distance(self, sheet: FactSheet) -> float:
        if self._goal.drug is not None:
            sheet.put("drug", self._goal.drug)
        if self._goal.drug is not None and self._dosed:
            work_out(self._pack.cards[self._goal.drug], sheet)
        compass = Compass(self._pack.definitions, sheet)
        return sum(compass.of(e, YES) for e in self._goal.yes) + sum(compass.of(e, NOT_YES) for e in self._goal.not_yes)


def _dose_numbers(pack: Pack, drug: str | None) -> tuple[Expr, ...]:
    """What the doses of a drug are made of."""
    doses = pack.cards[drug].doses if drug is not None else ()
    return tuple(e for d in doses for e in (d.when, *d.numbers.values()))


def without_the_rest(case: Case, proves: Callable[[Case], bool]) -> Case:
    """The smallest patient found by leaving out one thing after the other while the proof holds."""
    for visit in case.visits:
        shorter = replace(case, visits=tuple(v for v in case.visits if v.on != visit.on))
        case = shorter if proves(shorter) else case
    for entry in case.therapy:
        shorter = replace(case, therapy=tuple(t for t in case.therapy if t is not entry))
        case = shorter if proves(shorter) else case
    for wishes in (Preferences(), replace(case.preferences, choose=())):
        shorter = replace(case, preferences=wishes)
        case = shorter if proves(shorter) else case
    return _fewer_findings(case, tuple(case.findings), proves)


def _fewer_findings(case: Case, ids: tuple[str, ...], proves: Callable[[Case], bool]) -> Case:
    """Leaves out as many of the findings as it can, half of them at a time, then a quarter and so on."""
    shorter = replace(case, findings={i: f for i, f in case.findings.items() if i not in ids})
    if not ids or proves(shorter):
        return shorter
    if len(ids) == 1:
        return case
    middle = len(ids) // 2
    return _fewer_findings(_fewer_findings(case, ids[:middle], proves), ids[middle:], proves)
