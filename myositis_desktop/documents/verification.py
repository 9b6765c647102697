"""What `verify` says about a file, in the words of the contract."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Meaning = Literal["author", "reviewer", "countersigner"]
WithdrawnFor = Literal["entered-in-error", "wrong-patient"]
Verdict = Literal["good", "bad", "unsigned", "not-a-pdf"]

MEANINGS: dict[Meaning, str] = {
    "author": "I am the author of this document.",
    "reviewer": "I have reviewed this document.",
    "countersigner": "I countersign this document.",
}
"""What the signature says it means, printed and stored (21 CFR 11.50)."""

WITHDRAWN_WORDS: dict[WithdrawnFor, str] = {
    "entered-in-error": "entered in error",
    "wrong-patient": "made for the wrong patient",
}


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature of a file."""

    field: str
    signer: str
    meaning: str
    """author | reviewer | countersigner, or the reason as it stands where it is none of ours."""
    at: str | None
    """The moment the signer claims, ISO 8601, by the clock of that workstation."""
    intact: bool
    known: bool
    issuer: str
    certificate_until: str
    certificate_from: str = ""
    revoked: str | None = None
    """When the certificate was taken back, ISO 8601; None: not that this workstation knows."""
    time_stamp: str | None = None
    """When an authority of time saw the signature, ISO 8601."""
    time_authority: str | None = None
    time_authority_known: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """The result for a whole file; good only if every point holds."""

    verdict: Verdict
    reasons: tuple[str, ...]
    """Plain sentences, the most important first."""
    intact: bool = False
    covers_whole_file: bool = False
    changed_after_signing: bool = False
    signer: str | None = None
    signatures: tuple[SignatureReport, ...] = field(default=())
    signer_known: bool = False
    reproduces: bool | None = None
    withdrawn: str | None = None
    """Why the plan was withdrawn (entered-in-error | wrong-patient), where this workstation knows of it."""

    def to_json(self) -> dict[str, Any]:
        """The object that `verify --json` prints."""
        return {
            "intact": self.intact,
            "covers_whole_file": self.covers_whole_file,
            "changed_after_signing": self.changed_after_signing,
            "signer": self.signer,
            "signatures": [asdict(s) for s in self.signatures],
            "signer_known": self.signer_known,
            "reproduces": self.reproduces,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "withdrawn": self.withdrawn,
        }
