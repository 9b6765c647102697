"""The colours of drawn controls. The style sheet sends them in one property: "accent=#0B5B62;text=#16211F"."""

from functools import lru_cache

from PySide6.QtCore import Property
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QWidget

NAMES = (
    "surface", "raised", "border", "line", "text", "muted",
    "accent", "accent_text", "accent_tint", "red", "amber", "green", "focus",
)  # fmt: skip
_FROM_PALETTE = {
    "surface": QPalette.ColorRole.Base,
    "raised": QPalette.ColorRole.AlternateBase,
    "text": QPalette.ColorRole.Text,
    "muted": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Highlight,
    "accent_text": QPalette.ColorRole.HighlightedText,
    "accent_tint": QPalette.ColorRole.AlternateBase,
    "focus": QPalette.ColorRole.Highlight,
}


class Tint:
    """Colours by name; what the text leaves out comes from the palette of the application."""

    def __init__(self, text: str = "") -> None:
        pairs = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
        palette = QGuiApplication.palette()
        self._colours = {
            name: QColor(pairs[name])
            if name in pairs
            else palette.color(_FROM_PALETTE.get(name, QPalette.ColorRole.Mid))
            for name in NAMES
        }

    def __getitem__(self, name: str) -> QColor:
        return self._colours[name]


@lru_cache(maxsize=8)
def _tint_of(text: str) -> Tint:
    return Tint(text)


def colours(widget: QWidget) -> Tint:
    """The colours that the style sheet gave a drawn widget; one object for all widgets of a theme."""
    text = _get(widget)
    return _tint_of(text) if text else Tint()


def tint_property() -> Property:
    """The Qt property `tint`, to stand in the body of a widget class that draws itself."""
    return Property(str, _get, _set)


def _get(widget: QWidget) -> str:
    return str(getattr(widget, "_tint", ""))


def _set(widget: QWidget, text: str) -> None:
    widget._tint = text  # type: ignore[attr-defined]  # noqa: SLF001 - the place of the property's own value
    widget.update()
