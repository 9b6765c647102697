"""The clinic's authority and the clinicians' certificates: ECDSA P-256, made here, offline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from myositis_desktop.documents.signer import Signer
from myositis_desktop.errors import UserError

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
ROOT_YEARS, SIGNER_YEARS = 30, 5
_PBE_ROUNDS = 200_000
"""PBKDF2 rounds of the key file, whose passphrase is the clinician's own."""
_COMMON_NAME_LIMIT = 64
"""Bytes of UTF-8."""
_FULL_NAME = x509.ObjectIdentifier("2.5.4.41")
"""`name`: holds what is too long for a common name."""
_SLACK = timedelta(days=1)
"""Certificates begin a day early: another workstation's clock may be behind."""


@dataclass(frozen=True, slots=True)
class RootKey:
    """The clinic's authority. The certificate is public; the key lies inside the encrypted clinic file."""

    cert_pem: bytes
    key_pem: bytes = field(repr=False)
    """PKCS#8, unencrypted: the store encrypts it."""


def make_root(clinic_name: str, now: datetime) -> RootKey:
    """A new authority of a clinic, self-signed, valid for 30 years.

    Args:
        clinic_name: any length, any script.
        now: with its zone.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(clinic_name, organisation=True)
    cert = (
        _builder(name, name, key.public_key(), now, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    return RootKey(cert.public_bytes(serialization.Encoding.PEM), pem)


def make_signer(root: RootKey, name: str, passphrase: str, now: datetime, years: int = SIGNER_YEARS) -> bytes:
    """A clinician's certificate under the clinic's authority, as PKCS#12 (AES-256, PBKDF2) with its root inside.

    Args:
        root: the clinic's authority.
        name: the name to be printed under signatures, any length.
        passphrase: opens the file; without it the key is lost.
        now: with its zone.
        years: how long the certificate may sign; what it signed stays verifiable after that.
    """
    issuer = x509.load_pem_x509_certificate(root.cert_pem)
    key = ec.generate_private_key(ec.SECP256R1())
    cert = _certified(root, key.public_key(), name, now, years)
    lock = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_PBE_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    return pkcs12.serialize_key_and_certificates(b"myositis-desktop", key, cert, [issuer], lock)


def certify(root: RootKey, public_key: bytes, name: str, now: datetime, years: int = SIGNER_YEARS) -> bytes:
    """A certificate (DER) under the clinic's authority for a key that lies elsewhere, in a token.

    Raises:
        UserError: the public key (SubjectPublicKeyInfo, DER) is of a kind that this program does not sign with.
    """
    key = serialization.load_der_public_key(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise UserError("The key in the token is neither an RSA nor an elliptic-curve key. Nothing was certified.")
    return _certified(root, key, name, now, years).public_bytes(serialization.Encoding.DER)


def _certified(root: RootKey, key: PublicKey, name: str, now: datetime, years: int) -> x509.Certificate:
    issuer = x509.load_pem_x509_certificate(root.cert_pem)
    issuer_key = cast("ec.EllipticCurvePrivateKey", serialization.load_pem_private_key(root.key_pem, None))
    return (
        _builder(_name(name), issuer.subject, key, now, years)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def load_signer(p12: bytes, passphrase: str) -> Signer:
    """The signer inside a PKCS#12 file.

    Raises:
        UserError: the passphrase is wrong, or the file is not a PKCS#12 file with key and certificate.
    """
    try:
        key, cert, others = pkcs12.load_key_and_certificates(p12, passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UserError(
            "The signing key was not opened: the passphrase does not fit, or the file is not a key file (PKCS#12). "
            "Nothing was signed and nothing changed."
        ) from error
    if key is None or cert is None:
        raise UserError("The key file holds no key with its certificate. Nothing was signed.")
    der = key.private_bytes(serialization.Encoding.DER, PrivateFormat.PKCS8, serialization.NoEncryption())
    chain = tuple(c.public_bytes(serialization.Encoding.DER) for c in chain_of(cert, others))
    return Signer(name_of(cert), cert.public_bytes(serialization.Encoding.DER), der, chain)


def chain_of(cert: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Those of the others that stand above a certificate, nearest first; the rest has no place in a signature."""
    chain: list[x509.Certificate] = []
    while (above := next((c for c in others if c.subject == cert.issuer and c not in chain), None)) is not None:
        chain.append(above)
        cert = above
    return tuple(chain)


def refuse_out_of_date(signer: Signer, at: datetime) -> None:
    """Raises UserError where the certificate of a signer is not valid at a moment."""
    cert = x509.load_der_x509_certificate(signer.certificate)
    begin, end = cert.not_valid_before_utc, cert.not_valid_after_utc
    if not begin <= at <= end:
        raise UserError(
            f"Not signed: the certificate of {signer.name} is valid from {begin:%Y-%m-%d} to {end:%Y-%m-%d} only. "
            "The draft is kept. Look at the clock of this workstation, or renew the certificate."
        )


def fingerprint(root_pem: bytes) -> str:
    """SHA-256 of a root certificate as it stands on paper: 32 pairs of hexadecimal digits, in groups of two pairs."""
    digest = x509.load_pem_x509_certificate(root_pem).fingerprint(hashes.SHA256()).hex().upper()
    return " ".join(digest[n : n + 4] for n in range(0, len(digest), 4))


def serial_of(der: bytes) -> int:
    """The serial number of a certificate."""
    return x509.load_der_x509_certificate(der).serial_number


def name_of(cert: x509.Certificate) -> str:
    """The name in a certificate, in full."""
    for oid in (_FULL_NAME, NameOID.COMMON_NAME):
        if found := cert.subject.get_attributes_for_oid(oid):
            return str(found[0].value)
    return cert.subject.rfc4514_string()


def _name(full: str, *, organisation: bool = False) -> x509.Name:
    short = full.encode()[:_COMMON_NAME_LIMIT].decode(errors="ignore").strip() or "unnamed"
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, short)]
    if organisation:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, short))
    if short != full:
        parts.append(x509.NameAttribute(_FULL_NAME, full))
    return x509.Name(parts)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    begin = now.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - _SLACK)
        .not_valid_after(begin + timedelta(days=round(365.2425 * years)))
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
