"""The notice that a signed plan was withdrawn: one page to lay on top of the plan, signed like it."""

from reportlab.platypus import Flowable

from myositis_desktop.documents import closing
from myositis_desktop.documents.context import DocumentContext
from myositis_desktop.documents.pieces import framed, gap, inner_width, labelled, text
from myositis_desktop.documents.sheet import build
from myositis_desktop.documents.verification import WITHDRAWN_WORDS, WithdrawnFor
from myositis_desktop.documents.wording import moment

TITLE = "Withdrawal notice"


def render(ctx: DocumentContext, why: WithdrawnFor, reason: str) -> bytes:
    """The notice as PDF, with the case and plan that are withdrawn attached.

    Raises:
        UserError: a character cannot be printed, or the texts of the knowledge version are not here.
    """
    width = inner_width(ctx.page_size)
    box = [
        text(f"Plan {ctx.plan_number} is withdrawn. Do not follow it.", "dose", "plan number"),
        text("This holds for the treatment plan and for every sheet and taper plan with the same number."),
        labelled("Because it was", WITHDRAWN_WORDS[why]),
        labelled("Reason", reason, "text", "reason of the withdrawal"),
        labelled("Withdrawn by", f"{ctx.author}, {moment(ctx.generated_at)}", "text", "author"),
    ]
    story: list[Flowable] = [
        text(TITLE, "title"),
        gap(2),
        framed(box, width),
        gap(3),
        text("Take every printed copy of the plan back, also from the patient and the pharmacy, and destroy it."),
        text(
            "A plan that takes its place has another number. If there is none, the earlier treatment is decided anew."
        ),
        text("The withdrawn plan stays in the clinic file, marked as withdrawn; it is part of the record."),
        *closing.signatures(ctx, None),
    ]
    return build(ctx, TITLE, story, None)
