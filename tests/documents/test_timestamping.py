"""Time-stamps by files: the request goes out, the reply of an authority (pyHanko's own, in this process) comes back."""

from datetime import datetime, timedelta
from functools import cache

import pytest
from asn1crypto import cms, core, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from myositis_desktop.documents import add_time_stamp, sign, time_request, verify
from myositis_desktop.documents.identity import load_signer
from myositis_desktop.documents.trust import Revoked, write_trust
from myositis_desktop.documents.verification import Verification
from myositis_desktop.errors import UserError
from tests.documents.reading import needs_poppler, poppler
from tests.documents.sample import AT, PASSPHRASE, key_file, root, taper_pdf

STAMPED = AT + timedelta(days=2)


@cache
def authority() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time Office")])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(AT - timedelta(days=100))
        .not_valid_after(AT + timedelta(days=40_000))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return cert, key


def answer(request: bytes, at: datetime = STAMPED) -> bytes:
    """The reply file of the authority."""
    cert, key = authority()
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(der),
        fixed_dt=at,
    )
    reply: bytes = stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
    return reply


@cache
def signed() -> bytes:
    return sign(taper_pdf(), load_signer(key_file(), PASSPHRASE), "author", AT)


@cache
def stamped() -> bytes:
    return add_time_stamp(signed(), answer(time_request(signed())))


def pem() -> bytes:
    return authority()[0].public_bytes(serialization.Encoding.PEM)


def judge(pdf: bytes, trust: bytes | None = None) -> Verification:
    trust = trust or write_trust(root(), [], [], AT, time_roots=[pem()])
    return verify(pdf, [trust], lambda _case, _plan: (True, ""))


@needs_poppler
def test_a_time_stamp_is_added_from_files_and_nothing_signed_changes() -> None:
    assert len(stamped()) == len(signed())
    seen = judge(stamped())
    assert (seen.verdict, seen.covers_whole_file, seen.changed_after_signing) == ("good", True, False)
    report = seen.signatures[0]
    assert (report.time_stamp, report.time_authority, report.time_authority_known) == (
        "2026-11-22T13:05:00+00:00", "Time Office", True,
    )  # fmt: skip
    assert "Time Office stamped the time: 22 Nov 2026" in " ".join(seen.reasons)
    said = poppler("pdfsig", stamped())
    assert "Signature is Valid." in said
    assert "Total document signed" in said


def test_an_authority_that_is_not_known_proves_nothing_but_does_no_harm() -> None:
    seen = judge(stamped(), root().cert_pem)
    assert (seen.verdict, seen.signatures[0].time_authority_known) == ("good", False)
    assert "does not know that authority" in " ".join(seen.reasons)


def test_each_signature_can_have_its_time_stamp() -> None:
    other = load_signer(key_file("Prof. Ann Other"), PASSPHRASE)
    twice = sign(stamped(), other, "countersigner", AT + timedelta(days=3))
    both = add_time_stamp(twice, answer(time_request(twice), AT + timedelta(days=4)))
    seen = judge(both)
    assert seen.verdict == "good"
    assert [s.time_stamp for s in seen.signatures] == ["2026-11-22T13:05:00+00:00", "2026-11-24T13:05:00+00:00"]


def test_a_time_stamp_proves_that_a_key_signed_before_it_was_lost() -> None:
    cert = x509.load_der_x509_certificate(load_signer(key_file(), PASSPHRASE).certificate)
    for lost, verdict in ((STAMPED + timedelta(days=1), "good"), (STAMPED - timedelta(days=1), "bad")):
        trust = write_trust(root(), [Revoked(cert.serial_number, lost, "key-compromise")], [], lost, time_roots=[pem()])
        assert judge(stamped(), trust).verdict == verdict
        assert judge(signed(), trust).verdict == "bad"


def test_a_reply_belongs_to_one_signature() -> None:
    another = sign(taper_pdf(), load_signer(key_file(), PASSPHRASE), "author", AT)
    with pytest.raises(UserError, match="another request"):
        add_time_stamp(signed(), answer(time_request(another)))


def test_a_second_time_stamp_for_the_same_signature_is_refused() -> None:
    with pytest.raises(UserError, match="already"):
        time_request(stamped())
    with pytest.raises(UserError, match="already"):
        add_time_stamp(stamped(), answer(time_request(signed())))


def test_a_refusal_is_a_sentence() -> None:
    reply = b"\x30" + bytes([len(status := tsp.PKIStatusInfo({"status": "rejection"}).dump())]) + status
    with pytest.raises(UserError, match="refused"):
        add_time_stamp(signed(), reply)


@pytest.mark.parametrize("reply", [b"", b"hello", b"\x30\x03\x02\x01\x00", bytes(4000)])
def test_what_is_no_reply_is_a_sentence(reply: bytes) -> None:
    with pytest.raises(UserError):
        add_time_stamp(signed(), reply)


def test_what_is_not_signed_cannot_be_stamped() -> None:
    for pdf in (taper_pdf(), b"hello", b"%PDF-1.7\n"):
        with pytest.raises(UserError):
            time_request(pdf)


def test_no_changed_bit_of_a_time_stamp_leaves_it_proven() -> None:
    start = signed().index(b"/Contents <30") + 11
    end = next(n for n in range(start, len(signed())) if stamped()[n : n + 200] == b"0" * 200)
    changed = [n for n in range(start, end, 97) if stamped()[n] != signed()[n]]
    assert len(changed) > 5
    for at in changed:
        pdf = bytearray(stamped())
        pdf[at] = ord("0") if pdf[at] != ord("0") else ord("1")
        seen = judge(bytes(pdf))
        assert seen.verdict == "bad" or not seen.signatures[0].time_authority_known


def test_another_unsigned_attribute_is_bad() -> None:
    from myositis_desktop.documents import timestamping

    signature = timestamping._newest(signed())
    info = timestamping._signer_info(signature)
    note = cms.CMSAttribute({"type": "content_type", "values": [cms.ContentType("data")]})
    info["unsigned_attrs"] = cms.CMSAttributes([note])
    content = timestamping._rebuilt(signature, info).hex().upper().encode()
    _, start, end, _ = (int(number) for number in signature.byte_range)
    forged = signed()[:start] + b"<" + content.ljust(end - start - 2, b"0") + b">" + signed()[end:]
    assert judge(forged).verdict == "bad"
    assert isinstance(info["signature"], core.OctetString)
