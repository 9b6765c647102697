"""The course over the visits: each value once and on its day, nothing mixed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.trends import trends
from myositis_desktop.model.case import Case
from myositis_desktop.model.trend import Trend
from tests.engine.test_follow_up import GOOD, LOW, case, pack

D = Decimal


def drawn(made: Case) -> dict[str, Trend]:
    plan, problems = decide(made, pack(), "0" * 64)
    assert plan is not None, problems
    return {t.id: t for t in trends(made, plan, pack())}


def test_five_charts_of_a_course() -> None:
    made = case(GOOD, *LOW, between=GOOD.replace("ck 150", "ck 400"))
    found = drawn(made)
    assert list(found) == ["ck", "dose", "mmt8", "response", "weight"]
    assert [v for _, v in found["ck"].points] == [3000, 400, 150]
    assert (found["ck"].limit, found["ck"].logarithmic) == (D(200), True)
    assert [v for _, v in found["mmt8"].points] == [56, 72, 72]
    assert found["mmt8"].unit == "of 80"
    assert [v for _, v in found["dose"].points] == [60, 40, 20, 10, 10]
    assert found["dose"].planned[-1][1] == 0
    assert found["response"].points[-1] == (made.assessed_on, decide(made, pack(), "0" * 64)[0].response.score)  # type: ignore[union-attr]


def test_one_visit_has_no_course() -> None:
    made = replace(case(GOOD, *LOW, before=""), therapy=())
    assert "ck" not in drawn(made)


def test_a_value_that_is_carried_stands_on_its_own_day_once() -> None:
    made = case(GOOD, *LOW)
    ck = replace(made.findings["lab.ck"], on=date(2026, 11, 30))
    made = replace(made, findings={**made.findings, "lab.ck": ck})
    assert [on for on, _ in drawn(made)["ck"].points] == [made.visits[0].on, date(2026, 11, 30)]


def test_two_scales_are_not_mixed() -> None:
    made = case(GOOD, *LOW, between=GOOD)
    mmt = made.findings["measure.mmt8"]
    assert mmt.entered is not None
    other = replace(mmt, value=D(140), entered=replace(mmt.entered, value=D(140), unit="{0-150}"))
    assert "mmt8" not in drawn(replace(made, findings={**made.findings, "measure.mmt8": other}))
