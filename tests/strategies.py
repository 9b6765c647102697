"""Whole valid cases for Hypothesis: what a case file can say, from the empty case to a long history."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from myositis_desktop.assets import asset
from myositis_desktop.exchange import quantity_finding
from myositis_desktop.exchange.findings import scale_of
from myositis_desktop.exchange.preferences import DECISIONS
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.model.case import (
    Case,
    Choice,
    Decision,
    DoseChoice,
    EditedStep,
    Finding,
    Patient,
    Preferences,
    Quantity,
    TabletStock,
    TaperPreferences,
    Therapy,
    Visit,
)
from myositis_desktop.model.catalogue import Catalogue, FindingSpec, Unit

DAY = timedelta(days=1)
CENT = Decimal("0.01")
STEROIDS = ("prednisone", "prednisolone")


@cache
def catalogue() -> Catalogue:
    return load_catalogue(asset("resources", "knowledge", "2026.11.0"))


def one_line(max_size: int = 20) -> SearchStrategy[str]:
    """Text of any script without control characters and lone surrogates."""
    return st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=max_size)


def reasons() -> SearchStrategy[str | None]:
    return st.none() | one_line(60).filter(lambda text: bool(text.strip()))


def plain_json() -> SearchStrategy[Any]:
    """What stands behind an x- key or in a custom schedule: JSON whose numbers are decimals."""
    keys = one_line(8).filter(lambda key: not set(key) & {"\u2028", "\u2029"})
    numbers = st.decimals(-(10**9), 10**9, places=3)
    leaves = st.none() | st.booleans() | numbers | one_line()
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
    )


def amounts(low: str, high: str, step: str = "0.5") -> SearchStrategy[Decimal]:
    """Multiples of a step in a closed range."""
    unit = Decimal(step)
    return st.integers(int(Decimal(low) / unit), int(Decimal(high) / unit)).map(lambda n: n * unit)


@st.composite
def cases(draw: DrawFn, *, max_findings: int = 40, with_preferences: bool = True) -> Case:
    """A valid case: `read_case` takes its bytes without a problem."""
    assessed_on = draw(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    birth_date = draw(st.dates(assessed_on - 90 * 365 * DAY, assessed_on))
    therapy = draw(therapies(birth_date, assessed_on))
    preferences = draw(all_preferences(assessed_on, therapy)) if with_preferences else Preferences()
    names = draw(st.tuples(*[st.just("") | one_line()] * 3))
    return Case(
        patient=Patient(birth_date, draw(st.sampled_from(catalogue().lists["sexes"])), *names),
        assessed_on=assessed_on,
        findings=draw(findings(birth_date, assessed_on, assessed_on, max_findings)),
        therapy=therapy,
        visits=draw(visits(birth_date, assessed_on)),
        preferences=preferences,
        extras=draw(st.dictionaries(st.sampled_from(["x-a", "x-notes", "x-é"]), plain_json(), max_size=2)),
    )


@st.composite
def findings(draw: DrawFn, born: date, assessed_on: date, last: date, most: int) -> dict[str, Finding]:
    """Findings between birth and `last`; the ages fit the day of assessment."""
    ids = draw(st.lists(st.sampled_from(sorted(catalogue().findings)), unique=True, max_size=most))
    found = {id_: draw(finding(catalogue().findings[id_], born, last)) for id_ in ids}
    if "onset.age" in found:
        age = max(0, (min(assessed_on, last) - born).days // 366)
        years = Quantity(Decimal(draw(st.integers(0, min(age, 110)))), "a")
        found["onset.age"] = quantity_finding(catalogue().findings["onset.age"], years)
    return found


@st.composite
def finding(draw: DrawFn, spec: FindingSpec, born: date, last: date) -> Finding:
    on = draw(st.none() | st.dates(born, last))
    if spec.kind == "quantity":
        return draw(quantities(spec, on))
    if spec.kind == "date":
        return Finding(spec.id, draw(st.dates(born, last)), on=on)
    words = spec.values if spec.kind == "choice" else catalogue().lists[f"{spec.kind}_values"]
    value = draw(st.sampled_from(words))
    if spec.kind == "antibody":
        assay, strength = draw(st.none() | one_line()), draw(st.none() | one_line())
        return Finding(spec.id, value, on=on, assay=assay, strength=strength)
    return Finding(spec.id, value, on=on)


@st.composite
def quantities(draw: DrawFn, spec: FindingSpec, on: date | None) -> Finding:
    unit = draw(st.sampled_from(spec.units))
    muscles = draw(st.none() | grades(unit)) if spec.id == "measure.mmt8" else None
    value = sum(muscles.values(), Decimal(0)) if muscles is not None else draw(written(spec, unit))
    uln = draw(st.none() | amounts("10", "500")) if spec.takes_limit else None
    lln = draw(st.none() | amounts("3", "9.5")) if spec.takes_limit else None
    return quantity_finding(spec, Quantity(value, unit.symbol), uln=uln, lln=lln, on=on, muscles=muscles)


def grades(unit: Unit) -> SearchStrategy[Mapping[str, Decimal]]:
    """Grades of every muscle of the one- or two-sided form."""
    names = catalogue().lists["mmt8_80" if unit.symbol == "{0-80}" else "mmt8_150"]
    return st.fixed_dictionaries({name: st.integers(0, 10).map(Decimal) for name in names})


def written(spec: FindingSpec, unit: Unit) -> SearchStrategy[Decimal]:
    """A value in a unit, plausible or only possible."""
    assert spec.possible is not None
    assert spec.plausible is not None
    ranges = [scale_of(unit.symbol) or pair for pair in (spec.plausible, spec.possible)]
    return st.one_of([st.decimals(*_in_unit(pair, unit), places=2) for pair in ranges])


def _in_unit(stored: tuple[Decimal, Decimal], unit: Unit) -> tuple[Decimal, Decimal]:
    low, high = (bound / unit.factor + unit.offset for bound in stored)
    return low.quantize(CENT, ROUND_CEILING), high.quantize(CENT, ROUND_FLOOR)


@st.composite
def therapies(draw: DrawFn, born: date, assessed_on: date) -> tuple[Therapy, ...]:
    return tuple(draw(st.lists(therapy(born, assessed_on), max_size=4)))


@st.composite
def therapy(draw: DrawFn, born: date, assessed_on: date) -> Therapy:
    """A drug taken within the last three years or at any time since birth; half are oral glucocorticoids."""
    recent = max(born, assessed_on - 3 * 365 * DAY)
    started = draw(st.dates(recent, assessed_on) | st.dates(born, assessed_on))
    return Therapy(
        drug=draw(st.sampled_from(STEROIDS) | st.sampled_from(sorted(catalogue().drugs))),
        started=started,
        dose=draw(
            st.none() | st.builds(Quantity, amounts("0.5", "100"), st.sampled_from(catalogue().lists["therapy_units"]))
        ),
        stopped=draw(st.none() | st.dates(started, assessed_on)),
        outcome=draw(st.sampled_from(catalogue().lists["outcomes"])),
    )


@st.composite
def visits(draw: DrawFn, born: date, assessed_on: date) -> tuple[Visit, ...]:
    days = st.dates(max(born, assessed_on - 5 * 365 * DAY), assessed_on + 2 * 365 * DAY)
    unique = draw(st.lists(days.filter(lambda day: day != assessed_on), unique=True, max_size=3))
    return tuple(Visit(on, draw(findings(born, assessed_on, max(on, assessed_on), 12))) for on in unique)


@st.composite
def all_preferences(draw: DrawFn, assessed_on: date, taken: tuple[Therapy, ...]) -> Preferences:
    lists = catalogue().lists
    one_of_a_kind = {*lists["oral_glucocorticoid"], *lists["steroid_sparing"]}
    drugs = [
        d
        for d in (draw(st.none() | st.sampled_from(lists[k])) for k in ("oral_glucocorticoid", "steroid_sparing"))
        if d
    ]
    drugs += draw(st.lists(st.sampled_from(sorted(set(catalogue().drugs) - one_of_a_kind)), unique=True, max_size=3))
    dosed = draw(st.lists(st.sampled_from(sorted(catalogue().drugs)), unique=True, max_size=2))
    units = st.sampled_from(lists["therapy_units"])
    return Preferences(
        taper=draw(tapers(assessed_on, taken)),
        choose=tuple(Choice(drug, draw(reasons())) for drug in draw(st.permutations(drugs))),
        doses=tuple(DoseChoice(drug, draw(amounts("0.5", "100")), draw(units), draw(reasons())) for drug in dosed),
        decisions=draw(decisions(assessed_on)),
    )


@st.composite
def decisions(draw: DrawFn, assessed_on: date) -> tuple[Decision, ...]:
    days = draw(st.lists(st.dates(assessed_on - 700 * DAY, assessed_on), unique=True, max_size=3))
    doses = st.none() | amounts("0.5", "80")
    return tuple(Decision(day, draw(st.sampled_from(DECISIONS)), draw(doses), draw(reasons())) for day in sorted(days))


@st.composite
def tapers(draw: DrawFn, assessed_on: date, taken: tuple[Therapy, ...]) -> TaperPreferences:
    lists = catalogue().lists
    began = min((t.started for t in taken if t.drug in STEROIDS and t.stopped is None), default=assessed_on)
    start = draw(st.none() | st.dates(began, assessed_on + 60 * DAY))
    strengths = st.lists(st.sampled_from([Decimal(s) for s in lists["strengths_mg"]]), unique=True, min_size=1)
    custom = draw(st.none() | st.dictionaries(st.sampled_from(["name", "steps"]), plain_json()))
    schedules = (*lists["schedules"], "custom") if custom is not None else lists["schedules"]
    tablets = draw(st.none() | strengths)
    return TaperPreferences(
        schedule=draw(st.none() | st.sampled_from(schedules)),
        start=start,
        strengths_mg=draw(st.none() | strengths.map(tuple)),
        half_tablets=draw(st.none() | st.booleans()),
        hold_days=draw(st.none() | st.integers(28, 42)),
        steps=draw(st.none() | edited_steps(start or assessed_on)),
        custom=custom,
        tablets=None if tablets is None else tuple(draw(stock(mg)) for mg in tablets),
    )


def stock(mg: Decimal) -> SearchStrategy[TabletStock]:
    packs, stocks = st.none() | st.integers(1, 100), st.none() | st.integers(0, 500)
    kinds = st.sampled_from([(False, False), (True, False), (False, True)])
    return st.builds(
        lambda kind, stock, pack: TabletStock(mg, may_halve=kind[0], stock=stock, pack=pack, gastro_resistant=kind[1]),
        kinds, stocks, packs,
    )  # fmt: skip


@st.composite
def edited_steps(draw: DrawFn, start: date) -> tuple[EditedStep, ...]:
    """Steps without gap or overlap."""
    steps = []
    for days in draw(st.lists(st.integers(1, 60), min_size=1, max_size=5)):
        one, two = draw(amounts("0.5", "60")), draw(st.none() | amounts("0.5", "60"))
        alternate = None if two is None else (one, two)
        steps.append(EditedStep(start, days, one if two is None else None, alternate, draw(reasons())))
        start += days * DAY
    return tuple(steps)
