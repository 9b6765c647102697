from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myositis_desktop.model.catalogue import Unit
from myositis_desktop.ui.widgets.numbers import Unreadable, from_first, multiple, number_text, read_number, rounded


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("5400", ".", "5400"),
        (" 0.7 ", ".", "0.7"),
        (".5", ".", "0.5"),
        ("-2.5", ".", "-2.5"),
        ("\N{MINUS SIGN}2.5", ".", "-2.5"),
        ("1,5", ",", "1.5"),
        ("0,05", ",", "0.05"),
        ("007", ".", "7"),
    ],
)
def test_a_number_is_read_with_the_mark_of_the_locale(text: str, mark: str, value: str) -> None:
    assert read_number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1,500", "."),
        ("1.500", ","),
        ("1 500", "."),
        ("1'500", "."),
        ("1\u202f500", ","),
        ("1.500,5", ","),
        ("1,5", "."),
    ],
)
def test_a_grouping_mark_or_the_other_decimal_mark_is_refused_not_guessed(text: str, mark: str) -> None:
    assert read_number(text, mark) is Unreadable.MARK


@pytest.mark.parametrize(
    "text", ["", "5x", "x", "1e3", "NaN", "inf", "--5", "5.", ".", "١٢", "5 U/L", "<5", "+5", "9" * 40, "1_000"]
)
def test_anything_else_is_no_number(text: str) -> None:
    assert read_number(text, ".") is Unreadable.TEXT


@given(st.decimals(-(10**8), 10**8, places=4), st.sampled_from([".", ","]))
def test_what_is_shown_is_read_back_as_the_same_number(value: Decimal, mark: str) -> None:
    assert read_number(number_text(value, mark), mark) == value


def test_a_value_of_the_first_unit_is_shown_in_another() -> None:
    assert from_first(Decimal(60), Unit("ukat/L", Decimal(60))) == 1
    assert from_first(Decimal(0), Unit("%", Decimal("10.929"), Decimal("2.15"))) == Decimal("2.15")


def test_the_multiple_of_a_limit_never_looks_higher_than_it_is() -> None:
    assert number_text(multiple(Decimal(5400), Decimal(200))) == "27"
    assert number_text(multiple(Decimal(399), Decimal(200))) == "1.9"
    assert number_text(multiple(Decimal(12345), Decimal(10))) == "1200"


def test_ends_of_a_range_are_rounded_as_asked() -> None:
    assert rounded(Decimal("8333.33333"), 4, up=False) == 8333
    assert rounded(Decimal("0.16666"), 4, up=True) == Decimal("0.1667")
