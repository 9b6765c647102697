"""What the tests of the window share. The typeface of the program is loaded once, so that widths are those of the screen."""

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from myositis_desktop.model.catalogue import Catalogue
from tests.strategies import catalogue as pack_catalogue


@pytest.fixture
def catalogue() -> Catalogue:
    return pack_catalogue()


@pytest.fixture(autouse=True)
def point_locale(qtbot: QtBot) -> None:  # noqa: ARG001 - the locale is that of an application
    QLocale.setDefault(QLocale.c())
