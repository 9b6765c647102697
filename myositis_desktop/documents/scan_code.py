"""A QR code drawn from letters and digits, large enough for a hand-held scanner on a laser print."""

from reportlab.graphics.barcode.qrencoder import QRAlphaNum, QRCode, QRErrorCorrectLevel
from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable


class ScanCode(Flowable):  # type: ignore[misc] # ReportLab has no types
    """Level M: a seventh of it may be unreadable. Four modules of white stand around it, as the norm wants."""

    SIDE = 62 * mm
    _WHITE = 4

    def __init__(self, letters: str) -> None:
        super().__init__()
        self.width = self.height = self.SIDE
        self.code = QRCode(None, QRErrorCorrectLevel.M)
        self.code.addData(QRAlphaNum(letters))
        self.code.make()

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.SIDE, self.SIDE

    def draw(self) -> None:
        count = self.code.getModuleCount()
        side = self.SIDE / (count + 2 * self._WHITE)
        path = self.canv.beginPath()
        for row, modules in enumerate(self.code.modules):
            top = self.SIDE - (row + self._WHITE + 1) * side
            start = None
            for column, dark in enumerate([*modules, False]):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    path.rect((start + self._WHITE) * side, top, (column - start) * side, side * 1.02)
                    start = None
        self.canv.setFillColor(black)
        self.canv.drawPath(path, stroke=0, fill=1)
