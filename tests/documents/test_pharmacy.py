"""The pharmacy sheet: counts that the plan fixes, and empty places where it fixes none."""

from dataclasses import replace
from decimal import Decimal

from myositis_desktop.documents import render_pharmacy
from myositis_desktop.documents.pharmacy import counted, methotrexate_count
from myositis_desktop.documents.wording import weekday
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Supply
from tests.documents.reading import lines, needs_poppler, words
from tests.documents.sample import context, plan, taper


@needs_poppler
def test_every_strength_stands_with_its_count_and_every_step_with_its_tablets() -> None:
    text = lines(render_pharmacy(context(), None))
    for mg, number in taper().tablets_total:
        assert f"{text_of(mg)} mg {text_of(number)} not given" in text
    for step in taper().steps:
        assert f"{weekday(step.start)} to {weekday(step.end)} {step.days} {text_of(step.dose_mg)} mg a day" in text
    assert "84 × 20 mg" in text  # 28 days of 3
    assert "6160 mg in all" in text


@needs_poppler
def test_boxes_and_stock_stand_where_the_case_gives_them() -> None:
    supply = (Supply(Decimal(20), Decimal(182), 100, 2), Supply(Decimal(1), Decimal(560), None, None, 30, taper().ends))
    made = replace(plan(), taper=replace(taper(), supply=supply))
    text = lines(render_pharmacy(context(made=made), None))
    assert "20 mg 182 100 2" in text
    assert f"1 mg 560 not given 30, lasts to {weekday(taper().ends)}" in text


@needs_poppler
def test_every_dose_is_the_one_of_the_plan_and_an_override_says_so() -> None:
    text = lines(render_pharmacy(context(), None))
    for item in plan().items:
        if item.status == "recommended" or item.override_reason is not None:
            assert item.dose is None or item.dose.text in text, item.drug
    assert "prednisoLONE" not in text  # an option that was not taken
    assert "mycophenolate" not in text
    assert "OVERRIDE: chosen against the rules" in text


@needs_poppler
def test_methotrexate_is_weekly_and_for_four_weeks_at_most() -> None:
    text = words(render_pharmacy(context(), None))
    assert "for at most 4 weeks: by mouth 24 tablets of 2.5 mg" in text
    assert "NEVER daily" in text


def test_a_dose_that_tablets_do_not_make_is_not_counted() -> None:
    assert "prescriber" in methotrexate_count(Decimal(12))
    assert "prescriber" in methotrexate_count(None)


def test_halves_of_many_days_are_added_up() -> None:
    half = (Decimal(5), Decimal("0.5"))
    assert counted([half] * 14).replace("\N{NO-BREAK SPACE}", " ") == "7 × 5 mg"
    assert counted([half] * 7).replace("\N{NO-BREAK SPACE}", " ") == "3 × 5 mg, half a 5 mg tablet"
    assert counted([]) == "none"


@needs_poppler
def test_without_drugs_or_taper_it_says_so() -> None:
    nothing = tuple(i._replace(status="not-indicated", override_reason=None) for i in plan().items)
    made = replace(plan(), items=nothing, taper=None, taper_reason="no glucocorticoid is recommended")
    text = words(render_pharmacy(context(made=made), None))
    assert "The plan recommends no drug." in text
    assert "Taper: no glucocorticoid is recommended" in text
