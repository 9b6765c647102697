"""From a key pressed in the forms to the panel painted with what follows from it; the ranking not counted."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.store.keys import Cost

PASSPHRASE = "four words in a row"  # noqa: S105 - of an invented clinic
FIELDS = {"lab.ck": "5400", "lab.creatinine": "71", "body.weight": "68", "lab.crp": "12"}
SIGNS = {
    "skin.heliotrope": "pau",
    "organ.aspiration": "pau",
    "weakness.proximal_arms": "pau",
    "skin.vasculopathy": "pau",
}
ROUNDS = 12
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """Of processor time of the whole program, over some hundred keys."""

    usual: float
    """The median."""
    slowest: float
    """The 99th percentile."""


def milliseconds() -> Milliseconds:
    """Measure on a patient with nearly every finding known."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from myositis_desktop.app import application  # noqa: PLC0415 - the platform is set first

    app = application()
    with TemporaryDirectory() as folder:
        clinic, _ = Clinic.create(
            Path(folder) / "clinic", "Bench", NewUser("bench", "Dr Bench", PASSPHRASE), lambda: NOW, cost=Cost(1, 64, 1)
        )
        spent = sorted(_typed(clinic, app.processEvents))
    return Milliseconds(median(spent) * 1000, spent[round(len(spent) * 0.99) - 1] * 1000)


def _typed(clinic: Clinic, events: Callable[[], None]) -> list[float]:
    from PySide6.QtTest import QTest  # noqa: PLC0415 - as above
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - as above

    from myositis_desktop.app import application  # noqa: PLC0415 - as above
    from myositis_desktop.ui.theme import Theme  # noqa: PLC0415 - as above
    from myositis_desktop.ui.workbench import Workbench  # noqa: PLC0415 - as above

    theme = Theme(application(), "light")
    theme.apply()
    bench = Workbench(clinic, lambda: NOW, theme)
    bench.resize(1366, 768)
    bench.show()
    patient, _ = clinic.import_case(asset("resources", "demo", "01-dermatomyositis.json").read_bytes())
    if patient is None:
        raise SystemExit("an example case is refused")
    ranked: list[bool] = []
    seen: list[float] = []

    def paint() -> None:
        if bench.session.is_current:
            bench.live.repaint()
            seen.append(process_time())

    bench.session.decided.connect(paint)
    bench.session.ranked.connect(lambda: ranked.append(True))
    bench.open_patient(patient)
    _until(lambda: bool(ranked), events)
    spent: list[float] = []
    for _ in range(ROUNDS):
        for finding, keys in {**FIELDS, **SIGNS}.items():
            bench.follow(f"finding:{finding}")
            events()
            at = QApplication.focusWidget() or bench
            for key in keys:
                before = bench.session.case
                seen.clear()
                ranked.clear()
                start = process_time()
                QTest.keyClicks(at, key)
                if bench.session.case is before:
                    continue
                _until(lambda: bool(seen), events)
                spent.append(seen[0] - start)
                _until(lambda: bool(ranked), events)
    bench.shut()
    return spent


def _until(holds: Callable[[], bool], events: Callable[[], None]) -> None:
    from PySide6.QtCore import QThread  # noqa: PLC0415 - the platform is set first

    while not holds():
        events()
        QThread.msleep(2)
