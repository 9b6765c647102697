"""Patients with their drafts, and the search for them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlite_utils import Database

from myositis_desktop.errors import BugError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit
from myositis_desktop.store.changes import changes
from myositis_desktop.store.database import Stamp, Store, utc
from myositis_desktop.store.search import any_match, exact_match, index_words, match_of, words_of

_ROWS = """
SELECT p.id, p.family_name, p.given_name, p.birth_date, p.sex, p.record_number, p.edited_at,
    EXISTS (SELECT 1 FROM plans WHERE plans.patient_id = p.id)
    OR EXISTS (SELECT 1 FROM patients g WHERE g.merged_into = p.id) AND EXISTS (
        WITH RECURSIVE m (id) AS (SELECT p.id UNION SELECT g.id FROM patients g JOIN m ON g.merged_into = m.id)
        SELECT 1 FROM plans JOIN m ON plans.patient_id = m.id)
"""
EVERYBODY = f"{_ROWS} FROM patients p WHERE p.recency IS NOT NULL ORDER BY p.recency DESC LIMIT ? OFFSET ?"
MATCHING = (
    f"{_ROWS} FROM patient_words JOIN patients p ON p.recency = patient_words.rowid "
    "WHERE patient_words MATCH ? ORDER BY patient_words.rowid DESC LIMIT ? OFFSET ?"
)
"""The full-text index gives its rows in order of the last edits, so it is read no further than the page needs."""
_GIVEN_OUT = {
    "patient": ("SELECT coalesce(max(id), 0) FROM patients", "SELECT coalesce(max(last_patient), 0) FROM deletions"),
    "plan": ("SELECT coalesce(max(id), 0) FROM plans", "SELECT coalesce(max(last_plan), 0) FROM deletions"),
    "document": ("SELECT coalesce(max(id), 0) FROM documents", "SELECT coalesce(max(last_document), 0) FROM deletions"),
}
_NEWEST = "SELECT coalesce(max(recency), 0) FROM patients"


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A line of the patient list."""

    id: int
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    record_number: str
    last_edited: datetime
    has_signed_plan: bool


def add_patient(store: Store, patient: Patient, case_file: bytes, stamp: Stamp) -> int:
    """A new patient with a first draft; the id. Raises UserError."""
    with store.atomic() as db:
        patient_id = next_id(db, "patient")
        newest = db.execute(_NEWEST).fetchone()[0] + 1
        db.execute(
            "INSERT INTO patients (family_name, given_name, birth_date, sex, record_number, created_at, edited_at, "
            "id, recency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_fields(patient), utc(stamp.at), utc(stamp.at), patient_id, newest),
        )
        db.execute(
            "INSERT INTO drafts (patient_id, case_file, edited_at, edited_by) VALUES (?, ?, ?, ?)",
            (patient_id, case_file, utc(stamp.at), stamp.who),
        )
        db.execute("INSERT INTO patient_words (rowid, words) VALUES (?, ?)", (newest, index_words(patient)))
        audit.append(db, stamp, "patient-added", f"patient/{patient_id}", changes(b"", case_file))
    return patient_id


def save_draft(store: Store, patient_id: int, patient: Patient, case_file: bytes, stamp: Stamp) -> bool:
    """Replaces the draft, with what changed in the audit; False where nothing differs. Raises UserError."""
    with store.atomic() as db:
        before = draft_bytes(store, patient_id)
        if before == case_file:
            return False
        db.execute(
            "UPDATE drafts SET case_file = ?, edited_at = ?, edited_by = ? WHERE patient_id = ?",
            (case_file, utc(stamp.at), stamp.who, patient_id),
        )
        _save_patient(store, patient_id, patient, stamp)
        audit.append(db, stamp, "draft-saved", f"patient/{patient_id}", changes(before, case_file))
    return True


def draft_bytes(store: Store, patient_id: int) -> bytes:
    """The draft as it was saved. Raises UserError."""
    with store.reading() as db:
        row = db.execute("SELECT case_file FROM drafts WHERE patient_id = ?", (patient_id,)).fetchone()
    if row is None:
        raise BugError(f"there is no patient {patient_id}")
    return bytes(row[0])


def exists(store: Store, patient_id: int) -> bool:
    """Whether there is such a patient. Raises UserError."""
    with store.reading() as db:
        return db.execute("SELECT 1 FROM patients WHERE id = ?", (patient_id,)).fetchone() is not None


def search(store: Store, text: str = "", limit: int = 500, offset: int = 0) -> tuple[PatientRow, ...]:
    """Patients whose words begin with the words of the text, last edited first. Raises UserError.

    Args:
        store: the clinic file.
        text: words of the names, record number or birth date (1968-04-02 or 02.04.1968), in any order; "" is everybody.
        limit: rows at most.
        offset: rows to leave out before, for the next page.
    """
    match = match_of(text)
    if text.strip() and not match:
        return ()  # only punctuation: nobody's name
    with store.reading() as db:
        if match:
            found = db.execute(MATCHING, (match, limit, offset)).fetchall()
        else:
            found = db.execute(EVERYBODY, (limit, offset)).fetchall()
    return tuple(_row(row) for row in found)


def similar(store: Store, patient: Patient, other_than: int | None = None) -> tuple[PatientRow, ...]:
    """Others who could be mistaken for this patient, or be the same person entered twice. Raises UserError.

    Those are: the same record number; the same names, in whatever order, accents and case aside; the same birth date
    with a name in common. At most 20, last edited first.
    """
    names = f"{patient.family_name} {patient.given_name}"
    shared = any_match(names)
    same_day = f'"{patient.birth_date:%Y%m%d}" AND ({shared})' if shared else ""
    found: dict[int, PatientRow] = {}
    with store.reading() as db:
        for match in filter(None, (exact_match(patient.record_number), exact_match(names), same_day)):
            rows = db.execute(MATCHING, (match, 200, 0)).fetchall()
            found |= {row[0]: _row(row) for row in rows if row[0] != other_than}
    alike = [row for row in found.values() if _could_be(row, patient)]
    return tuple(sorted(alike, key=lambda row: row.last_edited, reverse=True)[:20])


def _could_be(row: PatientRow, patient: Patient) -> bool:
    """Whether a row that shares words does so in the right places."""
    theirs, ours = (sorted(words_of(f"{p.family_name} {p.given_name}")) for p in (row, patient))
    number = words_of(patient.record_number)
    if number and words_of(row.record_number) == number:
        return True
    return bool(ours) and (theirs == ours or (row.birth_date == patient.birth_date and bool(set(theirs) & set(ours))))


def members(store: Store, patient_id: int) -> tuple[int, ...]:
    """The patient, and the records that were merged into this one, directly or through another. Raises UserError."""
    with store.reading() as db:
        found = db.execute(
            "WITH RECURSIVE m (id) AS (SELECT ? UNION SELECT g.id FROM patients g JOIN m ON g.merged_into = m.id) "
            "SELECT id FROM m ORDER BY id",
            (patient_id,),
        ).fetchall()
    return tuple(row[0] for row in found)


def standing(store: Store, patient_id: int) -> int:
    """The record that a patient's record is listed under now: its own, or the one it was merged into."""
    with store.reading() as db:
        while (row := db.execute("SELECT merged_into FROM patients WHERE id = ?", (patient_id,)).fetchone()) and row[0]:
            patient_id = row[0]
    return patient_id


def list_again(store: Store, patient_id: int) -> None:
    """Lists a merged record under its own name again, at the top of the list. Raises UserError."""
    with store.atomic() as db:
        family, given, born, sex, number = db.execute(
            "SELECT family_name, given_name, birth_date, sex, record_number FROM patients WHERE id = ?", (patient_id,)
        ).fetchone()
        newest = db.execute(_NEWEST).fetchone()[0] + 1
        db.execute("UPDATE patients SET recency = ?, merged_into = NULL WHERE id = ?", (newest, patient_id))
        words = index_words(Patient(date.fromisoformat(born), sex, number, family, given))
        db.execute("INSERT INTO patient_words (rowid, words) VALUES (?, ?)", (newest, words))


def next_id(db: Database, what: Literal["patient", "plan", "document"]) -> int:
    """A number that was never given out before, also not to what was deleted since."""
    return max(int(db.execute(sql).fetchone()[0]) for sql in _GIVEN_OUT[what]) + 1


def _save_patient(store: Store, patient_id: int, patient: Patient, stamp: Stamp) -> None:
    """The searched fields; their words in the index where one of them changed; and the place at the top of the list."""
    with store.atomic() as db:
        *before, recency = db.execute(
            "SELECT family_name, given_name, birth_date, sex, record_number, recency FROM patients WHERE id = ?",
            (patient_id,),
        ).fetchone()
        newest = db.execute(_NEWEST).fetchone()[0]
        if recency != newest:  # whoever is the last one edited stays so, and the index is left alone
            newest += 1
        db.execute(
            "UPDATE patients SET family_name = ?, given_name = ?, birth_date = ?, sex = ?, record_number = ?, "
            "edited_at = ?, recency = ? WHERE id = ?",
            (*_fields(patient), utc(stamp.at), newest, patient_id),
        )
        if recency != newest or tuple(before) != _fields(patient):
            db.execute("DELETE FROM patient_words WHERE rowid = ?", (recency,))
            db.execute("INSERT INTO patient_words (rowid, words) VALUES (?, ?)", (newest, index_words(patient)))


def _fields(patient: Patient) -> tuple[str, str, str, str, str]:
    return (
        patient.family_name,
        patient.given_name,
        patient.birth_date.isoformat(),
        patient.sex,
        patient.record_number,
    )


def _row(row: tuple[int, str, str, str, str, str, str, int]) -> PatientRow:
    id_, family, given, birth, sex, record, edited, signed = row
    when = datetime.fromisoformat(edited)
    return PatientRow(id_, family, given, date.fromisoformat(birth), sex, record, when, bool(signed))
