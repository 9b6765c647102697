"""Signing in an open clinic: with which key, whose certificate still holds, what was taken back, who vouches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from myositis_desktop import documents
from myositis_desktop.clinic import founding, papers
from myositis_desktop.clinic.desk import Desk
from myositis_desktop.clinic.rights import Right, needs
from myositis_desktop.documents import Meaning, Signer, WithdrawnFor
from myositis_desktop.documents.identity import RootKey, certify, load_signer, refuse_out_of_date, serial_of
from myositis_desktop.documents.trust import (
    Revoked,
    RevokedFor,
    Trust,
    Withdrawn,
    own_part,
    read_trust,
    revocation_list,
    write_trust,
)
from myositis_desktop.errors import BugError, UserError
from myositis_desktop.store import audit, certificates, filing, people
from myositis_desktop.store.certificates import CertificateRow
from myositis_desktop.store.filing import FiledDocument, Withdrawal
from myositis_desktop.store.keys import WrongPassphrase
from myositis_desktop.store.profile import write_atomic
from myositis_desktop.store.tries import counted


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A certificate with its key that somebody else has made (PKCS#12); its own passphrase opens it."""

    p12: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A key in a token or smart card; its PIN opens it."""

    module: Path
    """The driver (PKCS#11) that came with the token."""


Key = KeyFile | Token | None
"""None: the user's own key in the clinic file."""


class Signatures:
    """Certificates, countersignatures, time-stamps and withdrawals. Every method raises UserError with a sentence."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        record = desk.record
        self._root = RootKey(record.root_certificate, record.root_key)

    @property
    def user(self) -> people.User:
        """Who is in."""
        return self._desk.user

    # --- keys and certificates ---

    @contextmanager
    def unlocked(self, entity: str, secret: str, key: Key = None) -> Iterator[Signer]:
        """A signer that may sign now, for as long as the `with` lasts.

        Args:
            entity: what is to be signed, for the audit: `patient/3`, `plan/P-2026-0001`.
            secret: the user's passphrase, the passphrase of the key file, or the PIN of the token.
            key: where the key lies.

        Raises:
            WrongPassphrase: it was counted and noted; nothing was signed.
            UserError: the certificate is out of date, revoked, or of an authority that this clinic does not trust.
        """
        with self._opened(entity, secret, key) as signer:
            now = self._desk.clock()
            refuse_out_of_date(signer, now)
            self._refuse_unknown(signer)
            if key is None:
                self._keep(signer)
            lists = (revocation_list(self._root, self._revoked(), now),)
            yield replace(signer, revocation_lists=lists)

    @contextmanager
    def _opened(self, entity: str, secret: str, key: Key) -> Iterator[Signer]:
        if isinstance(key, Token):
            from myositis_desktop.documents.token import token_signer  # noqa: PLC0415 - the driver loads on first use

            issued = [row.certificate for row in certificates.certificates(self._desk.store)]
            with token_signer(key.module, secret, issued, self._roots_der()) as signer:
                yield signer
        elif isinstance(key, KeyFile):
            yield load_signer(key.p12, secret)
        else:
            yield self._own(entity, secret)

    def _own(self, entity: str, passphrase: str) -> Signer:
        store = self._desk.store
        with counted(self._desk.profile.tries, self.user.name, self._desk.clock()):
            signer = papers.unlock_signer(people.identities(store, self.user.name), passphrase)
            if signer is None:
                audit.record(store, self._desk.stamp(), "signature-refused", entity)
                raise WrongPassphrase("The passphrase is wrong. Nothing was signed; the draft is kept. Try again.")
        return signer

    def _refuse_unknown(self, signer: Signer) -> None:
        trust = self.trust()
        revoked = trust.revocation_of(signer)
        if revoked is not None:
            raise UserError(
                f"Not signed: the certificate of {signer.name} was revoked on {revoked.at:%Y-%m-%d}. The draft is "
                "kept. Renew the certificate, then sign."
            )
        if not trust.knows(signer):
            raise UserError(
                f"Not signed: this clinic does not trust the authority that certified {signer.name}, so nobody could "
                "rely on the signature. Let an administrator trust that authority first, or sign with the clinic's key."
            )

    def _keep(self, signer: Signer) -> None:
        """Writes the certificate down, so that it can be revoked without its passphrase."""
        row = _row(self.user.name, signer.name, signer.certificate)
        certificates.add_certificate(self._desk.store, row, self._desk.stamp())

    @needs(Right.SIGN)
    def renew(self, passphrase: str) -> None:
        """A new certificate with a new key under the same passphrase; what the old one signed stays good."""
        old = self._own(f"user/{self.user.name}", passphrase)
        self._keep(old)
        now = self._desk.clock()
        p12 = founding.new_identity(self._desk.record, self.user.full_name, passphrase, now)
        people.add_identity(self._desk.store, self.user.name, p12, self._desk.stamp())

    @needs(Right.SIGN)
    def certify_token(self, token: Token, pin: str) -> None:
        """The clinic's certificate for the key in a token, in the name of who is in."""
        from myositis_desktop.documents.token import token_public_key  # noqa: PLC0415 - the driver loads on first use

        public = token_public_key(token.module, pin)
        der = certify(self._root, public, self.user.full_name, self._desk.clock())
        row = _row(self.user.name, self.user.full_name, der)
        certificates.add_certificate(self._desk.store, row, self._desk.stamp())

    @needs(Right.READ)
    def certificates(self) -> tuple[CertificateRow, ...]:
        """Certificates that have signed for the clinic, oldest first."""
        return certificates.certificates(self._desk.store)

    @needs(Right.PEOPLE)
    def revoke(self, serial: str, why: RevokedFor) -> None:
        """Takes a certificate back for ever; every workstation that gets the trust file knows."""
        certificates.revoke(self._desk.store, serial, why, self._desk.stamp())
        self.publish()

    # --- trust ---

    @needs(Right.PEOPLE)
    def trust_authority(self, pem: bytes, purpose: str) -> None:
        """Trusts an authority of others (PEM): `signer` for key files and tokens, `time` for time-stamps."""
        own = own_part(pem) if purpose == "signer" else pem
        read_trust([own])
        certificates.trust_root(self._desk.store, purpose, own, self._desk.stamp())
        self.publish()

    def trust_file(self) -> bytes:
        """What this clinic trusts and has taken back, to be carried to other workstations. Holds no patient data."""
        store = self._desk.store
        return write_trust(
            self._root,
            self._revoked(),
            [_told(w) for w in filing.withdrawals(store)],
            self._desk.clock(),
            certificates.trusted_roots(store, "signer"),
            certificates.trusted_roots(store, "time"),
        )

    def trust(self) -> Trust:
        """The same, as verification reads it."""
        return read_trust([self.trust_file()])

    def publish(self) -> None:
        """Writes the trust file into the clinic's folder, where `verify` reads it without a passphrase."""
        write_atomic(self._desk.profile.trust, self.trust_file())

    def _revoked(self) -> list[Revoked]:
        rows = certificates.certificates(self._desk.store)
        return [
            Revoked(int(r.serial, 16), datetime.fromisoformat(r.revoked), r.why)  # type: ignore[arg-type] # the schema's words
            for r in rows
            if r.revoked is not None
        ]

    def _roots_der(self) -> list[bytes]:
        return list(self.trust().root_ders)

    # --- what comes to a signed plan later ---

    @needs(Right.SIGN)
    def countersign(self, number: str, secret: str, meaning: Meaning, key: Key = None) -> tuple[FiledDocument, ...]:
        """The second signature on every document of a plan; the first stays as it is. Raises WrongPassphrase."""
        store = self._desk.store
        papers_of = self._open_plan(number)
        if any(d.countersigner for d in papers_of):
            raise UserError(f"Plan {number} is countersigned already. Nothing was changed.")
        with self.unlocked(f"plan/{number}", secret, key) as signer:
            if signer.name == papers_of[0].signer:
                raise UserError(
                    f"Plan {number} was signed by {signer.name}; somebody else has to countersign it. "
                    "Nothing was signed."
                )
            at = self._desk.clock()
            made = {d.id: documents.sign(filing.document_pdf(store, d.id), signer, meaning, at) for d in papers_of}
        filing.add_revisions(store, "countersigned", signer.name, made, self._desk.stamp())
        return filing.documents_of_plan(store, number)

    @needs(Right.EXPORT)
    def time_request(self, document_id: int) -> bytes:
        """The request file for the newest signature of a document, to be carried to an authority of time."""
        made = documents.time_request(filing.document_pdf(self._desk.store, document_id))
        audit.record(self._desk.store, self._desk.stamp(), "time-requested", f"document/{document_id}")
        return made

    @needs(Right.SIGN)
    def add_time_stamp(self, document_id: int, reply: bytes) -> None:
        """Files the authority's reply beside the signature that it was asked for."""
        made = documents.add_time_stamp(filing.document_pdf(self._desk.store, document_id), reply)
        filing.add_revisions(
            self._desk.store, "time-stamped", self.user.full_name, {document_id: made}, self._desk.stamp()
        )

    @needs(Right.SIGN)
    def withdraw(self, number: str, why: WithdrawnFor, reason: str, secret: str, key: Key = None) -> str:
        """Takes a signed plan back, with a signed notice; it stays in the file and says so. Raises WrongPassphrase.

        Returns:
            Why there is no notice, where it could not be made; the plan is withdrawn all the same.
        """
        if not reason.strip():
            raise UserError("A plan is withdrawn with a reason. Nothing was changed. Write the reason and try again.")
        store = self._desk.store
        papers_of = self._open_plan(number, also_old=True)
        digests = tuple(documents.signed_digest(filing.document_pdf(store, d.id)) for d in papers_of)
        with self.unlocked(f"plan/{number}", secret, key) as signer:
            notice, trouble = self._notice_or_trouble(number, why, reason, signer)
        filing.add_withdrawal(store, Withdrawal(number, why, reason.strip(), digests), notice, self._desk.stamp())
        self.publish()
        return trouble

    def _notice_or_trouble(
        self, number: str, why: WithdrawnFor, reason: str, signer: Signer
    ) -> tuple[bytes | None, str]:
        """A plan that must not be followed is taken back also where its notice cannot be printed."""
        try:
            return self._notice(number, why, reason, signer), ""
        except (UserError, BugError) as error:
            why_not = error if isinstance(error, UserError) else "the program made a mistake."
            return None, (
                f"Plan {number} is withdrawn, and verification says so. There is no notice of it: {why_not} "
                "Tell everybody who has the plan in another way."
            )

    def _notice(self, number: str, why: WithdrawnFor, reason: str, signer: Signer) -> bytes:
        made = papers.notice(
            filing.plan_of(self._desk.store, number),
            self._desk.record,
            plan_number=number,
            generated_at=self._desk.clock(),
            author=signer.name,
            audit_head=str(audit.audit_head(self._desk.store)),
            stationery=papers.stationery_of(self._desk),
        )
        return documents.sign(documents.render_withdrawal(made, why, reason), signer, "author", self._desk.clock())

    def _open_plan(self, number: str, *, also_old: bool = False) -> tuple[FiledDocument, ...]:
        """The documents of a plan that still stands."""
        store = self._desk.store
        found = filing.documents_of_plan(store, number)
        if any(d.from_clinic for d in found):
            raise UserError(f"Plan {number} was signed by another clinic, which alone may change it.")
        if any(d.withdrawn for d in found):
            raise UserError(f"Plan {number} was withdrawn. Nothing was changed.")
        newest = filing.latest_number(store, filing.plan_of(store, number).patient_id)
        if not also_old and newest != number:
            raise UserError(f"Plan {number} was superseded by {newest}. Nothing was changed. Countersign that one.")
        return found


def _row(user: str, name: str, der: bytes) -> CertificateRow:
    return CertificateRow(f"{serial_of(der):x}", user, name, der, None, None)


def _told(withdrawal: Withdrawal) -> Withdrawn:
    """What others get to know: not the reason in words, which may name the patient."""
    why: WithdrawnFor = "wrong-patient" if withdrawal.why == "wrong-patient" else "entered-in-error"
    return Withdrawn(withdrawal.number, withdrawal.digests, why, withdrawal.at)
