"""Loads and checks a knowledge pack."""

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources.abc import Traversable

from myositis_desktop.assets import asset
from myositis_desktop.engine.cards import ChoiceGroup
from myositis_desktop.engine.inputs import Reading
from myositis_desktop.engine.pack import (
    AlertRow,
    CancerSearch,
    CheckRow,
    Lead,
    MonitoringRow,
    Pack,
    ReviewRow,
    TaperChoice,
    Wording,
)
from myositis_desktop.engine.sheet import Definition, Row
from myositis_desktop.errors import BugError
from myositis_desktop.knowledge.assessing import load_antibodies, load_cancer_search, load_checks, load_workup
from myositis_desktop.knowledge.cards import load_cards, load_disabled, load_interactions, load_safety
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.knowledge.criteria import load_criteria, load_other_criteria
from myositis_desktop.knowledge.following import load_follow_up
from myositis_desktop.knowledge.names import check_closed, check_names
from myositis_desktop.knowledge.tables import Place, either, facts, open_file, row, table
from myositis_desktop.knowledge.tapers import load_response, load_schedules, load_taper_rules

ALERT_LEVELS = ("emergency", "warning", "info")


def versions() -> tuple[str, ...]:
    """Versions of the packs that are here, the newest last."""
    return tuple(sorted(p.name for p in asset("resources", "knowledge").iterdir() if p.is_dir()))


@lru_cache(maxsize=4)
def load_pack(version: str | None = None) -> Pack:
    """The pack of a version, or the newest.

    Raises:
        BugError: a fault in the pack, with file and place, or no such version.
    """
    found = version if version is not None else versions()[-1]
    if found not in versions():
        raise BugError(f"knowledge pack {found} is not here")
    return read_pack(asset("resources", "knowledge", found))


def read_pack(folder: Traversable, *, checked: bool = True) -> Pack:
    """Read, parse and check the pack in a folder; unchecked for `knowledge check`, which says more about a fault.

    Raises:
        BugError: a fault in the pack, with file and place.
    """
    catalogue = load_catalogue(folder)
    drugs = tuple(catalogue.drugs)
    head = open_file(folder, "pack.toml")
    alerts, definitions = _alerts(folder)
    definitions |= {d.id: d for d in facts(open_file(folder, "facts.toml"))}
    judgements, cancer_search, ici_checks = _assessment(folder, definitions)
    antibodies, workup = load_antibodies(folder, definitions), load_workup(folder, definitions)
    other_criteria = load_other_criteria(folder, definitions)
    treatment = open_file(folder, "treatment.toml")
    _tables(treatment, definitions)
    calendar = open_file(folder, "monitoring.toml")
    definitions |= {d.id: d for d in facts(calendar)}
    group, taper = _group(treatment.table("group")), _taper(treatment.table("taper"))
    definitions |= {group.orders.id: group.orders, taper.schedule.id: taper.schedule}
    pack = Pack(
        version=head.take("version", str),
        sha256=fingerprint(folder),
        made=_day(head, "date"),
        expires=_day(head, "expires"),
        catalogue=catalogue,
        reading=_reading(folder),
        definitions=definitions,
        criteria=load_criteria(folder),
        other_criteria=other_criteria,
        alerts=alerts,
        alert_levels=ALERT_LEVELS,
        cards=load_cards(folder, drugs),
        judgements=judgements,
        safety=load_safety(folder, drugs),
        group=group,
        oral=tuple(d for d in drugs if catalogue.drugs[d].group == "glucocorticoid" and not d.endswith("-iv")),
        cancer_search=cancer_search,
        antibodies=antibodies,
        ici_checks=ici_checks,
        workup=workup,
        monitoring=tuple(_monitoring(p) for p in calendar.tables("test")),
        reviews=tuple(_review(p) for p in calendar.tables("review")),
        taper_choice=taper,
        taper_rules=load_taper_rules(folder),
        schedules=load_schedules(folder),
        response_table=load_response(folder),
        leads=tuple(_lead(p) for p in treatment.tables("lead")),
        importance=treatment.table("importance").data,
        wording=_wording(folder),
        facts_shown=treatment.table("facts_shown").data,
        interactions=load_interactions(folder, drugs),
        disabled=load_disabled(folder),
        follow_up=load_follow_up(folder),
    )
    if checked:
        check_names(pack, lambda: rule_files(folder))
        check_closed(pack)
    return pack


def _day(place: Place, key: str) -> date:
    try:
        return date.fromisoformat(place.take(key, str))
    except ValueError:
        raise place.fault(f"{key} must be a day, as 2026-11-22") from None


def rule_files(folder: Traversable) -> dict[str, str]:
    """The file of the pack in which each rule and each named fact stands."""
    found: dict[str, str] = {}
    for name, content in sorted(_files(folder)):
        data = tomllib.loads(content.decode())
        facts_here = data.get("facts", {})
        found |= dict.fromkeys((*_rules(data), *(facts_here if isinstance(facts_here, dict) else ())), name)
    return found


def _rules(part: object) -> Iterator[str]:
    """Every `rule` in what TOML gave, at any depth."""
    inner = part if isinstance(part, list) else ()
    if isinstance(part, dict):
        inner = list(part.values())
        if isinstance(part.get("rule"), str):
            yield part["rule"]
    for one in inner:
        yield from _rules(one)


def fingerprint(folder: Traversable) -> str:
    """SHA-256 over names and contents of every file of the pack, in order of their names."""
    digest = hashlib.sha256()
    for name, content in sorted(_files(folder)):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(folder: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{path}{entry.name}"
        if entry.is_dir():
            yield from _files(entry, f"{name}/")
        elif name.endswith(".toml"):
            # Line ends are those of the checkout, not of the pack.
            yield name, entry.read_bytes().replace(b"\r\n", b"\n")


def _reading(folder: Traversable) -> Reading:
    place = open_file(folder, "reading.toml")
    days = place.table("days")
    return Reading(
        expires_days=place.table("expires_days").data,
        raised_above={k: Decimal(v) for k, v in place.table("raised_above").data.items()},
        any_day=days.texts("any_day"),
        unknown_words=place.table("unknown_words").data,
        ranks={k: tuple(v) for k, v in place.table("ranks").data.items()},
        adult_ranges=days.texts("adult_ranges"),
    )


def _alerts(folder: Traversable) -> tuple[tuple[AlertRow, ...], dict[str, Definition]]:
    place = open_file(folder, "alerts.toml")
    found = tuple(_alert(p) for p in place.tables("alert"))
    definitions = {d.id: d for d in facts(place)}
    for id_ in dict.fromkeys(a.id for a in found):
        definitions[f"alert.{id_}"] = Definition(f"alert.{id_}", expr=either([a.row for a in found if a.id == id_]))
    place.done()
    return tuple(sorted(found, key=lambda a: ALERT_LEVELS.index(a.level))), definitions


def _alert(place: Place) -> AlertRow:
    id_, level = place.take("id", str), place.take("level", str)
    if level not in ALERT_LEVELS:
        raise place.fault(f"level must be one of {', '.join(ALERT_LEVELS)}")
    place.take("late", bool, False)
    return AlertRow(id_, level, row(place))


def _tables(place: Place, definitions: dict[str, Definition]) -> None:
    for one in place.tables("table"):
        found = table(one, definitions)
        definitions[found.id] = found
    definitions |= {d.id: d for d in facts(place)}


def _assessment(
    folder: Traversable, definitions: dict[str, Definition]
) -> tuple[tuple[Row, ...], CancerSearch, tuple[CheckRow, ...]]:
    place = open_file(folder, "assessment.toml")
    _tables(place, definitions)
    judgements = []
    for one in place.tables("judgement"):
        id_ = one.take("id", str)
        judgements.append(row(one))
        definitions[f"course.{id_}"] = Definition(f"course.{id_}", expr=judgements[-1].when)
    search, checks = load_cancer_search(place), tuple(load_checks(place, "ici_check"))
    place.done()
    return tuple(judgements), search, checks


def _group(place: Place) -> ChoiceGroup:
    id_ = place.take("id", str)
    orders = Definition(f"order.{id_}", rows=tuple(row(p) for p in place.tables("row")))
    lists = {k: tuple(v) for k, v in place.table("lists").data.items()}
    found = ChoiceGroup(id_, place.texts("drugs"), orders, lists, place.take("text", str), place.texts("sources"))
    place.done()
    return found


def _taper(place: Place) -> TaperChoice:
    schedule = Definition("taper-schedule", rows=tuple(row(p) for p in place.tables("schedule")))
    found = TaperChoice(
        schedule=schedule,
        begin_lower=place.parsed(place.take("begin_lower", str)),
        hold_before_next=place.parsed(place.take("hold_before_next", str)),
        pulse_delay_days=place.take("pulse_delay_days", int),
        remarks=tuple(row(p) for p in place.tables("remark")),
    )
    place.done()
    return found


def _monitoring(place: Place) -> MonitoringRow:
    weeks = tuple(place.take("weeks", list))
    found = MonitoringRow(
        place.take("test", str), weeks, place.when(), place.take("why", str), place.take("act", str, "")
    )
    place.done()
    return found


def _review(place: Place) -> ReviewRow:
    found = ReviewRow(
        place.take("day", int),
        place.take("title", str),
        place.texts("keys"),
        place.texts("sources"),
        place.when(),
        place.take("if_no", str),
    )
    place.done()
    return found


def _lead(place: Place) -> Lead:
    found = Lead(
        place.when(),
        place.texts("findings", []),
        place.texts("missing", []),
        place.take("group_needs", bool, False),
    )
    place.done()
    return found


def _wording(folder: Traversable) -> Wording:
    data = open_file(folder, "wording.toml").data
    return Wording({k: v["text"] for k, v in data.items()}, {k: tuple(v.get("sources", ())) for k, v in data.items()})
