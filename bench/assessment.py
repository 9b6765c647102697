"""One full assessment and plan: a case of the model in, a plan out; reading and writing the files beside it."""

from statistics import median
from time import process_time

from myositis_desktop.assets import asset
from myositis_desktop.engine.decide import decide
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.plan_json import plan_bytes

RUNS = 40


def milliseconds() -> tuple[float, float]:
    """(decide, with reading the case file and writing the plan file): medians over every example case.

    The pack is loaded and each case was decided once before.
    """
    pack = load_pack()
    files = [file.read_bytes() for file in asset("resources", "demo").iterdir()]
    alone, whole = [], []
    for run in range(RUNS + 1):
        for data in files:
            begun = process_time()
            case, _ = read_case(data, pack.catalogue)
            if case is None:
                raise SystemExit("an example case is refused")
            sha256 = case_sha256(case)
            start = process_time()
            plan, _ = decide(case, pack, sha256)
            decided = process_time()
            if plan is None:
                raise SystemExit("an example case gives no plan")
            plan_bytes(plan)
            if run:
                alone.append(decided - start)
                whole.append(process_time() - begun)
    return median(alone) * 1000, median(whole) * 1000
