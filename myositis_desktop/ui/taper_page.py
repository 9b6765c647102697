"""The taper: chart, what can be set, totals, and the table of steps."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import Plan, Review, Taper
from myositis_desktop.ui.follow_card import FollowCard
from myositis_desktop.ui.pieces import Band, Button, card, empty, text_label
from myositis_desktop.ui.plan_view import PlanView
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.taper_chart import SumChart, TaperChart
from myositis_desktop.ui.taper_controls import TaperControls
from myositis_desktop.ui.taper_steps import StepButtons
from myositis_desktop.ui.taper_table import TaperTable
from myositis_desktop.ui.wording import day_text, drug_label


class TaperPage(PlanView):
    """Each control edits the case; the plan answers with steps or with the reason why there is no taper."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, widest=1000)
        self.course = FollowCard(session)
        self.course.follow.connect(self.follow)
        self.column.addWidget(self.course)
        self.none = Band("amber", "not-indicated")
        self.column.addWidget(self.none)
        self.title = text_label("", "heading")
        why = Button("Why", "quiet", tip="Rule, findings and sources of the taper")
        why.clicked.connect(lambda: self.follow.emit("why:taper"))
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title, 1)
        head.addWidget(why)
        self.column.addWidget(self._head)
        self.controls_frame, controls = card()
        self.controls = TaperControls(session)
        controls.addWidget(self.controls)
        self._body = QWidget()
        self._build_body()
        self.column.addWidget(self.controls_frame)
        self.column.addWidget(self._body)
        self.column.addStretch(1)

    def _build_body(self) -> None:
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        frame, inside = card()
        row = QHBoxLayout()
        row.setSpacing(24)
        self.chart = TaperChart()
        drawn = QVBoxLayout()
        drawn.setSpacing(0)
        drawn.addWidget(text_label("mg a day", "caption"))
        drawn.addWidget(self.chart)
        self.sum_chart = SumChart()
        drawn.addSpacing(8)
        drawn.addWidget(text_label("mg in all, up to each day", "caption"))
        drawn.addWidget(self.sum_chart)
        row.addLayout(drawn, 1)
        self._totals = QGridLayout()
        self._totals.setHorizontalSpacing(16)
        self._totals.setVerticalSpacing(4)
        side = QVBoxLayout()
        side.addLayout(self._totals)
        side.addStretch(1)
        row.addLayout(side)
        inside.addLayout(row)
        column.addWidget(frame)
        self.table = TaperTable()
        column.addWidget(self.table)
        self.steps = StepButtons(self.session, self.table)
        column.addWidget(self.steps)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(4)
        column.addLayout(self._notes)
        self._reviews = QVBoxLayout()
        self._reviews.setSpacing(4)
        frame, inside = card()
        inside.setSpacing(4)
        inside.addWidget(text_label("Reviews", "caption"))
        inside.addLayout(self._reviews)
        column.addWidget(frame)

    def show_plan(self, plan: Plan | None) -> None:
        """Draw the taper, or say why there is none."""
        case = self.session.case
        taper = plan.taper if plan else None
        self.course.show_plan(plan)
        self.controls_frame.setVisible(case is not None)
        if case is not None:
            self.controls.show_case(case, taper)
        self._body.setVisible(taper is not None)
        self._head.setVisible(taper is not None)
        reason = (plan.taper_reason or "The plan names no oral glucocorticoid to taper.") if plan else ""
        self.none.say("" if taper or not plan else f"No taper: {reason}")
        if taper is not None:
            self._show_taper(taper)
            self._show_reviews(plan.reviews if plan else ())

    def _show_reviews(self, reviews: tuple[Review, ...]) -> None:
        empty(self._reviews)
        for review in reviews:
            self._reviews.addWidget(text_label(f"• {review_text(review)}"))

    def _show_taper(self, taper: Taper) -> None:
        schedule = self.catalogue.word("schedule", taper.schedule)
        self.title.setText(f"{drug_label(self.catalogue, taper.drug)} · {schedule}")
        self.chart.show_taper(taper)
        self.sum_chart.show_taper(taper)
        self.table.show_taper(taper)
        self.steps.show_taper(taper)
        empty(self._notes)
        for note in taper.notes:
            self._notes.addWidget(text_label(f"• {note}"))
        empty(self._totals)
        for row, (caption, value) in enumerate(totals(taper)):
            self._totals.addWidget(text_label(caption, "muted", wrap=False), row, 0)
            figure = text_label(value, "strong", wrap=False)
            self._totals.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)


def review_text(review: Review) -> str:
    """21 Dec 2026, day 28: title, and the keys that are asked."""
    keys = "; ".join(key[0].lower() + key[1:] for key in review.keys)
    return f"{day_text(review.on)}, day {review.day}: {review.title}" + (f" (keys: {keys})" if keys else "")


def totals(taper: Taper) -> list[tuple[str, str]]:
    """Caption and value of each total: days, last day, dose, tablets of each strength."""
    days = (taper.ends - taper.starts).days + 1
    lines = [
        ("First day", day_text(taper.starts)),
        ("Last day", day_text(taper.ends)),
        ("Days", str(days)),
        ("Dose in all", f"{text_of(taper.total_mg)} mg"),
    ]
    lines += [(f"Tablets of {text_of(mg)} mg", text_of(count)) for mg, count in taper.tablets_total]
    boxed = [s for s in taper.supply if s.boxes is not None]
    lines += [(f"Boxes of {s.pack} × {text_of(s.mg)} mg", str(s.boxes)) for s in boxed]
    return lines + [(f"{text_of(s.mg)} mg lasts to", day_text(s.lasts_to)) for s in taper.supply if s.lasts_to]
