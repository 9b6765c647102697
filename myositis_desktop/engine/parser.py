"""Text of the knowledge pack to expressions of `logic`."""

import re
from collections.abc import Callable
from decimal import Decimal

from myositis_desktop.engine.logic import (
    Arithmetic,
    AtLeast,
    Both,
    Call,
    Compare,
    Count,
    Either,
    Expr,
    FirstKnown,
    If,
    Known,
    Literal,
    Lowest,
    Maybe,
    Name,
    Not,
    OfTherapy,
    SomeTherapy,
    Stated,
    Sure,
    Within,
)

SPECIAL: dict[str, tuple[Callable[[tuple[Expr, ...]], Expr], int | None]] = {
    "sure": (Sure, 1),
    "maybe": (Maybe, 1),
    "stated": (Stated, 1),
    "known": (Known, 1),
    "lowest_known": (Lowest, None),
    "first_known": (FirstKnown, None),
    "if": (If, 3),
    "count": (Count, None),
    "at_least": (AtLeast, None),
    "any": (Either, None),
    "all": (Both, None),
    "therapy": (SomeTherapy, 1),
    "of_therapy": (OfTherapy, 2),
}
PLAIN: dict[str, int | None] = {
    "min": None, "max": None, "down_to": 2, "up_to": 2, "nearest": 2, "nearest_up": 2, "sqrt": 1, "power": 2,
}  # fmt: skip

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*')|(?P<name>[a-z][a-z0-9_.\-]*)|(?P<sign><=|>=|!=|[=<>+\-*/(),]))"
)
_WORDS = {"true": True, "false": False}


class ExpressionError(ValueError):
    """The text is not an expression; the message says where it stops."""


def parse(text: str) -> Expr:
    """Parse one expression.

    Raises:
        ExpressionError: with the part that could not be read.
    """
    return _Parser(text).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"cannot read {text[at : at + 20]!r} in {text!r}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0

    def whole(self) -> Expr:
        expr = self.either()
        if self.at != len(self.tokens):
            raise ExpressionError(f"nothing expected after {self._so_far()!r} in {self.text!r}")
        return expr

    def _so_far(self) -> str:
        return " ".join(t for _, t in self.tokens[: self.at])

    def _next_is(self, *texts: str) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at][1] in texts and self.tokens[self.at][0] != "text":
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def _expect(self, text: str) -> None:
        if self._next_is(text) is None:
            raise ExpressionError(f"{text!r} expected after {self._so_far()!r} in {self.text!r}")

    def either(self) -> Expr:
        parts = [self.both()]
        while self._next_is("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Expr:
        parts = [self.negation()]
        while self._next_is("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def negation(self) -> Expr:
        return Not((self.negation(),)) if self._next_is("not") else self.comparison()

    def comparison(self) -> Expr:
        left = self.addition()
        if sign := self._next_is("=", "!=", "<", "<=", ">", ">="):
            return Compare(sign, (left, self.addition()))
        if self._next_is("in"):
            return Within((left,), frozenset(self._constant(e) for e in self._arguments()))
        return left

    def _constant(self, expr: Expr) -> object:
        if not isinstance(expr, Literal):
            raise ExpressionError(f"only words and numbers may stand in the list of {self.text!r}")
        return expr.constant

    def addition(self) -> Expr:
        left = self.multiplication()
        while sign := self._next_is("+", "-"):
            left = Arithmetic(sign, (left, self.multiplication()))
        return left

    def multiplication(self) -> Expr:
        left = self.atom()
        while sign := self._next_is("*", "/"):
            left = Arithmetic(sign, (left, self.atom()))
        return left

    def atom(self) -> Expr:
        if self._next_is("("):
            inner = self.either()
            self._expect(")")
            return inner
        if self._next_is("-"):
            return Arithmetic("-", (Literal(Decimal(0)), self.atom()))
        if self.at >= len(self.tokens):
            raise ExpressionError(f"{self.text!r} ends too early")
        kind, text = self.tokens[self.at]
        self.at += 1
        return self._leaf(kind, text)

    def _leaf(self, kind: str, text: str) -> Expr:
        if kind == "number":
            return Literal(Decimal(text))
        if kind == "text":
            return Literal(text[1:-1])
        if kind != "name":
            raise ExpressionError(f"{text!r} is out of place in {self.text!r}")
        if text in _WORDS:
            return Literal(_WORDS[text])
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", "("):
            return self._call(text)
        return Name(text)

    def _arguments(self) -> tuple[Expr, ...]:
        self._expect("(")
        parts = [self.either()]
        while self._next_is(","):
            parts.append(self.either())
        self._expect(")")
        return tuple(parts)

    def _call(self, function: str) -> Expr:
        arguments = self._arguments()
        wanted = SPECIAL[function][1] if function in SPECIAL else PLAIN.get(function, -1)
        if wanted == -1:
            raise ExpressionError(f"{function!r} is not a function in {self.text!r}")
        if wanted is not None and wanted != len(arguments):
            raise ExpressionError(f"{function!r} takes {wanted} arguments in {self.text!r}")
        return SPECIAL[function][0](arguments) if function in SPECIAL else Call(function, arguments)
