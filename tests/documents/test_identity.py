"""The clinic's authority and the clinicians' keys."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.documents.identity import fingerprint, load_signer, make_root, make_signer
from myositis_desktop.errors import UserError
from tests.documents.sample import PASSPHRASE, key_file, root

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_the_root_is_an_authority_that_signs_no_documents() -> None:
    cert = x509.load_pem_x509_certificate(root().cert_pem)
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    assert cert.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    assert usage.key_cert_sign
    assert not usage.digital_signature
    assert cert.not_valid_after_utc.year == 2056
    cert.verify_directly_issued_by(cert)


def test_a_signer_is_certified_by_the_root() -> None:
    signer = load_signer(key_file(), PASSPHRASE)
    cert = x509.load_der_x509_certificate(signer.certificate)
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    assert signer.name == "Dr. Zoë Müller"
    assert isinstance(cert.public_key(), ec.EllipticCurvePublicKey)
    assert usage.digital_signature
    assert usage.content_commitment
    assert not cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    cert.verify_directly_issued_by(x509.load_pem_x509_certificate(root().cert_pem))


@pytest.mark.parametrize("passphrase", ["", "wrong", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_is_a_sentence(passphrase: str) -> None:
    with pytest.raises(UserError, match="passphrase does not fit"):
        load_signer(key_file(), passphrase)


@given(st.binary(max_size=300))
@settings(max_examples=30, deadline=None)
def test_no_bytes_break_the_loading_of_a_key(data: bytes) -> None:
    with pytest.raises(UserError):
        load_signer(data, PASSPHRASE)


def test_names_of_any_length_survive() -> None:
    long = "Dr. Đặng Ελένη " * 20
    authority = make_root(long, NOW)
    assert load_signer(make_signer(authority, long, "x", NOW), "x").name == long


def test_nothing_secret_shows_when_a_signer_is_printed() -> None:
    signer = load_signer(key_file(), PASSPHRASE)
    assert repr(signer) == "Signer(name='Dr. Zoë Müller')"
    assert b"PRIVATE KEY" in root().key_pem
    assert "PRIVATE" not in repr(root())


def test_the_fingerprint_is_sha256_in_groups() -> None:
    text = fingerprint(root().cert_pem)
    assert len(text.split()) == 16
    assert text.replace(" ", "") == text.replace(" ", "").upper()
    assert fingerprint(make_root("Clinic for Muscle Disease", NOW).cert_pem) != text
