"""settings.toml: how this workstation looks and behaves. Readable before unlocking, so it never holds patient data."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from myositis_desktop.store.profile import write_atomic


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set, with what applies when nothing is."""

    language: str = "en"
    """Of window and documents: a two-letter code."""
    theme: str = "system"
    """system | light | dark | contrast"""
    scale: int = 100
    """Size of text and controls in per cent, 75 to 200."""
    lock_minutes: int = 10
    """Minutes without a key or a click until the window locks, 1 to 240."""
    backup_folder: str = ""
    """A second place for backups, as on a stick; "" is none. An absolute path."""
    page_size: str = "A4"
    """A4 | Letter"""


_CHOICES = {"theme": ("system", "light", "dark", "contrast"), "page_size": ("A4", "Letter")}
_RANGES = {"scale": range(75, 201), "lock_minutes": range(1, 241)}


def read_settings(path: Path) -> Settings:
    """The settings; the default for each one that is missing or makes no sense. Never fails: the window must start."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        written = {}
    known = asdict(Settings())
    return Settings(**{name: written[name] for name in known if name in written and _fits(name, written[name])})


def write_settings(path: Path, settings: Settings) -> None:
    """Replaces the file in one step. Raises UserError where it cannot, ValueError for a value that makes no sense."""
    values = asdict(settings)
    wrong = [name for name, value in values.items() if not _fits(name, value)]
    if wrong:
        raise ValueError(", ".join(wrong))
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    write_atomic(path, ("\n".join(lines) + "\n").encode())


def _fits(name: str, value: object) -> bool:
    if name == "backup_folder":
        return isinstance(value, str) and value.isprintable() and (not value or Path(value).is_absolute())
    if name in _RANGES:
        return type(value) is int and value in _RANGES[name]
    if name in _CHOICES:
        return value in _CHOICES[name]
    return isinstance(value, str) and len(value) == 2 and value.isascii() and value.islower()
