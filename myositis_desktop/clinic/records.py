"""Whole records of an open clinic: two of one patient made one, a patient deleted, a patient handed over."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from myositis_desktop.clinic import handover, merging
from myositis_desktop.clinic.copies import Copies
from myositis_desktop.clinic.desk import Desk
from myositis_desktop.clinic.handover import Archive
from myositis_desktop.clinic.merging import Offer
from myositis_desktop.clinic.rights import Right, needs
from myositis_desktop.clinic.staff import Staff
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import case_bytes, read_draft
from myositis_desktop.model.case import Case, Patient
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.store import archive, audit, erasing, filing, keys, patients, unsaved
from myositis_desktop.store import merging as merges
from myositis_desktop.store.keys import DEFAULT_COST, Cost
from myositis_desktop.store.merging import Merge
from myositis_desktop.store.patients import PatientRow
from myositis_desktop.store.people import User
from myositis_desktop.store.profile import write_atomic

__all__ = ["Archive", "Merge", "Offer", "Records"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records, or a record and an archive, before they become one."""

    kept: Case
    other: Case
    offers: tuple[Offer, ...]


class Records:
    """What is done to a record as a whole. Every method raises UserError with a sentence to show."""

    def __init__(self, desk: Desk, staff: Staff, copies: Copies, catalogue: Catalogue) -> None:
        self._desk, self._staff, self._copies, self._catalogue = desk, staff, copies, catalogue

    @property
    def user(self) -> User:
        """Who is in."""
        return self._desk.user

    # --- merging ---

    @needs(Right.MERGE)
    def compare(self, kept: int, gone: int) -> Comparison:
        """What the other record would bring into the one that goes on; nothing is changed."""
        return self._compared(self._draft(kept), self._draft(gone))

    @needs(Right.MERGE)
    def merge(self, kept: int, gone: int, taken: Collection[str]) -> None:
        """Makes two records one; `taken` are the keys of the offers that the clinician takes."""
        case = merging.merged(self._draft(kept), self._draft(gone), taken)
        merges.merge(self._desk.store, gone, (kept, case.patient), case_bytes(case), self._desk.stamp())

    @needs(Right.READ)
    def merges(self, patient_id: int) -> tuple[Merge, ...]:
        """The records that were merged into one, newest first."""
        return merges.merges_of(self._desk.store, patient_id)

    @needs(Right.MERGE)
    def undo_merge(self, merge_id: int) -> bool:
        """Takes two records apart again; False where the draft was edited since and stays as it is now."""
        before = self._read(merges.draft_before(self._desk.store, merge_id)).patient
        return merges.undo_merge(self._desk.store, merge_id, before, self._desk.stamp())

    # --- deleting ---

    @needs(Right.DELETE)
    def delete(self, patient_id: int, reason: str, passphrase: str, *, backups_too: bool = False) -> None:
        """Erases a patient with drafts, plans and documents; the audit keeps that, when, by whom and why.

        Args:
            patient_id: who, with every record that was merged into theirs.
            reason: stays in the audit for ever, so it names nobody.
            passphrase: of who is in, asked again.
            backups_too: makes a new backup and removes all earlier ones that can be reached; they hold the patient.

        Raises:
            WrongPassphrase: nothing was deleted.
            UserError: the reason is missing, or the disk failed.
        """
        if not reason.strip():
            raise UserError("A patient is deleted with a reason. Nothing was deleted. Write the reason and try again.")
        self._staff.confirm(passphrase)
        whose = patients.members(self._desk.store, patient_id)
        erasing.delete_patient(self._desk.store, patient_id, reason.strip(), self._desk.stamp())
        for one in whose:
            unsaved.drop(self._desk.store, one)
        if backups_too:
            self._copies.renew()

    # --- handing over ---

    @needs(Right.EXPORT)
    def export(self, patient_id: int, path: Path, passphrase: str, cost: Cost = DEFAULT_COST) -> None:
        """Writes the whole patient as one encrypted archive where the user chose, and notes it."""
        desk = self._desk
        keys.check_strength(passphrase, (desk.record.name, *self._names(patient_id)))
        sealed = archive.seal(handover.pack(desk.store, patient_id, desk.record, desk.clock()), passphrase, cost)
        told = {"to": str(path), "sha256": hashlib.sha256(sealed).hexdigest()}
        with desk.store.atomic() as db:
            audit.append(db, desk.stamp(), "archive-exported", f"patient/{patient_id}", told)
            write_atomic(path, sealed)

    @needs(Right.EDIT)
    def look_into(self, data: bytes, passphrase: str) -> Archive:
        """What an archive holds; nothing is changed. Raises WrongPassphrase."""
        return handover.unpack(archive.unseal(data, passphrase), self._catalogue)

    @needs(Right.EDIT)
    def alike(self, found: Archive) -> tuple[PatientRow, ...]:
        """Patients here who could be the one of the archive."""
        return patients.similar(self._desk.store, found.case.patient)

    @needs(Right.EDIT)
    def compare_archive(self, kept: int, found: Archive) -> Comparison:
        """What an archive would bring into a record; nothing is changed."""
        return self._compared(self._draft(kept), found.case)

    @needs(Right.EDIT)
    def take_in(self, found: Archive, into: int | None = None, taken: Collection[str] = ()) -> tuple[int, int]:
        """Files an archive as a new patient or into a record: (the patient's id, how many plans came).

        Args:
            found: what `look_into` gave.
            into: the record that goes on; None makes a new one.
            taken: keys of the offers of `compare_archive` that are taken.
        """
        desk = self._desk
        case = found.case if into is None else merging.merged(self._draft(into), found.case, taken)
        own = handover.root_of(desk.record) == found.clinic_root
        with desk.store.atomic() as db:
            if into is None:
                into = patients.add_patient(desk.store, case.patient, case_bytes(case), desk.stamp())
            else:
                patients.save_draft(desk.store, into, case.patient, case_bytes(case), desk.stamp())
            came = sum(
                filing.receive_plan(desk.store, made, found.clinic, desk.stamp(), why)
                for made, why in handover.filings(found, into, own=own)
            )
            told = {"clinic": found.clinic, "plans": came, "made": found.made_at.isoformat()}
            audit.append(db, desk.stamp(), "archive-imported", f"patient/{into}", told)
        return into, came

    # --- inside ---

    def _compared(self, kept: Case, other: Case) -> Comparison:
        return Comparison(kept, other, merging.offers(kept, other))

    def _names(self, patient_id: int) -> Sequence[str]:
        who: Patient = self._draft(patient_id).patient
        return who.family_name, who.given_name, who.record_number, who.birth_date.isoformat()

    def _draft(self, patient_id: int) -> Case:
        return self._read(patients.draft_bytes(self._desk.store, patient_id))

    def _read(self, data: bytes) -> Case:
        case, problems = read_draft(data, self._catalogue)
        if case is None or (problems and case_bytes(case) != data):
            raise UserError(
                f"A case cannot be read by this version of the program ({problems[0]}). Nothing was changed. "
                "Export it as a case file, or install the version that wrote it."
            )
        return case
