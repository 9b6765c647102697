"""Printing: a PDF page by page, or a short text. Loaded on first use."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QTextDocument
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from myositis_desktop.errors import UserError

PAPER_DPI = 300
_FAILED = (
    "The printer did not take {}. Nothing was lost: the document is kept as it was. Look at the printer and its paper, "
    "then print again, or export the document as PDF and print it elsewhere."
)


def ask_printer(title: str, parent: QWidget, pages: int = 0) -> QPrinter | None:
    """The printer that the user picked, with copies and, of a document of `pages` pages, which of them; or None."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintSelection, False)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, pages > 1)
    if pages:
        dialog.setMinMax(1, pages)
        dialog.setFromTo(1, pages)
    return printer if dialog.exec() == QPrintDialog.DialogCode.Accepted else None


def print_text(text: str, title: str, parent: QWidget) -> None:
    """Ask for a printer and print a short text in large type."""
    printer = ask_printer(title, parent)
    if printer is not None:
        document = QTextDocument()
        document.setDefaultFont(QFont("Noto Sans", 16))
        document.setPlainText(text)
        document.print_(printer)


def chosen_pages(printer: QPrinter, count: int) -> list[int]:
    """The pages that were asked for, from 0, in order; all of them where none was named."""
    ranges = [(r.from_, r.to) for r in printer.pageRanges().toRangeList()]
    if not ranges and printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        ranges = [(printer.fromPage(), printer.toPage() or count)]
    wanted = {page - 1 for first, last in ranges for page in range(first, last + 1)}
    return [page for page in range(count) if page in wanted or not ranges]


def print_pdf(document: QPdfDocument, printer: QPrinter) -> int:
    """Print the chosen pages of a loaded PDF, each on its own sheet, as large as the paper allows.

    Copies that the printer's driver does not make are printed one after the other. Gives the sheets printed.

    Raises:
        UserError: there is no such page, or the printer failed; the sentence says what is kept.
    """
    pages = chosen_pages(printer, document.pageCount())
    if not pages:
        raise UserError("None of the chosen pages is in the document. Nothing was printed. Choose other pages.")
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        raise UserError(_FAILED.format("the document"))
    try:
        sheets = pages * copies
        for number, page in enumerate(sheets):
            if number and not printer.newPage():
                raise UserError(_FAILED.format(f"page {page + 1}"))
            _draw(painter, document, page)
    finally:
        ended = painter.end()
    if not ended or printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise UserError(_FAILED.format("all of the document"))
    return len(sheets)


def _draw(painter: QPainter, document: QPdfDocument, page: int) -> None:
    points = document.pagePointSize(page)
    size = QSize(round(points.width() * PAPER_DPI / 72), round(points.height() * PAPER_DPI / 72))
    image = document.render(page, size)
    if image.isNull():
        raise UserError(_FAILED.format(f"page {page + 1}"))
    sheet = QRectF(painter.viewport())
    shown = image.size().scaled(sheet.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.drawImage(QRectF(0, 0, shown.width(), shown.height()), image)
