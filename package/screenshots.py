"""`python -m package.screenshots`: the pictures of the manual, taken from the real window on an invented patient."""

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer

from dev import ROOT
from myositis_desktop.app import application
from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.ui.theme import Theme
from myositis_desktop.ui.workbench import Workbench

PICTURES = ROOT / "resources" / "manual"
SHOWN = ("findings", "assessment", "plan", "taper", "documents")
START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SIZE = (1180, 700)


def wait(milliseconds: int) -> None:
    """Let the window work and paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def take(bench: Workbench, name: str) -> None:
    """One picture, in 256 colours so that it stays small."""
    path = PICTURES / f"{name}.png"
    bench.grab().save(str(path))
    Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """Write the pictures into resources/manual."""
    app = application()
    theme = Theme(app, "light")
    theme.apply()
    seconds = count()
    with tempfile.TemporaryDirectory() as folder:
        user = NewUser("anna", "Dr Anna Example", "four invented words here")
        clinic, _ = Clinic.create(Path(folder), "Hill clinic", user, lambda: START + timedelta(seconds=next(seconds)))
        for file in sorted(asset("resources", "demo").iterdir(), key=lambda f: f.name, reverse=True):
            patient, _ = clinic.import_case(file.read_bytes())
        bench = Workbench(clinic, lambda: START, theme)
        bench.resize(*SIZE)
        bench.show()
        wait(500)
        take(bench, "window")
        assert patient is not None  # noqa: S101 - the examples can be read, tests see to it
        bench.open_patient(patient)
        for page in SHOWN:
            bench.show_page(page)
            wait(2500)
            take(bench, page)
        bench.shut()
    return 0


if __name__ == "__main__":
    sys.exit(main())
