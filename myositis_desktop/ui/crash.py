"""When the program makes a mistake: one dialog that says what was kept, and a log without any value of a patient."""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from myositis_desktop import __version__

if TYPE_CHECKING:
    from myositis_desktop.ui.crash_dialog import CrashDialog

LOG_NAME = "window.log"
_LARGEST_LOG = 1_000_000


def report_of(error: BaseException) -> str:
    """Kinds of error and places in the program, never their messages: those can hold what was typed."""
    import traceback  # noqa: PLC0415 - a start without a fault does not need it

    lines = [f"Myositis Desktop {__version__}, Python {sys.version.split()[0]}"]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


def write_log(logs: Path, text: str, at: datetime) -> None:
    """Append to the log of the window; one older log is kept. A log that cannot be written is no second fault."""
    import tempfile  # noqa: PLC0415 - a start without a fault does not need it

    for folder in (logs, Path(tempfile.gettempdir())):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            log = folder / LOG_NAME
            if log.exists() and log.stat().st_size > _LARGEST_LOG:
                log.replace(log.with_suffix(".log.1"))
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{at.isoformat(timespec='seconds')} {text}\n")
            return


class CrashHandler:
    """Takes the place of sys.excepthook while the window runs.

    `save` writes what is unsaved and says in a sentence what was kept; it is called before anything is shown.
    """

    def __init__(self, logs: Path, clock: Callable[[], datetime]) -> None:
        self._logs, self._clock = logs, clock
        self.save: Callable[[], str] = lambda: "No patient was open; nothing is lost."
        self.dialog: CrashDialog | None = None
        self._before = sys.excepthook

    def install(self) -> None:
        """From now on faults come here."""
        sys.excepthook = self

    def remove(self) -> None:
        """Put the hook back that was there before."""
        sys.excepthook = self._before

    def __call__(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        report = report_of(error)
        write_log(self._logs, report, self._clock())
        kept = self._kept()
        if self.dialog is None and QApplication.instance() is not None:
            from myositis_desktop.ui.crash_dialog import CrashDialog  # noqa: PLC0415 - loads on first use

            self.dialog = CrashDialog(kept, report, self._logs / LOG_NAME)
            self.dialog.finished.connect(self._closed)
            self.dialog.open()

    def _kept(self) -> str:
        try:
            return self.save()
        except Exception as error:  # noqa: BLE001 - a fault while saving after a fault must not hide the first one
            write_log(self._logs, report_of(error), self._clock())
            return "What was typed in the last second could not be saved. Everything before it is kept."

    def _closed(self) -> None:
        self.dialog = None
