"""Why something stands in the plan: the rule that spoke, the findings it read, the sources and how sure they are."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Because, Plan, Reason
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import LinkLabel, rule, text_label
from myositis_desktop.ui.wording import drug_label, finding_label, finding_links, finding_text, source_text

Follow = Callable[[str], None]
"""Takes a link: "finding:lab.ck" jumps to a field, "why:..." opens reasons, "page:plan" a page."""


def fill_reason(column: QVBoxLayout, reason: Reason, case: Case, catalogue: Catalogue, follow: Follow) -> None:
    """One reason in full: text, findings as links with their values, rule, sources."""
    column.addWidget(text_label(reason.text))
    if reason.findings:
        texts = [finding_text(case, catalogue, f) for f in reason.findings]
        findings = LinkLabel("Findings: " + finding_links(reason.findings, texts))
        findings.chosen.connect(follow)
        column.addWidget(findings)
    for source in reason.sources:
        column.addWidget(text_label(f"Source: {source_text(catalogue, source)}", "small"))
    column.addWidget(text_label(f"Rule: {reason.rule}", "small"))


def needs_label(findings: tuple[str, ...], catalogue: Catalogue, follow: Follow, lead: str) -> LinkLabel:
    """Findings as links behind a few words: "Needs: Weight · Creatinine"."""
    out = LinkLabel(f"{lead} " + finding_links(findings, [finding_label(catalogue, f) for f in findings]))
    out.chosen.connect(follow)
    return out


class WhyDialog(Dialog):
    """All the reasons of one part of the plan."""

    def __init__(
        self,
        title: str,
        because: Because,
        case: Case,
        catalogue: Catalogue,
        follow: Follow,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent, width=600)
        self._follow = follow
        self.shown = len(because)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(4)
        for number, reason in enumerate(because):
            if number:
                column.addSpacing(4)
                column.addWidget(rule())
                column.addSpacing(4)
            fill_reason(column, reason, case, catalogue, self.leave)
        if not because:
            column.addWidget(text_label("No rule has spoken here.", "muted"))
        self.more = QVBoxLayout()
        self.more.setSpacing(4)
        column.addLayout(self.more)
        column.addStretch(1)
        self.add_scroll(inside, 380)
        self.add_button("Close", self.accept, "primary").setFocus()

    def leave(self, link: str) -> None:
        """Close and go where a link leads."""
        self.accept()
        self._follow(link)


def because_of(plan: Plan, target: str, catalogue: Catalogue) -> tuple[str, Because]:
    """Title and reasons of a part of the plan: "subtype", "alert:aspiration-risk", "item:methotrexate", "taper" ..."""
    part, _, id_ = target.partition(":")
    word = catalogue.word
    if part == "alert":
        return word("alert", id_), next((a.because for a in plan.alerts if a.id == id_), ())
    if part == "item":
        item = plan.item(id_)
        return f"{drug_label(catalogue, id_)}: {word('status', item.status).lower()}", item.because
    judged = {
        "taper": ("Taper", plan.taper.because if plan.taper else ()),
        "classification": (word("classification", plan.classification.level), plan.classification.because),
        "severity": (f"Severity: {word('severity', plan.severity.id).lower()}", plan.severity.because),
        "course": ("Course", tuple(r for j in plan.course for r in j.because)),
        "cancer": (word("cancer", plan.cancer_risk.level), plan.cancer_risk.because),
        "subtype": (word("subtype", plan.subtype.id), plan.subtype.because),
    }
    return judged[part]
