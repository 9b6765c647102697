"""Makes the pages of the workbench. Imported when the first of them is shown, so that the window opens quickly."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from myositis_desktop.errors import BugError

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench


def make_page(name: str, bench: "Workbench") -> QWidget:  # each page is imported on its own: the PDF pages are heavy
    """The page of that name, joined to the workbench."""
    match name:
        case "assessment":
            from myositis_desktop.ui.assessment_page import AssessmentPage  # noqa: PLC0415 - loads on first use

            assessment = AssessmentPage(bench.session)
            assessment.follow.connect(bench.follow)
            assessment.answered.connect(bench.findings.take_answers)
            return assessment
        case "plan":
            from myositis_desktop.ui.choices import Chooser  # noqa: PLC0415 - loads on first use
            from myositis_desktop.ui.plan_page import PlanPage  # noqa: PLC0415 - loads on first use

            plan = PlanPage(bench.session, Chooser(bench.session, bench))
            plan.follow.connect(bench.follow)
            return plan
        case "taper":
            from myositis_desktop.ui.taper_page import TaperPage  # noqa: PLC0415 - loads on first use

            taper = TaperPage(bench.session)
            taper.follow.connect(bench.follow)
            return taper
        case "documents":
            from myositis_desktop.ui.documents_page import DocumentsPage  # noqa: PLC0415 - loads on first use

            documents = DocumentsPage(bench.session, bench.slow_tasks)
            documents.signed.connect(bench.rail.refresh)
            return documents
        case "history":
            from myositis_desktop.ui.history_page import HistoryPage  # noqa: PLC0415 - loads on first use

            history = HistoryPage(bench.session)
            history.open_plan.connect(bench.open_plan)
            return history
    raise BugError(f"there is no page {name}")
