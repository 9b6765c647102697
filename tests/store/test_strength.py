"""The estimate refuses what is tried first and accepts words in a row."""

import pytest

from myositis_desktop.store.strength import strength


@pytest.mark.parametrize(
    "passphrase",
    ["password1234", "aaaaaaaaaaaa", "qwertyuiop12", "123456789012", "Example Anna", "hill clinic 1", "19680402196804"],
)
def test_what_is_tried_first_is_not_enough(passphrase: str) -> None:
    found = strength(passphrase, ("anna", "Dr Anna Example", "Hill clinic"))
    assert not found.is_enough
    assert not found.is_strong


@pytest.mark.parametrize("passphrase", ["four words in a row", "Łódź płacze nocą deszczem", "kd83-msla-09xq-ppw2"])
def test_words_in_a_row_are_enough(passphrase: str) -> None:
    found = strength(passphrase, ("anna", "Dr Anna Example", "Hill clinic"))
    assert found.is_enough
    assert found.is_strong


def test_a_weak_one_is_told_what_to_do() -> None:
    assert "word" in strength("password1234").hint


def test_names_that_are_known_count_for_nothing() -> None:
    assert strength("Brzechwa Kornelia", ("Kornelia Brzechwa",)).tries < strength("Brzechwa Kornelia").tries


@pytest.mark.parametrize("length", [72, 73, 1024])
def test_a_long_one_is_judged_quickly(length: int) -> None:
    assert strength(("correct horse battery staple " * 50)[:length]).is_enough
