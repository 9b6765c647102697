"""The people of an open clinic: who has access, in which role, and their passphrases."""

from dataclasses import dataclass, field, replace

from myositis_desktop.clinic import founding
from myositis_desktop.clinic.desk import Desk
from myositis_desktop.clinic.rights import ROLES, Right, needs
from myositis_desktop.errors import BugError
from myositis_desktop.store import audit, keys, people
from myositis_desktop.store.keys import Cost, DataKey, KeyFile
from myositis_desktop.store.people import User
from myositis_desktop.store.tries import counted


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody who is about to get access."""

    name: str
    """Short, for unlocking."""
    full_name: str
    """As it stands in signatures."""
    passphrase: str = field(repr=False)


class Staff:
    """Adds, changes and ends access. Every method raises UserError with a sentence to show.

    The data key stays the same throughout: nothing is encrypted again. Who had access and kept a copy of the folder
    can still read that copy; ending access closes the file of today.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def user(self) -> User:
        """Who is in."""
        return self._desk.user

    @needs(Right.PEOPLE)
    def everybody(self) -> tuple[User, ...]:
        """All who have or had access, oldest first; without a key (a copy of an old keys.json) counts as disabled."""
        with_key = keys.read(self._desk.profile.keys).users
        found = people.users(self._desk.store)
        return tuple(replace(u, disabled=u.disabled or u.name not in with_key) for u in found)

    @needs(Right.PEOPLE)
    def add(self, own_passphrase: str, new: NewUser, role: str, cost: Cost | None = None) -> None:
        """A further user, with a signing identity. Asks the administrator's own passphrase again."""
        _check_role(role)
        keys.check_name(new.name)
        founding.check_title(new.full_name, "full name")
        self._check_new(new.passphrase, new.name, new.full_name)
        key_file, key = self._unlocked(own_passphrase)
        with key, self._desk.store.atomic():
            person = User(new.name, new.full_name, role)
            people.add_user(self._desk.store, person, self._identity(new.full_name, new.passphrase), self._desk.stamp())
            self._write_slot(key_file, key, new.name, new.passphrase, cost)

    @needs(Right.PEOPLE)
    def set_role(self, name: str, role: str) -> None:
        """Another role for a user; the last administrator stays one."""
        _check_role(role)
        changed = replace(people.user(self._desk.store, name), role=role)
        people.change_user(self._desk.store, changed, self._desk.stamp())
        if name == self.user.name:
            self._desk.user = changed

    @needs(Right.PEOPLE)
    def end_access(self, name: str) -> None:
        """The user's passphrase opens the clinic no longer. What the user signed stays valid."""
        store = self._desk.store
        with store.atomic():
            people.change_user(store, replace(people.user(store, name), disabled=True), self._desk.stamp())
            keys.write(self._desk.profile.keys, keys.disable(keys.read(self._desk.profile.keys), name))
        if name == self.user.name:
            self._desk.user = replace(self.user, disabled=True)

    @needs(Right.PEOPLE)
    def give_access(self, own_passphrase: str, name: str, passphrase: str, cost: Cost | None = None) -> None:
        """A new passphrase for a user who forgot it or had none any more. Asks the administrator's own one again."""
        store = self._desk.store
        known = people.user(store, name)
        self._check_new(passphrase, name, known.full_name)
        key_file, key = self._unlocked(own_passphrase)
        with key, store.atomic():
            people.change_user(store, replace(known, disabled=False), self._desk.stamp())
            people.add_identity(store, name, self._identity(known.full_name, passphrase), self._desk.stamp())
            audit.record(store, self._desk.stamp(), "passphrase-set", f"user/{name}")
            self._write_slot(key_file, key, name, passphrase, cost)

    def change_passphrase(self, old: str, new: str, cost: Cost | None = None) -> None:
        """A new passphrase for the user who is in, with a new signing identity under it. Raises WrongPassphrase."""
        key_file, key = self._unlocked(old)
        with key:
            self.set_passphrase(key_file, key, new, cost)

    def confirm(self, passphrase: str) -> None:
        """Asks again who is in, before something serious. Raises WrongPassphrase, TooManyTries."""
        _, key = self._unlocked(passphrase)
        key.wipe()

    def set_passphrase(self, key_file: KeyFile, key: DataKey, new: str, cost: Cost | None) -> None:
        """As `change_passphrase`, for one who has the data key. Raises UserError.

        The identity is written first: whichever of the two passphrases then holds, there is an identity under it.
        """
        name, full_name = self.user.name, self.user.full_name
        self._check_new(new, name, full_name)
        rewrapped = keys.set_passphrase(key_file, key, name, new, self._desk.clock(), cost or keys.tuned_cost())
        people.add_identity(self._desk.store, name, self._identity(full_name, new), self._desk.stamp())
        keys.write(self._desk.profile.keys, rewrapped)
        audit.record(self._desk.store, self._desk.stamp(), "passphrase-changed", f"user/{name}")

    def _check_new(self, passphrase: str, *names: str) -> None:
        keys.check_strength(passphrase, (*names, self._desk.record.name))

    def _unlocked(self, passphrase: str) -> tuple[KeyFile, DataKey]:
        """The key file, and the data key by the passphrase of who is in; a wrong one is counted."""
        key_file = keys.read(self._desk.profile.keys)
        with counted(self._desk.profile.tries, self.user.name, self._desk.clock()):
            return key_file, keys.unlock(key_file, self.user.name, passphrase)

    def _identity(self, full_name: str, passphrase: str) -> bytes:
        return founding.new_identity(self._desk.record, full_name, passphrase, self._desk.clock())

    def _write_slot(self, key_file: KeyFile, key: DataKey, name: str, passphrase: str, cost: Cost | None) -> None:
        """Inside the transaction: a key file that cannot be written takes the rows back with it."""
        now = self._desk.clock()
        wrapped = keys.set_passphrase(key_file, key, name, passphrase, now, cost or keys.tuned_cost())
        keys.write(self._desk.profile.keys, wrapped)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BugError(f"there is no role {role}")
