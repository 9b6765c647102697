"""The exact pages of a PDF on screen, in a frame that says what they are."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from myositis_desktop.ui.pieces import Band, Button, row_of, text_label

ZOOM_STEP = 1.2


class PdfPane(QWidget):
    """Shows the bytes it is given and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        signs = {"red": "contraindicated", "amber": "warning", "green": "verify", "blue": "info"}
        self._bands = {tone: Band(tone, sign) for tone, sign in signs.items()}
        for band in self._bands.values():
            band.hide()
            column.addWidget(band)
        self.said = ""
        self.data = b""
        self.document = QPdfDocument(self)
        self._buffer = QBuffer(self)
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setAccessibleName("Pages of the document")
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(self.view, 1)
        self.pages = text_label("", "small", wrap=False)
        larger = Button("", "quiet", "zoom-in", "Larger")
        smaller = Button("", "quiet", "zoom-out", "Smaller")
        width = Button("Page width", "quiet", tip="Fit the page to the width")
        larger.clicked.connect(lambda: self._zoom(ZOOM_STEP))
        smaller.clicked.connect(lambda: self._zoom(1 / ZOOM_STEP))
        width.clicked.connect(lambda: self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth))
        column.addLayout(row_of(smaller, larger, width, self.pages))

    def say(self, tone: str, text: str) -> None:
        """What stands in the frame above the pages."""
        self.said = text
        for name, band in self._bands.items():
            band.say(text if name == tone else "")

    def show_pdf(self, data: bytes) -> None:
        """Show another document; empty bytes show none."""
        self.data = data
        self.document.close()
        self._buffer.close()
        self._buffer.setData(QByteArray(data))
        self.pages.setText("")
        if data:
            self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            self.document.load(self._buffer)
            count = self.document.pageCount()
            self.pages.setText("1 page" if count == 1 else f"{count} pages")
            self.view.pageNavigator().jump(0, self.view.pageNavigator().currentLocation(), 0)

    def _zoom(self, factor: float) -> None:
        page, view = self.document.pagePointSize(0), self.view.viewport().width()
        current = self.view.zoomFactor()
        if self.view.zoomMode() == QPdfView.ZoomMode.FitToWidth and page.width() > 0:
            current = view / (page.width() * self.view.logicalDpiX() / 72)
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(min(5.0, max(0.25, current * factor)))
