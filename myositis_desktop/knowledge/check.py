"""What is wrong with a pack: gaps, overlaps, rows that nobody reaches, rules without text, source or example.

Each fault comes with its file, its rule and, where there is one, a witness: a patient who shows it. A row is proved
reachable by an example of the pack in which it spoke; only for a row without one a patient is looked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from myositis_desktop.engine.assessment import ICI_GRADE
from myositis_desktop.engine.logic import Expr, Literal
from myositis_desktop.engine.pack import Pack
from myositis_desktop.errors import BugError
from myositis_desktop.knowledge.names import FirstList, all_rows, check_names, expressions, first_lists, is_closed
from myositis_desktop.knowledge.parts import Part, parts
from myositis_desktop.knowledge.proofs import Proofs
from myositis_desktop.knowledge.witness import Example, Goal, find, worked
from myositis_desktop.model.case import Case

EXAMPLE_OF = "x-example"
"""The key of an example that names the row it stands for."""
_CLOSING = Literal(True)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a pack."""

    text: str
    """File, rule and what is wrong, in one line."""
    witness: Case | None = None
    """A patient who shows it; for a row without example one that may become its example."""


def check(pack: Pack, examples: Iterable[Case] = (), files: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Every fault; empty for a sound pack.

    Args:
        pack: the pack, which need not be sound.
        examples: its example patients.
        files: the file in which each rule stands.
    """
    return tuple(_Check(pack, tuple(examples), files or {}).faults())


class _Check:
    def __init__(self, pack: Pack, examples: Sequence[Case], files: Mapping[str, str]) -> None:
        self._pack = pack
        self._files = files
        self._cases = examples
        self._proofs = Proofs(pack)

    def faults(self) -> Iterator[Fault]:
        try:
            check_names(self._pack, lambda: self._files)
        except BugError as fault:
            yield Fault(str(fault))
            return
        runnable = _closed(self._pack)
        examples = worked(runnable, self._cases)
        yield from self._gaps(runnable, examples)
        yield from self._overlaps(runnable, examples)
        yield from self._reach(runnable, examples)
        yield from self._stale(runnable, examples)
        yield from self._silent()
        yield from (Fault(f"fact {name}: nothing reads it") for name in _unused(self._pack))

    # ---- gaps and overlaps

    def _gaps(self, runnable: Pack, examples: Sequence[Example]) -> Iterator[Fault]:
        for one in first_lists(self._pack):
            if is_closed(one):
                continue
            witness = find(runnable, Goal((), tuple(when for _, when in one.rows), one.drug), examples)
            why = (
                "no row holds for this patient" if witness else "no row is closed by `true`, though no patient is found"
            )
            yield Fault(f"{self._at(one)}: a gap, {why}", witness)

    def _overlaps(self, runnable: Pack, examples: Sequence[Example]) -> Iterator[Fault]:
        for place, rows in _unique_lists(self._pack):
            for (one, a), (other, b) in combinations(rows, 2):
                if self._proofs.apart(a, b):
                    continue
                witness = find(runnable, Goal((a, b)), examples)
                why = (
                    "overlap for this patient"
                    if witness
                    else "are not proved apart, though no patient of both is found"
                )
                file = self._files.get(one, "monitoring.toml")
                yield Fault(f"{file}, {place}: {one} and {other} {why}", witness)

    # ---- reach

    def _reach(self, runnable: Pack, examples: Sequence[Example]) -> Iterator[Fault]:
        reached: set[str] = set()
        everything = parts(self._pack)
        for example in examples:
            reached |= {p.id for p in everything if p.id not in reached and p.spoke(example.work)}
        for id_, same in groupby(sorted(everything, key=lambda p: p.id), key=lambda p: p.id):
            if id_ not in reached:
                yield self._unreached(runnable, examples, tuple(same))

    def _unreached(self, runnable: Pack, examples: Sequence[Example], same: Sequence[Part]) -> Fault:
        part = same[0]
        where = f"{self._file(part)}, {part.place}: {part.id}"
        if self._proofs.impossible(part.when):
            return Fault(f"{where} can never be reached, its condition contradicts itself")
        for before in part.before:
            if self._proofs.implies(part.when, before):
                return Fault(f"{where} can never be reached, {self._rule_of(part, before)} holds whenever it does")
        for one in same:
            found = find(runnable, Goal((one.when,), one.before, one.drug), examples, one.spoke)
            if found is not None:
                text = f"{where} has no example; this patient reaches it and may become one"
                return Fault(text, replace(found, extras={EXAMPLE_OF: part.id}))
        return Fault(f"{where} has no example, and no patient was found that reaches it")

    def _rule_of(self, part: Part, when: Expr) -> str:
        """The row a condition stands in, of the list of a part or of what forbids its drug."""
        rows = [(p.id, p.when) for p in parts(self._pack) if p.place == part.place or p.drug == part.drug]
        return next((id_ for id_, found in rows if found is when), "an earlier row")

    def _stale(self, runnable: Pack, examples: Sequence[Example]) -> Iterator[Fault]:
        by_id: dict[str, list[Part]] = {}
        for part in parts(runnable):
            by_id.setdefault(part.id, []).append(part)
        done = {id(e.case) for e in examples}
        for case in self._cases:
            if id(case) not in done:
                yield Fault(f"example of {case.extras.get(EXAMPLE_OF)}: its plan is refused", case)
        for example in examples:
            named = str(example.case.extras.get(EXAMPLE_OF))
            if not any(p.spoke(example.work) for p in by_id.get(named, ())):
                yield Fault(f"example of {named}: the rule does not speak for it", example.case)

    # ---- texts and sources

    def _silent(self) -> Iterator[Fault]:
        done = set()
        for part in parts(self._pack):
            if part.id in done:
                continue
            done.add(part.id)
            if part.sources == ():
                yield Fault(f"{self._file(part)}, {part.place}: {part.id} has no source")
            if part.text is not None and not part.text.strip():
                yield Fault(f"{self._file(part)}, {part.place}: {part.id} has no text")

    def _file(self, part: Part) -> str:
        other = f"drugs/{part.drug}.toml" if part.drug else "monitoring.toml"
        return self._files.get(part.id, other)

    def _at(self, one: FirstList) -> str:
        other = f"drugs/{one.drug}.toml" if one.drug else ""
        file = next((self._files[rule] for rule, _ in one.rows if rule in self._files), other)
        return f"{file}, {one.place}" if file else one.place


def _unique_lists(pack: Pack) -> Iterator[tuple[str, list[tuple[str, Expr]]]]:
    """Lists of which one row at most may hold: tables that say so, and the rows of one monitored test."""
    for definition in pack.definitions.values():
        if definition.hit == "unique":
            yield f"table {definition.id}", [(r.rule, r.when) for r in definition.rows]
    numbered = list(enumerate(pack.monitoring, 1))
    for test in dict.fromkeys(t.test for t in pack.monitoring):
        yield f"monitoring of {test}", [(f"test {n}", t.when) for n, t in numbered if t.test == test]


def _closed(pack: Pack) -> Pack:
    """The pack with a made-up last row wherever a list is open, so that every patient can be worked through."""
    definitions = dict(pack.definitions)
    for id_, one in pack.definitions.items():
        if one.rows and one.hit != "highest":
            last = replace(one.rows[-1], rule=f"gap of {id_}", when=_CLOSING)
            definitions[id_] = replace(one, rows=(*one.rows, last))
    cards = dict(pack.cards)
    for drug, card in pack.cards.items():
        if card.indications:
            other = card.indications[-1]
            row = replace(other.row, rule=f"gap of {drug}", when=_CLOSING)
            cards[drug] = replace(card, indications=(*card.indications, replace(other, row=row)))
    criteria = pack.criteria
    models = (*criteria.models, replace(criteria.models[-1], when=_CLOSING))
    subgroups = (*criteria.subgroups, replace(criteria.subgroups[-1], rule="gap of subgroups", when=_CLOSING))
    criteria = replace(criteria, models=models, subgroups=subgroups)
    group = replace(pack.group, orders=definitions[pack.group.orders.id])
    choice = replace(pack.taper_choice, schedule=definitions[pack.taper_choice.schedule.id])
    return replace(pack, definitions=definitions, cards=cards, criteria=criteria, group=group, taper_choice=choice)


def _unused(pack: Pack) -> Iterator[str]:
    read = {name for _, expr in expressions(pack) for name in expr.names()}
    said = {"subtype", "severity", "cancer-risk", ICI_GRADE, pack.group.orders.id, pack.taper_choice.schedule.id}
    said |= set(pack.facts_shown.values()) | {n for lead in pack.leads for n in lead.missing}
    said |= {n for s in pack.safety for n in s.needs_missing} | {"glucocorticoid-not-tolerated", "oral-taken-dose"}
    said |= {n for c in pack.cards.values() for i in c.indications for n in i.needs_missing}
    texts = " ".join(_texts(pack))
    for name in pack.definitions:
        if name not in read | said and f"{{{name}}}" not in texts and not name.startswith(("alert.", "course.")):
            yield name


def _texts(pack: Pack) -> Iterator[str]:
    yield from (text for _, _, text, _ in all_rows(pack))
    for card in pack.cards.values():
        yield from (t for d in card.doses for t in (d.text, d.arithmetic))
