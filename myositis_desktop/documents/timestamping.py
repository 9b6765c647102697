"""Time-stamps without a network: a request file goes out on a stick, the authority's reply file comes back.

The time-stamp (RFC 3161) is put beside the newest signature of the file, in the room that was kept for it. Not one
byte that any signature covers is changed, and the file stays as long as it is.
"""

import hashlib
from io import BytesIO

from asn1crypto import algos, cms, core, tsp
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from myositis_desktop.documents.quiet import run_now
from myositis_desktop.errors import UserError

_ATTRIBUTE = "signature_time_stamp_token"
_GRANTED = ("granted", "granted_with_mods")


class _Reply(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """TimeStampResp; the library's own class wants a token also where the authority refuses."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012 - how asn1crypto wants it


def time_request(pdf: bytes) -> bytes:
    """The request (TimeStampReq, DER) for the newest signature of a document.

    Raises:
        UserError: the document carries no signature, or its newest one has a time-stamp already.
    """
    value = bytes(_signer_info(_newest(pdf))["signature"])
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": _sha256(), "hashed_message": hashlib.sha256(value).digest()},
            "nonce": _nonce(value),
            "cert_req": True,
        }
    )
    return bytes(request.dump())


def add_time_stamp(pdf: bytes, reply: bytes) -> bytes:
    """The document with the time-stamp of a reply file (TimeStampResp, DER) beside its newest signature.

    Raises:
        UserError: the reply is a refusal, belongs to something else, is damaged or does not fit into its place.
    """
    signature = _newest(pdf)
    info = _signer_info(signature)
    token = _token(reply)
    value = bytes(info["signature"])
    _check(token, value)
    info["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute({"type": _ATTRIBUTE, "values": [token]})])
    content = _rebuilt(signature, info)
    _, start, end, _ = (int(number) for number in signature.byte_range)
    room = end - start - 2
    digits = content.hex().upper().encode()
    if len(digits) > room:
        raise UserError("The time-stamp was not added: it is larger than the place kept for it. Nothing was changed.")
    return pdf[:start] + b"<" + digits.ljust(room, b"0") + b">" + pdf[end:]


def _newest(pdf: bytes) -> EmbeddedPdfSignature:
    try:
        found: list[EmbeddedPdfSignature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError) as error:
        raise UserError("The file is not a document that this program can read. Nothing was changed.") from error
    if not found:
        raise UserError("Nobody has signed this document yet, so there is nothing to stamp. Nothing was changed.")
    if _signer_info(found[-1])["unsigned_attrs"]:
        raise UserError("The newest signature of this document has a time-stamp already. Nothing was changed.")
    return found[-1]


def _signer_info(signature: EmbeddedPdfSignature) -> cms.SignerInfo:
    return extract_signer_info(signature.signed_data)


def _rebuilt(signature: EmbeddedPdfSignature, info: cms.SignerInfo) -> bytes:
    """The container, the signed parts byte for byte as they were."""
    content = cms.ContentInfo.load(bytes(signature.pkcs7_content), strict=False)
    content["content"]["signer_infos"] = cms.SignerInfos([info])
    return bytes(content.dump(force=True))


def _sha256() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": "sha256"})


def _nonce(value: bytes) -> int:
    """Of the signature itself: nothing has to be kept until the reply comes."""
    return int.from_bytes(hashlib.sha256(b"nonce" + value).digest()[:8], "big")


def _token(reply: bytes) -> cms.ContentInfo:
    try:
        response = _Reply.load(reply, strict=True)
        status = response["status"]["status"].native
        granted = status in _GRANTED
        token = cms.ContentInfo.load(response["time_stamp_token"].dump(), strict=True) if granted else None
    except (ValueError, TypeError, KeyError) as error:
        raise UserError("The reply is not that of a time-stamping authority, or it is damaged.") from error
    if token is None:
        raise UserError("The authority refused to stamp the time. Nothing was changed; ask the authority why.")
    return token


def _check(token: cms.ContentInfo, value: bytes) -> None:
    """Raises UserError where the token is not a sound answer to the request for this signature."""
    wrong = UserError(
        "The time-stamp was not added: the reply belongs to another request or is damaged. Nothing was changed."
    )
    try:
        signed = token["content"]
        info = signed["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        asked = imprint["hash_algorithm"]["algorithm"].native == "sha256"
        fits = imprint["hashed_message"].native == hashlib.sha256(value).digest() and _is_ours(info["nonce"], value)
        status = run_now(validate_tst_signed_data(signed, ValidationContext(trust_roots=[]), lambda _: _digest(value)))
    except (ValueError, TypeError, KeyError, AttributeError, SignatureValidationError) as error:
        raise wrong from error
    if not (asked and fits and status["intact"] and status["valid"]):
        raise wrong


def _is_ours(nonce: core.Integer, value: bytes) -> bool:
    return bool(nonce.native == _nonce(value))


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()
