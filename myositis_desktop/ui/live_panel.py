"""The panel that assesses as one types. Emergencies stand on top, on every page."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Alert, Plan
from myositis_desktop.ui.icons import Sign
from myositis_desktop.ui.pieces import LinkLabel, empty, row_of, rule, text_label
from myositis_desktop.ui.probability_bar import ProbabilityBar
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.wording import answer_lines, dose_line, finding_label

WIDTH, STRIP = 320, 120
"""Width of the column, height of the strip."""
WIDEST = 4096
ASK_NEXT = 5


class LivePanel(QScrollArea):
    """What is known of the open patient, in short; every line leads to its reasons or its field."""

    follow = Signal(str)
    """A link: "finding:lab.ck", "why:subtype", "why:alert:aspiration-risk", "page:plan", "problem:0"."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._catalogue = session.clinic.catalogue
        self._emergencies: tuple[Alert, ...] = ()
        self.set_narrow(False)
        self.setObjectName("live")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Assessment in short")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(6)
        self._build()
        self.setWidget(inside)
        session.opened.connect(self.show_session)
        session.decided.connect(self.show_session)
        session.ranked.connect(self._show_asked)
        session.edited.connect(self._show_status)
        self.show_session()

    def set_narrow(self, narrow: bool) -> None:
        """A column beside the page, or, where the window has no room for it, a strip below."""
        self.setMinimumWidth(0 if narrow else scaled(WIDTH))
        self.setMaximumWidth(WIDEST if narrow else scaled(WIDTH))
        self.setMinimumHeight(scaled(STRIP // 3) if narrow else 0)
        self.setMaximumHeight(scaled(STRIP) if narrow else WIDEST)

    def _build(self) -> None:
        self._status_sign = Sign("clock", "muted")
        self.status = text_label("", "small", wrap=False)
        self._column.addLayout(row_of(self._status_sign, self.status, spacing=6))
        self._alerts = self._group()
        self.problems = self._part("To mend first")
        self._bar_caption = text_label("EULAR/ACR 2017", "caption")
        self._bar = ProbabilityBar()
        self.range = self._part("", self._bar_caption, self._bar)
        self.subtype = self._part("Subtype")
        self.severity = self._part("Severity and course")
        self.cancer = self._part("Cancer risk")
        self.ask = self._part("Ask next")
        self.plan = self._part("Plan in short")
        self.notices = self._part("Notices")
        self._column.addStretch(1)

    def _group(self) -> QVBoxLayout:
        out = QVBoxLayout()
        out.setSpacing(8)
        self._column.addLayout(out)
        return out

    def _part(self, caption: str, *above: QWidget) -> "_Part":
        part = _Part(caption, *above)
        part.body.chosen.connect(self.follow)
        self._column.addWidget(part)
        return part

    def show_session(self) -> None:
        """Show what the session holds now."""
        self._show_status()
        plan = self._session.plan
        self._show_alerts(plan)
        self.problems.say("<br>".join(self._problem_lines()))
        for part in (self.range, self.subtype, self.severity, self.cancer, self.ask, self.plan, self.notices):
            part.setVisible(plan is not None)
        if plan is not None:
            self._show_plan(plan)

    def _show_status(self) -> None:
        session = self._session
        if session.case is None:
            sign, ink, text = "person", "muted", "No patient open"
        elif session.is_current:
            sign, ink, text = "recommended", "green", "Up to date with the findings"
        elif session.problems:
            sign, ink, text = "warning", "amber", "Not current: mend the lines below"
        else:
            sign, ink, text = "clock", "muted", "Assessing …"
        self.status.setText(text)
        self._status_sign.set_sign(sign, ink)

    def _problem_lines(self) -> list[str]:
        return [
            f'<a href="problem:{i}">{escape(place_text(p.pointer, self._catalogue))}</a>: {escape(p.text)}'
            for i, p in enumerate(self._session.problems)
        ]

    def _show_alerts(self, plan: Plan | None) -> None:
        emergencies = tuple(a for a in plan.alerts if a.level == "emergency") if plan else ()
        if emergencies == self._emergencies:
            return
        empty(self._alerts)
        self._emergencies = emergencies
        for alert in emergencies:
            self._alerts.addWidget(self._emergency(alert))

    def emergencies(self) -> list[str]:
        """The titles of the emergencies that are shown."""
        return [self._catalogue.word("alert", a.id) for a in self._emergencies]

    def _emergency(self, alert: Alert) -> QFrame:
        frame = QFrame()
        frame.setProperty("tone", "red")
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        title = text_label(self._catalogue.word("alert", alert.id), "strong")
        title.setProperty("ink", "red")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Sign("emergency", "red", 20))
        head.addWidget(title, 1)
        column.addLayout(head)
        column.addWidget(text_label(alert.text))
        why = LinkLabel(f'<a href="why:alert:{escape(alert.id)}">Why</a>')
        why.setAccessibleName(f"Why: {title.text()}")
        why.chosen.connect(self.follow)
        column.addWidget(why)
        return frame

    def _show_plan(self, plan: Plan) -> None:
        word = self._catalogue.word
        c = plan.classification
        self._bar.show_range(c.probability, c.highest_probability)
        self.range.say(_range_line(plan, self._catalogue))
        self.subtype.say(_why("subtype", word("subtype", plan.subtype.id)))
        course = " · ".join(_why("course", word("course", j.id)) for j in plan.course)
        self.severity.say(" · ".join(x for x in (_why("severity", word("severity", plan.severity.id)), course) if x))
        self.cancer.say(_why("cancer", word("cancer", plan.cancer_risk.level)))
        self._show_asked()
        lines = [escape(dose_line(i, self._catalogue)) for i in plan.items if _in_short(i.status, i.line, i.chosen)]
        self.plan.say("<br>".join([*(f"• {line}" for line in lines), '<a href="page:plan">Whole plan</a>']))
        notices = [a for a in plan.alerts if a.level != "emergency"]
        self.notices.say("<br>".join(f"• {_why(f'alert:{a.id}', word('alert', a.id))}" for a in notices))

    def _show_asked(self) -> None:
        lines = []
        for asked in self._session.asked[:ASK_NEXT]:
            label = escape(finding_label(self._catalogue, asked.finding))
            lines.append(f'• <a href="finding:{escape(asked.finding)}">{label}</a>')
            first = answer_lines(self._catalogue, asked, changes=1)[:1]
            lines += [f"&nbsp;&nbsp;{escape(line)}" for line in first]
        rest = len(self._session.asked) - ASK_NEXT
        if rest > 0:
            lines.append(f'<a href="page:assessment">{rest} more</a>')
        self.ask.say("<br>".join(lines) or "Nothing that would change the plan.")


class _Part(QFrame):
    """A caption and one text with links; hidden while it has nothing to say."""

    def __init__(self, caption: str, *above: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(rule())
        column.addSpacing(4)
        if caption:
            column.addWidget(text_label(caption, "caption"))
        for widget in above:
            column.addWidget(widget)
        self.body = LinkLabel("")
        self.body.setAccessibleName(caption)
        column.addWidget(self.body)

    def say(self, html: str) -> None:
        """Show a text of our own making (values escaped)."""
        if self.body.text() != html:
            self.body.setText(html)
        self.setVisible(bool(html))


def _why(target: str, text: str) -> str:
    return f'<a href="why:{escape(target)}">{escape(text)}</a>' if text else ""


def _range_line(plan: Plan, catalogue: Catalogue) -> str:
    c = plan.classification
    low, high = catalogue.word("classification", c.level), catalogue.word("classification", c.highest_level)
    if (c.probability, c.level) == (c.highest_probability, c.highest_level):
        return f"{c.probability}: {_why('classification', low)}"
    return f"{c.probability} to {c.highest_probability}<br>{_why('classification', low)}" + (
        f"; at most {escape(high[:1].lower() + high[1:])}" if low != high else ""
    )


def _in_short(status: str, line: str, chosen: bool) -> bool:
    return chosen or (status == "recommended" and line != "supportive")


def place_text(pointer: str, catalogue: Catalogue) -> str:
    """A JSON pointer as the name of the place on the form."""
    parts = [p for p in pointer.split("/") if p]
    if len(parts) > 1 and parts[0] == "findings":
        return finding_label(catalogue, parts[1])
    if parts[:2] == ["preferences", "taper"]:
        return " ".join(["Taper", *parts[2:3]]).replace("_", " ")
    if parts[:2] == ["preferences", "doses"] or parts[:2] == ["preferences", "choose"]:
        return "Choice in the plan" if parts[1] == "choose" else "Dose"
    names = {"patient": "Patient", "therapy": "Medicines", "visits": "Visits", "assessed_on": "Day of assessment"}
    return (
        " ".join([names.get(parts[0], parts[0]), *parts[-1:] * (len(parts) > 1)]).replace("_", " ") if parts else "Case"
    )
