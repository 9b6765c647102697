"""`patient …` and `salvage` on the command line, for who may and for who may not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from myositis_desktop import cli
from myositis_desktop.assets import asset
from myositis_desktop.cli.records import now
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.store.keys import Cost

PASSPHRASE = "four words in a row"
WORDS = "a quiet harbour before sunrise"
LIGHT = Cost(time=1, memory_kib=64, lanes=1)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A clinic with the same patient twice, the first with a signed plan, and a user of each role."""
    where = tmp_path / "clinic"
    clinic, _ = Clinic.create(where, "Hill clinic", NewUser("anna", "Dr Anna", PASSPHRASE), now, cost=LIGHT)
    for _ in range(2):
        clinic.import_case(asset("resources", "demo", "01-dermatomyositis.json").read_bytes())
    clinic.sign(1, PASSPHRASE, "author")
    for role in ("clinician", "assistant", "reader"):
        clinic.staff.add(PASSPHRASE, NewUser(role, f"One {role}", "five other plain words here"), role, LIGHT)
    clinic.close()
    (tmp_path / "unlock").write_text(PASSPHRASE)
    (tmp_path / "other").write_text("five other plain words here")
    (tmp_path / "words").write_text(WORDS)
    return where


@pytest.fixture
def run(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str, who: str = "anna") -> tuple[int, str, str]:
        unlock = tmp_path / ("unlock" if who == "anna" else "other")
        code = cli.main(["--profile", str(place), "--user", who, "--unlock-file", str(unlock), *words])
        return (code, *capsys.readouterr())

    return call


def test_a_patient_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    path, words = str(tmp_path / "one.myositis-patient"), ("--passphrase-file", str(tmp_path / "words"))
    assert len(run("patient", "list", "lindqvist")[1].splitlines()) == 2
    assert run("patient", "export", "1", path, *words) == (0, "", "")
    code, out, _ = run("patient", "delete", "1", "--reason", "Asked for")
    assert (code, "Nothing was changed" in out) == (0, True)
    code, out, _ = run("patient", "delete", "1", "--reason", "Asked for", "--yes", "--backups-too")
    assert (code, out.splitlines()[-1]) == (0, "Deleted.")
    assert len(run("patient", "list")[1].splitlines()) == 1
    code, out, _ = run("patient", "import", path, *words)
    assert "Here already, perhaps the same: 2" in out
    assert "Signed plans: 1" in out
    assert len(run("patient", "list")[1].splitlines()) == 1
    code, out, _ = run("patient", "import", path, *words, "--into", "2", "--yes")
    assert (code, out.splitlines()[-1]) == (0, "Filed as patient 2 with 1 plans.")
    assert run("audit", "verify")[0] == 0


def test_two_records_are_merged(run: Run) -> None:
    assert "Nothing was changed" in run("patient", "merge", "1", "2")[1]
    assert len(run("patient", "list")[1].splitlines()) == 2
    assert run("patient", "merge", "1", "2", "--yes")[0] == 0
    assert len(run("patient", "list")[1].splitlines()) == 1


def test_each_role_does_what_it_may(run: Run, tmp_path: Path) -> None:
    words = ("--passphrase-file", str(tmp_path / "words"))
    path = str(tmp_path / "x.myositis-patient")
    calls = {
        ("patient", "list"): {"clinician", "assistant", "reader"},
        ("patient", "export", "1", path, *words): {"clinician", "assistant"},
        ("patient", "import", path, *words): {"clinician", "assistant"},
        ("patient", "merge", "1", "2"): {"clinician"},
        ("patient", "delete", "1", "--reason", "No", "--yes"): set(),
        ("backup",): {"clinician", "assistant"},
        ("audit", "verify"): {"clinician"},
    }
    for role in ("clinician", "assistant", "reader"):
        for call, able in calls.items():
            code, _, err = run(*call, who=role)
            assert (code, "may not" in err) == ((0, False) if role in able else (2, True)), (role, call, err)


def test_an_unknown_patient_is_told(run: Run) -> None:
    code, out, err = run("patient", "merge", "1", "77")
    assert (code, out) == (2, "")
    assert "There is no patient 77" in err


def test_a_damaged_file_is_saved_as_far_as_it_can_be_read(run: Run, place: Path) -> None:
    damaged = bytearray((place / "clinic.db").read_bytes())
    damaged[-30_000:-20_000] = bytes(10_000)
    (place / "clinic.db").write_bytes(damaged)
    assert "damaged" in run("audit", "verify")[2]
    code, out, _ = run("salvage")
    assert code in (0, 1)
    assert (place / "clinic.db").read_bytes() == damaged
    folder = out.rstrip().rpartition("restore ")[2]
    assert run("restore", folder, "--yes")[0] == 0
    assert len(run("patient", "list")[1].splitlines()) == 2
