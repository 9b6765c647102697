"""A fault of the program: saved first, told once, logged without a value of a patient."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from myositis_desktop.errors import BugError
from myositis_desktop.ui.crash import LOG_NAME, CrashHandler, report_of, write_log

SECRET = "Ann Example, R-1001"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def fault() -> BaseException:
    """A fault whose message holds what was typed, caused by another one."""
    try:
        try:
            raise ValueError(SECRET)  # noqa: TRY301 - the fault that the other one comes from
        except ValueError as error:
            raise BugError(SECRET) from error
    except BugError as error:
        return error


@pytest.fixture
def handler(tmp_path: Path, qtbot: QtBot) -> Iterator[CrashHandler]:  # noqa: ARG001 - needs an application
    made = CrashHandler(tmp_path / "logs", lambda: NOW)
    made.install()
    yield made
    made.remove()
    if made.dialog is not None:
        made.dialog.close()


def happen(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


def test_kinds_and_places_are_reported_and_never_values() -> None:
    report = report_of(fault())
    assert "myositis_desktop.errors.BugError" in report
    assert "builtins.ValueError" in report
    assert "test_crash.py" in report
    assert SECRET not in report


def test_it_is_saved_first_and_told_once(handler: CrashHandler, tmp_path: Path) -> None:
    saved: list[int] = []

    def save() -> str:
        saved.append(1)
        return "Everything you typed is saved."

    handler.save = save
    happen(fault())
    first = handler.dialog
    assert first is not None
    happen(fault())
    assert handler.dialog is first
    assert len(saved) == 2
    log = (tmp_path / "logs" / LOG_NAME).read_text()
    assert log.count("BugError") == 2
    assert SECRET not in log + first.report.toPlainText()
    first.accept()
    assert handler.dialog is None


def test_a_fault_while_saving_hides_nothing(handler: CrashHandler, tmp_path: Path) -> None:
    def save() -> str:
        raise OSError(SECRET)

    handler.save = save
    happen(fault())
    assert handler.dialog is not None
    log = (tmp_path / "logs" / LOG_NAME).read_text()
    assert "BugError" in log
    assert "OSError" in log
    assert SECRET not in log


def test_the_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = tmp_path / LOG_NAME
    log.write_text("x" * 1_000_001)
    write_log(tmp_path, "new", NOW)
    assert log.read_text() == f"{NOW.isoformat(timespec='seconds')} new\n"
    assert (tmp_path / "window.log.1").stat().st_size == 1_000_001


def test_the_hook_is_given_back(handler: CrashHandler) -> None:
    assert sys.excepthook is handler
    handler.remove()
    assert sys.excepthook is not handler
