"""What a clinic trusts and what it has taken back, in one public file that travels on a stick.

The file is PEM: the clinic's root certificate first, so that any other program can read it too; further roots; the
list of revoked certificates (CRL); authorities of time; and the list of withdrawn plans, signed by the root's key.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

from asn1crypto import pem
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from myositis_desktop.documents.identity import RootKey, fingerprint, name_of
from myositis_desktop.documents.signer import Signer
from myositis_desktop.documents.verification import WithdrawnFor
from myositis_desktop.errors import UserError

RevokedFor = Literal["key-compromise", "left-the-clinic", "superseded"]
REVOKED_WORDS: dict[RevokedFor, str] = {
    "key-compromise": "the key may be in other hands",
    "left-the-clinic": "the signer left the clinic",
    "superseded": "a new certificate took its place",
}
_FLAGS: dict[RevokedFor, x509.ReasonFlags] = {
    "key-compromise": x509.ReasonFlags.key_compromise,
    "left-the-clinic": x509.ReasonFlags.cessation_of_operation,
    "superseded": x509.ReasonFlags.superseded,
}
_ROOT, _CRL, _TIME, _WITHDRAWN = "CERTIFICATE", "X509 CRL", "TIME AUTHORITY CERTIFICATE", "MYOSITIS WITHDRAWN PLANS"
_CRL_DAYS = 365
"""What the list itself says about its age; a clinic without a network uses the newest that it has."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """A certificate that must not sign any more."""

    serial: int
    at: datetime
    why: RevokedFor


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A signed plan that must not be followed. Holds nothing that names the patient."""

    plan_number: str
    documents: tuple[str, ...]
    """SHA-256 (hex) of each document as its author signed it."""
    why: WithdrawnFor
    at: str
    """ISO 8601, with its zone."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What verification knows."""

    roots: tuple[x509.Certificate, ...] = ()
    time_roots: tuple[x509.Certificate, ...] = ()
    revoked: tuple[tuple[x509.Name, Revoked], ...] = ()
    """With the name of the authority that took it back."""
    withdrawn: tuple[Withdrawn, ...] = ()

    def revocation(self, cert: x509.Certificate) -> Revoked | None:
        """The earliest revocation of a certificate."""
        found = [r for name, r in self.revoked if name == cert.issuer and r.serial == cert.serial_number]
        return min(found, key=lambda r: r.at, default=None)

    def revocation_of(self, signer: Signer) -> Revoked | None:
        """The revocation of a signer's certificate."""
        return self.revocation(x509.load_der_x509_certificate(signer.certificate))

    def knows(self, signer: Signer) -> bool:
        """Whether one of the roots stands above the signer."""
        chain = [x509.load_der_x509_certificate(der) for der in (signer.certificate, *signer.chain)]
        return any(_issued_by(cert, root) for cert in chain for root in self.roots)

    @property
    def root_ders(self) -> tuple[bytes, ...]:
        """The roots, each DER."""
        return tuple(root.public_bytes(serialization.Encoding.DER) for root in self.roots)

    def withdrawal(self, digest: str) -> Withdrawn | None:
        """The withdrawal of a document, by the SHA-256 of what its author signed."""
        return next((w for w in self.withdrawn if digest in w.documents), None)

    def sealed_by(self, key_id: bytes, seal: bytes, content: bytes) -> str | None:
        """The clinic whose root has sealed the content; None where no known root has that key.

        Raises:
            UserError: a known root has that key, and the seal is not of it.
        """
        for root in self.roots:
            if root_id(root) == key_id and isinstance(root.public_key(), ec.EllipticCurvePublicKey):
                half = len(seal) // 2
                value = encode_dss_signature(int.from_bytes(seal[:half], "big"), int.from_bytes(seal[half:], "big"))
                if not _holds(root, value, content):
                    raise UserError(
                        f"The code was changed: it does not have the seal of {name_of(root)} that it names."
                    )
                return name_of(root)
        return None

    def with_lists(self, lists: Iterable[bytes]) -> "Trust":
        """Also what the lists (CRL, DER) say that one of the roots has signed; others are as if they were not there."""
        added = [entry for der in lists for entry in _entries(x509.load_der_x509_crl(der), self.roots)]
        return Trust(self.roots, self.time_roots, (*self.revoked, *added), self.withdrawn)


def root_id(root: x509.Certificate) -> bytes:
    """Eight bytes that name a root certificate."""
    return root.fingerprint(hashes.SHA256())[:8]


def seal(root: RootKey, content: bytes) -> bytes:
    """The clinic's seal (ECDSA, r and s in 64 bytes): the same for the same content, as documents are."""
    der = _private(root).sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))


def document_digest(pdf: bytes, gap: tuple[int, int]) -> str:
    """SHA-256 (hex) of a signed document without the `gap` that holds its signature: a time-stamp may come into it."""
    return hashlib.sha256(pdf[: gap[0]] + pdf[gap[1] :]).hexdigest()


def is_list(der: bytes) -> bool:
    """Whether the bytes are a list of revoked certificates."""
    try:
        x509.load_der_x509_crl(der)
    except ValueError:
        return False
    return True


def read_trust(files: Sequence[bytes]) -> Trust:
    """What the files say together.

    Raises:
        UserError: a file is no such file, or a list in it was changed by somebody who has no root's key.
    """
    blocks = [block for file in files for block in _blocks(file)]
    try:
        roots = tuple(x509.load_der_x509_certificate(der) for kind, _, der in blocks if kind == _ROOT)
        time_roots = tuple(x509.load_der_x509_certificate(der) for kind, _, der in blocks if kind == _TIME)
        lists = [x509.load_der_x509_crl(der) for kind, _, der in blocks if kind == _CRL]
    except ValueError as error:
        raise UserError("The root certificate to be trusted is not a certificate file (PEM).") from error
    revoked = tuple(entry for list_ in lists for entry in _entries(list_, roots, strict=True))
    signed = [_withdrawn(der, headers, roots) for kind, headers, der in blocks if kind == _WITHDRAWN]
    return Trust(roots, time_roots, revoked, tuple(w for part in signed for w in part))


def own_part(file: bytes) -> bytes:
    """What another clinic vouches for itself: its root, its revoked certificates and withdrawn plans, as PEM.

    Whom that clinic trusts is its own affair: further roots and authorities of time in its file are left out.

    Raises:
        UserError: it is no certificate or trust file, or its lists are not signed by its root.
    """
    blocks = _blocks(file)
    root = next((block for block in blocks if block[0] == _ROOT), None)
    if root is None:
        raise UserError("The file holds no root certificate of a clinic. Nothing was changed.")
    own = b"".join(pem.armor(kind, der, dict(headers)) for kind, headers, der in (root, *_own_lists(blocks, root[2])))
    read_trust([own])
    return own


def _own_lists(
    blocks: Sequence[tuple[str, dict[str, str], bytes]], root: bytes
) -> list[tuple[str, dict[str, str], bytes]]:
    issuer = x509.load_der_x509_certificate(root).subject
    lists = [b for b in blocks if b[0] == _CRL and x509.load_der_x509_crl(b[2]).issuer == issuer]
    return [*lists, *(b for b in blocks if b[0] == _WITHDRAWN)]


def names_in(file: bytes) -> tuple[tuple[str, str], ...]:
    """(name, fingerprint) of each root certificate in a file, to be compared before it is trusted. Raises UserError."""
    roots = [x509.load_der_x509_certificate(der) for kind, _, der in _blocks(file) if kind in (_ROOT, _TIME)]
    pems = [(name_of(r), r.public_bytes(serialization.Encoding.PEM)) for r in roots]
    return tuple((name, fingerprint(cert)) for name, cert in pems)


def write_trust(
    root: RootKey,
    revoked: Sequence[Revoked],
    withdrawn: Sequence[Withdrawn],
    at: datetime,
    roots: Sequence[bytes] = (),
    time_roots: Sequence[bytes] = (),
) -> bytes:
    """The public file of a clinic; further roots and authorities of time are PEM."""
    body = json.dumps([asdict(w) for w in withdrawn], sort_keys=True, separators=(",", ":")).encode()
    signature = base64.b64encode(_private(root).sign(body, ec.ECDSA(hashes.SHA256()))).decode()
    parts = [pem.armor(_ROOT, x509.load_pem_x509_certificate(root.cert_pem).public_bytes(serialization.Encoding.DER))]
    parts += [pem.armor(kind, der, dict(headers)) for file in roots for kind, headers, der in _blocks(file)]
    parts.append(pem.armor(_CRL, revocation_list(root, revoked, at)))
    parts += [pem.armor(_TIME, der) for file in time_roots for der in _ders(file)]
    if withdrawn:
        parts.append(pem.armor(_WITHDRAWN, body, {"Signature": signature}))
    return b"".join(parts)


def revocation_list(root: RootKey, revoked: Sequence[Revoked], at: datetime) -> bytes:
    """The clinic's list of revoked certificates (CRL, DER) as of now."""
    issuer = x509.load_pem_x509_certificate(root.cert_pem)
    begin = at.astimezone(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(begin)
        .next_update(begin + timedelta(days=_CRL_DAYS))
        .add_extension(x509.CRLNumber(int(begin.timestamp())), critical=False)
        .add_extension(_key_identifier(issuer), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(entry.serial)
            .revocation_date(entry.at.astimezone(UTC).replace(microsecond=0))
            .add_extension(x509.CRLReason(_FLAGS[entry.why]), critical=False)
            .build()
        )
    return builder.sign(_private(root), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _issued_by(cert: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        cert.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _key_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    key = cast("ec.EllipticCurvePublicKey", issuer.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _private(root: RootKey) -> ec.EllipticCurvePrivateKey:
    return cast("ec.EllipticCurvePrivateKey", serialization.load_pem_private_key(root.key_pem, None))


def _blocks(file: bytes) -> list[tuple[str, dict[str, str], bytes]]:
    try:
        found = list(pem.unarmor(file, multiple=True))
    except ValueError as error:
        raise UserError("The root certificate to be trusted is not a certificate file (PEM).") from error
    if not any(kind in (_ROOT, _TIME) for kind, _, _ in found):
        raise UserError("The root certificate to be trusted is not a certificate file (PEM).")
    return found


def _ders(file: bytes) -> list[bytes]:
    return [der for _, _, der in _blocks(file)]


def _entries(
    list_: x509.CertificateRevocationList, roots: Sequence[x509.Certificate], *, strict: bool = False
) -> list[tuple[x509.Name, Revoked]]:
    signed = any(list_.issuer == r.subject and _is_signed(list_, r) for r in roots)
    if not signed and strict:
        raise UserError("The list of revoked certificates in the trust file is not signed by its clinic.")
    return [(list_.issuer, Revoked(e.serial_number, e.revocation_date_utc, _why(e))) for e in list_] if signed else []


def _is_signed(list_: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    try:
        return list_.is_signature_valid(root.public_key())  # type: ignore[arg-type]  # a key that cannot sign raises
    except (TypeError, ValueError):
        return False


def _why(entry: x509.RevokedCertificate) -> RevokedFor:
    """Without a reason of ours, the worst is meant."""
    try:
        flag = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return "key-compromise"
    return next((why for why, known in _FLAGS.items() if known == flag), "key-compromise")


def _withdrawn(body: bytes, headers: dict[str, str], roots: Sequence[x509.Certificate]) -> list[Withdrawn]:
    try:
        signature = base64.b64decode(headers.get("Signature", ""), validate=True)
        if not any(_holds(root, signature, body) for root in roots):
            raise UserError("The list of withdrawn plans in the trust file is not signed by its clinic.")
        return [Withdrawn(w["plan_number"], tuple(w["documents"]), w["why"], w["at"]) for w in json.loads(body)]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("The list of withdrawn plans in the trust file cannot be read.") from error


def _holds(root: x509.Certificate, signature: bytes, body: bytes) -> bool:
    key = root.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
