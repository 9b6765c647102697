"""Words of a patient as they are looked for: no accents, no case, by the beginning of each word.

One fold serves index and query, so that both always agree.
"""

import unicodedata
from collections.abc import Iterable

from myositis_desktop.model.case import Patient

_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
)
"""Letters that Unicode does not take apart; ß becomes ss by case folding."""

_LONGEST = 100
"""Characters of a search that are looked at; a name is shorter, and a pasted page would only be slow."""

_IDEOGRAPHS = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA", "HANGUL")


def fold(text: str) -> str:
    """The text in lower case without accents, as `Müller-Łódź` gives `muller-lodz`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.translate(_PLAIN))


def index_words(patient: Patient) -> str:
    """What stands in the index for a patient, words separated by spaces."""
    words: set[str] = set()
    for text in (patient.family_name, patient.given_name, patient.record_number):
        for term in text.split():
            words.update((*_words(term), "".join(_words(term))))
    day = patient.birth_date
    words.update((day.strftime("%Y%m%d"), day.strftime("%d%m%Y")))
    return " ".join(sorted(words - {""}))


def match_of(search: str) -> str:
    """The FTS5 query for what was typed: every word must begin a word of the patient, in any order; "" asks nothing."""
    terms = [_words(term) for term in search[:_LONGEST].split()]
    return " AND ".join(_either(words) for words in terms if words)


def exact_match(text: str) -> str:
    """The FTS5 query for patients who have every word of the text whole; "" asks nothing."""
    return " AND ".join(_whole(text))


def any_match(text: str) -> str:
    """The FTS5 query for patients who have at least one word of the text whole; "" asks nothing."""
    return " OR ".join(_whole(text))


def _whole(text: str) -> list[str]:
    return [f'"{word}"' for word in words_of(text)]


def words_of(text: str) -> list[str]:
    """The folded words of a name, in their order."""
    return [word for term in text.split() for word in _words(term)]


def _either(words: list[str]) -> str:
    apart = _all(words)
    return apart if len(words) == 1 else f"(({apart}) OR {_all([''.join(words)])})"


def _all(words: Iterable[str]) -> str:
    return " AND ".join(f'"{word}"*' for word in words)


def _words(term: str) -> list[str]:
    """Runs of letters and digits; an ideograph is a word by itself, for such names are written without spaces."""
    spaced = "".join(f" {c} " if _is_ideograph(c) else c if _is_letter(c) else " " for c in fold(term))
    return spaced.split()


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _is_ideograph(character: str) -> bool:
    return ord(character) > 0x1100 and unicodedata.name(character, "").startswith(_IDEOGRAPHS)
