"""The command line: arguments, exit codes, and the one place where a failure becomes a sentence.

Heavy layers are imported inside the command that needs them: `plan` starts quickly and never loads Qt.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from myositis_desktop import __version__
from myositis_desktop.cli.output import DiskFullError, disk_failure, hush_broken_pipe, log_fault, prepare_streams
from myositis_desktop.cli.sheets import SHEETS
from myositis_desktop.errors import UserError
from myositis_desktop.paths import default_profile, machine_file

DONE, FAULT, BAD_INPUT, NOT_VERIFIED = 0, 1, 2, 3


def main(words: Sequence[str] | None = None) -> int:
    """Run one call of the command line.

    Returns:
        0 done; 1 part of a batch failed, a full disk or a fault of ours; 2 bad input or usage; 3 a verification that
        does not hold.
    """
    prepare_streams()
    arguments = _parser().parse_args(words)
    profile = arguments.profile or default_profile()
    try:
        if arguments.profile is None:
            profile = _machine_profile() or profile
        _check_language(arguments.lang)
        code: int = arguments.run(arguments, profile)
        sys.stdout.flush()
    except BrokenPipeError:
        hush_broken_pipe()
        return DONE
    except KeyboardInterrupt:
        return 130
    except DiskFullError as error:
        return _say(str(error), FAULT)
    except UserError as error:
        return _say(str(error), BAD_INPUT)
    except Exception as error:  # noqa: BLE001 - the last net: no traceback and no patient data on the screen
        sentence = disk_failure(error) or f"The program made a mistake and stopped. Log: {log_fault(error, profile)}"
        return _say(sentence, FAULT)
    return code


def _machine_profile() -> Path | None:
    """The folder that the administrator of this computer named. Raises UserError where that file makes no sense."""
    if not machine_file().exists():
        return None
    from myositis_desktop.store.settings import read_machine

    return read_machine().profile


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _window(_: argparse.Namespace, profile: Path) -> int:
    if not has_screen(os.environ, sys.platform):
        return _say(
            "There is no screen here, so the window cannot be shown. Without a screen there are: "
            "plan, batch, verify, demo --no-window, knowledge, audit, backup, restore, patient, salvage and "
            "self-check (see myositis-desktop --help).",
            BAD_INPUT,
        )
    from myositis_desktop import app

    return app.run(profile)


def _plan(arguments: argparse.Namespace, _: Path) -> int:
    from myositis_desktop.cli.plan import plan_command

    return plan_command(arguments)


def _batch(arguments: argparse.Namespace, profile: Path) -> int:
    from myositis_desktop.cli.batch import batch_command

    return batch_command(arguments.cases, arguments.out, arguments.workers, profile)


def _intake(arguments: argparse.Namespace, _: Path) -> int:
    from myositis_desktop.cli.sheets import intake_command

    return intake_command(arguments.out, arguments.paper)


def _scan(arguments: argparse.Namespace, profile: Path) -> int:
    from myositis_desktop.cli.scan import scan_command

    return scan_command(arguments, profile)


def _verify(arguments: argparse.Namespace, profile: Path) -> int:
    from myositis_desktop.cli.verify import verify_command

    return verify_command(arguments, profile)


def _demo(arguments: argparse.Namespace, _: Path) -> int:
    from myositis_desktop.cli.demo import demo_command

    window = not arguments.no_window and has_screen(os.environ, sys.platform)
    return demo_command(arguments.folder, window=window)


def _knowledge_check(_: argparse.Namespace, __: Path) -> int:
    from myositis_desktop import knowledge
    from myositis_desktop.cli.knowledge import check_lines

    found = check_lines()
    for line in found:
        print(line)
    print(f"knowledge {knowledge.versions()[-1]}: {len(found)} finding{'' if len(found) == 1 else 's'}")
    return FAULT if found else DONE


def _knowledge_show(arguments: argparse.Namespace, _: Path) -> int:
    from myositis_desktop.knowledge import load_pack
    from myositis_desktop.knowledge.show import show

    print(show(load_pack(), arguments.id))
    return DONE


def _audit_verify(arguments: argparse.Namespace, profile: Path) -> int:
    from myositis_desktop.cli.records import audit_verify

    return audit_verify(arguments, profile)


def _backup(arguments: argparse.Namespace, profile: Path) -> int:
    from myositis_desktop.cli.records import backup_command

    return backup_command(arguments, profile)


def _restore(arguments: argparse.Namespace, profile: Path) -> int:
    from myositis_desktop.cli.records import restore_command

    return restore_command(arguments, profile)


def _self_check(_: argparse.Namespace, __: Path) -> int:
    from myositis_desktop.cli.selfcheck import self_check

    return self_check()


def _check_language(language: str) -> None:
    if language != "en":
        raise UserError(f"There are no texts in the language {language!r} yet; --lang en is what there is.")


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: no DISPLAY or WAYLAND_DISPLAY on Linux, or Qt set to offscreen, counts as none."""
    if environment.get("QT_QPA_PLATFORM", "").partition(":")[0] == "offscreen":
        return False
    if not platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="myositis-desktop",
        description="Offline treatment pathways for inflammatory myositis. Without a command: opens the window. "
        "The program proposes and says why; a clinician checks, decides and signs.",
        epilog="Exit codes: 0 done; 1 part of a batch failed, or a fault of the program; 2 bad input or usage; "
        "3 a verification that does not hold.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="the clinic's folder (default: the user's data folder)"
    )
    parser.add_argument("--user", metavar="NAME", help="who opens the clinic file")
    parser.add_argument(
        "--unlock-file", type=Path, metavar="F", help="file whose first line is the passphrase of --user"
    )
    parser.add_argument("--lang", default="en", metavar="LANG", help="language of documents (default: en)")
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    _add_plan(commands)
    _add_batch(commands)
    _add_others(commands)
    _add_records(commands)
    _add_patient(commands)
    return parser


if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def _add_plan(commands: "_Commands") -> None:
    plan = commands.add_parser(
        "plan", help="assess a case file", description="Assesses a case file.", allow_abbrev=False
    )
    plan.set_defaults(run=_plan)
    plan.add_argument("case", metavar="CASE", help='case file; "-" is standard input')
    plan.add_argument("--json", metavar="OUT", help='write the plan file; "-" is standard output')
    plan.add_argument("--pdf", metavar="OUT", help="write the treatment plan as PDF, marked DRAFT unless it is signed")
    for name, told in SHEETS.items():
        plan.add_argument(f"--{name}", metavar="OUT", help=told)
    plan.add_argument("--signer", type=Path, metavar="ID.p12", help="sign the PDF with this certificate")
    plan.add_argument(
        "--passphrase-file", type=Path, metavar="F", help="file whose first line is the certificate's passphrase"
    )


def _add_batch(commands: "_Commands") -> None:
    batch = commands.add_parser("batch", help="assess many cases, one a line", allow_abbrev=False)
    batch.set_defaults(run=_batch)
    batch.add_argument("cases", metavar="CASES.ndjson", help='one case a line; "-" is standard input')
    batch.add_argument(
        "--out",
        required=True,
        metavar="PLANS.ndjson",
        help='one plan a line, in the same order; "-" is standard output',
    )
    batch.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes side by side (default: 1)")


def _add_others(commands: "_Commands") -> None:
    verify = commands.add_parser("verify", help="check a signed PDF", allow_abbrev=False)
    verify.set_defaults(run=_verify)
    verify.add_argument("file", type=Path, metavar="FILE.pdf")
    verify.add_argument(
        "--trust", type=Path, metavar="ROOT.pem", help="root certificate (default: the profile's clinic-root.pem)"
    )
    verify.add_argument("--json", action="store_true", help="print the result as JSON")
    scan = commands.add_parser("scan", help="read the code of a treatment plan into a case file", allow_abbrev=False)
    scan.set_defaults(run=_scan)
    scan.add_argument("code", metavar="CODE.txt", help='what the scanner typed; "-" is standard input')
    scan.add_argument("--out", required=True, metavar="CASE", help='the case file; "-" is standard output')
    scan.add_argument("--trust", type=Path, metavar="ROOT.pem", help="root certificate (default: those of the profile)")
    intake = commands.add_parser("intake", help="write the blank intake form for paper", allow_abbrev=False)
    intake.set_defaults(run=_intake)
    intake.add_argument("out", metavar="OUT.pdf")
    intake.add_argument("--paper", choices=("A4", "Letter"), default="A4", help="size of the paper (default: A4)")
    demo = commands.add_parser("demo", help="make a clinic of invented patients", allow_abbrev=False)
    demo.set_defaults(run=_demo)
    demo.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="where (default: a new temporary folder)")
    demo.add_argument("--no-window", action="store_true", help="do not open the window afterwards")
    knowledge = commands.add_parser("knowledge", help="check or show the knowledge pack", allow_abbrev=False)
    actions = knowledge.add_subparsers(required=True, metavar="check|show")
    check = actions.add_parser("check", help="gaps, overlaps, unreachable rules, missing sources")
    check.set_defaults(run=_knowledge_check)
    show = actions.add_parser("show", help="rules as tables for review")
    show.set_defaults(run=_knowledge_show)
    show.add_argument("id", nargs="?", metavar="ID")
    commands.add_parser("self-check", help="try every part of the program", allow_abbrev=False).set_defaults(
        run=_self_check
    )


def _add_records(commands: "_Commands") -> None:
    audit = commands.add_parser("audit", help="prove that nobody changed the audit", allow_abbrev=False)
    actions = audit.add_subparsers(required=True, metavar="verify")
    verify = actions.add_parser("verify", help="finds any row that was edited, removed or moved", allow_abbrev=False)
    verify.set_defaults(run=_audit_verify)
    commands.add_parser("backup", help="make a verified backup", allow_abbrev=False).set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="list backups, look into one, put one back", allow_abbrev=False)
    restore.set_defaults(run=_restore)
    restore.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="the backup; without it: the list")
    restore.add_argument("--yes", action="store_true", help="put it in the place of the clinic, not only show it")


def _whole_record(name: str) -> Callable[[argparse.Namespace, Path], int]:
    """A command about whole records; its layers load when it is called."""

    def call(arguments: argparse.Namespace, profile: Path) -> int:
        from myositis_desktop.cli import patients

        code: int = getattr(patients, f"{name}_command")(arguments, profile)
        return code

    return call


def _add_patient(commands: "_Commands") -> None:
    salvage = commands.add_parser("salvage", help="save what can be read of a damaged clinic file", allow_abbrev=False)
    salvage.set_defaults(run=_whole_record("salvage"))
    patient = commands.add_parser("patient", help="list, hand over, take in, merge, delete", allow_abbrev=False)
    actions = patient.add_subparsers(required=True, metavar="list|export|import|merge|delete")
    made = {name: actions.add_parser(name, allow_abbrev=False) for name in _PATIENT_HELP}
    for name, parser in made.items():
        parser.set_defaults(run=_whole_record(name))
        parser.description = _PATIENT_HELP[name]
    made["list"].add_argument("words", nargs="*", metavar="WORD", help="beginnings of names, number or birth date")
    made["list"].add_argument("--limit", type=_positive, default=100, metavar="N", help="lines at most (default: 100)")
    for name in ("export", "delete"):
        made[name].add_argument("patient", type=_positive, metavar="NUMBER")
    for name in ("export", "import"):
        made[name].add_argument("file", type=Path, metavar="FILE.myositis-patient")
        made[name].add_argument(
            "--passphrase-file", type=Path, required=True, metavar="F", help="first line: passphrase of the archive"
        )
    made["import"].add_argument("--into", type=_positive, metavar="NUMBER", help="the record that it goes into")
    made["merge"].add_argument("kept", type=_positive, metavar="KEPT", help="the record that goes on")
    made["merge"].add_argument("gone", type=_positive, metavar="GONE", help="the record that is put into it")
    made["delete"].add_argument("--reason", required=True, metavar="TEXT", help="kept in the audit; no name")
    made["delete"].add_argument("--backups-too", action="store_true", help="remove earlier backups after a new one")
    for name in ("import", "merge", "delete"):
        made[name].add_argument("--yes", action="store_true", help="do it, not only show it")


_PATIENT_HELP = {
    "list": "Lists patients, last edited first.",
    "export": "Writes a whole patient as one encrypted archive.",
    "import": "Shows what is in an archive, and files it.",
    "merge": "Makes two records of one patient one.",
    "delete": "Erases a patient; the audit keeps the fact and the reason.",
}


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)
