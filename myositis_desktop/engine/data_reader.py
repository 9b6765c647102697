"""Strict reading of data tables (TOML or JSON): every mistake becomes a `Problem` with its place."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from myositis_desktop.model.number import text_of
from myositis_desktop.model.problem import Problem

Range = tuple[Decimal, Decimal]
"""Closed."""

_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


class Reader:
    """One table of the data. Each method takes a key; `close` complains about keys that nothing took.

    A value that is missing or wrong is noted in `problems` and a harmless stand-in comes back, so that one reading
    finds all mistakes; the caller throws the result away when there are problems.
    """

    def __init__(self, data: Mapping[str, object], place: str, problems: list[Problem] | None = None) -> None:
        self.data = data
        self.problems: list[Problem] = [] if problems is None else problems
        self._place = place
        self._taken: set[str] = set()

    def problem(self, path: str, text: str) -> None:
        """Note a mistake at `path` (keys and places joined by "/") under this table."""
        self.problems.append(Problem(f"{self._place}/{path}" if path else self._place, text))

    def close(self) -> None:
        """Note every key that was not asked for."""
        for key in self.data:
            if key not in self._taken:
                known = ", ".join(sorted(self._taken))
                self.problem(_escaped(key), f"unknown key; known here: {known}")

    def text(self, key: str, *, required: bool = True) -> str:
        """A text that is not empty; "" where it is missing and not required."""
        value = self._take(key, required=required)
        if isinstance(value, str) and (value.strip() or not required):
            return value
        if value is not None:
            self.problem(key, "a text is needed")
        return ""

    def word(self, key: str, words: Sequence[str]) -> str:
        """One of the words."""
        value = self.text(key)
        if value and value not in words:
            self.problem(key, f"{value!r} is none of {', '.join(words)}")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where it is missing."""
        value = self._take(key, required=False)
        if value is not None and not isinstance(value, bool):
            self.problem(key, "true or false is needed")
        return value is True

    def whole(self, key: str, bounds: tuple[int, int]) -> int:
        """A whole number within the bounds."""
        value = self._take(key)
        if value is None:
            return bounds[0]
        return int(self._number(value, key, (Decimal(bounds[0]), Decimal(bounds[1])), whole=True))

    def decimal(self, key: str, bounds: Range) -> Decimal:
        """A decimal within the bounds."""
        value = self._take(key)
        return bounds[0] if value is None else self._number(value, key, bounds)

    def decimals(self, key: str, bounds: Range, most: int) -> tuple[Decimal, ...]:
        """A list of decimals, not empty and not longer than `most`."""
        return tuple(self._number(v, f"{key}/{at}", bounds) for at, v in enumerate(self._list(key, most)))

    def doses(self, key: str, bounds: Range, most: int) -> tuple[tuple[Decimal, Decimal | None], ...]:
        """A list of doses; a pair is a dose for each of two alternate days, one of which may be 0."""
        return tuple(self._dose(v, f"{key}/{at}", bounds) for at, v in enumerate(self._list(key, most)))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; it may be empty."""
        value = self._take(key)
        items = value if isinstance(value, list | tuple) else ()
        if value is not None and (not isinstance(value, list | tuple) or not all(isinstance(i, str) for i in items)):
            self.problem(key, "a list of texts is needed")
        return tuple(i for i in items if isinstance(i, str))

    def table(self, key: str) -> "Reader":
        """The table under the key; an empty one where it is missing."""
        value = self._take(key)
        if isinstance(value, Mapping):
            return Reader(value, f"{self._place}/{_escaped(key)}", self.problems)
        if value is not None:
            self.problem(key, "a table is needed")
        return Reader({}, f"{self._place}/{_escaped(key)}", [])

    def tables(self, key: str, *, required: bool = True) -> tuple["Reader", ...]:
        """The tables of a list; not empty where required."""
        if not required and key not in self.data:
            self._taken.add(key)
            return ()
        out = []
        for at, value in enumerate(self._list(key, 100)):
            if isinstance(value, Mapping):
                out.append(Reader(value, f"{self._place}/{key}/{at}", self.problems))
            else:
                self.problem(f"{key}/{at}", "a table is needed")
        return tuple(out)

    def _take(self, key: str, *, required: bool = True) -> object:
        self._taken.add(key)
        value = self.data.get(key)
        if required and value is None:
            self.problem(key, "is missing")
        return value

    def _list(self, key: str, most: int) -> Sequence[object]:
        value = self._take(key)
        if isinstance(value, list | tuple) and 0 < len(value) <= most:
            return value
        if value is not None:
            self.problem(key, f"a list of 1 to {most} entries is needed")
        return ()

    def _dose(self, value: object, path: str, bounds: Range) -> tuple[Decimal, Decimal | None]:
        if not isinstance(value, list | tuple):
            return self._number(value, path, bounds), None
        if len(value) != 2:
            self.problem(path, "alternate days need exactly two doses")
            return bounds[0], None
        first, second = (self._number(v, f"{path}/{at}", (Decimal(0), bounds[1])) for at, v in enumerate(value))
        if first == second:
            self.problem(path, "the two doses of alternate days differ")
        return first, second

    def _number(self, value: object, path: str, bounds: Range, *, whole: bool = False) -> Decimal:
        number = _decimal(value)
        kind = "whole number" if whole else "decimal number"
        if number is None or (whole and number % 1 != 0):
            self.problem(path, f"a {kind} is needed")
        elif not bounds[0] <= number <= bounds[1]:
            self.problem(path, f"{text_of(number)} is outside {text_of(bounds[0])} to {text_of(bounds[1])}")
        else:
            return number
        return bounds[0]


def _decimal(value: object) -> Decimal | None:
    """The number a value means; binary floats mean none."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= 9:
        return value
    return None


def _escaped(key: str) -> str:
    """A key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
