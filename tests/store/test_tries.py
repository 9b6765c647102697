"""Wrong tries slow down the next one, also after a restart, and a right one clears them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.store.keys import WrongPassphrase
from myositis_desktop.store.tries import TooManyTries, counted, delay


def _fail(path: Path, now: datetime, name: str = "anna") -> None:
    with pytest.raises(WrongPassphrase), counted(path, name, now):
        raise WrongPassphrase("wrong")


def test_delays_grow_to_a_quarter_of_an_hour() -> None:
    delays = [delay(n) for n in range(60)]
    assert delays[:7] == [0, 0, 0, 2, 4, 8, 16]
    assert delays == sorted(delays)
    assert delays[-1] == 900


def test_fifty_wrong_tries_take_hours(tmp_path: Path, start: datetime) -> None:
    path, now = tmp_path / "tries.json", start
    for _ in range(50):
        try:
            _fail(path, now)
        except TooManyTries as refused:
            now += timedelta(seconds=refused.seconds)
            _fail(path, now)
    assert now - start > timedelta(hours=8)


def test_the_wait_is_over_exactly_when_it_was_told(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "tries.json"
    for _ in range(3):
        _fail(path, start)
    with pytest.raises(TooManyTries, match="Wait 2 seconds"), counted(path, "anna", start):
        pytest.fail("was let in")
    with pytest.raises(TooManyTries), counted(path, "anna", start + timedelta(seconds=1.9)):
        pytest.fail("was let in")
    with counted(path, "anna", start + timedelta(seconds=2)):
        pass
    assert not path.exists()


def test_users_wait_apart(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "tries.json"
    for _ in range(3):
        _fail(path, start)
    with counted(path, "bob", start):
        pass
    with pytest.raises(TooManyTries), counted(path, "anna", start):
        pytest.fail("was let in")


def test_a_try_counts_before_it_is_judged(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "tries.json"
    with counted(path, "anna", start):
        assert '"wrong": 1' in path.read_text()
    _fail(path, start)
    with counted(path, "anna", start):
        assert '"wrong": 2' in path.read_text()


def test_a_failure_that_is_not_the_passphrase_does_not_count(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "tries.json"
    with pytest.raises(UserError, match="disk"), counted(path, "anna", start):
        raise UserError("disk")
    assert not path.exists()


def test_a_clock_that_goes_back_starts_the_wait_again_and_no_more(tmp_path: Path, start: datetime) -> None:
    path, back = tmp_path / "tries.json", start - timedelta(days=1000)
    for _ in range(4):
        try:
            _fail(path, start)
        except TooManyTries:
            _fail(path, start + timedelta(seconds=2))
    with pytest.raises(TooManyTries, match="Wait 4 seconds"), counted(path, "anna", back):
        pytest.fail("was let in")
    with counted(path, "anna", back + timedelta(seconds=4)):
        pass


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"anna": 3}', b'{"anna": {"wrong": "x", "last": "y"}}'])
def test_a_damaged_count_lets_people_in(data: bytes, tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "tries.json"
    path.write_bytes(data)
    with counted(path, "anna", start):
        pass
