"""keys.json: the one random data key of the clinic, wrapped for each user and for the printed recovery key.

A passphrase is never stored. Argon2id stretches it to a key that opens one slot; the slot holds the data key under
AES-256-GCM, with the slot's own name and parameters as associated data, so that no field can be swapped or weakened.
All functions return a new record; only `write` touches the disk. The records themselves: `key_file`.
"""

import json
import secrets
import time
import unicodedata
from datetime import datetime
from typing import Self

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from myositis_desktop.errors import UserError
from myositis_desktop.store.key_file import DEAREST, FORMAT, RECOVERY, USER, Cost, KeyFile, Slot, read, write
from myositis_desktop.store.recovery import new_recovery_key, read_recovery_key
from myositis_desktop.store.strength import strength

__all__ = [
    "DEAREST",
    "DEFAULT_COST",
    "SHORTEST_PASSPHRASE",
    "Cost",
    "DataKey",
    "KeyFile",
    "Slot",
    "WrongPassphrase",
    "add_user",
    "change_passphrase",
    "check_known",
    "check_name",
    "check_passphrase",
    "check_strength",
    "create",
    "disable",
    "normal",
    "read",
    "set_passphrase",
    "tuned_cost",
    "unlock",
    "unlock_with_recovery",
    "write",
]

SHORTEST_PASSPHRASE = 12
_LONGEST_PASSPHRASE = 1024
_LONGEST_NAME = 64


class WrongPassphrase(UserError):  # noqa: N818 - the name says what the clinician sees
    """The passphrase does not open this user's slot; nothing was changed."""


class DataKey:
    """The 32 bytes that open the clinic file. Never printed; `wipe` overwrites this copy of them."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        self._raw = bytearray(raw)

    def __repr__(self) -> str:
        return "DataKey(hidden)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.wipe()

    def reveal(self) -> bytes:
        """The bytes, for the cipher alone."""
        return bytes(self._raw)

    def wipe(self) -> None:
        """Overwrites the key. Copies that the interpreter made on the way are out of reach."""
        self._raw[:] = bytes(len(self._raw))


DEFAULT_COST = Cost()
_WANTED_SECONDS = 0.5
_MOST_ROUNDS = 12


def tuned_cost() -> Cost:
    """The cost that makes a try last half a second on this machine; never less than the default."""
    started = time.perf_counter()
    hash_secret_raw(b"measured", bytes(16), 1, DEFAULT_COST.memory_kib, DEFAULT_COST.lanes, 32, Type.ID)
    rounds = round(_WANTED_SECONDS / max(time.perf_counter() - started, 0.001))
    return DEFAULT_COST._replace(time=min(max(rounds, DEFAULT_COST.time), _MOST_ROUNDS))


def create(name: str, passphrase: str, now: datetime, cost: Cost = DEFAULT_COST) -> tuple[KeyFile, DataKey, str]:
    """A new data key with slots for one user and for recovery, and the recovery key to print, which is kept nowhere."""
    key, printed = DataKey(secrets.token_bytes(32)), new_recovery_key()
    empty = KeyFile(clinic=secrets.token_hex(16), slots=())
    keys = add_user(empty, key, name, passphrase, now, cost)
    slot = _wrap(keys.clinic, key, (RECOVERY, ""), read_recovery_key(printed), now, cost)
    return keys._replace(slots=(*keys.slots, slot)), key, printed


def unlock(keys: KeyFile, name: str, passphrase: str) -> DataKey:
    """The data key. Takes as long as the slot's cost.

    Raises:
        WrongPassphrase: the passphrase is not this user's.
        UserError: there is no such user.
    """
    check_known(keys, name)
    slot = next(s for s in keys.slots if s.kind == USER and s.name == name)
    key = _unwrap(keys.clinic, slot, normal(passphrase).encode())
    if key is None:
        raise WrongPassphrase(
            "The passphrase is wrong. Nothing was changed. Try again; if it is lost, use the printed recovery key."
        )
    return key


def unlock_with_recovery(keys: KeyFile, printed: str) -> DataKey:
    """The data key, by the printed recovery key. Raises UserError where it is mistyped or another clinic's."""
    secret = read_recovery_key(printed)
    for slot in keys.slots:
        key = _unwrap(keys.clinic, slot, secret) if slot.kind == RECOVERY else None
        if key is not None:
            return key
    raise WrongPassphrase(
        "This recovery key belongs to another clinic, or it was replaced. Nothing was changed. "
        "Look for the newest sheet."
    )


def add_user(
    keys: KeyFile, key: DataKey, name: str, passphrase: str, now: datetime, cost: Cost = DEFAULT_COST
) -> KeyFile:
    """With a slot for one more user. Raises UserError for a name in use or a passphrase that is too short."""
    check_name(name)
    check_passphrase(passphrase)
    if name.casefold() in {n.casefold() for n in keys.users}:
        raise UserError(f"There is already a user “{name}”. Nothing was changed. Choose another name.")
    slot = _wrap(keys.clinic, key, (USER, name), normal(passphrase).encode(), now, cost)
    return keys._replace(slots=(*keys.slots, slot))


def set_passphrase(
    keys: KeyFile, key: DataKey, name: str, passphrase: str, now: datetime, cost: Cost = DEFAULT_COST
) -> KeyFile:
    """With a new passphrase for a user; the data key stays, so nothing has to be encrypted again."""
    return add_user(disable(keys, name), key, name, passphrase, now, cost)


def change_passphrase(
    keys: KeyFile, name: str, old: str, new: str, now: datetime, cost: Cost = DEFAULT_COST
) -> KeyFile:
    """With a new passphrase for a user who knows the old one. Raises WrongPassphrase."""
    key = unlock(keys, name, old)
    try:
        return set_passphrase(keys, key, name, new, now, cost)
    finally:
        key.wipe()


def disable(keys: KeyFile, name: str) -> KeyFile:
    """Without a user's slot: the passphrase opens nothing any more. An older copy of keys.json still would."""
    return keys._replace(slots=tuple(s for s in keys.slots if not (s.kind == USER and s.name == name)))


def check_known(keys: KeyFile, name: str) -> None:
    """Raises UserError where nobody of that name can unlock."""
    if name not in keys.users:
        raise UserError(f"There is no user “{name}” here. Nothing was changed. Choose a user from the list.")


def check_passphrase(passphrase: str) -> None:
    """Raises UserError where a new passphrase is too short or too long."""
    length = len(normal(passphrase))
    if length < SHORTEST_PASSPHRASE:
        raise UserError(
            f"The passphrase is too short: it needs at least {SHORTEST_PASSPHRASE} characters. Nothing was changed. "
            "Four or five words in a row are easy to keep in mind."
        )
    if length > _LONGEST_PASSPHRASE:
        raise UserError(
            f"The passphrase is longer than {_LONGEST_PASSPHRASE} characters. Nothing was changed. Shorten it."
        )


def check_strength(passphrase: str, known: tuple[str, ...]) -> None:
    """Raises UserError where a new passphrase is too short, too long or soon guessed by one who knows these names."""
    check_passphrase(passphrase)
    found = strength(normal(passphrase), known)
    if not found.is_enough:
        raise UserError(
            f"This passphrase is easy to guess. Nothing was changed. {found.hint} "
            "Four or five words in a row, with nothing to do with you or the clinic, are strong."
        )


def check_name(name: str) -> None:
    """Raises UserError where a user name cannot be used."""
    if not name.strip() or name != name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UserError(
            f"A user name has 1 to {_LONGEST_NAME} printable characters and no space at its ends. Nothing was changed. "
            "Choose another name."
        )


def normal(passphrase: str) -> str:
    """The passphrase in one Unicode form: keyboards differ in how they compose letters."""
    return unicodedata.normalize("NFC", passphrase)


def _wrap(clinic: str, key: DataKey, who: tuple[str, str], secret: bytes, now: datetime, cost: Cost) -> Slot:
    kind, name = who
    slot = Slot(kind, name, cost, secrets.token_bytes(16), secrets.token_bytes(12), b"", now.isoformat())
    wrapped = AESGCM(_stretch(slot, secret)).encrypt(slot.nonce, key.reveal(), _bound(clinic, slot))
    return slot._replace(wrapped=wrapped)


def _unwrap(clinic: str, slot: Slot, secret: bytes) -> DataKey | None:
    try:
        return DataKey(AESGCM(_stretch(slot, secret)).decrypt(slot.nonce, slot.wrapped, _bound(clinic, slot)))
    except InvalidTag:
        return None


def _stretch(slot: Slot, secret: bytes) -> bytes:
    cost = slot.cost
    return hash_secret_raw(secret, slot.salt, cost.time, cost.memory_kib, cost.lanes, 32, Type.ID)


def _bound(clinic: str, slot: Slot) -> bytes:
    """What the seal of a slot also covers."""
    cost = slot.cost
    fields = [FORMAT, clinic, slot.kind, slot.name, cost.time, cost.memory_kib, cost.lanes, slot.made_at]
    return json.dumps(fields).encode()
