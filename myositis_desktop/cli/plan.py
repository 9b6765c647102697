"""`plan`: one case file in, a plan file, a PDF or a summary out."""

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from myositis_desktop.cli.output import STREAM, read_input, read_passphrase, write_files
from myositis_desktop.cli.sheets import SHEETS, sheet
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.ranking import ranked
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import case_bytes, case_sha256, read_case
from myositis_desktop.exchange.parse import MAX_BYTES
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_bytes
from myositis_desktop.model.problem import Problem

if TYPE_CHECKING:
    from myositis_desktop.documents import DocumentContext


@dataclass(frozen=True, slots=True)
class Assessed:
    """A case that was read and decided."""

    case: Case
    plan: Plan
    pack: Pack


def assess(data: bytes, pack: Pack) -> tuple[Assessed | None, tuple[Problem, ...]]:
    """Read and decide one case file; None exactly when there are problems."""
    if len(data) > MAX_BYTES:
        return None, (Problem("", "the case file is larger than 5 MB; a case of one patient is far smaller"),)
    case, problems = read_case(data, pack.catalogue)
    if case is None:
        return None, problems
    plan, problems = decide(case, pack, case_sha256(case))
    if plan is None:
        return None, problems
    return Assessed(case, ranked(plan, case, pack), pack), ()


def plan_command(arguments: argparse.Namespace) -> int:
    """The call `plan`; 0, or 2 with one line for each problem and nothing written."""
    _check_usage(arguments)
    assessed, problems = assess(read_input(arguments.case, MAX_BYTES), load_pack())
    if assessed is None:
        for problem in problems:
            print(problem, file=sys.stderr)
        return 2
    outputs = []
    if arguments.json:
        outputs.append((arguments.json, plan_bytes(assessed.plan)))
    if arguments.pdf:
        outputs.append((arguments.pdf, _pdf(assessed, arguments.signer, arguments.passphrase_file)))
    outputs += [
        (out, sheet(name, _context(assessed, author=""))) for name in SHEETS if (out := getattr(arguments, name))
    ]
    if outputs:
        write_files(outputs)
    else:
        from myositis_desktop.cli.summary import summary

        print(summary(assessed.plan, assessed.pack.catalogue))
    return 0


def _check_usage(arguments: argparse.Namespace) -> None:
    if arguments.signer and not arguments.pdf:
        raise UserError("--signer signs a PDF: name the file with --pdf OUT.")
    if arguments.passphrase_file and not arguments.signer:
        raise UserError("--passphrase-file belongs to --signer ID.p12.")
    outputs = {f"--{name}": getattr(arguments, name) for name in ("json", "pdf", *SHEETS)}
    named = {option: name for option, name in outputs.items() if name}
    for (one, here), (other, there) in combinations(named.items(), 2):
        if _same(here, there):
            raise UserError(f"{one} and {other} name the same file; nothing was written.")
    if arguments.case != STREAM and any(_same(arguments.case, name) for name in named.values()):
        raise UserError("The output would overwrite the case file; nothing was written.")


def _same(one: str, other: str) -> bool:
    if STREAM in (one, other):
        return one == other
    return Path(one).resolve() == Path(other).resolve()


def _pdf(assessed: Assessed, signer: Path | None, passphrase_file: Path | None) -> bytes:
    if signer is None:
        from myositis_desktop.documents import render_treatment

        return render_treatment(_context(assessed, author=""), "draft")
    return _signed(assessed, signer, passphrase_file)


def _signed(assessed: Assessed, signer_file: Path, passphrase_file: Path | None) -> bytes:
    from myositis_desktop.documents import render_treatment, sign
    from myositis_desktop.documents.identity import load_signer

    patient = assessed.case.patient
    if not (patient.record_number and patient.family_name and patient.given_name):
        raise UserError(
            "A plan is signed only for a patient with family name, given name and record number; nothing was written."
        )
    signer = load_signer(read_input(str(signer_file), MAX_BYTES), _passphrase(signer_file, passphrase_file))
    context = _context(assessed, author=signer.name)
    return sign(render_treatment(context, None), signer, "author", context.generated_at)


def _passphrase(signer: Path, file: Path | None) -> str:
    if file is not None:
        return read_passphrase(file)
    if not sys.stdin.isatty():
        raise UserError("The certificate needs its passphrase: name a file with --passphrase-file F.")
    from getpass import getpass

    return getpass(f"Passphrase of {signer.name}: ")


def _context(assessed: Assessed, author: str) -> "DocumentContext":
    """A document that belongs to no clinic file: its number is made from the case."""
    from myositis_desktop.documents import DocumentContext

    return DocumentContext(
        case=assessed.case,
        plan=assessed.plan,
        catalogue=assessed.pack.catalogue,
        case_bytes=case_bytes(assessed.case),
        plan_bytes=plan_bytes(assessed.plan),
        plan_number=f"CASE-{assessed.plan.case_sha256[:8].upper()}",
        generated_at=datetime.now().astimezone().replace(microsecond=0),
        clinic_name="",
        supersedes=None,
        author=author,
        audit_head=None,
        root_fingerprint=None,
        page_size="A4",
    )
