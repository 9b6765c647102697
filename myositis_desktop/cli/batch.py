"""`batch`: one case a line in, one plan a line out, in the same order."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO

from myositis_desktop.cli.output import STREAM, log_fault, read_failure, writing
from myositis_desktop.cli.plan import assess
from myositis_desktop.engine.pack import Pack
from myositis_desktop.errors import UserError
from myositis_desktop.exchange.parse import MAX_BYTES
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.plan_json import plan_line
from myositis_desktop.model.problem import Problem

CHUNK = 16
"""Cases handed to a worker at a time."""


def batch_command(cases: str, out: str, workers: int, profile: Path) -> int:
    """The call `batch`; 0, or 1 when a line became `{"error": …}`.

    Raises:
        UserError: a file that cannot be read or written.
    """
    if STREAM not in (cases, out) and Path(cases).resolve() == Path(out).resolve():
        raise UserError("The output would overwrite the cases; nothing was written.")
    load_pack()  # a pack that fails its checks stops the batch once, not on every line
    bad = 0
    with ExitStack() as stack:
        lines = _lines(stack.enter_context(_open(cases)))
        results = _results(stack, lines, workers, profile)
        target = stack.enter_context(writing(out))
        for good, text in results:
            bad += not good
            target.write(text.encode() + b"\n")
    if bad:
        print(f"{bad} line{'' if bad == 1 else 's'} could not be assessed.", file=sys.stderr)
    return 1 if bad else 0


def _open(cases: str) -> BinaryIO:
    if cases == STREAM:
        return sys.stdin.buffer
    try:
        return Path(cases).open("rb")
    except OSError as error:
        raise read_failure(cases, error) from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends; one that is too long is cut just above the limit, to be refused and not kept."""
    while line := file.readline(MAX_BYTES + 2):
        rest = line
        while not rest.endswith(b"\n") and len(rest) == MAX_BYTES + 2:
            rest = file.readline(MAX_BYTES + 2)
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _results(stack: ExitStack, lines: Iterable[bytes], workers: int, profile: Path) -> Iterator[tuple[bool, str]]:
    work = partial(_one, profile=profile)
    if workers == 1:
        return map(work, lines)
    pool = stack.enter_context(get_context("spawn").Pool(workers))
    return pool.imap(work, lines, CHUNK)


@dataclass(slots=True)
class _Loaded:
    """The pack of this process, loaded at its first case."""

    pack: Pack | None = field(default=None)

    def get(self) -> Pack:
        if self.pack is None:
            self.pack = load_pack()
        return self.pack


_loaded = _Loaded()


def _one(line: bytes, profile: Path) -> tuple[bool, str]:
    """(whether it is a plan, the line to write)."""
    try:
        assessed, problems = assess(line, _loaded.get())
    except Exception as error:  # noqa: BLE001 - one case that trips the program must not stop the others
        return False, _error((Problem("", f"the program made a mistake; log: {log_fault(error, profile)}"),))
    return (False, _error(problems)) if assessed is None else (True, plan_line(assessed.plan))


def _error(problems: Iterable[Problem]) -> str:
    return json.dumps({"error": "; ".join(map(str, problems))}, ensure_ascii=False)
