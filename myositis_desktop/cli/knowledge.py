"""`knowledge check`: every fault of the newest pack with a witness patient, as a line that can be pasted."""

import json
from importlib.resources.abc import Traversable

from myositis_desktop import knowledge
from myositis_desktop.assets import asset
from myositis_desktop.errors import BugError, UserError
from myositis_desktop.exchange import case_json, read_case
from myositis_desktop.knowledge.check import Fault, check
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue

EXAMPLES = "examples.ndjson"


def check_lines() -> tuple[str, ...]:
    """The faults of the newest pack, each as one line, with its witness as a case file in a line below it."""
    return lines_of(folder_faults(asset("resources", "knowledge", knowledge.versions()[-1])))


def folder_faults(folder: Traversable) -> tuple[Fault, ...]:
    """The faults of the pack in a folder; the only one where it cannot be read at all.

    Raises:
        UserError: the examples cannot be read.
    """
    try:
        pack = knowledge.read_pack(folder, checked=False)
    except BugError as fault:
        return (Fault(str(fault)),)
    return check(pack, read_examples(folder, pack.catalogue), knowledge.rule_files(folder))


def read_examples(folder: Traversable, catalogue: Catalogue, name: str = EXAMPLES) -> tuple[Case, ...]:
    """The example patients of a file, one a line; those of the pack in a folder.

    Raises:
        UserError: a line is no case file.
    """
    found = []
    for number, line in enumerate(folder.joinpath(name).read_bytes().splitlines(), 1):
        case, problems = read_case(line, catalogue)
        if case is None:
            raise UserError(f"{name} line {number}: {problems[0]}; nothing was checked. Mend the line.")
        found.append(case)
    return tuple(found)


def lines_of(faults: tuple[Fault, ...]) -> tuple[str, ...]:
    """Faults as lines of text."""
    return tuple(f.text if f.witness is None else f"{f.text}\n  {example_line(f.witness)}" for f in faults)


def example_line(case: Case) -> str:
    """A case file in one line, as examples.ndjson has them."""
    return json.dumps(case_json(case), ensure_ascii=False, separators=(",", ":"))
