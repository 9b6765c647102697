"""Filed plans: what was signed, with everything needed to judge it again. They are never changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from myositis_desktop.errors import BugError
from myositis_desktop.store import audit
from myositis_desktop.store.database import Stamp, Store, utc
from myositis_desktop.store.patients import members, next_id, standing

_DOCUMENTS = (
    "SELECT d.id, d.kind, p.number, p.signed_at, p.signer, "
    "coalesce((SELECT r.sha256 FROM revisions r WHERE r.document_id = d.id ORDER BY r.id DESC LIMIT 1), d.sha256), "
    "p.supersedes, "
    "(SELECT r.who FROM revisions r WHERE r.document_id = d.id AND r.what = 'countersigned'), "
    "EXISTS (SELECT 1 FROM revisions r WHERE r.document_id = d.id AND r.what = 'time-stamped'), "
    "(SELECT w.why FROM withdrawals w WHERE w.plan_id = p.id), "
    "r.clinic "
    "FROM documents d JOIN plans p ON p.id = d.plan_id LEFT JOIN received r ON r.plan_id = p.id "
)
_NEWEST_FIRST = "WHERE p.patient_id IN (SELECT value FROM json_each(?)) ORDER BY r.plan_id IS NOT NULL, p.id DESC, d.id"


@dataclass(frozen=True, slots=True, repr=False)
class Filing:
    """A signed plan on its way into the file."""

    patient_id: int
    number: str
    supersedes: str | None
    case_file: bytes
    case_sha256: str
    plan_file: bytes
    engine: int
    knowledge_version: str
    knowledge_sha256: str
    signer: str
    """Full name, as printed."""
    meaning: str
    signed_at: datetime
    audit_head: str
    """As printed on the documents."""
    documents: Mapping[str, bytes]
    """Signed PDF by kind: treatment, taper."""


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """One signed PDF in the file."""

    id: int
    kind: str
    """treatment | taper | … | withdrawal"""
    plan_number: str
    signed_at: datetime
    signer: str
    sha256: str
    supersedes: str | None
    """Number of the plan that this one replaced."""
    countersigner: str | None = None
    time_stamped: bool = False
    withdrawn: str | None = None
    """entered-in-error | wrong-patient"""
    from_clinic: str | None = None
    """The clinic that signed it and handed it over; None: this one."""


@dataclass(frozen=True, slots=True, repr=False)
class FiledPlan:
    """What a filed plan was made from."""

    patient_id: int
    case_file: bytes
    plan_file: bytes
    knowledge_version: str
    supersedes: str | None
    engine: int
    knowledge_sha256: str
    meaning: str


@dataclass(frozen=True, slots=True, repr=False)
class Withdrawal:
    """A plan that was taken back."""

    number: str
    why: str
    """entered-in-error | wrong-patient"""
    reason: str
    """In the words of who withdrew it; stays in the clinic file."""
    digests: tuple[str, ...]
    """What names its documents to others."""
    at: str = ""
    """ISO 8601; of the filing."""


def file_plan(store: Store, filing: Filing, stamp: Stamp) -> tuple[FiledDocument, ...]:
    """Case, plan, documents and audit row, in one transaction. Raises UserError."""
    digests = {kind: hashlib.sha256(pdf).hexdigest() for kind, pdf in filing.documents.items()}
    with store.atomic() as db:
        plan_id = _insert(db, filing, digests)
        audit.append(db, stamp, "plan-filed", f"patient/{filing.patient_id}", _told(filing, digests))
        found = db.execute(f"{_DOCUMENTS} WHERE p.id = ? ORDER BY d.id", (plan_id,)).fetchall()
    return tuple(_document(row) for row in found)


def _insert(db: Database, filing: Filing, digests: Mapping[str, str]) -> int:
    plan_id = next_id(db, "plan")
    db.execute(
        "INSERT INTO plans (id, patient_id, number, supersedes, case_file, case_sha256, plan_file, engine, "
        "knowledge_version, knowledge_sha256, signer, meaning, signed_at, audit_head) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (plan_id, *_plan_row(filing)),
    )
    for kind, pdf in filing.documents.items():
        db.execute(
            "INSERT INTO documents (id, plan_id, kind, sha256, pdf) VALUES (?, ?, ?, ?, ?)",
            (next_id(db, "document"), plan_id, kind, digests[kind], pdf),
        )
    return plan_id


def receive_plan(store: Store, filing: Filing, clinic: str, stamp: Stamp, withdrawn: str | None = None) -> bool:
    """Files a plan that another clinic has signed; False where it is here already. Raises UserError.

    Args:
        store: the clinic file.
        filing: without an audit head of this clinic.
        clinic: who signed it.
        stamp: who takes it in.
        withdrawn: why the clinic that signed it has taken it back.
    """
    digests = {kind: hashlib.sha256(pdf).hexdigest() for kind, pdf in filing.documents.items()}
    with store.atomic() as db:
        if db.execute("SELECT 1 FROM plans WHERE number = ?", (filing.number,)).fetchone() is not None:
            return False
        plan_id = _insert(db, filing, digests)
        values = (plan_id, clinic, utc(stamp.at))
        db.execute("INSERT INTO received (plan_id, clinic, at) VALUES (?, ?, ?)", values)
        if withdrawn is not None:
            db.execute(
                "INSERT INTO withdrawals (plan_id, why, reason, who, at, digests) VALUES (?, ?, ?, ?, ?, '')",
                (plan_id, withdrawn, f"Withdrawn by {clinic}", stamp.who, utc(stamp.at)),
            )
        told = {**_told(filing, digests), "clinic": clinic}
        audit.append(db, stamp, "plan-received", f"patient/{filing.patient_id}", told)
    return True


def filed_documents(store: Store, patient_id: int) -> tuple[FiledDocument, ...]:
    """Signed documents of a patient, those of merged records too; what was received comes last. Raises UserError."""
    whose = json.dumps(members(store, patient_id))
    with store.reading() as db:
        found = db.execute(f"{_DOCUMENTS} {_NEWEST_FIRST}", (whose,)).fetchall()
    return tuple(_document(row) for row in found)


def document_pdf(store: Store, document_id: int) -> bytes:
    """The PDF with all its signatures, byte for byte; its hash is checked. Raises UserError."""
    with store.reading() as db:
        row = db.execute(
            "SELECT pdf, sha256 FROM (SELECT 0 AS id, pdf, sha256 FROM documents WHERE id = ? "
            "UNION ALL SELECT id, pdf, sha256 FROM revisions WHERE document_id = ?) ORDER BY id DESC LIMIT 1",
            (document_id, document_id),
        ).fetchone()
    if row is None:
        raise BugError(f"there is no document {document_id}")
    if hashlib.sha256(row[0]).hexdigest() != row[1]:
        raise BugError(f"document {document_id} does not have its hash")
    return bytes(row[0])


def documents_of_plan(store: Store, number: str) -> tuple[FiledDocument, ...]:
    """Signed documents of one plan. Raises UserError."""
    with store.reading() as db:
        found = db.execute(f"{_DOCUMENTS} WHERE p.number = ? ORDER BY d.id", (number,)).fetchall()
    return tuple(_document(row) for row in found)


def plan_of(store: Store, number: str) -> FiledPlan:
    """What a filed plan was made from. Raises UserError."""
    with store.reading() as db:
        row = db.execute(
            "SELECT patient_id, case_file, plan_file, knowledge_version, supersedes, engine, knowledge_sha256, meaning "
            "FROM plans WHERE number = ?",
            (number,),
        ).fetchone()
    if row is None:
        raise BugError(f"there is no plan {number}")
    return FiledPlan(*row)


def add_revisions(store: Store, what: str, who: str, pdfs: Mapping[int, bytes], stamp: Stamp) -> None:
    """What came to documents, by their id, and its audit row, in one transaction.

    Args:
        store: the clinic file.
        what: countersigned | time-stamped
        who: the signer, or whoever brought the time-stamp.
        pdfs: each document with its new signature or time-stamp.
        stamp: who did it and when.

    Raises:
        UserError: nothing was filed.
    """
    with store.atomic() as db:
        for id_, pdf in pdfs.items():
            digest = hashlib.sha256(pdf).hexdigest()
            db.execute(
                "INSERT INTO revisions (document_id, what, who, at, sha256, pdf) VALUES (?, ?, ?, ?, ?, ?)",
                (id_, what, who, utc(stamp.at), digest, pdf),
            )
            audit.append(db, stamp, f"document-{what}", f"document/{id_}", {"who": who, "sha256": digest})


def add_withdrawal(store: Store, withdrawal: Withdrawal, notice: bytes | None, stamp: Stamp) -> None:
    """Takes a plan back, with the signed notice that says so, in one transaction. Raises UserError."""
    with store.atomic() as db:
        (plan_id,) = db.execute("SELECT id FROM plans WHERE number = ?", (withdrawal.number,)).fetchone()
        db.execute(
            "INSERT INTO withdrawals (plan_id, why, reason, who, at, digests) VALUES (?, ?, ?, ?, ?, ?)",
            (plan_id, withdrawal.why, withdrawal.reason, stamp.who, utc(stamp.at), " ".join(withdrawal.digests)),
        )
        told: dict[str, object] = {
            "number": withdrawal.number,
            "why": withdrawal.why,
            "reason": withdrawal.reason,
        }
        if notice is not None:
            digest = hashlib.sha256(notice).hexdigest()
            told["documents"] = {"withdrawal": digest}
            db.execute(
                "INSERT INTO documents (id, plan_id, kind, sha256, pdf) VALUES (?, ?, 'withdrawal', ?, ?)",
                (next_id(db, "document"), plan_id, digest, notice),
            )
        audit.append(db, stamp, "plan-withdrawn", f"plan/{withdrawal.number}", told)


def withdrawals(store: Store) -> tuple[Withdrawal, ...]:
    """Every plan that was taken back, oldest first. Raises UserError."""
    with store.reading() as db:
        found = db.execute(
            "SELECT p.number, w.why, w.reason, w.digests, w.at FROM withdrawals w JOIN plans p ON p.id = w.plan_id "
            "ORDER BY w.at, p.id"
        ).fetchall()
    return tuple(Withdrawal(number, why, reason, tuple(d.split()), at) for number, why, reason, d, at in found)


def case_snapshot(store: Store, document_id: int) -> bytes:
    """The case that a document was made from. Raises UserError."""
    with store.reading() as db:
        row = db.execute(
            "SELECT p.case_file FROM plans p JOIN documents d ON d.plan_id = p.id WHERE d.id = ?", (document_id,)
        ).fetchone()
    if row is None:
        raise BugError(f"there is no document {document_id}")
    return bytes(row[0])


def latest_number(store: Store, patient_id: int) -> str | None:
    """Number of the patient's newest plan of this clinic, which the next one supersedes. Raises UserError."""
    whose = json.dumps(members(store, standing(store, patient_id)))
    with store.reading() as db:
        row = db.execute(
            "SELECT number FROM plans WHERE patient_id IN (SELECT value FROM json_each(?)) "
            "AND id NOT IN (SELECT plan_id FROM received) ORDER BY id DESC LIMIT 1",
            (whose,),
        ).fetchone()
    return None if row is None else str(row[0])


def next_number(store: Store, year: int) -> str:
    """Number of the next plan, as `P-2026-0001`: the year of signing and a count that runs on. Raises UserError."""
    with store.reading() as db:
        return f"P-{year:04d}-{next_id(db, 'plan'):04d}"


def _plan_row(filing: Filing) -> tuple[object, ...]:
    return (
        filing.patient_id,
        filing.number,
        filing.supersedes,
        filing.case_file,
        filing.case_sha256,
        filing.plan_file,
        filing.engine,
        filing.knowledge_version,
        filing.knowledge_sha256,
        filing.signer,
        filing.meaning,
        utc(filing.signed_at),
        filing.audit_head,
    )


def _told(filing: Filing, digests: Mapping[str, str]) -> dict[str, object]:
    return {
        "number": filing.number,
        "supersedes": filing.supersedes,
        "case_sha256": filing.case_sha256,
        "plan_sha256": hashlib.sha256(filing.plan_file).hexdigest(),
        "knowledge": f"{filing.knowledge_version} {filing.knowledge_sha256}",
        "meaning": filing.meaning,
        "documents": dict(digests),
    }


def _document(row: tuple[Any, ...]) -> FiledDocument:
    id_, kind, number, signed_at, signer, digest, supersedes, other, stamped, withdrawn, clinic = row
    when = datetime.fromisoformat(signed_at)
    return FiledDocument(id_, kind, number, when, signer, digest, supersedes, other, bool(stamped), withdrawn, clinic)
