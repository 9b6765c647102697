"""From an empty folder to two signed PDFs and back: the real window, real keys, a real encrypted clinic file."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from myositis_desktop.app import Window
from myositis_desktop.clinic import verify_file
from myositis_desktop.model.case import Choice
from myositis_desktop.ui.dialogs import ReasonDialog
from myositis_desktop.ui.documents_page import DocumentsPage
from myositis_desktop.ui.patients import NewPatientDialog
from myositis_desktop.ui.pieces import Button
from myositis_desktop.ui.plan_page import PlanPage
from myositis_desktop.ui.setup_wizard import SetupWizard
from myositis_desktop.ui.sign_dialog import SignDialog
from myositis_desktop.ui.taper_page import TaperPage
from myositis_desktop.ui.unlock import UnlockScreen
from myositis_desktop.ui.workbench import Workbench

PASSPHRASE = "four plain words here"
SLOW = 60_000
SIGNS = {
    "weakness.proximal_arms": "p",
    "weakness.proximal_legs": "p",
    "weakness.neck_flexors": "p",
    "skin.heliotrope": "p",
    "skin.gottron_papules": "p",
    "organ.aspiration": "a",
    "antibody.mi2": "p",
    "history.diabetes": "a",
    "screen.hbsag": "a",
    "screen.anti_hbc": "a",
}
QUANTITIES = {"body.weight": "72", "body.height": "170", "lab.creatinine": "62", "lab.ck": "3400"}


@pytest.fixture
def clock() -> Callable[[], datetime]:
    seconds = count()
    return lambda: datetime(2026, 11, 25, 9, 0, tzinfo=UTC) + timedelta(seconds=next(seconds))


@pytest.fixture
def show(tmp_path: Path, clock: Callable[[], datetime], qtbot: QtBot) -> Iterator[Callable[[], Window]]:
    """Opens the window on the same folder, as often as it is asked."""
    windows: list[Window] = []

    def open_window() -> Window:
        window = Window(tmp_path / "clinic", clock)
        qtbot.addWidget(window)
        windows.append(window)
        window.start()
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        return window

    yield open_window
    for window in windows:
        window.close()
        window.crash.remove()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setStyleSheet("")


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def set_up(window: Window, qtbot: QtBot) -> None:
    """Through the wizard by keyboard."""
    wizard = window.shown
    assert isinstance(wizard, SetupWizard)
    for line in ("Hillside Rural Clinic", "Dr Jane Placeholder", "jane", PASSPHRASE, PASSPHRASE):
        qtbot.keyClicks(focused(), line)
        qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 3, timeout=SLOW)
    assert len(wizard.key.text().replace("-", "")) == 36
    wizard.written.setFocus()
    qtbot.keyClick(wizard.written, Qt.Key.Key_Space)
    qtbot.mouseClick(wizard.go, Qt.MouseButton.LeftButton)


def add_patient(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(focused(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = bench.findChild(NewPatientDialog)
    assert dialog is not None
    for line in ("Sample", "Ann", "R-1001", "2 Apr 1968"):
        qtbot.keyClicks(dialog.focusWidget(), line)
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(dialog.sex["female"], Qt.Key.Key_Space)
    qtbot.keyClick(dialog.sex["female"], Qt.Key.Key_Return)
    assert bench.windowTitle().startswith("SAMPLE, Ann · 2 Apr 1968 · R-1001")


def enter_findings(bench: Workbench, qtbot: QtBot) -> None:
    for finding, key in SIGNS.items():
        bench.follow(f"finding:{finding}")
        qtbot.keyClicks(focused(), key)
    for finding, number in QUANTITIES.items():
        bench.follow(f"finding:{finding}")
        qtbot.keyClicks(focused(), number)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=SLOW)
    case = bench.session.open_case
    assert set(SIGNS) | set(QUANTITIES) <= set(case.findings)
    assert case.findings["body.weight"].value == Decimal(72)


def choose(bench: Workbench, qtbot: QtBot, drug: str) -> None:
    qtbot.keyClick(focused(), Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    page = bench.page("plan")
    assert isinstance(page, PlanPage)
    card = page.card_of(drug)
    assert card is not None
    button = next(b for b in card.findChildren(Button) if b.text() == "Choose")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    dialog = bench.findChild(ReasonDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.reason, "Worked before")
    qtbot.keyClick(dialog.go, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=SLOW)
    assert bench.session.open_case.preferences.choose == (Choice(drug, "Worked before"),)


def set_taper(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(focused(), Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    page = bench.page("taper")
    assert isinstance(page, TaperPage)
    page.controls.start.setFocus()
    qtbot.keyClicks(page.controls.start, "30 Nov 2026")
    qtbot.keyClick(page.controls.start, Qt.Key.Key_Tab)
    qtbot.keyClicks(page.controls.hold, "42")
    qtbot.keyClick(page.controls.hold, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=SLOW)
    plan = bench.session.plan
    assert plan is not None
    assert plan.taper is not None
    assert plan.taper.starts == date(2026, 11, 30)
    assert plan.taper.steps[0].days == 42


def sign(bench: Workbench, qtbot: QtBot) -> DocumentsPage:
    qtbot.keyClick(focused(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    page = bench.documents
    dialog = bench.findChild(SignDialog)
    assert dialog is not None
    with qtbot.waitSignal(page.signed, timeout=SLOW):
        qtbot.keyClicks(dialog.passphrase, PASSPHRASE)
        qtbot.keyClick(dialog.passphrase, Qt.Key.Key_Return)
    return page


def export(page: DocumentsPage, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Every signed document as a file; only the system's file dialog is answered for the user."""
    out: dict[str, Path] = {}
    for row, entry in enumerate(page.entries):
        if entry.filed is not None:
            out[entry.kind] = folder / f"{entry.kind}.pdf"
            monkeypatch.setattr(page, "ask_save", lambda *_, path=out[entry.kind]: path)
            page.list.setCurrentRow(row)
            qtbot.keyClick(focused(), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
            qtbot.waitUntil(out[entry.kind].exists, timeout=SLOW)
    return out


def test_from_an_empty_folder_to_two_signed_plans_and_back(
    show: Callable[[], Window], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = show()
    set_up(window, qtbot)
    bench = window.workbench
    assert bench is not None
    add_patient(bench, qtbot)
    enter_findings(bench, qtbot)
    assert "Dermatomyositis" in bench.live.subtype.body.text()
    choose(bench, qtbot, "azathioprine")
    set_taper(bench, qtbot)
    case = bench.session.open_case
    page = sign(bench, qtbot)
    files = export(page, tmp_path, qtbot, monkeypatch)
    assert set(files) == {"treatment", "taper", "pharmacy", "monitoring", "letter"}
    for path in files.values():
        found = verify_file(path.read_bytes(), tmp_path / "clinic")
        assert (found.verdict, found.signer, found.reproduces) == ("good", "Dr Jane Placeholder", True)
    assert window.close()

    window = show()
    lock = window.shown
    assert isinstance(lock, UnlockScreen)
    qtbot.keyClicks(lock.passphrase, PASSPHRASE)
    qtbot.keyClick(lock.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.workbench is not None, timeout=SLOW)
    bench = window.workbench
    assert bench is not None
    qtbot.keyClicks(bench.rail.search, "sample")
    qtbot.keyClick(bench.rail.search, Qt.Key.Key_Return)
    assert bench.session.open_case == case
    bench.show_page("documents")
    qtbot.waitUntil(lambda: len(bench.documents.entries) == 5, timeout=SLOW)
    filed = {str(e.kind): e.filed for e in bench.documents.entries if e.filed is not None}
    for kind, path in files.items():
        assert bench.clinic.document(filed[kind].id) == path.read_bytes()
    bench.documents.choose_plan(next(d.plan_number for d in filed.values()))
    qtbot.waitUntil(
        lambda: bench.documents.pane is not None and bench.documents.pane.said.startswith("Signed by Dr Jane"),
        timeout=SLOW,
    )
