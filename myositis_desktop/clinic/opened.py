"""`Clinic`: a clinic that is open, and the ways to open one."""

import hashlib
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from myositis_desktop import documents
from myositis_desktop.clinic import founding, papers
from myositis_desktop.clinic.copies import Copies
from myositis_desktop.clinic.desk import Clock, Desk
from myositis_desktop.clinic.left_over import LeftOvers
from myositis_desktop.clinic.papers import Kind
from myositis_desktop.clinic.records import Records
from myositis_desktop.clinic.rights import Right, check_enabled, may, needs
from myositis_desktop.clinic.scanning import read_code, told
from myositis_desktop.clinic.signatures import Key, Signatures
from myositis_desktop.clinic.staff import NewUser, Staff
from myositis_desktop.clinic.trail import Trail
from myositis_desktop.clinic.verifying import reproduce
from myositis_desktop.documents import DocumentContext, Letterhead, Mark, Meaning, Verification
from myositis_desktop.documents.identity import fingerprint
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.expiry import age_notice, expired_notice
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.ranking import ranked
from myositis_desktop.engine.trends import trends
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import case_bytes, read_case, read_draft
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, Patient
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.problem import Problem
from myositis_desktop.model.trend import Trend
from myositis_desktop.store import audit, filing, keys, letterhead, patients, people, unsaved
from myositis_desktop.store.backup import back_up
from myositis_desktop.store.database import Stamp, Store, migrated, open_store, version_of
from myositis_desktop.store.filing import FiledDocument
from myositis_desktop.store.keys import Cost, DataKey
from myositis_desktop.store.location import check_place
from myositis_desktop.store.lock import Lock
from myositis_desktop.store.patients import PatientRow
from myositis_desktop.store.people import User
from myositis_desktop.store.profile import Profile, write_atomic
from myositis_desktop.store.schema import STEPS
from myositis_desktop.store.settings import Settings, read_machine, read_settings, write_settings
from myositis_desktop.store.tries import counted

_READ_WHOLE = 64_000_000
"""A clinic file up to this many bytes is read through at every start; a larger one only after a crash."""


class Clinic:
    """An open clinic. Made by `create`, `open` or `recover`; every method raises UserError with a sentence to show."""

    def __init__(self, profile: Profile, lock: Lock, store: Store, user_name: str, clock: Clock) -> None:
        self._profile = profile
        self._lock = lock
        self._store = store
        self._clock = clock
        self._closed = False
        self._signing = threading.Lock()
        self._prepared: dict[int, DocumentContext] = {}
        self._record = people.clinic_record(store)
        self._desk = Desk(profile, store, clock, self._record, people.user(store, user_name))
        self.staff = Staff(self._desk)
        self.trail = Trail(self._desk)
        self.copies = Copies(self._desk)
        self.signatures = Signatures(self._desk)
        self.pack: Pack = load_pack()
        self.records = Records(self._desk, self.staff, self.copies, self.pack.catalogue)
        self.left_over = LeftOvers(self._desk, self.pack.catalogue)
        if not profile.trust.exists():  # new, or put back from a backup
            self.signatures.publish()

    # --- coming in and going out ---

    @staticmethod
    def exists(profile: Path) -> bool:
        """Whether the folder holds a clinic, or what is left of one."""
        place = Profile(profile)
        return place.keys.exists() or place.database.exists()

    @staticmethod
    def user_names(profile: Path) -> tuple[str, ...]:
        """Who can unlock the clinic in the folder."""
        return keys.read(Profile(profile).keys).users

    @staticmethod
    def settings_of(profile: Path) -> Settings:
        """The settings of a folder, before it is unlocked; the defaults where there are none."""
        return read_settings(Profile(profile).settings, read_machine())

    @classmethod
    def create(
        cls, profile: Path, clinic_name: str, user: NewUser, clock: Clock, lang: str = "en", cost: Cost | None = None
    ) -> tuple[Self, str]:
        """A new clinic with its first user, and the recovery key to print: it is kept nowhere.

        Raises:
            UserError: the folder holds a clinic, cannot be written, or a name or the passphrase cannot be used.
        """
        place = Profile(profile)
        check_place(profile)
        if cls.exists(profile):
            raise UserError("This folder holds a clinic already. Nothing was changed. Choose another folder.")
        founding.check_title(clinic_name, "name of the clinic")
        founding.check_title(user.full_name, "full name")
        keys.check_strength(user.passphrase, (user.name, user.full_name, clinic_name))
        key_file, key, printed = keys.create(user.name, user.passphrase, clock(), cost or keys.tuned_cost())
        place.make()
        lock = Lock(place.lock, clock())
        try:
            if not place.settings.exists():
                write_settings(place.settings, replace(read_machine().settings, language=lang))
            person = User(user.name, user.full_name)
            founding.found(place, (key_file, key), (clinic_name, person, user.passphrase), clock())
            return cls._enter(place, lock, key, Stamp(user.name, clock()), clock), printed
        except BaseException:
            founding.remove_unfinished(place)
            lock.release()
            raise

    @classmethod
    def open(cls, profile: Path, user_name: str, passphrase: str, clock: Clock) -> Self:
        """The clinic in the folder.

        Raises:
            WrongPassphrase: nothing was changed but the count of wrong tries.
            TooManyTries: it is too early for another try.
            UserError: another process has the clinic open, or its files are missing, damaged or newer.
        """
        place = Profile(profile)
        check_place(profile)
        key_file = keys.read(place.keys)
        keys.check_known(key_file, user_name)
        lock = Lock(place.lock, clock())
        try:
            with counted(place.tries, user_name, clock()):
                key = keys.unlock(key_file, user_name, passphrase)
            return cls._enter(place, lock, key, Stamp(user_name, clock()), clock)
        except BaseException:
            lock.release(clean=not lock.was_left)
            raise

    @classmethod
    def recover(cls, profile: Path, recovery_key: str, user: NewUser, clock: Clock, cost: Cost | None = None) -> Self:
        """The clinic, opened by the printed recovery key; the named user gets a new passphrase. Raises UserError."""
        place = Profile(profile)
        check_place(profile)
        key_file = keys.read(place.keys)
        keys.check_known(key_file, user.name)
        keys.check_strength(user.passphrase, (user.name, user.full_name))
        lock = Lock(place.lock, clock())
        try:
            key = keys.unlock_with_recovery(key_file, recovery_key)
            clinic = cls._enter(place, lock, key, Stamp(user.name, clock()), clock, how="unlocked-by-recovery-key")
        except BaseException:
            lock.release(clean=not lock.was_left)
            raise
        try:
            clinic.staff.set_passphrase(key_file, key, user.passphrase, cost)
        except BaseException:
            clinic.close()
            raise
        return clinic

    @classmethod
    def _enter(
        cls, place: Profile, lock: Lock, key: DataKey, stamp: Stamp, clock: Clock, how: str = "unlocked"
    ) -> Self:
        """Opens and checks the file, backs it up and migrates it where it is older, and notes who came in."""
        try:
            place.make()  # a clinic put back from a backup has no other folders yet
            small = place.database.exists() and place.database.stat().st_size <= _READ_WHOLE
            store = open_store(place.database, key, thorough=small or lock.was_left, steps=STEPS)
        except BaseException:
            key.wipe()
            raise
        try:
            if version_of(store) < len(STEPS):
                back_up(store, place, stamp.at, f"-before-step-{len(STEPS)}")
                store = migrated(store, stamp.at, STEPS)
            check_enabled(people.user(store, stamp.who))
            audit.record(store, stamp, how, f"user/{stamp.who}")
            return cls(place, lock, store, stamp.who, clock)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Notes who left, closes the file, wipes the key and lets go of the lock; once, and whatever goes wrong."""
        if self._closed:
            return
        self._closed = True
        self._prepared.clear()
        with ExitStack() as leaving:
            leaving.callback(self._lock.release)
            leaving.callback(self._store.close)
            with suppress(UserError):  # a full disk must not keep the clinic open
                audit.record(self._store, self._stamp(), "locked", f"user/{self.user.name}")
            with suppress(UserError, OSError):
                self.copies.make_leaving()

    # --- what is known ---

    @property
    def user(self) -> User:
        """Who is in."""
        return self._desk.user

    def may(self, right: Right) -> bool:
        """Whether who is in has a right; the window hides what is refused anyway."""
        return may(self.user, right)

    @property
    def clinic_name(self) -> str:
        return self._record.name

    @property
    def knowledge_notice(self) -> str:
        """That the knowledge is growing old, from its ninth month on, or has expired; "" before that."""
        return age_notice(self.pack, self._clock().date())

    @property
    def catalogue(self) -> Catalogue:
        return self.pack.catalogue

    @property
    def settings(self) -> Settings:
        """Of this workstation, read afresh."""
        return read_settings(self._profile.settings, read_machine())

    @property
    def folder(self) -> Path:
        """Where everything of the clinic lies."""
        return self._profile.folder

    @property
    def root_fingerprint(self) -> str:
        """SHA-256 of the clinic's root certificate, as printed on documents."""
        return fingerprint(self._record.root_certificate)

    @property
    def letterhead(self) -> Letterhead:
        """Address and logo that the clinic's documents carry."""
        return Letterhead(*letterhead.letterhead(self._store))

    @needs(Right.PEOPLE)
    def keep_letterhead(self, head: Letterhead) -> None:
        """Puts another address and logo on the documents from now on; signed ones stay as they are."""
        documents.check_letterhead(head)
        letterhead.keep_letterhead(self._store, head.address, head.logo, self._stamp())

    @needs(Right.READ)
    def intake_form(self) -> bytes:
        """The blank form for findings on paper, as PDF."""
        return documents.render_intake(self.catalogue, papers.imprint(self._desk, self.pack.version))

    def wall_sheet(self) -> bytes:
        """The fingerprint of the clinic's root certificate to hang up, as PDF."""
        return documents.render_wall_sheet(papers.imprint(self._desk, self.pack.version))

    def save_settings(self, settings: Settings) -> None:
        """Keeps the settings of this workstation."""
        write_settings(self._profile.settings, settings)

    def turn_to(self, patient_id: int) -> None:
        """The screen is turned to a patient: from now on nobody and nothing else can be reached, until `turn_back`."""
        self._desk.check_here(patient_id)
        self._desk.only, self._desk.user = patient_id, replace(self.user, turned=True)
        audit.record(self._store, self._stamp(), "screen-turned", f"patient/{patient_id}")

    def turn_back(self, passphrase: str) -> None:
        """Everything can be reached again. Raises WrongPassphrase, TooManyTries."""
        self.staff.confirm(passphrase)
        self._desk.only, self._desk.user = None, replace(self.user, turned=False)

    # --- patients and drafts ---

    @needs(Right.READ)
    def patients(self, search: str = "", limit: int = 500, offset: int = 0) -> tuple[PatientRow, ...]:
        """Patients whose names, record number or birth date begin with the words of the search, last edited first."""
        return () if self.user.turned else patients.search(self._store, search, limit, offset)

    @needs(Right.READ)
    def has_patient(self, patient_id: int) -> bool:
        """Whether there is such a record, listed or merged into another one."""
        return not self.user.turned and patients.exists(self._store, patient_id)

    @needs(Right.READ)
    def similar(self, patient: Patient, other_than: int | None = None) -> tuple[PatientRow, ...]:
        """Others with the same record number, the same names, or the same birth date and a name in common."""
        return () if self.user.turned else patients.similar(self._store, patient, other_than)

    @needs(Right.EDIT)
    def add_patient(self, case: Case) -> int:
        """A new patient with this case as the first draft; the id."""
        self._desk.check_here(None)
        return patients.add_patient(self._store, case.patient, case_bytes(case), self._stamp())

    @needs(Right.READ)
    def draft(self, patient_id: int) -> Case:
        """The case as it was last saved, also where it contradicts itself; `decide` tells how.

        Raises:
            UserError: this version cannot read all of it. It is kept, and `export_case` still gives it.
        """
        self._desk.check_here(patient_id)
        return self._case(patients.draft_bytes(self._store, patient_id))

    @needs(Right.EDIT)
    def save_draft(self, patient_id: int, case: Case) -> None:
        """Keeps an edit, with what changed in the audit, in one transaction; does nothing where nothing changed."""
        self._desk.check_here(patient_id)
        patients.save_draft(self._store, patient_id, case.patient, case_bytes(case), self._stamp())
        unsaved.drop(self._store, patient_id)

    @needs(Right.EDIT)
    def import_case(self, data: bytes) -> tuple[int | None, tuple[Problem, ...]]:
        """A new patient from a case file; None exactly when there are problems, and then nothing was changed."""
        case, problems = read_case(data, self.catalogue)
        return (None, problems) if case is None else (self.add_patient(case), ())

    @needs(Right.EDIT)
    def read_code(self, letters: str) -> tuple[Case, tuple[str, ...], bool]:
        """The case in the code of a treatment plan, what is to be known of it, and whether a trusted clinic sealed it.

        Nothing is kept; `add_patient` makes the new patient.

        Raises:
            UserError: it is no code, it is damaged, or it was changed after it was sealed.
        """
        scanned, clinic = read_code(letters, self.catalogue, [self.signatures.trust_file()])
        return scanned.case, told(scanned, clinic, self.catalogue), clinic is not None

    @needs(Right.EXPORT)
    def export_case(self, patient_id: int) -> bytes:
        """The draft as a case file, byte for byte as it was saved."""
        data = patients.draft_bytes(self._store, patient_id)
        told = {"sha256": hashlib.sha256(data).hexdigest()}
        audit.record(self._store, self._stamp(), "case-exported", f"patient/{patient_id}", told)
        return data

    # --- plan, signature, file ---

    def decide(self, case: Case) -> tuple[Plan | None, tuple[Problem, ...]]:
        """The plan for a case; None exactly when there are problems, those of a case file included.

        What to ask next is listed in it, but not yet ranked; see `ask_next`.
        """
        data = case_bytes(case)
        read, problems = read_case(data, self.catalogue)
        return (None, problems) if read is None else decide(read, self.pack, hashlib.sha256(data).hexdigest())

    def ask_next(self, case: Case, plan: Plan) -> Plan:
        """The plan of the case, made by `decide`, with what to ask next ranked: the plan that is filed."""
        read, _ = read_case(case_bytes(case), self.catalogue)
        return plan if read is None else ranked(plan, read, self.pack)

    def kinds_of(self, plan: Plan) -> tuple[Kind, ...]:
        """The documents of a plan that are signed together."""
        return papers.kinds_of(plan)

    @needs(Right.READ)
    def preview(self, patient_id: int, kind: Kind, mark: Mark) -> bytes:
        """The document of the saved draft. Without a mark these are the very bytes that `sign` would sign next."""
        return papers.render(self._context(patient_id), kind, mark)

    @needs(Right.SIGN)
    def sign(self, patient_id: int, passphrase: str, meaning: Meaning, key: Key = None) -> tuple[FiledDocument, ...]:
        """Renders, signs and files every document of the plan (`kinds_of`) in one transaction.

        The letter is left out where it does not fit on one page.

        Args:
            patient_id: whose saved draft is signed.
            passphrase: of the user, asked again for this signature; of the key file or token where one is given.
            meaning: what the signature says.
            key: a key that does not lie in the clinic file.

        Raises:
            WrongPassphrase: nothing was signed.
            UserError: record number or a name is missing, or the draft has a problem; nothing was signed.
        """
        with self._signing:
            context = self._context(patient_id)
            papers.check_named(context.case)
            with self.signatures.unlocked(f"patient/{patient_id}", passphrase, key) as signer:
                made = papers.make_filing(patient_id, context, signer, meaning, self._clock())
            filed = filing.file_plan(self._store, made, self._stamp())
            self._prepared.pop(patient_id, None)
        return filed

    @needs(Right.READ)
    def filed(self, patient_id: int) -> tuple[FiledDocument, ...]:
        """Signed documents of a patient, newest plan first."""
        self._desk.check_here(patient_id)
        return filing.filed_documents(self._store, patient_id)

    @needs(Right.READ)
    def document(self, document_id: int) -> bytes:
        """A signed PDF, byte for byte."""
        self._check_document(document_id)
        return filing.document_pdf(self._store, document_id)

    @needs(Right.READ)
    def case_of(self, document_id: int) -> Case:
        """The case that a signed document was made from; to look at, never to save over the draft."""
        self._check_document(document_id)
        return self._case(filing.case_snapshot(self._store, document_id))

    @needs(Right.EXPORT)
    def export(self, document_id: int, path: Path) -> None:
        """Writes a signed PDF where the user chose, and notes it; on a failure no file is left behind."""
        pdf = filing.document_pdf(self._store, document_id)
        told = {"to": str(path), "sha256": hashlib.sha256(pdf).hexdigest()}
        with self._store.atomic() as db:
            audit.append(db, self._stamp(), "document-exported", f"document/{document_id}", told)
            write_atomic(path, pdf)

    @needs(Right.READ)
    def charts(self, case: Case, plan: Plan) -> tuple[tuple[Trend, bytes], ...]:
        """The course of a case over its visits, each chart as SVG."""
        return tuple((trend, documents.chart_svg(trend)) for trend in trends(case, plan, self.pack))

    @needs(Right.READ)
    def calendar(self, patient_id: int, *, named: bool = False) -> bytes:
        """The dates of the plan of the saved draft as a calendar file; without the patient's name unless `named`."""
        return documents.calendar_file(self._context(patient_id), named=named)

    @needs(Right.EXPORT)
    def export_bytes(self, patient_id: int, event: str, data: bytes, path: Path) -> None:
        """Writes a calendar or a chart where the user chose, and notes it; on a failure no file is left behind."""
        told = {"to": str(path), "sha256": hashlib.sha256(data).hexdigest()}
        with self._store.atomic() as db:
            audit.append(db, self._stamp(), event, f"patient/{patient_id}", told)
            write_atomic(path, data)

    def verify(self, pdf: bytes) -> Verification:
        """What holds of a PDF, against this clinic's root."""
        return documents.verify(pdf, [self.signatures.trust_file()], reproduce)

    # --- audit ---

    def audit_head(self) -> str:
        """Number and hash of the newest audit row, as printed on documents."""
        return str(audit.audit_head(self._store))

    # --- inside ---

    def _stamp(self) -> Stamp:
        return self._desk.stamp()

    def _check_document(self, document_id: int) -> None:
        if self._desk.only is not None:
            known = {d.id for d in filing.filed_documents(self._store, self._desk.only)}
            self._desk.check_here(self._desk.only if document_id in known else None)

    def _case(self, data: bytes) -> Case:
        """A case that was saved here; refused where a later save of it would lose a part that cannot be read."""
        case, problems = read_draft(data, self.catalogue)
        if case is None or (problems and case_bytes(case) != data):
            raise UserError(
                f"This case cannot be read by this version of the program ({problems[0]}). It is kept as it was saved. "
                "Export it as a case file, or install the version that wrote it."
            )
        return case

    def _context(self, patient_id: int) -> DocumentContext:
        """What the next documents of the patient say; the same again while neither draft nor numbers have moved."""
        case = self.draft(patient_id)
        plan, problems = self.decide(case)
        if plan is None:
            listed = "; ".join(str(p) for p in problems)
            raise UserError(f"No plan can be made of this draft: {listed}. It is kept. Correct it and try again.")
        now = self._clock()
        fresh = papers.context(
            (case, self.ask_next(case, plan), self.catalogue),
            self._record,
            plan_number=filing.next_number(self._store, now.year),
            generated_at=now,
            supersedes=filing.latest_number(self._store, patient_id),
            author=self.user.full_name,
            audit_head=self.audit_head(),
            stationery=papers.stationery_of(self._desk),
        )
        late = expired_notice(self.pack, now.date())
        fresh = replace(fresh, trends=trends(case, plan, self.pack), knowledge_notice=late)
        known = self._prepared.get(patient_id)
        if known is not None and fresh == replace(known, generated_at=now, audit_head=fresh.audit_head):
            return known
        self._prepared[patient_id] = fresh
        return fresh
