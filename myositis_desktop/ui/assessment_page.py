"""The assessment in full: alerts, classification, subtype, severity, course, cancer risk, response, what to ask."""

from html import escape

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from myositis_desktop.model.plan import Alert, Because, Plan, Response
from myositis_desktop.ui.pieces import LEVEL_INK, Button, LinkLabel, card, chip, empty, row_of, text_label
from myositis_desktop.ui.plan_view import PlanView
from myositis_desktop.ui.probability_bar import ProbabilityBar
from myositis_desktop.ui.reasons import fill_reason, needs_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.wording import change_text, day_text, finding_label

FACTS = {
    "egfr": ("eGFR", "mL/min/1.73 m²"),
    "bmi": ("Body mass index", "kg/m²"),
    "bsa": ("Body surface", "m²"),
    "age": ("Age", "years"),
    "age_at_onset": ("Age at onset", "years"),
}
"""Label and unit of the derived numbers that a plan carries."""


class AssessmentPage(PlanView):
    """Every judgement with its reasons written out."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._body = QVBoxLayout()
        self._body.setSpacing(12)
        self.column.addLayout(self._body)
        self.column.addStretch(1)

    def show_plan(self, plan: Plan | None) -> None:
        """Draw all cards anew."""
        empty(self._body)
        if plan is None:
            return
        for alert in plan.alerts:
            self._body.addWidget(self._alert(alert))
        self._body.addWidget(self._classification(plan))
        word = self.catalogue.word
        self._judgement("Subtype", word("subtype", plan.subtype.id), plan.subtype.because)
        self._judgement("Severity", word("severity", plan.severity.id), plan.severity.because)
        for course in plan.course:
            self._judgement("Course", word("course", course.id), course.because)
        self._judgement(
            "Cancer risk", word("cancer", plan.cancer_risk.level), plan.cancer_risk.because, plan.cancer_risk.tests
        )
        if plan.response:
            self._body.addWidget(self._response(plan.response))
        if plan.undecided:
            self._body.addWidget(self._undecided(plan))
        if plan.facts or plan.defaults:
            self._body.addWidget(self._numbers(plan))

    def _alert(self, alert: Alert) -> QWidget:
        frame, column = card()
        ink = LEVEL_INK.get(alert.level, "muted")
        frame.setProperty("tone", ink)
        word = self.catalogue.word
        head = row_of(chip(word("level", alert.level), alert.level, ink))
        head.insertWidget(1, text_label(word("alert", alert.id), "heading"), 1)
        why = Button("Why", "quiet")
        why.setAccessibleName(f"Why: {word('alert', alert.id)}")
        why.clicked.connect(lambda: self.follow.emit(f"why:alert:{alert.id}"))
        head.addWidget(why)
        column.addLayout(head)
        column.addWidget(text_label(alert.text))
        return frame

    def _classification(self, plan: Plan) -> QWidget:
        c, word = plan.classification, self.catalogue.word
        frame, column = card()
        column.addWidget(text_label("EULAR/ACR 2017", "caption"))
        column.addWidget(text_label(word("classification", c.level), "heading"))
        bar = ProbabilityBar()
        bar.show_range(c.probability, c.highest_probability)
        column.addWidget(bar)
        column.addWidget(
            text_label(f"Probability {c.probability} to {c.highest_probability}; score {c.score} to {c.highest_score}")
        )
        parts = [word("classification", c.model).lower()]
        if c.subgroup:
            parts.insert(0, word("subgroup", c.subgroup))
        if c.highest_level != c.level:
            parts.append(f"at most: {word('classification', c.highest_level)}")
        column.addWidget(text_label("; ".join(parts), "muted"))
        if c.unknown:
            column.addWidget(needs_label(c.unknown, self.catalogue, self.follow.emit, "Not known:"))
        self._reasons(column, c.because)
        return frame

    def _judgement(self, caption: str, headline: str, because: Because, tests: tuple[str, ...] = ()) -> None:
        frame, column = card()
        column.addWidget(text_label(caption, "caption"))
        column.addWidget(text_label(headline, "heading"))
        self._reasons(column, because)
        if tests:
            column.addWidget(text_label("Tests to look for cancer", "caption"))
            for test in tests:
                column.addWidget(text_label(f"• {self.catalogue.words.get(f'test.{test}', test)}"))
        self._body.addWidget(frame)

    def _reasons(self, column: QVBoxLayout, because: Because) -> None:
        for reason in because:
            fill_reason(column, reason, self.session.open_case, self.catalogue, self.follow.emit)

    def _response(self, response: Response) -> QWidget:
        word = self.catalogue.word
        frame, column = card()
        column.addWidget(text_label("Response, ACR/EULAR 2016", "caption"))
        column.addWidget(text_label(f"{word('response', response.category)}: {response.score} of 100", "heading"))
        span = f"{day_text(response.baseline)} to {day_text(response.follow_up)}"
        column.addWidget(text_label(f"{span}; {word('response', response.population).lower()}", "muted"))
        if not response.complete:
            column.addWidget(text_label(f"Incomplete: between {response.score} and {response.highest_score}."))
        for caption, ids in (("Worse than before:", response.worsened), ("Missing:", response.missing)):
            if ids:
                column.addWidget(text_label(f"{caption} " + ", ".join(word("core_set", i) for i in ids)))
        return frame

    def _undecided(self, plan: Plan) -> QWidget:
        frame, column = card()
        column.addWidget(text_label("Ask next", "caption"))
        for asked in plan.undecided:
            changes = ", ".join(dict.fromkeys(change_text(self.catalogue, c) for c in asked.would_change))
            label = escape(finding_label(self.catalogue, asked.finding))
            line = LinkLabel(
                f'<a href="finding:{escape(asked.finding)}">{label}</a>'
                + (f" may change: {escape(changes)}" if changes else "")
            )
            line.chosen.connect(self.follow)
            column.addWidget(line)
        return frame

    def _numbers(self, plan: Plan) -> QWidget:
        frame, column = card()
        column.addWidget(text_label("Numbers and defaults used", "caption"))
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
        return frame
