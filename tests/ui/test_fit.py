"""Every page in every theme and size of text: no cut text, all of it by Tab, every control with a name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import Clinic, Settings
from myositis_desktop.ui.setup_wizard import SetupWizard
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import Theme
from myositis_desktop.ui.unlock import UnlockScreen
from myositis_desktop.ui.widgets import FindingControl
from myositis_desktop.ui.workbench import PAGES, Workbench
from tests.ui.conftest import WAIT

SMALL_SCREEN = (1366, 768)
SAMPLES = (("light", 1.0), ("dark", 1.5), ("contrast", 2.0))
WHOLE = tuple(product(("light", "dark", "contrast"), (1.0, 1.5, 2.0)))
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractScrollArea, QTabBar, FindingControl)
LONGEST_TAB_CHAIN = 2000


@contextmanager
def window(
    clinic: Clinic, clock: Callable[[], datetime], app: QApplication, look: tuple[str, float], qtbot: QtBot
) -> Iterator[Workbench]:
    """The workbench in a look, made anew as after a change of the size of text."""
    theme = Theme(app, *look)
    theme.apply()
    bench = Workbench(clinic, clock, theme)
    bench.resize(*SMALL_SCREEN)
    bench.show()
    qtbot.addWidget(bench)
    try:
        yield bench
    finally:
        bench.put_away()
        bench.hide()
        Theme(app, "light").apply()
        with suppress(RuntimeError):
            app.setStyleSheet("")


def faults(page: str, bench: Workbench) -> list[str]:
    """What is wrong with the page on screen, a line for each fault."""
    shown = [w for w in bench.findChildren(QWidget) if w.isVisible()]
    found = [f"{page}: {text}" for w in shown if (text := cut(w) or nameless(w))]
    reached = by_tab(bench)
    wanted = [w for w in shown if takes_tab(w)]
    found += [f"{page}: not by Tab: {told(w)}" for w in wanted if w not in reached]
    if bench.width() > SMALL_SCREEN[0] or bench.height() > SMALL_SCREEN[1]:
        found.append(f"{page}: the window grows to {bench.width()} x {bench.height()}")
    return found


def no_faults(page: str, bench: Workbench) -> bool:
    return not faults(page, bench)


def faults_of_screen(name: str, screen: QWidget) -> list[str]:
    """As `faults`, for what stands by itself: lock screen, wizard, a dialog."""
    shown = [w for w in screen.findChildren(QWidget) if w.isVisible() and w.window() is screen.window()]
    found = [f"{name}: {text}" for w in shown if (text := cut(w) or nameless(w))]
    reached = around(screen)
    found += [f"{name}: not by Tab: {told(w)}" for w in shown if takes_tab(w) and w not in reached]
    if screen.width() > SMALL_SCREEN[0] or screen.height() > SMALL_SCREEN[1]:
        found.append(f"{name}: grows to {screen.width()} x {screen.height()}")
    return found


def settled(name: str, screen: QWidget, qtbot: QtBot) -> list[str]:
    """The faults that are left once a busy machine has laid everything out."""
    with suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not faults_of_screen(name, screen), timeout=WAIT // 5)
    return faults_of_screen(name, screen)


def cut(widget: QWidget) -> str:
    """What text is cut, by the sizes that the widget itself asks for."""
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            wants = widget.heightForWidth(widget.width())
            return f"cut: {told(widget)} wants {wants} rows" if wants > widget.height() + 1 else ""
        wide = widget.sizeHint().width() > widget.width() + 1
        return f"cut: {told(widget)}" if wide or widget.sizeHint().height() > widget.height() + 1 else ""
    if isinstance(widget, QPushButton) and widget.text():
        return f"cut: {told(widget)}" if widget.sizeHint().width() > widget.width() + 1 else ""
    if isinstance(widget, QLineEdit) and widget.text() and widget.isReadOnly():
        text = widget.fontMetrics().horizontalAdvance(widget.text())
        return f"cut: {told(widget)}" if text > widget.width() else ""
    return ""


def nameless(widget: QWidget) -> str:
    """A control that a screen reader would have no name for."""
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not isinstance(widget, CONTROLS):
        return ""
    if widget.focusProxy() is not None or isinstance(widget.parent(), QComboBox):
        return ""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return "" if widget.accessibleName() or text else f"no name: {told(widget)} in {type(widget.parent()).__name__}"


def told(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()} {text[:40]!r}"


def takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
    return takes and widget.isEnabled() and isinstance(widget, CONTROLS) and widget.focusProxy() is None


def by_tab(bench: Workbench) -> set[QWidget]:
    """Every widget that pressing Tab again and again comes to, until it comes round."""
    bench.activateWindow()
    bench.rail.search.setFocus() if bench.rail.isVisible() else bench.tabs.setFocus()
    return around(bench)


def around(screen: QWidget) -> set[QWidget]:
    """Every widget that Tab comes to from where the keyboard is, once round."""
    reached: set[QWidget] = set()
    screen.activateWindow()
    for _ in range(LONGEST_TAB_CHAIN):
        screen.focusNextChild()
        at = QApplication.focusWidget()
        if at is None or at in reached:
            break
        reached.add(at)
    return reached


def check(bench: Workbench, patient: int, qtbot: QtBot) -> list[str]:
    bench.open_patient(patient)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=WAIT)
    found: list[str] = []
    for page in PAGES:
        bench.show_page(page)
        with suppress(qtbot.TimeoutError):  # on a busy machine a page takes its sizes late; then what is left is told
            qtbot.waitUntil(partial(no_faults, page, bench), timeout=WAIT)
        found += faults(page, bench)
    return found


DIALOGS: dict[str, Callable[[Workbench], object]] = {
    "settings": Workbench.show_settings,
    "people": Workbench.show_people,
    "about": Workbench.show_about,
    "manual": Workbench.show_manual,
    "keys": Workbench.show_keys,
    "palette": Workbench.show_palette,
    "passphrase": Workbench.change_passphrase,
    "new patient": Workbench.new_patient,
    "audit": lambda bench: bench.upkeep.show_audit(),
    "backups": lambda bench: bench.upkeep.show_backups(),
}


def check_dialogs(bench: Workbench, qtbot: QtBot) -> list[str]:
    found: list[str] = []
    for name, show in DIALOGS.items():
        show(bench)
        shown = [d for d in bench.findChildren(QDialog) if d.isVisible()]
        assert len(shown) == 1, name
        found += settled(name, shown[0], qtbot)
        shown[0].reject()
    return found


def check_before(look: tuple[str, float], app: QApplication, qtbot: QtBot) -> list[str]:
    """The lock screen and every step of the wizard."""
    Theme(app, *look).apply()
    tasks = Tasks()
    lock = UnlockScreen(Path("/srv/clinic"), ("anna", "ben"), lambda *_: None, lambda *_: None, tasks)
    wizard = SetupWizard(lambda _: (None, ""), 12, tasks, Settings())
    wizard.key.setText("ZXCK-4C96-KBKX-4MYE-DPQT-TXXK-ACBN-4HNX-QCWJ")
    found: list[str] = []
    for screen in (lock, wizard):
        qtbot.addWidget(screen)
        screen.resize(*SMALL_SCREEN)
    lock.show()
    lock.start()
    found += settled("lock", lock, qtbot)
    lock.hide()
    wizard.show()
    for page in range(wizard.pages.count()):
        wizard._show(page)
        found += settled(f"wizard {page + 1}", wizard, qtbot)
    wizard.hide()
    tasks.close()
    app.setStyleSheet("")
    Theme(app, "light").apply()
    app.setStyleSheet("")
    return found


@pytest.mark.parametrize("look", SAMPLES[2:], ids=str)
def test_lock_screen_and_wizard(look: tuple[str, float], qapp: QApplication, qtbot: QtBot) -> None:
    assert check_before(look, qapp, qtbot) == []


@pytest.mark.soak
@pytest.mark.parametrize("look", WHOLE, ids=str)
def test_lock_screen_and_wizard_in_every_look(look: tuple[str, float], qapp: QApplication, qtbot: QtBot) -> None:
    assert check_before(look, qapp, qtbot) == []


@pytest.mark.soak
@pytest.mark.parametrize("look", WHOLE, ids=str)
def test_dialogs_in_every_look(
    look: tuple[str, float], clinic: Clinic, clock: Callable[[], datetime], qapp: QApplication, qtbot: QtBot
) -> None:
    with window(clinic, clock, qapp, look, qtbot) as bench:
        assert check_dialogs(bench, qtbot) == []


@pytest.mark.parametrize("look", SAMPLES, ids=str)
def test_nothing_is_cut_nameless_or_out_of_reach(
    look: tuple[str, float],
    clinic: Clinic,
    patient: int,
    clock: Callable[[], datetime],
    qapp: QApplication,
    qtbot: QtBot,
) -> None:
    with window(clinic, clock, qapp, look, qtbot) as bench:
        found = check_dialogs(bench, qtbot) if look == SAMPLES[-1] else []
        assert found + check(bench, patient, qtbot) == []


@pytest.mark.soak
@pytest.mark.parametrize("look", WHOLE, ids=str)
def test_nothing_is_cut_nameless_or_out_of_reach_in_every_look(
    look: tuple[str, float],
    clinic: Clinic,
    patient: int,
    clock: Callable[[], datetime],
    qapp: QApplication,
    qtbot: QtBot,
) -> None:
    with window(clinic, clock, qapp, look, qtbot) as bench:
        assert check(bench, patient, qtbot) == []


def test_a_cut_label_and_a_nameless_field_are_faults(qtbot: QtBot) -> None:
    label = QLabel("Long enough to be cut")
    qtbot.addWidget(label)
    label.resize(10, 10)
    assert cut(label)
    field = QLineEdit()
    qtbot.addWidget(field)
    assert nameless(field)
