"""Work off the window's thread: results come back to it, dropped ones do not, and there is one way to fail."""

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from myositis_desktop.errors import UserError
from myositis_desktop.ui.tasks import Tasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:  # noqa: ARG001 - needs an application
    made = Tasks()
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_result_arrives_here(tasks: Tasks, qtbot: QtBot) -> None:
    places: list[object] = []
    tasks.run(threading.get_ident, lambda there: places.extend((there, threading.get_ident())))
    qtbot.waitUntil(lambda: len(places) == 2)
    assert places[0] != threading.get_ident()
    assert places[1] == threading.get_ident()


def test_a_dropped_result_never_arrives(tasks: Tasks, qtbot: QtBot) -> None:
    arrived: list[int] = []

    def slowly() -> int:
        time.sleep(0.05)
        return 1

    first = tasks.run(slowly, arrived.append)
    tasks.drop(first)
    tasks.run(lambda: 2, arrived.append)
    qtbot.waitUntil(lambda: bool(arrived))
    assert arrived == [2]


def test_a_users_error_is_a_sentence(tasks: Tasks, qtbot: QtBot) -> None:
    def refuse() -> None:
        raise UserError("The disk is full.")

    told: list[str] = []
    tasks.run(refuse, lambda _: told.append("done"), lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: bool(told))
    with qtbot.waitSignal(tasks.failed) as blocker:
        tasks.run(refuse, lambda _: told.append("done"))
    assert told == ["The disk is full."]
    assert blocker.args == ["The disk is full."]


def test_a_fault_goes_to_the_one_hook(tasks: Tasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: seen.append(kind))

    def slip() -> None:
        raise ZeroDivisionError

    tasks.run(slip, lambda _: None)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [ZeroDivisionError]


def test_closing_waits_and_nothing_arrives_after(tasks: Tasks, qtbot: QtBot) -> None:
    arrived: list[int] = []
    ended = threading.Event()

    def work() -> int:
        time.sleep(0.05)
        ended.set()
        return 1

    tasks.run(work, arrived.append)
    qtbot.wait(20)
    tasks.close()
    assert ended.is_set()
    qtbot.wait(20)
    assert arrived == []
