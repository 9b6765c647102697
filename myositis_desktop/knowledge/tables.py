"""Reads the rule files of a pack: strict, every fault named with its file and place."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Any

from myositis_desktop.engine.logic import Either, Expr, Literal
from myositis_desktop.engine.parser import ExpressionError, parse
from myositis_desktop.engine.sheet import Definition, Row
from myositis_desktop.errors import BugError

HITS = ("first", "highest", "unique")


class Place:
    """One table of a TOML file, with where it stands; reading a key takes it, `done` refuses what is left."""

    def __init__(self, data: Mapping[str, Any], file: str, path: str = "") -> None:
        self.data = dict(data)
        self.file = file
        self.path = path

    def fault(self, text: str) -> BugError:
        """The error to raise about this place."""
        return BugError(f"knowledge pack, {self.file}{f' {self.path}' if self.path else ''}: {text}")

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        """A value of a kind; without a default it must be there."""
        if key not in self.data:
            if default is ...:
                raise self.fault(f"{key} is missing")
            return default
        value = self.data.pop(key)
        if not isinstance(value, kind):
            raise self.fault(f"{key} must be {kind.__name__}")
        return value

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """A list of texts."""
        found = self.take(key, list, default)
        if any(not isinstance(v, str) for v in found):
            raise self.fault(f"{key} must be a list of texts")
        return tuple(found)

    def tables(self, key: str) -> Iterator["Place"]:
        """The tables of an array, in order; none where the key is absent."""
        for at, data in enumerate(self.take(key, list, [])):
            name = data.get("rule") or data.get("id") or str(at)
            yield Place(data, self.file, f"{self.path}{key}[{name}]")

    def table(self, key: str) -> "Place":
        """A table, empty where the key is absent."""
        return Place(self.take(key, dict, {}), self.file, f"{self.path}{key}")

    def expr(self, key: str, default: Any = ...) -> Expr | None:
        """An expression."""
        text = self.take(key, str, default)
        return None if text is None else self.parsed(text)

    def when(self) -> Expr:
        """The condition of the place."""
        return self.parsed(self.take("when", str))

    def parsed(self, text: str) -> Expr:
        """An expression from its text.

        Raises:
            BugError: with the place and the part that could not be read.
        """
        try:
            return parse(text)
        except ExpressionError as fault:
            raise self.fault(str(fault)) from None

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        if self.data:
            raise self.fault(f"unknown key {min(self.data)!r}")


def open_file(folder: Traversable, *parts: str) -> Place:
    """A TOML file of the pack.

    Raises:
        BugError: when it is missing or not TOML.
    """
    name = "/".join(parts)
    try:
        return Place(tomllib.loads(folder.joinpath(*parts).read_text(encoding="utf-8")), name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BugError(f"knowledge pack, {name}: {fault}") from None


def row(place: Place, sources: tuple[str, ...] = (), evidence: str = "") -> Row:
    """One row of a decision table; `then` is a word, `value` an expression."""
    word, value = place.take("then", str, None), place.expr("value", None)
    found = Row(
        rule=place.take("rule", str),
        when=place.when(),
        text=place.take("text", str, ""),
        sources=place.texts("sources", list(sources)),
        evidence=place.take("evidence", str, evidence),
        then=Literal(word) if word is not None else value,
    )
    place.done()
    return found


def facts(place: Place) -> Iterator[Definition]:
    """Named expressions of a [facts] table."""
    for name, text in place.table("facts").data.items():
        yield Definition(name, expr=place.parsed(text))


def table(place: Place, known: Mapping[str, Definition]) -> Definition:
    """A decision table; `include` takes the rows of another, `include_except` all but those named after it."""
    id_, hit = place.take("id", str), place.take("hit", str)
    sources, evidence = place.texts("sources", []), place.take("evidence", str, "")
    order = place.texts("order", [])
    rows = list(_included(place, known))
    rows += [row(p, sources, evidence) for p in place.tables("row")]
    place.done()
    if hit not in HITS:
        raise place.fault(f"hit must be one of {', '.join(HITS)}")
    return Definition(id_, rows=tuple(rows), hit=hit, order=order)


def _included(place: Place, known: Mapping[str, Definition]) -> Iterator[Row]:
    whole, partial = place.take("include", str, None), place.texts("include_except", [])
    if whole is not None:
        yield from known[whole].rows
    if partial:
        yield from (r for r in known[partial[0]].rows if r.rule not in partial[1:])


def either(rows: list[Row]) -> Expr:
    """One condition that holds when one of the rows does."""
    return rows[0].when if len(rows) == 1 else Either(tuple(r.when for r in rows))
