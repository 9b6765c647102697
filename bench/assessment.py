"""One assessment and plan: a case of the model in, a plan out; the ranking of what to ask next; the files beside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from time import process_time

from myositis_desktop.assets import asset
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.ranking import ranked
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_bytes

RUNS, RANKING_RUNS = 40, 5
UNKNOWN = 100
"""Findings that are unknown in the cases whose ranking is measured."""


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """Medians over every example case; the pack is loaded and each case was decided once before."""

    plan: float
    """Case to plan, what to ask next not ranked."""
    ranking: float
    """What to ask next, ranked, in cases with 100 unknown findings."""
    files: float
    """Reading the case file, plan, ranking, writing the plan file."""


def milliseconds() -> Milliseconds:
    """Measure all three."""
    pack = load_pack()
    files = [file.read_bytes() for file in asset("resources", "demo").iterdir()]
    cases = [_case(data, pack) for data in files]
    asked = [(case, _plan(case, pack)) for case in (_with_unknown(c, pack) for c in cases)]
    return Milliseconds(
        plan=_median([partial(_plan, c, pack) for c in cases], RUNS),
        ranking=_median([partial(ranked, p, c, pack) for c, p in asked], RANKING_RUNS),
        files=_median([partial(_file, d, pack) for d in files], RANKING_RUNS),
    )


def _median(jobs: list[Callable[[], object]], runs: int) -> float:
    spent = []
    for run in range(runs + 1):
        for job in jobs:
            start = process_time()
            job()
            if run:
                spent.append(process_time() - start)
    return median(spent) * 1000


def _case(data: bytes, pack: Pack) -> Case:
    case, _ = read_case(data, pack.catalogue)
    if case is None:
        raise SystemExit("an example case is refused")
    return case


def _plan(case: Case, pack: Pack) -> Plan:
    plan, _ = decide(case, pack, "0" * 64)
    if plan is None:
        raise SystemExit("an example case gives no plan")
    return plan


def _with_unknown(case: Case, pack: Pack) -> Case:
    """The case with as many findings as leave so many unknown, taken evenly over all of them."""
    kept = len(pack.catalogue.findings) - UNKNOWN
    every = list(case.findings.items())
    chosen = dict(every[at * len(every) // kept] for at in range(kept)) if len(every) > kept else dict(every)
    return replace(case, findings=chosen)


def _file(data: bytes, pack: Pack) -> bytes:
    case = _case(data, pack)
    plan, _ = decide(case, pack, case_sha256(case))
    return plan_bytes(ranked(plan, case, pack)) if plan else b""
