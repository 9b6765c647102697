import io
import json
import logging
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from myositis_desktop import __version__, cli
from myositis_desktop.assets import asset
from myositis_desktop.cli import output
from myositis_desktop.cli.summary import STATUSES
from myositis_desktop.errors import BugError, UserError

DEMO = Path(str(asset("resources", "demo")))
EXAMPLES = sorted(DEMO.glob("*.json"))
DM = DEMO / "01-dermatomyositis.json"
SUBTYPES = {
    "dm",
    "adm",
    "pm",
    "imnm-srp",
    "imnm-hmgcr",
    "imnm-seronegative",
    "asys",
    "ibm",
    "overlap",
    "jdm",
    "ici-myositis",
    "unclassified",
}

Run = Callable[..., tuple[int, str, str]]


def give_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


# --- usage ----------------------------------------------------------------------------------------------------------


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"myositis-desktop {__version__}\n", "")


@pytest.mark.parametrize(
    "words", [["nothing"], ["plan"], ["batch", "x"], ["knowledge"], ["--bad"], ["plan", "x", "--js", "y"]]
)
def test_bad_usage_is_exit_2(run: Run, words: list[str]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "usage: myositis-desktop" in err


@pytest.mark.parametrize("workers", ["0", "-1", "two", "1.5", "²"])
def test_workers_is_a_whole_number(run: Run, workers: str) -> None:
    code, _, err = run("batch", "x", "--out", "y", "--workers", workers)
    assert code == 2
    assert "whole number" in err


def test_without_a_screen_the_window_names_the_commands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    code, out, err = run()
    assert (code, out) == (2, "")
    assert all(word in err for word in ("plan", "batch", "verify", "demo --no-window", "knowledge", "self-check"))


def test_a_language_without_texts_is_refused(run: Run) -> None:
    code, _, err = run("--lang", "xx", "plan", str(DM))
    assert code == 2
    assert "xx" in err


# --- plan -----------------------------------------------------------------------------------------------------------


def test_plan_from_input_to_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    give_input(monkeypatch, DM.read_bytes())
    code, out, err = run("plan", "-", "--json", "-")
    assert (code, err) == (0, "")
    assert json.loads(out)["assessment"]["subtype"]["id"] == "dm"


def test_plan_file_equals_what_goes_to_output(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("plan", str(DM), "--json", "-")
    assert run("plan", str(DM), "--json", str(tmp_path / "plan.json")) == (0, "", "")
    assert (tmp_path / "plan.json").read_text(encoding="utf-8") == out
    assert [f.name for f in tmp_path.iterdir()] == ["plan.json"]


def test_the_examples_cover_the_subtypes(run: Run) -> None:
    found = {json.loads(run("plan", str(f), "--json", "-")[1])["assessment"]["subtype"]["id"] for f in EXAMPLES}
    assert len(EXAMPLES) == 12
    assert found == SUBTYPES


def test_at_least_three_examples_have_earlier_visits() -> None:
    assert sum(bool(json.loads(f.read_text()).get("visits")) for f in EXAMPLES) >= 3


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_summary_names_every_drug_of_the_plan(run: Run, file: Path) -> None:
    code, out, err = run("plan", str(file))
    plan = json.loads(run("plan", str(file), "--json", "-")[1])
    assert (code, err) == (0, "")
    assert "{" not in out
    shown = {i["status"] for i in plan["treatment"]["items"]} - {"not-indicated"}
    assert shown <= set(STATUSES)
    doses = [i["dose"]["text"] for i in plan["treatment"]["items"] if i["dose"] and i["status"] == "recommended"]
    flat = " ".join(out.split())
    assert all(" ".join(dose.split()) in flat for dose in doses)
    assert all(alert["level"].upper() in out for alert in plan["assessment"]["alerts"])
    if plan["taper"]:
        assert all(f"{s['from']} to {s['to']}  {s['dose_mg']} mg" in out for s in plan["taper"]["steps"])


def test_problems_are_one_line_each_and_nothing_is_written(run: Run, bad_case: Path, tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    target.write_text("before")
    code, out, err = run("plan", str(bad_case), "--json", str(target), "--pdf", str(tmp_path / "x.pdf"))
    assert (code, out) == (2, "")
    assert {line.split(":")[0] for line in err.splitlines()} == {"/findings/lab.ck/unit", "/patient/sex"}
    assert target.read_text() == "before"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["bad.json", "plan.json"]


def test_a_file_over_5_mb_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    file.write_bytes(DM.read_bytes() + b" " * 5_000_000)
    code, out, err = run("plan", str(file), "--json", "-")
    assert (code, out) == (2, "")
    assert "5 MB" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"nul", b'{"format": "other/1"}', b"[" * 100_000])
def test_what_is_not_a_case_file_is_refused(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd"
    file.write_bytes(content)
    code, out, err = run("plan", str(file), "--json", "-")
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_a_missing_case_file_is_told(run: Run, tmp_path: Path) -> None:
    code, _, err = run("plan", str(tmp_path / "none.json"))
    assert code == 2
    assert "there is no such file" in err


@pytest.mark.parametrize("target", [".", "none/plan.json"])
def test_a_place_that_cannot_be_written_is_told(run: Run, tmp_path: Path, target: str) -> None:
    code, _, err = run("plan", str(DM), "--json", str(tmp_path / target))
    assert code == 2
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_case_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(DM.read_bytes())
    code, _, err = run("plan", str(file), "--json", str(file))
    assert code == 2
    assert "overwrite" in err
    assert file.read_bytes() == DM.read_bytes()


def test_json_and_pdf_in_one_file_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("plan", str(DM), "--json", str(tmp_path / "x"), "--pdf", str(tmp_path / "x"))[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_all_outputs_or_none(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("plan", str(DM), "--json", str(tmp_path / "plan.json"), "--pdf", str(tmp_path / "none" / "x.pdf"))
    assert code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_a_sentence(run: Run) -> None:
    code, _, err = run("plan", str(DM), "--json", "/dev/full")
    assert code == 1
    assert "the disk is full" in err
    assert len(err.splitlines()) == 1


def test_a_device_is_written_to_and_not_replaced(run: Run) -> None:
    assert run("plan", str(DM), "--json", os.devnull)[0] == 0
    assert sys.platform == "win32" or stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_link_stays_a_link(run: Run, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "real" / "plan.json")
    assert run("plan", str(DM), "--json", str(tmp_path / "link.json"))[0] == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real" / "plan.json").is_file()


# --- demo, knowledge, self-check ------------------------------------------------------------------------------------


def test_demo_makes_a_clinic_with_two_signed_papers(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "OUT"
    code, out, err = run("demo", str(place), "--no-window")
    assert (code, err) == (0, "")
    papers = sorted(place.glob("*.pdf"))
    assert len(papers) == 2
    assert all(str(p) in out for p in papers)
    assert not any("Lindqvist" in p.name or "DEMO" in p.name for p in papers)
    for paper in papers:
        assert cli.main(["--profile", str(place), "verify", str(paper)]) == 0
        assert run("verify", str(paper))[0] == 3
    check_the_clinic(place, out)
    again, _, refused = run("demo", str(place), "--no-window")
    assert again == 2
    assert "already" in refused


def check_the_clinic(place: Path, out: str) -> None:
    """The printed passphrase opens it, and twelve patients are inside."""
    from myositis_desktop.clinic import Clinic

    passphrase = next(line.split(": ")[1] for line in out.splitlines() if line.startswith("Passphrase"))
    clinic = Clinic.open(place, "demo", passphrase, lambda: datetime.now(UTC))
    try:
        assert len(clinic.patients()) == 12
    finally:
        clinic.close()


def test_knowledge_show_lists_what_there_is_and_shows_each(run: Run) -> None:
    code, out, err = run("knowledge", "show")
    assert (code, err) == (0, "")
    assert {"subtype", "severity", "methotrexate", "ivig"} <= set(out.split())
    for id_ in ("subtype", "methotrexate"):
        code, table, _ = run("knowledge", "show", id_)
        assert code == 0
        assert len(table.splitlines()) > 10


def test_knowledge_check_finds_nothing_in_the_shipped_pack(run: Run) -> None:
    code, out, _ = run("knowledge", "check")
    assert code == 0, out


def test_knowledge_show_of_an_unknown_id(run: Run) -> None:
    code, _, err = run("knowledge", "show", "no-such-rule")
    assert code == 2
    assert "no-such-rule" in err


def test_self_check_passes_here() -> None:
    """In a process of its own: it makes the one QApplication."""
    done = python("-m", "myositis_desktop", "self-check")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("\nok ") >= 4


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_fault_names_its_log_and_tells_no_value(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from myositis_desktop.cli import plan

    def fails(*_: object) -> object:
        raise ZeroDivisionError("Lindqvist")

    monkeypatch.setattr(plan, "assess", fails)
    code, out, err = run("plan", str(DM))
    log = Path(err.strip().rpartition("Log: ")[2])
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert log.parent == tmp_path / "profile" / "logs"
    assert "ZeroDivisionError" in log.read_text()
    assert "Lindqvist" not in log.read_text() + err


def test_where_the_profile_cannot_be_written_the_log_goes_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file")
    log = output.log_fault(ValueError(), tmp_path / "profile")
    assert "builtins.ValueError" in log.read_text()


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    log = output.log_fault(BugError("the tablets do not add up"), tmp_path)
    assert "the tablets do not add up" in log.read_text()
    log.write_text("x" * (output.LARGEST_LOG + 1))
    assert output.log_fault(ValueError("secret"), tmp_path) == log
    assert "x" not in log.read_text().split("fault")[0]
    assert len(list(log.parent.iterdir())) == 2


def test_a_passphrase_file_must_have_a_first_line(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\nsecond")
    with pytest.raises(UserError, match="empty"):
        output.read_passphrase(tmp_path / "empty")


# --- as a program ---------------------------------------------------------------------------------------------------


def python(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, env=environment, check=False)


LOADED = """
import sys
from myositis_desktop.cli import main
main(["plan", sys.argv[1]])
sys.exit(bool({"PySide6", "reportlab", "pyhanko", "sqlcipher3", "aiohttp"} & set(sys.modules)))
"""


def test_plan_loads_neither_qt_nor_pdf_nor_database() -> None:
    assert python("-c", LOADED, str(DM)).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a shell pipe of POSIX")
def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    """Twelve plans are more than any pipe holds, so the reader is gone while we write."""
    (tmp_path / "in").write_text("\n".join(json.dumps(json.loads(f.read_text())) for f in EXAMPLES))
    command = f"{sys.executable} -m myositis_desktop batch {tmp_path / 'in'} --out - | head -n 1 | wc -l"
    done = subprocess.run(["/bin/bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams by a shell of POSIX")
@pytest.mark.parametrize(("closing", "code"), [("<&-", 2), (">&-", 0), ("2>&-", 0)])
def test_a_closed_stream_is_no_fault(closing: str, code: int) -> None:
    source = "-" if closing == "<&-" else str(DM)
    command = f"{sys.executable} -m myositis_desktop plan {source} {closing}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Log:" not in done.stderr


def test_output_that_is_not_utf_8_does_not_break() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    file = next(f for f in EXAMPLES if not f.read_text(encoding="utf-8").isascii())
    command = [sys.executable, "-m", "myositis_desktop", "plan", str(file)]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_is_logged_by_default(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    run("plan", str(DM))
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_the_man_page_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    listed = re.findall(r"^    ([a-z-]+)  ", capsys.readouterr().out.partition("commands:")[2], re.MULTILINE)
    page = (Path(__file__).parent.parent / "package" / "debian" / "myositis-desktop.1").read_text(encoding="utf-8")
    assert len(listed) > 10
    assert [c for c in listed if c not in page.replace("\\", "")] == []
