"""The look: one palette file, one style sheet; light, dark and high contrast, following the system."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from myositis_desktop.assets import asset

Tokens = Mapping[str, str]
"""Names of the palette ("bg", "accent", ...) and their colours as #RRGGBB."""

STYLE = "Fusion"
"""Qt's own style that the style sheet builds on; the application is started with it."""
TEXT_PX = 14
"""Pixels of plain text at 100 %."""
TYPE_SCALE = (12, 14, 16, 20, 28)
FACES = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
LENGTHS = (4, 8, 12, 16, 20, 24, 28, 32)


@cache
def palettes() -> Mapping[str, Tokens]:
    """The palettes of theme.toml by name; "checked" is left out."""
    data = tomllib.loads(asset("resources", "theme.toml").read_text(encoding="utf-8"))
    return {name: data[name] for name in ("light", "dark", "contrast")}


def checked_pairs() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The (ink, ground) pairs that must reach 4.5:1, and the (edge, ground) pairs that must reach 3:1."""
    data = tomllib.loads(asset("resources", "theme.toml").read_text(encoding="utf-8"))["checked"]
    return [(a, b) for a, b in data["pairs"]], [(a, b) for a, b in data["edges"]]


def contrast(ink: str, ground: str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    low, high = sorted((_luminance(ink), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def style_sheet(tokens: Tokens, scale: float = 1.0) -> str:
    """The style sheet of the window for one palette; `scale` multiplies type and spacing."""
    sheet = Template(asset("resources", "style.qss").read_text(encoding="utf-8"))
    tint = ";".join(f"{name}={colour}" for name, colour in tokens.items())
    return sheet.substitute(tokens, tint=tint, **_lengths(scale), **_marks(tokens))


def _lengths(scale: float) -> dict[str, str]:
    out = {f"t{n}": str(round(n * scale)) for n in TYPE_SCALE}
    out |= {f"s{n}": str(round(n * scale)) for n in LENGTHS}
    out |= {f"p{n}": str(round(n * scale)) for n in range(1, 17)}
    return out | {"r6": str(round(6 * scale))}


def _marks(tokens: Tokens) -> dict[str, str]:
    """The few pictures that a style sheet can only take from a file: a light and a dark copy of each is shipped."""
    shade = "dark" if contrast(tokens["text"], "#000000") > contrast(tokens["text"], "#FFFFFF") else "light"
    icons = Path(str(asset("resources", "icons")))
    return {
        "chevron_down": (icons / f"chevron-down-{shade}.svg").as_posix(),
        "check": (icons / f"check-{shade}.svg").as_posix(),
    }


def qt_palette(tokens: Tokens) -> QPalette:
    """The palette for what a style sheet does not reach: links, drawn widgets, native dialogs."""
    roles = {
        QPalette.ColorRole.Window: "bg",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "raised",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "accent_text",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
        QPalette.ColorRole.ToolTipBase: "text",
        QPalette.ColorRole.ToolTipText: "surface",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Midlight: "line",
        QPalette.ColorRole.BrightText: "red",
    }
    palette = QPalette()
    for role, token in roles.items():
        palette.setColor(role, QColor(tokens[token]))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens["muted"]))
    return palette


class Theme(QObject):
    """The look of a running application.

    `wish` is "system", "light", "dark" or "contrast"; with "system" it follows the desktop while the program runs.
    """

    changed = Signal()

    def __init__(self, app: QApplication, wish: str = "system", scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self.wish = wish
        self.scale = scale
        load_fonts()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.apply)
        QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.connect(self.apply)

    @property
    def name(self) -> str:
        """What is shown now: light, dark or contrast."""
        if self.wish in palettes():
            return self.wish
        hints = QGuiApplication.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    @property
    def tokens(self) -> Tokens:
        return palettes()[self.name]

    def set_wish(self, wish: str) -> None:
        """Change to "system", "light", "dark" or "contrast" at once."""
        self.wish = wish
        self.apply()

    def apply(self) -> None:
        """Put the palette and the style sheet on every widget."""
        global _scale  # noqa: PLW0603 - one application has one size of text
        _scale = self.scale
        self._app.setFont(_font(self.scale))
        self._app.setPalette(qt_palette(self.tokens))
        if self._app.styleSheet():  # Qt may crash where it polishes again what an older sheet has polished
            self._app.setStyle(STYLE)
        self._app.setStyleSheet(style_sheet(self.tokens, self.scale))
        self.changed.emit()


_scale = 1.0
"""The size of text that is chosen now."""


def scaled(length: int) -> int:
    """A length of the design, in the size of text that is chosen now."""
    return round(length * _scale)


def _font(scale: float) -> QFont:
    font = QFont("Noto Sans")
    font.setPixelSize(round(TEXT_PX * scale))
    return font


def load_fonts() -> None:
    """Register the shipped typeface; the window then looks the same on every machine."""
    for name in FACES:
        QFontDatabase.addApplicationFont(str(asset("resources", "fonts", name)))
