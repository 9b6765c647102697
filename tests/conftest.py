"""What every test lives under: no network, no screen, no unexpected warning, no thread left behind."""

import json
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from myositis_desktop import cli
from myositis_desktop.assets import asset

# Set before anything imports Qt: the tests need no screen and open no window on the developer's.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# `dev.py test` draws the same examples every time, so that one commit has one answer; `dev.py soak` draws new ones.
settings.register_profile("same", derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is read, because settings are fixed where they are written."""
    if config.option.markexpr != "soak":
        settings.load_profile("same")


NETWORK_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_opened: list[str] = []


def _refuse_network(event: str, args: tuple[object, ...]) -> None:
    """Audit hook: sees every socket that Python code makes, by whatever library."""
    if event == "socket.__new__" and args[1] in NETWORK_FAMILIES:
        _opened.append(f"{event} {args[1:]}")
        message = "the program opened a network socket"
        raise PermissionError(message)
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _opened.append(event)
        message = "the program asked for an address on the network"
        raise PermissionError(message)


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[list[str]]:
    """Fails the test that opens an AF_INET or AF_INET6 socket, also where the refusal was swallowed."""
    _opened.clear()
    yield _opened
    assert not _opened


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails on a log line of level WARNING or above; `@pytest.mark.expects_log("text")` allows lines with that text."""
    handler = _Warnings()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    allowed = [str(text) for mark in request.node.iter_markers("expects_log") for text in mark.args]
    assert [line for line in handler.seen if not any(text in line for text in allowed)] == []


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fails on a Python thread that outlives its test by two seconds; Qt's own pool is waited for."""
    before = set(threading.enumerate())
    yield
    if (qt := sys.modules.get("PySide6.QtCore")) is not None:
        assert qt.QThreadPool.globalInstance().waitForDone(2000)
    deadline = time.monotonic() + 2
    while _left(before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _left(before)


def _left(before: set[threading.Thread]) -> list[str]:
    """Names of threads that were not there before. Pool threads of Qt show as dummies, stay and are used again."""
    return [t.name for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]


# --- the command line, called in this process ---


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Calls the command line in this process with a profile of its own: (exit code, output, errors)."""

    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = cli.main(["--profile", str(tmp_path / "profile"), *words])
        except SystemExit as end:  # argparse: usage and --help
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def bad_case(tmp_path: Path) -> Path:
    """A case file with two mistakes."""
    case = json.loads(asset("resources", "demo", "01-dermatomyositis.json").read_text())
    case["findings"]["lab.ck"]["unit"] = "mg/L"
    case["patient"]["sex"] = "x"
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(case))
    return file
