"""One process holds the clinic file. The system lets go of the lock when the process ends, however it ends."""

import json
import os
import platform
import sys
from datetime import datetime
from pathlib import Path

from myositis_desktop.errors import UserError
from myositis_desktop.store.failures import disk_failure

_FAR = 1 << 30
"""Windows locks bytes against reading too; a byte far behind the text keeps the text readable."""


class Lock:
    """The lock on one clinic folder; raises UserError where another process has it.

    While it is held the file tells who has it. `was_left` is true where the holder before ended without letting go,
    as a crash does.
    """

    def __init__(self, path: Path, now: datetime) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise disk_failure(error) from error
        try:
            self.was_left = self._hold(now)
        except BaseException:
            os.close(self._handle)
            raise

    def _hold(self, now: datetime) -> bool:
        """Takes the lock and says so in the file; whether the text of an earlier holder still stood there."""
        try:
            if not _take(self._handle):
                raise UserError(_who_has_it(self._handle))
            left = os.fstat(self._handle).st_size > 0
            holder = {"pid": os.getpid(), "host": platform.node(), "since": now.isoformat(timespec="seconds")}
            self._tell(json.dumps(holder).encode())
        except OSError as error:
            raise disk_failure(error) from error
        return left

    def release(self, *, clean: bool = True) -> None:
        """Lets go. The file stays: removing it could take it from under a process that is just starting.

        Unless `clean`, the text stays too, so that the next holder still knows of a crash that was not looked into.
        """
        try:
            if clean:
                self._tell(b"")
        except OSError:
            pass  # an unreachable disk must not stop the program from closing
        finally:
            os.close(self._handle)

    def _tell(self, text: bytes) -> None:
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, text)


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - exists there only

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - exists there only

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _who_has_it(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        holder = json.loads(os.read(handle, 4096))
        who = f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process that is just starting or ending"
    return (
        f"The clinic file is already open: {who}. Nothing was changed. "
        "Use the window that is open, or close it and start again."
    )
