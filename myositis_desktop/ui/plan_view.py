"""What the pages that show the plan have in common."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent

from myositis_desktop.model.plan import Plan
from myositis_desktop.ui.pieces import Band, Page, text_label
from myositis_desktop.ui.session import Session


class PlanView(Page):
    """A page that draws the plan only while it is seen, and says so when the plan is not that of the findings."""

    follow = Signal(str)

    def __init__(self, session: Session, widest: int = 860) -> None:
        super().__init__(widest)
        self.session = session
        self.catalogue = session.clinic.catalogue
        self._stale = True
        self.not_current = Band("amber", "warning")
        self.column.addWidget(self.not_current)
        self.nothing = text_label("", "muted")
        self.column.addWidget(self.nothing)
        session.opened.connect(self._forget)
        session.decided.connect(self._refresh_if_seen)

    def show_plan(self, plan: Plan | None) -> None:
        """Draw the plan; None: there is none yet."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._refresh_if_seen()

    def _forget(self) -> None:
        self.verticalScrollBar().setValue(0)
        self._stale = True

    def _refresh_if_seen(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Draw what the session holds, if it is not drawn already."""
        if not self._stale:
            return
        self._stale = False
        session = self.session
        self.not_current.say(stale_text(session))
        if session.case is None:
            self.nothing.setText("Open a patient at the left, or add one with Ctrl+N.")
        elif session.plan is None:
            self.nothing.setText("There is no plan yet: mend the lines named in the panel at the right.")
        self.nothing.setVisible(session.plan is None)
        self.show_plan(session.plan)


def stale_text(session: Session) -> str:
    """Why what is shown is not the plan of the findings as they stand; "" where it is."""
    if session.plan is None or not session.problems:
        return ""
    count = len(session.problems)
    places = "one entry has" if count == 1 else f"{count} entries have"
    return (
        f"Not current. This is the last plan that could be made; since then {places} to be mended "
        "(named in the panel at the right). It cannot be signed."
    )
