"""Which tablets make a dose, exactly: the fewest, then the fewest strengths, then the larger ones.

A half counts as one tablet of half the size. What is still equal after that goes to whole tablets, so that nothing
is cut in two while a tablet of that size is at hand.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from myositis_desktop.model.case import TabletStock, TaperPreferences
from myositis_desktop.model.number import text_of

Counts = tuple[tuple[Decimal, Decimal], ...]
"""(strength in mg, tablets), the larger strength first; 0.5 is a half. As in `TaperStep.tablets`."""

_BITS = 20
_BASE = 1 << _BITS
"""Each aim of the search is one digit of a cost in this base; no digit comes near half of it."""


@dataclass(frozen=True, slots=True)
class TaperRules:
    """What holds for every schedule; filled from the knowledge pack."""

    strengths_mg: tuple[Decimal, ...]
    """The strengths taken where the case names none."""
    halve_from_mg: Decimal
    """With half tablets allowed, strengths from this one up may be halved."""
    highest_adult_mg: Decimal
    highest_child_mg: Decimal
    """An edited daily dose above these is refused."""
    hold_days: tuple[int, int]
    """The shortest and the longest first hold that a clinician may set."""
    latest_days: int
    """After so many days at a dose the taper begins with the next lower one, whatever the hold."""
    largest_steps: tuple[tuple[Decimal, Decimal], ...]
    """(above, by) in mg a day, the highest first: the largest step down that an edit may take without a reason."""
    stop_at_most_mg: Decimal
    """A taper that was edited ends at this dose or below, or says with its last step why not."""
    stop_after_days: int
    """That holds where the steroid was taken for more than so many days."""
    sources: tuple[str, ...]
    confidence: str

    def highest_mg(self, *, child: bool) -> Decimal:
        """The daily dose in mg above which an edit is refused."""
        return self.highest_child_mg if child else self.highest_adult_mg

    def largest_step_mg(self, dose_mg: Decimal) -> Decimal:
        """The largest step down from a dose, in mg a day, that needs no reason."""
        return next((by for above, by in self.largest_steps if dose_mg > above), dose_mg)


def tablets_at_hand(preferences: TaperPreferences, rules: TaperRules) -> tuple[TabletStock, ...]:
    """The tablets of a case, the larger first: its stock list, else its strengths, else the default strengths."""
    if preferences.tablets is not None:
        return tuple(sorted(preferences.tablets, key=lambda t: -t.mg))
    strengths = rules.strengths_mg if preferences.strengths_mg is None else preferences.strengths_mg
    halves = preferences.half_tablets is True
    return tuple(TabletStock(mg, halves and mg >= rules.halve_from_mg) for mg in sorted(set(strengths), reverse=True))


def plain(number: Decimal) -> Decimal:
    """The same number without zeros after the point."""
    return Decimal(text_of(number))


def half_size(mg: Decimal) -> Decimal:
    """Half of a strength in mg, exact."""
    return mg / 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """A whole or half tablet."""

    size: int
    """In units of the box."""
    cost: int


@dataclass(frozen=True, slots=True)
class _Strength:
    mg: Decimal
    whole: _Piece
    half: _Piece | None


@dataclass(frozen=True, slots=True)
class _Prices:
    """Costs as numbers whose digits compare like a list of aims, the first aim in the highest digit.

    From high to low: tablets, strengths, tablets of each size from the largest (more is better), halves, then wholes
    and halves of each strength from the largest (more is better; they also say what was taken).
    """

    tablets: tuple[tuple[Decimal, bool], ...]
    sizes: tuple[Decimal, ...]

    @property
    def strength(self) -> int:
        """The cost of one more strength."""
        return _digit(2 * len(self.tablets) + len(self.sizes) + 1)

    @property
    def never(self) -> int:
        """Dearer than everything that can be paid."""
        return _digit(2 * len(self.tablets) + len(self.sizes) + 4)

    def whole(self, at: int) -> int:
        """The cost of one whole tablet of the strength at this place."""
        return self._piece(self.tablets[at][0]) - _digit(2 * (len(self.tablets) - at) - 1)

    def half(self, at: int) -> int:
        """The cost of one half tablet of the strength at this place."""
        size = half_size(self.tablets[at][0])
        return self._piece(size) + _digit(2 * len(self.tablets)) - _digit(2 * (len(self.tablets) - at) - 2)

    def _piece(self, size: Decimal) -> int:
        place_of_size = 2 * len(self.tablets) + len(self.sizes) - self.sizes.index(size)
        return _digit(2 * len(self.tablets) + len(self.sizes) + 2) - _digit(place_of_size)


class TabletBox:
    """The best tablets for every dose from nothing up to `top_mg`, worked out once."""

    def __init__(self, tablets: tuple[tuple[Decimal, bool], ...], top_mg: Decimal) -> None:
        """`tablets`: (strength in mg, may be halved), larger first, none twice; `top_mg`: the highest dose in mg."""
        sizes = {mg for mg, _ in tablets} | {half_size(mg) for mg, halves in tablets if halves}
        self._unit = _common_unit(sizes)
        prices = _Prices(tablets, tuple(sorted(sizes, reverse=True)))
        self._strengths = tuple(self._strength(prices, at) for at in range(len(tablets)))
        self._costs = _best_costs(self._strengths, prices, self._amount(top_mg))
        self._paid: dict[Decimal, tuple[Decimal, Counts]] = {}

    def _strength(self, prices: _Prices, at: int) -> _Strength:
        mg, halves = prices.tablets[at]
        whole = _Piece(self._amount(mg), prices.whole(at))
        return _Strength(mg, whole, _Piece(self._amount(half_size(mg)), prices.half(at)) if halves else None)

    def pay(self, dose_mg: Decimal) -> tuple[Decimal, Counts]:
        """The highest dose in mg, not above `dose_mg`, that the tablets make, with the tablets; (0, ()) if none."""
        if dose_mg not in self._paid:
            self._paid[dose_mg] = self._pay(dose_mg)
        return self._paid[dose_mg]

    def _pay(self, dose_mg: Decimal) -> tuple[Decimal, Counts]:
        amount = min(self._amount(dose_mg), len(self._costs) - 1)
        while self._costs[amount] is None:
            amount -= 1
        counts = self._counts(self._costs[amount] or 0)
        return plain(sum((mg * count for mg, count in counts), Decimal(0))), counts

    def _amount(self, dose_mg: Decimal) -> int:
        return math.floor(Fraction(dose_mg) / self._unit)

    def _counts(self, cost: int) -> Counts:
        """The lowest digits of a cost are the whole and half tablets of each strength, the smallest strength lowest."""
        counts = []
        for strength in reversed(self._strengths):
            halves, cost = _lowest_digit(cost)
            wholes, cost = _lowest_digit(cost)
            if halves or wholes:
                counts.append((strength.mg, plain(Decimal(-wholes) + Decimal(-halves) / 2)))
        return tuple(reversed(counts))


def tablet_box(tablets: Iterable[TabletStock], top_mg: Decimal) -> TabletBox:
    """The box for these tablets and doses up to `top_mg`; the same box again for the same question."""
    merged: dict[Decimal, bool] = {}
    for tablet in tablets:
        if tablet.mg > 0:
            merged[tablet.mg] = merged.get(tablet.mg, False) or tablet.may_halve
    return _cached_box(tuple(sorted(merged.items(), reverse=True)), top_mg)


@lru_cache(maxsize=64)
def _cached_box(tablets: tuple[tuple[Decimal, bool], ...], top_mg: Decimal) -> TabletBox:
    return TabletBox(tablets, top_mg)


def _common_unit(sizes: Iterable[Decimal]) -> Fraction:
    """The largest amount of which every size is a whole multiple, in mg."""
    exact = [Fraction(size) for size in sizes]
    if not exact:
        return Fraction(1)
    scale = math.lcm(*(size.denominator for size in exact))
    return Fraction(math.gcd(*(int(size * scale) for size in exact)), scale)


def _digit(place: int) -> int:
    return 1 << (_BITS * place)


def _lowest_digit(number: int) -> tuple[int, int]:
    """The lowest digit, which may be negative, and the rest."""
    digit = (number + _BASE // 2) % _BASE - _BASE // 2
    return digit, (number - digit) >> _BITS


def _best_costs(strengths: Iterable[_Strength], prices: _Prices, top: int) -> list[int | None]:
    """The lowest cost of each amount from 0 to `top`; None where no tablets make it."""
    best = [0] + [prices.never] * top
    for strength in strengths:
        best = _with_strength(best, strength, prices)
    return [None if cost >= prices.never // 2 else cost for cost in best]


def _with_strength(best: list[int], strength: _Strength, prices: _Prices) -> list[int]:
    """What is best when this strength may be used too: some wholes of it, and a half added to none or some of them."""
    size, cost = strength.whole.size, strength.whole.cost
    with_wholes = [2 * prices.never] * len(best)
    for amount in range(size, len(best)):
        with_wholes[amount] = min(best[amount - size] + prices.strength, with_wholes[amount - size]) + cost
    out = [min(pair) for pair in zip(best, with_wholes, strict=True)]
    if strength.half is not None:
        size, cost = strength.half.size, strength.half.cost
        for amount in range(size, len(best)):
            with_half = min(best[amount - size] + prices.strength, with_wholes[amount - size]) + cost
            out[amount] = min(out[amount], with_half)
    return out
