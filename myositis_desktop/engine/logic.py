"""The language of the knowledge pack: three-valued conditions and exact arithmetic.

Values are True, False, a Decimal, a text, a date, or None, which is "unknown". Unknown follows Kleene: it is
neither yes nor no, `and`/`or` decide without it where they can, arithmetic and comparisons with it are unknown.
`sure(x)` is yes only when x is known to be yes; `maybe(x)` is yes unless x is known to be no. They are the only
doors from unknown to yes or no, and a sheet in robust mode closes them (see `sheet`).

Every expression makes its `read` once, when the pack is loaded: a function from the facts to the value, in which the
functions of its parts are already at hand. Most of a plan's time goes there.
"""

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol

from myositis_desktop.model.number import step_down, step_nearest, step_nearest_up, step_up

Value = bool | Decimal | str | date | None


class Facts(Protocol):
    """Every fact by its name; one that was not asked for yet is computed by reading it."""

    @property
    def robust(self) -> bool: ...
    def __getitem__(self, name: str, /) -> Any: ...
    def each_therapy(self) -> Iterator[str]: ...


class Sheet(Protocol):
    """What an expression reads its names from."""

    @property
    def values(self) -> Facts: ...
    def support_of(self, name: str) -> tuple[str, ...]: ...
    def missing_of(self, name: str) -> tuple[str, ...]: ...
    def each_therapy(self) -> Iterator[str]: ...


Read = Callable[[Facts], Any]


def unique(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All words of all parts, each once, in order of appearance."""
    filled = [p for p in parts if p]
    return tuple(dict.fromkeys(chain.from_iterable(filled))) if filled else ()


class Expr:
    """A parsed expression."""

    __slots__ = ("read",)
    read: Read
    parts: tuple["Expr", ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", self._reader())

    def _reader(self) -> Read:
        raise NotImplementedError  # every node below has its own

    def value(self, sheet: Sheet) -> Any:
        """The value under a sheet; None is unknown."""
        return self.read(sheet.values)

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        """The known findings that make the value what it is."""
        return unique([p.support(sheet) for p in self.parts])

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        """The unknown findings that keep the value unknown; empty when it is known."""
        if self.value(sheet) is not None:
            return ()
        return unique([p.missing(sheet) for p in self.parts])

    def names(self) -> frozenset[str]:
        """Every name that is read."""
        return frozenset(chain.from_iterable(p.names() for p in self.parts))


def _reads(parts: Iterable[Expr]) -> tuple[Read, ...]:
    return tuple(p.read for p in parts)


def _of_two(function: Callable[[Any, Any], Any], parts: tuple[Expr, ...]) -> Read:
    """A function of two values that must both be known; where the second is a constant it is not read again."""
    left, right = _reads(parts)
    if isinstance(parts[1], Literal):
        constant = parts[1].constant
        return lambda facts: None if (v := left(facts)) is None else function(v, constant)

    def of_two(facts: Facts) -> Any:
        a, b = left(facts), right(facts)
        return None if a is None or b is None else function(a, b)

    return of_two


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    """A constant."""

    constant: Value

    def _reader(self) -> Read:
        constant = self.constant
        return lambda _facts: constant

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

    def _reader(self) -> Read:
        return operator.itemgetter(self.name)

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

    def _reader(self) -> Read:
        reads = _reads(self.parts)

        def both(facts: Facts) -> bool | None:
            result: bool | None = True
            for read in reads:
                v = read(facts)
                if v is False:
                    return False
                if v is None:
                    result = None
            return result

        return both

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        if self.value(sheet) is False:
            return unique([p.support(sheet) for p in self.parts if p.value(sheet) is False])
        return unique([p.support(sheet) for p in self.parts])


@dataclass(frozen=True, slots=True)
class Either(Expr):
    """At least one part holds."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        reads = _reads(self.parts)

        def either(facts: Facts) -> bool | None:
            result: bool | None = False
            for read in reads:
                v = read(facts)
                if v is True:
                    return True
                if v is None:
                    result = None
            return result

        return either

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        if self.value(sheet) is True:
            return unique([p.support(sheet) for p in self.parts if p.value(sheet) is True])
        return unique([p.support(sheet) for p in self.parts])


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """The part does not hold."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        read = self.parts[0].read
        return lambda facts: None if (v := read(facts)) is None else not v


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

    def _reader(self) -> Read:
        return _of_two(_COMPARE[self.sign], self.parts)


@dataclass(frozen=True, slots=True)
class Within(Expr):
    """The value is one of a list of words or numbers."""

    parts: tuple[Expr, ...]
    among: frozenset[Any]

    def _reader(self) -> Read:
        read, among = self.parts[0].read, self.among
        return lambda facts: None if (v := read(facts)) is None else v in among


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

    def _reader(self) -> Read:
        return _of_two(_ARITHMETIC[self.sign], self.parts)


@lru_cache(maxsize=256)
def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Kept, because a broken exponent costs as much as a hundred comparisons and every sheet asks for the same."""
    return base**exponent


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "down_to": step_down,
    "up_to": step_up,
    "nearest": step_nearest,
    "nearest_up": step_nearest_up,
    "sqrt": lambda x: x.sqrt(),
    "power": _power,
}


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function that needs all its arguments known."""

    function: str
    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        reads, function = _reads(self.parts), _FUNCTIONS[self.function]

        def call(facts: Facts) -> Any:
            values = []
            for read in reads:
                v = read(facts)
                if v is None:
                    return None
                values.append(v)
            return function(*values)

        return call


@dataclass(frozen=True, slots=True)
class Sure(Expr):
    """`sure(x)`: known to hold."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        read = self.parts[0].read
        return lambda facts: None if (v := read(facts)) is None and facts.robust else v is True


@dataclass(frozen=True, slots=True)
class Maybe(Expr):
    """`maybe(x)`: not known to be absent."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        read = self.parts[0].read
        return lambda facts: None if (v := read(facts)) is None and facts.robust else v is not False


@dataclass(frozen=True, slots=True)
class Stated(Expr):
    """`stated(x)`: known to hold, and not worth asking about where it is not known; a robust sheet does not open it."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        read = self.parts[0].read
        return lambda facts: read(facts) is True

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Known(Expr):
    """`known(x)`: there is an answer, whatever it is."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        read = self.parts[0].read
        return lambda facts: read(facts) is not None


@dataclass(frozen=True, slots=True)
class Lowest(Expr):
    """The lowest of the arguments that are known; unknown when none is."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        reads = _reads(self.parts)
        return lambda facts: min((v for read in reads if (v := read(facts)) is not None), default=None)

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        lowest = self.value(sheet)
        return unique([p.support(sheet) for p in self.parts if p.value(sheet) == lowest])


@dataclass(frozen=True, slots=True)
class FirstKnown(Expr):
    """The first of the arguments that is known."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        reads = _reads(self.parts)
        return lambda facts: next((v for read in reads if (v := read(facts)) is not None), None)


@dataclass(frozen=True, slots=True)
class If(Expr):
    """`if(condition, then, otherwise)`; unknown when the condition is."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        condition, then, otherwise = _reads(self.parts)

        def choose(facts: Facts) -> Any:
            v = condition(facts)
            return None if v is None else then(facts) if v else otherwise(facts)

        return choose

    def _branch(self, sheet: Sheet) -> Expr | None:
        v = self.parts[0].value(sheet)
        return None if v is None else self.parts[1 if v else 2]

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

    def _reader(self) -> Read:
        reads = _reads(self.parts)

        def count(facts: Facts) -> Decimal | None:
            values = [read(facts) for read in reads]
            return None if facts.robust and None in values else Decimal(sum(v is True for v in values))

        return count

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        return unique([p.support(sheet) for p in self.parts if p.value(sheet) is True])


@dataclass(frozen=True, slots=True)
class SomeTherapy(Expr):
    """`therapy(condition)`: one entry of the therapy list fulfils it (names `t.…` are the entry's)."""

    parts: tuple[Expr, ...]

    def _reader(self) -> Read:
        read = self.parts[0].read

        def some(facts: Facts) -> bool | None:
            result: bool | None = False
            for _ in facts.each_therapy():
                v = read(facts)
                if v is True:
                    return True
                if v is None:
                    result = None
            return result

        return some

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

    def _reader(self) -> Read:
        condition, then = _reads(self.parts)

        def latest(facts: Facts) -> Any:
            found = None
            for _ in facts.each_therapy():
                if condition(facts) is True:
                    found = then(facts)
            return found

        return latest

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
