"""Prints each ratio with its limit; exit 1 where one is exceeded.

Measured in processor time, so that other work on the machine does not count against us; by the clock where the disk
counts.
"""

import sys
from dataclasses import dataclass

from bench import assessment, keys, papers, records, taper, window


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: what, how much, and the most it may be."""

    name: str
    value: float
    limit: float
    unit: str
    detail: str

    @property
    def holds(self) -> bool:
        """Whether the value is within its limit."""
        return self.value <= self.limit

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "TOO MUCH"
        return f"{verdict:9}{self.name:42}{self.value:7.2f} {self.unit:3} limit {self.limit:g} ({self.detail})"


def lines() -> list[Line]:
    """Measure everything; takes about a minute."""
    start = window.seconds()
    spent = assessment.milliseconds()
    steps = taper.milliseconds()
    typed = keys.milliseconds()
    paper, bare_paper, pages = papers.seconds()
    kept = records.milliseconds()
    return [
        _start("lock screen / bare PySide6 window", start.lock, start.bare, 1.7),
        _start("passphrase to workbench / bare window", start.workbench, start.bare, 2),
        _start("loaded while one types it / bare window", start.loading, start.bare, 4.5),
        Line("one full assessment and plan", spent.plan, 5, "ms", "without the ranking"),
        Line("ranking what to ask next, 100 unknown", spent.ranking, 50, "ms", f"{spent.files:.1f} ms a whole file"),
        Line("a key to the panel painted, p99", typed.slowest, 100, "ms", f"median {typed.usual:.0f} ms, unranked"),
        Line("a taper of two years with its tablets", steps.two_years, 5, "ms", "nothing remembered"),
        Line("a step moved: taper, table and chart", steps.redraw, 50, "ms", "worked out and drawn"),
        Line(
            "render and sign / bare ReportLab + pyHanko",
            paper / bare_paper,
            1.5,
            "x",
            f"{paper * 1000:.0f} ms against {bare_paper * 1000:.0f} ms, {pages} pages in five documents",
        ),
        Line("saving a finding", kept.save, 5, "ms", "by the clock, 1,000 patients"),
        Line("searching from two letters on", kept.search, 50, "ms", "by the clock, 1,000 patients"),
    ]


def _start(name: str, ours: float, bare: float, limit: float) -> Line:
    return Line(name, ours / bare, limit, "x", f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms")


def scale_lines() -> list[Line]:
    """Measure one million patients; takes some minutes and 2 GB of room for temporary files."""
    from bench import scale  # noqa: PLC0415 - asked for by its name alone

    found = scale.measured()
    told = f"{found.patients:,} patients"
    return [
        Line("search / the same SQL bare", found.ratio, 1.5, "x", f"{told}, median {found.median:.2f} ms"),
        Line("95 of 100 searches", found.slowest, 50, "ms", told),
        Line("opening besides the key derivation", found.opening, 300, "ms", told),
        Line("saving a finding, each time another patient", found.saving, 5, "ms", told),
        Line("memory", found.memory, 150, "MB", told),
    ]


if __name__ == "__main__":
    measured = scale_lines() if sys.argv[1:] == ["scale"] else lines()
    print("\n".join(map(str, measured)))
    sys.exit(0 if all(line.holds for line in measured) else 1)
