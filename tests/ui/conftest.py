"""What the tests of the window share: the words of the pack, and a locale that is the same everywhere."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.model.case import Case, Patient
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.store.keys import Cost
from myositis_desktop.ui.findings_page import FindingsPage
from myositis_desktop.ui.section_list import Entry
from myositis_desktop.ui.theme import Theme
from myositis_desktop.ui.widgets import QuantityField
from myositis_desktop.ui.workbench import Workbench
from tests.strategies import catalogue as pack_catalogue


@pytest.fixture
def catalogue() -> Catalogue:
    return pack_catalogue()


@pytest.fixture(autouse=True)
def point_locale(qtbot: QtBot) -> None:  # noqa: ARG001 - the locale is that of an application
    QLocale.setDefault(QLocale.c())


# --- the window on a real clinic ---

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PASSPHRASE = "four words in a row"
WAIT = 10_000


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A second later at every look."""
    seconds = count()
    return lambda: START + timedelta(seconds=next(seconds))


@pytest.fixture
def clinic(tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[Clinic]:
    """A real encrypted clinic, quick to unlock."""
    user = NewUser("anna", "Dr Anna Example", PASSPHRASE)
    made, _ = Clinic.create(tmp_path / "clinic", "Hill clinic", user, clock, cost=Cost(time=1, memory_kib=64, lanes=1))
    yield made
    with suppress(Exception):  # the test may have closed it by locking the window
        made.close()


@pytest.fixture
def patient(clinic: Clinic) -> int:
    """A patient with dermatomyositis, nearly every finding known."""
    found, problems = clinic.import_case(asset("resources", "demo", "01-dermatomyositis.json").read_bytes())
    assert found is not None, problems
    return found


@pytest.fixture
def bench(clinic: Clinic, clock: Callable[[], datetime], qapp: QApplication, qtbot: QtBot) -> Iterator[Workbench]:
    """The workbench on that clinic, as large as a small laptop's screen."""
    theme = Theme(qapp, "light")
    theme.apply()
    made = Workbench(clinic, clock, theme)
    made.resize(1366, 768)
    made.show()
    qtbot.addWidget(made)
    yield made
    with suppress(Exception):  # the test may have closed the clinic
        made.shut()
    qapp.setStyleSheet("")


@pytest.fixture
def opened(bench: Workbench, patient: int, qtbot: QtBot) -> Workbench:
    """The workbench with the patient open and assessed."""
    bench.rail.refresh()
    bench.open_patient(patient)
    qtbot.waitUntil(lambda: bench.session.is_current, timeout=WAIT)
    return bench


# --- the page of findings by itself ---

DAY = date(2026, 11, 20)
EMPTY = Case(Patient(date(1968, 4, 2), "female", "R-1001", "Example", "Ann"), DAY)


@pytest.fixture
def page(qtbot: QtBot, catalogue: Catalogue) -> FindingsPage:
    page = FindingsPage(catalogue)
    qtbot.addWidget(page)
    page.resize(826, 690)
    page.show()
    page.set_case(EMPTY)
    return page


def entry(page: FindingsPage, form: str, section: str = "") -> Entry:
    return next(e for e in page.sections.entries() if (e.form, e.section) == (form, section))


def type_into(page: FindingsPage, id_: str, text: str) -> QuantityField:
    page.jump_to(id_)
    field = page.forms[page.page].controls[id_]
    assert isinstance(field, QuantityField)
    QTest.keyClicks(field.edit, text)
    return field
