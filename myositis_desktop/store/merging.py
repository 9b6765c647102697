"""Two records of one patient become one, and can be taken apart again: nothing of either is thrown away."""

from dataclasses import dataclass
from datetime import datetime

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit
from myositis_desktop.store.changes import changes
from myositis_desktop.store.database import Stamp, Store, utc
from myositis_desktop.store.patients import draft_bytes, list_again, members, save_draft, standing


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that stands."""

    id: int
    kept: int
    gone: int
    """The record that is listed no more."""
    gone_name: str
    """Family name, given name and record number of that record."""
    who: str
    at: datetime


def merge(store: Store, gone: int, kept: tuple[int, Patient], case_file: bytes, stamp: Stamp) -> None:
    """Puts one record into another: its plans are listed there, itself no more. One transaction. Raises UserError.

    Args:
        store: the clinic file.
        gone: the record that ends; its draft stays as it is.
        kept: the record that goes on, and the patient as the case names them.
        case_file: the draft of the record that goes on.
        stamp: who and when.
    """
    into, patient = kept
    with store.atomic() as db:
        if into in members(store, gone) or gone in members(store, into) or standing(store, into) != into:
            raise UserError("These two records are one already. Nothing was changed.")
        before = draft_bytes(store, into)
        save_draft(store, into, patient, case_file, stamp)
        (recency,) = db.execute("SELECT recency FROM patients WHERE id = ?", (gone,)).fetchone()
        db.execute("DELETE FROM patient_words WHERE rowid = ?", (recency,))
        db.execute("UPDATE patients SET recency = NULL, merged_into = ? WHERE id = ?", (into, gone))
        db.execute(
            "INSERT INTO merges (kept, gone, draft_before, draft_after, who, at) VALUES (?, ?, ?, ?, ?, ?)",
            (into, gone, before, case_file, stamp.who, utc(stamp.at)),
        )
        told = {"from": f"patient/{gone}", "changed": dict(changes(before, case_file))}
        audit.append(db, stamp, "records-merged", f"patient/{into}", told)
        audit.append(db, stamp, "merged-into", f"patient/{gone}", {"into": f"patient/{into}"})


def merges_of(store: Store, patient_id: int) -> tuple[Merge, ...]:
    """The merges into a record that stand, newest first. Raises UserError."""
    with store.reading() as db:
        found = db.execute(
            "SELECT m.id, m.kept, m.gone, p.family_name, p.given_name, p.record_number, m.who, m.at "
            "FROM merges m JOIN patients p ON p.id = m.gone "
            "WHERE m.kept = ? AND m.undone_at IS NULL ORDER BY m.id DESC",
            (patient_id,),
        ).fetchall()
    return tuple(
        Merge(id_, kept, gone, ", ".join(part for part in name if part), who, datetime.fromisoformat(at))
        for id_, kept, gone, *name, who, at in found
    )


def undo_merge(store: Store, merge_id: int, before: Patient, stamp: Stamp) -> bool:
    """Lists both records apart again. Raises UserError.

    Args:
        store: the clinic file.
        merge_id: of a merge that stands.
        before: the patient of the record that went on, as its draft named them before the merge.
        stamp: who and when.

    Returns:
        Whether the draft of the record that went on is again what it was before; False where it was edited since,
        and then it stays as it is now.
    """
    with store.atomic() as db:
        kept, gone, old, merged = db.execute(
            "SELECT kept, gone, draft_before, draft_after FROM merges WHERE id = ? AND undone_at IS NULL", (merge_id,)
        ).fetchone()
        untouched = bytes(merged) == draft_bytes(store, kept)
        if untouched:
            save_draft(store, kept, before, old, stamp)
        list_again(store, gone)
        db.execute("UPDATE merges SET undone_at = ? WHERE id = ?", (utc(stamp.at), merge_id))
        told = {"from": f"patient/{gone}", "draft": "as before" if untouched else "kept as edited since"}
        audit.append(db, stamp, "merge-undone", f"patient/{kept}", told)
        audit.append(db, stamp, "merge-undone", f"patient/{gone}", {"into": f"patient/{kept}"})
    return untouched


def draft_before(store: Store, merge_id: int) -> bytes:
    """The draft of the record that went on, as it was before the merge. Raises UserError."""
    with store.reading() as db:
        row = db.execute("SELECT draft_before FROM merges WHERE id = ?", (merge_id,)).fetchone()
    return bytes(row[0])
