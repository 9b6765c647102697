"""A clinic file as the tests of the store need it: real, encrypted, quick to unlock."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from myositis_desktop.model.case import Patient
from myositis_desktop.store import keys, people
from myositis_desktop.store.database import Stamp, Store, create_store, open_store
from myositis_desktop.store.filing import Filing
from myositis_desktop.store.keys import Cost, DataKey
from myositis_desktop.store.people import ClinicRecord, User
from myositis_desktop.store.profile import Profile

LIGHT = Cost(time=1, memory_kib=64, lanes=1)
PASSPHRASE = "four words in a row"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CASE = '{"findings":{"body.weight":{"unit":"kg","value":"80"}},"patient":{"family_name":"Müller-Łódź"}}'.encode()


@pytest.fixture
def light() -> Cost:
    return LIGHT


@pytest.fixture
def start() -> datetime:
    return START


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def case_file() -> bytes:
    return CASE


@pytest.fixture
def patient() -> Patient:
    return Patient(date(1968, 4, 2), "female", "R-1001", "Müller-Łódź", "Anne-Marie")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    place = Profile(tmp_path / "clinic")
    place.make()
    return place


@pytest.fixture
def stamp() -> Callable[[], Stamp]:
    """Anna, a minute later at every call."""
    minutes = count(1)
    return lambda: Stamp("anna", START + timedelta(minutes=next(minutes)))


@pytest.fixture
def made_keys(profile: Profile) -> DataKey:
    """keys.json in the folder; the data key, which stays the test's."""
    key_file, key, _ = keys.create("anna", PASSPHRASE, START, LIGHT)
    keys.write(profile.keys, key_file)
    profile.root.write_bytes(b"the public root")
    return key


@pytest.fixture
def secret(made_keys: DataKey) -> bytes:
    return made_keys.reveal()


@pytest.fixture
def store(profile: Profile, secret: bytes) -> Iterator[Store]:
    """An open clinic file with its clinic and first user."""
    made = create_store(profile.database, DataKey(secret), START)
    founder = User("anna", "Dr Anna Example")
    people.found_clinic(made, ClinicRecord("Hill clinic", b"root", b"root key"), founder, b"p12", Stamp("anna", START))
    yield made
    made.close()


@pytest.fixture
def reopen(profile: Profile, secret: bytes, store: Store) -> Iterator[Callable[[], Store]]:
    """Closes the clinic file and opens it again."""
    opened = [store]

    def again() -> Store:
        opened[-1].close()
        opened.append(open_store(profile.database, DataKey(secret), thorough=True))
        return opened[-1]

    yield again
    opened[-1].close()


@pytest.fixture
def files(profile: Profile) -> Callable[[], dict[str, bytes]]:
    """The bytes of every file below the profile, by name."""

    def read() -> dict[str, bytes]:
        found = sorted(p for p in profile.folder.rglob("*") if p.is_file())
        return {str(p.relative_to(profile.folder)): p.read_bytes() for p in found}

    return read


@pytest.fixture
def make_filing(case_file: bytes) -> Callable[..., Filing]:
    """A filing of patient 1 as it would come from the clinic; the documents are bytes that the store does not read."""

    def make(number: str = "P-2026-0001", supersedes: str | None = None, audit_head: str = "", **pdfs: bytes) -> Filing:
        return Filing(
            patient_id=1,
            number=number,
            supersedes=supersedes,
            case_file=case_file,
            case_sha256="c" * 64,
            plan_file=b'{"format":"myositis-plan/1"}',
            engine=1,
            knowledge_version="2026.11.0",
            knowledge_sha256="a" * 64,
            signer="Dr Anna Example",
            meaning="author",
            signed_at=START,
            audit_head=audit_head,
            documents=pdfs or {"treatment": b"%PDF treatment", "taper": b"%PDF taper"},
        )

    return make
