"""The language of the knowledge pack: three-valued conditions and exact arithmetic.

Values are True, False, a Decimal, a text, a date, or None, which is "unknown". Unknown follows Kleene: it is
neither yes nor no, `and`/`or` decide without it where they can, arithmetic and comparisons with it are unknown.
`sure(x)` is yes only when x is known to be yes; `maybe(x)` is yes unless x is known to be no. They are the only
doors from unknown to yes or no, and a sheet in robust mode closes them (see `sheet`).
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, Protocol

from myositis_desktop.model.number import step_down, step_nearest, step_nearest_up, step_up

Value = bool | Decimal | str | date | None


class Sheet(Protocol):
    """What an expression reads its names from."""

    robust: bool

    @property
    def values(self) -> Mapping[str, Any]:
        """Every fact; one that was not asked for yet is computed by reading it."""
        ...

    def get(self, name: str) -> Any: ...
    def support_of(self, name: str) -> tuple[str, ...]: ...
    def missing_of(self, name: str) -> tuple[str, ...]: ...
    def each_therapy(self) -> Iterator[str]: ...


def unique(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All words of all parts, each once, in order of appearance."""
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


class Expr:
    """A parsed expression."""

    __slots__ = ()
    parts: tuple["Expr", ...]

    def value(self, sheet: Sheet) -> Any:
        """The value under a sheet; None is unknown."""
        raise NotImplementedError  # every node below has its own

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        """The known findings that make the value what it is."""
        return unique(p.support(sheet) for p in self.parts)

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        """The unknown findings that keep the value unknown; empty when it is known."""
        if self.value(sheet) is not None:
            return ()
        return unique(p.missing(sheet) for p in self.parts)

    def names(self) -> frozenset[str]:
        """Every name that is read."""
        return frozenset(chain.from_iterable(p.names() for p in self.parts))


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    """A constant."""

    constant: Value

    def value(self, sheet: Sheet) -> Any:
        return self.constant

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        return ()

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        return ()

    def names(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A finding or a named fact."""

    name: str

    def value(self, sheet: Sheet) -> Any:
        return sheet.values[self.name]

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        return sheet.support_of(self.name)

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        return sheet.missing_of(self.name)

    def names(self) -> frozenset[str]:
        return frozenset((self.name,))


@dataclass(frozen=True, slots=True)
class Both(Expr):
    """All parts hold."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        result: bool | None = True
        for part in self.parts:
            v = part.value(sheet)
            if v is False:
                return False
            if v is None:
                result = None
        return result

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        if self.value(sheet) is False:
            return unique(p.support(sheet) for p in self.parts if p.value(sheet) is False)
        return unique(p.support(sheet) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Either(Expr):
    """At least one part holds."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        result: bool | None = False
        for part in self.parts:
            v = part.value(sheet)
            if v is True:
                return True
            if v is None:
                result = None
        return result

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        if self.value(sheet) is True:
            return unique(p.support(sheet) for p in self.parts if p.value(sheet) is True)
        return unique(p.support(sheet) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """The part does not hold."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        v = self.parts[0].value(sheet)
        return None if v is None else not v


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """Two values compared."""

    sign: str
    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        a = self.parts[0].value(sheet)
        b = self.parts[1].value(sheet)
        return None if a is None or b is None else _COMPARE[self.sign](a, b)


@dataclass(frozen=True, slots=True)
class Within(Expr):
    """The value is one of a list of words or numbers."""

    parts: tuple[Expr, ...]
    among: frozenset[Any]

    def value(self, sheet: Sheet) -> Any:
        v = self.parts[0].value(sheet)
        return None if v is None else v in self.among


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """Exact sums and products of decimals."""

    sign: str
    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        a = self.parts[0].value(sheet)
        b = self.parts[1].value(sheet)
        return None if a is None or b is None else _ARITHMETIC[self.sign](a, b)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "down_to": step_down,
    "up_to": step_up,
    "nearest": step_nearest,
    "nearest_up": step_nearest_up,
    "sqrt": lambda x: x.sqrt(),
    "power": lambda x, y: x**y,
}


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function that needs all its arguments known."""

    function: str
    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        values = [p.value(sheet) for p in self.parts]
        return None if None in values else _FUNCTIONS[self.function](*values)


@dataclass(frozen=True, slots=True)
class Sure(Expr):
    """`sure(x)`: known to hold."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        v = self.parts[0].value(sheet)
        return None if v is None and sheet.robust else v is True


@dataclass(frozen=True, slots=True)
class Maybe(Expr):
    """`maybe(x)`: not known to be absent."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        v = self.parts[0].value(sheet)
        return None if v is None and sheet.robust else v is not False


@dataclass(frozen=True, slots=True)
class Stated(Expr):
    """`stated(x)`: known to hold, and not worth asking about where it is not known; a robust sheet does not open it."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        return self.parts[0].value(sheet) is True

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Known(Expr):
    """`known(x)`: there is an answer, whatever it is."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        return self.parts[0].value(sheet) is not None


@dataclass(frozen=True, slots=True)
class Lowest(Expr):
    """The lowest of the arguments that are known; unknown when none is."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        return min((v for p in self.parts if (v := p.value(sheet)) is not None), default=None)

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        lowest = self.value(sheet)
        return unique(p.support(sheet) for p in self.parts if p.value(sheet) == lowest)


@dataclass(frozen=True, slots=True)
class FirstKnown(Expr):
    """The first of the arguments that is known."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        return next((v for p in self.parts if (v := p.value(sheet)) is not None), None)


@dataclass(frozen=True, slots=True)
class If(Expr):
    """`if(condition, then, otherwise)`; unknown when the condition is."""

    parts: tuple[Expr, ...]

    def _branch(self, sheet: Sheet) -> Expr | None:
        v = self.parts[0].value(sheet)
        return None if v is None else self.parts[1 if v else 2]

    def value(self, sheet: Sheet) -> Any:
        branch = self._branch(sheet)
        return None if branch is None else branch.value(sheet)

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        branch = self._branch(sheet)
        return unique((self.parts[0].support(sheet), branch.support(sheet) if branch else ()))

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        branch = self._branch(sheet)
        return (self.parts[0] if branch is None else branch).missing(sheet)


@dataclass(frozen=True, slots=True)
class Count(Expr):
    """How many of the arguments are known to hold."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        values = [p.value(sheet) for p in self.parts]
        return None if sheet.robust and None in values else Decimal(sum(v is True for v in values))

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        return unique(p.support(sheet) for p in self.parts if p.value(sheet) is True)


@dataclass(frozen=True, slots=True)
class SomeTherapy(Expr):
    """`therapy(condition)`: one entry of the therapy list fulfils it (names `t.…` are the entry's)."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        result: bool | None = False
        for _ in sheet.each_therapy():
            v = self.parts[0].value(sheet)
            if v is True:
                return True
            if v is None:
                result = None
        return result

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        wanted = self.value(sheet)
        if wanted is not True:
            return ()
        return unique([(f"therapy.{d}",) for d in sheet.each_therapy() if self.parts[0].value(sheet) is True])

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        if self.value(sheet) is not None:
            return ()
        return unique([self.parts[0].missing(sheet) for _ in sheet.each_therapy()])


@dataclass(frozen=True, slots=True)
class OfTherapy(Expr):
    """`of_therapy(condition, expression)`: the expression for the latest entry that surely fulfils the condition."""

    parts: tuple[Expr, ...]

    def value(self, sheet: Sheet) -> Any:
        found = None
        for _ in sheet.each_therapy():
            if self.parts[0].value(sheet) is True:
                found = self.parts[1].value(sheet)
        return found

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        return unique([(f"therapy.{d}",) for d in sheet.each_therapy() if self.parts[0].value(sheet) is True])

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        return ()


SPECIAL: dict[str, tuple[Callable[[tuple[Expr, ...]], Expr], int | None]] = {
    "sure": (Sure, 1),
    "maybe": (Maybe, 1),
    "stated": (Stated, 1),
    "known": (Known, 1),
    "lowest_known": (Lowest, None),
    "first_known": (FirstKnown, None),
    "if": (If, 3),
    "count": (Count, None),
    "any": (Either, None),
    "all": (Both, None),
    "therapy": (SomeTherapy, 1),
    "of_therapy": (OfTherapy, 2),
}
PLAIN: dict[str, int | None] = {
    "min": None, "max": None, "down_to": 2, "up_to": 2, "nearest": 2, "nearest_up": 2, "sqrt": 1, "power": 2,
}  # fmt: skip
