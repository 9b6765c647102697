"""The steps that make and change the clinic file. A step that was released is never edited; a change is a new step.

TO CHANGE THE SCHEMA: 1. add a `Step` with the next number and its own SQL, using nothing of today's code;
2. put a sample file of the old schema into tests/data; 3. say in CHANGELOG.md what changes for the user.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema, run once for each file."""

    number: int
    name: str
    sql: str


_FIRST = """
CREATE TABLE schema_steps (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    run_at TEXT NOT NULL
) STRICT;

CREATE TABLE clinic (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    root_certificate BLOB NOT NULL,
    root_key BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE users (
    name TEXT PRIMARY KEY,
    full_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('administrator', 'clinician', 'assistant', 'reader')),
    created_at TEXT NOT NULL,
    disabled_at TEXT
) STRICT;

-- A user's signing keys, newest last. A new passphrase brings a new one; the old ones stay, as the signed plans do.
CREATE TABLE identities (
    id INTEGER PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES users (name),
    p12 BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX identities_by_user ON identities (user_name, id);

CREATE TABLE patients (
    id INTEGER PRIMARY KEY,
    family_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex TEXT NOT NULL,
    record_number TEXT NOT NULL,
    created_at TEXT NOT NULL,
    edited_at TEXT NOT NULL
) STRICT;
CREATE INDEX patients_by_edit ON patients (edited_at DESC, id DESC);

-- Folded words of names, record number and birth date, as store/search.py makes them; rowid is the patient's id.
CREATE VIRTUAL TABLE patient_words USING fts5 (
    words, prefix = '1 2 3', detail = none, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
INSERT INTO patient_words (patient_words, rank) VALUES ('secure-delete', 1);

CREATE TABLE drafts (
    patient_id INTEGER PRIMARY KEY REFERENCES patients (id),
    case_file BLOB NOT NULL,
    edited_at TEXT NOT NULL,
    edited_by TEXT NOT NULL
) STRICT;

CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER NOT NULL REFERENCES patients (id),
    number TEXT NOT NULL UNIQUE,
    supersedes TEXT REFERENCES plans (number),
    case_file BLOB NOT NULL,
    case_sha256 TEXT NOT NULL,
    plan_file BLOB NOT NULL,
    engine INTEGER NOT NULL,
    knowledge_version TEXT NOT NULL,
    knowledge_sha256 TEXT NOT NULL,
    signer TEXT NOT NULL,
    meaning TEXT NOT NULL,
    signed_at TEXT NOT NULL,
    audit_head TEXT NOT NULL
) STRICT;
CREATE INDEX plans_by_patient ON plans (patient_id, id);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    plan_id INTEGER NOT NULL REFERENCES plans (id),
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    pdf BLOB NOT NULL,
    UNIQUE (plan_id, kind)
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

-- The end of the chain, so that cutting off its last rows shows too.
CREATE TABLE audit_end (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    last_seen TEXT NOT NULL
) STRICT;

CREATE TRIGGER plans_stay_1 BEFORE UPDATE ON plans BEGIN SELECT RAISE(ABORT, 'a filed plan never changes'); END;
CREATE TRIGGER plans_stay_2 BEFORE DELETE ON plans BEGIN SELECT RAISE(ABORT, 'a filed plan never changes'); END;
CREATE TRIGGER plans_stay_3 BEFORE INSERT ON plans
WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.id OR number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a filed plan never changes'); END;

CREATE TRIGGER documents_stay_1 BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'a filed document never changes'); END;
CREATE TRIGGER documents_stay_2 BEFORE DELETE ON documents
BEGIN SELECT RAISE(ABORT, 'a filed document never changes'); END;
CREATE TRIGGER documents_stay_3 BEFORE INSERT ON documents
WHEN EXISTS (SELECT 1 FROM documents WHERE id = NEW.id OR (plan_id = NEW.plan_id AND kind = NEW.kind))
BEGIN SELECT RAISE(ABORT, 'a filed document never changes'); END;

CREATE TRIGGER identities_stay_1 BEFORE UPDATE ON identities
BEGIN SELECT RAISE(ABORT, 'an identity never changes'); END;

CREATE TRIGGER audit_stays_1 BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
CREATE TRIGGER audit_stays_2 BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
CREATE TRIGGER audit_stays_3 BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
"""

_SIGNATURES = """
-- Every certificate that signs for the clinic; the serial number is hexadecimal.
CREATE TABLE certificates (
    serial TEXT PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES users (name),
    name TEXT NOT NULL,
    certificate BLOB NOT NULL,
    added_at TEXT NOT NULL
) STRICT;

CREATE TABLE revocations (
    serial TEXT PRIMARY KEY REFERENCES certificates (serial),
    why TEXT NOT NULL CHECK (why IN ('key-compromise', 'left-the-clinic', 'superseded')),
    at TEXT NOT NULL
) STRICT;

-- Authorities of others that this clinic trusts: for signers, or for time.
CREATE TABLE trusted_roots (
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('signer', 'time')),
    pem BLOB NOT NULL UNIQUE,
    added_at TEXT NOT NULL
) STRICT;

-- What came to a document after its author signed it; the document itself stays as it is, the newest revision is shown.
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    what TEXT NOT NULL CHECK (what IN ('countersigned', 'time-stamped')),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    pdf BLOB NOT NULL
) STRICT;
CREATE INDEX revisions_by_document ON revisions (document_id, id);

CREATE TABLE withdrawals (
    plan_id INTEGER PRIMARY KEY REFERENCES plans (id),
    why TEXT NOT NULL CHECK (why IN ('entered-in-error', 'wrong-patient')),
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    digests TEXT NOT NULL
) STRICT;

CREATE TRIGGER certificates_stay_1 BEFORE UPDATE ON certificates
BEGIN SELECT RAISE(ABORT, 'a certificate never changes'); END;
CREATE TRIGGER certificates_stay_2 BEFORE DELETE ON certificates
BEGIN SELECT RAISE(ABORT, 'a certificate never changes'); END;
CREATE TRIGGER revocations_stay_1 BEFORE UPDATE ON revocations
BEGIN SELECT RAISE(ABORT, 'a revocation never changes'); END;
CREATE TRIGGER revocations_stay_2 BEFORE DELETE ON revocations
BEGIN SELECT RAISE(ABORT, 'a revocation never changes'); END;
CREATE TRIGGER revisions_stay_1 BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER revisions_stay_2 BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
CREATE TRIGGER withdrawals_stay_1 BEFORE UPDATE ON withdrawals
BEGIN SELECT RAISE(ABORT, 'a withdrawal never changes'); END;
CREATE TRIGGER withdrawals_stay_2 BEFORE DELETE ON withdrawals
BEGIN SELECT RAISE(ABORT, 'a withdrawal never changes'); END;
"""

_RECORDS = """
-- The order of the last edits, newest highest, and the rowid of the patient's words: a search then comes newest first
-- by itself, however many fit. NULL: the record was merged into another one and is listed no more.
ALTER TABLE patients ADD COLUMN recency INTEGER;
ALTER TABLE patients ADD COLUMN merged_into INTEGER REFERENCES patients (id);
UPDATE patients SET recency = o.n
FROM (SELECT id, row_number() OVER (ORDER BY edited_at, id) AS n FROM patients) o WHERE o.id = patients.id;
DROP INDEX patients_by_edit;
CREATE UNIQUE INDEX patients_by_recency ON patients (recency);
CREATE INDEX patients_by_merge ON patients (merged_into);

CREATE TABLE old_words (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;
INSERT INTO old_words SELECT rowid, words FROM patient_words;
DROP TABLE patient_words;
-- A moved row leaves a mark behind that a deletion of a patient clears away ("optimize"): wiping at once costs 10 ms.
CREATE VIRTUAL TABLE patient_words USING fts5 (
    words, prefix = '1 2 3', detail = none, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
INSERT INTO patient_words (rowid, words)
SELECT p.recency, o.words FROM old_words o JOIN patients p ON p.id = o.id ORDER BY p.recency;
DROP TABLE old_words;

CREATE TABLE merges (
    id INTEGER PRIMARY KEY,
    kept INTEGER NOT NULL REFERENCES patients (id),
    gone INTEGER NOT NULL REFERENCES patients (id),
    draft_before BLOB NOT NULL,
    draft_after BLOB NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX merges_by_kept ON merges (kept, id);
CREATE INDEX merges_by_gone ON merges (gone);

-- Plans that another clinic signed and handed over.
CREATE TABLE received (
    plan_id INTEGER PRIMARY KEY REFERENCES plans (id),
    clinic TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- Numbers that were given out when a patient was deleted; none of them is ever given out again.
CREATE TABLE deletions (
    patient_id INTEGER PRIMARY KEY,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    last_patient INTEGER NOT NULL,
    last_plan INTEGER NOT NULL,
    last_document INTEGER NOT NULL
) STRICT;

-- Holds rows inside one transaction alone, while a patient is deleted: what never changes may then go.
CREATE TABLE erasing (patient_id INTEGER PRIMARY KEY) STRICT;

CREATE INDEX audit_by_entity ON audit (entity, seq);

DROP TRIGGER plans_stay_2;
CREATE TRIGGER plans_stay_2 BEFORE DELETE ON plans WHEN OLD.patient_id NOT IN (SELECT patient_id FROM erasing)
BEGIN SELECT RAISE(ABORT, 'a filed plan never changes'); END;
DROP TRIGGER documents_stay_2;
CREATE TRIGGER documents_stay_2 BEFORE DELETE ON documents
WHEN coalesce((SELECT patient_id FROM plans WHERE id = OLD.plan_id), -1) NOT IN (SELECT patient_id FROM erasing)
BEGIN SELECT RAISE(ABORT, 'a filed document never changes'); END;
DROP TRIGGER revisions_stay_2;
CREATE TRIGGER revisions_stay_2 BEFORE DELETE ON revisions
WHEN coalesce((SELECT p.patient_id FROM plans p JOIN documents d ON d.plan_id = p.id WHERE d.id = OLD.document_id), -1)
    NOT IN (SELECT patient_id FROM erasing)
BEGIN SELECT RAISE(ABORT, 'a revision never changes'); END;
DROP TRIGGER withdrawals_stay_2;
CREATE TRIGGER withdrawals_stay_2 BEFORE DELETE ON withdrawals
WHEN coalesce((SELECT patient_id FROM plans WHERE id = OLD.plan_id), -1) NOT IN (SELECT patient_id FROM erasing)
BEGIN SELECT RAISE(ABORT, 'a withdrawal never changes'); END;
DROP TRIGGER audit_stays_1;
CREATE TRIGGER audit_stays_1 BEFORE UPDATE ON audit
WHEN NEW.detail IS NOT '{"erased": true}' OR NOT EXISTS (SELECT 1 FROM erasing)
    OR (NEW.seq, NEW.at, NEW.who, NEW.action, NEW.entity, NEW.previous, NEW.hash)
        IS NOT (OLD.seq, OLD.at, OLD.who, OLD.action, OLD.entity, OLD.previous, OLD.hash)
BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
CREATE TRIGGER deletions_stay_1 BEFORE UPDATE ON deletions
BEGIN SELECT RAISE(ABORT, 'a deletion never changes'); END;
CREATE TRIGGER deletions_stay_2 BEFORE DELETE ON deletions
BEGIN SELECT RAISE(ABORT, 'a deletion never changes'); END;
"""

_LETTERHEAD = """
-- What stands above the clinic's documents beside its name.
CREATE TABLE letterhead (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    address TEXT NOT NULL,
    logo BLOB NOT NULL
) STRICT;
"""

STEPS = (
    Step(1, "the first schema", _FIRST),
    Step(2, "certificates, countersignatures, withdrawals", _SIGNATURES),
    Step(3, "order of edits, merging, deleting, handing over", _RECORDS),
    Step(4, "the letterhead of the clinic", _LETTERHEAD),
)
