"""The encrypted container in which a patient is handed over: a ZIP file under a passphrase; see docs/archive.md."""

import base64
import io
import json
import secrets
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from myositis_desktop.errors import UserError
from myositis_desktop.store.keys import DEAREST, DEFAULT_COST, Cost, WrongPassphrase, normal

MAGIC = b"myositis-patient/1\n"
LARGEST = 512_000_000
"""Bytes of an archive, and of what is in it."""
_LONGEST_HEADER = 2000
_MOST_FILES = 20_000
_DAMAGED = "This archive is damaged. Nothing was changed. Ask for it once more."
_NO_ARCHIVE = (
    "This is not a patient archive, or a newer version of the program wrote it. Nothing was changed. "
    "Choose a file that ends in .myositis-patient."
)


def seal(files: Mapping[str, bytes], passphrase: str, cost: Cost = DEFAULT_COST) -> bytes:
    """The archive of some files, by name, under a passphrase."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    kdf = {"name": "argon2id", "time": cost.time, "memory_kib": cost.memory_kib, "lanes": cost.lanes}
    header = {"kdf": {**kdf, "salt": _text(salt)}, "cipher": "aes-256-gcm", "nonce": _text(nonce)}
    head = MAGIC + json.dumps(header).encode() + b"\n"
    return head + AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, packed.getvalue(), head)


def unseal(data: bytes, passphrase: str) -> dict[str, bytes]:
    """The files of an archive, by name.

    Raises:
        WrongPassphrase: the passphrase does not open it, or a byte of it was changed; the two cannot be told apart.
        UserError: it is no archive.
    """
    head, salt, nonce, cost = _head(data)
    try:
        packed = AESGCM(_stretched(passphrase, salt, cost)).decrypt(nonce, data[len(head) :], head)
    except InvalidTag:
        raise WrongPassphrase(
            "The passphrase does not open this archive, or the file was damaged on its way. Nothing was changed. "
            "Try again, or ask for the archive once more."
        ) from None
    return _files(packed)


def _head(data: bytes) -> tuple[bytes, bytes, bytes, Cost]:
    """(everything before the cipher text, salt, nonce, cost); UserError where it makes no sense."""
    end = data.find(b"\n", len(MAGIC), len(MAGIC) + _LONGEST_HEADER)
    if not data.startswith(MAGIC) or end < 0 or len(data) > LARGEST:
        raise UserError(_NO_ARCHIVE)
    try:
        header: dict[str, Any] = json.loads(data[len(MAGIC) : end])
        kdf = header["kdf"]
        cost = Cost(kdf["time"], kdf["memory_kib"], kdf["lanes"])
        salt, nonce = (base64.b64decode(text, validate=True) for text in (kdf["salt"], header["nonce"]))
        known = (kdf["name"], header["cipher"]) == ("argon2id", "aes-256-gcm")
        pairs = zip(_numbers(cost), _numbers(DEAREST), strict=True)
        fits = all(type(n) is int and 0 < n <= most for n, most in pairs) and cost.memory_kib >= 8 * cost.lanes
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(_DAMAGED) from None
    if not (known and fits and len(salt) == 16 and len(nonce) == 12):
        raise UserError(_DAMAGED)
    return data[: end + 1], salt, nonce, cost


def _files(packed: bytes) -> dict[str, bytes]:
    """What the ZIP holds; it was sealed, so only somebody with the passphrase can have made it, and may have erred."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise UserError(_DAMAGED)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        raise UserError(_DAMAGED) from None


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(normal(passphrase).encode(), salt, *_numbers(cost), 32, Type.ID)


def _numbers(cost: Cost) -> tuple[int, int, int]:
    return cost.time, cost.memory_kib, cost.lanes


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
