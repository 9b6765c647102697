"""One process has the clinic; the next one is told who; a crash lets go."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.store.lock import Lock

HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from myositis_desktop.store.lock import Lock
lock = Lock(Path(sys.argv[1]), datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
print("held", lock.was_left, flush=True)
time.sleep(60)
"""


def _start(path: Path) -> "subprocess.Popen[str]":
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().startswith("held")
    return child


def _kill(child: "subprocess.Popen[str]") -> None:
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    child.communicate()


def test_a_second_process_is_told_who_has_it(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "clinic.lock"
    child = _start(path)
    try:
        with pytest.raises(UserError, match=f"process {child.pid} on .* since 2026-11-20T09:00:00"):
            Lock(path, start)
    finally:
        _kill(child)


def test_a_crash_lets_go_and_is_noticed(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "clinic.lock"
    _kill(_start(path))
    lock = Lock(path, start)
    assert lock.was_left
    lock.release(clean=False)
    again = Lock(path, start)
    assert again.was_left
    again.release()
    assert path.read_bytes() == b""
    third = Lock(path, start)
    assert not third.was_left
    third.release()


def test_the_same_process_cannot_take_it_twice(tmp_path: Path, start: datetime) -> None:
    path = tmp_path / "clinic.lock"
    lock = Lock(path, start)
    with pytest.raises(UserError, match=f"process {os.getpid()}"):
        Lock(path, start)
    lock.release()
    Lock(path, start).release()


def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path, start: datetime) -> None:
    with pytest.raises(UserError, match="no longer reachable"):
        Lock(tmp_path / "gone" / "clinic.lock", start)
