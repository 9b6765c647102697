"""The charts of the course: drawn from the values, the same in the window and on paper."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from reportlab.graphics.shapes import Circle, Line, String

from myositis_desktop.documents import chart_svg, render_treatment
from myositis_desktop.documents.trends import drawing
from myositis_desktop.model.case import Decision
from myositis_desktop.model.plan import FollowUp, Reason
from myositis_desktop.model.trend import Trend
from tests.documents.reading import needs_poppler, poppler, words
from tests.documents.sample import context

D = Decimal
DAYS = (date(2026, 11, 20), date(2027, 1, 4), date(2027, 5, 3), date(2027, 12, 1))
CK = Trend(
    "ck", "Creatine kinase", "U/L", tuple(zip(DAYS, map(D, ("3400", "900", "150", "130")), strict=True)), D(200), True
)
DOSE = Trend(
    "dose", "Glucocorticoid by mouth", "mg a day", ((DAYS[0], D(50)), (DAYS[1], D(40))), stairs=True,
    planned=((DAYS[1], D(40)), (DAYS[2], D(10)), (DAYS[3], D(0))),
)  # fmt: skip


def parts(trend: Trend, kind: type) -> list[object]:
    return [p for p in drawing(trend, 480).contents if isinstance(p, kind)]


def test_each_value_is_a_dot_and_higher_values_stand_higher() -> None:
    dots = parts(CK, Circle)
    heights = [d.cy for d in dots]  # type: ignore[attr-defined]
    assert len(dots) == 4
    assert heights == sorted(heights, reverse=True)
    places = [d.cx for d in dots]  # type: ignore[attr-defined]
    assert places == sorted(places)


def test_tenfold_is_the_same_height_everywhere_on_the_scale_of_creatine_kinase() -> None:
    even = replace(CK, points=tuple(zip(DAYS, map(D, ("10000", "1000", "100", "10")), strict=True)))
    heights = [d.cy for d in parts(even, Circle)]  # type: ignore[attr-defined]
    steps = [a - b for a, b in pairwise(heights)]
    assert max(steps) - min(steps) < 0.01


def test_a_dose_is_a_staircase_and_the_plan_is_dotted() -> None:
    lines = [p for p in parts(DOSE, Line) if p.strokeWidth == 1.3]  # type: ignore[attr-defined]
    assert all(p.x1 == p.x2 or p.y1 == p.y2 for p in lines)  # type: ignore[attr-defined]
    assert [p.strokeDashArray for p in lines] == [None] * 2 + [[2, 2]] * 4  # type: ignore[attr-defined]
    assert not parts(DOSE, Circle)


@pytest.mark.parametrize("trend", [CK, DOSE], ids=["ck", "dose"])
def test_labels_do_not_touch_each_other(trend: Trend) -> None:
    left = sorted(p.y for p in parts(trend, String) if p.textAnchor == "end" and p.x < 46)  # type: ignore[attr-defined]
    assert all(b - a >= 10 for a, b in pairwise(left))


def test_the_svg_says_what_the_paper_says() -> None:
    svg = chart_svg(CK).decode()
    for text in ("Creatine kinase, U/L", "upper limit 200", "3400"):
        assert text in svg
    assert "clip" not in svg
    assert chart_svg(CK) == chart_svg(CK)


@needs_poppler
def test_the_charts_stand_in_the_treatment_plan() -> None:
    assert "Course over the visits" not in words(render_treatment(context(), None))
    said = words(render_treatment(replace(context(), trends=(CK, DOSE)), None))
    for text in ("Course over the visits", "Creatine kinase, U/L", "Glucocorticoid by mouth, mg a day"):
        assert text in said


@needs_poppler
def test_the_proposal_of_the_visit_and_the_decision_stand_in_the_treatment_plan() -> None:
    made = context()
    assert "At this visit" not in words(render_treatment(made, None))
    decision = Decision(made.case.assessed_on, "continue", D(40), "CK after a marathon")
    because = (Reason("follow-ck-alone", "Creatine kinase alone is higher.", (), ("fact-treatment",)),)
    found = FollowUp("hold", because, 60, D(40), hold_days=14, decided=decision)
    said = words(render_treatment(replace(made, plan=replace(made.plan, follow_up=found)), None))
    for text in (
        "Proposed: Hold the dose for 14 days (day 60, 40 mg a day)",
        "Creatine kinase alone is higher.",
        "Continue as planned. CK after a marathon",
    ):
        assert text in said


@needs_poppler
def test_every_font_of_a_document_with_charts_is_embedded() -> None:
    pdf = render_treatment(replace(context(), trends=(CK, DOSE)), None)
    rows = poppler("pdffonts", pdf).splitlines()[2:]
    assert rows
    assert all("NotoSans" in row and row.split()[-5] == "yes" for row in rows), rows
