"""The palette keeps its contrasts, and the style sheet is whole in every theme and size."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from myositis_desktop.ui.theme import Theme, checked_pairs, contrast, palettes, style_sheet

THEMES = ("light", "dark", "contrast")
PAIRS, EDGES = checked_pairs()


def test_contrast_of_black_and_white_is_the_largest_there_is() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out(theme: str, ink: str, ground: str) -> None:
    assert contrast(palettes()[theme][ink], palettes()[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_stand_out(theme: str, edge: str, ground: str) -> None:
    assert contrast(palettes()[theme][edge], palettes()[theme][ground]) >= 3


def test_every_colour_that_carries_meaning_is_checked() -> None:
    checked = {ink for ink, _ in PAIRS} | {edge for edge, _ in EDGES}
    meaning = {
        "text",
        "muted",
        "accent",
        "accent_text",
        "red",
        "amber",
        "blue",
        "green",
        "border",
        "focus",
        "rail_text",
    }
    assert meaning <= checked


def test_all_themes_name_the_same_colours() -> None:
    assert set(palettes()) == set(THEMES)
    assert set(palettes()["light"]) == set(palettes()["dark"]) == set(palettes()["contrast"])


def test_high_contrast_reaches_seven_to_one() -> None:
    assert min(contrast(palettes()["contrast"][ink], palettes()["contrast"][ground]) for ink, ground in PAIRS) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_the_style_sheet_leaves_nothing_open(theme: str, scale: float) -> None:
    sheet = style_sheet(palettes()[theme], scale)
    assert "$" not in sheet
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", sheet)) <= set(palettes()[theme].values())
    assert f"font-size: {round(14 * scale)}px" in sheet


def test_the_theme_follows_the_wish_and_the_desktop(qapp: QApplication) -> None:
    theme = Theme(qapp, "dark")
    theme.apply()
    assert theme.name == "dark"
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == palettes()["dark"]["bg"]
    theme.set_wish("system")
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.name == ("dark" if dark else "light")
    theme.set_wish("light")
    assert palettes()["light"]["surface"] in qapp.styleSheet()
    qapp.setStyleSheet("")


@pytest.mark.parametrize("theme", THEMES)
def test_every_field_says_the_colour_of_its_hint(theme: str) -> None:
    """A field on a ground of its own does not take the hint of the fields on paper."""
    tokens = palettes()[theme]
    fields = re.findall(r"([^{}]*QLineEdit[^{}:]*)\{([^}]*)\}", style_sheet(tokens))
    grounds = {name.strip(): body for name, body in fields if re.search(r"(?<![-\w])background: #", body)}
    assert len(grounds) >= 2
    for name, body in grounds.items():
        ground = re.findall(r"(?<![-\w])background: (#\w+)", body)[0]
        hint = re.findall(r"placeholder-text-color: (#\w+)", body)
        assert hint, name
        assert contrast(hint[0], ground) >= 4.5, name
