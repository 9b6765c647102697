"""Decimals as a clinician writes them. Floats never carry a dose."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal


def text_of(value: Decimal) -> str:
    """Canonical text: no exponent, no trailing zero after the point, a leading zero before it."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def step_down(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` that is not above `value`."""
    return (value / step).to_integral_value(ROUND_FLOOR) * step


def step_up(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value`."""
    return (value / step).to_integral_value(ROUND_CEILING) * step


def step_nearest(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of `step`; a tie goes down."""
    return (value / step).to_integral_value(ROUND_HALF_DOWN) * step


def step_nearest_up(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of `step`; a tie goes up."""
    return (value / step).to_integral_value(ROUND_HALF_UP) * step
