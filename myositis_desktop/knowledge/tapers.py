"""Loads what a pack says about tapers and the response score. Strict: a slip is a BugError with file and key."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import TypeVar

from myositis_desktop.engine.data_reader import Reader
from myositis_desktop.engine.response import ResponseTable, parse_response
from myositis_desktop.engine.schedules import CUSTOM_ID, Schedule, parse_schedule
from myositis_desktop.engine.tablets import TaperRules
from myositis_desktop.engine.taper import EDITED_ID
from myositis_desktop.errors import BugError
from myositis_desktop.model.problem import Problem

_T = TypeVar("_T")
_MG = (Decimal("0.5"), Decimal(100))
_DAYS = (1, 366)


def load_schedules(folder: Traversable) -> Mapping[str, Schedule]:
    """The schedules of the pack in `folder` (tapers/*.toml) by id, in the order of their ids.

    Raises:
        BugError: naming file and key: not TOML, an unknown, missing or wrong key, an id that is not the file's name,
            no source.
    """
    files = sorted((f for f in folder.joinpath("tapers").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    schedules = [_schedule(file) for file in files]
    return {schedule.id: schedule for schedule in schedules}


def load_taper_rules(folder: Traversable) -> TaperRules:
    """What holds for every taper (tablets.toml).

    Raises:
        BugError: naming the key.
    """
    file = folder.joinpath("tablets.toml")
    reader = Reader(_toml(file), "")
    holds = reader.decimals("hold_days", (Decimal(1), Decimal(366)), 2)
    rules = TaperRules(
        strengths_mg=reader.decimals("default_strengths_mg", _MG, 20),
        halve_from_mg=reader.decimal("halve_from_mg", _MG),
        highest_adult_mg=reader.decimal("highest_adult_mg", _MG),
        highest_child_mg=reader.decimal("highest_child_mg", _MG),
        hold_days=(int(min(holds, default=1)), int(max(holds, default=1))),
        latest_days=reader.whole("latest_days", _DAYS),
        largest_steps=tuple(_largest_step(r) for r in reader.tables("largest_steps")),
        stop_at_most_mg=reader.decimal("stop_at_most_mg", _MG),
        stop_after_days=reader.whole("stop_after_days", _DAYS),
        sources=reader.texts("sources"),
        confidence=reader.word("confidence", ("high", "medium", "low")),
    )
    if any(low[0] >= high[0] for high, low in pairwise(rules.largest_steps)):
        reader.problem("largest_steps", "the bands stand from the highest to the lowest")
    if len(holds) != 2:
        reader.problem("hold_days", "a shortest and a longest hold are needed")
    reader.close()
    _refuse(file.name, reader.problems)
    return rules


def _largest_step(reader: Reader) -> tuple[Decimal, Decimal]:
    step = reader.decimal("above", (Decimal(0), _MG[1])), reader.decimal("by", _MG)
    reader.close()
    return step


def load_response(folder: Traversable) -> ResponseTable:
    """The response score (response.toml).

    Raises:
        BugError: naming the key.
    """
    file = folder.joinpath("response.toml")
    return _whole(file.name, *parse_response(_toml(file)))


def _schedule(file: Traversable) -> Schedule:
    name = f"tapers/{file.name}"
    schedule = _whole(name, *parse_schedule(_toml(file), ""))
    if f"{schedule.id}.toml" != file.name or schedule.id in (CUSTOM_ID, EDITED_ID):
        raise BugError(f"{name}: id: {schedule.id!r} is not the name of the file")
    if not schedule.sources:
        raise BugError(f"{name}: sources: at least one is needed")
    return schedule


def _toml(file: Traversable) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise BugError(f"{file.name}: {fault}") from fault


def _refuse(name: str, problems: Sequence[Problem]) -> None:
    if problems:
        raise BugError("\n".join(f"{name}: {p.pointer.strip('/').replace('/', '.')}: {p.text}" for p in problems))


def _whole(name: str, result: _T | None, problems: Sequence[Problem]) -> _T:
    """The result of a parser that gives None exactly when there are problems."""
    _refuse(name, problems)
    if result is None:
        raise BugError(f"{name}: nothing could be read")
    return result
