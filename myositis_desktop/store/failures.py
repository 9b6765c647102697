"""What the database driver and the disk say, turned into sentences a clinician can act on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from myositis_desktop.errors import BugError, DamagedFile, UserError

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2

_KEPT = "Everything saved before is kept."
_FULL = f"The disk is full, so this could not be saved. {_KEPT} Make room on the disk and try again."
_READ_ONLY = (
    f"The clinic's folder may not be written to, so this could not be done. {_KEPT} "
    "Allow this account to write there, or choose another folder, and try again."
)
_GONE = (
    f"The clinic's folder or its file is no longer reachable. {_KEPT} "
    "Plug in or reconnect the disk it lies on, then start the program again."
)
DAMAGED = (
    "The clinic file is damaged. It was left as it is. Close the program, copy the whole folder to a safe place, "
    "then put back clinic.db and keys.json together from the newest folder in backups."
)
NOT_OURS = (
    "clinic.db cannot be read with the key of this clinic: it is damaged, or it belongs to another clinic. "
    "It was left as it is. Put back clinic.db and keys.json together from the newest folder in backups."
)
_BUSY = (
    f"Another program is using the clinic file, so this could not be saved. {_KEPT} "
    "Close the other program (a backup tool, a virus scanner) and try again."
)
_DISK = f"The disk reported an error, so this could not be done. {_KEPT} Check the disk and its cable, then try again."

_SQLITE = {3: _READ_ONLY, 5: _BUSY, 6: _BUSY, 8: _READ_ONLY, 10: _DISK, 11: DAMAGED, 13: _FULL, 14: _GONE, 26: NOT_OURS}
"""Primary result codes of SQLite that are the machine's or the user's business; all others are ours."""

_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EISDIR: _GONE,
}


def database_failure(error: "dbapi2.Error") -> UserError | BugError:
    """The failure to raise for an error of the driver. Its text never carries values of a row."""
    code = getattr(error, "sqlite_errorcode", None)
    sentence = _SQLITE.get((code or 0) & 0xFF)
    if sentence in (DAMAGED, NOT_OURS):
        return DamagedFile(sentence)
    return UserError(sentence) if sentence else BugError(f"database: {error} ({code})")


def disk_failure(error: OSError) -> UserError:
    """The failure to raise for an error of the file system."""
    return UserError(_ERRNO.get(error.errno or 0, _DISK))


@contextmanager
def translated() -> Iterator[None]:
    """Inside, errors of the driver and of the disk become `UserError` or `BugError`."""
    from sqlcipher3 import dbapi2  # noqa: PLC0415 - the lock screen tells of the disk before the driver is loaded

    try:
        yield
    except dbapi2.Error as error:
        raise database_failure(error) from error
    except OSError as error:
        raise disk_failure(error) from error
