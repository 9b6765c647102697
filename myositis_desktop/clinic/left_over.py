"""What was typed before a crash and never reached the clinic file: kept while typed, offered at the next start."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from myositis_desktop.clinic.desk import Desk
from myositis_desktop.clinic.rights import Right, needs
from myositis_desktop.errors import BugError, UserError
from myositis_desktop.exchange import case_bytes, read_draft
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.store import audit, patients, unsaved
from myositis_desktop.store.changes import Change, changes
from myositis_desktop.store.people import User
from myositis_desktop.store.unsaved import Unsaved


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A draft that was not saved."""

    patient_id: int
    who: str
    at: datetime
    changes: Mapping[str, Change]
    """Field -> (as saved, as typed)."""
    saved_since: bool
    """The saved draft was changed after this was typed: both versions count."""


class LeftOvers:
    """Keeps, lists, takes and drops what was not saved. Every method raises UserError with a sentence to show."""

    def __init__(self, desk: Desk, catalogue: Catalogue) -> None:
        self._desk, self._catalogue = desk, catalogue

    @property
    def user(self) -> User:
        """Who is in."""
        return self._desk.user

    @needs(Right.EDIT)
    def keep(self, patient_id: int, case: Case) -> bool:
        """Writes down what is about to be saved, encrypted and quickly; False where no disk could take it."""
        before = hashlib.sha256(patients.draft_bytes(self._desk.store, patient_id)).hexdigest()
        return unsaved.keep(self._desk.store, patient_id, case_bytes(case), before, self._desk.stamp())

    @needs(Right.EDIT)
    def known(self) -> tuple[LeftOver, ...]:
        """What earlier runs left, newest first; what is saved after all, or of nobody any more, is cleared away."""
        return tuple(self._known())

    def _known(self) -> Iterator[LeftOver]:
        for one in unsaved.left_over(self._desk.store):
            saved = self._saved(one.patient_id)
            if saved is None or saved == one.case_file:
                unsaved.drop(self._desk.store, one.patient_id)
                continue
            since = hashlib.sha256(saved).hexdigest() != one.saved_before
            yield LeftOver(one.patient_id, one.who, one.at, changes(saved, one.case_file), since)

    @needs(Right.EDIT)
    def take(self, patient_id: int) -> None:
        """Saves what was typed; what stood there before is in the audit."""
        one = self._one(patient_id)
        case, problems = read_draft(one.case_file, self._catalogue)
        if case is None:
            raise UserError(f"What was typed cannot be read any more ({problems[0]}). It is kept beside the file.")
        patients.save_draft(self._desk.store, patient_id, case.patient, one.case_file, self._desk.stamp())
        unsaved.drop(self._desk.store, patient_id)

    @needs(Right.EDIT)
    def drop(self, patient_id: int) -> None:
        """Leaves the saved draft as it is; what was typed is told in the audit, so that nothing is lost unseen."""
        one = self._one(patient_id)
        told = {"by": one.who, "at": one.at.isoformat(), **changes(self._saved(patient_id) or b"", one.case_file)}
        audit.record(self._desk.store, self._desk.stamp(), "unsaved-dropped", f"patient/{patient_id}", told)
        unsaved.drop(self._desk.store, patient_id)

    def _one(self, patient_id: int) -> Unsaved:
        for one in unsaved.left_over(self._desk.store):
            if one.patient_id == patient_id:
                return one
        raise UserError("There is nothing unsaved of this patient any more. Nothing was changed.")

    def _saved(self, patient_id: int) -> bytes | None:
        try:
            return patients.draft_bytes(self._desk.store, patient_id)
        except BugError:
            return None  # deleted since
