"""Expressions written as Python say what a reading by hand says, whatever is unknown and however they are nested."""

from collections.abc import Callable
from decimal import Decimal
from operator import add, ge, gt, le, lt, mul, sub
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.engine.logic import (
    Arithmetic,
    Both,
    Compare,
    Either,
    Expr,
    FirstKnown,
    FirstOf,
    If,
    Known,
    Listed,
    Literal,
    Maybe,
    Name,
    Not,
    Sure,
)
from myositis_desktop.engine.translation import Source, compiled
from tests.engine.test_logic import Facts

SIGNS = {"<": lt, ">": gt, "<=": le, ">=": ge, "+": add, "-": sub, "*": mul}
FLAGS, NUMBERS = ("a", "b", "c"), ("x", "y")


def either(values: list[Any], settles: bool) -> bool | None:
    return settles if settles in values else None if None in values else not settles


MEANING: dict[type[Expr], Callable[[Any, list[Any], Facts], Any]] = {
    Literal: lambda e, _, __: e.constant,
    Name: lambda e, _, facts: facts[e.name],
    Both: lambda _, values, __: either(values, False),
    Either: lambda _, values, __: either(values, True),
    Sure: lambda _, values, facts: None if facts.robust and values[0] is None else values[0] is True,
    Maybe: lambda _, values, facts: None if facts.robust and values[0] is None else values[0] is not False,
    Known: lambda _, values, __: values[0] is not None,
    If: lambda _, values, __: None if values[0] is None else values[1] if values[0] else values[2],
    FirstKnown: lambda _, values, __: next((v for v in values if v is not None), None),
    Not: lambda _, values, __: None if None in values else not values[0],
    Compare: lambda e, values, __: None if None in values else SIGNS[e.sign](*values),
    Arithmetic: lambda e, values, __: None if None in values else SIGNS[e.sign](*values),
}


def by_hand(expr: Expr, facts: Facts) -> Any:  # noqa: ANN401 - any value of the language
    """The value read part by part, without translating."""
    values = [] if isinstance(expr, Literal | Name) else [by_hand(p, facts) for p in expr.parts]
    return MEANING[type(expr)](expr, values, facts)


numbers: st.SearchStrategy[Expr] = st.recursive(
    st.sampled_from([Name(n) for n in NUMBERS]) | st.builds(Literal, st.integers(-3, 3).map(Decimal)),
    lambda inner: (
        st.builds(Arithmetic, st.sampled_from("+-*"), st.tuples(inner, inner))
        | st.builds(FirstKnown, st.tuples(inner, inner))
    ),
    max_leaves=4,
)
flags: st.SearchStrategy[Expr] = st.recursive(
    st.sampled_from([Name(n) for n in FLAGS])
    | st.builds(Compare, st.sampled_from(["<", ">", "<=", ">="]), st.tuples(numbers, numbers)),
    lambda inner: st.one_of(
        *(st.builds(node, st.lists(inner, min_size=2, max_size=3).map(tuple)) for node in (Both, Either)),
        *(st.builds(node, st.tuples(inner)) for node in (Not, Sure, Maybe, Known)),
        st.builds(If, st.tuples(inner, inner, inner)),
    ),
    max_leaves=12,
)
unknown = st.fixed_dictionaries(
    {n: st.sampled_from([True, False, None]) for n in FLAGS}
    | {n: st.sampled_from([None, *map(Decimal, (-1, 0, 2))]) for n in NUMBERS}
)


@settings(max_examples=300, deadline=None)
@given(flags | numbers, unknown, st.booleans())
def test_it_says_what_a_reading_by_hand_says(expr: Expr, values: dict[str, Any], robust: bool) -> None:
    facts = Facts(values)
    facts.robust = robust
    assert expr.read(facts) == by_hand(expr, facts)


@settings(max_examples=100, deadline=None)
@given(st.lists(flags, max_size=5).map(tuple), unknown)
def test_many_read_in_one_call_are_each_what_they_are(parts: tuple[Expr, ...], values: dict[str, Any]) -> None:
    facts = Facts(values)
    one_by_one = tuple(p.read(facts) for p in parts)
    assert Listed(parts).read(facts) == one_by_one
    assert FirstOf(parts).read(facts) == (one_by_one.index(True) if True in one_by_one else None)


def test_a_quote_in_a_name_or_a_text_stays_text() -> None:
    facts = Facts({"it's": "a'b", 'say "x"': None})
    assert Compare("=", (Name("it's"), Literal("a'b"))).read(facts) is True
    assert Name('say "x"').read(facts) is None


def test_the_same_text_is_compiled_once() -> None:
    assert compiled("(k0)") is compiled("(k0)")
    source = Source()
    assert [source.constant(v) for v in (None, True, Decimal(1), "x")] == ["None", "True", "k0", "k1"]
    assert source.constants == {"k0": Decimal(1), "k1": "x"}
