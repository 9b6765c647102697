"""The monitoring calendar as a sheet of its own: what is tested when, when to act, and the decision points."""

from reportlab.platypus import Flowable

from myositis_desktop.documents import closing, follow_up
from myositis_desktop.documents.context import DocumentContext, Mark
from myositis_desktop.documents.items import wanted
from myositis_desktop.documents.pieces import inner_width, labelled, text
from myositis_desktop.documents.sheet import build
from myositis_desktop.documents.wording import day
from myositis_desktop.errors import UserError

TITLE = "Monitoring calendar"


def render(ctx: DocumentContext, mark: Mark) -> bytes:
    """The sheet as PDF; the same context and mark give the same bytes.

    Raises:
        UserError: the plan has no test by date, a character cannot be printed, or the knowledge version is not here.
    """
    if not ctx.plan.monitoring:
        raise UserError("There is no monitoring calendar to print: the plan asks for no test by date.")
    return build(ctx, TITLE, _story(ctx, mark), mark)


def _story(ctx: DocumentContext, mark: Mark) -> list[Flowable]:
    plan, catalogue = ctx.plan, ctx.catalogue
    given = [
        catalogue.drugs[i.drug].label if i.drug in catalogue.drugs else i.drug for i in wanted(plan, "recommended")
    ]
    lead = f"To plan {ctx.plan_number} of {day(ctx.case.assessed_on)}"
    return [
        text(TITLE, "title"),
        text(lead, "subtitle"),
        *([labelled("Treatment", ", ".join(given) + ".", "text", "drug")] if given else []),
        text("Tick a test when it is done and its result has been seen. Results go into the record.", "muted"),
        *follow_up.calendar(plan, catalogue, inner_width(ctx.page_size), title="By date"),
        *follow_up.reviews(plan),
        *closing.signatures(ctx, mark),
    ]
