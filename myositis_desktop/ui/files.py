"""Reading and writing the files that the user picks, with a sentence when it does not work."""

import os
import secrets
from pathlib import Path

from myositis_desktop.errors import UserError

LARGEST = 64_000_000
"""Bytes; nothing that the program reads is larger."""


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises UserError where it is too large or cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path.name} is larger than {LARGEST // 1_000_000} MB and was not read.")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path.name} could not be read ({reason_of(error)}). Nothing was changed.") from error


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises UserError."""
    part = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError(
            f"{path.name} could not be written ({reason_of(error)}). The records are untouched. Choose another place."
        ) from error


def reason_of(error: OSError) -> str:
    """The system's words for it, without the path."""
    return (error.strerror or "the disk reported an error").lower()


def file_stem(*parts: str) -> str:
    """A name for a file from words that may hold anything."""
    words = ("".join(c if c.isalnum() or c in "-." else "-" for c in p).strip("-.") for p in parts)
    return "-".join(w for w in words if w) or "document"
