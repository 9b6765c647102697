"""The part of the style sheet that belongs to the controls of findings."""

from collections.abc import Mapping

from myositis_desktop.ui.widgets.tint import NAMES

_RULES = """
Segments, UnitButton, NoteLabel, SectionList {{ qproperty-tint: "{tint}"; }}
NoteLabel[level="note"] {{ color: {muted}; }}
NoteLabel[level="amber"] {{ color: {amber}; }}
NoteLabel[level="red"] {{ color: {red}; }}
Mmt8Field QPushButton {{ text-align: left; padding-left: 0; }}
QToolButton#details {{ background: transparent; border: 1px solid transparent; border-radius: 4px; color: {muted}; }}
QToolButton#details:hover {{ background: {raised}; color: {text}; }}
QToolButton#details[set="true"] {{ color: {accent}; font-weight: 600; }}
PlainCombo {{ combobox-popup: 0; }}
QFrame#popover {{ background: {surface}; border: 1px solid {border}; border-radius: 6px; }}
"""


def style(tokens: Mapping[str, str]) -> str:
    """Style rules for one palette; `tokens` maps names such as "accent" to #RRGGBB."""
    tint = ";".join(f"{name}={tokens[name]}" for name in NAMES if name in tokens)
    names = ("surface", "raised", "border", "text", "muted", "accent", "amber", "red")
    return _RULES.format(tint=tint, **{name: tokens[name] for name in names})
