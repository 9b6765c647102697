"""Judging a file: coverage and later changes first, then the signers, then whether its plan can be made again.

"The signature is valid" is said of no file by itself: a signature can be valid and the file changed after it. The
file is read as something hostile: whatever is in it, the outcome is a `Verification`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO

from asn1crypto import cms, parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from myositis_desktop.documents.identity import name_of
from myositis_desktop.documents.pdf_objects import CASE_FILE, PLAN_FILE
from myositis_desktop.documents.quiet import run_now
from myositis_desktop.documents.trust import (
    REVOKED_WORDS,
    Revoked,
    Trust,
    Withdrawn,
    document_digest,
    is_list,
    read_trust,
)
from myositis_desktop.documents.verification import MEANINGS, WITHDRAWN_WORDS, SignatureReport, Verification
from myositis_desktop.documents.wording import day, moment
from myositis_desktop.errors import UserError

Reproduce = Callable[[bytes, bytes], tuple[bool | None, str]]
LARGEST = 64 * 1024 * 1024
"""Bytes; a plan of 300 pages has about 2 MB."""
LARGEST_ATTACHMENT = 20 * 1024 * 1024
_END = re.compile(rb"startxref\s+\d+\s+%%EOF(\r\n|\n|\r)?")
_ADDED = "The signature does not cover the whole file: something was added after signing."


@dataclass(frozen=True, slots=True)
class _Judged:
    """One signature with all that was found out about it."""

    report: SignatureReport
    coverage: SignatureCoverageLevel | None
    revision: int
    """The revision of the file that it signs, 0 being the file before any signature."""
    changed: bool
    """Something that is not an allowed signature was changed after it."""
    trouble: tuple[str, ...]


def verify(pdf: bytes, roots: Sequence[bytes], reproduce: Reproduce) -> Verification:
    """See `documents.verify`."""
    trust = read_trust(roots)
    if b"%PDF-" not in pdf[:1024]:
        return Verification("not-a-pdf", ("This file is not a PDF.",))
    if len(pdf) > LARGEST:
        return Verification("bad", ("The file is larger than any document of this program; it was not read.",))
    whole = _end_of_pdf(pdf)
    try:
        seen = _judge(pdf[:whole], trust, reproduce)
        return seen if whole == len(pdf) or not seen.signatures else _with_tail(seen)
    except UserError:
        raise
    except Exception:  # noqa: BLE001  (a hostile file may break the reader in any way; the outcome is the same)
        return Verification("bad", ("The file cannot be read: it is damaged or cut short.",))


def _end_of_pdf(pdf: bytes) -> int:
    """Where the last complete PDF of the file ends; what stands behind it belongs to no revision."""
    ends = [found.end() for found in _END.finditer(pdf)]
    return ends[-1] if ends else len(pdf)


def _with_tail(seen: Verification) -> Verification:
    """The judgement of a file that has bytes behind its end."""
    kept = tuple(r for r in seen.reasons if not r.startswith(("The whole file", "The signature does not cover")))
    return replace(
        seen,
        verdict="bad",
        covers_whole_file=False,
        changed_after_signing=True,
        reproduces=None,
        reasons=(_ADDED, *kept),
    )


def _judge(pdf: bytes, trust: Trust, reproduce: Reproduce) -> Verification:
    reader = PdfFileReader(BytesIO(pdf))
    if reader.encrypted:
        return Verification("bad", ("The file is encrypted; documents of this program never are.",))
    found = reader.embedded_signatures
    if not found:
        if list(enumerate_sig_fields(reader, filled_status=True)):
            return Verification("bad", ("The file carries a signature of a kind that this program does not make.",))
        return Verification("unsigned", ("Nobody has signed this file.",))
    trust = trust.with_lists(_lists(reader))
    judged = [_signature(pdf, s, trust) for s in found]
    whole = _coverage(judged)
    changed = not whole or _changed(judged, reader.total_revisions)
    intact = all(j.report.intact for j in judged)
    known = all(j.report.known for j in judged)
    reproduces, said = None, ""
    if intact and not changed:
        reproduces, said = _reproduced(reader, judged[0].revision, reproduce)
    withdrawn = trust.withdrawal(_first_signed(pdf, found[0]))
    good = intact and whole and not changed and known and reproduces is not False and withdrawn is None
    reasons = _reasons(judged, whole=whole, changed=changed, reproduces=reproduces, said=said)
    return Verification(
        verdict="good" if good else "bad",
        reasons=tuple(reasons if withdrawn is None else [_taken_back(withdrawn), *reasons]),
        withdrawn=withdrawn.why if withdrawn else None,
        intact=intact,
        covers_whole_file=whole,
        changed_after_signing=changed,
        signer=judged[0].report.signer,
        signatures=tuple(j.report for j in judged),
        signer_known=known,
        reproduces=reproduces,
    )


def _coverage(judged: Sequence[_Judged]) -> bool:
    """The last signature covers the file to its last byte, each earlier one its own revision."""
    *earlier, last = judged
    entire = last.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return entire and all(j.coverage == SignatureCoverageLevel.ENTIRE_REVISION for j in earlier)


def _changed(judged: Sequence[_Judged], revisions: int) -> bool:
    """Our files hold one revision before the first signature and one for each signature; anything more is a change."""
    steps = [j.revision for j in judged] == list(range(1, len(judged) + 1))
    return not steps or revisions != len(judged) + 1 or any(j.changed for j in judged)


def signed_digest(pdf: bytes) -> str:
    """What names a signed document in the list of withdrawn plans: the same before and after a countersignature.

    Raises:
        UserError: nobody has signed it.
    """
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if not found:
        raise UserError("Nobody has signed this document.")
    return _first_signed(pdf, found[0])


def _first_signed(pdf: bytes, first: EmbeddedPdfSignature) -> str:
    _, gap_start, gap_end, length = (int(n) for n in first.byte_range)
    return document_digest(pdf[: gap_end + length], (gap_start, gap_end))


def _signature(pdf: bytes, signature: EmbeddedPdfSignature, trust: Trust) -> _Judged:
    claimed = signature.self_reported_timestamp
    when = claimed if claimed is None or claimed.tzinfo else claimed.replace(tzinfo=UTC)
    status = run_now(async_validate_pdf_signature(signature, _within(trust.roots, when), _within(trust.time_roots)))
    cert = x509.load_der_x509_certificate(signature.signer_cert.dump())
    reason = str(signature.sig_object.get("/Reason", ""))
    stamp = status.timestamp_validity
    sound = stamp is None or bool(stamp.intact and stamp.valid)
    intact = bool(status.intact and status.valid and sound and _container_is_ours(pdf, signature))
    revoked = trust.revocation(cert) if status.trusted else None
    trouble = _revoked_in_time(name_of(cert), revoked, when, stamp) if revoked else ""
    known = bool(status.trusted and when is not None and _chain_is_exact(signature, status) and not trouble)
    report = SignatureReport(
        field=signature.fq_name,
        signer=name_of(cert),
        meaning=next((m for m, words in MEANINGS.items() if words == reason), reason),
        at=when.isoformat() if when else None,
        intact=intact,
        known=known,
        issuer=_issuer(signature, cert),
        certificate_until=cert.not_valid_after_utc.date().isoformat(),
        certificate_from=cert.not_valid_before_utc.date().isoformat(),
        revoked=revoked.at.isoformat() if revoked else None,
        time_stamp=stamp.timestamp.isoformat() if stamp and sound else None,
        time_authority=_name_in(stamp.signing_cert) if stamp else None,
        time_authority_known=bool(stamp and sound and stamp.trusted and _stamp_is_exact(signature, stamp)),
    )
    if not known and not trouble:
        trouble = _why_unknown(cert, report, when, status)
    return _Judged(report, status.coverage, signature.signed_revision, _modified(status), (trouble,) if trouble else ())


def _within(roots: Sequence[x509.Certificate], when: datetime | None = None) -> ValidationContext:
    """What may be trusted, on the day of `when`; revocation is judged here, not by the library."""
    known = [asn1_x509.Certificate.load(r.public_bytes(Encoding.DER)) for r in roots]
    return ValidationContext(trust_roots=known, allow_fetching=False, moment=when)


def _lists(reader: PdfFileReader) -> list[bytes]:
    """The revocation lists (DER) inside the file; those that cannot be read are as if they were not there."""
    try:
        found = [bytes(stream.get_object().data) for stream in reader.root["/DSS"]["/CRLs"]]
    except (KeyError, TypeError, AttributeError, PdfError):
        return []
    return [der for der in found if is_list(der)]


def _revoked_in_time(
    signer: str, revoked: Revoked, when: datetime | None, stamp: TimestampSignatureStatus | None
) -> str:
    """What speaks against a signature whose certificate was taken back; empty where it was made before that.

    After the loss of a key the claimed time proves nothing: a thief can claim any.
    """
    on = f"on {moment(revoked.at)} ({REVOKED_WORDS[revoked.why]})"
    if when is None or revoked.at <= when:
        return f"The certificate of {signer} had been revoked {on} when it signed."
    proven = stamp is not None and stamp.intact and stamp.valid and stamp.trusted and stamp.timestamp < revoked.at
    if revoked.why == "key-compromise" and not proven:
        return (
            f"The certificate of {signer} was revoked {on}, and no time-stamp of a known authority proves that it "
            "signed before."
        )
    return ""


def _taken_back(withdrawn: Withdrawn) -> str:
    on = moment(datetime.fromisoformat(withdrawn.at))
    return f"Plan {withdrawn.plan_number} was withdrawn on {on}: {WITHDRAWN_WORDS[withdrawn.why]}. Do not follow it."


def _name_in(cert: asn1_x509.Certificate) -> str:
    return name_of(x509.load_der_x509_certificate(cert.dump()))


def _modified(status: PdfSignatureStatus) -> bool:
    level = status.modification_level
    return not status.docmdp_ok or (level is not None and level > ModificationLevel.FORM_FILLING)


def _container_is_ours(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """The one part of the file that no signature covers holds the signature and nothing else.

    The gap in the byte range must be exactly the container, in canonical DER, padded with zeros; so no byte of the
    file can be changed without the outcome changing.
    """
    _, first, second, _ = (int(n) for n in signature.byte_range)
    content = bytes(signature.pkcs7_content)
    der = content[: parser.peek(content)]
    expected = b"<" + der.hex().upper().encode() + b"00" * (len(content) - len(der)) + b">"
    if pdf[first:second] != expected or not _is_canonical(der):
        return False
    content_of = cms.ContentInfo.load(der)["content"]
    plain = _is_plain_cms(content_of, signature.signer_cert, "v1")
    return plain and _is_one_time_stamp(content_of["signer_infos"][0]["unsigned_attrs"])


@lru_cache(maxsize=16)
def _is_canonical(der: bytes) -> bool:
    """Whether a container is written the one way that DER allows; slow, so the newest answers are kept."""
    return bytes(cms.ContentInfo.load(der).dump(force=True)) == der


def _is_plain_cms(content: cms.SignedData, signer_cert: asn1_x509.Certificate, version: str) -> bool:
    """One signer, one digest, the signer named as the certificate names it, versions as they must be."""
    signer = content["signer_infos"][0]
    sid = signer["sid"].chosen
    digests = [a["algorithm"].native for a in content["digest_algorithms"]]
    return bool(
        len(content["signer_infos"]) == 1
        and (content["version"].native, signer["version"].native) == (version, "v1")
        and digests == [signer["digest_algorithm"]["algorithm"].native]
        and sid["issuer"].dump() == signer_cert.issuer.dump()
    )


def _is_one_time_stamp(unsigned: cms.CMSAttributes) -> bool:
    """Nothing at all, or one time-stamp, with nothing in it that nobody signed."""
    if not unsigned:
        return True
    if len(unsigned) != 1 or unsigned[0]["type"].native != "signature_time_stamp_token":
        return False
    tokens = unsigned[0]["values"]
    return len(tokens) == 1 and not any(s["unsigned_attrs"] for s in tokens[0]["content"]["signer_infos"])


def _stamp_is_exact(signature: EmbeddedPdfSignature, stamp: TimestampSignatureStatus) -> bool:
    """The certificates in the time-stamp are those of the path that was found, and the rest is as it must be."""
    info = extract_signer_info(signature.signed_data)
    token = info["unsigned_attrs"][0]["values"][0]["content"]
    if stamp.validation_path is None or not _is_plain_cms(token, stamp.signing_cert, "v3"):
        return False
    path = {c.dump() for c in stamp.validation_path if isinstance(c, asn1_x509.Certificate)}
    return all(c.chosen.dump() in path for c in token["certificates"]) and not token["crls"]


def _chain_is_exact(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """The certificates in the container are those of the path that was found, byte for byte."""
    if status.validation_path is None:
        return False
    path = {c.dump() for c in status.validation_path if isinstance(c, asn1_x509.Certificate)}
    return all(c.dump() in path for c in signature.other_embedded_certs)


def _issuer(signature: EmbeddedPdfSignature, cert: x509.Certificate) -> str:
    for other in signature.other_embedded_certs:
        candidate = x509.load_der_x509_certificate(other.dump())
        if candidate.subject == cert.issuer:
            return name_of(candidate)
    return cert.issuer.rfc4514_string()


def _why_unknown(
    cert: x509.Certificate, report: SignatureReport, when: datetime | None, status: PdfSignatureStatus
) -> str:
    if when is None:
        return f"The signature of {report.signer} does not say when it was made."
    begin, end = cert.not_valid_before_utc, cert.not_valid_after_utc
    if not begin <= when <= end:
        return (
            f"The certificate of {report.signer} was valid from {day(begin.date())} to {day(end.date())}, "
            f"not on the day it says it signed ({day(when.date())})."
        )
    if status.trusted:
        return f"The signature of {report.signer} carries certificates that do not belong to it."
    return (
        f"{report.signer} is not known to this clinic: the certificate comes from {report.issuer}, "
        "whose root certificate is not trusted here. Anyone can make a certificate with any name."
    )


def _reproduced(reader: PdfFileReader, revision: int, reproduce: Reproduce) -> tuple[bool | None, str]:
    """Whether the plan inside follows from the findings inside, both taken from the revision that was signed."""
    files = _attachments(reader, revision)
    if files is None:
        return False, "The findings and the plan that belong inside the document are missing."
    return reproduce(files[CASE_FILE], files[PLAN_FILE])


def _attachments(reader: PdfFileReader, revision: int) -> dict[str, bytes] | None:
    """The two files of the signed revision; None where one is missing, twice there or too large."""
    root = reader.get_historical_resolver(revision).root
    try:
        leaves = list(root["/Names"]["/EmbeddedFiles"]["/Names"])
        pairs = [
            (str(name), spec.get_object()["/EF"]["/F"]) for name, spec in zip(leaves[::2], leaves[1::2], strict=True)
        ]
        files = {name: bytes(stream.data) for name, stream in pairs}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    sound = sorted(files) == [CASE_FILE, PLAN_FILE] and len(pairs) == 2
    return files if sound and all(len(f) <= LARGEST_ATTACHMENT for f in files.values()) else None


def _reasons(judged: Sequence[_Judged], *, whole: bool, changed: bool, reproduces: bool | None, said: str) -> list[str]:
    """Plain sentences: what speaks against the file first."""
    against: list[str] = []
    if not all(j.report.intact for j in judged):
        against.append("The content was changed, or the signature does not belong to it.")
    if not whole:
        against.append(_ADDED)
    elif changed:
        against.append("The file was changed after signing, beyond a countersignature in its place.")
    against += [t for j in judged for t in j.trouble]
    if reproduces is False:
        against.append(said or "The plan inside does not follow from the findings inside.")
    if against:
        return against + ([said] if said and reproduces is not False else [])
    lines = ["The whole file is covered by the signature, and nothing was changed after signing."]
    lines += [_signed(j.report) for j in judged]
    return [*lines, said] if said else lines


def _signed(report: SignatureReport) -> str:
    when = moment(datetime.fromisoformat(report.at)) if report.at else "at an unknown time"
    until = day(datetime.fromisoformat(report.certificate_until).date())
    signed = f"Signed by {report.signer} ({report.meaning}) on {when} by the clock of that workstation"
    lines = [
        f"{signed}; the certificate of {report.issuer} was valid then and is valid until {until}.",
        "What it signed stays good after that day.",
    ]
    if report.revoked:
        lines.append(f"The certificate was revoked later, on {moment(datetime.fromisoformat(report.revoked))}.")
    if report.time_stamp:
        seen = f"{report.time_authority} stamped the time: {moment(datetime.fromisoformat(report.time_stamp))}"
        known = "." if report.time_authority_known else ", but this clinic does not know that authority."
        lines.append(seen + known)
    return " ".join(lines)
