"""`audit verify`, `backup` and `restore`: the commands that open the clinic file."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from myositis_desktop.cli.output import read_passphrase
from myositis_desktop.clinic import Backup, Clinic, Contents, found_backups, preview, restore
from myositis_desktop.errors import UserError

NOT_VERIFIED = 3


def audit_verify(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `audit verify`; 0 where the audit is whole, 3 where anybody has changed it."""
    with opened(arguments, profile) as clinic:
        wrong = clinic.trail.verify()
        head = clinic.audit_head()
    for sentence in wrong:
        print(sentence)
    count = head.partition(":")[0]
    print(f"The audit is not whole: {len(wrong)} found." if wrong else f"The audit is whole: {count} rows, end {head}")
    return NOT_VERIFIED if wrong else 0


def backup_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `backup`: a verified backup; prints its folder."""
    with opened(arguments, profile) as clinic:
        print(clinic.copies.make())
    return 0


def restore_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `restore`: lists backups, shows what is in one, and with `--yes` puts it in the clinic's place."""
    if arguments.folder is None:
        found = found_backups(profile)
        print("\n".join(_line(b) for b in found) or "There is no backup here.")
        return 0
    source: Path = arguments.folder
    if not source.is_dir():
        raise UserError(f"There is no folder {source}. Nothing was changed. `restore` without a folder lists backups.")
    entered = who(arguments, source)
    print(told(preview(source, profile, entered, now)))
    if not arguments.yes:
        print("Nothing was changed. Add --yes to put this backup in the clinic's place; what stands there is kept.")
        return 0
    done = restore(source, profile, entered, now)
    print(f"Restored. What stood there before lies in {done.aside}" if done.aside else "Restored.")
    return 0


def told(contents: Contents) -> str:
    """What a backup holds, in lines."""
    changed = contents.last_change.astimezone().strftime("%Y-%m-%d %H:%M") if contents.last_change else "never"
    return (
        f"Clinic: {contents.clinic}\nPatients: {contents.patients}\nSigned plans: {contents.plans}\n"
        f"Last change: {changed}\nEnd of the audit: {contents.audit_head}"
    )


def _line(backup: Backup) -> str:
    return f"{backup.made_at.astimezone():%Y-%m-%d %H:%M:%S}  {backup.size / 1e6:8.1f} MB  {backup.folder}"


def opened(arguments: argparse.Namespace, profile: Path, entered: tuple[str, str] | None = None) -> "_Open":
    """The clinic of the folder, for a `with`. Raises UserError where there is none."""
    if not Clinic.exists(profile):
        raise UserError(f"There is no clinic in {profile}. Nothing was changed. Name its folder with --profile DIR.")
    return _Open(Clinic.open(profile, *(entered or who(arguments, profile)), now))


class _Open:
    """Closes the clinic at the end."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def __enter__(self) -> Clinic:
        return self._clinic

    def __exit__(self, *failure: object) -> None:
        self._clinic.close()


def who(arguments: argparse.Namespace, folder: Path) -> tuple[str, str]:
    """User name and passphrase; the name may be left out where only one person has access."""
    names = Clinic.user_names(folder)
    name = arguments.user or (names[0] if len(names) == 1 else None)
    if name is None:
        raise UserError(f"Say who you are with --user NAME: {', '.join(names)}.")
    if arguments.unlock_file is not None:
        return name, read_passphrase(arguments.unlock_file)
    if not sys.stdin.isatty():
        raise UserError("The clinic file needs a passphrase: name a file with --unlock-file F before the command.")
    from getpass import getpass

    return name, getpass(f"Passphrase of {name}: ")


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now().astimezone()
