"""`python3 dev.py renew`: gives every rule without an example one, and writes the snapshots anew. Read the difference.

The patients are those that `knowledge check` offers; whether each says what its rule means is for a reader to judge.
"""

from pathlib import Path

from myositis_desktop.assets import asset
from myositis_desktop.cli.knowledge import EXAMPLES, example_line, folder_faults
from myositis_desktop.knowledge import versions
from myositis_desktop.knowledge.check import EXAMPLE_OF, Fault
from tests.snapshots import plans

MISSING = "has no example"


def add_examples(folder: Path) -> tuple[str, ...]:
    """Put the missing examples into the pack of a folder, in the order of their rules, and drop those that say nothing.

    Returns:
        the faults that no example mends.
    """
    faults = folder_faults(folder)
    for _ in range(3):  # a patient for one rule may be near to one for another
        if not any(f.witness and MISSING in f.text for f in faults):
            break
        _write(folder / EXAMPLES, faults)
        faults = folder_faults(folder)
    return tuple(f.text for f in faults)


def _write(file: Path, faults: tuple[Fault, ...]) -> None:
    new = {example_line(f.witness) for f in faults if f.witness and MISSING in f.text}
    stale = {example_line(f.witness) for f in faults if f.witness and f.text.startswith("example of")}
    lines = (set(file.read_text(encoding="utf-8").splitlines()) - stale) | new
    file.write_text("".join(f"{line}\n" for line in sorted(lines, key=_rule)), encoding="utf-8", newline="\n")


def _rule(line: str) -> str:
    return line.partition(f'"{EXAMPLE_OF}":')[2]


def main() -> None:
    """Renew what is made from the newest pack."""
    for fault in add_examples(Path(str(asset("resources", "knowledge", versions()[-1])))):
        print(fault)  # noqa: T201 - a job talks on the terminal
    plans.write()


if __name__ == "__main__":
    main()
