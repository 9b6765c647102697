"""Somebody who guesses: the waits grow, nothing is told, and the files stay as they are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from myositis_desktop.clinic import Clinic, TooManyTries, WrongPassphrase


def test_fifty_wrong_passphrases(clinic: Clinic, place: Path, clock: Callable[[], datetime]) -> None:
    clinic.close()
    now, waits, said = [clock()], [0], set[str]()
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    for n in range(50):
        now[0] += timedelta(seconds=waits[-1])
        with pytest.raises(WrongPassphrase) as wrong:
            Clinic.open(place, "anna", f"guess number {n} of fifty", lambda: now[0])
        said.add(str(wrong.value))
        if n >= 2:  # the first two are free
            with pytest.raises(TooManyTries) as early:
                Clinic.open(place, "anna", "four words in a row", lambda: now[0])
            waits.append(early.value.seconds)
    assert len(said) == 1
    assert waits == sorted(waits)
    assert waits[-1] == 900
    after = {p: p.read_bytes() for p in place.rglob("*") if p.is_file() and p.name != "tries.json"}
    assert after == before
    now[0] += timedelta(seconds=waits[-1])
    Clinic.open(place, "anna", "four words in a row", lambda: now[0]).close()
    assert not (place / "tries.json").exists()
