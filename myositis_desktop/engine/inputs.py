"""What a case says, under the names that expressions read.

| name | value |
|---|---|
| `skin.heliotrope` | sign: yes, no, unknown on the day of assessment (biopsy findings: of any day) |
| `antibody.jo1` | positive yes, negative no, weak and pending unknown; of all days the strongest answer |
| `seen.antibody.jo1` | positive or weak: yes; negative: no |
| `weak.antibody.jo1`, `positive.antibody.jo1` | the answer is exactly that |
| `organ.ild`, `gene.tpmt` | the word (genes: the worst of all days) |
| `lab.ck`, `lab.ck.uln`, `lab.ck.lln` | decimals in the first unit of the catalogue |
| `raised.lab.ck` | above its limit; without a limit the threshold of reading.toml decides "raised" only |
| `ever.X` | the same over every day up to the assessment: yes if one day says yes, no only if all known days say no |
| `previous.X` | the value at the last earlier visit that has one |
| `measure.mmt8.max` | the maximum of the scale that was used |
| `implausible.X` | known and outside the plausible range |
| `age`, `age_at_onset` | completed years |
| `months_since_onset` | completed months, and the part of the last one |
| `sex` | female or male |
| `chosen.methotrexate` | the clinician chose it |
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from myositis_desktop.model.case import Case, Finding, Findings, Therapy
from myositis_desktop.model.catalogue import Catalogue

_ANSWERS = ("negative", "weak", "positive")
_SIGNS: Mapping[Any, bool] = {"present": True, "absent": False}
_ANTIBODIES: Mapping[Any, bool] = {"positive": True, "negative": False}
_DAYS_PER_MONTH = Decimal(31)
PREFIXES = ("ever.", "raised.", "seen.", "weak.", "positive.", "previous.", "implausible.")
CHOSEN = "chosen."
SUFFIXES = (".uln", ".lln", ".max")


@dataclass(frozen=True, slots=True)
class Reading:
    """How findings are read; reading.toml."""

    expires_days: Mapping[str, int] = field(default_factory=dict)
    """Answers dated (`on`) more days before the assessment than this are unknown."""
    raised_above: Mapping[str, Decimal] = field(default_factory=dict)
    """A laboratory value above this is raised even where its limit is not given."""
    any_day: tuple[str, ...] = ("antibody.", "biopsy.", "gene.")
    """Beginnings of ids whose answers of earlier visits count everywhere."""
    unknown_words: Mapping[str, str] = field(default_factory=dict)
    """A choice whose answer of that word is unknown: screen.tb indeterminate."""
    ranks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of several days the last of these words counts; for other choices the order of the catalogue decides."""
    adult_ranges: tuple[str, ...] = ()
    """Ids whose plausible range holds in adults only; they have rules of their own."""


def completed_years(born: date, day: date) -> int:
    """Completed years between two days."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months_between(start: date, end: date) -> Decimal:
    """Completed months, and the days of the part month over 31, so that "more than 12" is exact to the day."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day:
        months -= 1
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    rest = (end - _clamped(year, month + 1, start.day)).days
    return months + Decimal(rest) / _DAYS_PER_MONTH


def _clamped(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


@dataclass(frozen=True, slots=True)
class Way:
    """How a name is read from a case."""

    read: "InputReader"
    finding: str = ""
    of_finding: "FindingReader | None" = None
    """Where the case has one day, the value is this of the finding of that day, or unknown where there is none."""


class InputNames:
    """How every name of a pack is read from a case: worked out once, so that a case only looks values up."""

    def __init__(self, catalogue: Catalogue, reading: Reading, names: Iterable[str] = ()) -> None:
        self.catalogue = catalogue
        self.reading = reading
        self._ways = {name: self._way(name) for name in names}
        self._plausible = {
            id_: spec.plausible
            for id_, spec in catalogue.findings.items()
            if spec.plausible is not None and id_ not in reading.adult_ranges
        }
        self._others: dict[str, Way] = {}
        self._findings: dict[str, str] = {}
        self._readers = [(name, way.read) for name, way in self._ways.items()]
        self._unknown: dict[str, Any] = dict.fromkeys(self._ways)
        self._of_finding: dict[str, list[tuple[str, FindingReader]]] = {}
        for name, way in self._ways.items():
            if way.of_finding is not None:
                self._of_finding.setdefault(way.finding, []).append((name, way.of_finding))
        self._besides = [(name, way.read) for name, way in self._ways.items() if way.of_finding is None]

    def values_of(self, inputs: "Inputs") -> dict[str, Any]:
        """The values of all names; unknown ones are None."""
        if len(inputs.found) > 1:
            return {name: read(inputs) for name, read in self._readers}
        values = self._unknown.copy()
        for id_, finding in inputs.today.items():
            for name, value_of in self._of_finding.get(id_, ()):
                values[name] = value_of(finding)
        for name, read in self._besides:
            values[name] = read(inputs)
        return values

    def way(self, name: str) -> Way:
        """How a name of the table above is read."""
        if name not in self._others:
            self._others[name] = self._ways.get(name) or self._way(name)
        return self._others[name]

    def finding_of(self, name: str) -> str:
        """The finding that a name of the table above reads."""
        if name not in self._findings:
            self._findings[name] = finding_named(name, self.catalogue)
        return self._findings[name]

    def _way(self, name: str) -> Way:
        if name in self.catalogue.findings:
            return self._of_days(name) if name.startswith(self.reading.any_day) else self._of_today(name)
        if name in PATIENT:
            return Way(_PATIENT_READERS[name])
        prefix, _, rest = name.partition(".")
        if name.startswith(CHOSEN):
            return Way(lambda inputs: rest in inputs.chosen)
        if f"{prefix}." in PREFIXES:
            return self._of_prefix(prefix, rest)
        id_, which = name.rsplit(".", 1)
        return _on_day(id_, _LIMIT_READERS[which])

    def _of_prefix(self, prefix: str, id_: str) -> Way:
        if prefix == "ever":
            return self._of_days(id_)
        if prefix in _ANSWERS_OF:
            return _of_answer(id_, _ANSWERS_OF[prefix])
        if prefix == "raised":
            return _on_day(id_, self._raised(id_))
        if prefix == "previous":
            return Way(self._of_visit_before(id_))
        return _on_day(id_, self._implausible(id_))

    def _of_today(self, id_: str) -> Way:
        days, value_of = self.reading.expires_days.get(id_), self._plain(id_)
        if days is None:
            return _on_day(id_, value_of)

        def of_today(inputs: "Inputs") -> Any:
            finding = inputs.today.get(id_)
            return None if finding is None or _older(finding, inputs.day, days) else value_of(finding)

        return Way(of_today)

    def _of_visit_before(self, id_: str) -> "InputReader":
        days, value_of = self.reading.expires_days.get(id_), self._plain(id_)

        def before(inputs: "Inputs") -> Any:
            for _, found in reversed(inputs.days[:-1]):
                if id_ in found:
                    expired = days is not None and _older(found[id_], inputs.day, days)
                    return None if expired else value_of(found[id_])
            return None

        return before

    def _of_days(self, name: str) -> Way:
        """The same over every day up to the assessment; see `ever.X` above."""
        id_ = name.removeprefix("raised.")
        spec = self.catalogue.findings[id_]
        if spec.kind == "antibody":
            return _of_answer(id_, _ANTIBODIES)
        value_of = self._raised(id_) if name != id_ else self._plain(id_)
        days = self.reading.expires_days.get(id_) if name == id_ else None
        order = () if name != id_ else self.reading.ranks.get(id_) or spec.values

        def over_days(inputs: "Inputs") -> Any:
            known = [
                v
                for found in inputs.found
                if (f := found.get(id_)) is not None
                and (days is None or not _older(f, inputs.day, days))
                and (v := value_of(f)) is not None
            ]
            if len(known) < 2:
                return known[0] if known else None
            if isinstance(known[0], bool):
                return any(known)
            return max(known, key=order.index) if order else known[-1]

        return Way(over_days, id_, value_of) if days is None else Way(over_days)

    def _plain(self, id_: str) -> "FindingReader":
        kind, unknown = self.catalogue.findings[id_].kind, self.reading.unknown_words.get(id_)
        if kind == "sign":
            return lambda finding: _SIGNS.get(finding.value)
        if kind == "antibody":
            return lambda finding: _ANTIBODIES.get(finding.value)
        if kind == "choice" and unknown is not None:
            return lambda finding: None if finding.value == unknown else finding.value
        return attrgetter("value")

    def _raised(self, id_: str) -> "FindingReader":
        threshold = self.reading.raised_above.get(id_)

        def raised(finding: Finding) -> bool | None:
            if not isinstance(finding.value, Decimal):
                return None
            if finding.uln is not None:
                return finding.value > finding.uln
            return True if threshold is not None and finding.value > threshold else None

        return raised

    def _implausible(self, id_: str) -> "FindingReader":
        span = self.catalogue.findings[id_].plausible

        def implausible(finding: Finding) -> bool | None:
            if span is None or not isinstance(finding.value, Decimal):
                return None
            return not span[0] <= finding.value <= span[1]

        return implausible

    def implausible_of(self, findings: Findings) -> tuple[str, ...]:
        """Known values outside their plausible range, those with rules of their own left out."""
        spans = self._plausible
        return tuple(
            [
                id_
                for id_, finding in findings.items()
                if (span := spans.get(id_)) is not None
                and isinstance(finding.value, Decimal)
                and not span[0] <= finding.value <= span[1]
            ]
        )


def _on_day(id_: str, value_of: "FindingReader") -> Way:
    def on_day(inputs: "Inputs") -> Any:
        finding = inputs.today.get(id_)
        return None if finding is None else value_of(finding)

    return Way(on_day, id_, value_of)


def _of_answer(id_: str, values: Mapping[Any, bool]) -> Way:
    """The strongest answer of an antibody over all days; pending and none given are None."""

    def of_answer(inputs: "Inputs") -> bool | None:
        given = [f.value for found in inputs.found if (f := found.get(id_)) is not None and f.value in _ANSWERS]
        return values.get(max(given, key=_ANSWERS.index)) if given else None

    return Way(of_answer, id_, lambda finding: values.get(finding.value))


def _older(finding: Finding, day: date, days: int) -> bool:
    return finding.on is not None and (day - finding.on).days > days


class Inputs:
    """The names of one case. `get` gives a value or None; unknown is never "no"."""

    def __init__(self, case: Case, names: InputNames) -> None:
        self._case = case
        self.implausible: tuple[str, ...] | None = None
        """Kept once it was asked for."""
        self.wishes = case.preferences
        self.names = names
        self.day = case.assessed_on
        self.today = case.findings
        earlier = sorted((v for v in case.visits if v.on < case.assessed_on), key=lambda v: v.on)
        self.days: list[tuple[date, Findings]] = [(v.on, v.findings) for v in earlier]
        self.days.append((case.assessed_on, case.findings))
        self.found = [findings for _, findings in self.days]
        self.therapy = sorted(case.therapy, key=lambda t: t.started)
        self.entries = [therapy_names(t, case.assessed_on) for t in self.therapy]
        """The names `t.…` of each therapy, the one begun first in front."""
        self.chosen = frozenset(c.drug for c in case.preferences.choose)
        self.taken = frozenset(t.drug for t in case.therapy if t.stopped is None)
        self.not_tolerated = frozenset(t.drug for t in case.therapy if t.outcome == "not-tolerated")
        self.known = names.values_of(self)
        """Every name that a rule reads, and every other that was asked for, with its value."""

    @property
    def case(self) -> Case:
        """The case, with what was added to it."""
        if self._case.findings is not self.today:
            self._case = replace(self._case, findings=self.today)
        return self._case

    def with_finding(self, finding: Finding) -> "Inputs":
        """The same case with one more finding of the day; `known` are still the values without it."""
        other = copy(self)
        other.today = {**self.today, finding.id: finding}
        other.days = [*self.days[:-1], (self.day, other.today)]
        other.found = [*self.found[:-1], other.today]
        rest = tuple(id_ for id_ in self.implausible_findings() if id_ != finding.id)
        other.implausible = rest + self.names.implausible_of({finding.id: finding})
        return other

    def read(self, name: str) -> Any:
        """The value of a name as it stands in the findings."""
        return self.names.way(name).read(self)

    def get(self, name: str) -> Any:
        """The value of a name of the table above."""
        if name not in self.known:
            self.known[name] = self.read(name)
        return self.known[name]

    def findings_of(self, name: str) -> tuple[str, ...]:
        """The finding ids behind a name, for `because` and `undecided`."""
        if name == "any_implausible":
            return self.implausible_findings()
        if name.startswith(CHOSEN):
            return ()
        if name in ("age_at_onset", "months_since_onset"):
            dated = "onset.date" in self.case.findings or name == "months_since_onset"
            aged = not dated and "onset.age" in self.case.findings
            return ("onset.age",) if aged else ("onset.date",)
        if name in PATIENT:
            return ("patient.birth_date",) if name == "age" else ("patient.sex",)
        return (self.names.finding_of(name),)

    def implausible_findings(self) -> tuple[str, ...]:
        """Known values outside their plausible range, those with rules of their own left out."""
        if self.implausible is None:
            self.implausible = self.names.implausible_of(self.today)
        return self.implausible

    # ---- the patient -------------------------------------------------------------------------

    def age(self) -> Decimal:
        """Completed years at the assessment."""
        return Decimal(completed_years(self.case.patient.birth_date, self.day))

    def age_at_onset(self) -> Decimal:
        """Completed years at the onset, else the age that was stated, else the age at the assessment."""
        onset = self.today.get("onset.date")
        if onset is not None and isinstance(onset.value, date):
            return Decimal(completed_years(self.case.patient.birth_date, onset.value))
        age = self.today.get("onset.age")
        return Decimal(int(age.value)) if age is not None and isinstance(age.value, Decimal) else self.age()

    def months_since_onset(self) -> Decimal | None:
        """Months from the onset to the assessment, where its date is known."""
        onset = self.today.get("onset.date")
        if onset is None or not isinstance(onset.value, date):
            return None
        return months_between(onset.value, self.day)

    def sex(self) -> str | None:
        """Female or male; None is unknown."""
        return None if self.case.patient.sex == "unknown" else self.case.patient.sex

    def any_implausible(self) -> bool:
        """Whether a value of the day lies outside its plausible range."""
        return bool(self.implausible_findings())


InputReader = Callable[[Inputs], Any]
FindingReader = Callable[[Finding], Any]
_PATIENT_READERS: Mapping[str, InputReader] = {
    "age": Inputs.age,
    "age_at_onset": Inputs.age_at_onset,
    "months_since_onset": Inputs.months_since_onset,
    "sex": Inputs.sex,
    "any_implausible": Inputs.any_implausible,
}
PATIENT = tuple(_PATIENT_READERS)


def finding_named(name: str, catalogue: Catalogue) -> str:
    """The finding that a name of the table above reads: `raised.lab.ck` reads `lab.ck`."""
    while name.startswith(PREFIXES):
        name = name.partition(".")[2]
    for suffix in SUFFIXES:
        if name.endswith(suffix) and name not in catalogue.findings:
            name = name.removesuffix(suffix)
    return name


def scale_maximum(finding: Finding) -> Decimal | None:
    """The upper end of a scale whose unit is written {0-80}."""
    unit = finding.entered.unit if finding.entered else ""
    return Decimal(unit.strip("{}").split("-")[1]) if unit.startswith("{0-") else None


def therapy_names(therapy: Therapy, day: date) -> dict[str, Any]:
    """The names `t.…` of one therapy: drug, days, taken, outcome, mg_day, mg_week, value."""
    dose, unit = (therapy.dose.value, therapy.dose.unit) if therapy.dose else (None, "")
    mg_day = {"mg/d": 1, "g/d": 1000}.get(unit)
    return {
        "t.drug": therapy.drug,
        "t.days": Decimal(((therapy.stopped or day) - therapy.started).days),
        "t.taken": therapy.stopped is None,
        "t.outcome": None if therapy.outcome == "unknown" else therapy.outcome,
        "t.mg_day": None if dose is None or mg_day is None else dose * mg_day,
        "t.mg_week": dose if unit == "mg/wk" else None,
        "t.value": dose,
    }


_LIMIT_READERS: Mapping[str, FindingReader] = {
    "uln": lambda finding: finding.uln,
    "lln": lambda finding: finding.lln,
    "max": scale_maximum,
}
_ANSWERS_OF: Mapping[str, Mapping[Any, bool]] = {
    "seen": {"negative": False, "weak": True, "positive": True},
    "weak": {"negative": False, "weak": True, "positive": False},
    "positive": {"negative": False, "weak": False, "positive": True},
}
