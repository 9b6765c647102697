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
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from myositis_desktop.model.case import Case, Finding, Findings, Therapy
from myositis_desktop.model.catalogue import Catalogue

_ANSWERS = ("negative", "weak", "positive")
_SIGNS = {"present": True, "absent": False}
_ANTIBODIES = {"positive": True, "negative": False}
_DAYS_PER_MONTH = Decimal(31)
PATIENT = ("age", "age_at_onset", "months_since_onset", "sex", "any_implausible")
PREFIXES = ("ever.", "raised.", "seen.", "weak.", "positive.", "previous.", "implausible.")
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


class Inputs:
    """The names of one case. `get` gives a value or None; unknown is never "no"."""

    def __init__(self, case: Case, catalogue: Catalogue, reading: Reading) -> None:
        self.case = case
        self.catalogue = catalogue
        self.reading = reading
        earlier = sorted((v for v in case.visits if v.on < case.assessed_on), key=lambda v: v.on)
        self.days: list[tuple[date, Findings]] = [(v.on, v.findings) for v in earlier]
        self.days.append((case.assessed_on, case.findings))
        self.therapy = sorted(case.therapy, key=lambda t: t.started)
        self.entries = [therapy_names(t, case.assessed_on) for t in self.therapy]
        """The names `t.…` of each therapy, the one begun first in front."""
        self.taken = frozenset(t.drug for t in case.therapy if t.stopped is None)
        self.not_tolerated = frozenset(t.drug for t in case.therapy if t.outcome == "not-tolerated")
        self._found = frozenset(id_ for _, findings in self.days for id_ in findings)
        self.known: dict[str, Any] = {}
        """Every name that was read, with its value."""

    def get(self, name: str) -> Any:
        """The value of a name of the table above."""
        if name not in self.known:
            self.known[name] = self._get(name)
        return self.known[name]

    def _get(self, name: str) -> Any:
        if name in self.catalogue.findings:
            return self._today(name) if name in self._found else None
        if name in PATIENT:
            return getattr(self, f"_{name}")()
        prefix, _, rest = name.partition(".")
        if f"{prefix}." in PREFIXES:
            return getattr(self, f"_{prefix}")(rest)
        return self._limit(*name.rsplit(".", 1))

    def findings_of(self, name: str) -> tuple[str, ...]:
        """The finding ids behind a name, for `because` and `undecided`."""
        if name == "any_implausible":
            return self.implausible_findings()
        if name in ("age_at_onset", "months_since_onset"):
            dated = "onset.date" in self.case.findings or name == "months_since_onset"
            aged = not dated and "onset.age" in self.case.findings
            return ("onset.age",) if aged else ("onset.date",)
        if name in PATIENT:
            return ("patient.birth_date",) if name == "age" else ("patient.sex",)
        while name.startswith(PREFIXES):
            name = name.partition(".")[2]
        for suffix in SUFFIXES:
            if name.endswith(suffix) and name not in self.catalogue.findings:
                name = name.removesuffix(suffix)
        return (name,)

    # ---- the patient -------------------------------------------------------------------------

    def _age(self) -> Decimal:
        return Decimal(completed_years(self.case.patient.birth_date, self.case.assessed_on))

    def _age_at_onset(self) -> Decimal:
        onset = self.case.findings.get("onset.date")
        if onset is not None and isinstance(onset.value, date):
            return Decimal(completed_years(self.case.patient.birth_date, onset.value))
        age = self.case.findings.get("onset.age")
        return Decimal(int(age.value)) if age is not None and isinstance(age.value, Decimal) else self._age()

    def _months_since_onset(self) -> Decimal | None:
        onset = self.case.findings.get("onset.date")
        if onset is None or not isinstance(onset.value, date):
            return None
        return months_between(onset.value, self.case.assessed_on)

    def _sex(self) -> str | None:
        return None if self.case.patient.sex == "unknown" else self.case.patient.sex

    def _any_implausible(self) -> bool:
        return bool(self.implausible_findings())

    def implausible_findings(self) -> tuple[str, ...]:
        """Known values outside their plausible range, those with rules of their own left out."""
        return tuple(
            i for i in self.case.findings if i not in self.reading.adult_ranges and self._implausible(i) is True
        )

    # ---- findings ----------------------------------------------------------------------------

    def _today(self, id_: str) -> Any:
        if id_.startswith(self.reading.any_day):
            return self._over_days(id_, self._plain)
        return self._plain(id_, self.case.findings.get(id_))

    def _ever(self, name: str) -> Any:
        reader = self._raised_on if name.startswith("raised.") else self._plain
        return self._over_days(name.removeprefix("raised."), reader)

    def _over_days(self, id_: str, reader: Any) -> Any:
        known = [v for _, found in self.days if (v := reader(id_, found.get(id_))) is not None]
        if self.catalogue.findings[id_].kind == "antibody":
            return self._answer_value(id_)
        if not known:
            return None
        if isinstance(known[0], bool):
            return any(known)
        order = self.reading.ranks.get(id_) or self.catalogue.findings[id_].values
        return max(known, key=order.index) if order else known[-1]

    def _plain(self, id_: str, finding: Finding | None) -> Any:
        if finding is None or self._expired(id_, finding):
            return None
        kind = self.catalogue.findings[id_].kind
        if kind == "sign":
            return _SIGNS.get(str(finding.value))
        if kind == "antibody":
            return _ANTIBODIES.get(str(finding.value))
        if kind == "choice" and self.reading.unknown_words.get(id_) == finding.value:
            return None
        return finding.value

    def _expired(self, id_: str, finding: Finding) -> bool:
        days = self.reading.expires_days.get(id_)
        return days is not None and finding.on is not None and (self.case.assessed_on - finding.on).days > days

    def _answer(self, id_: str) -> str | None:
        """The strongest answer of an antibody over all days; pending and none given are None."""
        given = [str(f.value) for _, found in self.days if (f := found.get(id_)) is not None]
        return max((a for a in given if a in _ANSWERS), key=_ANSWERS.index, default=None)

    def _answer_value(self, id_: str) -> bool | None:
        return _ANTIBODIES.get(self._answer(id_) or "")

    def _seen(self, id_: str) -> bool | None:
        answer = self._answer(id_)
        return None if answer is None else answer != "negative"

    def _weak(self, id_: str) -> bool | None:
        answer = self._answer(id_)
        return None if answer is None else answer == "weak"

    def _positive(self, id_: str) -> bool | None:
        answer = self._answer(id_)
        return None if answer is None else answer == "positive"

    def _raised(self, id_: str) -> bool | None:
        return self._raised_on(id_, self.case.findings.get(id_))

    def _raised_on(self, id_: str, finding: Finding | None) -> bool | None:
        if finding is None or not isinstance(finding.value, Decimal):
            return None
        if finding.uln is not None:
            return finding.value > finding.uln
        threshold = self.reading.raised_above.get(id_)
        return True if threshold is not None and finding.value > threshold else None

    def _previous(self, id_: str) -> Any:
        for _, found in reversed(self.days[:-1]):
            if id_ in found:
                return self._plain(id_, found[id_])
        return None

    def _implausible(self, id_: str) -> bool | None:
        finding, span = self.case.findings.get(id_), self.catalogue.findings[id_].plausible
        if finding is None or span is None or not isinstance(finding.value, Decimal):
            return None
        return not span[0] <= finding.value <= span[1]

    def _limit(self, id_: str, which: str) -> Decimal | None:
        finding = self.case.findings.get(id_)
        if finding is None:
            return None
        if which == "max":
            return scale_maximum(finding)
        return finding.uln if which == "uln" else finding.lln


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
