"""`patient list|export|import|merge|delete` and `salvage`: whole records on the command line."""

import argparse
from pathlib import Path

from myositis_desktop.cli.output import read_input, read_passphrase
from myositis_desktop.cli.records import now, opened, who
from myositis_desktop.clinic import Clinic, rescue
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case

LARGEST_ARCHIVE = 512_000_000
_NOT_DONE = "Nothing was changed. Add --yes to do it."


def list_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `patient list`: number, record number, birth date and name of the patients that fit, newest first."""
    with opened(arguments, profile) as clinic:
        for row in clinic.patients(" ".join(arguments.words), arguments.limit):
            print(f"{row.id}\t{row.record_number}\t{row.birth_date}\t{row.family_name}, {row.given_name}")
    return 0


def export_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `patient export`: one encrypted archive."""
    with opened(arguments, profile) as clinic:
        _known(clinic, arguments.patient)
        clinic.records.export(arguments.patient, arguments.file.absolute(), read_passphrase(arguments.passphrase_file))
    return 0


def import_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `patient import`: shows what is in an archive, and with `--yes` files it."""
    with opened(arguments, profile) as clinic:
        data = read_input(str(arguments.file), LARGEST_ARCHIVE)
        found = clinic.records.look_into(data, read_passphrase(arguments.passphrase_file))
        person = found.case.patient
        print(f"Patient: {person.family_name}, {person.given_name}, born {person.birth_date}, {person.record_number}")
        print(f"From: {found.clinic}, made {found.made_at:%Y-%m-%d %H:%M}\nSigned plans: {len(found.plans)}")
        for row in clinic.records.alike(found):
            print(f"Here already, perhaps the same: {row.id}, {row.family_name}, {row.given_name}, {row.birth_date}")
        taken = []
        if arguments.into is not None:
            _known(clinic, arguments.into)
            offers = clinic.records.compare_archive(arguments.into, found).offers
            taken = [offer.key for offer in offers if offer.taken]
            print("\n".join(f"{'takes' if o.taken else 'leaves'} {o.key}" for o in offers))
        if not arguments.yes:
            print(_NOT_DONE)
            return 0
        patient, plans = clinic.records.take_in(found, arguments.into, taken)
        print(f"Filed as patient {patient} with {plans} plans.")
    return 0


def merge_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `patient merge`: shows what would come over, and with `--yes` makes two records one."""
    with opened(arguments, profile) as clinic:
        for one in (arguments.kept, arguments.gone):
            _known(clinic, one)
        offers = clinic.records.compare(arguments.kept, arguments.gone).offers
        print("\n".join(f"{'takes' if o.taken else 'leaves'} {o.key}" for o in offers) or "Nothing to take over.")
        if not arguments.yes:
            print(_NOT_DONE)
            return 0
        clinic.records.merge(arguments.kept, arguments.gone, [o.key for o in offers if o.taken])
        print(f"Merged into patient {arguments.kept}. The window can take the two apart again.")
    return 0


def delete_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `patient delete`: with `--yes` erases a patient; the audit keeps the fact and the reason."""
    _, secret = entered = who(arguments, profile)
    with opened(arguments, profile, entered) as clinic:
        row = _known(clinic, arguments.patient)
        print(f"{row.patient.family_name}, {row.patient.given_name}, born {row.patient.birth_date}")
        if not arguments.yes:
            print(_NOT_DONE)
            return 0
        clinic.records.delete(arguments.patient, arguments.reason, secret, backups_too=arguments.backups_too)
        print("Deleted." if arguments.backups_too else "Deleted. Backups made before still hold the patient.")
    return 0


def salvage_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `salvage`: what can be read of a damaged clinic file, in a new folder; 1 where some is lost."""
    done = rescue(profile, who(arguments, profile), now)
    for loss in done.tables:
        print(f"{loss.table}: {loss.saved} saved" + (f"; cannot be read: {loss.lost}" if loss.lost else ""))
    print(f"The damaged file stays as it is. Look into what was saved: restore {done.folder}")
    return 0 if done.is_whole else 1


def _known(clinic: Clinic, patient: int) -> Case:
    if not clinic.has_patient(patient):
        raise UserError(f"There is no patient {patient}. Nothing was changed. `patient list` shows the numbers.")
    return clinic.draft(patient)
