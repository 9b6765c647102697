"""Loads what is proposed at a visit (follow_up.toml): proposals, remarks, rules of worsening."""

from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable

from myositis_desktop.engine.follow_up import ACTIONS, FlareRule, FollowTable, ProposalRow
from myositis_desktop.engine.worsening import Limit, WorseRule
from myositis_desktop.knowledge.tables import Place, facts, open_file, row


def load_follow_up(folder: Traversable) -> FollowTable:
    """The table of the pack in `folder`.

    Raises:
        BugError: naming file and place: a wrong or unknown key, an action that is none, a last row that may not hold.
    """
    place = open_file(folder, "follow_up.toml")
    flare = place.table("flare")
    found = FollowTable(
        worsening=tuple(_worse(p) for p in place.tables("worsening")),
        facts={d.id: d for d in facts(place)},
        proposals=tuple(_proposal(p) for p in place.tables("proposal")),
        remarks=tuple(row(p) for p in place.tables("remark")),
        flare=_flare(flare),
    )
    place.done()
    return found


def _proposal(place: Place) -> ProposalRow:
    action = place.take("action", str)
    if action not in ACTIONS:
        raise place.fault(f"action must be one of {', '.join(ACTIONS)}")
    hold, dose = place.expr("hold_days", None), place.expr("dose", None)
    return ProposalRow(row(place), action, hold, dose)


def _flare(place: Place) -> FlareRule:
    low, high = (_number(place, text) for text in place.texts("stop_above"))
    found = FlareRule(
        hold_days=place.take("hold_days", int),
        times_as_long=place.take("times_as_long", int),
        stop_above=(low, high),
        stop_days=place.take("stop_days", int),
        schedule=place.take("schedule", str),
        juvenile_schedule=place.take("juvenile_schedule", str),
        stop_reason=place.take("stop_reason", str),
    )
    place.done()
    return found


def _worse(place: Place) -> WorseRule:
    limits = tuple(_limit(p) for p in place.tables("measures"))
    rule, least = place.take("rule", str), place.take("least", int)
    found = WorseRule(rule, least, limits, place.take("text", str), place.texts("sources"))
    place.done()
    if not 1 <= least <= len(limits):
        raise place.fault("least is 1 to the number of measures")
    return found


def _limit(place: Place) -> Limit:
    id_ = place.take("id", str)
    percent = "percent" in place.data
    text = place.take("percent" if percent else "by", str)
    place.done()
    return Limit(id_, _number(place, text), percent)


def _number(place: Place, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise place.fault(f"{text!r} is not a number") from None
