"""The icons of resources/icons, drawn by ourselves, in any colour and size."""

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from myositis_desktop.assets import asset
from myositis_desktop.ui.theme import scaled

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon


@cache
def _drawing(name: str) -> str:
    return asset("resources", "icons", f"{name}.svg").read_text(encoding="utf-8")


def paint_icon(painter: QPainter, name: str, colour: QColor, into: QRectF) -> None:
    """Draw an icon of resources/icons in one colour."""
    drawing = _drawing(name).replace("currentColor", colour.name())
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, into)


def pixmap(name: str, colour: QColor, size: int = 20) -> QPixmap:
    """An icon as a picture of `size` logical pixels, sharp on this screen; drawn once and kept by Qt."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    kept = f"{name} {colour.name()} {size} {ratio}"
    out = QPixmap()
    if QPixmapCache.find(kept, out):
        return out
    out = QPixmap(QSize(size, size) * ratio)
    out.setDevicePixelRatio(ratio)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    paint_icon(painter, name, colour, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(kept, out)
    return out


def icon(name: str, colour: QColor, size: int = 20) -> "QIcon":
    """An icon for a button or a menu."""
    from PySide6.QtGui import QIcon  # noqa: PLC0415 - takes long to load, and the lock screen has no icon

    return QIcon(pixmap(name, colour, size))


def application_icon() -> "QIcon":
    """The program's own sign, for the frame of the window."""
    return icon("application", QColor("#000000"), 64)


def application_sign(size: int) -> QPixmap:
    """The program's own sign, for a page."""
    return pixmap("application", QColor("#000000"), size)


class Sign(QWidget):
    """A small icon that takes its colour from the style sheet (property `ink`)."""

    def __init__(self, name: str, ink: str = "", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setProperty("ink", ink)
        self.setFixedSize(scaled(size), scaled(size))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_sign(self, name: str, ink: str) -> None:
        """Show another icon in another ink."""
        self._name = name
        self.setProperty("ink", ink)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name and arguments
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, self._name, self.palette().color(self.foregroundRole()), QRectF(self.rect()))
        painter.end()
