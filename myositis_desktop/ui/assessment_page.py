"""The assessment in full: alerts, classification, subtype, severity, course, cancer risk, response, what to ask."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QTabBar, QVBoxLayout, QWidget

from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Alert, Because, Plan, Response, Undecided
from myositis_desktop.ui.antibody_panel import BlotGrid
from myositis_desktop.ui.assessment_parts import add_antibodies, add_cancer, add_check, add_ici, add_reasons
from myositis_desktop.ui.criteria_cards import add_models, add_other, add_tree, span_text
from myositis_desktop.ui.pieces import LEVEL_INK, Button, LinkLabel, card, chip, empty, row_of, text_label
from myositis_desktop.ui.plan_view import PlanView
from myositis_desktop.ui.reasons import Follow, needs_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.wording import (
    answer_lines,
    change_text,
    day_text,
    finding_label,
)

FACTS = {
    "egfr": ("eGFR", "mL/min/1.73 m²"),
    "bmi": ("Body mass index", "kg/m²"),
    "bsa": ("Body surface", "m²"),
    "ideal_weight": ("Ideal weight", "kg"),
    "age": ("Age", "years"),
    "age_at_onset": ("Age at onset", "years"),
}
"""Label and unit of the derived numbers that a plan carries."""

ASKED_IN_FULL, CHANGES_SHOWN = 12, 4
"""Of what to ask next: questions with what their answers would change, and changes of one answer."""


VIEWS = ("Summary", "Antibodies", "Work-up")


class AssessmentPage(PlanView):
    """Every judgement with its reasons written out."""

    answered = Signal(dict, str)
    """Answers given on the antibody panel, and the finding that was edited."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        session.ranked.connect(self._refresh_if_seen)
        self.views = QTabBar()
        self.views.setObjectName("pages")
        self.views.setDrawBase(False)
        self.views.setExpanding(False)
        self.views.setAccessibleName("Views of the assessment")
        for view in VIEWS:
            self.views.addTab(view)
        self.views.currentChanged.connect(lambda _: self._refresh_if_seen())
        self.column.addWidget(self.views)
        self._top, self._body = QVBoxLayout(), QVBoxLayout()
        for part in (self._top, self._body):
            part.setSpacing(12)
        self.column.addLayout(self._top)
        self.blot: BlotGrid | None = None
        self.column.addLayout(self._body)
        self.column.addStretch(1)
        session.edited.connect(self._load_blot)

    def show_plan(self, plan: Plan | None) -> None:
        """Draw all cards anew."""
        view = VIEWS[self.views.currentIndex()]
        empty(self._top)
        empty(self._body)
        self.views.setVisible(plan is not None)
        if self.blot is not None:
            self.blot.setVisible(plan is not None and view == "Antibodies")
        if plan is None:
            return
        for alert in plan.alerts:
            if view == "Summary" or alert.level == "emergency":
                self._top.addWidget(self._alert(alert))
        {"Summary": self._summary, "Antibodies": self._antibodies, "Work-up": self._workup}[view](plan)

    def _antibodies(self, plan: Plan) -> None:
        """The whole blot in one grid, then how it is read."""
        if self.blot is None:
            self.blot = BlotGrid(self.catalogue, self.session.clinic.pack.antibodies)
            self.blot.answered.connect(self.answered)
            self.column.insertWidget(self.column.indexOf(self._body), self.blot)
        self._load_blot()
        self.blot.show_plan(plan)
        self._parts("How the result is read", plan.antibodies or plan.antibody_notes, add_antibodies, plan)
        column = self._card("What holds for every panel", "")
        add_reasons(column, self.session.clinic.pack.antibodies.standing, *self._about())

    def _load_blot(self) -> None:
        if self.blot is not None and self.session.case is not None:
            self.blot.load(self.session.case.findings)

    def _workup(self, plan: Plan) -> None:
        """Before treatment: what is not done first, group by group."""
        lines = ("The list is to be verified by a clinician.", "It is printed from the page of documents.")
        self._body.addWidget(text_label(" ".join(lines), "muted"))
        for status in ("not-done", "done", "not-needed"):
            checks = [c for c in plan.workup if c.status == status]
            for group in dict.fromkeys(c.group for c in checks):
                word = self.catalogue.word
                column = self._card(word("workup_status", status), word("workup_group", group))
                for check in (c for c in checks if c.group == group):
                    add_check(column, check, self.catalogue, self.follow.emit)

    def _about(self) -> tuple[Case, Catalogue, Follow]:
        return self.session.open_case, self.catalogue, self.follow.emit

    def _parts(self, title: str, shown: object, add: Callable[..., None], part: object) -> None:
        """A card filled by one of the functions of `assessment_parts`, where there is anything to show."""
        if shown:
            add(self._card(title, ""), part, *self._about())

    def _summary(self, plan: Plan) -> None:
        self._classification(plan)
        word, risk = self.catalogue.word, plan.cancer_risk
        self._reasons(self._card("Subtype", word("subtype", plan.subtype.id), "subtype"), plan.subtype.because)
        self._reasons(self._card("Severity", word("severity", plan.severity.id), "severity"), plan.severity.because)
        for course in plan.course:
            self._reasons(self._card("Course", word("course", course.id), "course"), course.because)
        cancer = self._card("Cancer risk", word("cancer", risk.level), "cancer")
        self._reasons(cancer, risk.because)
        add_cancer(cancer, risk, *self._about())
        if plan.ici is not None:
            state = "complete" if plan.ici.complete else "not complete"
            self._parts(f"Checkpoint inhibitor: work-up {state}", plan.ici, add_ici, plan.ici)
        self._parts("Antibodies", plan.antibodies or plan.antibody_notes, add_antibodies, plan)
        self._other_criteria(plan)
        if plan.response:
            self._response(plan.response)
        if self.session.asked:
            self._undecided()
        if plan.facts or plan.defaults:
            self._numbers(plan)

    def _alert(self, alert: Alert) -> QWidget:
        frame, column = card()
        ink = LEVEL_INK.get(alert.level, "muted")
        frame.setProperty("tone", ink)
        word = self.catalogue.word
        head = row_of(chip(word("level", alert.level), alert.level, ink))
        head.insertWidget(1, text_label(word("alert", alert.id), "heading"), 1)
        head.addWidget(self._why(word("alert", alert.id), f"alert:{alert.id}"))
        column.addLayout(head)
        column.addWidget(text_label(alert.text))
        return frame

    def _why(self, of: str, target: str) -> Button:
        out = Button("Why", "quiet", tip="Rules, findings and sources")
        out.setAccessibleName(f"Why: {of}")
        out.clicked.connect(lambda: self.follow.emit(f"why:{target}"))
        return out

    def _card(self, caption: str, headline: str, why: str = "") -> QVBoxLayout:
        """A new card at the end of the page: what it is about, what holds, and its column to go on with."""
        frame, column = card()
        column.setSpacing(4)
        row = row_of(text_label(caption, "caption", wrap=False))
        if why:
            row.addWidget(self._why(caption, why))
        column.addLayout(row)
        if headline:
            column.addWidget(text_label(headline, "heading"))
        self._body.addWidget(frame)
        return column

    def _classification(self, plan: Plan) -> None:
        c, word = plan.classification, self.catalogue.word
        column = self._card("EULAR/ACR 2017", word("classification", c.level), "classification")
        add_models(column, c, self.catalogue)
        parts = [word("subgroup", c.subgroup)] if c.subgroup else []
        parts.append(word("classification", c.model))
        if c.highest_level != c.level:
            parts.append(f"At most: {word('classification', c.highest_level)}")
        column.addWidget(text_label(" · ".join(parts), "muted"))
        if c.unknown:
            column.addWidget(needs_label(c.unknown, self.catalogue, self.follow.emit, "Not known:"))
        self._reasons(column, c.because)
        add_tree(column, c)
        for id_ in ("classification-boundary", "biopsy-lowers-level"):
            for alert in (a for a in plan.alerts if a.id == id_):
                column.addWidget(text_label(f"Note: {alert.text}"))

    def _other_criteria(self, plan: Plan) -> None:
        column = self._card("Other classification criteria", "")
        for other in plan.other_criteria:
            add_other(column, other, self.session.open_case, self.catalogue, self.follow.emit)

    def _reasons(self, column: QVBoxLayout, because: Because) -> None:
        """The reasons in short; rules, and how sure the sources are, stand under "Why"."""
        add_reasons(column, because, *self._about())

    def _response(self, response: Response) -> None:
        word = self.catalogue.word
        headline = f"{word('response', response.category)}: {text_of(response.score)} of 100"
        column = self._card("Response, ACR/EULAR 2016", headline)
        span = f"{day_text(response.baseline)} to {day_text(response.follow_up)}"
        column.addWidget(text_label(f"{span}; {word('response', response.population).lower()}", "muted"))
        column.addWidget(
            text_label(
                f"The highest score that could be reached from the first day: {text_of(response.highest_reachable)}."
            )
        )
        if not response.complete:
            column.addWidget(
                text_label(f"Incomplete: {span_text(text_of(response.score), text_of(response.highest_score))}.")
            )
        for caption, ids in (("Worse than before:", response.worsened), ("Missing:", response.missing)):
            if ids:
                column.addWidget(text_label(f"{caption} " + ", ".join(word("core_set", i) for i in ids)))

    def _undecided(self) -> None:
        column = self._card("Ask next", "")
        asked = self.session.asked
        texts = [self._asked(a) for a in asked[:ASKED_IN_FULL]]
        if rest := asked[ASKED_IN_FULL:]:
            texts.append("Then: " + " · ".join(self._finding_link(a) for a in rest))
        for text in texts:
            line = LinkLabel(text)
            line.chosen.connect(self.follow)
            column.addWidget(line)

    def _finding_link(self, asked: Undecided) -> str:
        return f'<a href="finding:{escape(asked.finding)}">{escape(finding_label(self.catalogue, asked.finding))}</a>'

    def _asked(self, asked: Undecided) -> str:
        cost = f" ({escape(self.catalogue.word('cost', asked.cost).lower())})" if asked.cost else ""
        lines = [escape(line) for line in answer_lines(self.catalogue, asked, CHANGES_SHOWN)]
        if not lines:
            changes = ", ".join(dict.fromkeys(change_text(self.catalogue, c) for c in asked.would_change))
            lines = [f"may change, together with other answers: {escape(changes)}"]
        return "<br>&nbsp;&nbsp;".join([self._finding_link(asked) + cost, *lines])

    def _numbers(self, plan: Plan) -> None:
        column = self._card("Numbers and defaults used", "")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for row, (name, value) in enumerate(plan.facts):
            label, unit = FACTS.get(name, (name, ""))
            grid.addWidget(text_label(label, "muted", wrap=False), row, 0)
            grid.addWidget(text_label(f"{value} {unit}".strip(), wrap=False), row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        for line in plan.defaults:
            column.addWidget(text_label(f"• {line}"))
