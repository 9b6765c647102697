"""`verify`: does a signed PDF hold, and can its plan be reproduced?"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from myositis_desktop.cli.output import read_input
from myositis_desktop.clinic import verify_file

if TYPE_CHECKING:
    from myositis_desktop.documents import Verification

LARGEST_PDF = 200_000_000
LARGEST_CERTIFICATE = 1_000_000


def verify_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `verify`; 0 when everything holds, 3 when not. `--trust` stands in place of the profile's root."""
    pdf = read_input(str(arguments.file), LARGEST_PDF)
    if arguments.trust is None:
        found = verify_file(pdf, profile)
    else:
        found = verify_file(pdf, None, [read_input(str(arguments.trust), LARGEST_CERTIFICATE)])
    if arguments.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        print(_told(found))
    return 0 if found.verdict == "good" else 3


def _told(found: "Verification") -> str:
    answers = {True: "yes", False: "no", None: "cannot be judged"}
    lines = [
        f"Verdict: {found.verdict}",
        f"Signed by: {found.signer or 'nobody'}",
        *([f"Withdrawn: {found.withdrawn}"] if found.withdrawn else []),
        f"Signature intact: {answers[found.intact]}",
        f"Covers the whole file: {answers[found.covers_whole_file]}",
        f"Changed after signing: {answers[found.changed_after_signing]}",
        f"Signer known to this clinic: {answers[found.signer_known]}",
        f"Plan reproduced from its findings: {answers[found.reproduces]}",
    ]
    return "\n".join([*lines, *(f"- {reason}" for reason in found.reasons)])
