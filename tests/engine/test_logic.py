"""Three-valued logic, case by case: and, or, not, exclusive or and implication with yes, no and unknown."""

from collections.abc import Iterator
from typing import Any

import pytest

from myositis_desktop.engine.parser import parse

T, F, U = True, False, None
BINARY = {
    # operator: what it gives for (yes, no, unknown) x (yes, no, unknown), row by row
    "and": ("a and b", (T, F, U), (F, F, F), (U, F, U)),
    "or": ("a or b", (T, T, T), (T, F, U), (T, U, U)),
    "xor": ("(a or b) and not (a and b)", (F, T, U), (T, F, U), (U, U, U)),
    "implies": ("not a or b", (T, F, U), (T, T, T), (T, U, U)),
}
NOT = {T: F, F: T, U: U}


class Facts(dict[str, Any]):
    """Plain values where a case would be."""

    robust = False
    entries: tuple[dict[str, Any], ...] = ()

    def each_therapy(self) -> Iterator[str]:
        return iter(())


def rows() -> Iterator[tuple[str, str, bool | None, bool | None, bool | None]]:
    for name, (text, *table) in BINARY.items():
        for a, line in zip((T, F, U), table, strict=True):
            for b, wanted in zip((T, F, U), line, strict=True):
                yield name, text, a, b, wanted


@pytest.mark.parametrize(
    ("name", "text", "a", "b", "wanted"), [pytest.param(*r, id=f"{r[0]}-{r[2]}-{r[3]}") for r in rows()]
)
def test_two_values(name: str, text: str, a: bool | None, b: bool | None, wanted: bool | None) -> None:
    assert parse(text).read(Facts(a=a, b=b)) is wanted, name


@pytest.mark.parametrize(("a", "wanted"), NOT.items())
def test_not(a: bool | None, wanted: bool | None) -> None:
    assert parse("not a").read(Facts(a=a)) is wanted


@pytest.mark.parametrize("a", [T, F, U])
@pytest.mark.parametrize("b", [T, F, U])
@pytest.mark.parametrize("c", [T, F, U])
def test_at_least_is_the_or_of_its_pairs(a: bool | None, b: bool | None, c: bool | None) -> None:
    facts = Facts(a=a, b=b, c=c)
    assert parse("at_least(2, a, b, c)").read(facts) is parse("(a and b) or (a and c) or (b and c)").read(facts)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sure(a)", F),
        ("maybe(a)", T),
        ("known(a)", F),
        ("stated(a)", F),
        ("a = 'x'", U),
        ("a != 'x'", U),
        ("a in ('x', 'y')", U),
        ("a < 3", U),
        ("a + 1 > 0", U),
        ("count(a, true) = 1", T),
    ],
)
def test_the_doors_from_unknown(text: str, wanted: bool | None) -> None:
    assert parse(text).read(Facts(a=None)) is wanted
