"""Named facts of one case: each computed once, when it is asked for, from the definitions of the pack.

A sheet in robust mode lets unknown through where the ordinary one settles it (`sure`, `maybe`, the order of a
table): what is known there cannot be changed by any answer still missing. `undecided` is read from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from myositis_desktop.engine.guarded import Guarded
from myositis_desktop.engine.inputs import Inputs
from myositis_desktop.engine.logic import Expr, unique
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Reason

LEVEL, PROBABILITY_LEVEL = "classification-level", "classification-probability-level"
BIOPSY_LOWERS, SUBGROUP = "biopsy-lowers-level", "classification-subgroup"
"""The facts that the classification criteria put on the sheet."""
_UNSAID = Reason("", "")
_PASSING = ("t.", "dose.", "drug")
"""Beginnings of names that change while a case is judged and have no findings behind them."""
_NOT_ASKED = (*_PASSING, "previous.")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table: a rule of the pack."""

    rule: str
    when: Expr
    text: str = ""
    sources: tuple[str, ...] = ()
    evidence: str = ""
    then: Expr | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A named fact: one expression, or a decision table with its hit policy."""

    id: str
    expr: Expr | None = None
    rows: tuple[Row, ...] = ()
    hit: str = "first"
    """first: the first row that surely holds; highest: the highest word of `order` among the rows that hold;
    unique: `knowledge check` proves that no two rows hold for one patient, so the first that does is the only one."""
    order: tuple[str, ...] = ()
    guarded: Guarded[Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "guarded", Guarded((row.when, row) for row in self.rows))

    def value(self, facts: "_Values") -> Any:
        """The value under the facts; None is unknown."""
        return self.of_table(facts) if self.expr is None else self.expr.read(facts)

    def of_table(self, facts: "_Values") -> Any:
        """The value of the table under the facts; None is unknown."""
        if self.hit == "highest":
            return self._highest(facts)
        if facts.robust:
            return self._whatever_holds(facts)
        row = self.guarded.first(facts)
        return None if row is None else row.then.read(facts) if row.then else True

    def _whatever_holds(self, facts: "_Values") -> Any:
        """The value that every row gives that could be the first; None where they differ."""
        possible = []
        for row in self.rows:
            held = row.when.read(facts)
            if held is not False:
                possible.append(row.then.read(facts) if row.then else True)
            if held is True:
                break
        return possible[0] if possible and all(p == possible[0] for p in possible) else None

    def _highest(self, facts: "_Values") -> Any:
        best, above = -1, -1
        for row, held in zip(self.rows, self.guarded.values(facts), strict=True):
            if held is False or (held is None and not facts.robust):
                continue
            at = self.order.index(row.then.read(facts)) if row.then else 0
            if held is True:
                best = max(best, at)
            else:
                above = max(above, at)
        return None if best < 0 or above > best else self.order[best]

    def parts(self) -> Iterator[Expr]:
        """Every expression of the definition."""
        if self.expr is not None:
            yield self.expr
        for row in self.rows:
            yield row.when
            if row.then is not None:
                yield row.then


class _Values(dict[str, Any]):
    """Facts by name; a missing one is computed once. The names `t.…` are those of the therapy that is looked at."""

    def __init__(
        self, definitions: Mapping[str, Definition], inputs: Inputs, known: Mapping[str, Any], robust: bool
    ) -> None:
        super().__init__(known)
        self.robust = robust
        self._definitions = definitions
        self._inputs = inputs
        self.entries = inputs.entries

    def __missing__(self, name: str) -> Any:
        definition = self._definitions.get(name)
        if definition is None:
            value = self._inputs.get(name)
        elif definition.expr is not None:
            value = definition.expr.read(self)
        else:
            value = definition.of_table(self)
        self[name] = value
        return value


class _Found(dict[str, tuple[str, ...]]):
    """Findings behind names, each looked for once."""

    def __init__(self, find: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, name: str) -> tuple[str, ...]:
        found = self[name] = self._find(name)
        return found


class FactSheet:
    """Values, supports and gaps of all facts of one case."""

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        inputs: Inputs,
        known: Mapping[str, Any] | None = None,
        robust: bool = False,
        quiet: bool = False,
    ) -> None:
        """`known` are values that stand already; without them those of the inputs. A quiet sheet makes no sentences."""
        self.robust = robust
        self.quiet = quiet
        self.inputs = inputs
        self._definitions = definitions
        self.values = _Values(definitions, inputs, inputs.known if known is None else known, robust)
        self.supports = _Found(self._find_support)
        self.gaps = _Found(self._find_missing)

    def get(self, name: str) -> Any:
        """The value of a fact or an input."""
        return self.values[name]

    def put(self, name: str, value: Any, support: tuple[str, ...] = (), missing: tuple[str, ...] = ()) -> None:
        """Set a fact that a mechanism computed: a status, a number of the taper."""
        self.values[name], self.supports[name], self.gaps[name] = value, support, missing

    def put_all(self, values: Mapping[str, Any]) -> None:
        """Set facts that have no findings behind them."""
        nothing: dict[str, tuple[str, ...]] = dict.fromkeys(values, ())
        self.values.update(values)
        self.supports.update(nothing)
        self.gaps.update(nothing)

    def fired(self, name: str) -> tuple[Row, ...]:
        """The rows that made the value of a table."""
        definition = self._definitions[name]
        if definition.hit == "highest":
            value = self.get(name)
            holding = definition.guarded.holding(self.values)
            return tuple(r for r in holding if r.then and r.then.value(self) == value)
        row = definition.guarded.first(self.values)
        return () if row is None else (row,)

    def support_of(self, name: str) -> tuple[str, ...]:
        """The known findings that make the value of a name what it is."""
        return self.supports[name]

    def missing_of(self, name: str) -> tuple[str, ...]:
        """The unknown findings that keep the value of a name unknown; empty when it is known."""
        return self.gaps[name]

    def _find_support(self, name: str) -> tuple[str, ...]:
        if name.startswith(_PASSING):
            return ()
        definition = self._definitions.get(name)
        if definition is None:
            return self.inputs.findings_of(name) if self.get(name) is not None else ()
        if definition.expr is not None:
            return definition.expr.support(self)
        return unique([r.when.support(self) for r in self.fired(name)])

    def _find_missing(self, name: str) -> tuple[str, ...]:
        # A therapy and an earlier visit are what they are: nothing can be asked about them today.
        if name.startswith(_NOT_ASKED) or self.get(name) is not None:
            return ()
        definition = self._definitions.get(name)
        if definition is None:
            return self.inputs.findings_of(name)
        return self._missing_of_rows(definition) if definition.expr is None else definition.expr.missing(self)

    def _missing_of_rows(self, definition: Definition) -> tuple[str, ...]:
        parts = []
        for row in definition.rows:
            parts.append(row.when.missing(self))
            if row.when.value(self) is True:
                if row.then is not None:
                    parts.append(row.then.missing(self))
                if definition.hit == "first":
                    break
        return unique(parts)

    def each_therapy(self) -> Iterator[str]:
        """The drug of each therapy; meanwhile the names `t.…` are those of its entry."""
        for entry in self.values.entries:
            self.values.update(entry)
            yield entry["t.drug"]

    def reason(self, row: Row) -> Reason:
        """The reason a fired row gives, its numbers filled in."""
        if self.quiet:
            return _UNSAID
        return Reason(row.rule, self.fill(row.text), row.when.support(self), row.sources)

    def reasons(self, name: str) -> tuple[Reason, ...]:
        """The reasons of a table's value."""
        return tuple(self.reason(r) for r in self.fired(name))

    def fill(self, text: str) -> str:
        """A text with its {names} replaced by their values."""
        if self.quiet or "{" not in text:
            return text
        facts = self.values
        return "".join([said if name is None else said + shown(facts[name]) for said, name in _pieces(text)])


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[tuple[str, str | None], ...]:
    """A text cut at its {names}: what stands before a name, and the name; None after the last."""
    pieces: list[tuple[str, str | None]] = []
    while (start := text.find("{")) >= 0:
        end = text.index("}", start)
        pieces.append((text[:start], text[start + 1 : end]))
        text = text[end + 1 :]
    return (*pieces, (text, None))


def shown(value: Any) -> str:
    """A value inside a sentence; decimals in canonical text, at most two places."""
    if isinstance(value, Decimal):
        return text_of(round(value, 2))
    return "unknown" if value is None else str(value)
