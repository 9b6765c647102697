"""Printing: a PDF page by page, or a short text. Loaded on first use."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QTextDocument
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

PAPER_DPI = 300


def ask_printer(title: str, parent: QWidget) -> QPrinter | None:
    """The printer that the user picked, or None."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    dialog = QPrintDialog(printer, parent)
    return printer if dialog.exec() == QPrintDialog.DialogCode.Accepted else None


def print_text(text: str, title: str, parent: QWidget) -> None:
    """Ask for a printer and print a short text in large type."""
    printer = ask_printer(title, parent)
    if printer is not None:
        document = QTextDocument()
        document.setDefaultFont(QFont("Noto Sans", 16))
        document.setPlainText(text)
        document.print_(printer)


def print_pdf(document: QPdfDocument, printer: QPrinter) -> int:
    """Print every page of a loaded PDF on its own sheet, as large as the paper allows. Gives the pages printed."""
    printer.setFullPage(True)
    painter = QPainter(printer)
    for page in range(document.pageCount()):
        if page:
            printer.newPage()
        points = document.pagePointSize(page)
        image = document.render(
            page, QSize(round(points.width() * PAPER_DPI / 72), round(points.height() * PAPER_DPI / 72))
        )
        sheet = QRectF(painter.viewport())
        size = image.size().scaled(sheet.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), image)
    painter.end()
    return document.pageCount()
