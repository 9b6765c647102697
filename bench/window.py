"""From starting the interpreter to the first painted window: ours on a clinic file, and a bare PySide6 window."""

import os
import subprocess
import sys
import tempfile
from statistics import median
from time import perf_counter

RUNS = 9

# Both stop where the event loop would start, after one round of events has painted the window.
_STOP = """
from PySide6.QtWidgets import QApplication
def once(*_):
    QApplication.processEvents()
    assert any(w.isVisible() for w in QApplication.topLevelWidgets()), "no window was shown"
    return 0
QApplication.exec = once
"""
_OURS = f"""{_STOP}
import sys
from pathlib import Path
from myositis_desktop import app
code = app.run(Path(sys.argv[1]))
"""
_BARE = f"""{_STOP}
from PySide6.QtWidgets import QMainWindow, QLabel
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Myositis"))
window.resize(1280, 800)
window.show()
app.exec()
"""
_CLINIC = """
import sys
from pathlib import Path
from myositis_desktop.cli.demo import demo_command
demo_command(Path(sys.argv[1]), window=False)
"""


def seconds() -> tuple[float, float]:
    """(ours, bare): medians of several runs, taken in turns so that both meet the same machine."""
    with tempfile.TemporaryDirectory() as profile:
        _run(_CLINIC, profile)
        ours, bare = [], []
        for _ in range(RUNS + 1):
            ours.append(_run(_OURS, profile))
            bare.append(_run(_BARE, profile))
    return median(ours[1:]), median(bare[1:])  # the first of each fills the disk cache


def _run(program: str, profile: str) -> float:
    """Seconds of processor time; where the system does not tell them, seconds by the clock."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    spent, start = _children(), perf_counter()
    command = [sys.executable, "-c", program, profile]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return _children() - spent or perf_counter() - start


def _children() -> float:
    """Processor time of all processes that were started and have ended."""
    times = os.times()
    return times.children_user + times.children_system
