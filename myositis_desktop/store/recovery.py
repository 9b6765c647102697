"""The recovery key as it is printed: 160 random bits in Crockford's base 32, with a check against slips of the pen."""

import hashlib
import secrets

from myositis_desktop.errors import UserError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_SECRET_SYMBOLS = 32
_CHECK_SYMBOLS = 4
_GROUP = 4


def new_recovery_key() -> str:
    """Nine groups of four, as `7Q3M-…`."""
    return printed(secrets.token_bytes(20))


def printed(secret: bytes) -> str:
    """20 bytes as nine groups of four symbols; the last group is the check."""
    symbols = _symbols(int.from_bytes(secret, "big"), _SECRET_SYMBOLS) + _check(secret)
    return "-".join(symbols[i : i + _GROUP] for i in range(0, len(symbols), _GROUP))


def read_recovery_key(text: str) -> bytes:
    """The 20 bytes of a typed key; case, spaces and dashes do not matter, nor O for 0 or I and L for 1.

    Raises:
        UserError: the text is not a recovery key, or a symbol is mistyped.
    """
    symbols = "".join(c for c in text.upper() if not c.isspace() and c not in "-–—").translate(_ALIKE)
    if len(symbols) != _SECRET_SYMBOLS + _CHECK_SYMBOLS or any(c not in _ALPHABET for c in symbols):
        raise UserError(
            "This is not a recovery key: it has nine groups of four letters and digits. Nothing was changed. "
            "Type it as it is printed."
        )
    number = 0
    for symbol in symbols[:_SECRET_SYMBOLS]:
        number = number * 32 + _ALPHABET.index(symbol)
    secret = number.to_bytes(20, "big")
    if _check(secret) != symbols[_SECRET_SYMBOLS:]:
        raise UserError(
            "The recovery key has a typing mistake: its last group does not fit the others. Nothing was changed. "
            "Compare it with the printed sheet, group by group."
        )
    return secret


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"myositis recovery key" + secret).digest()
    return _symbols(int.from_bytes(digest[:4], "big") >> 12, _CHECK_SYMBOLS)


def _symbols(number: int, count: int) -> str:
    return "".join(_ALPHABET[(number >> (5 * i)) & 31] for i in reversed(range(count)))
