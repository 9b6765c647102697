"""Bytes to a tree: the part of reading that is about JSON and text, not yet about patients.

Numbers stay as they were written, so that no binary float ever stands between the file and the decimal.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from myositis_desktop.model.problem import Problem

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_KEY = 200
MAX_PROBLEMS = 500
_UNFIT_IN_KEYS = ("Cc", "Cs", "Zl", "Zp")  # would break the one line of a problem, or cannot be written as UTF-8


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number, or a bare NaN or Infinity, as it was written."""

    text: str


class JsonObject(dict[str, object]):
    """An object of the file that remembers which keys were given more than once."""

    doubled: tuple[str, ...] = ()


@dataclass(slots=True)
class Problems:
    """Collects problems; beyond MAX_PROBLEMS it only counts, so that a hostile file cannot flood the screen."""

    found: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, pointer: str, text: str) -> None:
        """Notes one problem; `pointer` is a JSON pointer, "" for the whole file."""
        if self.full:
            self.more += 1
        else:
            self.found.append(Problem(pointer, text))

    @property
    def full(self) -> bool:
        return len(self.found) >= MAX_PROBLEMS

    def all(self) -> tuple[Problem, ...]:
        """What was found, with a last line that counts what is not shown."""
        rest = (Problem("", f"and {self.more} more problems; correct these first"),) if self.more else ()
        return (*self.found, *rest)


def parse(data: bytes, problems: Problems) -> object:
    """The tree of a JSON file: JsonObject, list, str, Number, bool and None. None also when it cannot be read.

    A byte-order mark is accepted. Reports at once what is wrong with the text as such: not UTF-8, not JSON, too large,
    too deep, a key given twice, half characters.
    """
    if len(data) > MAX_BYTES:
        problems.add("", f"the file has {len(data)} bytes; a case file has at most 5 MB ({MAX_BYTES} bytes)")
        return None
    try:
        tree: object = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=Number,
        )
    except UnicodeDecodeError as fault:
        problems.add("", f"the file is not UTF-8 text (byte {fault.start}); save it as UTF-8")
        return None
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        problems.add("", f"this is not JSON ({place}); a case file is a JSON object that begins with {{")
        return None
    except RecursionError:
        problems.add("", _too_deep())
        return None
    for pointer, text in _text_problems(tree, "", 0):
        problems.add(pointer, text)
    return tree


def member(pointer: str, key: str | int) -> str:
    """The JSON pointer of a key or index below `pointer`."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _too_deep() -> str:
    return f"lists and objects are nested too deeply; a case file goes at most {MAX_DEPTH} levels down"


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    result = JsonObject(pairs)
    if len(result) < len(pairs):
        result.doubled = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return result


def _text_problems(node: object, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        if _has(node, ("Cs",)):
            yield pointer, "holds half a character (a lone surrogate); write the text again"
    elif isinstance(node, (dict, list)) and depth >= MAX_DEPTH:
        yield pointer, _too_deep()
        node.clear()
    elif isinstance(node, JsonObject):
        yield from _object_problems(node, pointer)
        for key, value in node.items():
            yield from _text_problems(value, member(pointer, key), depth + 1)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _text_problems(value, member(pointer, index), depth + 1)


def _object_problems(node: JsonObject, pointer: str) -> Iterator[tuple[str, str]]:
    """Keys that cannot be named in a pointer are told of their object and dropped."""
    for key in list(node):
        if len(key) > MAX_KEY:
            yield pointer, f"has a key of {len(key)} characters; a key has at most {MAX_KEY}"
            del node[key]
        elif _has(key, _UNFIT_IN_KEYS):
            yield pointer, f"has a key with a control character or half a character: {key.encode('unicode_escape')!r}"
            del node[key]
    for key in node.doubled:
        if key in node:
            yield member(pointer, key), "the key is given twice; keep one of the two"


def _has(text: str, categories: tuple[str, ...]) -> bool:
    return not text.isprintable() and any(unicodedata.category(c) in categories for c in text)
