"""How documents name tests: `tests/engine/test_x.py::test_y`, or `06-mild-half` for a row of tests/data/rules."""

import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_TEST = re.compile(r"`?(tests/[\w/]+\.py::test_\w+|\d\d-[a-z0-9-]+)`?")


def document(name: str) -> str:
    """A document of the folder docs."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def named(text: str) -> list[str]:
    """The tests a text names between backticks."""
    return [part for part in re.findall(r"`([^`]+)`", text) if _TEST.fullmatch(part)]


def exists(name: str) -> bool:
    """Whether a test or a row of that name is there."""
    file, _, function = name.partition("::")
    if not function:
        return name in rows()
    path = ROOT / file
    return path.is_file() and f"def {function}(" in path.read_text(encoding="utf-8")


@cache
def rows() -> frozenset[str]:
    """Every row of tests/data/rules, named by section and id."""
    files = sorted((ROOT / "tests/data/rules").glob("section-*.toml"))
    return frozenset(
        f"{file.stem.removeprefix('section-')}-{row['id']}"
        for file in files
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    )
