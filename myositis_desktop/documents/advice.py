"""Standing advice of the knowledge pack that documents print beside the plan: `paper.toml` of the pack."""

import tomllib
from dataclasses import dataclass
from functools import cache

from myositis_desktop.assets import asset
from myositis_desktop.errors import UserError


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: a heading, its sentences and where they come from."""

    id: str
    title: str
    text: tuple[str, ...]
    who: str = "all"
    """all | adult | child: whom it is for, by age at assessment."""
    sources: tuple[str, ...] = ()


@cache
def load_advice(version: str) -> tuple[Advice, ...]:
    """The advice of a knowledge version, in the order of printing.

    Raises:
        UserError: the pack of that version is not here, so its advice cannot be printed.
    """
    try:
        data = asset("resources", "knowledge", version, "paper.toml").read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"The document was not made: its texts belong to knowledge {version}, which is not on this workstation."
        ) from error
    return tuple(
        Advice(id_, row["title"], tuple(row["text"]), row.get("who", "all"), tuple(row.get("sources", ())))
        for id_, row in tomllib.loads(data).items()
    )


def advice_for(version: str, group: str, *, child: bool) -> tuple[Advice, ...]:
    """The advice of one group (the part of the id before the point) for an adult or a child."""
    who = ("all", "child" if child else "adult")
    return tuple(a for a in load_advice(version) if a.id.split(".")[0] == group and a.who in who)
