"""Whatever bytes come as case file, archive or backup: taken, or told and nothing changed; never a crash."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from myositis_desktop.clinic import Clinic, preview
from myositis_desktop.errors import UserError
from myositis_desktop.store import archive
from myositis_desktop.store.keys import Cost
from tests.clinic.conftest import START

PIECES = (
    b"null",
    b"-1",
    b'"',
    b"{",
    b"]",
    b"NaN",
    b"1e999",
    b"\x00",
    b"\xff",
    b"\\ud800",
    b",,",
    b"present",
    b"9" * 40,
)


def mutated(data: bytes, chance: Random) -> bytes:
    """The bytes with one to four changes: a byte, a piece put in, a stretch taken out, doubled or moved."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(out) + 1), chance.randint(1, 60)
        match chance.randrange(5):
            case 0 if at < len(out):
                out[at] = chance.randrange(256)
            case 1:
                out[at:at] = chance.choice(PIECES)
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length]
            case _ if chance.random() < 0.2:
                out = out[at:] + out[:at] if chance.random() < 0.5 else out[: max(at, 1)]
        if not out:
            out = bytearray(b" ")
    return bytes(out)


@pytest.mark.parametrize("inputs", [150, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_case_file_crashes_the_import(inputs: int, clinic: Clinic, example: bytes) -> None:
    chance = Random(5)
    refused = taken = 0
    for _ in range(inputs):
        before = clinic.audit_head()
        patient, problems = clinic.import_case(mutated(example, chance))
        if patient is None:
            refused += 1
            assert problems
            assert all(str(problem) for problem in problems)
            assert clinic.audit_head() == before
        else:
            taken += 1
            assert problems == ()
            clinic.draft(patient)
    assert refused > inputs // 2
    assert taken + refused == inputs
    assert clinic.trail.verify() == ()


@pytest.mark.parametrize("inputs", [100, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_archive_crashes_the_import(inputs: int, clinic: Clinic, example: bytes, tmp_path: Path) -> None:
    """Half are changed as they lie on a stick; half inside, by somebody who has the passphrase."""
    chance, secret, light = Random(6), "a quiet harbour before sunrise", Cost(1, 64, 1)
    patient, _ = clinic.import_case(example)
    assert patient is not None
    clinic.sign(patient, "four words in a row", "author")
    path = tmp_path / "one"
    clinic.records.export(patient, path, secret, light)
    sealed = path.read_bytes()
    files = {name: data for name, data in archive.unseal(sealed, secret).items() if not name.endswith(".pdf")}
    manifest = json.loads(files["manifest.json"])
    manifest["plans"][0]["documents"] = []
    head, refused = clinic.audit_head(), 0
    for number in range(inputs):
        if number % 2:
            data = mutated(sealed, chance)
        else:
            changed = dict(files)
            name = chance.choice(list(changed))
            changed[name] = mutated(changed[name], chance)
            manifest["files"] = {n: sha256(d).hexdigest() for n, d in changed.items() if n != "manifest.json"}
            if name != "manifest.json":
                changed["manifest.json"] = json.dumps(manifest).encode()
            data = archive.seal(changed, secret, light)
        try:
            clinic.records.look_into(data, secret)
        except UserError:
            refused += 1
    assert refused > inputs // 2
    assert clinic.audit_head() == head
    assert len(clinic.patients()) == 1


@pytest.mark.parametrize("inputs", [30, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_backup_crashes_the_restore(
    inputs: int, clinic: Clinic, example: bytes, place: Path, tmp_path: Path
) -> None:
    """Mutated clinic files and key files, looked into as backups: refused, or the same contents."""
    chance = Random(8)
    clinic.import_case(example)
    made = clinic.copies.make()
    clinic.close()
    files = {path.name: path.read_bytes() for path in made.iterdir()}
    spoilt = tmp_path / "spoilt"
    shutil.copytree(made, spoilt)
    before, refused = (place / "clinic.db").read_bytes(), 0
    for number in range(inputs):
        name = "clinic.db" if number % 3 else "keys.json"
        (spoilt / name).write_bytes(mutated(files[name], chance))
        try:
            found = preview(spoilt, place, ("anna", "four words in a row"), lambda: START)
            assert (found.clinic, found.patients) == ("Hill clinic", 1)
        except UserError:
            refused += 1
        (spoilt / name).write_bytes(files[name])
        (place / "tries.json").unlink(missing_ok=True)
    assert refused > inputs // 2
    assert (place / "clinic.db").read_bytes() == before
