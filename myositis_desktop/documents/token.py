"""Keys that stay in a token (PKCS#11): smart cards, USB sticks with a chip, and SoftHSM, which the tests use."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature

from myositis_desktop.documents.identity import chain_of, name_of
from myositis_desktop.documents.signer import Signer
from myositis_desktop.errors import UserError

_DER = Encoding.DER


class _Key(Protocol):
    """A private key in the token; the library types it as a plain object."""

    id: bytes
    key_type: KeyType

    def sign(self, data: bytes, *, mechanism: Mechanism) -> bytes: ...


class WrongPin(UserError):  # noqa: N818 - as WrongPassphrase
    """The token did not accept the PIN; it counts the tries itself and locks after a few."""


@contextmanager
def token_signer(module: Path, pin: str, issued: Sequence[bytes], roots: Sequence[bytes]) -> Iterator[Signer]:
    """A signer whose key stays in the token that is put in, for as long as the `with` lasts.

    Args:
        module: the driver (.so or .dll) that came with the token.
        pin: of the token; never kept.
        issued: certificates (DER) that the clinic has made for keys in tokens; they come before those in the token.
        roots: certificates (DER) of authorities, to complete the chain.

    Raises:
        WrongPin: the token refused the PIN.
        UserError: no driver, no token, or no key with a certificate in it.
    """
    with _session(module, pin) as session:
        for key in _objects(session, ObjectClass.PRIVATE_KEY, {Attribute.SIGN: True}):
            cert = _certificate(session, key, issued)
            if cert is not None:
                yield _signer(key, cert, [x509.load_der_x509_certificate(r) for r in roots])
                return
    raise UserError("The token holds no key with a certificate. Nothing was signed. Let the clinic certify its key.")


def token_public_key(module: Path, pin: str) -> bytes:
    """The public key (SubjectPublicKeyInfo, DER) of the token's first signing key. Raises UserError."""
    with _session(module, pin) as session:
        for key in _objects(session, ObjectClass.PRIVATE_KEY, {Attribute.SIGN: True}):
            public = _public_key(session, key)
            if public is not None:
                return public
    raise UserError("The token holds no signing key. Nothing was certified. Make a key with the tool of the token.")


@contextmanager
def _session(module: Path, pin: str) -> Iterator[pkcs11.Session]:
    """The first token that is there, unlocked; what a driver says becomes a sentence."""
    try:
        slots = [s for s in pkcs11.lib(str(module)).get_slots(token_present=True) if _is_ready(s)]
        if not slots:
            raise UserError("There is no token in this workstation. Nothing was signed. Put it in and try again.")
        with slots[0].get_token().open(user_pin=pin) as session:
            yield session
    except pkcs11.exceptions.PinLocked as error:
        raise WrongPin("The token is locked after too many wrong PINs. Nothing was signed.") from error
    except (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinInvalid, pkcs11.exceptions.PinLenRange) as error:
        raise WrongPin(
            "The PIN of the token is wrong. Nothing was signed. The token locks after a few tries."
        ) from error
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        kind = type(error).__name__
        raise UserError(
            f"The token could not be used ({kind}). Nothing was signed. Take it out, put it in again, and look whether "
            "the driver is the one that came with it."
        ) from error


def _objects(session: pkcs11.Session, kind: ObjectClass, wanted: dict[Attribute, Any]) -> list[Any]:
    """Read to the end at once: a token has one search at a time."""
    return list(session.get_objects({Attribute.CLASS: kind, **wanted}))


def _is_ready(slot: pkcs11.Slot) -> bool:
    return bool(slot.get_token().flags & pkcs11.TokenFlag.USER_PIN_INITIALIZED)


def _certificate(session: pkcs11.Session, key: _Key, issued: Sequence[bytes]) -> x509.Certificate | None:
    """The clinic's certificate for the key, or the one that lies beside it in the token."""
    public = _public_key(session, key)
    clinic = [x509.load_der_x509_certificate(der) for der in issued]
    same = [c for c in clinic if c.public_key().public_bytes(_DER, PublicFormat.SubjectPublicKeyInfo) == public]
    if same:
        return max(same, key=lambda c: c.not_valid_after_utc)
    found = [c[Attribute.VALUE] for c in _objects(session, ObjectClass.CERTIFICATE, {Attribute.ID: key.id})]
    return x509.load_der_x509_certificate(found[0]) if found else None


def _public_key(session: pkcs11.Session, key: _Key) -> bytes | None:
    for public in _objects(session, ObjectClass.PUBLIC_KEY, {Attribute.ID: key.id}):
        if public.key_type == KeyType.EC:
            key_there = load_der_public_key(encode_ec_public_key(public))
            return key_there.public_bytes(_DER, PublicFormat.SubjectPublicKeyInfo)
        if public.key_type == KeyType.RSA:
            modulus, exponent = (
                int.from_bytes(public[a], "big") for a in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT)
            )
            return (
                RSAPublicNumbers(exponent, modulus).public_key().public_bytes(_DER, PublicFormat.SubjectPublicKeyInfo)
            )
    return None


def _signer(key: _Key, cert: x509.Certificate, roots: Sequence[x509.Certificate]) -> Signer:
    curve = key.key_type == KeyType.EC

    def ask(data: bytes) -> bytes:
        if not curve:
            return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
        digest = hashlib.sha256(data).digest()
        return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=Mechanism.ECDSA)))

    chain = tuple(c.public_bytes(_DER) for c in chain_of(cert, roots))
    return Signer(name_of(cert), cert.public_bytes(_DER), b"", chain, ask)
