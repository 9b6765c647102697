"""Loads the words of a pack: findings, drugs, sources, labels, closed lists. Strict: a slip in a file is a BugError."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from typing import Any

from myositis_desktop.errors import BugError
from myositis_desktop.model.catalogue import COSTS, Catalogue, DrugSpec, FindingSpec, Source, Unit

KINDS = ("sign", "antibody", "choice", "quantity", "date")
CONFIDENCES = ("high", "medium", "low")
SOURCE_KINDS = ("source", "base-text", "guideline", "trial", "label", "product-rule", "reference")
_COMMON = {"kind", "label", "help", "cost", "codes"}
_OF_KIND = {"choice": {"values"}, "quantity": {"units", "possible", "plausible", "limit"}}
_NEEDED_OF_KIND = {"choice": {"values"}, "quantity": {"units", "possible", "plausible"}}


def load_catalogue(folder: Traversable) -> Catalogue:
    """The catalogue of the pack in `folder` (findings, drugs, sources, words and lists .toml).

    Raises BugError naming file and row: not TOML, an id given twice, an unknown or missing key, a wrong kind.
    """
    lists = _lists(folder)
    return Catalogue(
        findings=_findings(folder, lists.get("sections", ())),
        drugs={row.id: _drug(row, lists) for row in _rows(folder, "drugs.toml")},
        sources={row.id: _source(row) for row in _rows(folder, "sources.toml")},
        words=_words(folder),
        lists=lists,
    )


class _Row:
    """One table of a file, with checked access to its keys."""

    def __init__(self, file: str, id_: str, table: object) -> None:
        self.file = file
        self.id = id_
        if not isinstance(table, dict):
            raise self.bug("is not a table")
        self.table: dict[str, Any] = table

    def bug(self, text: str) -> BugError:
        return BugError(f"{self.file}: {self.id}: {text}")

    def check_keys(self, needed: set[str], allowed: set[str]) -> None:
        if unknown := set(self.table) - allowed:
            raise self.bug(f"unknown key {sorted(unknown)}")
        if missing := needed - set(self.table):
            raise self.bug(f"missing key {sorted(missing)}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.bug(f"{key} is not a text")
        return value

    def word(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.bug(f"{key} is {value!r}, not one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.bug(f"{key} is not true or false")
        return value

    def texts(self, key: str) -> dict[str, str]:
        """A table of texts, in the order of the file."""
        value = self.table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) and v for v in value.values()):
            raise self.bug(f"{key} is not a table of texts")
        return value

    def number(self, key: str, text: object) -> Decimal:
        try:
            value = Decimal(text) if isinstance(text, str) else None
        except InvalidOperation:
            value = None
        if value is None or not value.is_finite():
            raise self.bug(f"{key}: {text!r} is not a number in quotes")
        return value

    def range(self, key: str) -> tuple[Decimal, Decimal]:
        pair = self.table[key]
        if not isinstance(pair, list) or len(pair) != 2:
            raise self.bug(f"{key} is not a pair")
        low, high = (self.number(key, text) for text in pair)
        if low > high:
            raise self.bug(f"{key} is upside down")
        return low, high


def _load(folder: Traversable, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(folder.joinpath(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BugError(f"{file}: {fault}") from fault


def _rows(folder: Traversable, file: str) -> Iterator[_Row]:
    for id_, table in _load(folder, file).items():
        yield _Row(file, id_, table)


def _findings(folder: Traversable, sections: tuple[str, ...]) -> dict[str, FindingSpec]:
    findings: dict[str, FindingSpec] = {}
    for section in _rows(folder, "findings.toml"):
        if section.id not in sections:
            raise section.bug("is not a section of lists.toml")
        for id_, table in section.table.items():
            row = _Row("findings.toml", id_, table)
            if id_ in findings:
                raise row.bug("is given twice")
            findings[id_] = _finding(row, section.id)
    return findings


def _finding(row: _Row, section: str) -> FindingSpec:
    kind = row.word("kind", KINDS)
    row.check_keys(
        {"kind", "label", "help", "cost"} | _NEEDED_OF_KIND.get(kind, set()), _COMMON | _OF_KIND.get(kind, set())
    )
    values = row.texts("values")
    if kind == "choice" and (not values or "unknown" in values):
        raise row.bug("values are empty or name unknown")
    codes = row.texts("codes")
    if set(codes) - {"hpo", "loinc"}:
        raise row.bug("codes may be hpo or loinc")
    is_quantity = kind == "quantity"
    return FindingSpec(
        id=row.id,
        kind=kind,
        label=row.text("label"),
        help=row.text("help"),
        section=section,
        values=tuple(values),
        value_labels=values,
        units=_units(row) if is_quantity else (),
        possible=row.range("possible") if is_quantity else None,
        plausible=row.range("plausible") if is_quantity else None,
        takes_limit=row.flag("limit"),
        codes=codes,
        cost=row.word("cost", COSTS),
    )


def _units(row: _Row) -> tuple[Unit, ...]:
    tables = row.table["units"]
    if not isinstance(tables, list) or not tables:
        raise row.bug("units are empty")
    units = tuple(_unit(_Row(row.file, row.id, table)) for table in tables)
    if len({u.symbol for u in units}) < len(units):
        raise row.bug("a unit is given twice")
    if units[0].factor != 1 or units[0].offset != 0:
        raise row.bug("the first unit is the one stored and takes no conversion")
    return units


def _unit(row: _Row) -> Unit:
    row.check_keys({"symbol"}, {"symbol", "label", "factor", "offset"})
    factor = row.number("factor", row.text("factor", "1"))
    if factor <= 0:
        raise row.bug("a factor is not above 0")
    offset = row.number("offset", row.text("offset", "0"))
    return Unit(symbol=row.text("symbol"), factor=factor, offset=offset, label=row.text("label", ""))


def _drug(row: _Row, lists: Mapping[str, tuple[str, ...]]) -> DrugSpec:
    keys = {"label", "group", "line", "patient_label"}
    row.check_keys(keys, keys)
    group = row.text("group")
    if row.id not in lists.get(group, ()):
        raise row.bug(f"is not in the list {group} of lists.toml")
    return DrugSpec(
        id=row.id,
        label=row.text("label"),
        group=group,
        line=row.word("line", lists.get("lines", ())),
        patient_label=row.text("patient_label"),
    )


def _source(row: _Row) -> Source:
    keys = {"title", "locator", "confidence", "kind"}
    row.check_keys(keys, keys)
    return Source(
        id=row.id,
        title=row.text("title"),
        locator=row.text("locator"),
        confidence=row.word("confidence", CONFIDENCES),
        kind=row.word("kind", SOURCE_KINDS),
    )


def _words(folder: Traversable) -> dict[str, str]:
    words: dict[str, str] = {}
    for kind in _rows(folder, "words.toml"):
        for id_, label in kind.table.items():
            if not isinstance(label, str):
                raise kind.bug(f"{id_} is not a text")
            words[f"{kind.id}.{id_}"] = label
    return words


def _lists(folder: Traversable) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for name, entries in _load(folder, "lists.toml").items():
        if not isinstance(entries, list) or not all(isinstance(e, str) and e for e in entries):
            raise BugError(f"lists.toml: {name}: is not a list of texts")
        if len(set(entries)) < len(entries):
            raise BugError(f"lists.toml: {name}: an entry is given twice")
        lists[name] = tuple(entries)
    return lists
