"""What was filed never changes, whatever is asked of the database."""
# ruff: noqa: S608  # the names in these statements are our own

import hashlib
from collections.abc import Callable

import pytest

from myositis_desktop.errors import BugError
from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, filing, patients
from myositis_desktop.store.database import Stamp, Store
from myositis_desktop.store.filing import Filing


@pytest.fixture
def filed(
    store: Store,
    stamp: Callable[[], Stamp],
    patient: Patient,
    case_file: bytes,
    make_filing: Callable[..., Filing],
) -> Store:
    patients.add_patient(store, patient, case_file, stamp())
    filing.file_plan(store, make_filing(audit_head=str(audit.audit_head(store))), stamp())
    return store


def test_a_filed_plan_comes_back_as_it_was(filed: Store, case_file: bytes) -> None:
    treatment, taper = filing.filed_documents(filed, 1)
    assert (treatment.kind, taper.kind) == ("treatment", "taper")
    assert (treatment.plan_number, treatment.signer, treatment.supersedes) == ("P-2026-0001", "Dr Anna Example", None)
    assert filing.document_pdf(filed, taper.id) == b"%PDF taper"
    assert taper.sha256 == hashlib.sha256(b"%PDF taper").hexdigest()
    assert filing.case_snapshot(filed, taper.id) == case_file
    assert patients.search(filed)[0].has_signed_plan


def test_numbers_run_on_and_the_newest_comes_first(
    filed: Store, stamp: Callable[[], Stamp], make_filing: Callable[..., Filing]
) -> None:
    assert filing.latest_number(filed, 1) == "P-2026-0001"
    assert filing.next_number(filed, 2027) == "P-2027-0002"
    second = make_filing("P-2027-0002", "P-2026-0001", str(audit.audit_head(filed)), treatment=b"%PDF second")
    assert [d.plan_number for d in filing.file_plan(filed, second, stamp())] == ["P-2027-0002"]
    assert [d.plan_number for d in filing.filed_documents(filed, 1)] == ["P-2027-0002", "P-2026-0001", "P-2026-0001"]
    assert filing.filed_documents(filed, 1)[0].supersedes == "P-2026-0001"
    assert audit.verify_audit(filed) == ()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE plans SET signer = 'Eve'",
        "UPDATE plans SET supersedes = NULL WHERE id = 1",
        "DELETE FROM plans",
        "INSERT OR REPLACE INTO plans SELECT * FROM plans",
        (
            "REPLACE INTO plans SELECT id + 1, patient_id, number, supersedes, case_file, case_sha256, plan_file, "
            "engine, knowledge_version, knowledge_sha256, 'Eve', meaning, signed_at, audit_head FROM plans"
        ),
        "UPDATE OR REPLACE documents SET pdf = x'00'",
        "UPDATE documents SET sha256 = 'x'",
        "DELETE FROM documents WHERE id = 1",
        "INSERT OR REPLACE INTO documents SELECT * FROM documents",
        "INSERT OR REPLACE INTO documents SELECT id + 9, plan_id, kind, sha256, x'00' FROM documents",
        "UPDATE audit SET who = 'eve'",
        "DELETE FROM audit WHERE seq = 1",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "INSERT INTO audit SELECT seq + 100, at, who, action, entity, detail, previous, hash FROM audit",
        "UPDATE identities SET p12 = x'00'",
        "DELETE FROM patients",
    ],
)
def test_the_database_itself_refuses_every_change(sql: str, filed: Store) -> None:
    tables = ("plans", "documents", "audit", "identities", "patients")
    with filed.reading() as db:
        before = [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
    with pytest.raises(BugError, match=r"never changes|only grows|FOREIGN KEY"), filed.atomic() as db:
        db.execute(sql)
    with filed.reading() as db:
        assert [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables] == before


def test_a_number_is_given_once(filed: Store, stamp: Callable[[], Stamp], make_filing: Callable[..., Filing]) -> None:
    head = audit.audit_head(filed)
    with pytest.raises(BugError):
        filing.file_plan(filed, make_filing(), stamp())
    assert audit.audit_head(filed) == head
    assert len(filing.filed_documents(filed, 1)) == 2


def test_what_is_not_there_is_a_fault_of_the_caller(filed: Store) -> None:
    for ask in (filing.document_pdf, filing.case_snapshot, patients.draft_bytes):
        with pytest.raises(BugError):
            ask(filed, 99)


def test_a_filing_does_not_show_its_patient(make_filing: Callable[..., Filing]) -> None:
    assert "Müller" not in repr(make_filing())
