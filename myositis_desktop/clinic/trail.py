"""The audit of an open clinic: looking at it, and proving that it is whole."""

from myositis_desktop.clinic.desk import Desk
from myositis_desktop.clinic.rights import Right, needs
from myositis_desktop.store import audit
from myositis_desktop.store.audit import ALL, AuditFilter, AuditRow
from myositis_desktop.store.people import User

__all__ = ["AuditFilter", "AuditRow", "Trail"]


class Trail:
    """Looks at the audit and never changes it. Every method raises UserError with a sentence to show."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def user(self) -> User:
        """Who is in."""
        return self._desk.user

    @needs(Right.AUDIT)
    def rows(self, wanted: AuditFilter = ALL, before: int | None = None, limit: int = 200) -> tuple[AuditRow, ...]:
        """Rows that fit, newest first; `before` is the number of the last row of the page before."""
        return audit.find_rows(self._desk.store, wanted, before, limit)

    @needs(Right.AUDIT)
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(who, what) that the audit has rows of, for the filters."""
        return audit.names(self._desk.store)

    @needs(Right.AUDIT)
    def verify(self) -> tuple[str, ...]:
        """What is wrong with the audit, one sentence each; empty where it is whole."""
        return audit.verify_audit(self._desk.store)
