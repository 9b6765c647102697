"""The program opens no network socket: seen from outside by the kernel's own record, and with no network at all.

Inside the tests every test has the same net (`conftest.no_network`); here whole programs are watched.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from myositis_desktop.assets import asset

CASE = str(asset("resources", "demo", "01-dermatomyositis.json"))
NETWORK = re.compile(r"AF_INET6?\b")


def _works(*words: str) -> bool:
    if shutil.which(words[0]) is None:
        return False
    return subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0


STRACE = ("strace", "-f", "-qq", "-e", "trace=socket", "-o", os.devnull)
UNSHARE = ("unshare", "-rn")
with_strace = pytest.mark.skipif(
    not _works(*STRACE), reason="no strace here; the net inside every test refuses network sockets of Python"
)
without_network = pytest.mark.skipif(not _works(*UNSHARE), reason="this system gives no network namespace of one's own")


def program(*words: str) -> list[str]:
    return [sys.executable, "-m", "myositis_desktop", *words]


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def traced(log: Path, command: Sequence[str]) -> list[str]:
    """The socket calls of a command and of everything it starts, one a line."""
    done = run([*STRACE[:-1], str(log), *command])
    assert done.returncode == 0, done.stderr
    return log.read_text().splitlines()


@with_strace
def test_the_watch_sees_a_network_socket(tmp_path: Path) -> None:
    calls = traced(tmp_path / "log", [sys.executable, "-c", "import socket; socket.socket()"])
    assert any(NETWORK.search(call) for call in calls)


@with_strace
@pytest.mark.parametrize("kind", ["plan", "pdf", "batch", "demo", "self-check"])
def test_no_run_opens_a_network_socket(tmp_path: Path, kind: str) -> None:
    (tmp_path / "cases").write_bytes(b"\n".join([b" ".join(Path(CASE).read_bytes().splitlines())] * 3))
    words = {
        "plan": ["plan", CASE],
        "pdf": ["plan", CASE, "--pdf", str(tmp_path / "plan.pdf")],
        "batch": ["batch", str(tmp_path / "cases"), "--out", str(tmp_path / "plans"), "--workers", "2"],
        "demo": ["demo", str(tmp_path / "clinic"), "--no-window"],
        "self-check": ["self-check"],
    }[kind]
    calls = traced(tmp_path / "log", program(*words))
    assert [call for call in calls if NETWORK.search(call)] == []


@without_network
def test_the_demonstration_works_where_there_is_no_network(tmp_path: Path) -> None:
    clinic = tmp_path / "clinic"
    assert run([*UNSHARE, *program("demo", str(clinic), "--no-window")]).returncode == 0
    papers = list(clinic.glob("*.pdf"))
    assert len(papers) == 2
    for paper in papers:
        assert run([*UNSHARE, *program("--profile", str(clinic), "verify", str(paper))]).returncode == 0


def test_the_net_inside_the_tests_catches_a_socket(no_network: list[str]) -> None:
    with pytest.raises(PermissionError):
        socket.socket(socket.AF_INET)
    with pytest.raises(PermissionError):
        socket.getaddrinfo("localhost", 80)
    assert len(no_network) == 2
    no_network.clear()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no local sockets on this system")
def test_local_sockets_are_no_network() -> None:
    socket.socket(socket.AF_UNIX).close()
