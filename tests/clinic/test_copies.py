"""Backups come by themselves, lie in two places, and put the clinic back without ever touching the only good copy."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from myositis_desktop.clinic import Clinic, NewUser, NotAllowed, WrongPassphrase, found_backups, preview, restore
from myositis_desktop.errors import UserError
from myositis_desktop.store import backup
from myositis_desktop.store.profile import Profile

KEPT = ("clinic.db", "keys.json", "clinic-root.pem", "clinic-trust.pem")
ANNA = ("anna", "four words in a row")
Tick = Callable[[], datetime]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file() and p.name != "tries.json"}


def _patients(place: Path, clock: Tick, who: tuple[str, str] = ANNA) -> int:
    clinic = Clinic.open(place, *who, clock)
    try:
        assert clinic.trail.verify() == ()
        return len(clinic.patients())
    finally:
        clinic.close()


def test_closing_after_changes_leaves_a_backup_and_without_changes_none(
    clinic: Clinic, place: Path, clock: Tick, example: bytes
) -> None:
    clinic.import_case(example)
    clinic.close()
    first = found_backups(place)
    assert len(first) == 1
    assert preview(first[0].folder, place, ANNA, clock).patients == 1
    Clinic.open(place, *ANNA, clock).close()
    assert found_backups(place) == first


def test_a_backup_is_due_after_changes_and_half_an_hour(clinic: Clinic, example: bytes) -> None:
    assert clinic.copies.make_due() is not None  # of the new clinic
    assert clinic.copies.make_due() is None
    clinic.import_case(example)
    assert clinic.copies.make_due() is None  # too early
    now = clinic._desk.clock()
    clinic._desk.clock = lambda: now + timedelta(minutes=31)
    assert clinic.copies.make_due() is not None
    clinic._desk.clock = lambda: now + timedelta(minutes=63)
    assert clinic.copies.make_due() is None  # nothing has changed


def test_a_second_place_gets_its_own_copies(clinic: Clinic, place: Path, clock: Tick, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    clinic.save_settings(replace(clinic.settings, backup_folder=str(stick)))
    clinic.copies.make()
    assert not stick.exists()  # not plugged in: nothing is made of it
    stick.mkdir()
    made = clinic.copies.make()
    copies = [b for b in clinic.copies.known() if stick in b.folder.parents]
    assert [b.folder.name for b in copies] == [made.name]
    assert _bytes(copies[0].folder) == _bytes(made)
    clinic.close()
    shutil.rmtree(place)
    restore(copies[0].folder, place, ANNA, clock)
    assert _patients(place, clock) == 0


def test_a_restore_brings_back_what_was_there_and_keeps_what_it_replaces(
    clinic: Clinic, place: Path, clock: Tick, example: bytes
) -> None:
    clinic.import_case(example)
    clinic.sign(1, ANNA[1], "author")
    made = clinic.copies.make()
    source = _bytes(made)
    clinic.import_case(example.replace(b"DEMO-001", b"DEMO-999"))
    clinic.close()
    before = _bytes(place)
    seen = preview(made, place, ANNA, clock)
    assert (seen.clinic, seen.patients, seen.plans) == ("Hill clinic", 1, 1)
    assert _bytes(place) == before
    done = restore(made, place, ANNA, clock)
    assert done.aside is not None
    assert {name: before[name] for name in KEPT} == _bytes(done.aside)
    assert _bytes(made) == source
    assert _patients(place, clock) == 1
    assert not [p for p in place.rglob(".*")]  # noqa: C416 - the leftovers, shown where there are any
    opened = Clinic.open(place, *ANNA, clock)
    noted = [row for row in opened.trail.rows() if row.action == "backup-restored"]
    opened.close()
    assert noted[0].detail == {"from": str(made), "aside": done.aside.name}
    shutil.copytree(done.aside, place, dirs_exist_ok=True)
    assert _patients(place, clock) == 2


def test_a_damaged_clinic_is_put_aside_as_it_is(clinic: Clinic, place: Path, clock: Tick, example: bytes) -> None:
    clinic.import_case(example)
    clinic.close()
    database = Profile(place).database
    database.write_bytes(database.read_bytes()[:9000])
    Profile(place).keys.unlink()
    done = restore(found_backups(place)[0].folder, place, ANNA, clock)
    assert done.aside is not None
    assert (done.aside / "clinic.db").stat().st_size == 9000
    assert _patients(place, clock) == 1


def test_nobody_else_puts_a_backup_back(
    enter: Callable[[str], Clinic], place: Path, clock: Tick, people: dict[str, NewUser]
) -> None:
    made = enter("administrator").copies.make()
    open_clinic = enter("clinician")
    with pytest.raises(UserError, match="already open"):
        restore(made, place, ANNA, clock)
    open_clinic.close()
    before = _bytes(place)
    for role in ("clinician", "assistant", "reader"):
        who = people[role]
        with pytest.raises(NotAllowed):
            restore(made, place, (who.name, who.passphrase), clock)
    with pytest.raises(WrongPassphrase):
        restore(made, place, ("anna", "not the four words"), clock)
    assert _bytes(place) == before


@pytest.mark.parametrize("name", ["clinic.db", "keys.json", "clinic-root.pem"])
def test_a_backup_that_lacks_a_file_changes_nothing(
    name: str, clinic: Clinic, place: Path, clock: Tick, example: bytes
) -> None:
    clinic.import_case(example)
    made = clinic.copies.make()
    clinic.close()
    (made / name).unlink()
    before = _bytes(place)
    with pytest.raises(UserError):
        restore(made, place, ANNA, clock)
    assert _bytes(place) == before


def _spoil(clinic: Clinic, place: Path, clock: Tick, example: bytes, edits: int, seed: int) -> None:
    """Changes single bytes of a backup; each is refused with a sentence or harmless, and then nothing is lost."""
    clinic.import_case(example)
    made = clinic.copies.make()
    clinic.close()
    chance, whole = Random(seed), _bytes(made)
    before = _bytes(place)
    for _ in range(edits):
        name = chance.choice(["clinic.db", "keys.json"])
        data = bytearray(whole[name])
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        (made / name).write_bytes(data)
        try:
            found = preview(made, place, ANNA, clock)
        except UserError:
            (place / "tries.json").unlink(missing_ok=True)  # a changed slot looks like a wrong passphrase
        else:
            assert (found.clinic, found.patients, found.plans) == ("Hill clinic", 1, 0)
        (made / name).write_bytes(whole[name])
    assert _bytes(place) == before


def test_a_changed_byte_of_a_backup_is_found_or_harmless(
    clinic: Clinic, place: Path, clock: Tick, example: bytes
) -> None:
    _spoil(clinic, place, clock, example, edits=40, seed=1)


@pytest.mark.soak
def test_a_thousand_changed_bytes_of_a_backup(clinic: Clinic, place: Path, clock: Tick, example: bytes) -> None:
    _spoil(clinic, place, clock, example, edits=1000, seed=2)


@pytest.mark.parametrize("stop", range(6))
def test_a_restore_that_is_cut_off_leaves_one_clinic_or_the_other(
    stop: int, clinic: Clinic, place: Path, clock: Tick, example: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails at each step in turn; whatever stands there afterwards opens, and nothing is lost."""
    made = clinic.copies.make()
    clinic.import_case(example)
    clinic.close()
    left = stop

    def step(real: Callable[..., object]) -> Callable[..., object]:
        def fail_in_time(*args: object, **kwargs: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(5, "the disk failed")
            return real(*args, **kwargs)

        return fail_in_time

    for name in ("_put_aside", "sync_folder", "_flush"):
        monkeypatch.setattr(backup, name, step(getattr(backup, name)))
    monkeypatch.setattr(Path, "replace", step(Path.replace))
    with pytest.raises(UserError):
        restore(made, place, ANNA, clock)
    monkeypatch.undo()
    asides = [p for p in Profile(place).backups.glob("replaced-*") if not p.name.startswith(".")]
    counts = {_patients(place, clock)}
    for aside in asides:
        shutil.copytree(aside, place, dirs_exist_ok=True)
        counts.add(_patients(place, clock))
    assert 1 in counts


def test_a_failed_automatic_backup_does_not_keep_the_clinic_open(
    clinic: Clinic, place: Path, clock: Tick, example: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.import_case(example)

    def fail(*_: object) -> None:
        raise UserError("The disk is full.")

    monkeypatch.setattr(backup, "back_up", fail)
    clinic.close()
    monkeypatch.undo()
    assert _patients(place, clock) == 1


def test_settings_keep_the_second_place_and_refuse_nonsense(clinic: Clinic) -> None:
    odd = r'/media/Łódź "stick" \ 1'
    clinic.save_settings(replace(clinic.settings, backup_folder=odd))
    assert clinic.settings.backup_folder == odd
    for wrong in ("relative/place", "/media/two\nlines"):
        with pytest.raises(ValueError, match="backup_folder"):
            clinic.save_settings(replace(clinic.settings, backup_folder=wrong))
