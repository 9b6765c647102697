"""A signer whose key is unlocked. Held in memory only while signing."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signer:
    """Certificate, key and the certificates above it, each DER."""

    name: str
    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)
    """PKCS#8, unencrypted: never stored, never logged. Empty where the key stays in a token."""
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    """Nearest authority first."""
    ask_token: Callable[[bytes], bytes] | None = field(default=None, repr=False)
    """Gives the signature (SHA-256; DER for an elliptic curve) of the bytes, where the key stays in a token."""
    revocation_lists: tuple[bytes, ...] = field(default=(), repr=False)
    """CRL of the authority at the moment of signing; they become part of what is signed."""
