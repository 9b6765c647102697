"""keys.json: the one random data key of the clinic, wrapped for each user and for the printed recovery key.

A passphrase is never stored. Argon2id stretches it to a key that opens one slot; the slot holds the data key under
AES-256-GCM, with the slot's own name and parameters as associated data, so that no field can be swapped or weakened.
All functions return a new record; only `write` touches the disk.
"""

import base64
import json
import secrets
import time
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from myositis_desktop.errors import UserError
from myositis_desktop.store.failures import disk_failure
from myositis_desktop.store.profile import write_atomic
from myositis_desktop.store.recovery import new_recovery_key, read_recovery_key
from myositis_desktop.store.strength import strength

FORMAT = "myositis-keys/1"
SHORTEST_PASSPHRASE = 12
_LONGEST_PASSPHRASE = 1024
_LONGEST_NAME = 64
_USER = "user"
_RECOVERY = "recovery"
_DAMAGED = (
    "keys.json is damaged, so the clinic file cannot be unlocked. Nothing was changed. "
    "Put back keys.json and clinic.db together from the newest folder in backups."
)


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


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try at a passphrase costs: about 0.3 s and 128 MB with the defaults on an office machine."""

    time: int = 3
    memory_kib: int = 131072
    lanes: int = 4


DEFAULT_COST = Cost()
_WANTED_SECONDS = 0.5
_MOST_ROUNDS = 12
DEAREST = Cost(time=64, memory_kib=4 * 1024 * 1024, lanes=64)
"""More than this a file may not ask for: it would stall or crash the key derivation."""


def tuned_cost() -> Cost:
    """The cost that makes a try last half a second on this machine; never less than the default."""
    started = time.perf_counter()
    hash_secret_raw(b"measured", bytes(16), 1, DEFAULT_COST.memory_kib, DEFAULT_COST.lanes, 32, Type.ID)
    rounds = round(_WANTED_SECONDS / max(time.perf_counter() - started, 0.001))
    return replace(DEFAULT_COST, time=min(max(rounds, DEFAULT_COST.time), _MOST_ROUNDS))


@dataclass(frozen=True, slots=True)
class Slot:
    """The data key under one passphrase."""

    kind: str
    """user | recovery"""
    name: str
    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes
    made_at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The contents of keys.json."""

    clinic: str
    """A random id that ties every slot to this file."""
    slots: tuple[Slot, ...]

    @property
    def users(self) -> tuple[str, ...]:
        """Names of those who can unlock, oldest first."""
        return tuple(s.name for s in self.slots if s.kind == _USER)


def create(name: str, passphrase: str, now: datetime, cost: Cost = DEFAULT_COST) -> tuple[KeyFile, DataKey, str]:
    """A new data key with slots for one user and for recovery, and the recovery key to print, which is kept nowhere."""
    key, printed = DataKey(secrets.token_bytes(32)), new_recovery_key()
    empty = KeyFile(clinic=secrets.token_hex(16), slots=())
    keys = add_user(empty, key, name, passphrase, now, cost)
    slot = _wrap(keys.clinic, key, (_RECOVERY, ""), read_recovery_key(printed), now, cost)
    return replace(keys, slots=(*keys.slots, slot)), key, printed


def unlock(keys: KeyFile, name: str, passphrase: str) -> DataKey:
    """The data key. Takes as long as the slot's cost.

    Raises:
        WrongPassphrase: the passphrase is not this user's.
        UserError: there is no such user.
    """
    check_known(keys, name)
    slot = next(s for s in keys.slots if s.kind == _USER and s.name == name)
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
        key = _unwrap(keys.clinic, slot, secret) if slot.kind == _RECOVERY else None
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
    slot = _wrap(keys.clinic, key, (_USER, name), normal(passphrase).encode(), now, cost)
    return replace(keys, slots=(*keys.slots, slot))


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
    return replace(keys, slots=tuple(s for s in keys.slots if not (s.kind == _USER and s.name == name)))


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


def read(path: Path) -> KeyFile:
    """The key file. Raises UserError where it is missing, damaged or newer than this program."""
    try:
        document = json.loads(path.read_bytes())
        newer = document["format"] != FORMAT
        keys = None if newer else KeyFile(document["clinic"], tuple(_slot(s) for s in document["slots"]))
    except FileNotFoundError:
        raise UserError(
            "keys.json is missing, so the clinic file cannot be unlocked. Nothing was changed. "
            "Put it back from the newest folder in backups."
        ) from None
    except OSError as error:
        raise disk_failure(error) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(_DAMAGED) from None
    if keys is None:
        raise UserError(
            "keys.json was written by a newer version of the program. Nothing was changed. Install the newer version."
        )
    return keys


def write(path: Path, keys: KeyFile) -> None:
    """Replaces keys.json in one step; it is on the disk when this returns. Raises UserError."""
    document = {"format": FORMAT, "clinic": keys.clinic, "slots": [_slot_json(s) for s in keys.slots]}
    write_atomic(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def _wrap(clinic: str, key: DataKey, who: tuple[str, str], secret: bytes, now: datetime, cost: Cost) -> Slot:
    kind, name = who
    slot = Slot(kind, name, cost, secrets.token_bytes(16), secrets.token_bytes(12), b"", now.isoformat())
    wrapped = AESGCM(_stretch(slot, secret)).encrypt(slot.nonce, key.reveal(), _bound(clinic, slot))
    return replace(slot, wrapped=wrapped)


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


def _slot_json(slot: Slot) -> dict[str, Any]:
    return {
        "kind": slot.kind,
        "name": slot.name,
        "kdf": {
            "name": "argon2id",
            "time": slot.cost.time,
            "memory_kib": slot.cost.memory_kib,
            "lanes": slot.cost.lanes,
            "salt": _text(slot.salt),
        },
        "cipher": "aes-256-gcm",
        "nonce": _text(slot.nonce),
        "wrapped": _text(slot.wrapped),
        "made_at": slot.made_at,
    }


def _slot(document: dict[str, Any]) -> Slot:
    """A slot of the file; ValueError where its numbers would stall or crash the key derivation."""
    kdf = document["kdf"]
    cost = Cost(kdf["time"], kdf["memory_kib"], kdf["lanes"])
    slot = Slot(
        document["kind"],
        document["name"],
        cost,
        _bytes(kdf["salt"], 16),
        _bytes(document["nonce"], 12),
        _bytes(document["wrapped"], 48),
        document["made_at"],
    )
    words = (slot.kind, slot.name, slot.made_at)
    numbers = (cost.time, cost.memory_kib, cost.lanes)
    limits = (DEAREST.time, DEAREST.memory_kib, DEAREST.lanes)
    fits = all(type(n) is int and 0 < n <= most for n, most in zip(numbers, limits, strict=True))
    known = kdf["name"] == "argon2id" and document["cipher"] == "aes-256-gcm" and slot.kind in {_USER, _RECOVERY}
    if not (fits and known and all(type(w) is str for w in words) and cost.memory_kib >= 8 * cost.lanes):
        raise ValueError
    return slot


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str, length: int) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != length:
        raise ValueError
    return raw
