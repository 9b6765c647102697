"""Deleting a patient: everything of them leaves the clinic file, and the audit keeps that it happened and why.

What is deleted is overwritten (`secure_delete`), the log is folded in and cut to nothing, and the index of names is
written anew, so that no page of the file holds a trace any more. Backups made before still hold the patient.
"""

from sqlite_utils import Database

from myositis_desktop.errors import UserError
from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store, utc
from myositis_desktop.store.patients import members

_GONE = (
    """DELETE FROM revisions WHERE document_id IN
    (SELECT d.id FROM documents d JOIN plans p ON p.id = d.plan_id
    WHERE p.patient_id IN (SELECT patient_id FROM erasing))""",
    """DELETE FROM withdrawals WHERE plan_id IN
    (SELECT id FROM plans WHERE patient_id IN (SELECT patient_id FROM erasing))""",
    "DELETE FROM received WHERE plan_id IN (SELECT id FROM plans WHERE patient_id IN (SELECT patient_id FROM erasing))",
    """DELETE FROM documents WHERE plan_id IN
    (SELECT id FROM plans WHERE patient_id IN (SELECT patient_id FROM erasing))""",
    "DELETE FROM plans WHERE patient_id IN (SELECT patient_id FROM erasing)",
    "DELETE FROM merges WHERE kept IN (SELECT patient_id FROM erasing) OR gone IN (SELECT patient_id FROM erasing)",
    "DELETE FROM drafts WHERE patient_id IN (SELECT patient_id FROM erasing)",
    """DELETE FROM patient_words WHERE rowid IN
    (SELECT recency FROM patients WHERE id IN (SELECT patient_id FROM erasing))""",
    "DELETE FROM patients WHERE id IN (SELECT patient_id FROM erasing)",
    "DELETE FROM erasing",
    "INSERT INTO patient_words (patient_words) VALUES ('optimize')",
)
_ENTITIES = """
SELECT 'patient/' || patient_id FROM erasing
UNION ALL SELECT 'plan/' || number FROM plans WHERE patient_id IN (SELECT patient_id FROM erasing)
UNION ALL SELECT 'document/' || d.id FROM documents d JOIN plans p ON p.id = d.plan_id
    WHERE p.patient_id IN (SELECT patient_id FROM erasing)
"""
_REPLACING = """
SELECT o.number FROM plans o JOIN plans p ON p.number = o.supersedes
WHERE p.patient_id IN (SELECT patient_id FROM erasing) AND o.patient_id NOT IN (SELECT patient_id FROM erasing)
"""
_NUMBERS = """
INSERT INTO deletions (patient_id, who, at, last_patient, last_plan, last_document)
SELECT patient_id, ?, ?, (SELECT max(id) FROM patients), (SELECT coalesce(max(id), 0) FROM plans),
    (SELECT coalesce(max(id), 0) FROM documents) FROM erasing
"""
"""The highest numbers that were given out, so that none comes again for somebody else."""


def delete_patient(store: Store, patient_id: int, reason: str, stamp: Stamp) -> None:
    """Erases a patient, with the records that were merged into theirs, in one transaction.

    Raises:
        UserError: a plan of another record replaces one of this record, or the disk failed; nothing was changed.
    """
    whose = members(store, patient_id)
    with store.atomic() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        for one in whose:
            db.execute("INSERT INTO erasing (patient_id) VALUES (?)", (one,))
        _refuse_replaced(db)
        entities = [row[0] for row in db.execute(_ENTITIES).fetchall()]
        audit.erase(db, stamp, patient_id, entities, {"reason": reason, "records": len(whose)})
        db.execute(_NUMBERS, (stamp.who, utc(stamp.at)))
        for sql in _GONE:
            db.execute(sql)
    with store.reading() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _refuse_replaced(db: Database) -> None:
    other = db.execute(_REPLACING).fetchone()
    if other is not None:
        raise UserError(
            f"Plan {other[0]} of another record replaces a plan of this one: the two were merged once. Nothing was "
            "changed. Merge them again and delete them together."
        )
