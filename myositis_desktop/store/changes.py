"""What an edit changed, field by field, for the audit."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeGuard

Change = tuple[object, object]
"""Before and after; None where there was nothing or is nothing any more."""


def changes(before: bytes, after: bytes) -> Mapping[str, Change]:
    """The fields that differ between two case files, by their JSON pointer, as `/findings/lab.ck`.

    A file that is not JSON counts as one field; nothing is lost by it.
    """
    return dict(_differ("", _read(before), _read(after)))


def _read(case_file: bytes) -> object:
    try:
        return json.loads(case_file) if case_file else {}
    except (ValueError, RecursionError):
        return case_file.decode(errors="backslashreplace")


def _differ(place: str, before: object, after: object) -> Iterator[tuple[str, Change]]:
    if before == after:
        return
    if _is_branch(before, place) and _is_branch(after, place):
        for key in dict.fromkeys((*before, *after)):
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from _differ(f"{place}/{escaped}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        for i in range(max(len(before), len(after))):
            yield from _differ(f"{place}/{i}", _at(before, i), _at(after, i))
    else:
        yield place, (before, after)


def _is_branch(node: object, place: str) -> TypeGuard[dict[str, object]]:
    """Whether to look inside. A finding or dose is told whole: a number without its unit says nothing."""
    return isinstance(node, dict) and "value" not in node and not place.startswith("/x-")


def _at(items: list[object], index: int) -> object:
    return items[index] if index < len(items) else None
