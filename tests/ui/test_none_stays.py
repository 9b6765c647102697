"""PySide6 6.12.0 gives back None once too often: without the guard of the package Python 3.11 soon aborts."""

import subprocess
import sys

MANY_CALLS = """
import myositis_desktop.ui
from PySide6.QtCore import QObject
o = QObject()
for _ in range(100_000):
    o.setObjectName("x")
print("alive")
"""


def test_many_calls_that_return_none_do_not_end_the_program() -> None:
    done = subprocess.run([sys.executable, "-c", MANY_CALLS], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "alive")
