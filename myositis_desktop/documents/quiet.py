"""Runs a coroutine without an operating-system event loop.

pyHanko is written with async/await for signers that wait for a network. Ours never waits, so the loop here has nothing
to select on and opens no socket, not even the pair that asyncio's own loops use to wake themselves (which is a network
socket on Windows). A coroutine that would wait for input or output fails at once.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from myositis_desktop.errors import BugError

T = TypeVar("T")

# What these libraries have to say comes back as a result; their log lines could carry names out of a document.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False


class _Nothing:
    """Stands where a selector would: there are no files to wait for."""

    def select(self, timeout: float | None) -> list[object]:
        if timeout is None or timeout > 0:
            raise BugError("a document job tried to wait")
        return []


class _Loop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._selector = _Nothing()

    def _process_events(self, _events: list[object]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps in another thread."""


def run_now(job: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(job)
