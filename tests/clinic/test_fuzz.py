"""Whatever bytes come as a case file: a patient, or problems and nothing changed; never a crash."""

from random import Random

import pytest

from myositis_desktop.clinic import Clinic

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
