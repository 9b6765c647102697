"""The code on a treatment plan, as a scanner types it: a case and the plan's number, hash and seal in 800 letters.

Format 1 (docs/scan-code.md tells it for other programs):

    "MYO1" + base32 (RFC 4648, no padding) of:  key id (8) | seal (64) | body | CRC-32 of all before (4, big-endian)
    body:  SHA-256 of the plan file (32) | raw DEFLATE of compact JSON, primed with resources/scan/words-1.txt
    `f` has a letter for each finding of ids-1.txt, in its order: of its answer in `_ANSWERS`, "." where it is unknown

Letters and digits only: they come through any keyboard wedge. The seal is the clinic's, over "myositis-scan-1", a NUL
and the body: ECDSA P-256, r and s. It says whose clinic file made the summary; that a clinician signed, the PDF proves.
What does not fit is left out section by section, and named: whoever reads the code sees what is missing.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from myositis_desktop.assets import asset
from myositis_desktop.errors import UserError
from myositis_desktop.exchange.reader import FORMAT, read_case
from myositis_desktop.exchange.writer import case_json
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan

LONGEST = 800
"""Letters of a code."""
_PREFIX, _LABEL = "MYO1", b"myositis-scan-1\0"
_KEY, _SEAL, _HASH, _CHECK = 8, 64, 32, 4
_LARGEST_JSON = 65_536
_ANSWERS = {
    "present": "p", "absent": "a", "positive": "+", "weak": "w", "negative": "-", "pending": "?", "none": "n",
    "mild": "m", "moderate": "o", "severe": "s", "normal": "N", "intermediate": "i", "poor": "r", "done": "d",
    "never": "v", "past": "P", "current": "c", "independent": "I", "aided": "A", "wheelchair": "W", "bedbound": "B",
    "stable": "S", "progressive": "G", "rapidly-progressive": "R", "positive-untreated": "U", "positive-treated": "T",
    "indeterminate": "D", "not-done": "O", "1": "1", "2": "2", "3": "3", "4": "4",
}  # fmt: skip
_DETAILS = ("muscles", "assay", "strength")
_SECTIONS = ("measure", "biopsy", "test", "onset", "lab", "skin", "organs", "weakness", "antibody", "screen", "history")
"""In this order their findings are left out where there is no room, allergies last; weight and height never are."""
_AGAIN = "Nothing was changed. Scan the code once more, from the top left corner of a flat sheet."


@dataclass(frozen=True, slots=True)
class Seal:
    """Who vouches for a summary."""

    key_id: bytes
    """First 8 bytes of the SHA-256 of the clinic's root certificate."""
    make: Callable[[bytes], bytes] = field(repr=False)
    """64 bytes for what is sealed; the same each time."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code says; nothing of it is trusted until its seal is."""

    case: Case
    plan_number: str
    plan_sha256: str
    subtype: str
    drugs: tuple[tuple[str, str, str], ...]
    """(drug, value, unit) of what the plan recommends or the clinician chose; "" where it has no dose."""
    left_out: tuple[str, ...]
    """Sections of findings, details, visits, choices that had no room."""
    key_id: bytes
    """Eight zero bytes: nobody has sealed it."""
    sealed: bytes
    seal: bytes

    @property
    def is_sealed(self) -> bool:
        return any(self.key_id)


def write_scan(case: Case, plan: Plan, number: str, plan_sha256: str, catalogue: Catalogue, seal: Seal | None) -> str:
    """The code of a plan: at most `LONGEST` letters, the same for the same plan and seal.

    Raises:
        UserError: not even patient and plan number fit (names of hundreds of letters).
    """
    for told in _ever_less(case, plan, number, catalogue):
        body = bytes.fromhex(plan_sha256) + _squeezed(told)
        sealed = (b"", b"") if seal is None else (seal.key_id, seal.make(_LABEL + body))
        whole = sealed[0].ljust(_KEY, b"\0") + sealed[1].ljust(_SEAL, b"\0") + body
        whole += zlib.crc32(whole).to_bytes(_CHECK, "big")
        code = _PREFIX + base64.b32encode(whole).decode().rstrip("=")
        if len(code) <= LONGEST:
            return code
    raise UserError(
        "The code was not made: the names of the patient are too long for it. Everything else is as it was."
    )


def read_scan(text: str, catalogue: Catalogue) -> Scanned:
    """What a scanner has typed; capital or small letters, with line feeds and spaces anywhere.

    Raises:
        UserError: it is no code of ours, it came through incomplete, or its case is not one that can be read here.
    """
    whole = _bytes_of("".join(text.split()).upper())
    body = whole[_KEY + _SEAL : -_CHECK]
    told = _unsqueezed(body[_HASH:])
    try:
        file = json.dumps(_case_file(told)).encode()
    except (ValueError, IndexError) as error:
        raise UserError(f"The code holds something else than a summary of a plan. {_AGAIN}") from error
    case, problems = read_case(file, catalogue)
    if case is None:
        raise UserError(f"The case in the code cannot be read by this version of the program ({problems[0]}). {_AGAIN}")
    return Scanned(
        case=case,
        plan_number=str(told["n"]),
        plan_sha256=body[:_HASH].hex(),
        subtype=str(told["s"]),
        drugs=tuple((str(d), str(v), str(u)) for d, v, u in told["d"]),
        left_out=tuple(str(x) for x in told["x"]),
        key_id=whole[:_KEY],
        sealed=_LABEL + body,
        seal=whole[_KEY : _KEY + _SEAL],
    )


def _bytes_of(letters: str) -> bytes:
    if not letters.startswith(_PREFIX):
        raise UserError(
            f"This is no code of a treatment plan. {_AGAIN} Where it begins with other letters than {_PREFIX}, the "
            "scanner types for another keyboard: set the scanner to the keyboard of this computer."
        )
    try:
        text = letters.removeprefix(_PREFIX)
        whole = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError as error:
        raise UserError(f"The code came through with letters missing or wrong. {_AGAIN}") from error
    inside, check = whole[:-_CHECK], whole[-_CHECK:]
    if len(whole) <= _KEY + _SEAL + _HASH + _CHECK or zlib.crc32(inside).to_bytes(_CHECK, "big") != check:
        raise UserError(f"The code came through with letters missing or wrong. {_AGAIN}")
    return whole


def _ever_less(case: Case, plan: Plan, number: str, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """The summary with everything, then with less and less; `x` names what is not in it."""
    file = case_json(case)
    findings = dict(file["findings"]) if "findings" in file else {}
    left_out: list[str] = [name for name in ("visits", "preferences") if name in file]
    yield _told(file, findings, plan, number, left_out)
    bare = {id_: _bare(value) for id_, value in findings.items()}
    if bare != findings:
        findings, left_out = bare, [*left_out, "details"]
        yield _told(file, findings, plan, number, left_out)
    for section in _SECTIONS:
        gone = {id_ for id_ in findings if _section(id_, catalogue) == section}
        if gone:
            findings = {id_: value for id_, value in findings.items() if id_ not in gone}
            left_out = [*left_out, section]
            yield _told(file, findings, plan, number, left_out)
    if "therapy" in file:
        yield _told({**file, "therapy": []}, findings, plan, number, [*left_out, "therapy"])


def _bare(value: object) -> object:
    """A finding without how it was found; value, unit, limits and day stay."""
    if not isinstance(value, dict):
        return value
    kept = {k: v for k, v in value.items() if k not in _DETAILS}
    return kept["value"] if len(kept) == 1 else kept


def _section(id_: str, catalogue: Catalogue) -> str:
    return catalogue.findings[id_].section if id_ in catalogue.findings else id_.split(".", maxsplit=1)[0]


def _told(
    file: Mapping[str, Any], findings: Mapping[str, Any], plan: Plan, number: str, left_out: Sequence[str]
) -> dict[str, Any]:
    letters = {id_: _ANSWERS[v] for id_, v in findings.items() if isinstance(v, str) and v in _ANSWERS}
    rest = {id_: value for id_, value in findings.items() if id_ not in letters or id_ not in _ids()}
    measured = {id_: words for id_, value in rest.items() if (words := _measured(id_, value))}
    given = [i for i in plan.items if (i.status == "recommended" and i.line != "supportive") or i.override_reason]
    return {
        "n": number,
        "p": file["patient"],
        "a": file["assessed_on"],
        "f": "".join(letters.get(id_, ".") for id_ in _ids()).rstrip("."),
        "q": ";".join(f"{_ids().index(id_)} {words}" for id_, words in measured.items()),
        "g": {id_: value for id_, value in rest.items() if id_ not in measured},
        "t": file.get("therapy", []),
        "s": plan.subtype.id,
        "d": [
            [i.drug, *((text_of(i.dose.value), i.dose.unit) if i.dose and i.dose.value else ("", ""))] for i in given
        ],
        "x": list(left_out),
    }


def _measured(id_: str, value: object) -> str:
    """A quantity with its unit and no more than an upper limit as "5400 U/L 200"; "" for anything else."""
    if (
        not isinstance(value, dict)
        or id_ not in _ids()
        or not {"value", "unit"} <= set(value) <= {"value", "unit", "uln"}
    ):
        return ""
    words = [str(value[k]) for k in ("value", "unit", "uln") if k in value]
    return "" if any(not w or set(w) & set(" ;") for w in words) else " ".join(words)


def _quantities(text: str) -> dict[str, Any]:
    """The findings behind `_measured`. Raises ValueError or IndexError."""
    parts = [part.split(" ") for part in text.split(";") if part]
    if any(not 3 <= len(words) <= 4 or int(words[0]) < 0 for words in parts):
        raise ValueError("a quantity is cut short")
    return {_ids()[int(words[0])]: dict(zip(("value", "unit", "uln"), words[1:], strict=False)) for words in parts}


def _case_file(told: Mapping[str, Any]) -> dict[str, Any]:
    """The case file that a summary stands for; the strict reader of case files judges it."""
    if len(told["f"]) > len(_ids()):
        raise ValueError("there are more answers than findings")
    answers = {letter: answer for answer, letter in _ANSWERS.items()}
    findings = {id_: answers.get(letter, letter) for id_, letter in zip(_ids(), told["f"], strict=False)}
    findings = {id_: answer for id_, answer in findings.items() if answer != "."}
    file = {
        "format": FORMAT,
        "patient": told["p"],
        "assessed_on": told["a"],
        "findings": {**findings, **_quantities(told["q"]), **told["g"]},
        "therapy": told["t"],
    }
    return {key: value for key, value in file.items() if value not in ([], {})}


@cache
def _ids() -> tuple[str, ...]:
    """The findings that have a letter; they belong to format 1. A newer finding travels in full, in `g`."""
    return tuple(asset("resources", "scan", "ids-1.txt").read_text(encoding="utf-8").split())


@cache
def _words() -> bytes:
    """What primes the compression; it belongs to format 1 and never changes."""
    return asset("resources", "scan", "words-1.txt").read_bytes()


def _squeezed(told: Mapping[str, Any]) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _words())
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return packer.compress(text) + packer.flush()


def _unsqueezed(data: bytes) -> dict[str, Any]:
    """Raises UserError where it is not a summary; never more than 64 kB come out of a code."""
    unpacker = zlib.decompressobj(-15, zdict=_words())
    try:
        text = unpacker.decompress(data, _LARGEST_JSON)
        told = json.loads(text)
        whole = unpacker.eof and not unpacker.unconsumed_tail and not unpacker.unused_data
        kinds = {
            "n": str,
            "p": dict,
            "a": str,
            "f": str,
            "q": str,
            "g": dict,
            "t": list,
            "s": str,
            "d": list,
            "x": list,
        }
        sound = isinstance(told, dict) and all(isinstance(told.get(k), kind) for k, kind in kinds.items())
        sound = sound and all(isinstance(d, list) and len(d) == 3 for d in told["d"])
    except (zlib.error, ValueError, RecursionError) as error:
        raise UserError(f"The code holds something else than a summary of a plan. {_AGAIN}") from error
    if not whole or not sound:
        raise UserError(f"The code holds something else than a summary of a plan. {_AGAIN}")
    return dict(told)
