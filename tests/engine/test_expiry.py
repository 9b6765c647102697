"""Knowledge that is growing old says so, and every plan that it makes once it has expired."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.expiry import age_notice, expired_notice
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan_json import plan_bytes

PACK = load_pack()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), ""),
        (date(2027, 8, 21), ""),
        (date(2027, 8, 22), "growing old; it expires on 2027-11-22"),
        (date(2027, 11, 22), "growing old; it expires on 2027-11-22"),
        (date(2027, 11, 23), "expired on 2027-11-22"),
        (date(2031, 1, 1), "expired on 2027-11-22"),
    ],
)
def test_the_notice_by_day(day: date, said: str) -> None:
    assert (PACK.made, PACK.expires) == (date(2026, 11, 22), date(2027, 11, 22))
    assert said in age_notice(PACK, day)
    assert bool(age_notice(PACK, day)) == bool(said)
    assert bool(expired_notice(PACK, day)) == (day > PACK.expires)


def test_nine_months_after_the_end_of_a_month() -> None:
    pack = replace(PACK, made=date(2027, 5, 31), expires=date(2028, 5, 31))
    assert age_notice(pack, date(2028, 2, 27)) == ""
    assert age_notice(pack, date(2028, 2, 28))


@pytest.mark.parametrize("late", [0, 1])
def test_a_plan_says_so_once_the_knowledge_has_expired(late: int) -> None:
    data = asset("resources", "demo", "01-dermatomyositis.json").read_bytes()
    case, problems = read_case(data, PACK.catalogue)
    assert problems == ()
    assert case is not None
    moved: Case = replace(case, assessed_on=PACK.expires + timedelta(days=late))
    plan, problems = decide(moved, PACK, case_sha256(moved))
    assert plan is not None, problems
    told = json.loads(plan_bytes(plan))["knowledge"]
    assert ("notice" in told) == bool(late)
    assert plan.knowledge_notice == told.get("notice", "")
