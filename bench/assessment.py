"""One full assessment and plan: case bytes in, plan bytes out."""

from statistics import median
from time import perf_counter

from myositis_desktop.assets import asset
from myositis_desktop.cli.plan import assess
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.plan_json import plan_bytes

RUNS = 40


def milliseconds() -> float:
    """Median over every example case, several runs each, the pack already loaded."""
    pack = load_pack()
    cases = [file.read_bytes() for file in asset("resources", "demo").iterdir()]
    times = []
    for _ in range(RUNS):
        for data in cases:
            start = perf_counter()
            assessed, _problems = assess(data, pack)
            if assessed is None:
                raise SystemExit("an example case is refused")
            plan_bytes(assessed.plan)
            times.append(perf_counter() - start)
    return median(times) * 1000
