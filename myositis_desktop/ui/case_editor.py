"""The case as the forms edit it: every edit is one command that can be undone; typing in one field is one edit."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from myositis_desktop.model.case import Case


class CaseEditor(QObject):
    """Holds the case of the forms and writes each edit to an undo stack, its own or the window's."""

    changed = Signal(object)
    """The case after an edit, an undo or a redo."""
    returned = Signal(str)
    """An undo or a redo has changed this place: a finding id or another name of a field."""

    def __init__(self, stack: QUndoStack | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = stack if stack is not None else QUndoStack(self)
        self._case: Case | None = None
        self._typing = 0

    @property
    def case(self) -> Case:
        """The case that is open; asking without one is a fault of the caller."""
        if self._case is None:
            raise LookupError("no case is open")
        return self._case

    @property
    def is_open(self) -> bool:
        return self._case is not None

    def open(self, case: Case | None) -> None:
        """Take another case, or none. The stack is left to whoever owns it."""
        self._case = case
        self.end_typing()

    def take(self, case: Case) -> None:
        """Take the case as another page has changed it; nothing is told and nothing written to the stack."""
        self._case = case

    def edit(self, case: Case, text: str, place: str, *, typing: bool = False) -> None:
        """Write one edit. `text` names it in the menu; with `typing` it joins the edit before it at the same place."""
        if case != self.case:
            self.stack.push(_Edit(self, case, text, place, f"{place}#{self._typing}" if typing else ""))

    def end_typing(self) -> None:
        """What is typed from here on is an edit of its own."""
        self._typing += 1

    def put(self, case: Case) -> None:
        """Hold a case and tell it; for the commands."""
        self._case = case
        self.changed.emit(case)


class _Edit(QUndoCommand):
    """Puts what the forms edit in and out; preferences and further keys of the case are left as they stand."""

    def __init__(self, editor: CaseEditor, after: Case, text: str, place: str, key: str) -> None:
        super().__init__(text)
        self._editor, self._before, self.after = editor, editor.case, after
        self._place, self.key = place, key
        self._done = False

    def id(self) -> int:
        """Edits made by typing may join."""
        return 1 if self.key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        if not isinstance(other, _Edit) or other.key != self.key:
            return False
        self.after = other.after
        self.setObsolete(self.after == self._before)
        return True

    def redo(self) -> None:
        self._put(self.after)
        if self._done:
            self._editor.returned.emit(self._place)
        self._done = True

    def undo(self) -> None:
        self._put(self._before)
        self._editor.returned.emit(self._place)

    def _put(self, state: Case) -> None:
        now = self._editor.case
        self._editor.put(replace(state, preferences=now.preferences, extras=now.extras))
