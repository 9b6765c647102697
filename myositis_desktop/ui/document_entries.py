"""The lines of the documents page: what would be signed or printed now, and what was filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from myositis_desktop.ui.wording import day_text

if TYPE_CHECKING:
    from myositis_desktop.clinic import FiledDocument

Kind = Literal["treatment", "taper", "pharmacy", "monitoring", "letter", "withdrawal", "workup", "intake"]
TITLES: dict[str, str] = {
    "treatment": "Treatment plan",
    "taper": "Taper plan",
    "pharmacy": "Pharmacy sheet",
    "monitoring": "Monitoring calendar",
    "letter": "Letter summary",
    "withdrawal": "Withdrawal notice",
    "workup": "Work-up request",
    "intake": "Blank intake form",
}
NEVER_SIGNED: dict[str, str] = {"workup": "To print and send", "intake": "To print, for days without power"}
"""Documents that leave the program unsigned and without the mark of a draft, with what they are for."""
WITHDRAWN = {"entered-in-error": "entered in error", "wrong-patient": "wrong patient"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a document that would be signed now, or a filed one."""

    kind: Kind
    filed: "FiledDocument | None" = None
    superseded_by: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.kind] if self.filed is None else f"{TITLES[self.kind]} {self.filed.plan_number}"

    @property
    def under(self) -> str:
        if self.filed is None:
            return NEVER_SIGNED.get(self.kind, "Not signed")
        filed = self.filed
        lines = [f"Signed {moment_text(filed.signed_at)}", f"by {filed.signer}"]
        if filed.countersigner:
            lines.append(f"Countersigned by {filed.countersigner}")
        if filed.withdrawn and self.kind != "withdrawal":
            lines.append(f"WITHDRAWN: {WITHDRAWN[filed.withdrawn]}")
        if self.superseded_by:
            lines.append(f"Superseded by {self.superseded_by}")
        return "\n".join(lines)

    @property
    def is_open(self) -> bool:
        """Signed, and neither withdrawn nor superseded."""
        return self.filed is not None and not self.filed.withdrawn and not self.superseded_by

    @property
    def mark(self) -> Literal["draft"] | None:
        """The mark of a document that leaves the program unsigned; what is never signed needs none."""
        return None if self.kind in NEVER_SIGNED else "draft"

    def is_of(self, other: "Entry") -> bool:
        """Whether the other stands for the same document."""
        if self.filed is None or other.filed is None:
            return self.filed is other.filed and self.kind == other.kind
        return self.filed.id == other.filed.id

    def said(self) -> tuple[str, str]:
        """(ink, words) of the frame above the pages."""
        if self.kind in NEVER_SIGNED:
            return "blue", f"{NEVER_SIGNED[self.kind]}. It is not signed and not filed."
        if self.filed is None:
            return "amber", "NOT SIGNED. These are the very pages that will be signed."
        if self.filed.withdrawn and self.kind != "withdrawal":
            return "red", f"WITHDRAWN ({WITHDRAWN[self.filed.withdrawn]}). Do not follow this document."
        if self.superseded_by:
            return "blue", f"Superseded by plan {self.superseded_by}. Kept as it was signed."
        return "green", f"Signed by {self.filed.signer} on {moment_text(self.filed.signed_at)}."


def moment_text(moment: datetime) -> str:
    """20 Nov 2026, 14:02, in the time of this computer."""
    here = moment.astimezone()
    return f"{day_text(here.date())}, {here:%H:%M}"


def entries_of(filed: "Sequence[FiledDocument]", pending: Sequence[Kind]) -> list[Entry]:
    """What is to be signed or printed first, then the filed documents, the newest plan first."""
    by = {d.supersedes: d.plan_number for d in filed if d.supersedes}
    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    old = [Entry(kinds.get(d.kind, "treatment"), d, by.get(d.plan_number, "")) for d in filed]
    return [Entry(kind) for kind in pending] + old
