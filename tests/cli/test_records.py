"""`audit verify`, `backup` and `restore` on the command line."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from myositis_desktop import cli
from myositis_desktop.assets import asset
from myositis_desktop.cli.records import now
from myositis_desktop.clinic import Clinic, NewUser, found_backups
from myositis_desktop.store import keys
from myositis_desktop.store.database import open_store
from myositis_desktop.store.keys import Cost
from myositis_desktop.store.profile import Profile

PASSPHRASE = "four words in a row"
LIGHT = Cost(time=1, memory_kib=64, lanes=1)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A clinic with one patient, one signed plan and one backup of both."""
    where = tmp_path / "clinic"
    clinic, _ = Clinic.create(where, "Hill clinic", NewUser("anna", "Dr Anna", PASSPHRASE), now, cost=LIGHT)
    clinic.import_case(asset("resources", "demo", "01-dermatomyositis.json").read_bytes())
    clinic.sign(1, PASSPHRASE, "author")
    clinic.close()
    return where


@pytest.fixture
def run(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command line on the clinic with the passphrase in a file."""
    unlock = tmp_path / "unlock"
    unlock.write_text(PASSPHRASE + "\n")

    def call(
        *words: str, enter: tuple[str, ...] = ("--user", "anna", "--unlock-file", str(unlock))
    ) -> tuple[int, str, str]:
        code = cli.main(["--profile", str(place), *enter, *words])
        return (code, *capsys.readouterr())

    return call


def test_a_whole_audit_is_exit_0(run: Run) -> None:
    code, out, err = run("audit", "verify")
    assert (code, err) == (0, "")
    assert out.startswith("The audit is whole: ")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET who = 'ben' WHERE seq = 4",
        "DELETE FROM audit WHERE seq = 4",
        "UPDATE audit SET seq = -seq WHERE seq IN (4, 5); UPDATE audit SET seq = 9 + seq WHERE seq < 0",
    ],
    ids=["edited", "deleted", "swapped"],
)
def test_a_changed_audit_is_exit_3(sql: str, run: Run, place: Path) -> None:
    store = open_store(
        place / "clinic.db", keys.unlock(keys.read(place / "keys.json"), "anna", PASSPHRASE), thorough=False
    )
    with store.reading() as db:
        for trigger in ("audit_stays_1", "audit_stays_2"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.executescript(sql)
    store.close()
    code, out, err = run("audit", "verify")
    assert (code, err) == (3, "")
    assert "The audit is not whole" in out


def test_one_person_needs_no_name_and_several_do(run: Run, place: Path, tmp_path: Path) -> None:
    unlock = ("--unlock-file", str(tmp_path / "unlock"))
    assert run("audit", "verify", enter=unlock)[0] == 0
    clinic = Clinic.open(place, "anna", PASSPHRASE, now)
    clinic.staff.add(PASSPHRASE, NewUser("ben", "Ben", "five other plain words here"), "assistant", LIGHT)
    clinic.close()
    code, out, err = run("audit", "verify", enter=unlock)
    assert (code, out) == (2, "")
    assert "--user NAME: anna, ben" in err
    (tmp_path / "unlock").write_text("five other plain words here")
    code, out, err = run("audit", "verify", enter=("--user", "ben", *unlock))
    assert (code, out) == (2, "")
    assert "may not look at the audit" in err


def test_a_wrong_passphrase_or_none_is_exit_2(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unlock").write_text("not the four words")
    code, out, err = run("backup")
    assert (code, out) == (2, "")
    assert "passphrase is wrong" in err
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert "--unlock-file" in run("backup", enter=())[2]


def test_without_a_clinic_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["audit", "verify"], ["backup"]):
        assert cli.main(["--profile", str(tmp_path / "new"), *words]) == 2
        assert "There is no clinic" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_backup_is_made_listed_seen_and_put_back(run: Run, place: Path) -> None:
    code, out, _ = run("backup")
    made = Path(out.strip())
    assert code == 0
    assert found_backups(place)[0].folder == made
    assert str(made) in run("restore", enter=())[1].splitlines()[0]
    clinic = Clinic.open(place, "anna", PASSPHRASE, now)
    clinic.import_case(asset("resources", "demo", "03-polymyositis.json").read_bytes())
    clinic.close()
    before = (place / "clinic.db").read_bytes()
    code, out, _ = run("restore", str(made))
    assert code == 0
    assert "Patients: 1\nSigned plans: 1" in out
    assert "Nothing was changed" in out
    assert (place / "clinic.db").read_bytes() == before
    code, out, _ = run("restore", str(made), "--yes")
    assert code == 0
    aside = Path(out.strip().rpartition("lies in ")[2])
    assert (aside / "clinic.db").read_bytes() == before
    clinic = Clinic.open(place, "anna", PASSPHRASE, now)
    assert len(clinic.patients()) == 1
    clinic.close()
    assert run("audit", "verify")[0] == 0


def test_a_folder_that_is_no_backup_is_refused(run: Run, tmp_path: Path) -> None:
    code, out, err = run("restore", str(tmp_path / "gone"), "--yes")
    assert (code, out) == (2, "")
    assert "There is no folder" in err
    (tmp_path / "empty").mkdir()
    assert run("restore", str(tmp_path / "empty"), "--yes")[0] == 2
    assert Profile(tmp_path / "clinic").database.exists()
