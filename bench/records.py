"""The clinic file: saving a finding, and searching as one types, in a real encrypted file on disk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from myositis_desktop.model.case import Patient
from myositis_desktop.store import keys, patients, people
from myositis_desktop.store.database import Stamp, Store, create_store
from myositis_desktop.store.keys import Cost
from myositis_desktop.store.people import ClinicRecord, User

PATIENTS, RUNS = 1000, 60
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIGHT = Cost(time=1, memory_kib=64, lanes=1)


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """Medians in a file of 1,000 patients, by the clock: the disk counts."""

    save: float
    """One finding of a case of 159 is changed and saved, with its audit row."""
    search: float
    """Two letters typed."""


def milliseconds() -> Milliseconds:
    """Measure both."""
    with TemporaryDirectory() as folder:
        store = _crowd(Path(folder))
        minutes = count(1)
        drafts = [
            (lambda n=n: patients.save_draft(store, 3, _person(3), _case(n), _stamp(next(minutes))))
            for n in range(RUNS)
        ]
        typed = [(lambda n=n: patients.search(store, f"n{n % 10}")) for n in range(RUNS)]
        try:
            return Milliseconds(save=_median(drafts), search=_median(typed))
        finally:
            store.close()


def _median(jobs: Iterable[Callable[[], object]]) -> float:
    spent = []
    for job in jobs:
        start = perf_counter()
        job()
        spent.append(perf_counter() - start)
    return median(spent) * 1000


def _crowd(folder: Path) -> Store:
    _, key, _ = keys.create("bench", "four words in a row", START, LIGHT)
    store = create_store(folder / "clinic.db", key, START)
    people.found_clinic(store, ClinicRecord("Bench", b"", b""), User("bench", "Dr Bench"), b"", _stamp(0))
    for n in range(PATIENTS):
        patients.add_patient(store, _person(n), _case(n), _stamp(n))
    return store


def _person(n: int) -> Patient:
    return Patient(date(1950, 1, 1) + timedelta(days=n), "female", f"R-{n}", f"N{n:04} Sample", "Anne")


def _case(n: int) -> bytes:
    found = ",".join(f'"lab.test_{i}":{{"unit":"kg","value":"{n if i == 7 else i}"}}' for i in range(159))
    return f'{{"findings":{{{found}}}}}'.encode()


def _stamp(minute: int) -> Stamp:
    return Stamp("bench", START + timedelta(minutes=minute))
