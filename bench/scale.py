"""One million patients with a visit each in a real encrypted file on disk: `python3 dev.py bench scale`.

The file is written in bulk, without an audit row for each patient: that is the one thing in it that is not as the
program would have written it. Everything is measured by the clock, in a process that only opens and asks.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.records import LIGHT, START
from myositis_desktop.model.case import Patient
from myositis_desktop.store import keys, patients, people
from myositis_desktop.store.database import Stamp, Store, create_store, open_store, utc
from myositis_desktop.store.keys import DataKey
from myositis_desktop.store.people import ClinicRecord, User
from myositis_desktop.store.search import index_words, match_of

PATIENTS = 1_000_000
PAGE, ROUNDS, CHUNK = 100, 3, 20_000
PARTS = (
    *("an", "ber", "da", "el", "fan", "go", "ha", "ing", "jo", "ka", "li", "ma", "mül", "na", "os", "pe", "ri"),
    *("sa", "schmi", "ta", "ul", "vi", "wa", "ya", "zo", "ler", "sen", "ski", "dt", "ova", "ez", "ton"),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """What was measured."""

    patients: int
    opening: float
    """ms until the first page of patients is read, besides the key derivation."""
    ratio: float
    """Median of a search through the store against the same SQL run bare."""
    median: float
    """ms of a search."""
    slowest: float
    """ms: 95 of 100 searches are faster."""
    saving: float
    """ms, median: a finding of a patient, each time another one."""
    memory: float
    """MB at most."""


def measured(count: int = PATIENTS) -> Scale:
    """Builds the file, then measures in a process of its own."""
    with TemporaryDirectory() as folder:
        key = _build(Path(folder) / "clinic.db", count)
        words = [sys.executable, "-m", "bench.scale", folder, key.reveal().hex()]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        return Scale(**json.loads(told))


def _build(path: Path, count: int) -> DataKey:
    _, key, _ = keys.create("bench", "four words in a row", START, LIGHT)
    store = create_store(path, DataKey(key.reveal()), START)
    people.found_clinic(store, ClinicRecord("Bench", b"", b""), User("bench", "Dr Bench"), b"", Stamp("bench", START))
    with store.reading() as db:
        db.conn.execute("PRAGMA synchronous = OFF")
        rows = _people(count)
        while chunk := list(islice(rows, CHUNK)):
            with db.atomic():
                _insert(store, chunk)
    store.close()
    return key


def _people(count: int) -> Iterator[tuple[int, Patient]]:
    chance = Random(7)  # noqa: S311 - invented names, the same ones each time
    families = ["".join(chance.choices(PARTS, k=chance.randint(2, 4))).capitalize() for _ in range(30_000)]
    given = ["".join(chance.choices(PARTS, k=2)).capitalize() for _ in range(3000)]
    for n in range(1, count + 1):
        born = date(1930, 1, 1) + timedelta(days=chance.randrange(29_000))
        yield n, Patient(born, "female", f"R-{n}", chance.choice(families), chance.choice(given))


def _insert(store: Store, chunk: list[tuple[int, Patient]]) -> None:
    at = utc(START)
    with store.reading() as db:
        db.conn.executemany(
            "INSERT INTO patients (id, family_name, given_name, birth_date, sex, record_number, created_at, edited_at, "
            "recency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (n, p.family_name, p.given_name, p.birth_date.isoformat(), p.sex, p.record_number, at, at, n)
                for n, p in chunk
            ],
        )
        db.conn.executemany(
            "INSERT INTO drafts (patient_id, case_file, edited_at, edited_by) VALUES (?, ?, ?, 'bench')",
            [(n, _case(n, 0), at) for n, _ in chunk],
        )
        db.conn.executemany(
            "INSERT INTO patient_words (rowid, words) VALUES (?, ?)", [(n, index_words(p)) for n, p in chunk]
        )


def _case(n: int, ck: int) -> bytes:
    found = f'"findings":{{"body.weight":{{"unit":"kg","value":"70"}},"lab.ck":{{"unit":"U/L","value":"{ck}"}}}}'
    return f'{{{found},"visits":[{{{found},"on":"2026-10-01"}}],"x-number":{n}}}'.encode()


def _searches() -> list[str]:
    """What is typed: two letters and more, a part of a number, two words, a birth date."""
    out = [f"{part[:2]}" for part in PARTS if len(part) > 1]
    out += [part for part in PARTS if len(part) > 2]
    return [*out, "ma an", "r-77", "R-777123", "schmi li", "1968", "1968-04-02", "zz", "mül da"]


def _measure(folder: Path, key: DataKey) -> Scale:
    started = perf_counter()
    store = open_store(folder / "clinic.db", key, thorough=False)
    patients.search(store, "", PAGE)
    opening = perf_counter() - started
    try:
        ours, bare = _times(store)
        saving = _saving(store)
        with store.reading() as db:
            count = db.execute("SELECT count(*) FROM patients").fetchone()[0]
    finally:
        store.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slow = sorted(ours)[int(len(ours) * 0.95)]
    ratio = median(ours) / median(bare)
    return Scale(count, opening * 1000, ratio, median(ours) * 1000, slow * 1000, median(saving) * 1000, memory)


def _times(store: Store) -> tuple[list[float], list[float]]:
    """Seconds of each search through the store, and of its SQL alone, in turn."""
    ours, bare = [], []
    for text in _searches() * ROUNDS:
        started = perf_counter()
        patients.search(store, text, PAGE)
        ours.append(perf_counter() - started)
        with store.reading() as db:
            started = perf_counter()
            db.conn.execute(patients.MATCHING, (match_of(text), PAGE, 0)).fetchall()
            bare.append(perf_counter() - started)
    return ours, bare


def _saving(store: Store) -> list[float]:
    """Seconds of saves, twice for each of some patients all over the file: the first one moves the patient up."""
    out = []
    with store.reading() as db:
        count = db.execute("SELECT count(*) FROM patients").fetchone()[0]
    for n, patient in islice(_people(count), 0, None, max(1, count // 40)):
        for ck in (1, 2):
            stamp = Stamp("bench", START + timedelta(minutes=n + ck))
            started = perf_counter()
            patients.save_draft(store, n, patient, _case(n, ck), stamp)
            out.append(perf_counter() - started)
    return out


if __name__ == "__main__":
    print(json.dumps(asdict(_measure(Path(sys.argv[1]), DataKey(bytes.fromhex(sys.argv[2]))))))
