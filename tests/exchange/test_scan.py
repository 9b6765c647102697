"""The code of a plan: 800 letters at most, read back as it was, and nothing else is taken for one."""

import base64
import hashlib
import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.assets import asset
from myositis_desktop.cli.plan import Assessed, assess
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import Seal, read_scan, write_scan
from myositis_desktop.exchange.scan import LONGEST, _quantities
from myositis_desktop.knowledge import load_pack

PACK = load_pack()
SEAL = Seal(b"12345678", lambda content: hashlib.sha512(content).digest())
FROZEN = {
    "ids-1.txt": "f1cb1d12d3dcf2b2a8efe4c519fcfa039d51ff306ee9d108c03fecd4b96f78e5",
    "words-1.txt": "2e4f8c35c3bb0c4121c4925b7a8e1ac35f3fbcb4a300670061c9f708c0056982",
}


def _assessed(name: str) -> Assessed:
    found, problems = assess(asset("resources", "demo", name).read_bytes(), PACK)
    assert found is not None, problems
    return found


def _code(of: Assessed, number: str = "P-2026-0001") -> str:
    return write_scan(of.case, of.plan, number, "ab" * 32, PACK.catalogue, SEAL)


DEMO = sorted(f.name for f in asset("resources", "demo").iterdir())


@pytest.mark.parametrize("name", [DEMO[0], DEMO[3], DEMO[-1]])
def test_what_is_read_is_what_was_written_and_what_is_missing_is_named(name: str) -> None:
    of = _assessed(name)
    code = _code(of)
    assert len(code) <= LONGEST
    assert code.isalnum()
    assert code == code.upper()
    seen = read_scan(code, PACK.catalogue)
    assert (seen.plan_number, seen.plan_sha256, seen.subtype) == ("P-2026-0001", "ab" * 32, of.plan.subtype.id)
    assert (seen.key_id, seen.seal) == (SEAL.key_id, SEAL.make(seen.sealed))
    assert seen.case.patient == of.case.patient
    assert seen.case.assessed_on == of.case.assessed_on
    if "therapy" not in seen.left_out:
        assert seen.case.therapy == of.case.therapy
    for id_, finding in of.case.findings.items():
        if PACK.catalogue.findings[id_].section in seen.left_out:
            assert id_ not in seen.case.findings
        else:
            read = seen.case.findings[id_]
            assert (read.value, read.entered, read.uln, read.on) == (
                finding.value, finding.entered, finding.uln, finding.on,
            )  # fmt: skip
    assert set(seen.case.findings) <= set(of.case.findings)
    given_ = {d for d, _, _ in seen.drugs}
    assert given_ == {i.drug for i in of.plan.items if i.override_reason or (
        i.status == "recommended" and i.line != "supportive")}  # fmt: skip


def test_a_scanner_may_add_lines_and_small_letters() -> None:
    code = _code(_assessed(DEMO[-1]))
    typed = "\r\n".join(code[at : at + 60] for at in range(0, len(code), 60)).lower() + "\r\n"
    assert read_scan(typed, PACK.catalogue) == read_scan(code, PACK.catalogue)


def test_the_tables_of_format_1_never_change() -> None:
    for name, digest in FROZEN.items():
        assert hashlib.sha256(asset("resources", "scan", name).read_bytes()).hexdigest() == digest


def test_no_letter_can_be_lost_or_changed_unseen() -> None:
    code, random = _code(_assessed(DEMO[-1])), Random(1)
    for _ in range(60):
        at = random.randrange(len(code))
        wrong = random.choice([c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if c != code[at]])
        for spoilt in (code[:at] + code[at + 1 :], code[:at] + wrong + code[at + 1 :]):
            with pytest.raises(UserError, match="Nothing was changed"):
                read_scan(spoilt, PACK.catalogue)


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_rubbish_is_refused_with_a_sentence(text: str) -> None:
    for typed in (text, "MYO1" + text):
        with pytest.raises(UserError):
            read_scan(typed, PACK.catalogue)


WRONG_PLACE = b'{"n":"","p":{},"a":"","f":"","q":"9999 1 a","g":{},"t":[],"s":"","d":[],"x":[]}'


@pytest.mark.parametrize("inside", [b"", b"[]", b"{}", b'{"n":1}', b"[" * 5000, b" " * 200_000, WRONG_PLACE])
def test_a_well_made_code_with_something_else_inside_is_refused(inside: bytes) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=asset("resources", "scan", "words-1.txt").read_bytes())
    whole = bytes(8 + 64 + 32) + packer.compress(inside) + packer.flush()
    whole += zlib.crc32(whole).to_bytes(4, "big")
    with pytest.raises(UserError, match="Nothing was changed"):
        read_scan("MYO1" + base64.b32encode(whole).decode().rstrip("="), PACK.catalogue)


def test_names_that_have_no_room_make_no_code() -> None:
    of = _assessed(DEMO[-1])
    random = Random(3)
    letters = "".join(random.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(900))
    case = type(of.case)(
        type(of.case.patient)(of.case.patient.birth_date, "female", "R", letters, "A"), of.case.assessed_on
    )
    with pytest.raises(UserError, match="too long"):
        write_scan(case, of.plan, "P-1", "ab" * 32, PACK.catalogue, None)


@pytest.mark.parametrize("text", ["31 5400", "31 5400 U/L 200 9", "-1 5400 U/L"])
def test_a_quantity_that_is_cut_short_is_not_left_out_unseen(text: str) -> None:
    with pytest.raises(ValueError, match="cut short"):
        _quantities(text)
