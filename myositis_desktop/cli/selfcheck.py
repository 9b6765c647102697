"""`self-check`: every part of the program tried once, in a temporary folder, without a login."""

import os
import platform
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from myositis_desktop import __version__
from myositis_desktop.assets import asset
from myositis_desktop.cli.demo import USER, new_passphrase
from myositis_desktop.cli.output import log_fault
from myositis_desktop.errors import UserError

LIBRARIES = ("PySide6-Essentials", "reportlab", "pyHanko", "sqlcipher3", "sqlite-utils", "argon2-cffi", "cryptography")


class NotHeld(Exception):  # noqa: N818 - the outcome of a check, told as a sentence
    """A part did its work, but the result is not what it must be."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the program; `run` returns what is worth saying about it, or raises."""

    name: str
    run: Callable[[Path], str]


def self_check() -> int:
    """The call `self-check`; 0 if all pass, 1 if not. One line for each part."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="myositis-self-check-", ignore_cleanup_errors=True) as folder:
        for check in CHECKS:
            try:
                print(f"ok      {check.name}: {check.run(Path(folder))}", flush=True)
            except NotHeld as error:
                failed += 1
                print(f"FAILED  {check.name}: {error}", flush=True)
            except Exception as error:  # noqa: BLE001 - the other parts are still tried; the log has the frames
                failed += 1
                log = log_fault(error, Path(tempfile.gettempdir()))
                print(f"FAILED  {check.name}: {type(error).__name__}. Log: {log}", flush=True)
    print("All parts work." if not failed else f"{failed} of {len(CHECKS)} parts do not work.")
    return 1 if failed else 0


def _versions(_: Path) -> str:
    found = [f"{name} {_version(name)}" for name in LIBRARIES]
    return ", ".join([f"Myositis Desktop {__version__}", f"Python {platform.python_version()}", *found])


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "of unknown version"


def _forms(_: Path) -> str:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt loads: the check needs no screen and shows nothing
    from myositis_desktop.app import open_forms

    return f"{len(open_forms())} forms open"


def _knowledge(_: Path) -> str:
    from myositis_desktop.knowledge import load_pack

    pack = load_pack()
    catalogue = pack.catalogue
    return (
        f"pack {pack.version}, {len(catalogue.findings)} findings, {len(catalogue.drugs)} drugs, sha256 {pack.sha256}"
    )


def _clinic(folder: Path) -> str:
    """Write the encrypted clinic file, render, sign and file both plans, read them back after reopening, verify."""
    from myositis_desktop.clinic import Clinic, NewUser

    passphrase = new_passphrase()
    clinic, _ = Clinic.create(folder, "Self-check", NewUser(USER, "Self Check", passphrase), _now)
    patient, problems = clinic.import_case(_example())
    if patient is None:
        raise NotHeld(f"the example case is refused: {'; '.join(map(str, problems))}")
    filed = clinic.sign(patient, passphrase, "author")
    clinic.close()
    clinic = Clinic.open(folder, USER, passphrase, _now)
    try:
        verdicts = {paper.kind: clinic.verify(clinic.document(paper.id)) for paper in filed}
    finally:
        clinic.close()
    bad = [f"{kind}: {'; '.join(v.reasons)}" for kind, v in verdicts.items() if v.verdict != "good"]
    if bad:
        raise NotHeld(" ".join(bad))
    return f"encrypted, written and read; signed and verified: {', '.join(verdicts)}"


def _encrypted(folder: Path) -> str:
    """The clinic file of the check before must not hold a word of the case in the clear."""
    content = (folder / "clinic.db").read_bytes()
    if content.startswith(b"SQLite format 3") or b"DEMO-001" in content:
        raise NotHeld("the clinic file can be read without the key")
    return f"nothing readable in {len(content)} bytes"


def _late(_: Path) -> str:
    """Parts that load on first use only: letters that join and stack, the door to tokens."""
    from importlib import import_module

    from myositis_desktop.documents.stamp import stamp
    from myositis_desktop.documents.token import token_public_key

    for word in ("محمد", "नमस्ते", "น้ำผึ้ง", "山田"):
        stamp(word, "Shaped", _now(), "Self-check", (200, 80))
    import_module("pkcs11._pkcs11")
    with suppress(UserError):  # there is no such driver: it says so in words where the library is whole
        token_public_key(Path("no-driver.so"), "0000")
    return "joined letters are shaped, the door to tokens opens"


def _example() -> bytes:
    return asset("resources", "demo", "01-dermatomyositis.json").read_bytes()


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


CHECKS = (
    Check("versions", _versions),
    Check("forms", _forms),
    Check("knowledge", _knowledge),
    Check("clinic file, documents, signatures", _clinic),
    Check("encryption", _encrypted),
    Check("letters that join, tokens", _late),
)
