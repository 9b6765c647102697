import importlib.util
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked() -> dict[str, str]:
    """Name -> version of requirements.lock."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return dict(found.groups() for line in lines if (found := re.match(r"([a-z0-9.-]+)==(\S+)", line)))  # type: ignore[misc] # the pattern has two groups


def test_dev_imports_only_the_standard_library() -> None:
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", (ROOT / "dev.py").read_text(), re.MULTILINE))
    assert imported <= sys.stdlib_module_names


def test_every_dependency_and_the_build_backend_are_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    wanted += project["build-system"]["requires"]
    names = {re.split(r"[<>=\[ ]", w)[0].lower() for w in wanted}
    assert names <= set(locked())


def test_every_locked_version_has_a_hash_and_no_address_is_named() -> None:
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked()) > 40
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index" not in text


def test_lock_lines_drop_addresses(dev: ModuleType) -> None:
    compiled = "--index-url https://example.org/simple\na==1 \\\n    --hash=sha256:00\n# from https://example.org\n"
    assert dev.lock_lines(compiled) == "a==1 \\\n    --hash=sha256:00\n"


def test_an_unknown_job_lists_the_jobs_and_fails(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["nothing"]) == 2
    said = capsys.readouterr().out
    assert all(re.search(rf"^  {name}\s+\S", said, re.MULTILINE) for name in dev.JOBS)


def test_help_is_not_a_failure(dev: ModuleType) -> None:
    assert dev.main(["--help"]) == 0


LDD = """/x/libqxcb.so:
	linux-vdso.so.1 (0x00007ffe)
	libxcb-cursor.so.0 => not found
	libEGL.so.1 => not found
/x/libQt6Gui.so.6:
	libEGL.so.1 => not found
	libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)
	libodd.so.3 => not found
"""


def test_missing_libraries_are_named_once(dev: ModuleType) -> None:
    assert dev.not_found(LDD) == ["libEGL.so.1", "libodd.so.3", "libxcb-cursor.so.0"]


def test_missing_libraries_have_their_packages(dev: ModuleType) -> None:
    assert dev.packages_for(dev.not_found(LDD)) == (["libegl1", "libxcb-cursor0"], ["libodd.so.3"])


@pytest.mark.parametrize(
    ("environment", "platform", "screen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({}, "win32", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "darwin", False),
    ],
)
def test_what_counts_as_a_screen(dev: ModuleType, environment: dict[str, str], platform: str, screen: bool) -> None:
    assert dev.has_screen(environment, platform) is screen


class Calls:
    """Stands where subprocesses are started and remembers them."""

    def __init__(self, codes: Sequence[int] = ()) -> None:
        self.seen: list[list[str]] = []
        self.codes = list(codes)

    def __call__(self, command: Sequence[str], **_: object) -> int:
        self.seen.append(list(command))
        return self.codes.pop(0) if self.codes else 0


@pytest.fixture
def ready(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(dev, "install", lambda: None)
    monkeypatch.setattr(dev, "system_libraries", lambda: None)
    return dev


def test_run_passes_words_and_exit_code_on(ready: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls([3])
    monkeypatch.setattr(ready, "_call", calls)
    assert ready.main(["run", "verify", "x.pdf"]) == 3
    assert calls.seen[0][1:] == ["-m", "myositis_desktop", "verify", "x.pdf"]


def test_run_without_screen_does_the_demonstration(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = Calls()
    monkeypatch.setattr(ready, "_call", calls)
    assert ready.main(["run"]) == 0
    assert calls.seen[0][1:] == ["-m", "myositis_desktop", "demo", "--no-window"]
    assert "no screen" in capsys.readouterr().out


def test_check_runs_every_tool_and_fails_when_one_fails(ready: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls([0, 1, 0, 0])
    monkeypatch.setattr(ready, "_call", calls)
    assert ready.main(["check"]) == 1
    assert len(calls.seen) == 4


def test_without_rights_the_one_command_is_printed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "_rights", lambda: None)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "missing_libraries", lambda: ["libEGL.so.1"])
    monkeypatch.setattr(dev, "install", lambda: None)
    monkeypatch.setattr(dev.sys, "platform", "linux")
    assert dev.main(["test"]) == 1
    assert "sudo apt-get install -y --no-install-recommends libegl1" in capsys.readouterr().err


def test_the_stamp_follows_lock_and_project(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("a")
    (tmp_path / "lock").write_text("b")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "LOCK", tmp_path / "lock")
    first = dev.wanted_stamp()
    assert dev.wanted_stamp() == first
    (tmp_path / "lock").write_text("c")
    assert dev.wanted_stamp() != first


def test_a_missing_venv_package_is_brought_and_the_venv_tried_again(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers, brought = [False, True], list[str]()
    monkeypatch.setattr(dev, "_venv", lambda _: answers.pop(0))
    monkeypatch.setattr(dev, "apt_install", lambda packages, _why: brought.extend(packages))
    dev.make_venv(tmp_path)
    assert brought == [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]
    assert answers == []


def test_a_venv_that_can_never_be_made_stops_the_job(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "_venv", lambda _: False)
    monkeypatch.setattr(dev, "apt_install", lambda _packages, _why: None)
    with pytest.raises(dev.Stop):
        dev.make_venv(tmp_path)


@pytest.fixture
def checkout(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Calls:
    """A checkout of its own, with a .venv whose commands are only remembered."""
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_text(name)
    calls = Calls()
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(dev, "_call", calls)
    return calls


def pretend_venv(dev: ModuleType) -> None:
    python = dev.venv_python(dev.VENV)
    python.parent.mkdir(parents=True)
    python.touch()


def test_what_is_installed_is_left_alone(dev: ModuleType, checkout: Calls) -> None:
    pretend_venv(dev)
    dev.install()
    assert len(checkout.seen) == 2
    assert "--require-hashes" in checkout.seen[0]
    assert {"--no-deps", "--no-build-isolation", "-e"} <= set(checkout.seen[1])
    dev.install()
    assert len(checkout.seen) == 2


def test_a_failed_install_is_tried_again_next_time(dev: ModuleType, checkout: Calls) -> None:
    pretend_venv(dev)
    checkout.codes = [1]
    with pytest.raises(dev.Stop, match="network"):
        dev.install()
    dev.install()
    assert len(checkout.seen) == 3


def test_the_wheel_and_the_bundle_carry_the_same_folders() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    spec = (ROOT / "build.spec").read_text()
    assert included == {name: f"myositis_desktop/_bundled/{name}" for name in ("forms", "resources")}
    assert all(f'"{name}"), f"{{PACKAGE}}/_bundled/{name}"' in spec for name in included)
