"""A damaged clinic file: what can be read is saved, what is lost is told, the damaged file stays as it is."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, filing, keys, patients
from myositis_desktop.store.database import Stamp, Store, open_store
from myositis_desktop.store.filing import Filing
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.profile import Profile
from myositis_desktop.store.salvage import Salvage, salvage
from tests.store.plain import plain_pages

Stamps = Callable[[], Stamp]
COUNT = 60


@pytest.fixture
def pages(
    store: Store, profile: Profile, secret: bytes, stamp: Stamps, patient: Patient, make_filing: Callable[..., Filing]
) -> dict[str, list[int]]:
    """A closed file with many patients; the numbers of the pages of each table."""
    with store.atomic():
        for n in range(COUNT):
            one = replace(patient, family_name=f"Name{n:03}", record_number=f"R-{n}")
            case = f'{{"n":{n},"patient":{{"family_name":"Name{n:03}"}},"fill":"{"f" * 700}"}}'.encode()
            patients.add_patient(store, one, case, stamp())
        filing.file_plan(store, make_filing(audit_head=str(audit.audit_head(store))), stamp())
    store.close()
    plain = plain_pages(profile, secret)
    kinds = {"drafts": b'{"n":', "audit": b"patient-added", "patients": b"Name0"}
    found: dict[str, list[int]] = {name: [] for name in kinds}
    for number, page in enumerate(plain, 1):
        told = [name for name, mark in kinds.items() if mark in page]
        if len(told) == 1 or told in (["drafts", "patients"], ["audit", "patients"]):
            found[told[0]].append(number)
    return found


def _break(profile: Profile, *numbers: int) -> bytes:
    data = bytearray(profile.database.read_bytes())
    for number in numbers:
        at = (number - 1) * 4096 + 1000
        data[at : at + 50] = bytes(50)
    profile.database.write_bytes(data)
    return bytes(data)


def _saved(profile: Profile, secret: bytes, stamp: Stamps) -> tuple[Salvage, Store]:
    done = salvage(profile, DataKey(secret), stamp())
    return done, open_store(done.folder / "clinic.db", DataKey(secret), thorough=True)


def test_a_whole_file_is_saved_whole(
    pages: dict[str, list[int]], profile: Profile, secret: bytes, stamp: Stamps
) -> None:
    assert pages
    done, store = _saved(profile, secret, stamp)
    assert done.is_whole
    assert done.names_from_cases == 0
    assert len(patients.search(store)) == COUNT
    assert [row.family_name for row in patients.search(store, "name059")] == ["Name059"]
    assert [d.kind for d in filing.filed_documents(store, 1)] == ["treatment", "taper"]
    assert audit.verify_audit(store) == ()
    assert audit.find_rows(store)[0].action == "salvaged"
    assert patients.add_patient(store, Patient(patients.search(store)[0].birth_date, "male"), b"{}", stamp()) == 61
    store.close()


def test_around_broken_pages_everything_else_is_saved(
    pages: dict[str, list[int]], profile: Profile, secret: bytes, stamp: Stamps
) -> None:
    damaged = _break(profile, pages["drafts"][4], pages["audit"][3])
    done, store = _saved(profile, secret, stamp)
    lost = {loss.table: loss.lost for loss in done.tables if loss.lost}
    assert set(lost) == {"drafts", "audit"}
    assert lost["drafts"].startswith("number")
    left = patients.search(store)
    assert len(left) == COUNT
    without = [row.id for row in left if b'"n":' not in patients.draft_bytes(store, row.id)]
    assert 0 < len(without) < 10
    assert all(b'"family_name": "Name' in patients.draft_bytes(store, id_) for id_ in without)
    assert any("missing between" in said for said in audit.verify_audit(store))
    assert audit.find_rows(store)[0].detail == lost
    assert profile.database.read_bytes() == damaged
    assert list(done.folder.parent.glob(".*")) == []
    store.close()


def test_patients_come_back_by_their_drafts(
    pages: dict[str, list[int]], profile: Profile, secret: bytes, stamp: Stamps
) -> None:
    _break(profile, *pages["patients"])
    done, store = _saved(profile, secret, stamp)
    assert done.names_from_cases == COUNT
    assert [row.family_name for row in patients.search(store, "name007")] == ["Name007"]
    store.close()


def test_without_its_first_page_nothing_is_saved(
    pages: dict[str, list[int]], profile: Profile, secret: bytes, stamp: Stamps
) -> None:
    assert pages
    damaged = _break(profile, 1)
    with pytest.raises(UserError, match="Put back the newest backup"):
        salvage(profile, DataKey(secret), stamp())
    assert profile.database.read_bytes() == damaged
    assert list(profile.backups.iterdir()) == []


def test_an_older_schema_is_saved_as_the_new_one(profile: Profile, stamp: Stamps) -> None:
    for name in ("clinic.db", "keys.json", "clinic-root.pem"):
        shutil.copyfile(Path(__file__).parents[1] / "data" / "clinic-v2" / name, profile.folder / name)
    key = keys.unlock(keys.read(profile.keys), "anna", "four words in a row")
    done = salvage(profile, key, stamp())
    assert done.is_whole
    store = open_store(done.folder / "clinic.db", DataKey(key.reveal()), thorough=True)
    assert [row.id for row in patients.search(store)] == [2, 1]
    store.close()
