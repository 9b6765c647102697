"""The request sheet: what is not done stands with its box, what is done and not needed is told apart."""

from dataclasses import replace

from myositis_desktop.documents import render_workup
from myositis_desktop.model.plan import CancerPanel, CancerRisk, Check, IciWorkup, Reason
from tests.documents.reading import needs_poppler, pages, words
from tests.documents.sample import context, plan


def test_the_same_context_gives_the_same_bytes() -> None:
    assert render_workup(context(), None) == render_workup(context(), None)


@needs_poppler
def test_open_done_and_not_needed_stand_apart() -> None:
    text = words(render_workup(context(), None))
    to_do, rest = text.split("Done already")
    done, not_needed = rest.split("Not needed for this patient")
    assert "TSH Not known yet: Thyroid-stimulating hormone (TSH). Mimic." in to_do
    assert "Urinalysis The program has no field for it: tick it when it is done." in to_do
    assert "Full blood count" not in to_do
    assert "Full blood count" in done
    assert "Ferritin" in not_needed
    assert "to be verified by a clinician" in to_do


@needs_poppler
def test_emergencies_stand_before_the_list_and_every_page_names_the_patient() -> None:
    shown = pages(render_workup(context(), None))
    assert shown[0].index("EMERGENCY") < shown[0].index("Please do")
    assert all("Example, Ann" in page and "DRAFT" not in page for page in shown)


@needs_poppler
def test_cancer_panels_and_open_checks_of_a_checkpoint_inhibitor_are_asked_for() -> None:
    risk = CancerRisk(
        "high",
        panels=(CancerPanel("basic", "At diagnosis.", ("urinalysis",)),),
        advice=(Reason("cancer-endoscopy", "Endoscopy: consider it."),),
    )
    ici = IciWorkup(
        "2",
        (),
        (Check("ecg", "not-done", "ECG.", ("test.ecg_abnormal",)), Check("fvc", "done", "FVC.")),
        complete=False,
    )
    text = words(render_workup(context(made=replace(plan(), cancer_risk=risk, ici=ici)), None))
    assert "Basic panel: At diagnosis. Urinalysis" in text
    assert "Endoscopy: consider it." in text
    assert "Checkpoint inhibitor: before this work-up is complete ECG." in text
    assert "FVC." not in text


@needs_poppler
def test_nothing_left_is_said() -> None:
    made = replace(plan(), workup=(Check("tsh", "done", "TSH"),))
    assert "Nothing of the list is left to be done." in words(render_workup(context(made=made), None))
