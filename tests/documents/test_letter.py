"""The letter: one page whatever the plan holds, no drug or emergency left out, or no letter at all."""

from dataclasses import replace

import pytest

from myositis_desktop.documents import LetterTooLong, render_letter
from myositis_desktop.model.plan import Alert
from tests.documents.reading import needs_poppler, pages, words
from tests.documents.sample import because, case, context, plan


@needs_poppler
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_it_is_one_page_with_diagnosis_every_drug_and_the_emergency(size: str) -> None:
    (page,) = pages(render_letter(context(page_size=size), None))
    for item in plan().items:
        if item.dose is not None and (item.status == "recommended" or item.override_reason):
            assert item.dose.text in page
    for words_ in ("Dermatomyositis", "EMERGENCY", "Nothing by mouth", "Page 1 of 1", "6160 mg in all", "OVERRIDE"):
        assert words_ in page


@needs_poppler
def test_what_matters_less_gives_way() -> None:
    alerts = [Alert(f"x{n}", "warning", f"Long words of warning number {n}. " * 3, because("y")) for n in range(12)]
    made = replace(plan(), alerts=(*plan().alerts, *alerts))
    (page,) = pages(render_letter(context(made=made), None))
    assert "Long words" not in page
    assert "x11" in page
    assert "Nothing by mouth" in page


def test_where_it_does_not_fit_there_is_no_letter() -> None:
    made = replace(plan(), alerts=tuple(Alert("a", "emergency", "Act. " * 60, because("y")) for _ in range(12)))
    with pytest.raises(LetterTooLong, match="does not fit on one page"):
        render_letter(context(made=made), None)


@needs_poppler
def test_a_name_of_two_hundred_letters_keeps_its_page() -> None:
    of = replace(case(), patient=replace(case().patient, family_name="Wolfe" * 40))
    assert len(pages(render_letter(context(of), None))) == 1


@needs_poppler
def test_a_draft_says_so() -> None:
    assert "DRAFT, not signed" in words(render_letter(context(), "draft"))
