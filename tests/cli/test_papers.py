"""Plans as PDF, signed and verified, and batches of cases, on the command line."""

import json
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.cli import main

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


# --- plan as PDF ----------------------------------------------------------------------------------------------------


def test_an_unsigned_pdf_is_unsigned(run: Run, tmp_path: Path) -> None:
    paper = tmp_path / "plan.pdf"
    assert run("plan", str(DM), "--pdf", str(paper)) == (0, "", "")
    code, out, _ = run("verify", str(paper), "--json")
    assert code == 3
    assert json.loads(out)["verdict"] == "unsigned"


def test_the_work_up_is_a_request_sheet_of_its_own(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "request.pdf"
    assert run("plan", str(DM), "--workup", str(sheet)) == (0, "", "")
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert run("plan", str(DM), "--pdf", str(sheet), "--workup", str(sheet))[0] == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are of Unix")
def test_a_plan_for_a_pipe_lies_nowhere_else(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert run("plan", str(DM), "--json", str(pipe)) == (0, "", "")
    reader.join(10)
    assert json.loads(read[0])["format"] == "myositis-plan/1"


def test_signer_needs_a_pdf(run: Run, tmp_path: Path) -> None:
    code, _, err = run("plan", str(DM), "--signer", str(tmp_path / "id.p12"))
    assert code == 2
    assert "--pdf" in err


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with id.p12, root.pem and pass.txt."""
    from myositis_desktop.documents.identity import make_root, make_signer

    folder = tmp_path_factory.mktemp("identity")
    root = make_root("Test clinic", datetime.now(UTC))
    (folder / "id.p12").write_bytes(make_signer(root, "Dr Test", "a good passphrase", datetime.now(UTC)))
    (folder / "root.pem").write_bytes(root.cert_pem)
    (folder / "pass.txt").write_text("a good passphrase\n")
    return folder


def signed(run: Run, identity: Path, paper: Path) -> tuple[int, str, str]:
    words = ["--pdf", str(paper), "--signer", str(identity / "id.p12"), "--passphrase-file", str(identity / "pass.txt")]
    return run("plan", str(DM), *words)


def test_a_signed_pdf_verifies_against_its_root(run: Run, identity: Path, tmp_path: Path) -> None:
    paper = tmp_path / "plan.pdf"
    assert signed(run, identity, paper) == (0, "", "")
    code, out, err = run("verify", str(paper), "--trust", str(identity / "root.pem"), "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["verdict"] == "good"
    assert found["signer"] == "Dr Test"
    assert found["reproduces"] is True
    assert run("verify", str(paper), "--trust", str(identity / "root.pem"))[0] == 0


def test_an_unknown_signer_does_not_hold(run: Run, identity: Path, tmp_path: Path) -> None:
    paper = tmp_path / "plan.pdf"
    signed(run, identity, paper)
    code, out, _ = run("verify", str(paper), "--json")
    assert code == 3
    assert json.loads(out)["signer_known"] is False


def test_a_changed_byte_does_not_hold(run: Run, identity: Path, tmp_path: Path) -> None:
    paper = tmp_path / "plan.pdf"
    signed(run, identity, paper)
    content = bytearray(paper.read_bytes())
    content[len(content) // 3] ^= 1
    paper.write_bytes(content)
    code, out, _ = run("verify", str(paper), "--trust", str(identity / "root.pem"), "--json")
    assert code == 3
    assert json.loads(out)["verdict"] == "bad"


def test_a_wrong_passphrase_signs_nothing(run: Run, identity: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.txt").write_text("not the passphrase")
    words = ["--signer", str(identity / "id.p12"), "--passphrase-file", str(tmp_path / "wrong.txt")]
    code, _, err = run("plan", str(DM), "--pdf", str(tmp_path / "x.pdf"), *words)
    assert code == 2
    assert "passphrase" in err
    assert not (tmp_path / "x.pdf").exists()


def test_without_names_signing_is_refused(run: Run, identity: Path, tmp_path: Path) -> None:
    case = json.loads(DM.read_text())
    del case["patient"]["record_number"]
    (tmp_path / "case.json").write_text(json.dumps(case))
    words = ["--signer", str(identity / "id.p12"), "--passphrase-file", str(identity / "pass.txt")]
    code, _, err = run("plan", str(tmp_path / "case.json"), "--pdf", str(tmp_path / "x.pdf"), *words)
    assert code == 2
    assert "record number" in err
    assert not (tmp_path / "x.pdf").exists()


def test_verify_of_something_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"hello")
    code, out, _ = run("verify", str(tmp_path / "x.pdf"), "--json")
    assert code == 3
    assert json.loads(out)["verdict"] == "not-a-pdf"
    assert run("verify", str(tmp_path / "none.pdf"))[0] == 2


# --- batch ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(bad_case: Path) -> list[str]:
    """Five lines: good, problems, empty, not JSON, good."""
    good = [json.dumps(json.loads(f.read_text())) for f in EXAMPLES[:2]]
    return [good[0], json.dumps(json.loads(bad_case.read_text())), "", "{", good[1]]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_batch_keeps_the_order_and_goes_on_after_bad_lines(
    run: Run, tmp_path: Path, lines: list[str], workers: str
) -> None:
    (tmp_path / "in").write_text("\n".join(lines) + "\n")
    code, out, err = run("batch", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--workers", workers)
    plans = [json.loads(line) for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    assert (code, out) == (1, "")
    assert "3 lines" in err
    assert ["error" in p for p in plans] == [False, True, True, True, False]
    assert "/findings/lab.ck/unit" in plans[1]["error"]
    assert [plans[i]["assessment"]["subtype"]["id"] for i in (0, 4)] == ["dm", "adm"]


def test_a_good_batch_is_exit_0_and_says_what_plan_says(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("\n".join(json.dumps(json.loads(f.read_text())) for f in EXAMPLES))
    code, out, err = run("batch", str(tmp_path / "in"), "--out", "-")
    assert (code, err) == (0, "")
    alone = [json.loads(run("plan", str(f), "--json", "-")[1]) for f in EXAMPLES]
    assert [json.loads(line) for line in out.splitlines()] == alone


def test_a_line_over_5_mb_is_refused_alone(run: Run, tmp_path: Path) -> None:
    good = json.dumps(json.loads(DM.read_text())).encode()
    (tmp_path / "in").write_bytes(b" " * 11_000_000 + good + b"\n" + good)
    code, out, _ = run("batch", str(tmp_path / "in"), "--out", "-")
    first, second = map(json.loads, out.splitlines())
    assert code == 1
    assert "5 MB" in first["error"]
    assert "error" not in second


def test_batch_without_its_file_leaves_the_output(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("before")
    assert run("batch", str(tmp_path / "none"), "--out", str(tmp_path / "out"))[0] == 2
    assert (tmp_path / "out").read_text() == "before"


def test_a_fault_in_one_line_does_not_stop_the_batch(
    run: Run, tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from myositis_desktop.cli import batch

    def fails(data: bytes, _pack: object) -> object:
        raise ZeroDivisionError(data.decode())

    monkeypatch.setattr(batch, "assess", fails)
    (tmp_path / "in").write_text("\n".join(lines))
    code, out, _ = run("batch", str(tmp_path / "in"), "--out", "-")
    assert code == 1
    assert len(out.splitlines()) == 5
    assert all("log" in json.loads(line)["error"] for line in out.splitlines())


def test_each_sheet_and_the_blank_form_are_written(tmp_path: Path) -> None:
    case = str(asset("resources", "demo", "01-dermatomyositis.json"))
    names = ("taper", "pharmacy", "monitoring", "letter", "workup")
    options = [word for name in names for word in (f"--{name}", str(tmp_path / f"{name}.pdf"))]
    assert main(["plan", case, *options]) == 0
    assert main(["intake", str(tmp_path / "intake.pdf"), "--paper", "Letter"]) == 0
    assert all((tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF-") for name in (*names, "intake"))
