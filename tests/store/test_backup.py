"""A backup opens, holds what the clinic holds, and stands alone."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, backup, keys, patients
from myositis_desktop.store.backup import back_up
from myositis_desktop.store.database import Stamp, Store, connect, open_store
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile


def test_a_backup_opens_elsewhere_with_the_passphrase(
    store: Store,
    stamp: Callable[[], Stamp],
    profile: Profile,
    patient: Patient,
    case_file: bytes,
    start: datetime,
    tmp_path: Path,
    passphrase: str,
) -> None:
    patients.add_patient(store, patient, case_file, stamp())
    made = back_up(store, profile, start)
    assert made.parent == profile.backups
    elsewhere = Profile(tmp_path / "elsewhere")
    shutil.copytree(made, elsewhere.folder)
    assert sorted(p.name for p in elsewhere.folder.iterdir()) == ["clinic-root.pem", "clinic.db", "keys.json"]
    key = keys.unlock(keys.read(elsewhere.keys), "anna", passphrase)
    copy = open_store(elsewhere.database, key, thorough=True)
    assert patients.draft_bytes(copy, 1) == case_file
    assert audit.audit_head(copy) == audit.audit_head(store)
    assert audit.verify_audit(copy) == ()
    copy.close()


def test_the_clinic_goes_on_after_a_backup(
    store: Store, stamp: Callable[[], Stamp], profile: Profile, patient: Patient, case_file: bytes, start: datetime
) -> None:
    back_up(store, profile, start)
    assert patients.add_patient(store, patient, case_file, stamp()) == 1
    back_up(store, profile, stamp().at)
    assert len(list(profile.backups.iterdir())) == 2


def test_a_copy_that_cannot_be_read_back_is_removed(
    store: Store, profile: Profile, start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backup._write

    def rots(*arguments: Store | Profile | Path) -> audit.Head:
        head = write(*arguments)  # type: ignore[arg-type]  # passed on
        for file in profile.backups.rglob("clinic.db"):
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
        return head

    monkeypatch.setattr(backup, "_write", rots)
    with pytest.raises(UserError, match="could not be read back"):
        back_up(store, profile, start)
    assert list(profile.backups.iterdir()) == []


def test_a_copy_of_another_state_is_not_a_backup(
    store: Store, profile: Profile, start: datetime, secret: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backup._write

    def loses_a_row(*arguments: Store | Profile | Path) -> audit.Head:
        head = write(*arguments)  # type: ignore[arg-type]  # passed on
        for file in profile.backups.rglob("clinic.db"):
            with closing(connect(file, DataKey(secret))) as copy:
                copy.execute("UPDATE audit_end SET seq = seq - 1")
        return head

    monkeypatch.setattr(backup, "_write", loses_a_row)
    with pytest.raises(UserError, match="could not be read back"):
        back_up(store, profile, start)
    assert list(profile.backups.iterdir()) == []


def test_a_folder_that_is_gone_is_a_sentence(store: Store, profile: Profile, start: datetime) -> None:
    shutil.rmtree(profile.backups)
    profile.backups.write_text("in the way")
    with pytest.raises(UserError):
        back_up(store, profile, start)
    profile.backups.unlink()


def test_two_backups_in_one_moment_do_not_overwrite_each_other(store: Store, profile: Profile, start: datetime) -> None:
    first = back_up(store, profile, start)
    before = (first / "clinic.db").read_bytes()
    with pytest.raises(UserError):
        back_up(store, profile, start)
    assert (first / "clinic.db").read_bytes() == before
    assert [p.name for p in profile.backups.iterdir()] == [first.name]
