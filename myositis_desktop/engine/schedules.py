"""Taper schedules as data: what a schedule is, how its text is read, and the doses it gives from any start.

One format serves the knowledge pack (TOML) and a clinic's own schedule in a case (`preferences.taper.custom`): a first
hold at the start dose, then phases in order. No phase ever raises the dose.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from myositis_desktop.engine.data_reader import Reader
from myositis_desktop.model.case import TaperPreferences
from myositis_desktop.model.number import step_down, step_nearest, step_nearest_up, step_up
from myositis_desktop.model.problem import Problem

CUSTOM_ID = "custom"
CUSTOM_PLACE = "/preferences/taper/custom"
EVIDENCE = ("base-text", "source", "product-rule", "clinic")
CONFIDENCE = ("high", "medium", "low")

_ZERO = Decimal(0)
_DOSE = (Decimal("0.25"), Decimal(100))
"""Bounds of a dose in mg that a schedule may name; they keep typing slips out and the length of a taper bounded."""
_DAYS = (1, 366)
_MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Rung:
    """One dose of a schedule for a number of days."""

    dose_mg: Decimal
    days: int
    alternate_mg: Decimal | None = None
    """On alternate days: the dose of the second day."""

    @property
    def mean_mg(self) -> Decimal:
        """Mean dose of a day in mg."""
        return self.dose_mg if self.alternate_mg is None else (self.dose_mg + self.alternate_mg) / 2


@dataclass(frozen=True, slots=True)
class Start:
    """The first hold, at the start dose."""

    days: int
    replaceable: bool = False
    """The clinician's `hold_days` replaces it."""
    later_note: str | None = None
    """Said on every step after the hold."""
    text: str | None = None
    """Said once, where there is a hold."""


@dataclass(frozen=True, slots=True)
class Band:
    """Above this dose, lower it by so much; a dose in the band is held for so many days."""

    above: Decimal
    by: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class Bands:
    """Steps whose size depends on the dose, the highest band first; no step passes the lower end of its band."""

    bands: tuple[Band, ...]

    def rungs(self, before: Rung, start_mg: Decimal) -> Iterator[Rung]:  # noqa: ARG002 - every phase is asked alike
        """The doses below that of `before`."""
        dose = before.mean_mg
        band = self._band(dose)
        while band is not None:
            dose = max(dose - band.by, band.above)
            band = self._band(dose)
            if dose > 0:
                yield Rung(dose, (band or self.bands[-1]).days)

    def _band(self, dose: Decimal) -> Band | None:
        return next((b for b in self.bands if dose > b.above), None)


@dataclass(frozen=True, slots=True)
class PercentOfPrevious:
    """Each dose is a percentage of the one before, rounded, down to a last dose."""

    percent: Decimal
    round_to: Decimal
    ties: str
    """up | down"""
    down_to: Decimal
    days: int

    def rungs(self, before: Rung, start_mg: Decimal) -> Iterator[Rung]:  # noqa: ARG002 - every phase is asked alike
        """The doses below that of `before`."""
        dose = before.mean_mg
        while dose > self.down_to:
            dose = max(self._next(dose), self.down_to)
            yield Rung(dose, self.days)

    def _next(self, dose: Decimal) -> Decimal:
        """Rounding that would not lower the dose goes on to the multiple below."""
        nearest = step_nearest_up if self.ties == "up" else step_nearest
        rounded = nearest(dose * self.percent / 100, self.round_to)
        return rounded if rounded < dose else step_up(dose, self.round_to) - self.round_to


@dataclass(frozen=True, slots=True)
class PercentOfStart:
    """Percentages of the start dose, each for the same number of days."""

    percents: tuple[Decimal, ...]
    days: int
    round_down_to: Decimal | None = None

    def rungs(self, before: Rung, start_mg: Decimal) -> Iterator[Rung]:
        """The doses that are not above the one before; a dose that rounds to nothing ends the phase."""
        for percent in self.percents:
            dose = start_mg * percent / 100
            if self.round_down_to is not None:
                dose = step_down(dose, self.round_down_to)
            if dose <= 0:
                return
            if dose <= before.mean_mg:
                before = Rung(dose, self.days)
                yield before


@dataclass(frozen=True, slots=True)
class Doses:
    """Fixed doses, or pairs for alternate days, each for the same number of days; those not below are left out."""

    doses_mg: tuple[tuple[Decimal, Decimal | None], ...]
    days: int

    def rungs(self, before: Rung, start_mg: Decimal) -> Iterator[Rung]:  # noqa: ARG002 - every phase is asked alike
        """The doses whose mean is below that of the one before, and no single day above it."""
        for dose, alternate in self.doses_mg:
            rung = Rung(dose, self.days, alternate)
            if rung.mean_mg < before.mean_mg and max(dose, alternate or _ZERO) <= max(
                before.dose_mg, before.alternate_mg or _ZERO
            ):
                before = rung
                yield rung


@dataclass(frozen=True, slots=True)
class Hold:
    """The dose before goes on for so many days."""

    days: int

    def rungs(self, before: Rung, start_mg: Decimal) -> Iterator[Rung]:  # noqa: ARG002 - every phase is asked alike
        """The rung before once more."""
        yield Rung(before.dose_mg, self.days, before.alternate_mg)


Phase = Bands | PercentOfPrevious | PercentOfStart | Doses | Hold


@dataclass(frozen=True, slots=True)
class StepNote:
    """Said on the first step at or below a dose."""

    at_most_mg: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A way from a start dose downwards."""

    id: str
    label: str
    text: str
    start: Start
    phases: tuple[Phase, ...]
    sources: tuple[str, ...] = ()
    evidence: str = "clinic"
    """base-text | source | product-rule | clinic"""
    confidence: str = "low"
    """high | medium | low"""
    step_notes: tuple[StepNote, ...] = ()

    def rungs(self, start_mg: Decimal) -> tuple[Rung, ...]:
        """The first hold and all doses after it; neighbours may be equal, none is above the one before."""
        out = [Rung(start_mg, self.start.days)]
        for phase in self.phases:
            out.extend(phase.rungs(out[-1], start_mg))
        return tuple(out)


def parse_schedule(data: Mapping[str, object], place: str) -> tuple[Schedule | None, tuple[Problem, ...]]:
    """Read a schedule of the knowledge pack; None exactly when there are problems, each with its pointer under `place`.

    `data` comes from TOML or JSON with decimals: numbers are texts, `int` or `Decimal`; a float is refused.
    """
    reader = Reader(data, place)
    schedule = Schedule(
        id=reader.text("id"),
        label=reader.text("label"),
        text=reader.text("text"),
        start=_start(reader.table("start")),
        phases=_phases(reader),
        sources=reader.texts("sources"),
        evidence=reader.word("evidence", EVIDENCE),
        confidence=reader.word("confidence", CONFIDENCE),
        step_notes=tuple(_step_note(r) for r in reader.tables("step_notes", required=False)),
    )
    reader.close()
    if not reader.problems:
        _check_falling(schedule, reader)
    return (None, tuple(reader.problems)) if reader.problems else (schedule, ())


def parse_custom(data: Mapping[str, object], place: str = CUSTOM_PLACE) -> tuple[Schedule | None, tuple[Problem, ...]]:
    """Read a clinic's own schedule: the same format; only `start` and `phases` are needed, and the id is "custom"."""
    given = {
        "label": "Schedule of the clinic",
        "text": "A schedule that the clinic wrote itself.",
        "sources": [],
        "evidence": "clinic",
        "confidence": "low",
    }
    return parse_schedule({**given, **data, "id": CUSTOM_ID}, place)


def chosen_schedule(
    preferences: TaperPreferences, schedules: Mapping[str, Schedule], default: str
) -> tuple[Schedule | None, tuple[Problem, ...]]:
    """The schedule of a case: its own (`custom`), else the one it names, else the default; None exactly with problems.

    A schedule that is named beside `custom` wins over it, but what stands in `custom` must be right all the same.
    """
    own, problems = (None, ()) if preferences.custom is None else parse_custom(preferences.custom)
    if problems:
        return None, problems
    if own is not None and preferences.schedule in (None, CUSTOM_ID):
        return own, ()
    id_ = preferences.schedule or default
    if id_ not in schedules:
        return None, (Problem("/preferences/taper/schedule", f"{id_!r} is none of {', '.join(schedules)}"),)
    return schedules[id_], ()


def _start(reader: Reader) -> Start:
    start = Start(
        days=reader.whole("days", _DAYS),
        replaceable=reader.flag("replaceable"),
        later_note=reader.text("later_note", required=False) or None,
        text=reader.text("text", required=False) or None,
    )
    reader.close()
    return start


def _step_note(reader: Reader) -> StepNote:
    note = StepNote(reader.decimal("at_most_mg", _DOSE), reader.text("text"))
    reader.close()
    return note


def _phases(reader: Reader) -> tuple[Phase, ...]:
    return tuple(phase for r in reader.tables("phases") if (phase := _phase(r)) is not None)


def _phase(reader: Reader) -> Phase | None:
    """Read one phase; its kind is told by the one key that only that kind has."""
    kinds: dict[str, Callable[[Reader], Phase]] = {
        "bands": _bands,
        "percent_of_previous": _percent_of_previous,
        "percents_of_start": _percents_of_start,
        "doses_mg": _doses,
        "hold_days": _hold,
    }
    named = [key for key in kinds if key in reader.data]
    if len(named) != 1:
        reader.problem("", f"a phase has exactly one of {', '.join(kinds)}")
        return None
    phase = kinds[named[0]](reader)
    reader.close()
    return phase


def _bands(reader: Reader) -> Bands:
    bands = tuple(_band(r) for r in reader.tables("bands"))
    if any(low.above >= high.above for high, low in pairwise(bands)):
        reader.problem("bands", "the bands stand from the highest to the lowest, each above a lower dose")
    return Bands(bands)


def _band(reader: Reader) -> Band:
    band = Band(
        above=reader.decimal("above", (_ZERO, _DOSE[1])),
        by=reader.decimal("by", _DOSE),
        days=reader.whole("days", _DAYS),
    )
    reader.close()
    return band


def _percent_of_previous(reader: Reader) -> PercentOfPrevious:
    return PercentOfPrevious(
        percent=reader.decimal("percent_of_previous", (Decimal(1), Decimal(99))),
        round_to=reader.decimal("round_to", _DOSE),
        ties=reader.word("ties", ("up", "down")),
        down_to=reader.decimal("down_to", _DOSE),
        days=reader.whole("days", _DAYS),
    )


def _percents_of_start(reader: Reader) -> PercentOfStart:
    return PercentOfStart(
        percents=reader.decimals("percents_of_start", (Decimal("0.1"), Decimal(100)), _MOST_ENTRIES),
        days=reader.whole("days", _DAYS),
        round_down_to=reader.decimal("round_down_to", _DOSE) if "round_down_to" in reader.data else None,
    )


def _doses(reader: Reader) -> Doses:
    return Doses(reader.doses("doses_mg", _DOSE, _MOST_ENTRIES), reader.whole("days", _DAYS))


def _hold(reader: Reader) -> Hold:
    return Hold(reader.whole("hold_days", _DAYS))


def _check_falling(schedule: Schedule, reader: Reader) -> None:
    """A list that rises would lose its doses silently when the taper is made, so it is refused here."""
    last_percent = Decimal(100)
    for at, phase in enumerate(schedule.phases):
        if isinstance(phase, PercentOfStart):
            values = (last_percent, *phase.percents)
            last_percent = values[-1]
            name = "percents_of_start"
        elif isinstance(phase, Doses):
            values = tuple(Rung(dose, 1, alternate).mean_mg for dose, alternate in phase.doses_mg)
            name = "doses_mg"
        else:
            continue
        if any(later > earlier for earlier, later in pairwise(values)):
            reader.problem(f"phases/{at}/{name}", "the values may not rise")
