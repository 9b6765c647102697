"""Reading and writing files whole or not at all, and the log of faults."""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from myositis_desktop.errors import BugError, UserError

STREAM = "-"
LARGEST_LOG = 1_000_000
"""Bytes; a longer log is put aside, and the one put aside before is dropped."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFullError(UserError):
    """The machine could not take what was written (a full disk, a broken device); the call itself was right."""


def prepare_streams() -> None:
    """Make the standard streams safe: never closed, and a character that they cannot show is written as its code."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, or a program without a terminal on Windows
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def read_input(name: str, limit: int) -> bytes:
    """The bytes of a file or of standard input ("-"), never more than `limit` + 1 of them.

    Raises:
        UserError: the file is not there or may not be read.
    """
    if name == STREAM:
        return sys.stdin.buffer.read(limit + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise read_failure(name, error) from error


def read_failure(name: str, error: OSError) -> UserError:
    """The sentence for a file that cannot be read."""
    return UserError(f"{name} cannot be read: {_reason(error)}.")


def read_passphrase(file: Path) -> str:
    """The first line of a file, without its end.

    Raises:
        UserError: it cannot be read, is empty or is not text.
    """
    try:
        text = read_input(str(file), 10_000).decode()
    except UnicodeDecodeError:
        raise UserError(f"{file} is not a text file in UTF-8; its first line must be the passphrase.") from None
    lines = text.splitlines()
    if not lines or not lines[0]:
        raise UserError(f"The first line of {file} is empty; it must be the passphrase.")
    return lines[0]


def write_files(outputs: Sequence[tuple[str, bytes]]) -> None:
    """Write several files, all or none; "-" is standard output. Devices and pipes are written to as they are, so that a
    plan never lies in a temporary folder.

    Raises:
        UserError: a place that cannot be written; DiskFullError where the disk is full. What was there is unchanged.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, content in outputs:
            if name != STREAM and not _special(Path(name)):
                waiting.append((_beside(Path(name), content), Path(name)))
        for name, content in outputs:
            if name == STREAM:
                sys.stdout.buffer.write(content)
            elif _special(Path(name)):
                _into(Path(name), content)
        for ready, target in waiting:
            _put(ready, target)
    finally:
        for ready, _ in waiting:
            ready.unlink(missing_ok=True)


@contextmanager
def writing(name: str) -> Iterator[BinaryIO]:
    """A file that takes its place only when the block ends well; "-" is standard output.

    Raises:
        UserError: see `write_files`.
    """
    if name == STREAM:
        yield sys.stdout.buffer
        return
    target = Path(name)
    if _special(target):
        with _told(target), target.open("wb") as device:
            yield device
        return
    with _told(target):
        ready, file = _temporary(target)
    try:
        with file:
            yield file
            with _told(target):
                file.flush()
        _put(ready, target)
    finally:
        ready.unlink(missing_ok=True)


def _beside(target: Path, content: bytes) -> Path:
    """A synced temporary neighbour of `target` with this content."""
    with _told(target):
        ready, file = _temporary(target)
        try:
            with file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            ready.unlink(missing_ok=True)
            raise
        return ready


def _temporary(target: Path) -> tuple[Path, BinaryIO]:
    if target.is_dir():
        raise UserError(f"{target} is a folder; a file name is needed. Nothing was written.")
    handle, name = tempfile.mkstemp(dir=target.resolve().parent, prefix=f".{target.name[:40]}.", suffix=".part")
    return Path(name), os.fdopen(handle, "wb")


def _put(ready: Path, target: Path) -> None:
    with _told(target):
        ready.replace(target.resolve())


def _into(target: Path, content: bytes) -> None:
    with _told(target):
        target.write_bytes(content)


def _special(target: Path) -> bool:
    """Devices and pipes are written to, never replaced."""
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = DiskFullError if error.errno in _FULL else UserError
        raise kind(f"{target} cannot be written: {_reason(error)}. Nothing was changed.") from error


def _reason(error: OSError) -> str:
    return {
        errno.ENOENT: "there is no such file or folder",
        errno.EACCES: "permission is missing",
        errno.EPERM: "permission is missing",
        errno.EROFS: "the disk is read-only",
        errno.ENOSPC: "the disk is full",
        errno.EISDIR: "it is a folder",
    }.get(error.errno or 0, (error.strerror or "the system refused").lower())


def disk_failure(error: Exception) -> str | None:
    """A sentence for a full or read-only disk met anywhere; None for every other failure."""
    if isinstance(error, OSError) and error.errno in {*_FULL, errno.EROFS}:
        return f"The work stopped because {_reason(error)}. What was filed before is kept; make room and try again."
    return None


def hush_broken_pipe() -> None:
    """Let the interpreter end without a complaint when the reader of standard output has gone."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def log_fault(error: BaseException, profile: Path) -> Path:
    """Append the failure to the profile's log: types and frames, never values, so no patient data.

    The message of a BugError is ours and holds none (see `errors`), so it stands there too.

    Returns:
        The log file; one in the system's temporary folder where the profile cannot be written.
    """
    lines = [f"{datetime.now().astimezone().isoformat(timespec='seconds')} fault"]
    seen: BaseException | None = error
    while seen is not None:
        said = f": {seen}" if isinstance(seen, BugError) else ""
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}{said}")
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    text = "\n".join(lines) + "\n"
    for folder in (profile / "logs", Path(tempfile.gettempdir())):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            log = folder / "myositis-desktop-faults.log"
            if log.exists() and log.stat().st_size > LARGEST_LOG:
                log.replace(log.with_suffix(".old.log"))
            with log.open("a", encoding="utf-8") as file:
                file.write(text)
            return log
    return Path(os.devnull)
