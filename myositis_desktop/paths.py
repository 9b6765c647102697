"""The one door to folders of the machine."""

import os
import sys
from pathlib import Path

PORTABLE_MARKER = "portable.txt"
"""Beside the installed program: everything it keeps then stands in `data` next to it, and goes where the stick goes."""
MACHINE_FILE = "machine.toml"
"""The administrator's settings of this computer."""


def default_profile() -> Path:
    """The clinic's folder when none is named on the command line nor by the administrator."""
    if (stick := portable_folder()) is not None:
        return stick / "data"
    from platformdirs import user_data_dir  # noqa: PLC0415 - most calls name their folder

    return Path(user_data_dir("MyositisDesktop", appauthor=False))


def portable_folder(executable: str | None = None) -> Path | None:
    """The folder of a portable copy of the program; None for an installed one or a checkout."""
    program = executable or (sys.executable if getattr(sys, "frozen", False) else "")
    folder = Path(program).resolve().parent
    return folder.parent if program and (folder / PORTABLE_MARKER).is_file() else None


def machine_file(platform: str = sys.platform) -> Path:
    """Where the administrator's settings stand; a portable copy has its own, so that the computer does not rule it."""
    if (stick := portable_folder()) is not None:
        return stick / MACHINE_FILE
    if platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "MyositisDesktop" / MACHINE_FILE
    if platform == "darwin":
        return Path("/Library/Application Support/MyositisDesktop") / MACHINE_FILE
    return Path("/etc/myositis-desktop") / MACHINE_FILE
