"""Work off the window's thread, with one way to fail."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from myositis_desktop.errors import UserError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Outcome:
    job: int
    value: object = None
    error: Exception | None = None


class _Job(QRunnable):
    def __init__(self, number: int, work: Callable[[], object], tell: Callable[[_Outcome], None]) -> None:
        super().__init__()
        self._number, self._work, self._tell = number, work, tell

    def run(self) -> None:
        try:
            outcome = _Outcome(self._number, value=self._work())
        except Exception as error:  # noqa: BLE001 - carried to the window's thread, where it is told or raised
            outcome = _Outcome(self._number, error=error)
        self._tell(outcome)


class Tasks(QObject):
    """Runs functions one after the other on a thread of its own and brings each result back to the window's thread.

    A UserError goes to `on_error` of its job, or else to the signal `failed`; any other exception is a fault of
    the program and goes to `sys.excepthook`, as if it had been raised in the window.
    """

    failed = Signal(str)
    busy = Signal(bool)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._next = 0
        self._waiting: dict[int, tuple[Callable[[Any], None], Callable[[UserError], None] | None]] = {}
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        on_error: Callable[[UserError], None] | None = None,
    ) -> int:
        """Start `work`; `done` is called with its result in the window's thread. Gives the number of the job."""
        self._next += 1
        self._waiting[self._next] = (done, on_error)
        self.busy.emit(True)
        self._pool.start(_Job(self._next, work, self._arrived.emit))
        return self._next

    def drop(self, job: int) -> None:
        """Forget a job: its result, when it comes, is thrown away."""
        self._waiting.pop(job, None)

    def close(self) -> None:
        """Throw away what is still to come and wait for the thread to end."""
        self._waiting.clear()
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        waiting = self._waiting.pop(outcome.job, None)
        if not self._waiting:
            self.busy.emit(False)
        if waiting is None:
            return
        done, on_error = waiting
        if outcome.error is None:
            done(outcome.value)
        elif isinstance(outcome.error, UserError):
            on_error(outcome.error) if on_error else self.failed.emit(str(outcome.error))
        else:
            sys.excepthook(type(outcome.error), outcome.error, outcome.error.__traceback__)
