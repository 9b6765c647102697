#!/usr/bin/env python3
"""Every job a contributor does, on a bare Python: `python3 dev.py JOB [words]`.

Standard library only. The first job makes .venv and installs what requirements.lock names; after that nothing is
fetched and every job but `lock` works with the network cable out.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed.sha256"
OLDEST_PYTHON = (3, 11)

# Shared library that Qt loads -> the Debian/Ubuntu package that brings it.
QT_LIBRARIES = {
    "libEGL.so": "libegl1",
    "libGL.so": "libgl1",
    "libGLX.so": "libglx0",
    "libOpenGL.so": "libopengl0",
    "libX11-xcb.so": "libx11-xcb1",
    "libX11.so": "libx11-6",
    "libSM.so": "libsm6",
    "libICE.so": "libice6",
    "libdbus-1.so": "libdbus-1-3",
    "libdrm.so": "libdrm2",
    "libfontconfig.so": "libfontconfig1",
    "libfreetype.so": "libfreetype6",
    "libglib-2.0.so": "libglib2.0-0",
    "libgthread-2.0.so": "libglib2.0-0",
    "libgssapi_krb5.so": "libgssapi-krb5-2",
    "libwayland-client.so": "libwayland-client0",
    "libwayland-cursor.so": "libwayland-cursor0",
    "libwayland-egl.so": "libwayland-egl1",
    "libxcb.so": "libxcb1",
    "libxcb-cursor.so": "libxcb-cursor0",
    "libxcb-glx.so": "libxcb-glx0",
    "libxcb-icccm.so": "libxcb-icccm4",
    "libxcb-image.so": "libxcb-image0",
    "libxcb-keysyms.so": "libxcb-keysyms1",
    "libxcb-randr.so": "libxcb-randr0",
    "libxcb-render-util.so": "libxcb-render-util0",
    "libxcb-render.so": "libxcb-render0",
    "libxcb-shape.so": "libxcb-shape0",
    "libxcb-shm.so": "libxcb-shm0",
    "libxcb-sync.so": "libxcb-sync1",
    "libxcb-util.so": "libxcb-util1",
    "libxcb-xfixes.so": "libxcb-xfixes0",
    "libxcb-xkb.so": "libxcb-xkb1",
    "libxkbcommon-x11.so": "libxkbcommon-x11-0",
    "libxkbcommon.so": "libxkbcommon0",
    "libz.so": "zlib1g",
    "libzstd.so": "libzstd1",
}

# Outside program that judges us in the tests -> its Debian/Ubuntu package.
JUDGES = {
    "pdfsig": "poppler-utils",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    "strace": "strace",
    "softhsm2-util": "softhsm2",
}


class Stop(Exception):  # noqa: N818 - it ends the job, it is not a fault
    """The job cannot go on; the message says why and what to do."""


def main(words: Sequence[str]) -> int:
    """Do one job; the exit code is that of what was run."""
    if sys.version_info < OLDEST_PYTHON:
        print(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version.split()[0]}.")
        return 2
    if not words or words[0] not in JOBS:
        print(f"usage: python3 dev.py JOB [words]\n\n{_jobs()}")
        return 0 if words[:1] in (["-h"], ["--help"]) else 2
    try:
        return JOBS[words[0]](words[1:])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _jobs() -> str:
    return "\n".join(f"  {name:7} {(job.__doc__ or '').splitlines()[0]}" for name, job in JOBS.items())


def run(words: Sequence[str]) -> int:
    """Start the program; further words are passed on. Without a screen: the demonstration."""
    install()
    if words:
        return _call(_program(*words))
    if not has_screen(os.environ, sys.platform):
        print("There is no screen here, so this is the demonstration: myositis-desktop demo --no-window", flush=True)
        return _call(_program("demo", "--no-window"))
    system_libraries()
    return _call(_program())


def test(words: Sequence[str]) -> int:
    """Run the tests on two cores; further words go to pytest."""
    install()
    system_libraries()
    judges()
    return _call(_python("-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", "not soak", *words))


def check(_words: Sequence[str]) -> int:
    """Format, lint, types, directions of imports."""
    install()
    jobs = {
        "format": _python("-m", "ruff", "format", "--check", "."),
        "lint": _python("-m", "ruff", "check", "."),
        "types": _python("-m", "mypy"),
        "imports": [str(_script("lint-imports")), "--no-cache"],
    }
    failed = []
    for name, command in jobs.items():
        print(f"== {name}", flush=True)
        if _call(command):
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks hold")
    return 1 if failed else 0


def bench(words: Sequence[str]) -> int:
    """Measure the ratios that decide, with their limits."""
    install()
    system_libraries()
    return _call(_python("-m", "bench", *words))


def build(_words: Sequence[str]) -> int:
    """Build the wheel and the one-folder program, and run the self-check of each."""
    install()
    system_libraries()
    with tempfile.TemporaryDirectory() as elsewhere:
        _check_wheel(Path(elsewhere))
        _must(_python("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "build.spec"), "The bundle failed.")
        name = "myositis-desktop.exe" if os.name == "nt" else "myositis-desktop"
        print("== self-check of the bundle", flush=True)
        return _call([str(ROOT / "dist" / "myositis-desktop" / name), "self-check"], cwd=Path(elsewhere))


def _check_wheel(elsewhere: Path) -> None:
    """Unpack the wheel outside the checkout and run it from there, ahead of the editable install."""
    wheels, unpacked = elsewhere / "wheels", elsewhere / "unpacked"
    pip = _python("-m", "pip", "--quiet", "--disable-pip-version-check")
    _must([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT)], "The wheel failed.")
    _must([*pip, "install", "--no-deps", "-t", str(unpacked), *map(str, wheels.glob("*.whl"))], "The wheel failed.")
    print("== self-check of the wheel", flush=True)
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    if subprocess.run(_program("self-check"), cwd=elsewhere, env=environment, check=False).returncode:
        raise Stop("The self-check of the wheel does not pass.")


def package(_words: Sequence[str]) -> int:
    """Build, and make the .deb, the portable archive, the list of parts and the checksums in dist/ (Linux)."""
    code = build([])
    return code or _call(_python("-m", "package"))


def soak(words: Sequence[str]) -> int:
    """Run the full numbers of the kill, tamper and fuzz jobs: the tests marked `soak`."""
    install()
    system_libraries()
    judges()
    code = _call(_python("-m", "pytest", "-m", "soak", "-rA", "--durations=0", *words))
    if code == 5:  # pytest: nothing collected
        print("No test is marked `soak`.")
        return 0
    return code


def renew(_words: Sequence[str]) -> int:
    """Give every rule without an example one and write the snapshots of plans anew; read the difference."""
    install()
    return _call(_python("-m", "tests.renew"))


def lock(_words: Sequence[str]) -> int:
    """Write requirements.lock anew from pyproject.toml (the one job that needs the network)."""
    with tempfile.TemporaryDirectory() as folder:
        make_venv(Path(folder))
        _must([str(venv_python(Path(folder))), "-m", "pip", "install", "--quiet", "uv"], "uv could not be installed.")
        compile_ = "uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes"
        plain = "--only-binary :all: --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet"
        command = [str(venv_python(Path(folder))), "-m", *compile_.split(), *plain.split()]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Stop("The lock could not be computed; requirements.lock is as it was.")
    LOCK.write_text(LOCK_HEADER + lock_lines(done.stdout), encoding="utf-8", newline="\n")
    print(f"Wrote {LOCK.name}.")
    return 0


LOCK_HEADER = """\
# Written by `python3 dev.py lock`: every library by version and by the hashes of its wheels on every platform.
# Install: pip install --require-hashes -r requirements.lock; pip install --no-deps --no-build-isolation -e .
"""


def lock_lines(compiled: str) -> str:
    """The compiled requirements without any line that names where they came from."""
    kept = [line for line in compiled.splitlines() if not line.startswith("--") and "://" not in line]
    return "\n".join(kept) + "\n"


JOBS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "build": build,
    "package": package,
    "soak": soak,
    "renew": renew,
    "lock": lock,
}


def install() -> None:
    """Make .venv and bring it to what requirements.lock and pyproject.toml say; nothing where it is already so."""
    wanted = wanted_stamp()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted and venv_python(VENV).exists():
        return
    if not venv_python(VENV).exists():
        print("Making .venv ...", flush=True)
        make_venv(VENV)
    print("Installing what requirements.lock names ...", flush=True)
    pip = _python("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _must(
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)],
        "The libraries could not be installed. The first run needs the network or a filled pip cache; run it again.",
    )
    _must([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "The program itself could not be installed.")
    STAMP.write_text(wanted, encoding="utf-8")


def wanted_stamp() -> str:
    """What .venv must have been made from: lock, project file, and the place of this checkout."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_venv(folder: Path) -> None:
    """A virtual environment with pip; brings the system's venv package first where that is missing."""
    if _venv(folder):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    apt_install([package], f"This Python cannot make virtual environments: {package} is missing.")
    if not _venv(folder):
        raise Stop(f"{folder} could not be made: `{sys.executable} -m venv` fails.")


def _venv(folder: Path) -> bool:
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], capture_output=True, check=False)
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
    return made.returncode == 0


def system_libraries() -> None:
    """See that every shared library Qt wants is on this machine (Linux only), and bring those that are not."""
    if not sys.platform.startswith("linux") or not shutil.which("ldd"):
        return
    missing = missing_libraries()
    if not missing:
        return
    known, unknown = packages_for(missing)
    apt_install(known, f"Qt needs libraries that this machine lacks: {', '.join(missing)}.")
    if unknown:
        print(f"No package is known for {', '.join(unknown)}; the window may not start.", file=sys.stderr)


def judges() -> None:
    """Bring the programs that judge us from outside where we may; without them their tests are skipped, and say so."""
    if not sys.platform.startswith("linux") or not shutil.which("apt-get"):
        return
    packages = sorted({package for program, package in JUDGES.items() if not shutil.which(program)})
    try:
        apt_install(packages, "The tests ask outside programs that this machine lacks.")
    except Stop as stop:
        print(stop, file=sys.stderr)


def missing_libraries() -> list[str]:
    """Names like libEGL.so.1 that Qt's parts want and the loader does not find."""
    where = subprocess.run(
        _python("-c", "import PySide6; print(PySide6.__path__[0])"), capture_output=True, text=True, check=True
    )
    qt = Path(where.stdout.strip()) / "Qt"
    parts = [*(qt / "plugins" / "platforms").glob("libq*.so"), *(qt / "plugins" / "xcbglintegrations").glob("*.so")]
    parts += [qt / "lib" / f"libQt6{name}.so.6" for name in ("Widgets", "Gui", "Pdf", "PrintSupport", "Svg", "UiTools")]
    ours = [p for p in parts if p.exists() and p.name not in UNUSED_PLATFORMS]
    seen = subprocess.run(["ldd", *map(str, ours)], capture_output=True, text=True, check=False)  # noqa: S607 - from PATH
    return not_found(seen.stdout)


# Platforms without a desktop; their own libraries are not asked for.
UNUSED_PLATFORMS = {"libqeglfs.so", "libqlinuxfb.so", "libqvkkhrdisplay.so", "libqvnc.so", "libqminimalegl.so"}


def not_found(ldd: str) -> list[str]:
    """The libraries that a listing of `ldd` calls not found, each once, in order."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", ldd, re.MULTILINE)))


def packages_for(libraries: Sequence[str]) -> tuple[list[str], list[str]]:
    """(packages that bring these libraries, libraries for which none is known)."""
    stem = {name: name.split(".so")[0] + ".so" for name in libraries}
    known = sorted({QT_LIBRARIES[s] for s in stem.values() if s in QT_LIBRARIES})
    return known, [name for name, s in stem.items() if s not in QT_LIBRARIES]


def apt_install(packages: Sequence[str], why: str) -> None:
    """Install Debian/Ubuntu packages when we may; otherwise stop with the one command to run."""
    if not packages:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Stop(f"{why}\nInstall them with your system's own tool; on Debian and Ubuntu it would be: {command}")
    rights = _rights()
    if rights is None:
        raise Stop(f"{why}\nRun this once, then try again:\n  sudo {command}")
    print(f"{why}\nInstalling: {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run([*rights, *command.split()], env=environment, check=False).returncode == 0:
        return
    subprocess.run([*rights, "apt-get", "update"], env=environment, check=False)
    if subprocess.run([*rights, *command.split()], env=environment, check=False).returncode:
        raise Stop(f"{why}\nInstalling them failed. Run this once, then try again:\n  sudo {command}")


def _rights() -> list[str] | None:
    """What to put before a command that changes the system; None where we may not."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)  # noqa: S607 - from PATH
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown; as `myositis-desktop` itself decides it."""
    if environment.get("QT_QPA_PLATFORM", "").partition(":")[0] == "offscreen":
        return False
    if not platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def venv_python(venv: Path) -> Path:
    """The interpreter of a virtual environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def _script(name: str) -> Path:
    return venv_python(VENV).with_name(name + (".exe" if os.name == "nt" else ""))


def _python(*words: str) -> list[str]:
    return [str(venv_python(VENV)), *words]


def _program(*words: str) -> list[str]:
    return _python("-m", "myositis_desktop", *words)


def _must(command: Sequence[str], otherwise: str) -> None:
    if _call(command):
        raise Stop(otherwise)


def _call(command: Sequence[str], cwd: Path | None = None) -> int:
    """Run a command; programs are run from where the caller stands, the tools from the project's root."""
    code = subprocess.run(command, cwd=cwd or _folder_for(command), check=False).returncode
    return code if code >= 0 else 128 - code


def _folder_for(command: Sequence[str]) -> Path:
    return Path.cwd() if "myositis_desktop" in command[:3] else ROOT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
