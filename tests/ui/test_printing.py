"""Printing: the pages that were asked for, copies, and a printer that fails."""

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPageRanges
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from myositis_desktop.errors import UserError
from myositis_desktop.ui.printing import chosen_pages, print_pdf
from tests.documents.sample import taper_pdf


@pytest.fixture
def document(qtbot: QtBot) -> QPdfDocument:  # noqa: ARG001 - needs an application
    made, buffer = QPdfDocument(), QBuffer()
    buffer.setData(QByteArray(taper_pdf()))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    made.load(buffer)
    buffer.setParent(made)
    return made


def _printer(to: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(to))
    return printer


def test_a_range_of_pages_is_printed_and_no_other(document: QPdfDocument, tmp_path: Path) -> None:
    printer = _printer(tmp_path / "out.pdf")
    printer.setPageRanges(QPageRanges.fromString("2-3"))
    assert chosen_pages(printer, document.pageCount()) == [1, 2]
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    assert print_pdf(document, printer) == 2 * copies
    printed = QPdfDocument()
    printed.load(str(tmp_path / "out.pdf"))
    assert printed.pageCount() == 2
    printed.close()


def test_without_a_range_every_page_is_meant(document: QPdfDocument, tmp_path: Path) -> None:
    assert chosen_pages(_printer(tmp_path / "x.pdf"), document.pageCount()) == list(range(document.pageCount()))


def test_pages_that_are_not_there_are_not_printed(document: QPdfDocument, tmp_path: Path) -> None:
    printer = _printer(tmp_path / "out.pdf")
    printer.setPageRanges(QPageRanges.fromString("90-99"))
    with pytest.raises(UserError, match="Nothing was printed"):
        print_pdf(document, printer)
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_fails_says_so_and_that_all_is_kept(document: QPdfDocument, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Nothing was lost"):
        print_pdf(document, _printer(tmp_path / "missing" / "out.pdf"))
