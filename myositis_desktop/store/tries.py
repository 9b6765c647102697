"""Wrong passphrases, counted in a small file, so that a restart does not shorten the wait.

It slows down whoever sits at this workstation. Whoever copies the folder away is slowed by Argon2id alone.
"""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from myositis_desktop.errors import UserError
from myositis_desktop.store.failures import disk_failure
from myositis_desktop.store.keys import WrongPassphrase
from myositis_desktop.store.profile import write_atomic

_FREE = 3
_LONGEST = 900


class TooManyTries(UserError):  # noqa: N818 - as WrongPassphrase
    """Refused unseen, because of the wrong tries before it."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"There were too many wrong passphrases. Nothing was changed. Wait {seconds} seconds and try again."
        )
        self.seconds = seconds


def delay(wrong: int) -> int:
    """Seconds to wait after so many wrong tries in a row: none for the first two, then 2, 4, 8 … up to 15 minutes."""
    return 0 if wrong < _FREE else min(2 ** min(wrong - _FREE + 1, 20), _LONGEST)


@contextmanager
def counted(path: Path, name: str, now: datetime) -> Iterator[None]:
    """Around one try at a passphrase. It counts as wrong before it is judged, so that ending the program hides nothing.

    Raises:
        TooManyTries: it is too early for another try.
    """
    wrong, last = _read(path).get(name, (0, now))
    if now < last:  # the clock went back: the wait starts again now, and does not last until the old time returns
        last = now
        _write(path, name, (wrong, last))
    left = math.ceil(delay(wrong) - (now - last).total_seconds())
    if left > 0:
        raise TooManyTries(left)
    _write(path, name, (wrong + 1, now))
    try:
        yield
    except WrongPassphrase:
        raise
    except BaseException:
        _write(path, name, (wrong, last))
        raise
    _write(path, name, None)


def _read(path: Path) -> dict[str, tuple[int, datetime]]:
    """The counts by user; none where the file is missing or unreadable: removing it is as easy as damaging it."""
    try:
        entries = json.loads(path.read_bytes())
        return {name: (int(e["wrong"]), datetime.fromisoformat(e["last"])) for name, e in entries.items()}
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            return {}
        raise disk_failure(error) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _write(path: Path, name: str, entry: tuple[int, datetime] | None) -> None:
    entries = _read(path)
    entries.pop(name, None)
    if entry is not None and entry[0]:
        entries[name] = entry
    if entries:
        document = {n: {"wrong": wrong, "last": last.isoformat()} for n, (wrong, last) in entries.items()}
        write_atomic(path, json.dumps(document, ensure_ascii=False).encode())
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise disk_failure(error) from error
