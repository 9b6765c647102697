"""The built one-folder program: what it weighs, and which libraries of the system it leans on."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

LARGEST_MB = 220
"""Megabytes unpacked; more is a fault of the build."""
MEGABYTE = 1_000_000
ROWS = 16

# Parts that would be spread over many files, by a piece of their path; the first that fits counts.
PARTS = (
    ("libicudata", "Qt: Unicode data (ICU)"),
    ("libicu", "Qt: ICU"),
    ("PySide6/Qt/plugins", "Qt: plugins"),
    ("libQt6Pdf", "Qt: PDF view"),
    ("libQt6", "Qt: libraries"),
    ("PySide6", "PySide6"),
    ("shiboken6", "PySide6"),
    ("libpyside", "PySide6"),
    ("sqlcipher3", "SQLCipher"),
    ("cryptography", "cryptography (OpenSSL)"),
    ("reportlab", "ReportLab"),
    ("PIL", "Pillow (pictures in PDF)"),
    ("pillow.libs", "Pillow (pictures in PDF)"),
    ("_bundled", "forms, knowledge, fonts, icons"),
    ("tzdata", "time zones"),
    ("dist-info", "licences and metadata"),
    ("libpython", "Python"),
    ("lib-dynload", "Python"),
    ("base_library.zip", "Python"),
    (".so", "other shared libraries"),
)


def files(bundle: Path) -> list[Path]:
    """Every file and link of the folder, in one order on every machine."""
    return sorted(p for p in bundle.rglob("*") if p.is_symlink() or p.is_file())


def room(bundle: Path) -> list[tuple[str, int]]:
    """(part, bytes) of the folder, the largest first."""
    taken: Counter[str] = Counter()
    for path in files(bundle):
        if not path.is_symlink():
            taken[_part(path.relative_to(bundle).as_posix())] += path.stat().st_size
    return taken.most_common()


def _part(name: str) -> str:
    return next((part for piece, part in PARTS if piece in name), "program and pure Python")


def table(parts: list[tuple[str, int]]) -> str:
    """The parts as lines for reading, the small ones together, with the sum."""
    small = sum(size for _, size in parts[ROWS:])
    rows = [*parts[:ROWS], *([("the rest", small)] if small else []), ("sum", sum(size for _, size in parts))]
    return "\n".join(f"{name:34}{size / MEGABYTE:8.1f} MB" for name, size in rows)


def system_libraries(bundle: Path) -> list[str]:
    """Names like libEGL.so.1 that the files of the folder are linked to and that do not stand in it."""
    ours = {path.name for path in files(bundle)}
    return sorted({name for path in _linked(bundle) for name in _needed(path)} - ours)


def _linked(bundle: Path) -> Iterator[Path]:
    for path in files(bundle):
        if not path.is_symlink() and (".so" in path.name or os.access(path, os.X_OK)):
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def _needed(path: Path) -> list[str]:
    done = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=True)  # noqa: S607
    return [line.split()[1] for line in done.stdout.splitlines() if line.strip().startswith("NEEDED")]
