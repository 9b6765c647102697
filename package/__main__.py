"""`python -m package`, after `dev.py build`: everything that is given out, in dist/, with its checksums."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from dev import ROOT, Stop
from myositis_desktop import __version__
from package.bundle import LARGEST_MB, MEGABYTE, room, table
from package.deb import LARGEST_MB as LARGEST_DEB_MB
from package.deb import build_deb
from package.parts import parts_of, sbom
from package.portable import build_portable


def main() -> int:
    """Make the packages out of dist/myositis-desktop; 1 where one is larger than it may be."""
    out = ROOT / "dist"
    bundle, epoch = out / "myositis-desktop", source_date()
    parts = parts_of(bundle)
    weights = room(bundle)
    print(table(weights))
    made = [
        build_deb(bundle, out, __version__, parts, epoch),
        build_portable(bundle, out, __version__, epoch),
        _list_of_parts(out, sbom(parts, __version__, epoch)),
    ]
    sums = "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in made)
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    print(sums, end="")
    too_large = _too_large(sum(size for _, size in weights), LARGEST_MB, "the folder")
    return 1 if _too_large(made[0].stat().st_size, LARGEST_DEB_MB, made[0].name) or too_large else 0


def source_date() -> int:
    """Seconds since 1970 that every file in the packages bears: SOURCE_DATE_EPOCH, or the time of the last commit."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told:
        return int(told)
    command = ["git", "log", "-1", "--format=%ct"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise Stop("Set SOURCE_DATE_EPOCH: there is no commit here that tells the time of the sources.")
    return int(asked.stdout)


def _list_of_parts(out: Path, text: str) -> Path:
    path = out / f"myositis-desktop-{__version__}.cdx.json"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _too_large(size: int, limit: int, what: str) -> bool:
    if size > limit * MEGABYTE:
        print(f"{what} takes {size / MEGABYTE:.0f} MB, more than {limit} MB", file=sys.stderr)
    return size > limit * MEGABYTE


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Stop as stop:
        sys.exit(str(stop))
