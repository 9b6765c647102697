"""`demo`: a clinic of invented patients, two signed plans, and the window on it."""

import secrets
import tempfile
from datetime import datetime
from pathlib import Path

from myositis_desktop.assets import asset
from myositis_desktop.clinic import Clinic, FiledDocument, NewUser
from myositis_desktop.errors import BugError, UserError

USER = "demo"
CLINIC_NAME = "Demonstration clinic"
EXPORTED = ("treatment", "taper")
"""Of the signed documents, those that are written beside the clinic as well."""
SIGNED_FOR = "01-"
"""The case whose plans are signed: its taper has every kind of step."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_command(folder: Path | None, *, window: bool) -> int:
    """The call `demo`: fill the folder, print what was made, and open the window where that is wanted.

    Raises:
        UserError: the folder holds a clinic already, or cannot be written.
    """
    place = folder if folder is not None else Path(tempfile.mkdtemp(prefix="myositis-demo-"))
    if Clinic.exists(place):
        raise UserError(
            f"{place} holds a clinic already; nothing was changed. Name a new folder for the demonstration."
        )
    passphrase = new_passphrase()
    clinic, recovery_key = Clinic.create(place, CLINIC_NAME, NewUser(USER, "Dr Demo Clinician", passphrase), _now)
    try:
        papers = fill(clinic, passphrase, place)
        count = len(clinic.patients())
    finally:
        clinic.close()
    print(f"A demonstration clinic of {count} invented patients lies in {place}")
    print(f"User: {USER}\nPassphrase: {passphrase}\nRecovery key: {recovery_key}")
    for kind, path in papers:
        print(f"Signed {kind} plan: {path}")
    if not window:
        return 0
    from myositis_desktop import app

    return app.run(place, demo=True, demo_passphrase=passphrase)


def fill(clinic: Clinic, passphrase: str, place: Path) -> list[tuple[str, Path]]:
    """Import every example case, sign the plans of one, and export them into `place`.

    Returns:
        (kind, file) of each signed document.
    """
    signed: tuple[FiledDocument, ...] = ()
    for file in sorted(asset("resources", "demo").iterdir(), key=lambda f: f.name):
        patient, problems = clinic.import_case(file.read_bytes())
        if patient is None:
            raise BugError(f"the example case {file.name} is refused: {'; '.join(map(str, problems))}")
        if file.name.startswith(SIGNED_FOR):
            signed = clinic.sign(patient, passphrase, "author")
    papers = [
        (paper.kind, place / f"{paper.kind}-plan-{paper.plan_number}.pdf") for paper in signed if paper.kind in EXPORTED
    ]
    for paper in signed:
        if (path := dict(papers).get(paper.kind)) is not None:
            clinic.export(paper.id, path)
    return papers


def new_passphrase() -> str:
    """Four groups of five letters and digits: about 99 random bits, easy to read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _now() -> datetime:
    return datetime.now().astimezone()
