"""How long a passphrase would stand against somebody who has copied the key file and tries."""

from dataclasses import dataclass

_READ = 72
"""Characters that are judged; what comes after only adds."""
_WEAKEST = 10.0
_STRONG = 14.0


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate, not a promise."""

    tries: float
    """Tries that a clever attacker needs, as a power of ten."""
    hint: str
    """What would make it stronger, or ""."""

    @property
    def is_enough(self) -> bool:
        """Ten thousand million tries: at some tries a second, which is all that Argon2id allows, decades."""
        return self.tries >= _WEAKEST

    @property
    def is_strong(self) -> bool:
        """A thousand computers would still need decades."""
        return self.tries >= _STRONG


def strength(passphrase: str, known: tuple[str, ...] = ()) -> Strength:
    """The estimate of zxcvbn: words, names, dates, keyboard runs and repeats count for little.

    Args:
        passphrase: as typed.
        known: words that an attacker would try first: the names of user and clinic.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists load only where somebody chooses a passphrase

    words = [part for name in known for part in (name, *name.split()) if part]
    found = zxcvbn(passphrase[:_READ], user_inputs=words)
    told = [found["feedback"]["warning"], *found["feedback"]["suggestions"]]
    return Strength(float(found["guesses_log10"]), " ".join(text for text in told if text))
