"""The portable archive: unpack it on a stick, start it there; what it keeps stands in `data` beside it."""

import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from dev import Stop
from myositis_desktop.paths import PORTABLE_MARKER
from package.bundle import files

NAME = "myositis-desktop"
STARTER = f"""\
#!/bin/sh
# Starts the program from wherever this folder lies; everything it keeps goes into `data` beside this file.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
exec "$here/program/{NAME}" "$@"
"""
READ_ME = f"""\
Myositis Desktop, portable

Unpack this folder on a stick or a disk and start `{NAME}`. Nothing is installed and nothing is written outside
the folder `data`; keep that folder, it is the clinic. Everything else may be read-only. The stick's file system must
know which files are programs (ext4, not FAT): on a FAT stick copy the folder to the computer first.
A file `machine.toml` beside this one holds an administrator's settings, as the manual tells.

Update: unpack the new archive beside the old folder, move `data` over, start it once, then delete the old one.
"""


def build_portable(bundle: Path, out: Path, version: str, epoch: int) -> Path:
    """Write the archive into `out`; its path. Same files and same epoch, same bytes."""
    top = f"{NAME}-{version}-linux-{os.uname().machine}"
    made = out / f"{top}-portable.tar.xz"
    added = {
        NAME: (STARTER, 0o755),
        "READ-ME.txt": (READ_ME, 0o644),
        f"program/{PORTABLE_MARKER}": ("This copy is portable: its data stands in ../data.\n", 0o644),
    }
    with _packed(made) as pipe, tarfile.open(fileobj=pipe, mode="w|") as archive:
        archive.addfile(_entry(f"{top}/data", epoch, 0o700, tarfile.DIRTYPE))
        for name, (text, mode) in added.items():
            entry = _entry(f"{top}/{name}", epoch, mode)
            entry.size = len(text.encode())
            archive.addfile(entry, BytesIO(text.encode()))
        for path in files(bundle):
            _add(archive, path, f"{top}/program/{path.relative_to(bundle).as_posix()}", epoch)
    return made


@contextmanager
def _packed(made: Path) -> Iterator[IO[bytes]]:
    """A stream that xz packs on two cores into the file; the number of cores does not change the bytes."""
    with made.open("wb") as file:
        xz = subprocess.Popen(["xz", "-6", "-T2", "--block-size=16MiB"], stdin=subprocess.PIPE, stdout=file)  # noqa: S607
        assert xz.stdin is not None  # noqa: S101 - it is a pipe, as asked
        try:
            yield xz.stdin
        finally:
            xz.stdin.close()
            failed = xz.wait()
    if failed:
        raise Stop("xz could not pack the portable archive.")


def _entry(name: str, epoch: int, mode: int, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mtime, entry.mode, entry.type = epoch, mode, kind
    return entry


def _add(archive: tarfile.TarFile, path: Path, name: str, epoch: int) -> None:
    if path.is_symlink():
        entry = _entry(name, epoch, 0o777, tarfile.SYMTYPE)
        entry.linkname = str(path.readlink())
        archive.addfile(entry)
        return
    entry = _entry(name, epoch, 0o755 if os.access(path, os.X_OK) and path.name == NAME else 0o644)
    entry.size = path.stat().st_size
    with path.open("rb") as file:
        archive.addfile(entry, file)
