"""Things under conditions: the first that surely stands, those that stand, and what the unknown ones wait for."""

from typing import Any

import pytest

from myositis_desktop.engine.guarded import Guarded
from myositis_desktop.engine.parser import parse
from tests.engine.test_logic import Facts

T, F, U = True, False, None


class Paper:
    """A sheet whose findings are its names."""

    def __init__(self, **values: bool | None) -> None:
        self.values = Facts(values)
        self.supports = {name: (name,) for name in values}
        self.gaps = {name: (name,) if value is None else () for name, value in values.items()}

    def each_therapy(self) -> Any:  # noqa: ANN401 - none here
        return iter(())


THINGS = Guarded((parse(name), name.upper()) for name in "abc")


@pytest.mark.parametrize(
    ("a", "b", "c", "first", "holding", "missing", "before"),
    [
        (F, F, F, None, [], (), ()),
        (T, U, T, "A", ["A", "C"], ("b",), ()),
        (U, T, U, "B", ["B"], ("a", "c"), ("a",)),
        (U, F, U, None, [], ("a", "c"), ("a", "c")),
        (F, F, T, "C", ["C"], (), ()),
    ],
)
def test_what_stands(
    a: bool | None, b: bool | None, c: bool | None,
    first: str | None, holding: list[str], missing: tuple[str, ...], before: tuple[str, ...],
) -> None:  # fmt: skip
    paper = Paper(a=a, b=b, c=c)
    assert THINGS.first(paper.values) == first
    assert THINGS.holding(paper.values) == holding
    assert THINGS.values(paper.values) == (a, b, c)
    assert THINGS.missing(paper) == missing
    assert THINGS.missing_before_first(paper) == before


def test_conditions_after_the_first_that_stands_are_not_read() -> None:
    assert Guarded(((parse("a"), 1), (parse("not_there"), 2))).first(Facts(a=T)) == 1


def test_nothing_stands_where_there_is_nothing() -> None:
    nothing: Guarded[int] = Guarded(())
    assert nothing.first(Facts()) is None
    assert nothing.holding(Facts()) == []
    assert nothing.missing(Paper()) == ()
