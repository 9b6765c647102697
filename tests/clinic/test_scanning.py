"""The code of a plan between two clinics: whose seal it has, and what a changed one is."""

import base64
import json
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from myositis_desktop.cli import main
from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.errors import UserError
from myositis_desktop.store.keys import Cost


def test_a_clinic_knows_its_own_seal_and_that_of_a_clinic_it_trusts(
    clinic: Clinic,
    example: bytes,
    tmp_path: Path,
    clock: Callable[[], datetime],
    people: dict[str, NewUser],
    light: Cost,
) -> None:
    patient, _ = clinic.import_case(example)
    assert patient is not None
    code = clinic._context(patient).code
    assert code == clinic._context(patient).code
    other, _ = Clinic.create(tmp_path / "other", "Valley clinic", people["administrator"], clock, cost=light)
    try:
        case, told, sealed = other.read_code(code)
        assert (case.patient, sealed) == (clinic.draft(patient).patient, False)
        assert "not trusted here" in told[0]
        other.signatures.trust_authority(clinic.signatures.trust_file(), "signer")
        _, told, sealed = other.read_code(code)
        assert sealed
        assert told[0] == "Sealed by Hill clinic, which this clinic trusts."
        with pytest.raises(UserError, match="does not have the seal of Hill clinic"):
            other.read_code(_forged(code))
        assert other.patients() == ()
    finally:
        other.close()


def _forged(code: str) -> str:
    """Another hash under the same seal, the check sum made anew."""
    text = code.removeprefix("MYO1")
    whole = bytearray(base64.b32decode(text + "=" * (-len(text) % 8))[:-4])
    whole[8 + 64] ^= 1
    return "MYO1" + base64.b32encode(bytes(whole) + zlib.crc32(whole).to_bytes(4, "big")).decode().rstrip("=")


def test_the_command_line_writes_the_case_and_tells_whose_seal_it_has(
    clinic: Clinic, example: bytes, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patient, _ = clinic.import_case(example)
    assert patient is not None
    code, out = tmp_path / "code.txt", tmp_path / "case.json"
    code.write_text(clinic._context(patient).code)
    assert main(["--profile", str(place), "scan", str(code), "--out", str(out)]) == 0
    assert json.loads(out.read_bytes())["patient"]["record_number"] == clinic.draft(patient).patient.record_number
    assert "Sealed by Hill clinic" in capsys.readouterr().err
    assert main(["--profile", str(tmp_path), "scan", str(code), "--out", str(out)]) == 3
    code.write_text("MYO1AAAA")
    assert main(["--profile", str(place), "scan", str(code), "--out", str(tmp_path / "no.json")]) == 2
    assert not (tmp_path / "no.json").exists()
