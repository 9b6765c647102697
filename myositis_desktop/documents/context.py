"""What a document is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from myositis_desktop.errors import UserError
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.trend import Trend

Mark = Literal["draft", "unsigned-preview"] | None
"""draft: DRAFT across every page and no place to sign. unsigned-preview and None: the very bytes that are signed;
the frame that says "not signed" is the window's, because a mark on the page would change the bytes."""

PageSize = Literal["A4", "Letter"]


class LetterTooLong(UserError):  # noqa: N818 - the name says what the clinician sees
    """What a letter must say does not fit on one page; the treatment plan goes in its place."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a clinic prints above its documents, beside its name."""

    address: str = ""
    """Lines, each ended by a line feed but the last."""
    logo: bytes = field(default=b"", repr=False)
    """PNG or JPEG, as `letterhead.check` has let it through; b"" is none."""


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """Everything a document says. The same context makes the same bytes."""

    case: Case
    plan: Plan
    catalogue: Catalogue
    case_bytes: bytes
    """The case file as it travels inside the document."""
    plan_bytes: bytes
    """The plan file as it travels inside the document."""
    plan_number: str
    generated_at: datetime
    """With its zone."""
    clinic_name: str
    supersedes: str | None
    """Number of the plan that this one replaces."""
    author: str
    audit_head: str | None
    """Head of the clinic's chained log, so that paper bears witness to it."""
    root_fingerprint: str | None
    """SHA-256 of the clinic's root certificate, as `identity.fingerprint` writes it."""
    page_size: PageSize
    letterhead: Letterhead = Letterhead()
    code: str = ""
    """What the code on the treatment plan says to a scanner (`exchange.scan`); "" prints none."""
    trends: tuple[Trend, ...] = ()
    """The charts of the course; none where nothing has a course yet."""
    knowledge_notice: str = ""
    """That the knowledge has expired by the day on which the document is made; "" where it has not."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who prints a sheet that belongs to no patient."""

    clinic_name: str
    product_version: str
    knowledge_version: str
    at: datetime
    """With its zone."""
    page_size: PageSize = "A4"
    letterhead: Letterhead = Letterhead()
    root_fingerprint: str | None = None
