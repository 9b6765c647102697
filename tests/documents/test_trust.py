"""The trust file: revoked certificates and withdrawn plans, and what `verify` makes of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import pytest
from cryptography import x509

from myositis_desktop.documents import Verification, WithdrawnFor, sign, signed_digest, verify
from myositis_desktop.documents.identity import load_signer, make_root, make_signer
from myositis_desktop.documents.trust import (
    Revoked,
    RevokedFor,
    Withdrawn,
    read_trust,
    revocation_list,
    write_trust,
)
from myositis_desktop.errors import UserError
from tests.documents.reading import needs_poppler, poppler
from tests.documents.sample import AT, PASSPHRASE, key_file, root, taper_pdf

LATER = AT + timedelta(days=30)


@cache
def signed() -> bytes:
    return sign(taper_pdf(), load_signer(key_file(), PASSPHRASE), "author", AT)


def _serial() -> int:
    return x509.load_der_x509_certificate(load_signer(key_file(), PASSPHRASE).certificate).serial_number


def _judge(pdf: bytes, *trust: bytes) -> Verification:
    return verify(pdf, trust, lambda _case, _plan: (True, ""))


def _trust(at: datetime, why: RevokedFor) -> bytes:
    return write_trust(root(), [Revoked(_serial(), at, why)], [], LATER)


def test_a_trust_file_comes_back_as_it_was_written() -> None:
    revoked = Revoked(77, AT, "left-the-clinic")
    withdrawn = Withdrawn("P-2026-0001", ("ab" * 32,), "wrong-patient", AT.isoformat())
    other = make_root("Elsewhere", AT)
    read = read_trust([write_trust(root(), [revoked], [withdrawn], AT, [other.cert_pem], [other.cert_pem])])
    assert [r.subject.rfc4514_string() for r in read.roots] == [
        "CN=Clinic for Muscle Disease,O=Clinic for Muscle Disease", "CN=Elsewhere,O=Elsewhere",
    ]  # fmt: skip
    assert [r for _, r in read.revoked] == [revoked]
    assert read.withdrawn == (withdrawn,)
    assert len(read.time_roots) == 1


def test_any_other_program_reads_the_root_at_the_beginning() -> None:
    pem = write_trust(root(), [], [], AT)
    assert x509.load_pem_x509_certificate(pem) == x509.load_pem_x509_certificate(root().cert_pem)


def test_a_clinic_that_took_nothing_back_trusts_as_before() -> None:
    assert _judge(signed(), write_trust(root(), [], [], AT)).verdict == "good"


@pytest.mark.parametrize("why", ["key-compromise", "left-the-clinic", "superseded"])
def test_a_certificate_revoked_before_signing_is_bad(why: RevokedFor) -> None:
    seen = _judge(signed(), _trust(AT - timedelta(hours=1), why))
    assert (seen.verdict, seen.signer_known, seen.intact) == ("bad", False, True)
    assert "had been revoked on 20 Nov 2026" in seen.reasons[0]


@pytest.mark.parametrize(
    ("why", "verdict"), [("left-the-clinic", "good"), ("superseded", "good"), ("key-compromise", "bad")]
)
def test_what_was_signed_before_a_revocation_stays_good_unless_the_key_is_lost(why: RevokedFor, verdict: str) -> None:
    seen = _judge(signed(), _trust(LATER, why))
    assert seen.verdict == verdict
    assert seen.signatures[0].revoked == "2026-12-20T13:05:00+00:00"
    said = "was revoked later" if verdict == "good" else "no time-stamp"
    assert any(said in reason for reason in seen.reasons)


def test_the_list_inside_the_document_is_signed_with_it_and_counts() -> None:
    signer = load_signer(key_file(), PASSPHRASE)
    lists = (revocation_list(root(), [Revoked(_serial(), AT - timedelta(days=1), "superseded")], AT),)
    kept = type(signer)(signer.name, signer.certificate, signer.key, signer.chain, None, lists)
    pdf = sign(taper_pdf(), kept, "author", AT)
    assert b"/DSS" in pdf
    seen = _judge(pdf, root().cert_pem)
    assert (seen.verdict, seen.intact, seen.covers_whole_file) == ("bad", True, True)
    assert "had been revoked" in seen.reasons[0]
    foreign = (revocation_list(make_root("Clinic for Muscle Disease", AT), [Revoked(_serial(), AT, "superseded")], AT),)
    kept = type(signer)(signer.name, signer.certificate, signer.key, signer.chain, None, foreign)
    assert _judge(sign(taper_pdf(), kept, "author", AT), root().cert_pem).verdict == "good"


@needs_poppler
def test_two_signatures_with_their_lists_are_valid_to_others_too() -> None:
    pdf = taper_pdf()
    lists = (revocation_list(root(), [], AT),)
    for name, meaning in (("Dr. Zoë Müller", "author"), ("Prof. Ann Other", "countersigner")):
        signer = load_signer(key_file(name), PASSPHRASE)
        kept = type(signer)(signer.name, signer.certificate, signer.key, signer.chain, None, lists)
        pdf = sign(pdf, kept, meaning, AT)  # type: ignore[arg-type]
    assert poppler("pdfsig", pdf).count("Signature is Valid.") == 2
    seen = _judge(pdf, root().cert_pem)
    assert (seen.verdict, len(seen.signatures)) == ("good", 2)


@pytest.mark.parametrize("why", ["entered-in-error", "wrong-patient"])
def test_a_withdrawn_plan_is_bad_where_it_is_known(why: WithdrawnFor) -> None:
    notice = Withdrawn("P-2026-0001", (signed_digest(signed()),), why, LATER.isoformat())
    trust = write_trust(root(), [], [notice], LATER)
    for pdf in (signed(), sign(signed(), load_signer(key_file("Prof. Ann Other"), PASSPHRASE), "countersigner", AT)):
        seen = _judge(pdf, trust)
        assert (seen.verdict, seen.withdrawn, seen.intact) == ("bad", why, True)
        assert seen.reasons[0].startswith("Plan P-2026-0001 was withdrawn on 20 Dec 2026")
    assert _judge(signed(), root().cert_pem).verdict == "good"


def _without_signature(pem: bytes) -> bytes:
    return b"\n".join(line for line in pem.split(b"\n") if not line.startswith(b"Signature"))


def _of_another(_: bytes) -> bytes:
    other = make_root("Clinic for Muscle Disease", AT)
    forged = write_trust(other, [], [Withdrawn("P-1", ("0" * 64,), "wrong-patient", AT.isoformat())], AT)
    return root().cert_pem + forged[forged.index(b"-----BEGIN MYOSITIS") :]


@pytest.mark.parametrize("change", [_without_signature, _of_another])
def test_a_list_of_withdrawn_plans_that_the_clinic_did_not_sign_is_refused(change: Callable[[bytes], bytes]) -> None:
    pem = write_trust(root(), [], [Withdrawn("P-1", ("0" * 64,), "wrong-patient", AT.isoformat())], AT)
    with pytest.raises(UserError, match="not signed by its clinic"):
        read_trust([change(pem)])


def test_a_list_of_revoked_certificates_of_another_clinic_is_refused() -> None:
    other = write_trust(make_root("Clinic for Muscle Disease", AT), [Revoked(1, AT, "superseded")], [], AT)
    with pytest.raises(UserError, match="not signed by its clinic"):
        read_trust([root().cert_pem + other[other.index(b"-----BEGIN X509 CRL") :]])


def test_an_authority_of_time_makes_no_signer_known() -> None:
    other = make_root("Time", AT)
    pdf = sign(taper_pdf(), load_signer(make_signer(other, "Dr. X", "x", AT), "x"), "author", AT)
    assert _judge(pdf, write_trust(root(), [], [], AT, time_roots=[other.cert_pem])).signer_known is False
