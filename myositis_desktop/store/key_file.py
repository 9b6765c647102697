"""The file keys.json as records: who can unlock, and the data key as it lies wrapped for each. It opens no secret.

Apart from `keys`, so that the lock screen can name the users before any cipher is loaded; named tuples, because a
dataclass takes ten times as long to make.
"""

import base64
import json
from pathlib import Path
from typing import Any, NamedTuple

from myositis_desktop.errors import UserError
from myositis_desktop.store.failures import disk_failure
from myositis_desktop.store.profile import write_atomic

FORMAT = "myositis-keys/1"
USER = "user"
RECOVERY = "recovery"
_DAMAGED = (
    "keys.json is damaged, so the clinic file cannot be unlocked. Nothing was changed. "
    "Put back keys.json and clinic.db together from the newest folder in backups."
)


class Cost(NamedTuple):
    """What one try at a passphrase costs: about 0.3 s and 128 MB with the defaults on an office machine."""

    time: int = 3
    memory_kib: int = 131072
    lanes: int = 4


DEAREST = Cost(time=64, memory_kib=4 * 1024 * 1024, lanes=64)
"""More than this a file may not ask for: it would stall or crash the key derivation."""


class Slot(NamedTuple):
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


class KeyFile(NamedTuple):
    """The contents of keys.json."""

    clinic: str
    """A random id that ties every slot to this file."""
    slots: tuple[Slot, ...]

    @property
    def users(self) -> tuple[str, ...]:
        """Names of those who can unlock, oldest first."""
        return tuple(s.name for s in self.slots if s.kind == USER)


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
    known = kdf["name"] == "argon2id" and document["cipher"] == "aes-256-gcm" and slot.kind in {USER, RECOVERY}
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
