"""The clinic's folder: the names in it, and writing a small file so that a crash leaves the old one or the new one."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from myositis_desktop.store.failures import disk_failure


@dataclass(frozen=True, slots=True)
class Profile:
    """Where everything of one clinic lies."""

    folder: Path

    @property
    def database(self) -> Path:
        """The encrypted clinic file."""
        return self.folder / "clinic.db"

    @property
    def keys(self) -> Path:
        """The data key, wrapped for each user."""
        return self.folder / "keys.json"

    @property
    def root(self) -> Path:
        """The clinic's root certificate; public."""
        return self.folder / "clinic-root.pem"

    @property
    def trust(self) -> Path:
        """What the clinic trusts and has taken back; public, signed by its root, holds nothing of a patient."""
        return self.folder / "clinic-trust.pem"

    @property
    def settings(self) -> Path:
        """Language, theme and the like; no patient data."""
        return self.folder / "settings.toml"

    @property
    def lock(self) -> Path:
        """Held by the one process that uses the clinic file."""
        return self.folder / "clinic.lock"

    @property
    def tries(self) -> Path:
        """Wrong passphrases since the last right one."""
        return self.folder / "tries.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def make(self) -> None:
        """The folders, readable for this account only. Raises UserError where that is not possible."""
        try:
            for folder in (self.folder, self.logs, self.backups):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise disk_failure(error) from error


def write_atomic(path: Path, data: bytes) -> None:
    """Writes the file beside its place and moves it there; on disk when this returns. Raises UserError."""
    part = path.with_name(f".{os.urandom(6).hex()}.part")
    try:
        try:
            _write_through(part, data)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise disk_failure(error) from error


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder last through a power cut, where the system can (Windows does by itself)."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_through(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
