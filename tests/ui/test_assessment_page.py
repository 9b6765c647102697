"""The assessment page: the blot in one grid, the work-up, and what would change a judgement."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from myositis_desktop.ui.assessment_page import VIEWS, AssessmentPage
from myositis_desktop.ui.reasons import WhyDialog
from myositis_desktop.ui.workbench import Workbench
from tests.ui.conftest import WAIT


def shown(bench: Workbench, view: str, qtbot: QtBot) -> AssessmentPage:
    bench.show_page("assessment")
    page = bench.page("assessment")
    assert isinstance(page, AssessmentPage)
    page.views.setCurrentIndex(VIEWS.index(view))
    qtbot.waitUntil(page.isVisible, timeout=WAIT)
    return page


def texts(page: AssessmentPage | WhyDialog) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def test_a_whole_blot_is_taken_in_one_grid(opened: Workbench, qtbot: QtBot) -> None:
    page = shown(opened, "Antibodies", qtbot)
    assert page.blot is not None
    assert len(page.blot.controls) == 22
    page.blot.assay.setText("line blot")
    page.blot.controls["antibody.srp"].choose("weak")
    case = opened.session.open_case
    assert (case.findings["antibody.srp"].value, case.findings["antibody.srp"].assay) == ("weak", "line blot")
    page.blot.strengths["antibody.srp"].setText("faint")
    page.blot.strengths["antibody.srp"].editingFinished.emit()
    assert opened.session.open_case.findings["antibody.srp"].strength == "faint"
    qtbot.waitUntil(lambda: opened.session.is_current, timeout=WAIT)
    assert "weak band" in page.blot.readings["antibody.srp"].text().lower()


def test_an_answer_of_the_grid_is_undone_like_any_other_and_stands_on_the_form(opened: Workbench, qtbot: QtBot) -> None:
    page = shown(opened, "Antibodies", qtbot)
    assert page.blot is not None
    before = opened.session.open_case.findings.get("antibody.ku")
    page.blot.controls["antibody.ku"].choose("positive")
    assert opened.findings.case().findings["antibody.ku"].value == "positive"
    opened.session.undo_stack.undo()
    assert opened.session.open_case.findings.get("antibody.ku") == before
    assert page.blot.controls["antibody.ku"].value() == before


def test_the_work_up_tells_done_from_not_done(opened: Workbench, qtbot: QtBot) -> None:
    text = texts(shown(opened, "Work-up", qtbot))
    assert "Done: TSH" in text
    assert "Not done: Urinalysis and urine protein" in text


def test_the_summary_shows_models_criteria_antibodies_and_panels(opened: Workbench, qtbot: QtBot) -> None:
    text = texts(shown(opened, "Summary", qtbot))
    for expected in ("Bohan and Peter 1975", "Subgroup tree", "Anti-Mi-2: positive", "Enhanced panel: At diagnosis."):
        assert expected in text


def test_why_tells_what_would_change_the_judgement(opened: Workbench, qtbot: QtBot) -> None:
    opened.follow("why:severity")
    dialog = opened.findChild(WhyDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "The fewest answers that would change it" in texts(dialog), timeout=WAIT)
    assert "Not known, and able to change it" in texts(dialog)
    dialog.close()
