"""What can be told of conditions from how they are written: that one holds whenever another does, or never beside it.

Sound, not complete: a yes is a proof, a no means only that the writing does not show it. Unknown is minded: a
condition counts as holding where it is surely true.
"""

from decimal import Decimal

from myositis_desktop.engine.logic import Both, Compare, Either, Expr, Literal, Maybe, Name, Not, Sure, Within
from myositis_desktop.engine.pack import Pack

_TURNED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Proofs:
    """Proofs about the conditions of one pack; facts are opened where their own name is not enough."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def implies(self, one: Expr, other: Expr) -> bool:
        """Whether the other holds for every patient for whom the one does."""
        one, other = self._plain(one), self._plain(other)
        if one == other or _is(other, True) or _is(one, False):
            return True
        if isinstance(one, Either):
            return all(self.implies(p, other) for p in one.parts)
        if isinstance(other, Both):
            return all(self.implies(one, p) for p in other.parts)
        if isinstance(other, Either) and any(self.implies(one, p) for p in other.parts):
            return True
        if isinstance(one, Both):
            return any(self.implies(p, other) for p in one.parts) or self.impossible(one)
        return _narrower(one, other)

    def apart(self, one: Expr, other: Expr) -> bool:
        """Whether the two never hold for the same patient."""
        one, other = self._plain(one), self._plain(other)
        for this, that in ((one, other), (other, one)):
            if isinstance(this, Either):
                return all(self.apart(p, that) for p in this.parts)
            if isinstance(this, Both) and any(self.apart(p, that) for p in this.parts):
                return True
            if isinstance(this, Not) and self.implies(that, this.parts[0]):
                return True
        return _is(one, False) or _is(other, False) or _disjoint(one, other)

    def impossible(self, expr: Expr) -> bool:
        """Whether the condition holds for nobody."""
        expr = self._plain(expr)
        if not isinstance(expr, Both):
            return _is(expr, False)
        pairs = ((a, b) for n, a in enumerate(expr.parts) for b in expr.parts[n + 1 :])
        return any(self.impossible(p) for p in expr.parts) or any(self.apart(a, b) for a, b in pairs)

    def _plain(self, expr: Expr) -> Expr:
        """The condition without what does not matter where it holds: sure(), double not, names of facts."""
        if isinstance(expr, Name):
            definition = self._pack.definitions.get(expr.name)
            opened = None if definition is None else definition.expr
            return self._plain(opened) if isinstance(opened, Both | Either | Not | Compare | Within | Name) else expr
        if isinstance(expr, Sure):
            return self._plain(expr.parts[0])
        if isinstance(expr, Not):
            inner = expr.parts[0]
            if isinstance(inner, Not):
                return self._plain(inner.parts[0])
            if isinstance(inner, Maybe):
                return self._plain(Not(inner.parts))
            if isinstance(inner, Compare):
                return Compare(_TURNED[inner.sign], inner.parts)
        return expr


def _is(expr: Expr, truth: bool) -> bool:
    return isinstance(expr, Literal) and expr.constant is truth


def _words(expr: Expr) -> frozenset[object] | None:
    """The only values for which a comparison holds, where they are few."""
    if isinstance(expr, Within):
        return expr.among
    if isinstance(expr, Compare) and expr.sign == "=" and isinstance(expr.parts[1], Literal):
        return frozenset({expr.parts[1].constant})
    return None


def _number(expr: Expr) -> Decimal | None:
    found = expr.parts[1] if isinstance(expr, Compare) else None
    return found.constant if isinstance(found, Literal) and isinstance(found.constant, Decimal) else None


def _narrower(one: Expr, other: Expr) -> bool:
    """A comparison of the same value that holds only where the other does: x < 3 and x < 5, 'a' and in ('a', 'b')."""
    if isinstance(one, Name | Literal) or isinstance(other, Name | Literal) or one.parts[0] != other.parts[0]:
        return False
    few, many = _words(one), _words(other)
    if few is not None and many is not None:
        return few <= many
    a, b = _number(one), _number(other)
    if a is None or b is None or not isinstance(one, Compare) or not isinstance(other, Compare):
        return False
    up, down = (">", ">="), ("<", "<=")
    if one.sign in up and other.sign in up:
        return a > b or (a == b and (one.sign == ">" or other.sign == ">="))
    if one.sign in down and other.sign in down:
        return a < b or (a == b and (one.sign == "<" or other.sign == "<="))
    return False


def _disjoint(one: Expr, other: Expr) -> bool:
    """Two comparisons of the same value that share no value."""
    if isinstance(one, Name | Literal) or isinstance(other, Name | Literal) or one.parts[0] != other.parts[0]:
        return False
    few, many = _words(one), _words(other)
    if few is not None and many is not None:
        return few.isdisjoint(many)
    if isinstance(other, Compare) and other.sign in _TURNED and _number(other) is not None:
        return _narrower(one, Compare(_TURNED[other.sign], other.parts))
    return False
