"""The language of the knowledge pack: three-valued conditions and exact arithmetic.

Values are True, False, a Decimal, a text, a date, or None, which is "unknown". Unknown follows Kleene: it is
neither yes nor no, `and`/`or` decide without it where they can, arithmetic and comparisons with it are unknown.
`sure(x)` is yes only when x is known to be yes; `maybe(x)` is yes unless x is known to be no. They are the only
doors from unknown to yes or no, and a sheet in robust mode closes them (see `sheet`).

Every expression is translated into one Python expression, the first time it is read: its parts are written into it,
so that reading it is one call however deep it is. Every node says in `source` how it is written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, ClassVar, Protocol

from myositis_desktop.engine import functions
from myositis_desktop.engine.translation import Source, compiled

Value = bool | Decimal | str | date | None


class Facts(Protocol):
    """Every fact by its name; one that was not asked for yet is computed by reading it."""

    @property
    def robust(self) -> bool: ...
    @property
    def entries(self) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, name: str, /) -> Any: ...
    def update(self, entry: Mapping[str, Any], /) -> None: ...


class Sheet(Protocol):
    """What an expression reads its names from."""

    @property
    def values(self) -> Facts: ...
    @property
    def supports(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def gaps(self) -> Mapping[str, tuple[str, ...]]: ...
    def each_therapy(self) -> Iterator[str]: ...


Read = Callable[[Facts], Any]
Found = dict[str, None]
"""Findings, each once, in order of appearance."""


def unique(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All words of all parts, each once, in order of appearance."""
    filled = [p for p in parts if p]
    return tuple(dict.fromkeys(chain.from_iterable(filled))) if filled else ()


class Expr:
    """A parsed expression."""

    __slots__ = ("plain", "read")
    read: Read
    parts: tuple["Expr", ...]
    is_constant: ClassVar[bool] = False
    needs_all: ClassVar[bool] = False
    """Unknown exactly when a part is."""
    plain: tuple[str, ...] | None
    """The names, where nothing but such parts and names are inside: all of them support it, all can keep it unknown."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", self._read_first)
        object.__setattr__(self, "plain", self._plain())

    def _plain(self) -> tuple[str, ...] | None:
        parts = [p.plain for p in self.parts] if self.needs_all else [None]
        return None if None in parts else unique([p for p in parts if p])

    def _read_first(self, facts: Facts) -> Any:
        return self.translated()(facts)

    def translated(self) -> Read:
        """The expression as one function of the facts; from now on it is what `read` calls."""
        source = Source()
        text = self.source(source)
        # Only the texts of the nodes below are run; names of the pack are quoted, its constants stand beside.
        read: Read = eval(compiled(text), source.constants)  # noqa: S307 - as said above
        object.__setattr__(self, "read", read)
        return read

    def source(self, code: Source) -> str:
        """The Python text of the value; `v` are the facts."""
        raise NotImplementedError  # every node below has its own

    def value(self, sheet: Sheet) -> Any:
        """The value under a sheet; None is unknown."""
        return self.read(sheet.values)

    def support(self, sheet: Sheet) -> tuple[str, ...]:
        """The known findings that make the value what it is."""
        found: Found = {}
        self.add_support(sheet, found)
        return tuple(found)

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        """The unknown findings that keep the value unknown; empty when it is known."""
        found: Found = {}
        self.add_missing(sheet, found)
        return tuple(found)

    def add_support(self, sheet: Sheet, found: Found) -> None:
        """Add the support to what is found."""
        if self.plain is None:
            for part in self.parts:
                part.add_support(sheet, found)
            return
        for name in self.plain:
            for finding in sheet.supports[name]:
                found[finding] = None

    def add_missing(self, sheet: Sheet, found: Found) -> None:
        """Add what is missing to what is found."""
        if self.plain is not None:
            for name in self.plain:
                for finding in sheet.gaps[name]:
                    found[finding] = None
        elif self.read(sheet.values) is None:
            for part in self.parts:
                part.add_missing(sheet, found)

    def opens(self) -> bool:
        """Whether unknown becomes yes or no somewhere inside; only then a robust sheet may value it otherwise."""
        return isinstance(self, Sure | Maybe | Count) or any(p.opens() for p in self.parts)

    def names(self) -> frozenset[str]:
        """Every name that is read."""
        return frozenset(chain.from_iterable(p.names() for p in self.parts))


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    """A constant."""

    constant: Value
    is_constant: ClassVar[bool] = True

    def _plain(self) -> tuple[str, ...]:
        return ()

    def source(self, code: Source) -> str:
        return code.constant(self.constant)

    def opens(self) -> bool:
        return False

    def names(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A finding or a named fact."""

    name: str

    def _plain(self) -> tuple[str, ...]:
        return (self.name,)

    def source(self, code: Source) -> str:
        return f"v[{self.name!r}]"

    def opens(self) -> bool:
        return False

    def names(self) -> frozenset[str]:
        return frozenset((self.name,))


def _settled(parts: Iterable[Expr], settles: bool, code: Source) -> str:
    """`and` and `or`: the first part that settles it does, else unknown where one part is unknown."""
    kept = [code.kept(p) for p in parts]
    settled = " or ".join(f"{text} is {settles}" for _, text in kept)
    unknown = " or ".join(f"{name} is None" for name, _ in kept)
    return f"({settles} if {settled} else None if {unknown} else {not settles})"


@dataclass(frozen=True, slots=True)
class Both(Expr):
    """All parts hold."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return _settled(self.parts, False, code)

    def add_support(self, sheet: Sheet, found: Found) -> None:
        facts = sheet.values
        for part in [p for p in self.parts if p.read(facts) is False] or self.parts:
            part.add_support(sheet, found)


@dataclass(frozen=True, slots=True)
class Either(Expr):
    """At least one part holds."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return _settled(self.parts, True, code)

    def add_support(self, sheet: Sheet, found: Found) -> None:
        facts = sheet.values
        for part in [p for p in self.parts if p.read(facts) is True] or self.parts:
            part.add_support(sheet, found)


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """The part does not hold."""

    parts: tuple[Expr, ...]
    needs_all: ClassVar[bool] = True

    def source(self, code: Source) -> str:
        return code.known(self.parts, "not {}")


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """Two values compared."""

    sign: str
    parts: tuple[Expr, ...]
    needs_all: ClassVar[bool] = True

    def source(self, code: Source) -> str:
        return code.known(self.parts, f"{{}} {'==' if self.sign == '=' else self.sign} {{}}")


@dataclass(frozen=True, slots=True)
class Within(Expr):
    """The value is one of a list of words or numbers."""

    parts: tuple[Expr, ...]
    among: frozenset[Any]
    needs_all: ClassVar[bool] = True

    def source(self, code: Source) -> str:
        return code.known(self.parts, f"{{}} in {code.constant(self.among)}")


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """Exact sums and products of decimals."""

    sign: str
    parts: tuple[Expr, ...]
    needs_all: ClassVar[bool] = True

    def source(self, code: Source) -> str:
        return code.known(self.parts, f"{{}} {self.sign} {{}}")


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function that needs all its arguments known."""

    function: str
    parts: tuple[Expr, ...]
    needs_all: ClassVar[bool] = True

    def source(self, code: Source) -> str:
        function = code.constant(functions.PLAIN[self.function])
        return code.known(self.parts, f"{function}({', '.join('{}' for _ in self.parts)})")


@dataclass(frozen=True, slots=True)
class Sure(Expr):
    """`sure(x)`: known to hold."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        name, text = code.kept(self.parts[0])
        return f"(None if {text} is None and v.robust else {name} is True)"


@dataclass(frozen=True, slots=True)
class Maybe(Expr):
    """`maybe(x)`: not known to be absent."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        name, text = code.kept(self.parts[0])
        return f"(None if {text} is None and v.robust else {name} is not False)"


@dataclass(frozen=True, slots=True)
class Stated(Expr):
    """`stated(x)`: known to hold, and not worth asking about where it is not known; a robust sheet does not open it."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"({self.parts[0].source(code)} is True)"

    def add_missing(self, sheet: Sheet, found: Found) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Known(Expr):
    """`known(x)`: there is an answer, whatever it is."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"({self.parts[0].source(code)} is not None)"


@dataclass(frozen=True, slots=True)
class Lowest(Expr):
    """The lowest of the arguments that are known; unknown when none is."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"{code.constant(functions.lowest)}({', '.join(p.source(code) for p in self.parts)})"

    def add_support(self, sheet: Sheet, found: Found) -> None:
        lowest = self.value(sheet)
        for part in [p for p in self.parts if p.value(sheet) == lowest]:
            part.add_support(sheet, found)


@dataclass(frozen=True, slots=True)
class FirstKnown(Expr):
    """The first of the arguments that is known."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        kept = [code.kept(p) for p in self.parts]
        return f"({' '.join(f'{name} if {text} is not None else' for name, text in kept)} None)"


@dataclass(frozen=True, slots=True)
class If(Expr):
    """`if(condition, then, otherwise)`; unknown when the condition is."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        name, text = code.kept(self.parts[0])
        then, otherwise = (p.source(code) for p in self.parts[1:])
        return f"(None if {text} is None else {then} if {name} else {otherwise})"

    def _branch(self, sheet: Sheet) -> Expr | None:
        v = self.parts[0].value(sheet)
        return None if v is None else self.parts[1 if v else 2]

    def add_support(self, sheet: Sheet, found: Found) -> None:
        self.parts[0].add_support(sheet, found)
        branch = self._branch(sheet)
        if branch is not None:
            branch.add_support(sheet, found)

    def add_missing(self, sheet: Sheet, found: Found) -> None:
        (self._branch(sheet) or self.parts[0]).add_missing(sheet, found)


@dataclass(frozen=True, slots=True)
class Count(Expr):
    """How many of the arguments are known to hold."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"{code.constant(functions.count)}(v.robust, ({', '.join(p.source(code) for p in self.parts)},))"

    def add_support(self, sheet: Sheet, found: Found) -> None:
        for part in [p for p in self.parts if p.value(sheet) is True]:
            part.add_support(sheet, found)


def _at_least(wanted: Decimal, values: tuple[Any, ...]) -> bool | None:
    held = sum(v is True for v in values)
    return True if held >= wanted else None if held + values.count(None) >= wanted else False


@dataclass(frozen=True, slots=True)
class AtLeast(Expr):
    """`at_least(n, a, b, ...)`: n or more of the arguments hold; unknown while those not known could decide it."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        wanted, *counted = (p.source(code) for p in self.parts)
        return f"{code.constant(_at_least)}({wanted}, ({', '.join(counted)},))"

    def add_support(self, sheet: Sheet, found: Found) -> None:
        decided = self.value(sheet)
        for part in self.parts[1:]:
            if decided is None or part.value(sheet) is decided:
                part.add_support(sheet, found)


@dataclass(frozen=True, slots=True)
class Listed(Expr):
    """The values of all parts; no word of the pack's language, it reads many expressions in one call."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"({''.join(f'{p.source(code)}, ' for p in self.parts)})"


@dataclass(frozen=True, slots=True)
class FirstOf(Expr):
    """The place of the first part that surely holds, from 0; unknown where none does (no word of the language)."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"({''.join(f'{at} if {p.source(code)} is True else ' for at, p in enumerate(self.parts))}None)"


@dataclass(frozen=True, slots=True)
class SomeTherapy(Expr):
    """`therapy(condition)`: one entry of the therapy list fulfils it (names `t.…` are the entry's)."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        return f"{code.constant(functions.some)}(v, {code.constant(self.parts[0].translated())})"

    def add_support(self, sheet: Sheet, found: Found) -> None:
        found.update({f"therapy.{d}": None for d in sheet.each_therapy() if self.parts[0].value(sheet) is True})

    def add_missing(self, sheet: Sheet, found: Found) -> None:
        if self.value(sheet) is None:
            for _ in sheet.each_therapy():
                self.parts[0].add_missing(sheet, found)


@dataclass(frozen=True, slots=True)
class OfTherapy(Expr):
    """`of_therapy(condition, expression)`: the expression for the latest entry that surely fulfils the condition."""

    parts: tuple[Expr, ...]

    def source(self, code: Source) -> str:
        condition, then = (code.constant(p.translated()) for p in self.parts)
        return f"{code.constant(functions.latest)}(v, {condition}, {then})"

    def add_support(self, sheet: Sheet, found: Found) -> None:
        found.update({f"therapy.{d}": None for d in sheet.each_therapy() if self.parts[0].value(sheet) is True})

    def add_missing(self, sheet: Sheet, found: Found) -> None:
        pass
