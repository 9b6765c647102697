"""The tablets of a dose are exact, and no other choice is better."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.engine.tablets import Counts, TaperRules, tablet_box, tablets_at_hand
from myositis_desktop.model.case import TabletStock, TaperPreferences

D = Decimal
STRENGTHS = [D(mg) for mg in ("1", "2.5", "5", "10", "20", "25", "30", "50")]
RULES = TaperRules(
    strengths_mg=(D(20), D(10), D(5), D("2.5"), D(1)),
    halve_from_mg=D(5),
    highest_adult_mg=D(80),
    highest_child_mg=D(60),
    hold_days=(28, 42),
    latest_days=42,
    largest_steps=((D(30), D(10)), (D(20), D(5)), (D(10), D("2.5")), (D(0), D(1))),
    stop_at_most_mg=D(5),
    stop_after_days=21,
    sources=("rule-12",),
    confidence="high",
)

boxes = st.lists(st.sampled_from(STRENGTHS), min_size=1, max_size=4, unique=True).flatmap(
    lambda mgs: st.tuples(*(st.builds(TabletStock, st.just(mg), st.booleans()) for mg in sorted(mgs, reverse=True)))
)


def stock(*strengths: str, halves: str = "") -> tuple[TabletStock, ...]:
    return tuple(TabletStock(D(mg), mg in halves.split()) for mg in strengths)


def counts(**tablets: str) -> Counts:
    return tuple((D(mg[1:].replace("_", ".")), D(count)) for mg, count in tablets.items())


def pieces(choice: Counts) -> list[Decimal]:
    """The size of each tablet or half, the larger first."""
    wholes = [mg for mg, count in choice for _ in range(int(count))]
    return sorted(wholes + [mg / 2 for mg, count in choice if count % 1], reverse=True)


def worth(choice: Counts) -> tuple[int, int, list[Decimal], int]:
    """Less is better: tablets, strengths, then the larger ones, then halves."""
    sizes = pieces(choice)
    return len(sizes), len(choice), [-size for size in sizes], sum(1 for _, count in choice if count % 1)


def all_choices(tablets: tuple[TabletStock, ...], dose: Decimal) -> list[Counts]:
    amounts = [[D(n) / 2 for n in range(int(dose / t.mg * 2) + 1) if t.may_halve or n % 2 == 0] for t in tablets]
    return [
        tuple((t.mg, n) for t, n in zip(tablets, taken, strict=True) if n)
        for taken in product(*amounts)
        if sum(t.mg * n for t, n in zip(tablets, taken, strict=True)) == dose
    ]


@settings(deadline=None, max_examples=150)
@given(tablets=boxes, half_milligrams=st.integers(min_value=1, max_value=60))
def test_brute_force_finds_no_better_choice(tablets: tuple[TabletStock, ...], half_milligrams: int) -> None:
    dose = D(half_milligrams) / 2
    made, choice = tablet_box(tablets, dose).pay(dose)
    possible = all_choices(tablets, dose)
    if possible:
        assert made == dose
        assert worth(choice) == min(map(worth, possible))
    else:
        assert made < dose


@settings(deadline=None, max_examples=200)
@given(tablets=boxes, quarters=st.integers(min_value=0, max_value=400))
def test_tablets_add_up_to_what_is_made_and_nothing_between_can_be_made(
    tablets: tuple[TabletStock, ...], quarters: int
) -> None:
    dose = D(quarters) / 4
    box = tablet_box(tablets, D(100))
    made, choice = box.pay(dose)
    assert made == sum(mg * count for mg, count in choice)
    assert made <= dose
    # the box answers for every dose it holds: what lies between could only be made if it paid itself
    between = [D(q) / 4 for q in range(int(made * 4) + 1, quarters + 1)]
    assert all(box.pay(wish)[0] == made for wish in between)


@settings(deadline=None, max_examples=200)
@given(tablets=boxes, quarters=st.integers(min_value=0, max_value=400))
def test_only_tablets_that_may_be_halved_are_halved_and_once_at_most(
    tablets: tuple[TabletStock, ...], quarters: int
) -> None:
    _, choice = tablet_box(tablets, D(100)).pay(D(quarters) / 4)
    may_halve = {t.mg: t.may_halve for t in tablets}
    assert all(count % D("0.5") == 0 and count > 0 for _, count in choice)
    assert all(may_halve[mg] for mg, count in choice if count % 1)
    assert [mg for mg, _ in choice] == sorted((mg for mg, _ in choice), reverse=True)


@pytest.mark.parametrize(
    ("tablets", "dose", "expected"),
    [
        (stock("50", "20", "5", "1"), "60", counts(_20="3")),  # as many as 50 + 5 + 5, but one strength
        (stock("50", "20", "5", "1"), "50", counts(_50="1")),
        (stock("20", "10", "5", "2.5", "1"), "17.5", counts(_10="1", _5="1", _2_5="1")),
        (stock("20", "5", "1", halves="20 5"), "12.5", counts(_20="0.5", _5="0.5")),
        (stock("20", "5", "1", halves="20 5"), "30", counts(_20="1.5")),
        (stock("30", "25", "20", "5"), "65", counts(_30="2", _5="1")),  # as many as 25 + 20 + 20, and larger
        (stock("20", "10", "5", halves="20 10 5"), "10", counts(_10="1")),  # no half while a whole one is there
        (stock("20", "10", "5", "2.5", halves="20 10 5"), "2.5", counts(_2_5="1")),
        (stock("1", halves="1"), "1.5", counts(_1="1.5")),
    ],
)
def test_known_choices(tablets: tuple[TabletStock, ...], dose: str, expected: Counts) -> None:
    assert tablet_box(tablets, D(80)).pay(D(dose)) == (D(dose), expected)


def test_a_dose_that_cannot_be_made_becomes_the_nearest_below() -> None:
    box = tablet_box(stock("20", "10", "5"), D(80))
    assert box.pay(D("17.5")) == (D(15), counts(_10="1", _5="1"))
    assert box.pay(D(4)) == (D(0), ())


def test_without_tablets_nothing_can_be_made() -> None:
    assert tablet_box((), D(80)).pay(D(80)) == (D(0), ())


def test_a_strength_listed_twice_is_one_strength() -> None:
    twice = (TabletStock(D(5)), TabletStock(D(5), may_halve=True))
    assert tablet_box(twice, D(20)).pay(D("7.5")) == (D("7.5"), counts(_5="1.5"))


def test_the_default_strengths_are_those_of_the_rules() -> None:
    assert tablets_at_hand(TaperPreferences(), RULES) == stock("20", "10", "5", "2.5", "1")


def test_half_tablets_are_allowed_from_five_milligrams_up() -> None:
    preferences = TaperPreferences(strengths_mg=(D("2.5"), D(5), D(20)), half_tablets=True)
    assert tablets_at_hand(preferences, RULES) == stock("20", "5", "2.5", halves="20 5")


def test_the_stock_list_replaces_the_strengths() -> None:
    own = (TabletStock(D(1), may_halve=True), TabletStock(D(5), stock=30))
    preferences = TaperPreferences(strengths_mg=(D(20),), half_tablets=True, tablets=own)
    assert tablets_at_hand(preferences, RULES) == (own[1], own[0])


def test_trailing_zeros_do_not_change_the_answer() -> None:
    assert tablet_box((TabletStock(D("5.00")),), D("10.0")).pay(D("10.0")) == (D(10), counts(_5="2"))
