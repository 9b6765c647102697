"""One place of a case file: its value, its JSON pointer, and readers that note what is wrong with it."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from myositis_desktop.exchange.parse import Number, Problems, member

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
MAX_DIGITS = 15
"""Digits of a number before or after the point: conversions of units then stay exact."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years outside are slips of the hand, and a taper must still fit in the calendar."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the file where it stands. A reader returns None when it has noted a problem."""

    pointer: str
    value: object
    problems: Problems

    def wrong(self, text: str) -> None:
        """Notes a problem of this place; `text` is one line that says what is wrong and what would be right."""
        self.problems.add(self.pointer, text)

    def child(self, key: str | int, value: object) -> "Place":
        """The place below this one."""
        return Place(member(self.pointer, key), value, self.problems)

    def entries(self) -> "dict[str, Place] | None":
        """The places of an object with any keys."""
        if not isinstance(self.value, dict):
            self.wrong(f"{shown(self.value)} stands where an object in braces must stand")
            return None
        return {key: self.child(key, value) for key, value in self.value.items()}

    def fields(self, known: Collection[str], needed: Mapping[str, str] | None = None) -> "dict[str, Place] | None":
        """The places of an object by key, without keys that begin with x-.

        `needed` maps each key that must be there to the words that say what it is.
        """
        places = self.entries()
        if places is None:
            return None
        for key, words in (needed or {}).items():
            if key not in places:
                self.problems.add(member(self.pointer, key), f"is missing; give {words}")
        for key, place in places.items():
            if key not in known and not key.startswith("x-"):
                place.wrong(f"the key is not known here; use {either(known)}, or begin a key of your own with x-")
        return {key: place for key, place in places.items() if key in known}

    def items(self) -> "list[Place]":
        """The places of a list; empty when it is none."""
        if not isinstance(self.value, list):
            self.wrong(f"{shown(self.value)} stands where a list in square brackets must stand")
            return []
        return [self.child(index, value) for index, value in enumerate(self.value)]

    def text(self, *, longest: int, breaks: bool = False) -> str | None:
        """Text of at most `longest` characters without control characters; `breaks` allows line breaks and tabs."""
        if not isinstance(self.value, str):
            self.wrong(f"{shown(self.value)} is not text; write text in quotes")
        elif len(self.value) > longest:
            self.wrong(f"the text has {len(self.value)} characters; {longest} are allowed")
        elif any(unicodedata.category(c) == "Cc" and not (breaks and c in "\n\t") for c in self.value):
            self.wrong("the text holds a control character; write it again without")
        else:
            return self.value
        return None

    def word(self, allowed: Sequence[str], what: str) -> str | None:
        """One of the allowed words; `what` names the kind: "a sex"."""
        if isinstance(self.value, str) and self.value in allowed:
            return self.value
        self.wrong(f"{shown(self.value)} is not {what}; use {either(allowed)}")
        return None

    def day(self) -> date | None:
        """A calendar day, YYYY-MM-DD in ASCII digits and nothing else."""
        if not isinstance(self.value, str) or not _DAY.fullmatch(self.value):
            self.wrong(f"{shown(self.value)} is not a date; write YYYY-MM-DD in quotes")
            return None
        try:
            day = date.fromisoformat(self.value)
        except ValueError:
            self.wrong(f"{self.value} is not a day of the calendar; give a day that exists")
            return None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.wrong(f"{self.value} is out of range; years run from {FIRST_YEAR} to {LAST_YEAR}")
            return None
        return day

    def number(self) -> Decimal | None:
        """A decimal, from a JSON number or from text in quotes."""
        text = self.value.text if isinstance(self.value, Number) else self.value
        if not isinstance(text, str) or not _NUMBER.fullmatch(text[: MAX_DIGITS * 4]):
            self.wrong(f"{shown(self.value)} is not a number; write digits with a decimal point, as 12.5")
            return None
        value = Decimal(text) if len(text) <= MAX_DIGITS * 4 else None
        if value is None or not _fits(value):
            self.wrong(f"{shown(self.value)} has too many digits; {MAX_DIGITS} before and after the point are allowed")
            return None
        return abs(value) if value == 0 else value

    def positive(self) -> Decimal | None:
        """A number above 0."""
        value = self.number()
        if value is not None and value <= 0:
            self.wrong(f"{shown(self.value)} is not above 0; give a number above 0")
            return None
        return value

    def whole(self, low: int, high: int, what: str) -> int | None:
        """A whole number of the closed range; `what` names it: "a number of days"."""
        value = self.number()
        if value is None:
            return None
        if value != int(value) or not low <= value <= high:
            self.wrong(f"{shown(self.value)} is not {what}; give a whole number from {low} to {high}")
            return None
        return int(value)

    def flag(self) -> bool | None:
        """A JSON true or false."""
        if isinstance(self.value, bool):
            return self.value
        self.wrong(f"{shown(self.value)} is not true or false, without quotes")
        return None

    def hint(self, id_: str, known: Collection[str]) -> str:
        """What to write in place of an unknown id: the nearest known one, or a general word."""
        near = [] if self.problems.full else difflib.get_close_matches(id_[:_SHOWN], known, n=1, cutoff=0.75)
        return f"; did you mean {near[0]}?" if near else "; use an id of the vocabulary"

    def plain(self) -> object:
        """The value as plain data, for what is kept and not read: numbers become decimals, NaN is refused."""
        if isinstance(self.value, dict):
            return {key: self.child(key, value).plain() for key, value in self.value.items()}
        if isinstance(self.value, list):
            return [self.child(index, value).plain() for index, value in enumerate(self.value)]
        return self._kept_number() if isinstance(self.value, Number) else self.value

    def _kept_number(self) -> Decimal | None:
        text = self.value.text if isinstance(self.value, Number) else ""
        if len(text) <= MAX_DIGITS * 4 and _NUMBER.fullmatch(text):
            return Decimal(text)
        self.wrong(f"{shown(self.value)} is not a number that can be kept; put it in quotes")
        return None


def _fits(value: Decimal) -> bool:
    sign_digits = value.as_tuple()
    exponent = sign_digits.exponent if isinstance(sign_digits.exponent, int) else 0
    return value == 0 or (value.adjusted() < MAX_DIGITS and exponent >= -MAX_DIGITS)


def either(words: Collection[str]) -> str:
    """A list in words: "a, b or c"."""
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last


def shown(value: object) -> str:
    """A value of the file as a message may show it: short, in one line, without half characters."""
    match value:
        case Number(text):
            return _short(text)
        case str():
            return f'"{_short(value)}"'
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return "an object" if isinstance(value, dict) else "a list"


def _short(text: str) -> str:
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in cut)
