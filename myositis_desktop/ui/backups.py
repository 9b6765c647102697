"""Backups: making one, a second folder for them, and putting one back from the lock screen."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QListWidgetItem, QPlainTextEdit, QWidget

from myositis_desktop.clinic import Backup, Contents, Restored, Salvage
from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog, MessageDialog
from myositis_desktop.ui.pieces import Band, Button, field, row_of, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.titled import DocumentList

if TYPE_CHECKING:
    from myositis_desktop.clinic import Clinic

_WHICH = Qt.ItemDataRole.UserRole
Who = tuple[str, str]
"""User name and passphrase."""


def backup_list(found: tuple[Backup, ...]) -> DocumentList:
    """The backups as a list, newest first; each item carries its backup."""
    out = DocumentList()
    out.setAccessibleName("Backups, newest first")
    out.setMinimumHeight(150)
    for one in found:
        item = QListWidgetItem(f"{one.made_at.astimezone():%A %d %B %Y, %H:%M}\n{_size(one.size)} · {one.folder}")
        item.setData(_WHICH, one)
        out.addItem(item)
    out.setCurrentRow(0 if found else -1)
    return out


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


class BackupsDialog(Dialog):
    """What backups there are, one more now, and where the second copies go."""

    def __init__(
        self, clinic: "Clinic", tasks: Tasks, keep_folder: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__("Backups", parent, width=680)
        self._clinic, self._tasks, self._keep_folder = clinic, tasks, keep_folder
        self.column.addWidget(
            text_label(
                "A backup is made by itself after changes, at most every half hour and when the clinic is locked. Each "
                "one is encrypted, opened and read before it counts. To put one back: lock, then “Restore a backup”.",
                "muted",
            )
        )
        self.list = backup_list(clinic.copies.known())
        self.column.addWidget(self.list)
        self.second = text_label("")
        self.column.addWidget(self.second)
        self.choose = Button("Second folder…")
        self.choose.clicked.connect(self._choose)
        self.forget = Button("No second folder", "quiet")
        self.forget.clicked.connect(lambda: self.set_folder(""))
        self.column.addLayout(row_of(self.choose, self.forget))
        self.made = Band("green", "recommended")
        self.made.hide()
        self.column.addWidget(self.made)
        self.go = self.add_button("Back up now", self._make, "primary")
        self.add_button("Close", self.accept)
        self._show_second()

    def _show_second(self) -> None:
        chosen = self._clinic.settings.backup_folder
        there = "" if not chosen or Path(chosen).is_dir() else " It is not plugged in now."
        self.second.setText(
            f"Second copies go to {chosen}.{there}"
            if chosen
            else "There is no second folder. A stick that is kept elsewhere saves the records from fire and theft."
        )
        self.forget.setVisible(bool(chosen))

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Second folder for backups", str(Path.home()))
        if chosen:
            self.set_folder(chosen)

    def set_folder(self, folder: str) -> None:
        """Keep another second folder; "" is none."""
        self.complain("")
        try:
            self._keep_folder(folder)
        except UserError as error:
            self.complain(str(error))
        self._show_second()

    def _make(self) -> None:
        self.go.setEnabled(False)
        self.complain("")
        self._tasks.run(self._clinic.copies.make, self._done, self._refused)

    def _done(self, folder: Path) -> None:
        self.go.setEnabled(True)
        self.made.say(f"Made and read back: {folder.name}")
        fresh = backup_list(self._clinic.copies.known())
        self.column.replaceWidget(self.list, fresh)
        self.list.deleteLater()
        self.list = fresh

    def _refused(self, error: UserError) -> None:
        self.go.setEnabled(True)
        self.complain(str(error))


class RestoreDialog(Dialog):
    """Choose a backup, look into it with a passphrase of its time, then put it in the clinic's place."""

    def __init__(
        self,
        found: tuple[Backup, ...],
        look: Callable[[Path, Who], Contents],
        put_back: Callable[[Path, Who], Restored],
        tasks: Tasks,
        done: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Restore a backup", parent, width=680)
        self.setMinimumHeight(580)
        self._look, self._put_back, self._tasks, self._then = look, put_back, tasks, done
        self.column.addWidget(
            text_label("What stands here now is kept beside the backups, and the backup itself stays.", "muted")
        )
        self.list = backup_list(found)
        self.list.currentItemChanged.connect(lambda *_: self._forget())
        self.column.addWidget(self.list)
        self.elsewhere = Button("Another folder…")
        self.elsewhere.clicked.connect(self._choose)
        self.column.addLayout(row_of(self.elsewhere))
        self.user = field(self.column, "User name, as it was then (an administrator)")
        self.passphrase = field(self.column, "Passphrase, as it was then", secret=True)
        self.inside = Band("blue", "info")
        self.inside.hide()
        self.column.addWidget(self.inside)
        self.add_button("Cancel", self.reject)
        self.preview = self.add_button("Look into it", self._preview, "secondary", "search")
        self.go = self.add_button("Put it back", self._restore, "danger")
        self.go.setEnabled(False)

    @property
    def folder(self) -> Path | None:
        """The backup that is chosen."""
        chosen = self.list.selectedItems()
        which: Backup | None = chosen[0].data(_WHICH) if chosen else None
        return which.folder if which else None

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "A folder with a backup", str(Path.home()))
        if chosen:
            self.add_folder(Path(chosen))

    def add_folder(self, folder: Path) -> None:
        """Offer a backup that lies elsewhere."""
        file = folder / "clinic.db"
        if not file.is_file():
            self.complain(f"{folder} holds no backup: clinic.db is missing. Nothing was changed. Choose its folder.")
            return
        item = QListWidgetItem(f"{folder.name}\n{_size(file.stat().st_size)} · {folder}")
        item.setData(_WHICH, Backup(folder, datetime.fromtimestamp(file.stat().st_mtime, UTC), file.stat().st_size))
        self.list.insertItem(0, item)
        self.list.setCurrentRow(0)

    def _forget(self) -> None:
        self.inside.say("")
        self.go.setEnabled(False)

    def _who(self) -> Who:
        return self.user.text().strip(), self.passphrase.text()

    def _preview(self) -> None:
        folder, who = self.folder, self._who()
        if folder is not None:
            self._start(lambda: self._look(folder, who), self._show)

    def _show(self, found: Contents) -> None:
        self._busy(False)
        changed = f"{found.last_change.astimezone():%Y-%m-%d %H:%M}" if found.last_change else "never"
        self.inside.say(
            f"{found.clinic}: {found.patients} patients, {found.plans} signed plans, last change {changed}. "
            "Everything entered later is not in it."
        )
        self.go.setEnabled(True)

    def _restore(self) -> None:
        folder, who = self.folder, self._who()
        if folder is not None:
            self._start(lambda: self._put_back(folder, who), self._restored)

    def _restored(self, done: Restored) -> None:
        self.passphrase.clear()
        parent = self.parentWidget()
        self.accept()
        self._then()
        kept = f" What stood there before lies in {done.aside}." if done.aside else ""
        MessageDialog(
            "Restored", f"The backup is in place; unlock it.{kept}", parent.window() if parent else None
        ).open()

    def _start(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        self.complain("")
        self._busy(True)
        self._tasks.run(work, done, self._refused)

    def _busy(self, busy: bool) -> None:
        self.preview.setEnabled(not busy)
        if busy:
            self.go.setEnabled(False)

    def _refused(self, error: UserError) -> None:
        self._busy(False)
        self.complain(str(error))


class RescueDialog(Dialog):
    """What was saved of a damaged clinic file and what was lost; from here it is put back like a backup."""

    def __init__(self, done: Salvage, restore: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__("Rescued from the damaged file", parent, width=680)
        self._restore = restore
        whole = "Everything could be read." if done.is_whole else "Some of it could not be read; compare with a backup."
        self.column.addWidget(text_label(f"{whole} The damaged file was left as it is. Saved in {done.folder}."))
        saved = {loss.table: loss.saved for loss in done.tables if loss.saved}
        lost = [f"Cannot be read of {loss.table}: {loss.lost}" for loss in done.tables if loss.lost]
        if done.names_from_cases:
            lost.append(f"{done.names_from_cases} patients are named from their last findings.")
        lines = [f"{saved.get(table, 0)} {table}" for table in ("patients", "drafts", "plans", "documents", "audit")]
        self.report = QPlainTextEdit("\n".join([f"Saved: {', '.join(lines)}", *lost]))
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName("What was saved and what was lost")
        self.column.addWidget(self.report)
        self.add_button("Close", self.accept)
        self.go = self.add_button("Restore it or a backup…", self._go_on, "primary")

    def _go_on(self) -> None:
        self.accept()
        self._restore()
