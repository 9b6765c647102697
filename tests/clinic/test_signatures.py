"""Keys, countersignatures, renewal, revocation, time-stamps and withdrawals in a real clinic."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from myositis_desktop.clinic import Clinic, KeyFile, NewUser, WrongPassphrase, verify_file
from myositis_desktop.documents.identity import make_root, make_signer
from myositis_desktop.errors import UserError
from myositis_desktop.store import audit

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOSPITAL_PASSPHRASE = "of the hospital"


def _patient(clinic: Clinic, example: bytes) -> int:
    patient_id, problems = clinic.import_case(example)
    assert patient_id is not None, problems
    return patient_id


def _rsa_authority(name: str, *, time: bool = False) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START - timedelta(days=9))
        .not_valid_after(START + timedelta(days=9000))
    )
    if time:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return builder.add_extension(usage, critical=True).sign(key, hashes.SHA256()), key
    ca = x509.BasicConstraints(ca=True, path_length=None)
    return builder.add_extension(ca, critical=True).sign(key, hashes.SHA256()), key


def _hospital(name: str) -> tuple[bytes, bytes]:
    """A key file (RSA) and the PEM of the authority that made it."""
    root, root_key = _rsa_authority("Hospital authority")
    key = rsa.generate_private_key(65537, 2048)
    cert = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START - timedelta(days=2))
        .not_valid_after(START + timedelta(days=700))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(root_key, hashes.SHA256())
    )  # fmt: skip
    lock = serialization.BestAvailableEncryption(HOSPITAL_PASSPHRASE.encode())
    p12 = pkcs12.serialize_key_and_certificates(b"x", key, cert, [root], lock)
    return p12, root.public_bytes(serialization.Encoding.PEM)


def test_a_plan_is_drafted_by_one_and_countersigned_by_another(
    enter: Callable[[str], Clinic], example: bytes, people: dict[str, NewUser], place: Path
) -> None:
    author = enter("administrator")
    patient = _patient(author, example)
    filed = author.sign(patient, people["administrator"].passphrase, "author")
    number = filed[0].plan_number
    with pytest.raises(UserError, match="somebody else has to countersign"):
        author.signatures.countersign(number, people["administrator"].passphrase, "countersigner")
    before = {d.id: author.document(d.id) for d in filed}
    other = enter("clinician")
    with pytest.raises(WrongPassphrase):
        other.signatures.countersign(number, "not this one at all", "countersigner")
    again = other.signatures.countersign(number, people["clinician"].passphrase, "countersigner")
    assert [d.countersigner for d in again] == ["Dr Ben Second"] * len(filed)
    for document in other.filed(patient):
        pdf = other.document(document.id)
        assert pdf.startswith(before[document.id])
        found = verify_file(pdf, place)
        assert (found.verdict, [s.meaning for s in found.signatures]) == ("good", ["author", "countersigner"])
    with pytest.raises(UserError, match="already"):
        other.signatures.countersign(number, people["clinician"].passphrase, "countersigner")
    assert enter("administrator").trail.verify() == ()


def test_a_key_file_of_an_authority_signs_once_the_clinic_trusts_it(
    clinic: Clinic, example: bytes, people: dict[str, NewUser], place: Path
) -> None:
    p12, authority = _hospital("Dr Anna Example")
    patient = _patient(clinic, example)
    with pytest.raises(UserError, match="does not trust the authority"):
        clinic.sign(patient, HOSPITAL_PASSPHRASE, "author", KeyFile(p12))
    clinic.signatures.trust_authority(authority, "signer")
    with pytest.raises(UserError, match="passphrase does not fit"):
        clinic.sign(patient, people["administrator"].passphrase, "author", KeyFile(p12))
    for document in clinic.sign(patient, HOSPITAL_PASSPHRASE, "author", KeyFile(p12)):
        found = verify_file(clinic.document(document.id), place)
        assert (found.verdict, found.signer) == ("good", "Dr Anna Example")
        assert found.signatures[0].issuer == "Hospital authority"


def test_a_revoked_certificate_signs_no_more_and_a_renewed_one_does(
    clinic: Clinic, example: bytes, people: dict[str, NewUser], place: Path
) -> None:
    secret = people["administrator"].passphrase
    patient = _patient(clinic, example)
    old = clinic.document(clinic.sign(patient, secret, "author")[0].id)
    (row,) = clinic.signatures.certificates()
    clinic.signatures.revoke(row.serial, "superseded")
    with pytest.raises(UserError, match="was revoked on 2026-11-20"):
        clinic.sign(patient, secret, "author")
    clinic.signatures.renew(secret)
    new = clinic.document(clinic.sign(patient, secret, "author")[0].id)
    for pdf in (old, new):
        assert verify_file(pdf, place).verdict == "good"
    assert "revoked later" in " ".join(verify_file(old, place).reasons)
    assert [bool(c.revoked) for c in clinic.signatures.certificates()] == [True, False]
    assert clinic.trail.verify() == ()


def test_a_certificate_that_has_run_out_signs_nothing_until_it_is_renewed(
    clinic: Clinic, place: Path, example: bytes, people: dict[str, NewUser]
) -> None:
    who = people["administrator"]
    clinic.close()
    years = Clinic.open(place, who.name, who.passphrase, lambda: START + timedelta(days=6 * 365))
    try:
        patient = _patient(years, example)
        with pytest.raises(UserError, match="is valid from 2026-11-19 to 2031-11-20 only"):
            years.sign(patient, who.passphrase, "author")
        years.signatures.renew(who.passphrase)
        document = years.sign(patient, who.passphrase, "author")[0]
        assert verify_file(years.document(document.id), place).verdict == "good"
    finally:
        years.close()


def test_a_plan_is_withdrawn_also_where_its_notice_cannot_be_printed(
    clinic: Clinic, example: bytes, people: dict[str, NewUser], place: Path
) -> None:
    secret = people["administrator"].passphrase
    patient = _patient(clinic, example)
    filed = clinic.sign(patient, secret, "author")
    with pytest.raises(WrongPassphrase):
        clinic.signatures.withdraw(filed[0].plan_number, "wrong-patient", "தமிழ்", "not this one at all")
    trouble = clinic.signatures.withdraw(filed[0].plan_number, "wrong-patient", "தமிழ்", secret)
    assert "is withdrawn" in trouble
    assert "none of the fonts" in trouble
    assert [(d.kind, d.withdrawn) for d in clinic.filed(patient)][-1] == ("letter", "wrong-patient")
    assert verify_file(clinic.document(filed[0].id), place).withdrawn == "wrong-patient"


def test_a_withdrawn_plan_says_so_here_and_wherever_the_trust_file_goes(
    clinic: Clinic, example: bytes, people: dict[str, NewUser], place: Path
) -> None:
    secret = people["administrator"].passphrase
    patient = _patient(clinic, example)
    filed = clinic.sign(patient, secret, "author")
    number = filed[0].plan_number
    with pytest.raises(UserError, match="with a reason"):
        clinic.signatures.withdraw(number, "wrong-patient", "  ", secret)
    before = clinic.signatures.trust_file()
    clinic.signatures.withdraw(number, "wrong-patient", "Findings of another Ann Example", secret)
    assert [(d.kind, d.withdrawn) for d in clinic.filed(patient)][-1] == ("withdrawal", "wrong-patient")
    assert clinic.trail.verify() == ()
    for document in filed:
        pdf = clinic.document(document.id)
        for found in (clinic.verify(pdf), verify_file(pdf, place)):
            assert (found.verdict, found.withdrawn, found.intact) == ("bad", "wrong-patient", True)
        assert verify_file(pdf, None, [before]).verdict == "good"
        assert verify_file(pdf, None, [clinic.signatures.trust_file()]).withdrawn == "wrong-patient"
    notice = clinic.document(clinic.filed(patient)[-1].id)
    assert verify_file(notice, place).verdict == "good"
    assert b"Ann Example" not in place.joinpath("clinic-trust.pem").read_bytes()
    with pytest.raises(UserError, match="was withdrawn"):
        clinic.signatures.countersign(number, secret, "reviewer")
    with pytest.raises(UserError, match="was withdrawn"):
        clinic.signatures.withdraw(number, "wrong-patient", "again", secret)
    assert audit.audit_rows(clinic._store)[-1].action == "plan-withdrawn"


def test_a_time_stamp_goes_out_and_comes_back_as_files(
    clinic: Clinic, example: bytes, people: dict[str, NewUser], place: Path
) -> None:
    document = clinic.sign(_patient(clinic, example), people["administrator"].passphrase, "author")[0]
    request = tsp.TimeStampReq.load(clinic.signatures.time_request(document.id))
    cert, key = _rsa_authority("Time Office", time=True)
    pem = cert.public_bytes(serialization.Encoding.PEM)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(der),
        fixed_dt=START + timedelta(days=1),
    )
    clinic.signatures.trust_authority(pem, "time")
    clinic.signatures.add_time_stamp(document.id, stamper.request_tsa_response(request).dump())
    found = verify_file(clinic.document(document.id), place)
    assert (found.verdict, found.signatures[0].time_authority_known) == ("good", True)
    assert clinic.filed(1)[0].time_stamped


def test_a_backup_brings_no_trust_file_and_opening_it_writes_one(
    clinic: Clinic, example: bytes, people: dict[str, NewUser]
) -> None:
    who = people["administrator"]
    document = clinic.sign(_patient(clinic, example), who.passphrase, "author")[0]
    pdf = clinic.document(document.id)
    clinic.signatures.withdraw(document.plan_number, "entered-in-error", "Wrong weight", who.passphrase)
    folder = clinic.copies.make()
    assert not (folder / "clinic-trust.pem").exists()
    other = Clinic.open(folder, who.name, who.passphrase, lambda: START + timedelta(days=1))
    other.close()
    assert verify_file(pdf, folder).withdrawn == "entered-in-error"


def test_what_is_no_certificate_is_not_trusted(clinic: Clinic) -> None:
    with pytest.raises(UserError, match="not a certificate"):
        clinic.signatures.trust_authority(b"hello", "signer")


def test_a_key_of_another_clinic_is_not_signed_with(clinic: Clinic, example: bytes) -> None:
    p12 = make_signer(make_root("Hill clinic", START), "Dr Anna Example", "x", START)
    with pytest.raises(UserError, match="does not trust"):
        clinic.sign(_patient(clinic, example), "x", "author", KeyFile(p12))
