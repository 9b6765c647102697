"""What was typed and not yet saved: kept beside the clinic file, encrypted, for the moment after a crash.

The file is written at every edit and taken away by the save that follows it a moment later. Where the clinic's folder
cannot be written (a full disk, a stick pulled out), it goes to the temporary folder of the account.
"""

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from myositis_desktop.store.database import Stamp, Store

_NONCE = 12


@dataclass(frozen=True, slots=True, repr=False)
class Unsaved:
    """A draft that did not reach the clinic file."""

    patient_id: int
    case_file: bytes
    saved_before: str
    """SHA-256 of the saved draft that it was typed on."""
    who: str
    at: datetime


def keep(store: Store, patient_id: int, case_file: bytes, saved_before: str, stamp: Stamp) -> bool:
    """Writes it down; False where no place could take it. Never fails: the save itself is still to come."""
    told = {
        "patient": patient_id,
        "case": case_file.decode(),
        "before": saved_before,
        "who": stamp.who,
        "at": stamp.at.isoformat(),
    }
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + _cipher(store).encrypt(nonce, json.dumps(told).encode(), b"unsaved")
    for folder in _folders(store):
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            part = folder / f".{patient_id}.part"
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
            part.replace(folder / f"{patient_id}.unsaved")
            return True
    return False


def drop(store: Store, patient_id: int) -> None:
    """It was saved, or is not wanted."""
    for folder in _folders(store):
        with suppress(OSError):
            (folder / f"{patient_id}.unsaved").unlink(missing_ok=True)
            folder.rmdir()  # where it was the last one


def left_over(store: Store) -> tuple[Unsaved, ...]:
    """What an earlier run could not save, newest first; what cannot be read is left where it lies."""
    return tuple(sorted(_found(store), key=lambda one: one.at, reverse=True))


def _found(store: Store) -> Iterator[Unsaved]:
    for folder in _folders(store):
        for file in folder.glob("*.unsaved"):
            with suppress(OSError, ValueError, KeyError, InvalidTag):
                sealed = file.read_bytes()
                told = json.loads(_cipher(store).decrypt(sealed[:_NONCE], sealed[_NONCE:], b"unsaved"))
                at = datetime.fromisoformat(told["at"])
                yield Unsaved(int(told["patient"]), told["case"].encode(), told["before"], told["who"], at)


def _cipher(store: Store) -> AESGCM:
    """A key of its own, so that no two ciphers ever work under the data key."""
    return AESGCM(hashlib.sha256(b"myositis unsaved drafts\0" + store.key.reveal()).digest())


def _folders(store: Store) -> tuple[Path, Path]:
    """In the clinic's folder; else in the temporary folder, under a name that only this clinic's key gives."""
    name = hashlib.sha256(b"myositis unsaved folder\0" + store.key.reveal()).hexdigest()[:16]
    return store.path.parent / "unsaved", Path(tempfile.gettempdir()) / f"myositis-{name}"
