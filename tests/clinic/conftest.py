"""A real clinic, quick to unlock, and the same clinic as each role sees it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.store.keys import Cost

LIGHT = Cost(time=1, memory_kib=64, lanes=1)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PASSPHRASE = "four words in a row"
PEOPLE = {
    "administrator": NewUser("anna", "Dr Anna Example", PASSPHRASE),
    "clinician": NewUser("ben", "Dr Ben Second", "five other plain words here"),
    "assistant": NewUser("cora", "Cora Third", "another evening by the lake"),
    "reader": NewUser("dan", "Dan Fourth", "seven green bottles falling"),
}
ENTER = Callable[[str], Clinic]


@pytest.fixture
def light() -> Cost:
    return LIGHT


@pytest.fixture
def people() -> dict[str, NewUser]:
    return dict(PEOPLE)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A second later at every look."""
    seconds = count()
    return lambda: START + timedelta(seconds=next(seconds))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "clinic"


@pytest.fixture
def example() -> bytes:
    return asset("resources", "demo", "01-dermatomyositis.json").read_bytes()


@pytest.fixture
def clinic(place: Path, clock: Callable[[], datetime]) -> Iterator[Clinic]:
    """As its administrator sees it."""
    made, _ = Clinic.create(place, "Hill clinic", PEOPLE["administrator"], clock, cost=LIGHT)
    yield made
    made.close()


@pytest.fixture
def enter(clinic: Clinic, place: Path, clock: Callable[[], datetime]) -> Iterator[ENTER]:
    """Opens the clinic as a role; the one that was open before is closed."""
    for role in ("clinician", "assistant", "reader"):
        clinic.staff.add(PASSPHRASE, PEOPLE[role], role, LIGHT)
    opened = [clinic]

    def open_as(role: str) -> Clinic:
        opened[-1].close()
        who = PEOPLE[role]
        opened.append(Clinic.open(place, who.name, who.passphrase, clock))
        return opened[-1]

    yield open_as
    opened[-1].close()
