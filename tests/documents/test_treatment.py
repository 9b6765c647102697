"""The treatment plan says what the plan says, on pages that name the patient."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from myositis_desktop.documents import render_taper, render_treatment
from myositis_desktop.documents.items import dose_words, tablets_sentence
from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case, Patient
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Alert, Item, Monitoring, Reason
from tests.documents.reading import needs_poppler, pages, words
from tests.documents.sample import because, case, catalogue, context, plan, treatment_pdf


def test_the_same_context_gives_the_same_bytes() -> None:
    assert render_treatment(context(), None) == render_treatment(context(), None)


def test_the_preview_is_the_document_that_will_be_signed() -> None:
    assert treatment_pdf("unsigned-preview") == treatment_pdf()


def test_another_clinic_plan_or_case_is_another_document() -> None:
    one = render_treatment(context(), None)
    assert one != render_treatment(replace(context(), plan_number="2026-0008"), None)
    assert one != render_treatment(replace(context(), case_bytes=b"{}\n"), None)


def test_knowledge_that_is_not_here_stops_the_document() -> None:
    ctx = context(made=replace(plan(), knowledge_version="1999.1.0"))
    with pytest.raises(UserError, match=r"1999\.1\.0"):
        render_treatment(ctx, None)


@needs_poppler
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_every_page_names_patient_plan_and_origin(size: str) -> None:
    shown = pages(treatment_pdf(page_size=size))
    for number, page in enumerate(shown, 1):
        for words_ in (
            "Example, Ann", "born 2 Apr 1968", "Record R-1001", "Plan 2026-0007", "replaces 2026-0003",
            f"Page {number} of {len(shown)}", "knowledge 2026.11.0 (4f6b4f6b4f6b)", "Myositis Desktop 0.1.0",
            "made 20 Nov 2026 14:05 UTC+01:00", "Clinic for Muscle Disease", "ALLERGY: sulfonamides",
            "For health professionals.", "FF85 A31D", "9f" * 32,
        ):  # fmt: skip
            assert words_ in page
        assert "DRAFT" not in page


@needs_poppler
def test_a_draft_says_so_on_every_page() -> None:
    for render in (render_treatment, render_taper):
        assert all("DRAFT, not signed" in page for page in pages(render(context(), "draft")))


@needs_poppler
def test_every_dose_is_printed_as_the_plan_has_it() -> None:
    text = words(treatment_pdf())
    doses = [i.dose for i in plan().items if i.dose is not None]
    assert len(doses) > 8
    for dose in doses:
        assert dose.text in text
        assert (dose.arithmetic or "") in text
        assert dose.value is None or text_of(dose.value) in text


@needs_poppler
def test_every_item_is_printed_with_its_reasons_and_sources() -> None:
    text = words(treatment_pdf())
    for item in plan().items:
        assert catalogue().drugs[item.drug].label in text
        for reason in item.because:
            assert reason.text in text
            assert all(s in text for s in reason.sources)


@needs_poppler
def test_what_is_uncertain_asks_to_be_verified() -> None:
    text = words(treatment_pdf())
    assert "[DOA-x; to be verified by a clinician]" in text
    assert "[S3, S9]" in text


@needs_poppler
def test_an_override_is_printed_as_one_with_its_reason() -> None:
    text = words(treatment_pdf())
    assert "OVERRIDE: the rules say contraindicated; the clinician chose it." in text
    assert "Reason given: Refused infusions; the risk was explained." in text
    assert "JAK inhibitor (tofacitinib) (OVERRIDE: chosen nevertheless, see above)" in text


@needs_poppler
def test_methotrexate_is_weekly_in_mg_and_tablets() -> None:
    text = words(treatment_pdf())
    assert "Methotrexate is taken ONCE A WEEK, NEVER daily" in text
    assert "Under the skin: 15 mg once a week" in text
    assert "tablets of 2.5 mg, all on one day" not in text
    assert "Weekday, in full:" in text
    assert "Folic acid on another weekday:" in text


def test_a_weekly_dose_that_tablets_do_not_make_is_not_turned_into_tablets() -> None:
    assert "six tablets" in tablets_sentence(Decimal(15))
    assert "one tablet of" in tablets_sentence(Decimal("2.5"))
    assert "settle the form and the number with the pharmacist" in tablets_sentence(Decimal(12))


@needs_poppler
def test_classification_findings_and_dates_are_there() -> None:
    text = words(treatment_pdf())
    for expected in (
        "Lowest: the unknown absent 11.1 0.9969",
        "Highest: the unknown present 11.8 0.9985",
        "Creatine kinase (CK): 5400 U/L; upper limit 200 U/L, 27 times the limit",
        "Negative: Anti-Jo-1; Anti-Mi-2; Anti-MDA5; Anti-SRP; Anti-HMGCR",
        "Anti-TIF1-gamma (line blot, strong)",
        "Allergy to sulfonamides (on 1 Mar 2019)",
        "1. Hepatitis B surface antigen (HBsAg): riTUXimab, hepatitis B prophylaxis",
        "Mon 21 Dec 2026, day 28: may the dose come down? (S5)",
        "Strength or function has improved.",
        "Tue 11 May 2027",
        "Act: Neutrophils below 1.6: stop and call.",
        "Taper schedule: standard.",
        "EMERGENCY",
        "Nothing by mouth; swallowing assessment and airway today.",
        "It is meant for professionals, who verify each statement independently",
        "hydroxychloroquine 400 mg a day 1 Aug 2026 1 Oct 2026 Inadequate response",
    ):
        assert expected in text


@needs_poppler
def test_the_text_keeps_to_safe_writing() -> None:
    text = words(treatment_pdf())
    assert not re.search(r"\d\.0\b(?!\.)", text.replace("0.1.0", "").replace("2026.11.0", ""))  # trailing zero
    assert not re.search(r"(?<![\d.])\.\d", text)  # naked point
    assert not re.search(r"\b(QD|QOD|IU|MTX|AZA|MMF|IVIG|cc|µg|ug)\b", text)
    assert "<" not in text
    assert ">" not in text


@needs_poppler
def test_names_and_lists_of_any_length_keep_their_page() -> None:
    patient = replace(case().patient, family_name="Wolfeschlegelsteinhausenbergerdorff" * 6, record_number="R" * 120)
    of = replace(case(), patient=patient)
    alerts = tuple(
        Alert(f"x{n}", "emergency" if n < 20 else "warning", f"Alert number {n}. " * 6, because("why " * 40, "S1"))
        for n in range(60)
    )
    items = tuple(i._replace(counselling=("Wordwithoutspaces" * 20,)) for i in plan().items)
    tests = tuple(Monitoring(f"test-of-a-very-long-name-{n}" * 3, (date(2027, 1, n + 1),)) for n in range(9))
    made = replace(plan(of), alerts=alerts, items=items, monitoring=tests, defaults=("x" * 500,))
    shown = pages(render_treatment(replace(context(of, made), clinic_name="Clinic " * 30), None))
    assert len(shown) > 15
    text = " ".join(shown)
    assert all(f"Alert number {n}." in text for n in range(60))
    for page in shown:
        assert patient.family_name in page.replace(" ", "")
        assert patient.record_number in page.replace(" ", "")


@needs_poppler
def test_an_empty_case_makes_a_document_that_says_what_is_missing() -> None:
    of = Case(Patient(date(1990, 1, 2), "unknown"), date(2026, 11, 20))
    nothing = tuple(Item(i.drug, "not-indicated", i.line, None, because("No diagnosis yet.")) for i in plan().items)
    made = replace(
        plan(of), items=nothing, taper=None, taper_reason="no glucocorticoid is recommended", alerts=(), monitoring=(),
        reviews=(), undecided=(), defaults=(), facts=(),
    )  # fmt: skip
    text = words(render_treatment(context(of, made), None))
    for expected in (
        "family name not given",
        "Record not given",
        "No drug is recommended",
        "Allergies: not asked about",
    ):
        assert expected in text
    assert "Taper: no glucocorticoid is recommended" in text
    assert "No finding is known." in text


def test_what_must_be_stopped_and_what_waits_lead_the_prescription() -> None:
    stop = Reason("taken-stop", "It is taken although it is contraindicated here: stop it, or write why it goes on.")
    items = tuple(
        i._replace(status="needs-data", dose=None, needs=("body.weight",)) if i.drug == "prednisone"
        else i._replace(status="contraindicated", because=(stop,), dose=None) if i.drug == "methotrexate"
        else i
        for i in plan().items
    )  # fmt: skip
    said = words(render_treatment(context(case(), replace(plan(), items=items)), None)).partition(
        "Treatment at a glance"
    )[2]
    assert said.index("stop it, or write why it goes on") < said.index("waits for:") < said.index("Taper:")


@needs_poppler
def test_expired_knowledge_is_told_on_top_of_both_plans() -> None:
    said = "The knowledge expired on 2027-11-22."
    late = replace(context(), knowledge_notice=said)
    assert all(said in pages(render(late, None))[0] for render in (render_treatment, render_taper))
    assert said not in words(treatment_pdf())
    assert said in words(render_treatment(context(made=replace(plan(), knowledge_notice=said)), None))


def test_where_the_taper_begins_otherwise_than_today_is_said_with_the_dose() -> None:
    at = plan()
    assert at.taper is not None
    start = f"from {at.taper.steps[0].start.day} "
    assert f"; {start}" in dose_words(at.item("prednisone"), at)
    assert "after the pulses" in dose_words(at.item("prednisone"), at)
    none = tuple(i._replace(status="option") if i.drug == "methylprednisolone-iv" else i for i in at.items)
    told = dose_words(at.item("prednisone"), replace(at, items=none))
    assert ("by the taper" in told) == (at.taper.steps[0].dose_mg != getattr(at.item("prednisone").dose, "value", None))
    assert dose_words(at.item("methotrexate"), at) == getattr(at.item("methotrexate").dose, "text", "")
