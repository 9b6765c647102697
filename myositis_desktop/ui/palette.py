"""The command palette: every action, page, finding and patient, found by a few letters of its name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.patients import row_name, under_name
from myositis_desktop.ui.pieces import field
from myositis_desktop.ui.theme import scaled

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench

MOST = 60
"""Lines shown at a time; more letters make fewer."""
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette: what it does, and beside it what kind it is or its key."""

    title: str
    note: str
    run: Callable[[], object]


def matching(commands: list[Command], typed: str) -> list[Command]:
    """The commands that hold every word typed, those that begin with it first; all of them when nothing is typed."""
    words = typed.casefold().split()
    found = [c for c in commands if all(w in f"{c.title} {c.note}".casefold() for w in words)]
    return sorted(found, key=lambda c: not c.title.casefold().startswith(typed.casefold().strip()))


def commands_of(bench: "Workbench") -> list[Command]:
    """What can be done now, in order: actions with their keys, findings of the open patient, patients."""
    bench.menu.aboutToShow.emit()  # brings the menu up to date
    known = [a for a in (*bench.actions(), *bench.menu.actions()) if a.text()]
    barred = {_title(a) for a in known if not (a.isEnabled() and a.isVisible())}
    doable = {_title(a): Command(_title(a), _key(a), a.trigger) for a in reversed(known) if _title(a) not in barred}
    out = [*reversed(doable.values())]
    if bench.session.case is not None:
        findings = bench.clinic.catalogue.findings
        out += [Command(s.label, "Finding", partial(bench.follow, f"finding:{id_}")) for id_, s in findings.items()]
    rows = bench.clinic.patients("")
    return out + [Command(row_name(r), under_name(r), partial(bench.open_patient, r.id)) for r in rows]


def _title(action: QAction) -> str:
    return action.text().partition("\t")[0].rstrip("…")


def _key(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) or action.text().partition("\t")[2]


class CommandPalette(Dialog):
    """A field and the lines that fit what is typed in it; Enter does the marked one."""

    def __init__(self, commands: list[Command], parent: "Workbench | None" = None) -> None:
        super().__init__("Do or find", parent, width=640)
        self._commands = commands
        self.typed = field(self.column, "A few letters of an action, a page, a finding or a patient")
        self.list = QListWidget()
        self.list.setAccessibleName("What fits")
        self.list.setMinimumHeight(min(scaled(320), 420))
        self.list.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.list.itemActivated.connect(lambda _: self._run())
        self.list.itemClicked.connect(lambda _: self._run())
        self.column.addWidget(self.list)
        self.typed.textChanged.connect(self._show)
        self.typed.returnPressed.connect(self._run)
        self.typed.installEventFilter(self)
        self.add_button("Close", self.reject)
        self._show("")
        self.typed.setFocus()

    def _show(self, typed: str) -> None:
        self.list.clear()
        for command in matching(self._commands, typed)[:MOST]:
            line = QListWidgetItem(f"{command.title}   ·   {command.note}" if command.note else command.title)
            line.setData(Qt.ItemDataRole.UserRole, command)
            self.list.addItem(line)
        self.list.setCurrentRow(0)
        self.complain("" if self.list.count() else "Nothing has this name.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The arrows move in the list while the letters go on into the field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _MOVES.get(Qt.Key(event.key()), 0)
            if step and self.list.count():
                self.list.setCurrentRow(min(self.list.count() - 1, max(0, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)

    def _run(self) -> None:
        line = self.list.currentItem()
        if line is not None:
            command: Command = line.data(Qt.ItemDataRole.UserRole)
            self.accept()
            command.run()


def open_palette(bench: "Workbench") -> None:
    """Show the palette over the window."""
    CommandPalette(commands_of(bench), bench).open()
