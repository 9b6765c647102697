"""What the functions of the language do with values; `logic` writes calls of them."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from myositis_desktop.model.number import step_down, step_nearest, step_nearest_up, step_up

if TYPE_CHECKING:
    from myositis_desktop.engine.logic import Facts, Read


@lru_cache(maxsize=256)
def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Kept, because a broken exponent costs as much as a hundred comparisons and every sheet asks for the same."""
    return base**exponent


PLAIN: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "down_to": step_down,
    "up_to": step_up,
    "nearest": step_nearest,
    "nearest_up": step_nearest_up,
    "sqrt": lambda x: x.sqrt(),
    "power": power,
}


def lowest(*values: Any) -> Any:
    """The lowest of the values that are known."""
    return min((v for v in values if v is not None), default=None)


def count(robust: bool, values: tuple[Any, ...]) -> Decimal | None:
    """How many values are known to hold; on a robust sheet unknown while one is."""
    return None if robust and None in values else Decimal(sum(v is True for v in values))


def some(facts: "Facts", read: "Read") -> bool | None:
    """Whether one entry of the therapy list fulfils a condition."""
    result: bool | None = False
    for entry in facts.entries:
        facts.update(entry)
        v = read(facts)
        if v is True:
            return True
        if v is None:
            result = None
    return result


def latest(facts: "Facts", condition: "Read", then: "Read") -> Any:
    """The value for the latest entry that surely fulfils the condition."""
    found = None
    for entry in facts.entries:
        facts.update(entry)
        if condition(facts) is True:
            found = then(facts)
    return found
