"""From starting the interpreter to the painted lock screen, and on to the painted workbench; beside a bare window."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

RUNS = 9

# Each painted window tells the processor time that its process has taken so far, the interpreter's start included.
_TELL = """
import os, sys, time
from PySide6.QtWidgets import QApplication
def told():
    QApplication.processEvents()
    assert any(w.isVisible() for w in QApplication.topLevelWidgets()), "no window was shown"
    print(time.process_time(), flush=True)
def once(*_):
    told()
    go_on()
    os._exit(0)
QApplication.exec = once
"""
_OURS = f"""{_TELL}
from pathlib import Path
from myositis_desktop import app
def go_on():
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, app.Window))
    app.load_rest()
    told()
    window._show_workbench(window._open("demo", "four words in a row"))
    told()
app.run(Path(sys.argv[1]))
"""
_BARE = f"""{_TELL}
def go_on():
    pass
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
from datetime import datetime
from pathlib import Path
from myositis_desktop.cli.demo import fill
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.store.keys import Cost
place, word = Path(sys.argv[1]), "four words in a row"
light = Cost(time=1, memory_kib=64, lanes=1)
now = lambda: datetime.now().astimezone()
clinic, _ = Clinic.create(place, "Bench", NewUser("demo", "Dr Bench", word), now, cost=light)
fill(clinic, word, place)
clinic.close()
"""


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of processor time, the least of several runs: other work on the machine only ever adds."""

    bare: float
    """A bare PySide6 window, from the start of the interpreter."""
    lock: float
    """Our lock screen, from the start of the interpreter."""
    loading: float
    """What is loaded off the window's thread while the passphrase is typed: layers, libraries, the knowledge pack."""
    workbench: float
    """From a right passphrase to the painted workbench; the key derivation costs next to nothing in this clinic."""


def seconds() -> Seconds:
    """Measure all, taken in turns so that all meet the same machine."""
    with tempfile.TemporaryDirectory() as profile:
        _run(_CLINIC, profile)
        _run(_OURS, profile)  # fills the disk cache
        bare, ours = [], []
        for _ in range(RUNS):
            bare += _run(_BARE, profile)
            ours.append(_run(_OURS, profile))
    return Seconds(
        bare=min(bare),
        lock=min(lock for lock, _, _ in ours),
        loading=min(loaded - lock for lock, loaded, _ in ours),
        workbench=min(done - loaded for _, loaded, done in ours),
    )


def _run(program: str, profile: str) -> list[float]:
    """The times that the program tells."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", program, profile]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return [float(line) for line in told.stdout.split() if line.replace(".", "").isdigit()]
