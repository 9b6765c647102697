"""The .deb: the one folder under /usr/lib, and what a desktop wants to know about it."""

import gzip
import hashlib
import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from dev import ROOT, Stop, packages_for
from package.bundle import files, system_libraries
from package.parts import Part, copyright_text

NAME = "myositis-desktop"
MAINTAINER = "Myositis Desktop maintainers <myositis-desktop@users.noreply.github.com>"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
ALWAYS = ["libc6 (>= 2.34)", "fontconfig"]
FROM_LIBC = ("ld-linux", "libc.so", "libdl.so", "libm.so", "libpthread.so", "libresolv.so", "librt.so", "libutil.so")
SOURCES = ROOT / "package" / "debian"
LARGEST_MB = 75


def build_deb(bundle: Path, out: Path, version: str, parts: list[Part], epoch: int) -> Path:
    """Write the package into `out`; its path. Same files and same epoch, same bytes."""
    architecture = ARCHITECTURES[os.uname().machine]
    made = out / f"{NAME}_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _program(bundle, tree)
        _documents(tree / "usr" / "share", version, parts, epoch)
        _control(tree, version, architecture, bundle)
        _tidy(tree, epoch)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(made)]
        if subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL).returncode:
            raise Stop("dpkg-deb could not make the package.")
    return made


def depends(libraries: list[str]) -> list[str]:
    """The packages that bring these libraries of the system. Stops at one that nothing is known about."""
    known, unknown = packages_for([name for name in libraries if not name.startswith(FROM_LIBC)])
    if unknown:
        raise Stop(f"No package is known for {', '.join(unknown)}; add it to QT_LIBRARIES in dev.py.")
    return [*ALWAYS, *known]


def _program(bundle: Path, tree: Path) -> None:
    home = tree / "usr" / "lib" / NAME
    shutil.copytree(bundle, home, symlinks=True)
    starter = tree / "usr" / "bin" / NAME
    starter.parent.mkdir(parents=True)
    starter.symlink_to(f"../lib/{NAME}/{NAME}")
    shutil.rmtree(home / "_internal" / "__pycache__", ignore_errors=True)


def _documents(share: Path, version: str, parts: list[Part], epoch: int) -> None:
    day = f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d}"
    _write(share / "applications" / f"{NAME}.desktop", (SOURCES / f"{NAME}.desktop").read_bytes())
    icon = ROOT / "resources" / "icons" / "application.svg"
    _write(share / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg", icon.read_bytes())
    described = "io.github.myositis_desktop.metainfo.xml"
    _write(share / "metainfo" / described, _filled(described, version, day))
    _write(share / "man" / "man1" / f"{NAME}.1.gz", _packed(_filled(f"{NAME}.1", version, day)))
    papers = share / "doc" / NAME
    _write(papers / "copyright", copyright_text(parts).encode())
    _write(papers / "changelog.gz", _packed(_changelog(version, epoch)))
    _write(papers / "NEWS.gz", _packed((ROOT / "CHANGELOG.md").read_bytes()))
    _write(share / "lintian" / "overrides" / NAME, (SOURCES / "overrides").read_bytes())


def _filled(name: str, version: str, day: str) -> bytes:
    text = (SOURCES / name).read_text(encoding="utf-8")
    return text.replace("@VERSION@", version).replace("@DATE@", day).encode()


def _changelog(version: str, epoch: int) -> bytes:
    """Debian's own form of it; what changed for the reader stands in NEWS."""
    day = format_datetime(datetime.fromtimestamp(epoch, UTC))
    return f"{NAME} ({version}) unstable; urgency=medium\n\n  * See NEWS.\n\n -- {MAINTAINER}  {day}\n".encode()


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _control(tree: Path, version: str, architecture: str, bundle: Path) -> None:
    size = sum(p.lstat().st_size for p in files(tree)) // 1024
    sums = [
        f"{hashlib.md5(p.read_bytes()).hexdigest()}  {p.relative_to(tree).as_posix()}\n"  # noqa: S324 - dpkg's format
        for p in files(tree)
        if not p.is_symlink()
    ]
    control = f"""\
Package: {NAME}
Version: {version}
Section: science
Priority: optional
Architecture: {architecture}
Maintainer: {MAINTAINER}
Installed-Size: {size}
Depends: {", ".join(depends(system_libraries(bundle)))}
Description: offline treatment pathways for inflammatory myositis
 For clinicians who treat inflammatory myositis: findings go in on forms, an
 assessment with its reasons, a treatment plan and a glucocorticoid taper come
 out as PDFs that the clinician signs.
 .
 Everything stays in one encrypted file on this computer; no network is used.
 The program supports qualified professionals and does not replace them; it is
 not a registered medical device.
"""
    _write(tree / "DEBIAN" / "control", control.encode())
    _write(tree / "DEBIAN" / "md5sums", "".join(sums).encode())


def _tidy(tree: Path, epoch: int) -> None:
    """The rights and times that Debian wants, the same on every machine."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path == tree / "usr" / "lib" / NAME / NAME
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
