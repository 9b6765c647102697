"""The base text, statement by statement: what of the pack carries it out, which tests show it, where others differ.

`docs/base-text.md` is this text: `dev.py run knowledge show base-text` writes it anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

from myositis_desktop.assets import asset
from myositis_desktop.engine.pack import Pack
from myositis_desktop.knowledge.names import all_rows
from myositis_desktop.knowledge.tables import open_file

COUNT = 33
STATEMENTS = tuple(f"S{n}" for n in range(1, COUNT + 1))


@dataclass(frozen=True, slots=True)
class Statement:
    """What carries out one statement."""

    id: str
    carried_by: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where others say something else."""

    id: str
    title: str
    statements: tuple[str, ...]
    base: str
    others: str
    plan: str
    sources: tuple[str, ...]
    carried_by: tuple[str, ...]


def load_base_text(folder: Traversable) -> tuple[tuple[Statement, ...], tuple[Difference, ...]]:
    """Statements and differences of a pack; base_text.toml.

    Raises:
        BugError: a statement or a key is missing or not known.
    """
    place = open_file(folder, "base_text.toml")
    differences = []
    for one in place.tables("differs"):
        words = {k: one.take(k, str) for k in ("id", "title", "base", "others", "plan")}
        lists = {k: one.texts(k) for k in ("statements", "sources", "carried_by")}
        one.done()
        differences.append(
            Difference(
                words["id"], words["title"], lists["statements"], words["base"], words["others"], words["plan"],
                lists["sources"], lists["carried_by"],
            )
        )  # fmt: skip
    statements = []
    for id_ in STATEMENTS:
        one = place.table(id_)
        statements.append(Statement(id_, one.texts("carried_by"), one.texts("tests")))
        one.done()
    place.done()
    return tuple(statements), tuple(differences)


def carriers(pack: Pack) -> Mapping[str, str]:
    """Everything of a pack that can carry out a statement: id -> what it is."""
    found = {rule: "rule" for rule, *_ in all_rows(pack)}
    found |= dict.fromkeys(pack.definitions, "table or fact")
    found |= {a.id: "alert" for a in pack.alerts}
    found |= {i.rule: "interaction" for i in pack.interactions}
    found |= dict.fromkeys(pack.schedules, "taper schedule")
    found |= dict.fromkeys(pack.cards, "drug card")
    found |= {f"review.{r.day}": "decision point" for r in pack.reviews}
    found |= {f"monitor.{m.test}": "monitoring" for m in pack.monitoring}
    return found | dict.fromkeys(_advice(pack.version), "printed advice")


@cache
def _advice(version: str) -> tuple[str, ...]:
    return tuple(open_file(asset("resources", "knowledge", version), "paper.toml").data)


def citing(pack: Pack, statement: str) -> tuple[str, ...]:
    """The rules that name a statement as their source."""
    return tuple(dict.fromkeys(rule for rule, sources, *_ in all_rows(pack) if statement in sources))


def base_text(pack: Pack) -> str:
    """The whole as Markdown, ending in a newline."""
    statements, differences = load_base_text(asset("resources", "knowledge", pack.version))
    lines = [
        "# The base text",
        "",
        f"Written from the knowledge pack {pack.version} (`python3 dev.py run knowledge show base-text`); do not edit.",
        "Each statement with what carries it out and the tests that show it. A statement is never changed in silence:",
        "where others differ, the box says so.",
        "",
        "## Statements",
        *(line for s in statements for line in _statement(pack, s, differences)),
        "",
        "## Where others differ",
        *(line for d in differences for line in _difference(pack, d)),
    ]
    return "\n".join(lines) + "\n"


def _statement(pack: Pack, statement: Statement, differences: tuple[Difference, ...]) -> Iterator[str]:
    known, source = carriers(pack), pack.catalogue.sources[statement.id]
    yield from ("", f"### {statement.id}: {source.title}", "")
    for id_ in dict.fromkeys((*statement.carried_by, *citing(pack, statement.id))):
        yield f"- {known[id_]} `{id_}`"
    yield from (f"- test `{test}`" for test in statement.tests)
    if boxes := [d for d in differences if statement.id in d.statements]:
        yield f"- others differ: {', '.join(f'{d.id} ({d.title})' for d in boxes)}"


def _difference(pack: Pack, difference: Difference) -> Iterator[str]:
    known = carriers(pack)
    yield from ("", f"### {difference.id}: {difference.title}", "")
    yield from ("| | |", "|---|---|")
    yield f"| Base text says ({', '.join(difference.statements)}) | {difference.base} |"
    yield f"| Others say | {difference.others} |"
    yield f"| This plan uses | {difference.plan} |"
    yield from ("", "Carried out by " + ", ".join(f"{known[i]} `{i}`" for i in difference.carried_by) + ".")
    cited = (pack.catalogue.sources[s] for s in difference.sources)
    unsure = "; to be verified by a clinician"
    yield "Sources: " + "; ".join(f"{s.title} [{s.id}]{'' if s.confidence == 'high' else unsure}" for s in cited) + "."
