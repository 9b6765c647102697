"""Backups of an open clinic, and putting one back in the place of a clinic that is closed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from myositis_desktop.clinic.desk import Clock, Desk
from myositis_desktop.clinic.rights import Right, check, needs
from myositis_desktop.errors import UserError
from myositis_desktop.store import audit, backup, keys, people
from myositis_desktop.store.backup import Backup, Contents
from myositis_desktop.store.database import Stamp, open_store
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.location import check_place
from myositis_desktop.store.lock import Lock
from myositis_desktop.store.people import User
from myositis_desktop.store.profile import Profile
from myositis_desktop.store.salvage import Salvage, salvage
from myositis_desktop.store.settings import read_settings
from myositis_desktop.store.tries import counted

__all__ = ["Backup", "Contents", "Copies", "Restored", "found_backups", "preview", "rescue", "restore"]

EVERY = timedelta(minutes=30)
"""An automatic backup is made after changes, not more often."""
_QUICK = 64_000_000
"""Bytes of a clinic file that is backed up on closing; a larger one only when it is due."""


class Copies:
    """Makes, thins and lists backups. Every method raises UserError with a sentence to show."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last: datetime | None = None

    @property
    def user(self) -> User:
        """Who is in."""
        return self._desk.user

    @needs(Right.BACK_UP)
    def make(self) -> Path:
        """A verified backup, also in the second folder where that is there; the folder of the first."""
        return self._make()

    def make_due(self) -> Path | None:
        """As `make`, whoever is in, where something has changed and the last backup is old enough; else None."""
        now = self._desk.clock()
        if self._last is not None and now - self._last < EVERY:
            return None
        return self._make() if audit.changed_since_backup(self._desk.store) else None

    def make_leaving(self) -> Path | None:
        """As `make_due`, on closing: a small file is backed up whenever something has changed."""
        small = self._desk.profile.database.stat().st_size <= _QUICK
        if small and audit.changed_since_backup(self._desk.store):
            return self._make()
        return self.make_due()

    @needs(Right.DELETE)
    def renew(self) -> Path:
        """A new verified backup, and then none of the earlier ones that can be reached: they hold who was deleted."""
        made, place = self._make(), self._desk.profile
        for folder in (place.backups, second_folder(place)):
            if folder is not None:
                backup.remove_all_but(folder, made.name)
        audit.record(self._desk.store, self._desk.stamp(), "backups-removed", "clinic", {"kept": made.name})
        return made

    @needs(Right.BACK_UP)
    def known(self) -> tuple[Backup, ...]:
        """All backups that can be reached, newest first."""
        return found_backups(self._desk.profile.folder)

    def _make(self) -> Path:
        desk, now = self._desk, self._desk.clock()
        made = backup.back_up(desk.store, desk.profile, now)
        told = {"folder": made.name}
        second = second_folder(desk.profile)
        if second is not None:
            backup.copy_to(made, second, desk.store.key)
            told["second"] = str(second)
        audit.record(desk.store, desk.stamp(), "backup-made", "clinic", told)
        self._last = now
        for folder in (desk.profile.backups, second):
            if folder is not None:
                backup.thin(folder, now)
        return made


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    contents: Contents
    aside: Path | None
    """Where the files lie that stood there before."""


def second_folder(place: Profile) -> Path | None:
    """Where further copies go: a folder of this clinic in the second place, where one is set and plugged in now."""
    chosen = read_settings(place.settings).backup_folder
    if not chosen or not Path(chosen).is_dir() or Path(chosen).resolve() == place.backups.resolve():
        return None
    return Path(chosen) / f"myositis-backups-{keys.read(place.keys).clinic[:8]}"


def found_backups(profile: Path) -> tuple[Backup, ...]:
    """Backups of the clinic in a folder, here and in the second place, newest first. Needs no passphrase."""
    place = Profile(profile)
    found = list(backup.backups_in(place.backups))
    with suppress(UserError):  # without a readable key file the second place is not known by name
        second = second_folder(place)
        found += backup.backups_in(second) if second else ()
    return tuple(sorted(found, key=lambda b: b.made_at, reverse=True))


def preview(source: Path, profile: Path, who: tuple[str, str], clock: Clock) -> Contents:
    """What a backup holds; nothing is changed.

    Args:
        source: folder of the backup.
        profile: the clinic's folder, for the count of wrong tries and room for a copy.
        who: user name and passphrase as they were when the backup was made.
        clock: gives the time.

    Raises:
        WrongPassphrase, TooManyTries, UserError: as when a clinic is opened.
    """
    place = Profile(profile)
    place.make()
    with _unlocked(source, place, who, clock) as key:
        return backup.look_into(source, key, place.backups)


def restore(source: Path, profile: Path, who: tuple[str, str], clock: Clock) -> Restored:
    """Puts a backup in the place of the clinic; only an administrator of the backup may.

    What stood there is kept in backups, and the backup itself stays. The restored clinic records the restore.

    Raises:
        WrongPassphrase, TooManyTries, UserError: nothing was changed.
    """
    place = Profile(profile)
    check_place(profile)
    place.make()
    lock = Lock(place.lock, clock())
    try:
        with _unlocked(source, place, who, clock) as key:
            contents = backup.look_into(source, key, place.backups)
            _check_may(source, place, key, who[0])
            aside = backup.put_back(source, place, key, clock())
            _note(place, key, Stamp(who[0], clock()), {"from": str(source), "aside": aside.name if aside else ""})
    finally:
        lock.release()
    return Restored(contents, aside)


def rescue(profile: Path, who: tuple[str, str], clock: Clock) -> Salvage:
    """Everything that can be read of a damaged clinic file, as a new folder among the backups, to be restored from.

    Args:
        profile: the clinic's folder, which nobody has open; nothing in it is changed.
        who: user name and passphrase.
        clock: gives the time.

    Raises:
        WrongPassphrase, TooManyTries: as when a clinic is opened.
        UserError: nothing can be read, or another process has the clinic open.
    """
    place = Profile(profile)
    place.make()
    lock = Lock(place.lock, clock())
    try:
        with _unlocked(profile, place, who, clock) as key:
            return salvage(place, key, Stamp(who[0], clock()))
    finally:
        lock.release(clean=not lock.was_left)


def _unlocked(source: Path, place: Profile, who: tuple[str, str], clock: Callable[[], datetime]) -> DataKey:
    name, passphrase = who
    key_file = keys.read(source / place.keys.name)
    keys.check_known(key_file, name)
    with counted(place.tries, name, clock()):
        return keys.unlock(key_file, name, passphrase)


def _check_may(source: Path, place: Profile, key: DataKey, name: str) -> None:
    """Raises NotAllowed unless the user is an administrator, by the people of the backup."""
    check(backup.read_copy(source, key, place.backups, lambda store: people.user(store, name)), Right.RESTORE)


def _note(place: Profile, key: DataKey, stamp: Stamp, told: dict[str, str]) -> None:
    store = open_store(place.database, DataKey(key.reveal()), thorough=False)
    try:
        audit.record(store, stamp, "backup-restored", "clinic", told)
    finally:
        store.close()
