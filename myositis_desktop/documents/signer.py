"""A signer whose key is unlocked. Held in memory only while signing."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signer:
    """Certificate, key and the certificates above it, each DER."""

    name: str
    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)
    """PKCS#8, unencrypted: never stored, never logged."""
    chain: tuple[bytes, ...] = field(default=(), repr=False)
