"""The menu of the workbench: what is done seldom, with its keys."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from myositis_desktop.clinic import Right
from myositis_desktop.ui import kit
from myositis_desktop.ui.pieces import Button
from myositis_desktop.ui.shortcuts import KEYS

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench


def build_menu(bench: "Workbench") -> QMenu:
    """Make the menu and its button in the banner."""
    menu = QMenu(bench)
    _fill(menu, bench)
    button = Button("Menu", "secondary", "menu", "Menu (F10)")
    button.clicked.connect(lambda: menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4))))
    bench.banner.menu_slot.insertWidget(0, button)
    shortcut = QShortcut(QKeySequence(KEYS["menu"][0]), bench)
    shortcut.activated.connect(button.click)
    return menu


def _fill(menu: QMenu, bench: "Workbench") -> None:
    stack = bench.session.undo_stack
    undo = _add(menu, "Undo", stack.undo, "undo")
    redo = _add(menu, "Redo", stack.redo, "redo")
    menu.addSeparator()
    new = _add(menu, "New patient…", bench.new_patient, "new")
    imports = _add(menu, "Import case files…", bench.import_file, "import")
    scan = _add(menu, "Read a code…", lambda: kit.show_scan(bench))
    export = _add(menu, "Export the case…", bench.export_case, "export-case")
    _add(menu, "Verify a PDF…", bench.verify_file, "verify")
    menu.addSeparator()
    care = bench.upkeep
    hand_over = _add(menu, "Hand the patient over…", care.hand_over, "hand-over")
    take_in = _add(menu, "Take in a patient…", care.take_in, "take-in")
    merge = _add(menu, "Merge two records…", care.merge, "merge")
    delete = _add(menu, "Delete the patient…", care.delete, "delete")
    turn = _add(menu, "Turn the screen to the patient", care.turned.turn, "turn")
    menu.addSeparator()
    people = _add(menu, "People…", bench.show_people, "people")
    trail = _add(menu, "Audit…", bench.upkeep.show_audit, "audit")
    copies = _add(menu, "Backups…", bench.upkeep.show_backups, "backups")
    _add(menu, "Change my passphrase…", bench.change_passphrase, "passphrase")
    _add(menu, "Certificates and trust…", lambda: kit.show_trust(bench))
    letterhead = _add(menu, "Letterhead…", lambda: kit.show_letterhead(bench))
    _add(menu, "Settings…", bench.show_settings, "settings")
    _add(menu, "Keys…", bench.show_keys, "help")
    _add(menu, "Manual…", bench.show_manual, "manual")
    _add(menu, "Diagnostics…", bench.show_diagnostics, "diagnostics")
    _add(menu, "About…", bench.show_about, "about")
    menu.addSeparator()
    _add(menu, "Lock", bench.lock_wanted.emit, "lock")
    _add(menu, "Close the program", bench.close_program, "close")

    needed = {new: Right.EDIT, imports: Right.EDIT, export: Right.EXPORT, people: Right.PEOPLE}
    needed |= {trail: Right.AUDIT, copies: Right.BACK_UP, hand_over: Right.EXPORT, take_in: Right.EDIT}
    needed |= {merge: Right.MERGE, delete: Right.DELETE, scan: Right.EDIT, letterhead: Right.PEOPLE}

    def bring_up_to_date() -> None:
        for action, can, verb, text, key in (
            (undo, stack.canUndo(), "Undo", stack.undoText(), "undo"),
            (redo, stack.canRedo(), "Redo", stack.redoText(), "redo"),
        ):
            action.setEnabled(can)
            action.setText(f"{verb}: {text}\t{KEYS[key][0]}" if text else f"{verb}\t{KEYS[key][0]}")
        for action in (export, hand_over, merge, delete, turn):
            action.setEnabled(bench.session.case is not None)
        for action, right in needed.items():
            action.setVisible(bench.clinic.may(right))

    menu.aboutToShow.connect(bring_up_to_date)


def _add(menu: QMenu, text: str, slot: Callable[[], object], key: str = "") -> QAction:
    """One line. The key is shown only: the shortcut itself belongs to the window, so that it works without the menu."""
    action = menu.addAction(f"{text}\t{KEYS[key][0]}" if key else text)
    action.triggered.connect(lambda _checked: slot())
    return action
