"""Things that each stand under a condition, in an order: rows of a table, indications, dose rules.

Their conditions are translated together, so that asking which of them hold is one call, not one a row.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from myositis_desktop.engine.logic import Expr, Facts, FirstOf, Listed, Sheet, unique

Thing = TypeVar("Thing")


class Guarded(Generic[Thing]):
    """Things with their conditions, in the order of the pack."""

    __slots__ = ("_all", "_first", "conditions", "things")

    def __init__(self, pairs: Iterable[tuple[Expr, Thing]]) -> None:
        given = tuple(pairs)
        self.things = tuple(thing for _, thing in given)
        self.conditions = tuple(when for when, _ in given)
        self._first = FirstOf(self.conditions)
        self._all = Listed(self.conditions)

    def first(self, facts: Facts) -> Thing | None:
        """The first thing that surely stands; conditions after it are not read."""
        at = self._first.read(facts)
        return None if at is None else self.things[at]

    def holding(self, facts: Facts) -> list[Thing]:
        """Every thing that surely stands."""
        held = self._all.read(facts)
        return [t for t, h in zip(self.things, held, strict=True) if h is True] if True in held else []

    def values(self, facts: Facts) -> tuple[bool | None, ...]:
        """The value of every condition."""
        found: tuple[bool | None, ...] = self._all.read(facts)
        return found

    def missing(self, sheet: Sheet) -> tuple[str, ...]:
        """The unknown findings of every condition that is unknown."""
        held = self._all.read(sheet.values)
        if None not in held:
            return ()
        return unique([when.missing(sheet) for when, h in zip(self.conditions, held, strict=True) if h is None])

    def missing_before_first(self, sheet: Sheet) -> tuple[str, ...]:
        """The unknown findings of the conditions up to the first that holds whatever they are."""
        held = self._all.read(sheet.values)
        if None not in held:
            return ()
        until = held.index(True) if True in held else len(held)
        return unique([w.missing(sheet) for w, h in zip(self.conditions[:until], held, strict=False) if h is None])
