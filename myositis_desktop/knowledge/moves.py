"""Invented patients, changed one answer at a time: the steps of the search for a witness."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from myositis_desktop.engine.inputs import PREFIXES, SUFFIXES, completed_years
from myositis_desktop.engine.logic import Compare, Expr, Literal, Name, OfTherapy, SomeTherapy, Within
from myositis_desktop.engine.pack import Pack
from myositis_desktop.knowledge.names import SCORED
from myositis_desktop.model.case import Case, Choice, Finding, Patient, Quantity, Therapy, Visit
from myositis_desktop.model.catalogue import Catalogue, FindingSpec

ASSESSED_ON = date(2026, 11, 20)
_EARLIER = timedelta(days=200)
_STOPPED = timedelta(days=10)
_LIMIT_SHARE = Decimal("0.05")
_AGES = (8, 16, 30, 56, 70)
_MONTHS = (3, 9, 14)
_DOSES = (Decimal(5), Decimal(20), Decimal(60))
_WORDS = {"sign": ("absent", "present"), "antibody": ("negative", "positive", "weak")}


def nobody() -> Case:
    """A patient of whom nothing is known but age and sex."""
    return Case(Patient(date(ASSESSED_ON.year - 56, 5, 15), "female"), ASSESSED_ON)


def moves(case: Case, pack: Pack, goals: Iterable[Expr]) -> Iterator[Case]:
    """The patients one answer away from a case, among the answers that the conditions read."""
    opened = tuple(_opened(pack, goals))
    near = tuple(dict.fromkeys(n for e in opened for n in _numbers(e)))
    names = dict.fromkeys(n for e in opened for n in sorted(e.names()))
    for id_ in dict.fromkeys(leaf(n, pack.catalogue) for n in names):
        spec = pack.catalogue.findings.get(id_)
        if spec is not None:
            yield from _answers(case, spec, near, earlier=f"previous.{id_}" in names)
    if "any_implausible" in names:
        yield from _implausible(case, pack)
    yield from _person(case, names, near)
    for drug in (n.partition(".")[2] for n in names if n.startswith(("status.", "chosen."))):
        yield _chosen(case, pack, drug)
    for expr in opened:
        if isinstance(expr, SomeTherapy | OfTherapy):
            yield from _treated(case, expr.parts[0])


def leaf(name: str, catalogue: Catalogue) -> str:
    """The finding behind an input name: `ever.raised.lab.ck` and `lab.ck.uln` are read from lab.ck."""
    while name.startswith(PREFIXES):
        name = name.partition(".")[2]
    if name in catalogue.findings:
        return name
    return next((name.removesuffix(s) for s in SUFFIXES if name.endswith(s)), name)


def _opened(pack: Pack, goals: Iterable[Expr]) -> Iterator[Expr]:
    """The conditions and every expression inside them, through the facts they read."""
    seen: set[str] = set()
    waiting = list(goals)
    while waiting:
        expr = waiting.pop(0)
        yield expr
        if isinstance(expr, Name):
            if expr.name in SCORED and expr.name not in seen:
                seen.update(SCORED)
                waiting += [i.when for i in pack.criteria.items]
            if expr.name in pack.definitions and expr.name not in seen:
                seen.add(expr.name)
                waiting += pack.definitions[expr.name].parts()
        elif not isinstance(expr, Literal):
            waiting += expr.parts


def _numbers(expr: Expr) -> Iterator[Decimal]:
    if isinstance(expr, Literal) and isinstance(expr.constant, Decimal):
        yield expr.constant
    elif isinstance(expr, Within):
        yield from sorted(n for n in expr.among if isinstance(n, Decimal))


# ---- findings


def _answers(case: Case, spec: FindingSpec, near: tuple[Decimal, ...], *, earlier: bool) -> Iterator[Case]:
    yield _without(case, spec.id)
    for finding in _values(spec, near):
        if not _before_birth(case, finding):
            yield replace(_without(case, spec.id), findings={**case.findings, spec.id: finding})
        if earlier and not spec.id.startswith("onset."):
            before = case.visits[0] if case.visits else Visit(case.assessed_on - _EARLIER, {})
            changed = replace(before, findings={**before.findings, spec.id: finding})
            yield replace(case, visits=(changed, *case.visits[1:]))


def _before_birth(case: Case, finding: Finding) -> bool:
    """Whether an onset lies outside the life so far, which no case file may say."""
    if finding.id == "onset.age":
        return isinstance(finding.value, Decimal) and finding.value > completed_years(
            case.patient.birth_date, case.assessed_on
        )
    return isinstance(finding.value, date) and finding.value < case.patient.birth_date


def _without(case: Case, id_: str) -> Case:
    """The patient with one finding unknown on every day."""
    kept = {i: f for i, f in case.findings.items() if i != id_}
    visits = (replace(v, findings={i: f for i, f in v.findings.items() if i != id_}) for v in case.visits)
    return replace(case, findings=kept, visits=tuple(v for v in visits if v.findings))


def _values(spec: FindingSpec, near: tuple[Decimal, ...]) -> Iterator[Finding]:
    if spec.kind == "quantity":
        yield from (f for unit in spec.units[:1] for f in _quantities(spec, unit.symbol, near))
    elif spec.kind == "date":
        for months in _MONTHS:
            yield Finding(spec.id, ASSESSED_ON - timedelta(days=31 * months))
    else:
        yield from (Finding(spec.id, word) for word in _WORDS.get(spec.kind) or spec.values)


def _quantities(spec: FindingSpec, unit: str, near: tuple[Decimal, ...]) -> Iterator[Finding]:
    """Numbers at the thresholds and a step beside them, at the ends of the ranges, and above and below a limit."""
    low, high = spec.possible or (Decimal(0), Decimal(1))
    if unit.startswith("{0-"):
        low, high = Decimal(0), Decimal(unit.strip("{}").split("-")[1])
    below, above = spec.plausible or (low, high)
    limit = round(below + (above - below) * _LIMIT_SHARE, 1) if spec.takes_limit else None
    beside = Decimal(1) if above > 25 else Decimal("0.1")
    tried = [v for n in near for v in (n, n - beside, n + beside)] + [below, above, low, high, (below + above) / 2]
    times = (Decimal(1), Decimal(2), Decimal(12), *(n for n in near if 0 < n <= 20))
    tried += [] if limit is None else [limit * n for n in times]
    for value in dict.fromkeys(round(v, 1) for v in tried):
        if low <= value <= high:
            yield Finding(spec.id, value, Quantity(value, unit), uln=limit, entered_uln=limit)


def _implausible(case: Case, pack: Pack) -> Iterator[Case]:
    """The patient with one value that is possible and not plausible."""
    judged = (s for s in pack.catalogue.findings.values() if not s.id.startswith(("onset.", "body.")))
    for spec in judged:
        if spec.plausible and spec.possible and spec.possible[1] > spec.plausible[1] and len(spec.units) == 1:
            top = spec.possible[1]
            yield replace(
                case, findings={**case.findings, spec.id: Finding(spec.id, top, Quantity(top, spec.units[0].symbol))}
            )
            return


# ---- the person, choices, therapies


def _person(case: Case, names: Iterable[str], near: tuple[Decimal, ...]) -> Iterator[Case]:
    if "sex" in names:
        yield from (replace(case, patient=replace(case.patient, sex=s)) for s in ("female", "male", "unknown"))
    if not {"age", "age_at_onset"}.isdisjoint(names):
        years = [int(n) + d for n in near for d in (0, -1, 1) if 1 <= n <= 95]
        for age in dict.fromkeys((*years, *_AGES)):
            born = date(case.assessed_on.year - age, 5, 15)
            young = {i: f for i, f in case.findings.items() if not i.startswith("onset.")}
            yield replace(case, patient=replace(case.patient, birth_date=born), findings=young, therapy=())


def _chosen(case: Case, pack: Pack, drug: str) -> Case:
    """The patient for whom the clinician chose a drug; another of the same kind gives way."""
    rivals = next((k for k in (pack.oral, pack.group.drugs) if drug in k), (drug,))
    kept = tuple(c for c in case.preferences.choose if c.drug not in rivals)
    wished = (*kept, Choice(drug, "chosen to reach a rule"))
    return replace(case, preferences=replace(case.preferences, choose=wished))


def _treated(case: Case, condition: Expr) -> Iterator[Case]:
    """Patients with a therapy that a condition may be about, and the one without any."""
    yield replace(case, therapy=())
    drugs = list(dict.fromkeys(_said(condition, "t.drug")))
    outcomes = [*dict.fromkeys(_said(condition, "t.outcome")), "unknown"]
    days = [int(n) + d for n in _bounds(condition, "t.days") for d in (1, 0)] or [60]
    for drug, outcome, taken, lasted, dose in product(drugs, outcomes, (True, False), days, _DOSES):
        stopped = None if taken else case.assessed_on - _STOPPED
        started = max((stopped or case.assessed_on) - timedelta(days=lasted), case.patient.birth_date)
        entry = Therapy(drug, started, Quantity(dose, "mg/d"), stopped, outcome)
        yield replace(case, therapy=(*(t for t in case.therapy if t.drug != drug), entry))


def _said(expr: Expr, name: str) -> Iterator[str]:
    """The words a condition compares a name with."""
    if isinstance(expr, Within) and expr.parts[0] == Name(name):
        yield from sorted(map(str, expr.among))
    elif isinstance(expr, Compare) and expr.parts[0] == Name(name) and isinstance(expr.parts[1], Literal):
        yield str(expr.parts[1].constant)
    elif not isinstance(expr, Name | Literal):
        for part in expr.parts:
            yield from _said(part, name)


def _bounds(expr: Expr, name: str) -> Iterator[Decimal]:
    """The numbers a condition compares a name with."""
    if isinstance(expr, Compare) and expr.parts[0] == Name(name):
        yield from _numbers(expr.parts[1])
    elif not isinstance(expr, Name | Literal):
        for part in expr.parts:
            yield from _bounds(part, name)
