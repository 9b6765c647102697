"""Numbers and days as they are typed: the decimal mark of the locale, never a grouping mark, never a guess."""

import re
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import Enum

from myositis_desktop.model.catalogue import Unit
from myositis_desktop.model.number import text_of
from myositis_desktop.ui.wording import read_day

_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2} [^\d ]+ \d{4}", re.ASCII)
_MINUS = "\N{MINUS SIGN}"
_LONGEST = 24


class Unreadable(Enum):
    """Why a text is not a number."""

    MARK = "mark"
    """It holds a mark that is not the decimal mark here: grouping, or the other decimal mark."""
    TEXT = "text"


def read_number(text: str, mark: str = ".") -> Decimal | Unreadable:
    """The decimal that `text` writes with `mark` as decimal mark; ASCII digits, a leading minus, nothing else."""
    plain = text.strip().replace(_MINUS, "-")
    if len(plain) <= _LONGEST and re.fullmatch(
        rf"-?(\d+({re.escape(mark)}\d+)?|{re.escape(mark)}\d+)", plain, re.ASCII
    ):
        return Decimal(plain.replace(mark, "."))
    grouped = re.fullmatch(r"-?\d[\d.,' \u00a0\u2019\u202f]*", plain, re.ASCII)
    return Unreadable.MARK if grouped and len(plain) <= _LONGEST and not plain.endswith(mark) else Unreadable.TEXT


def typed_day(text: str) -> date | None:
    """The day of a text that is written out, as 1968-04-02 or 2 Apr 1968; 1968-04-0 is none yet."""
    plain = " ".join(text.split())
    return read_day(plain) if _WHOLE_DAY.fullmatch(plain) else None


def number_text(value: Decimal, mark: str = ".") -> str:
    """The canonical text of a decimal with the decimal mark of the screen."""
    return text_of(value).replace(".", mark)


def from_first(value: Decimal, unit: Unit) -> Decimal:
    """The value of the first unit, written in `unit`; for showing only, it may be rounded."""
    return value / unit.factor + unit.offset


def rounded(value: Decimal, digits: int, up: bool) -> Decimal:
    """`value` cut to `digits` significant digits, towards above or below."""
    return Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR).plus(value)


def multiple(value: Decimal, limit: Decimal) -> Decimal:
    """How many times the limit a value is: two digits, cut so that it never looks higher than it is."""
    return rounded(value / limit, 2, up=False)
