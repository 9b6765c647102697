"""settings.toml: how this workstation looks and behaves. Readable before unlocking, so it never holds patient data.

What an administrator wrote for the whole computer (machine.toml) applies where the clinic's own file says nothing.
"""

import json
import tomllib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from myositis_desktop.errors import UserError
from myositis_desktop.paths import machine_file
from myositis_desktop.store.profile import write_atomic

if TYPE_CHECKING:
    from decimal import Decimal


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
    strengths_mg: str = ""
    """Tablets of glucocorticoid at hand, in mg, as "20 5 1": for new patients. "" is the pack's own set."""

    @property
    def strengths(self) -> "tuple[Decimal, ...] | None":
        """The tablets in mg, the largest first; None is the pack's own set."""
        return _strengths(self.strengths_mg) or None


@dataclass(frozen=True, slots=True)
class Machine:
    """What an administrator set for every clinic of this computer."""

    profile: Path | None = None
    """The clinic's folder, where the command line names none."""
    clinic_name: str = ""
    """Offered at the first start."""
    settings: Settings = field(default_factory=Settings)
    """What applies where the clinic's own settings say nothing."""
    longest_lock_minutes: int = 240
    """The most that the clinic's own settings can choose."""


_CHOICES = {"theme": ("system", "light", "dark", "contrast"), "page_size": ("A4", "Letter")}
_RANGES = {"scale": range(75, 201), "lock_minutes": range(1, 241)}


def read_machine(path: Path | None = None) -> Machine:
    """The administrator's file; nothing set where there is none.

    Raises:
        UserError: it cannot be read, or holds a key or a value that makes no sense. A rule that is not kept would be
            worse than a program that does not start.
    """
    file = machine_file() if path is None else path
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Machine()
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"The administrator's settings cannot be read: {file}. Nothing was changed.") from error
    profile, name = written.pop("profile", None), written.pop("clinic_name", "")
    wrong = [key for key, value in written.items() if key not in asdict(Settings()) or not _fits(key, value)]
    wrong += ["profile"] if profile is not None and not _is_folder(profile) else []
    wrong += [] if isinstance(name, str) else ["clinic_name"]
    if wrong:
        raise UserError(
            f"The administrator's settings hold what makes no sense: {', '.join(wrong)} ({file}). Nothing was changed. "
            "Ask who set up this computer, or see the manual."
        )
    longest = written.get("lock_minutes", Machine().longest_lock_minutes)
    return Machine(None if profile is None else Path(profile), name, Settings(**written), longest)


def _is_folder(value: object) -> bool:
    return isinstance(value, str) and Path(value).is_absolute()


def read_settings(path: Path, machine: Machine | None = None) -> Settings:
    """The settings; the default for each one that is missing or makes no sense. Never fails: the window must start."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        written = {}
    rules = machine or Machine()
    known = asdict(rules.settings)
    own = replace(rules.settings, **{n: written[n] for n in known if n in written and _fits(n, written[n])})
    return replace(own, lock_minutes=min(own.lock_minutes, rules.longest_lock_minutes))


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
    if name == "strengths_mg":
        return isinstance(value, str) and _strengths(value) is not None
    return isinstance(value, str) and len(value) == 2 and value.isascii() and value.islower()


def _strengths(text: str) -> "tuple[Decimal, ...] | None":
    """The numbers of a text in mg, the largest first; None where it holds anything else."""
    if not text.strip():
        return ()
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - most settings name none

    try:
        found = {Decimal(word) for word in text.split()}
    except InvalidOperation:
        return None
    sound = all(mg.is_finite() and 0 < mg <= 100 for mg in found)
    return tuple(sorted(found, reverse=True)) if sound else None
