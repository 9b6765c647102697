"""Who may do what. Every method of an open clinic that does something names the right it needs, and here alone."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from myositis_desktop.errors import UserError
from myositis_desktop.store.people import User

P = ParamSpec("P")
T = TypeVar("T")


class Right(StrEnum):
    """What somebody may do; the value completes "may not …"."""

    READ = "look at patients"
    EDIT = "add patients or change findings"
    SIGN = "sign plans"
    EXPORT = "take records out of the clinic file"
    BACK_UP = "make backups"
    AUDIT = "look at the audit"
    PEOPLE = "decide who has access"
    MERGE = "make two records one"
    DELETE = "delete patients"
    RESTORE = "put a backup in the place of the clinic"


ROLES: Mapping[str, frozenset[Right]] = {
    "administrator": frozenset(Right),
    "clinician": frozenset(Right) - {Right.PEOPLE, Right.RESTORE, Right.DELETE},
    "assistant": frozenset({Right.READ, Right.EDIT, Right.EXPORT, Right.BACK_UP}),
    "reader": frozenset({Right.READ}),
}
"""Rights by role. In a small clinic the administrator is its clinician, and signs."""

_TURNED = frozenset({Right.READ, Right.EDIT})

ROLE_WORDS: Mapping[str, str] = {
    "administrator": "Administrator: everything, also people and backups",
    "clinician": "Clinician: enters, signs, looks at the audit",
    "assistant": "Assistant: enters findings, prints and exports",
    "reader": "Read-only: looks, changes nothing",
}


class NotAllowed(UserError):  # noqa: N818 - the name says what the clinician sees
    """The role of the user does not carry the right; nothing was changed."""


class _HasUser(Protocol):
    @property
    def user(self) -> User: ...


C = TypeVar("C", bound=_HasUser)


def may(user: User, right: Right) -> bool:
    """Whether the user has the right; a role that is not known has none.

    While the screen is turned to a patient there is nothing but looking at this patient and entering findings.
    """
    here = not user.turned or right in _TURNED
    return here and not user.disabled and right in ROLES.get(user.role, frozenset())


def needs(right: Right) -> Callable[[Callable[Concatenate[C, P], T]], Callable[Concatenate[C, P], T]]:
    """Marks a method: it runs only for a user who has the right, and raises NotAllowed for everybody else."""

    def mark(method: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
        @wraps(method)
        def guarded(self: C, /, *args: P.args, **kwargs: P.kwargs) -> T:
            check(self.user, right)
            return method(self, *args, **kwargs)

        guarded.needed_right = right  # type: ignore[attr-defined] # read by the test of every role
        return guarded

    return mark


def check(user: User, right: Right) -> None:
    """Raises NotAllowed where the user lacks the right."""
    if user.turned and right not in _TURNED:
        raise NotAllowed(
            f"The screen is turned to a patient, so nobody may {right}. Nothing was changed. "
            "Turn the screen back with your passphrase first."
        )
    if not may(user, right):
        raise NotAllowed(
            f"{user.full_name} has the role “{user.role}” and may not {right}. Nothing was changed. "
            "Ask somebody who may, or an administrator for another role."
        )


def check_enabled(user: User) -> None:
    """Refuses somebody whose access has ended, with UserError."""
    if user.disabled:
        raise UserError(
            f"The access of {user.full_name} to this clinic has ended. Nothing was changed. "
            "Ask an administrator of the clinic."
        )
