"""The packages as a clinic gets them. What needs the built program is marked `soak`: `dev.py package` comes first."""

import json
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import QT_LIBRARIES, ROOT, Stop
from myositis_desktop import __version__
from package.bundle import LARGEST_MB, MEGABYTE, files, room, table
from package.deb import depends
from package.parts import copyright_text, parts_of, sbom
from package.portable import build_portable

DIST = ROOT / "dist"
LIBRARY = "Metadata-Version: 2.4\nName: {}\nVersion: {}\nLicense-Expression: MIT\nAuthor: A. Maker\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small folder laid out as PyInstaller lays it out."""
    made = tmp_path / "myositis-desktop"
    for name, version in (("yarl", "1.25.1"), ("myositis_desktop", __version__)):
        metadata = made / "_internal" / f"{name}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(LIBRARY.format(name, version))
    (made / "_internal" / "libQt6Core.so.6").write_bytes(b"x" * 3000)
    (made / "_internal" / "libQt6.so").symlink_to("libQt6Core.so.6")
    program = made / "myositis-desktop"
    program.write_text('#!/bin/sh\necho "started $1"\n')
    program.chmod(0o755)
    return made


def test_room_counts_every_file_once_and_links_not_at_all(bundle: Path) -> None:
    parts = room(bundle)
    assert parts[0] == ("Qt: libraries", 3000)
    assert sum(size for _, size in parts) == sum(p.stat().st_size for p in files(bundle) if not p.is_symlink())
    assert table(parts).splitlines()[-1].startswith("sum")


def test_depends_names_packages_and_refuses_what_it_does_not_know() -> None:
    assert "libegl1" in depends(["libEGL.so.1", "libc.so.6"])
    with pytest.raises(Stop, match=r"libodd\.so\.1"):
        depends(["libodd.so.1"])
    assert set(QT_LIBRARIES.values()) >= set(depends(list(QT_LIBRARIES))[2:])


def test_the_list_of_parts_names_version_licence_and_hashes(bundle: Path) -> None:
    listed = json.loads(sbom(parts_of(bundle), "1.2", 1_700_000_000))
    yarl = next(c for c in listed["components"] if c["name"] == "yarl")
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.5")
    assert listed["metadata"]["component"]["version"] == "1.2"
    assert yarl["version"] == "1.25.1"
    assert yarl["purl"] == "pkg:pypi/yarl@1.25.1"
    assert yarl["licenses"] == [{"license": {"name": "MIT"}}]
    assert yarl["hashes"]
    assert all(h["content"] in (ROOT / "requirements.lock").read_text() for h in yarl["hashes"])
    assert {"Qt", "Noto Sans", "OpenSSL"} <= {c["name"] for c in listed["components"]}
    assert listed == json.loads(sbom(parts_of(bundle), "1.2", 1_700_000_000))


def test_the_copyright_file_names_every_part_once(bundle: Path) -> None:
    text = copyright_text(parts_of(bundle))
    assert text.count("yarl 1.25.1: MIT; A. Maker") == 1
    assert "myositis_desktop" not in text.split("parts, each")[1].replace("myositis-desktop", "")


@pytest.mark.skipif(shutil.which("xz") is None, reason="xz is not here")
def test_the_portable_archive_starts_from_its_folder_and_is_the_same_twice(bundle: Path, tmp_path: Path) -> None:
    archives = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        archives.append(build_portable(bundle, tmp_path / name, "1.2", 1_700_000_000))
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with tarfile.open(archives[0]) as archive:
        archive.extractall(tmp_path, filter="data")
    top = next(tmp_path.glob("myositis-desktop-1.2-linux-*"))
    assert (top / "program" / "portable.txt").is_file()
    assert (top / "data").is_dir()
    started = subprocess.run([top / "myositis-desktop", "here"], capture_output=True, text=True, check=True)
    assert started.stdout == "started here\n"


# --- the real packages in a clean Debian 12 ---


def _built(pattern: str) -> Path:
    found = sorted(DIST.glob(pattern))
    if not found:
        pytest.skip("dev.py package has not been run")
    return found[-1]


@pytest.fixture(scope="session")
def clean_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Debian 12 with nothing in it but what every Debian has; DEBIAN_ROOT names one that is made already."""
    if os.name == "nt" or os.geteuid() or not shutil.which("debootstrap"):
        pytest.skip("debootstrap and its rights are needed")
    made = tmp_path_factory.mktemp("debian") / "root"
    if "DEBIAN_ROOT" in os.environ:
        subprocess.run(["cp", "-a", os.environ["DEBIAN_ROOT"], str(made)], check=True)  # noqa: S607 - from PATH
    else:
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(made)], check=True)  # noqa: S607 - from PATH
    subprocess.run(["mount", "-t", "proc", "proc", str(made / "proc")], check=True)  # noqa: S607 - from PATH
    yield made
    subprocess.run(["umount", str(made / "proc")], check=True)  # noqa: S607 - from PATH


def _in(root: Path, *words: str, user: str = "root", offline: bool = True, **more: str) -> str:
    """Run a program inside the root, without any network where `offline`; what it said."""
    cut = ["unshare", "-n"] if offline else []
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": f"/home/{user}", "LANG": "C.UTF-8", **more}
    done = subprocess.run(
        [*cut, "chroot", f"--userspec={user}", str(root), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _apt(root: Path, *words: str, offline: bool = False) -> None:
    _in(root, "apt-get", *words, offline=offline, DEBIAN_FRONTEND="noninteractive")


@pytest.mark.soak
def test_the_deb_installs_runs_without_network_and_leaves_the_data(clean_root: Path) -> None:
    deb = _built("*.deb")
    assert sum(size for _, size in room(DIST / "myositis-desktop")) < LARGEST_MB * MEGABYTE
    shutil.copy(deb, clean_root / "opt" / "it.deb")
    shutil.copy("/etc/resolv.conf", clean_root / "etc" / "resolv.conf")
    _apt(clean_root, "update")
    _apt(clean_root, "install", "-y", "--no-install-recommends", "/opt/it.deb")
    _in(clean_root, "useradd", "-m", "anna")
    said = _in(clean_root, "myositis-desktop", "demo", "/home/anna/demo", "--no-window", user="anna")
    papers = list((clean_root / "home" / "anna" / "demo").glob("*-plan-*.pdf"))
    assert len(papers) == 2, said
    for paper in papers:
        here = f"/home/anna/demo/{paper.name}"
        _in(clean_root, "myositis-desktop", "--profile", "/home/anna/demo", "verify", here, user="anna")
    assert "All parts work." in _in(clean_root, "myositis-desktop", "self-check", user="anna")
    _shows_a_window(clean_root)
    kept = {p: p.stat().st_size for p in (clean_root / "home" / "anna").rglob("*") if p.is_file()}
    _apt(clean_root, "purge", "-y", "myositis-desktop", offline=True)
    assert not (clean_root / "usr" / "lib" / "myositis-desktop").exists()
    assert not (clean_root / "usr" / "bin" / "myositis-desktop").is_symlink()
    assert {p: p.stat().st_size for p in (clean_root / "home" / "anna").rglob("*") if p.is_file()} == kept


def _shows_a_window(root: Path) -> None:
    """Start the window on a screen without hardware and see it there by its title."""
    if not shutil.which("Xvfb") or not shutil.which("xwininfo"):
        pytest.skip("Xvfb and xwininfo are needed")
    number, sockets = ":87", root / "tmp" / ".X11-unix"
    screen = subprocess.Popen(["Xvfb", number, "-screen", "0", "1366x768x24"], stderr=subprocess.DEVNULL)  # noqa: S607 - from PATH
    sockets.mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", "/tmp/.X11-unix", str(sockets)], check=True)  # noqa: S607, S108
    command = ["unshare", "-n", "chroot", "--userspec=anna", str(root), "myositis-desktop", "--profile"]
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": "/home/anna", "DISPLAY": number, "LANG": "C.UTF-8"}
    program = subprocess.Popen([*command, "/home/anna/demo"], env=environment)
    try:
        assert _seen(number), "no window came within 30 seconds"
    finally:
        program.terminate()
        program.wait(20)
        screen.terminate()
        screen.wait(20)
        subprocess.run(["umount", str(sockets)], check=True)  # noqa: S607 - from PATH


def _seen(number: str) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        asked = ["xwininfo", "-display", number, "-root", "-tree"]
        tree = subprocess.run(asked, capture_output=True, text=True, check=False)
        if '"Myositis Desktop"' in tree.stdout:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.soak
def test_the_portable_archive_runs_where_only_its_data_may_be_written(clean_root: Path) -> None:
    stick = clean_root / "stick"
    stick.mkdir()
    with tarfile.open(_built("*-portable.tar.xz")) as archive:
        archive.extractall(stick, filter="data")
    top = next(stick.iterdir())
    inside = f"/stick/{top.name}"
    os.chown(top / "data", 4321, 4321)
    said = _in(clean_root, f"{inside}/myositis-desktop", "self-check", user="4321:4321")
    assert "All parts work." in said
    demo = _in(clean_root, f"{inside}/myositis-desktop", "demo", f"{inside}/data", "--no-window", user="4321:4321")
    assert len(list((top / "data").glob("*-plan-*.pdf"))) == 2, demo
    assert not [p for p in top.rglob("*") if p.lstat().st_uid == 4321 and (top / "data") not in (p, *p.parents)]
