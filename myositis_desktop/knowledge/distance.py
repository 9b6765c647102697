"""How far a patient is from a condition: the compass of the search for a witness.

0 where the condition is as wanted; else about the number of answers that would have to change. Facts and tables are
opened into what they are made of, so that one right answer among ten already counts.
"""

from collections.abc import Mapping
from decimal import Decimal

from myositis_desktop.engine.logic import (
    AtLeast,
    Both,
    Compare,
    Count,
    Either,
    Expr,
    If,
    Known,
    Literal,
    Maybe,
    Name,
    Not,
    Stated,
    Sure,
    Within,
)
from myositis_desktop.engine.sheet import Definition, FactSheet

YES, NO, NOT_YES, NOT_NO = "yes", "no", "not yes", "not no"
_MEANS = {YES: (True,), NO: (False,), NOT_YES: (False, None), NOT_NO: (True, None)}
_TURNED = {YES: NO, NO: YES, NOT_YES: NOT_NO, NOT_NO: NOT_YES}


class Compass:
    """Distances of one patient, whose sheet it reads."""

    def __init__(self, definitions: Mapping[str, Definition], sheet: FactSheet) -> None:
        self._definitions = definitions
        self._sheet = sheet

    def of(self, expr: Expr, wanted: str = YES) -> float:
        """The distance of a condition from the wanted truth; at least 1 where it is not reached."""
        if expr.value(self._sheet) in _MEANS[wanted]:
            return 0
        return max(1, self._open(expr, wanted))

    def _open(self, expr: Expr, wanted: str) -> float:
        holds = wanted in (YES, NOT_NO)
        found: float = 1 if isinstance(expr, Known) else 2
        if isinstance(expr, Both | Either):
            parts = [self.of(p, wanted) for p in expr.parts]
            found = sum(parts) if isinstance(expr, Both) is holds else min(parts)
        elif isinstance(expr, AtLeast):
            number, counted = int(expr.parts[0].value(self._sheet)), expr.parts[1:]
            nearest = sorted(self.of(p, wanted) for p in counted)
            found = sum(nearest[: number if holds else len(counted) - number + 1])
        elif isinstance(expr, Not):
            found = self.of(expr.parts[0], _TURNED[wanted])
        elif isinstance(expr, Sure | Stated):
            found = self.of(expr.parts[0], YES if holds else NOT_YES)
        elif isinstance(expr, Maybe):
            found = self.of(expr.parts[0], NOT_NO if holds else NO)
        elif isinstance(expr, Name):
            found = self._name(expr, wanted)
        elif isinstance(expr, If):
            condition, then, otherwise = expr.parts
            ways = ((YES, then), (NO, otherwise))
            found = min(self.of(condition, truth) + self.of(branch, wanted) for truth, branch in ways)
        elif isinstance(expr, Compare | Within):
            found = self._word(expr, wanted)
        return found

    def _name(self, expr: Name, wanted: str) -> float:
        definition = self._definitions.get(expr.name)
        if definition is None:
            return 1
        if definition.expr is not None:
            return self.of(definition.expr, wanted)
        return min((self._row(definition, at) for at in self._rows(definition, Name(expr.name), wanted)), default=2)

    def _word(self, expr: Expr, wanted: str) -> float:
        """A comparison: of a table's value, by its rows; of a count, by how much is counted; else one answer."""
        asked = expr.parts[0]
        definition = self._definitions.get(asked.name) if isinstance(asked, Name) else None
        if definition is None:
            return 1 + self._gap(expr)
        if isinstance(definition.expr, Count):
            held = sorted(self.of(p) for p in definition.expr.parts)
            return 1 + sum(held[:3]) / 3
        if definition.expr is not None:
            return 1 + self._gap(expr)
        return min((self._row(definition, at) for at in self._rows(definition, expr, wanted)), default=2)

    def _gap(self, expr: Expr) -> float:
        """How far two numbers are from each other, between 0 and 1; 0.9 where one is unknown."""
        values = [p.value(self._sheet) for p in expr.parts]
        if None in values:
            return 0.9
        if not all(isinstance(v, Decimal) for v in values) or len(values) == 1:
            return 0.5
        apart = abs(values[0] - values[1])
        return float(apart / (apart + 100))

    def _rows(self, definition: Definition, expr: Expr, wanted: str) -> list[int]:
        """The rows whose value would make a condition about the table as wanted."""
        found = []
        for at, row in enumerate(definition.rows):
            value = row.then if row.then is not None else Literal(True)
            if isinstance(value, Literal) and _with(expr, value).value(self._sheet) in _MEANS[wanted]:
                found.append(at)
        return found

    def _row(self, definition: Definition, at: int) -> float:
        before = definition.rows[:at] if definition.hit == "first" else ()
        return self.of(definition.rows[at].when) + sum(self.of(r.when, NOT_YES) for r in before)


def _with(expr: Expr, value: Literal) -> Expr:
    """The condition with a value in place of the table's name."""
    if isinstance(expr, Compare):
        return Compare(expr.sign, (value, *expr.parts[1:]))
    return Within((value,), expr.among) if isinstance(expr, Within) else value
