"""Who has access to the clinic: adding people, their roles and passphrases, and ending access."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidgetItem, QWidget

from myositis_desktop.clinic import ROLE_WORDS, NewUser, User
from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import ConfirmDialog, Dialog
from myositis_desktop.ui.pieces import Button, field, row_of, set_ink, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.titled import DocumentList
from myositis_desktop.ui.unlock import SHORTEST, strength_hint

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic
    from myositis_desktop.ui.workbench import Workbench

_WHO = Qt.ItemDataRole.UserRole


class PeopleDialog(Dialog):
    """The list of people, for an administrator."""

    def __init__(self, clinic: "Clinic", tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__("People", parent, width=640)
        self._clinic, self._tasks = clinic, tasks
        self.column.addWidget(
            text_label("Each person unlocks with a passphrase of their own. What they signed stays signed.", "muted")
        )
        self.list = DocumentList()
        self.list.setAccessibleName("People")
        self.list.setMinimumHeight(240)
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.column.addWidget(self.list)
        self.role = QComboBox()
        for id_, words in ROLE_WORDS.items():
            self.role.addItem(words, id_)
        self.role.setAccessibleName("Role")
        self.role.activated.connect(lambda _: self._set_role())
        caption = text_label("Role of the chosen person", "caption")
        caption.setBuddy(self.role)
        self.column.addWidget(caption)
        self.column.addWidget(self.role)
        self.passphrase = Button("New passphrase…", sign="key")
        self.passphrase.clicked.connect(self._ask_passphrase)
        self.end = Button("End access…", "danger")
        self.end.clicked.connect(self._ask_end)
        self.column.addLayout(row_of(self.passphrase, self.end))
        self.add = self.add_button("Add a person…", self._ask_new, "primary", "plus")
        self.add_button("Close", self.accept)
        self.refresh()

    @property
    def chosen(self) -> User:
        """The person whom the buttons are about."""
        found: User = self.list.currentItem().data(_WHO)
        return found

    def refresh(self) -> None:
        """Ask the clinic again; an administrator who gave the role away has nothing more to see here."""
        try:
            people = self._clinic.staff.everybody()
        except UserError as error:
            self.complain(str(error))
            self.list.setEnabled(False)
            for part in (self.role, self.passphrase, self.end, self.add):
                part.setEnabled(False)
            return
        row = max(0, self.list.currentRow())
        self.list.clear()
        for person in people:
            item = QListWidgetItem(f"{person.full_name}\n{_under(person)}")
            item.setData(_WHO, person)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(people) - 1))

    def _show_current(self) -> None:
        if self.list.currentItem() is None:
            return
        self.role.setCurrentIndex(self.role.findData(self.chosen.role))
        self.end.setEnabled(not self.chosen.disabled)

    def _set_role(self) -> None:
        self._do(lambda: self._clinic.staff.set_role(self.chosen.name, self.role.currentData()))

    def _ask_end(self) -> None:
        who = self.chosen
        ConfirmDialog(
            f"End the access of {who.full_name}?",
            "The passphrase opens this clinic no longer. Who has copied the clinic's folder before can still open "
            "that copy. Access can be given again.",
            "End access",
            lambda: self._do(lambda: self._clinic.staff.end_access(who.name)),
            self,
        ).open()

    def _do(self, change: Callable[[], None]) -> None:
        self.complain("")
        try:
            change()
        except UserError as error:
            self.complain(str(error))
        self.refresh()

    def _ask_new(self) -> None:
        NewPersonDialog(self._clinic, self._tasks, self.refresh, self).open()

    def _ask_passphrase(self) -> None:
        staff, name = self._clinic.staff, self.chosen.name
        PassphraseDialog(
            f"New passphrase for {self.chosen.full_name}",
            (name, self.chosen.full_name, self._clinic.clinic_name),
            lambda own, new: staff.give_access(own, name, new),
            self._tasks,
            self.refresh,
            self,
        ).open()


def _under(person: User) -> str:
    role = ROLE_WORDS[person.role].partition(":")[0]
    return f"{person.name} · {role} · {'access ended' if person.disabled else 'has access'}"


class PassphraseDialog(Dialog):
    """Asks for one's own passphrase and twice for a new one; the key derivation runs off the window's thread."""

    def __init__(
        self,
        title: str,
        known: tuple[str, ...],
        keep: Callable[[str, str], None],
        tasks: Tasks,
        done: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._known, self._keep, self._tasks, self._then = known, keep, tasks, done
        self.ask_more()
        self.first = field(self.column, "New passphrase", secret=True)
        self.hint = text_label("", "small")
        self.column.addWidget(self.hint)
        self.second = field(self.column, "New passphrase again", secret=True)
        self.own = field(self.column, "Your own passphrase, of today", secret=True)
        self.first.textChanged.connect(self._judge)
        self._judge("")
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Keep", self.finish, "primary")
        self.go.setDefault(True)

    def ask_more(self) -> None:
        """Fields above the passphrases, for those who need them."""

    def names(self) -> tuple[str, ...]:
        """What somebody who guesses would try first."""
        return self._known

    def _judge(self, passphrase: str) -> None:
        ink, words = strength_hint(passphrase, SHORTEST, self.names())
        self.hint.setText(words)
        set_ink(self.hint, ink)

    def finish(self) -> None:
        """Keep the new passphrase, where both are the same."""
        if self.first.text() != self.second.text():
            self.complain("The two new passphrases differ.")
            return
        self.go.setEnabled(False)
        own, new = self.own.text(), self.first.text()
        self._tasks.run(lambda: self._keep(own, new), self._kept, self._refused)

    def _kept(self, _: None) -> None:
        for edit in (self.first, self.second, self.own):
            edit.clear()
        self.accept()
        self._then()

    def _refused(self, error: UserError) -> None:
        self.go.setEnabled(True)
        self.complain(str(error))


class NewPersonDialog(PassphraseDialog):
    """Names and role of somebody new, above the passphrases."""

    def __init__(self, clinic: "Clinic", tasks: Tasks, done: Callable[[], None], parent: QWidget | None = None) -> None:
        self._clinic = clinic
        super().__init__("Add a person", (clinic.clinic_name,), self._add, tasks, done, parent)
        self.full_name.setFocus()

    def ask_more(self) -> None:
        self.full_name = field(self.column, "Full name, with title (stands in signatures)")
        self.user_name = field(self.column, "Short name, for unlocking")
        self.role = QComboBox()
        for id_, words in ROLE_WORDS.items():
            self.role.addItem(words, id_)
        self.role.setCurrentIndex(self.role.findData("clinician"))
        self.role.setAccessibleName("Role")
        caption = text_label("Role", "caption")
        caption.setBuddy(self.role)
        self.column.addWidget(caption)
        self.column.addWidget(self.role)

    def names(self) -> tuple[str, ...]:
        return (*self._known, self.full_name.text(), self.user_name.text())

    def finish(self) -> None:
        self._new = (*(" ".join(e.text().split()) for e in (self.user_name, self.full_name)), self.role.currentData())
        super().finish()

    def _add(self, own: str, passphrase: str) -> None:
        name, full_name, role = self._new
        self._clinic.staff.add(own, NewUser(name, full_name, passphrase), role)


def change_own(bench: "Workbench") -> None:
    """Asks who is in for a new passphrase."""
    clinic = bench.clinic
    PassphraseDialog(
        "Change my passphrase",
        (clinic.user.name, clinic.user.full_name, clinic.clinic_name),
        clinic.staff.change_passphrase,
        bench.slow_tasks,
        lambda: bench.tell("Passphrase changed", "From now on the new passphrase unlocks and signs."),
        bench,
    ).open()
