"""Whoever has the passphrase or the printed key gets the data key; nobody else, and no field can be swapped."""

import json
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myositis_desktop.errors import UserError
from myositis_desktop.store import keys
from myositis_desktop.store.keys import Cost, DataKey, KeyFile, Slot, WrongPassphrase

LONG = st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=60).filter(
    lambda text: len(keys.normal(text)) >= keys.SHORTEST_PASSPHRASE
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(right=LONG, wrong=LONG)
def test_each_passphrase_opens_and_every_other_does_not(
    right: str, wrong: str, light: Cost, start: datetime, tmp_path: Path
) -> None:
    made, key, _ = keys.create("anna", right, start, light)
    keys.write(tmp_path / "keys.json", made)
    read = keys.read(tmp_path / "keys.json")
    assert read == made
    assert keys.unlock(read, "anna", right).reveal() == key.reveal()
    if keys.normal(wrong) != keys.normal(right):
        with pytest.raises(WrongPassphrase):
            keys.unlock(read, "anna", wrong)


def test_a_passphrase_is_the_same_however_the_keyboard_composes_it(light: Cost, start: datetime) -> None:
    made, key, _ = keys.create("anna", "caf\u00e9 au lait fort", start, light)
    assert keys.unlock(made, "anna", "cafe\u0301 au lait fort").reveal() == key.reveal()


def test_the_printed_key_opens_and_is_kept_nowhere(light: Cost, start: datetime, tmp_path: Path) -> None:
    made, key, printed = keys.create("anna", "four words in a row", start, light)
    assert keys.unlock_with_recovery(made, printed).reveal() == key.reveal()
    keys.write(tmp_path / "keys.json", made)
    stored = (tmp_path / "keys.json").read_text()
    assert printed not in stored
    assert printed.replace("-", "") not in stored
    _, _, foreign = keys.create("bob", "four words in a row", start, light)
    with pytest.raises(WrongPassphrase, match="another clinic"):
        keys.unlock_with_recovery(made, foreign)


def test_two_clinics_with_one_passphrase_share_nothing(light: Cost, start: datetime) -> None:
    one, first, _ = keys.create("anna", "four words in a row", start, light)
    two, second, _ = keys.create("anna", "four words in a row", start, light)
    assert first.reveal() != second.reveal()
    assert {s.salt for s in one.slots}.isdisjoint({s.salt for s in two.slots})
    moved = one._replace(slots=two.slots)
    with pytest.raises(WrongPassphrase):
        keys.unlock(moved, "anna", "four words in a row")


def test_several_users_open_one_data_key(light: Cost, start: datetime) -> None:
    made, key, printed = keys.create("anna", "four words in a row", start, light)
    both = keys.add_user(made, key, "bob", "another four words", start, light)
    assert both.users == ("anna", "bob")
    assert keys.unlock(both, "bob", "another four words").reveal() == key.reveal()
    with pytest.raises(UserError, match="already a user"):
        keys.add_user(both, key, "ANNA", "another four words", start, light)
    alone = keys.disable(both, "bob")
    assert alone.users == ("anna",)
    with pytest.raises(UserError, match="no user"):
        keys.unlock(alone, "bob", "another four words")
    assert keys.unlock_with_recovery(alone, printed).reveal() == key.reveal()


def test_a_new_passphrase_needs_the_old_one(light: Cost, start: datetime) -> None:
    made, key, _ = keys.create("anna", "four words in a row", start, light)
    with pytest.raises(WrongPassphrase):
        keys.change_passphrase(made, "anna", "not this one at all", "the next passphrase", start, light)
    changed = keys.change_passphrase(made, "anna", "four words in a row", "the next passphrase", start, light)
    assert keys.unlock(changed, "anna", "the next passphrase").reveal() == key.reveal()
    with pytest.raises(WrongPassphrase):
        keys.unlock(changed, "anna", "four words in a row")


@pytest.mark.parametrize(
    ("name", "passphrase", "says"),
    [
        ("anna", "elevenchars", "at least 12"),
        ("anna", "", "at least 12"),
        ("anna", "x" * 1025, "longer than 1024"),
        ("", "four words in a row", "user name"),
        (" anna", "four words in a row", "user name"),
        ("an\nna", "four words in a row", "user name"),
        ("a" * 65, "four words in a row", "user name"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    name: str, passphrase: str, says: str, light: Cost, start: datetime
) -> None:
    with pytest.raises(UserError, match=says):
        keys.create(name, passphrase, start, light)


def _changed_slots(slot: Slot) -> list[Slot]:
    flipped = bytes([slot.wrapped[0] ^ 1]) + slot.wrapped[1:]
    return [
        slot._replace(cost=Cost(slot.cost.time + 1, slot.cost.memory_kib, slot.cost.lanes)),
        slot._replace(cost=Cost(slot.cost.time, slot.cost.memory_kib + 1, slot.cost.lanes)),
        slot._replace(salt=bytes(16)),
        slot._replace(nonce=bytes(12)),
        slot._replace(wrapped=flipped),
        slot._replace(made_at="2020-01-01T00:00:00+00:00"),
    ]


def test_no_field_of_a_slot_can_be_changed(light: Cost, start: datetime) -> None:
    made, key, _ = keys.create("anna", "four words in a row", start, light)
    for slot in _changed_slots(made.slots[0]):
        with pytest.raises(WrongPassphrase):
            keys.unlock(KeyFile(made.clinic, (slot,)), "anna", "four words in a row")
    renamed = KeyFile(made.clinic, (made.slots[0]._replace(name="eve"),))
    with pytest.raises(WrongPassphrase):
        keys.unlock(renamed, "eve", "four words in a row")
    assert keys.unlock(made, "anna", "four words in a row").reveal() == key.reveal()


def _set(document: object, path: tuple[str | int, ...], value: object) -> None:
    for step in path[:-1]:
        document = document[step]  # type: ignore[index]  # a tree of JSON
    document[path[-1]] = value  # type: ignore[index]  # a tree of JSON


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("slots",), None),
        (("slots", 0), []),
        (("slots", 0, "kdf", "memory_kib"), 2**40),
        (("slots", 0, "kdf", "memory_kib"), True),
        (("slots", 0, "kdf", "time"), 10**9),
        (("slots", 0, "kdf", "lanes"), 0),
        (("slots", 0, "kdf", "name"), "md5"),
        (("slots", 0, "kdf", "salt"), "****"),
        (("slots", 0, "wrapped"), ""),
        (("slots", 0, "nonce"), 12),
        (("slots", 0, "cipher"), "none"),
        (("slots", 0, "kind"), "guest"),
        (("slots", 0, "name"), 7),
    ],
)
def test_a_damaged_key_file_is_named_and_stalls_nothing(
    path: tuple[str | int, ...], value: object, light: Cost, start: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    keys.write(file, keys.create("anna", "four words in a row", start, light)[0])
    document = json.loads(file.read_bytes())
    _set(document, path, value)
    file.write_text(json.dumps(document))
    with pytest.raises(UserError, match=r"keys\.json is damaged"):
        keys.read(file)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_key_file_that_is_none_is_named(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(data)
    with pytest.raises(UserError, match=r"keys\.json is damaged"):
        keys.read(file)


def test_a_newer_or_missing_key_file_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    with pytest.raises(UserError, match="missing"):
        keys.read(file)
    file.write_text('{"format": "myositis-keys/2"}')
    with pytest.raises(UserError, match="newer version"):
        keys.read(file)


def test_the_data_key_does_not_show_and_can_be_wiped() -> None:
    key = DataKey(b"\x41" * 32)
    assert "A" * 4 not in repr(key)
    assert "41" not in f"{key}"
    key.wipe()
    assert key.reveal() == bytes(32)


def test_failures_do_not_carry_the_passphrase(light: Cost, start: datetime) -> None:
    made, _, _ = keys.create("anna", "four words in a row", start, light)
    with pytest.raises(WrongPassphrase) as caught:
        keys.unlock(made, "anna", "a secret that is wrong")
    assert "a secret" not in repr(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("edits", [100, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_changed_byte_of_the_key_file_is_refused_or_harmless(
    edits: int, light: Cost, start: datetime, tmp_path: Path
) -> None:
    file, chance = tmp_path / "keys.json", Random(11)
    made, key, _ = keys.create("anna", "four words in a row", start, light)
    keys.write(file, made)
    whole, refused = file.read_bytes(), 0
    for _ in range(edits):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        file.write_bytes(data)
        try:
            opened = keys.unlock(keys.read(file), "anna", "four words in a row")
        except UserError:
            refused += 1
        else:
            assert opened.reveal() == key.reveal()
        assert file.read_bytes() == data
    assert refused > edits // 3
