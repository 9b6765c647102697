"""The 2016 ACR/EULAR total improvement score between the first and the last day with core-set measures.

All arithmetic is exact: improvement meets the edges of its bands as a fraction, so 15 % is never 15.0000001 %.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from myositis_desktop.engine.data_reader import Reader
from myositis_desktop.model.case import Case, Finding, Findings
from myositis_desktop.model.plan import Response
from myositis_desktop.model.problem import Problem

POPULATIONS = ("adult", "jdm")
NO_RESPONSE = "none"
WHOLE_SCORE = Decimal(100)
_CONFIDENCE = ("high", "medium", "low")
_NUMBER = (Decimal(0), Decimal(1000))
_PERCENT = (Decimal(0), WHOLE_SCORE)


@dataclass(frozen=True, slots=True)
class Measure:
    """A core-set measure with its points."""

    id: str
    """A finding id, or "enzyme"."""
    higher_is_better: bool
    edges: tuple[Decimal, ...]
    """Upper edges of all bands but the last, in percent of the range; an edge belongs to the band below."""
    points: tuple[Decimal, ...]
    """One more than edges, never falling."""
    ranges: Mapping[str, Decimal]
    """Unit of a scale -> its length."""
    enzymes: tuple[tuple[str, Decimal], ...] = ()
    """Of the enzyme: (finding id, range in multiples of the upper limit of normal), the first wins a tie."""
    confidence: str = "high"
    _edges: tuple[Fraction, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_edges", tuple(map(Fraction, self.edges)))

    def points_of(self, improvement: Fraction, length: Fraction) -> Decimal:
        """The points of an improvement on a scale of this length; worsening has those of no improvement."""
        return self.points[bisect_left(self._edges, improvement * 100 / length)]


@dataclass(frozen=True, slots=True)
class StandIn:
    """A measure that takes the place of a missing one in one population."""

    population: str
    missing: str
    id: str
    ranges: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class ResponseTable:
    """The score as data; filled from the knowledge pack."""

    measures: tuple[Measure, ...]
    stand_ins: tuple[StandIn, ...]
    categories: Mapping[str, tuple[tuple[str, Decimal], ...]]
    """Population -> (category, least score), the highest first."""
    sources: tuple[str, ...]

    def category(self, population: str, score: Decimal) -> str:
        """The word for a score: none, minimal, moderate or major."""
        return next((word for word, least in self.categories[population] if score >= least), NO_RESPONSE)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A measure that stands on both days."""

    measure: Measure
    id: str
    improvement: Fraction
    possible: Fraction
    """The improvement if it became perfect."""
    length: Fraction

    @property
    def points(self) -> Decimal:
        return self.measure.points_of(self.improvement, self.length)

    @property
    def reachable(self) -> Decimal:
        return self.measure.points_of(self.possible, self.length)


def of(case: Case, population: str, table: ResponseTable) -> Response | None:
    """The response of a case, or None where core-set measures stand on fewer than two days.

    Args:
        case: with the findings of the assessment and of all visits, also later ones.
        population: "adult", or "jdm" for an onset before 18 years.
        table: the score as data.
    """
    days = _measuring_days(case, population, table)
    if len(days) < 2:
        return None
    baseline, follow_up = days[0], days[-1]
    before, after = _findings_of(case, baseline, table), _findings_of(case, follow_up, table)
    compared = [_compare(measure, before, after, population, table) for measure in table.measures]
    known = [c for c in compared if c is not None]
    missing = [measure for measure, c in zip(table.measures, compared, strict=True) if c is None]
    score = sum((c.points for c in known), Decimal(0))
    most_missing = sum((measure.points[-1] for measure in missing), Decimal(0))
    reachable = sum((c.reachable for c in known), most_missing)
    return Response(
        score=score,
        category=table.category(population, score),
        population=population,
        baseline=baseline,
        follow_up=follow_up,
        # An enzyme may fall below its limit and earn more than the limit itself would: never less than what is reached.
        highest_reachable=max(reachable, score + most_missing),
        complete=not missing,
        highest_score=score + most_missing,
        worsened=tuple(c.id for c in known if c.improvement < 0),
        missing=tuple(measure.id for measure in missing),
    )


# ---- days


def _visits(case: Case) -> Iterator[tuple[date, Findings]]:
    yield case.assessed_on, case.findings
    for visit in case.visits:
        yield visit.on, visit.findings


def _measuring_days(case: Case, population: str, table: ResponseTable) -> list[date]:
    """The days with a core-set measure in order; a day with enzymes alone is none."""
    ids = {m.id for m in table.measures} | {s.id for s in table.stand_ins if s.population == population}
    return sorted({f.on or day for day, findings in _visits(case) for id_, f in findings.items() if id_ in ids})


def _findings_of(case: Case, day: date, table: ResponseTable) -> Findings:
    """What was found on a day, its own visit first; enzymes count for their visit also if blood was drawn earlier."""
    visits = sorted(_visits(case), key=lambda visit: visit[0] != day)
    out: dict[str, Finding] = {}
    for visited, findings in visits:
        for id_, finding in findings.items():
            if (finding.on or visited) == day:
                out.setdefault(id_, finding)
    enzymes = {id_ for measure in table.measures for id_, _ in measure.enzymes}
    for id_, finding in visits[0][1].items() if visits[0][0] == day else ():
        if id_ in enzymes:
            out.setdefault(id_, finding)
    return out


# ---- measures


def _compare(
    measure: Measure, before: Findings, after: Findings, population: str, table: ResponseTable
) -> _Compared | None:
    """The measure on both days, or what stands in for it; None where it is missing."""
    if measure.enzymes:
        return _enzyme(measure, before, after)
    compared = _scale(measure, measure.id, measure.ranges, before, after)
    for stand_in in table.stand_ins:
        if compared is None and (stand_in.population, stand_in.missing) == (population, measure.id):
            compared = _scale(measure, stand_in.id, stand_in.ranges, before, after)
    return compared


def _scale(
    measure: Measure, id_: str, ranges: Mapping[str, Decimal], before: Findings, after: Findings
) -> _Compared | None:
    """A measure on a scale; on two different scales it is missing."""
    first, last = before.get(id_), after.get(id_)
    if (
        first is None
        or last is None
        or (unit := scale_unit(first, ranges)) != scale_unit(last, ranges)
        or unit not in ranges
    ):
        return None
    length = Fraction(ranges[unit])
    start, end = written(first), written(last)
    if measure.higher_is_better:
        return _Compared(measure, id_, end - start, length - start, length)
    return _Compared(measure, id_, start - end, start, length)


def scale_unit(finding: Finding, ranges: Mapping[str, Decimal]) -> str:
    """The scale as it was written; the first of the measure where nothing was."""
    return next(iter(ranges)) if finding.entered is None else finding.entered.unit


def written(finding: Finding) -> Fraction:
    """The number on the scale it was written on."""
    value = finding.value if finding.entered is None else finding.entered.value
    return Fraction(Decimal(str(value)))


def _enzyme(measure: Measure, before: Findings, after: Findings) -> _Compared | None:
    """The enzyme with the highest multiple of its limit at baseline, of those that stand on both days."""
    best: tuple[Fraction, _Compared] | None = None
    for id_, times_limit in measure.enzymes:
        first, last = before.get(id_), after.get(id_)
        if first is None or last is None or first.uln is None or first.uln <= 0:
            continue
        start, end, limit = _stored(first), _stored(last), Fraction(first.uln)
        if best is None or start / limit > best[0]:
            length = limit * Fraction(times_limit)
            best = (start / limit, _Compared(measure, id_, start - end, start - min(limit, start), length))
    return None if best is None else best[1]


def _stored(finding: Finding) -> Fraction:
    """In the first unit of the catalogue, so that two units of two days compare."""
    return Fraction(Decimal(str(finding.value)))


# ---- the table


def parse_response(data: Mapping[str, object], place: str = "") -> tuple[ResponseTable | None, tuple[Problem, ...]]:
    """Read the score from the knowledge pack; None exactly when there are problems, each with its pointer."""
    reader = Reader(data, place)
    table = ResponseTable(
        measures=tuple(_measure(r) for r in reader.tables("measures")),
        stand_ins=tuple(_stand_in(r) for r in reader.tables("stand_ins", required=False)),
        categories=dict(_category(r) for r in reader.tables("categories")),
        sources=reader.texts("sources"),
    )
    reader.close()
    if not reader.problems:
        _check(table, reader)
    return (None, tuple(reader.problems)) if reader.problems else (table, ())


def _measure(reader: Reader) -> Measure:
    by_limit = "enzymes" in reader.data
    measure = Measure(
        id=reader.text("id"),
        higher_is_better=reader.word("better", ("lower", "higher")) == "higher",
        edges=reader.decimals("edges", _PERCENT, 10),
        points=reader.decimals("points", _PERCENT, 11),
        ranges={} if by_limit else _ranges(reader.table("ranges")),
        enzymes=tuple(_enzyme_range(r) for r in reader.tables("enzymes")) if by_limit else (),
        confidence=reader.word("confidence", _CONFIDENCE),
    )
    reader.close()
    if any(high <= low for low, high in pairwise(measure.edges)):
        reader.problem("edges", "each edge is above the one before")
    if any(high < low for low, high in pairwise(measure.points)) or measure.points[:1] not in ((), (Decimal(0),)):
        reader.problem("points", "the points begin with 0 and never fall")
    if len(measure.points) != len(measure.edges) + 1:
        reader.problem("points", "there is one number of points more than edges")
    return measure


def _ranges(reader: Reader) -> dict[str, Decimal]:
    if not reader.data:
        reader.problem("", "at least one unit with the length of its scale is needed")
    return {unit: reader.decimal(unit, (Decimal(1), _NUMBER[1])) for unit in reader.data}


def _enzyme_range(reader: Reader) -> tuple[str, Decimal]:
    enzyme = (reader.text("id"), reader.decimal("times_limit", (Decimal(1), _NUMBER[1])))
    reader.close()
    return enzyme


def _stand_in(reader: Reader) -> StandIn:
    stand_in = StandIn(
        population=reader.word("population", POPULATIONS),
        missing=reader.text("missing"),
        id=reader.text("id"),
        ranges=_ranges(reader.table("ranges")),
    )
    reader.close()
    return stand_in


def _category(reader: Reader) -> tuple[str, tuple[tuple[str, Decimal], ...]]:
    population = reader.word("population", POPULATIONS)
    words = tuple((word, reader.decimal(word, _PERCENT)) for word in ("major", "moderate", "minimal"))
    reader.close()
    if any(low >= high for (_, high), (_, low) in pairwise(words)):
        reader.problem("minimal", "minimal is below moderate, moderate below major")
    return population, words


def _check(table: ResponseTable, reader: Reader) -> None:
    ids = [measure.id for measure in table.measures]
    whole = sum((measure.points[-1] for measure in table.measures), Decimal(0))
    if whole != WHOLE_SCORE:
        reader.problem("measures", f"the highest points add up to {whole}, not to {WHOLE_SCORE}")
    if len(set(ids)) != len(ids):
        reader.problem("measures", "a measure stands twice")
    if set(table.categories) != set(POPULATIONS):
        reader.problem("categories", f"needed once for each of {', '.join(POPULATIONS)}")
    for at, stand_in in enumerate(table.stand_ins):
        if stand_in.missing not in ids:
            reader.problem(f"stand_ins/{at}/missing", f"{stand_in.missing!r} is no measure here")
