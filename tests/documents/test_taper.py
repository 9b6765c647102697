"""The taper plan: every number of the calendar is the stored one, and what does not add up is not printed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest

from myositis_desktop.documents import render_taper
from myositis_desktop.documents.chart import spread
from myositis_desktop.documents.taper import step_total, tablet_words
from myositis_desktop.documents.wording import weekday
from myositis_desktop.errors import BugError, UserError
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Taper, TaperStep
from tests.documents.reading import column, needs_poppler, pages, words
from tests.documents.sample import START, case, context, plan, taper, taper_pdf

DOSES, TOTALS = (83, 18), (143, 18)
"""Left edge and width of two columns, mm from the edge of an A4 page."""


def _with(changed: Taper) -> bytes:
    return render_taper(context(made=replace(plan(), taper=changed)), None)


def test_the_same_context_gives_the_same_bytes() -> None:
    assert render_taper(context(), None) == render_taper(context(), "unsigned-preview")


def test_a_plan_without_taper_says_why() -> None:
    made = replace(plan(), taper=None, taper_reason="the dose waits for a choice")
    with pytest.raises(UserError, match="the dose waits for a choice"):
        render_taper(context(made=made), None)


@needs_poppler
def test_the_calendar_holds_every_dose_and_running_total_in_order() -> None:
    pdf = taper_pdf()
    steps = taper().steps
    assert column(pdf, *DOSES, "day") == [text_of(s.dose_mg) for s in steps]
    assert column(pdf, *TOTALS, "far, mg") == [text_of(t) for t in accumulate(step_total(s) for s in steps)]


@needs_poppler
def test_the_calendar_holds_every_date_tablet_and_note() -> None:
    text = words(taper_pdf()).replace("\N{NO-BREAK SPACE}", " ")
    for step in taper().steps:
        assert weekday(step.start) in text
        assert f"to {weekday(step.end)}" in text
        assert (
            ", ".join(tablet_words(mg, number) for mg, number in step.tablets).replace("\N{NO-BREAK SPACE}", " ")
            in text
        )
    assert text.count("Only if both keys of S5 hold.") == 18
    assert "182 of 20 mg; 98 of 10 mg; 182 of 5 mg; 28 of 2.5 mg; 560 of 1 mg" in text
    assert "6160 mg" in text


@needs_poppler
def test_the_head_of_the_calendar_stands_on_each_of_its_pages() -> None:
    shown = pages(taper_pdf())
    assert all("Tablets of one day" in page for page in shown if "Only if both keys" in page)
    assert all(f"Page {n} of {len(shown)}" in page and "born 2 Apr 1968" in page for n, page in enumerate(shown, 1))


@needs_poppler
def test_what_to_do_otherwise_is_there_for_an_adult() -> None:
    text = words(taper_pdf())
    for expected in (
        "Never stop suddenly", "A missed dose", "Vomiting", "Operation", "When the disease comes back", "Steroid card",
        "hydrocortisone 100 mg into a muscle or a vein at once, then 50 mg every 6 hours or 200 mg over 24 hours",
        "A laboratory result that is not back yet", "CK alone higher", "until 12 months after the last tablet",
    ):  # fmt: skip
        assert expected in text
    assert "under 1 year of age" not in text


@needs_poppler
def test_a_child_has_the_rules_of_children() -> None:
    patient = replace(case().patient, birth_date=case().assessed_on.replace(year=2015))
    text = words(render_taper(context(replace(case(), patient=patient)), None))
    assert "25 mg under 1 year of age, 50 mg from 1 to 5 years, 100 mg from 6 years on" in text
    assert "On less than 10 mg a day" not in text


@needs_poppler
def test_alternate_days_show_both_days() -> None:
    tablets = ((Decimal(5), Decimal(1)),)
    step = TaperStep(
        START, START + timedelta(days=6), Decimal(10), ((Decimal(10), Decimal(1)),), None, Decimal(5), tablets
    )
    counted = ((Decimal(10), Decimal(4)), (Decimal(5), Decimal(3)))
    text = words(_with(replace(taper(), steps=(step,), ends=step.end, total_mg=Decimal(55), tablets_total=counted)))
    assert step_total(step) == 55
    assert "10 mg and 5 mg on alternate days" in text
    assert "10 / 5" in text
    assert "Day 1, 3, 5 …" in text
    assert "Day 2, 4, 6 …" in text


def test_a_half_is_written_out() -> None:
    assert tablet_words(Decimal(5), Decimal("1.5")).replace("\N{NO-BREAK SPACE}", " ") == "1 × 5 mg, half a 5 mg tablet"
    assert tablet_words(Decimal(20), Decimal("0.5")).replace("\N{NO-BREAK SPACE}", " ") == "half a 20 mg tablet"


@needs_poppler
def test_a_taper_of_sixty_steps_keeps_its_table() -> None:
    one = taper().steps[-1]
    steps = tuple(
        replace(one, start=START + timedelta(days=28 * n), end=START + timedelta(days=28 * n + 27), note="x " * 60)
        for n in range(60)
    )
    total, count = Decimal(28 * 60), ((Decimal(1), Decimal(28 * 60)),)
    pdf = _with(replace(taper(), steps=steps, ends=steps[-1].end, total_mg=total, tablets_total=count))
    assert column(pdf, *DOSES, "day") == ["1"] * 60
    assert column(pdf, *TOTALS, "far, mg")[-1] == "1680"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: replace(t, total_mg=Decimal(6161)), "total"),
        (lambda t: replace(t, steps=()), "without steps"),
        (lambda t: replace(t, steps=(replace(t.steps[0], dose_mg=Decimal(55)), *t.steps[1:])), "tablets"),
        (lambda t: replace(t, steps=(t.steps[0], *t.steps[2:])), "gap"),
        (lambda t: replace(t, tablets_total=((Decimal(20), Decimal(1)),)), "counts of tablets"),
    ],
)
def test_a_taper_that_does_not_add_up_is_not_printed(change: object, said: str) -> None:
    assert callable(change)
    with pytest.raises(BugError, match=said):
        _with(change(taper()))


def test_labels_of_thresholds_keep_apart() -> None:
    places = spread([50.0, 12.0, 8.0], 10)
    assert places == [50.0, 18.0, 8.0]


@needs_poppler
def test_the_steroid_card_says_who_what_and_what_to_give() -> None:
    text = words(taper_pdf())
    card = text[text.index("Cut out along the dashes") : text.index("Calendar to tick off")]
    assert "Steroid card" in card
    assert "must not be stopped suddenly" in card
    assert "50 mg every 6 hours or 200 mg over 24 hours" in card
    assert "born 2 Apr 1968" in card
