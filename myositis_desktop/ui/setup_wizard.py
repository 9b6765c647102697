"""First start: the clinic's name, its first clinician, this workstation, and the recovery key to write down."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import field as part
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from myositis_desktop.assets import asset
from myositis_desktop.errors import UserError
from myositis_desktop.ui.clipboard import ClipboardGuard
from myositis_desktop.ui.icons import application_sign
from myositis_desktop.ui.pieces import Band, Button, card, field, row_of, set_ink, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.unlock import strength_hint

if TYPE_CHECKING:
    from myositis_desktop.clinic import Settings

PAPERS = ("A4", "Letter")
KEY_PAGE = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the wizard was told."""

    clinic_name: str
    user_name: str
    full_name: str
    passphrase: str = part(repr=False)
    settings: "Settings"


Create = Callable[[Wanted], tuple[object, str]]
"""Makes the clinic; gives it and the recovery key. Raises UserError where nothing was made."""

INTENDED_USE = (
    "For clinicians who treat inflammatory myositis. The program proposes and gives its reasons and sources; "
    "you check, decide and sign. It replaces no specialist. Everything stays on this computer, encrypted."
)


class SetupWizard(QWidget):
    """Four steps in one card: clinic, clinician, workstation, recovery key."""

    finished = Signal(object)
    """The clinic that was made."""
    look_around = Signal()
    """The demonstration clinic is wanted first."""

    def __init__(self, create: Create, shortest: int, tasks: Tasks, settings: "Settings") -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._create, self._shortest, self._tasks, self._settings = create, shortest, tasks, settings
        self._clinic: object = None
        self._guard: ClipboardGuard | None = None
        area, inside = QScrollArea(), QWidget()  # large text on a small screen scrolls
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        outer = QVBoxLayout(inside)
        frame, column = card()
        frame.setFixedWidth(scaled(560))
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(12)
        outer.addStretch(1)
        outer.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        head = QHBoxLayout()
        sign = QLabel()
        sign.setPixmap(application_sign(40))
        self.step = text_label("", "small", wrap=False)
        head.addWidget(sign)
        head.addStretch(1)
        head.addWidget(self.step)
        column.addLayout(head)
        self.pages = QStackedWidget()
        column.addWidget(self.pages)
        self.trouble = Band("red", "emergency")
        self.trouble.hide()
        column.addWidget(self.trouble)
        self._build_clinic()
        self._build_clinician()
        self._build_workstation()
        self._build_key()
        self._build_buttons(column)
        self._show(0)

    def _page(self, title: str, text: str) -> QVBoxLayout:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(text_label(title, "title"))
        column.addWidget(text_label(text, "muted"))
        self.pages.addWidget(page)
        return column

    def _build_clinic(self) -> None:
        column = self._page("Welcome", INTENDED_USE)
        self.clinic_name = field(column, "Name of the clinic (stands on every document)")
        self.demo = Button("Look around with the demonstration clinic first", "quiet", "search")
        self.demo.clicked.connect(self._start_demo)
        self.demo_starts = text_label("", "muted")
        column.addWidget(self.demo)
        column.addWidget(self.demo_starts)
        column.addStretch(1)

    def _start_demo(self) -> None:
        """Once: a second click while it starts would start a second one."""
        self.demo.setEnabled(False)
        self.demo_starts.setText("It opens in a window of its own in a few seconds. Its patients are invented.")
        self.look_around.emit()

    def _build_clinician(self) -> None:
        column = self._page(
            "The first clinician",
            "A signing certificate is made under this name, valid for five years; the passphrase opens it too. "
            "More people can be added later.",
        )
        self.full_name = field(column, "Full name, with title")
        self.user_name = field(column, "Short name, for unlocking")
        self.first = field(column, "Passphrase", secret=True)
        self.hint = text_label("", "small")
        column.addWidget(self.hint)
        self.second = field(column, "Passphrase again", secret=True)
        self.first.textChanged.connect(self._judge)
        self._judge("")

    def _build_workstation(self) -> None:
        column = self._page(
            "This workstation", "All of it can be left as it is and changed later, under Settings and Backups."
        )
        self.backups = field(column, "Second folder for backups, as on a stick", text=self._settings.backup_folder)
        self.backups.setPlaceholderText("None: backups stand beside the clinic file only")
        self.browse = Button("Choose a folder…", "quiet")
        self.browse.clicked.connect(self._browse)
        column.addWidget(self.browse)
        self.market = _choice(column, "Tablets of glucocorticoid as sold in")
        self.market.addItem("Standard set of the program, or as written below", "")
        for name, strengths in tomllib.loads(asset("resources", "markets.toml").read_text(encoding="utf-8")).items():
            self.market.addItem(name, strengths)
        self.strengths = field(column, "Tablets at hand in mg, for new patients", text=self._settings.strengths_mg)
        self.strengths.setPlaceholderText("Standard set; or for example 20 5 1")
        self.market.currentIndexChanged.connect(lambda _: self.strengths.setText(self.market.currentData()))
        column.addWidget(text_label("To be verified by a clinician: compare with what your pharmacy has.", "small"))
        self.paper = _choice(column, "Paper")
        self.paper.addItems(PAPERS)
        self.paper.setCurrentText(self._settings.page_size)
        column.addStretch(1)

    def _browse(self) -> None:
        if chosen := QFileDialog.getExistingDirectory(self, "Folder for backups", str(Path.home())):
            self.backups.setText(chosen)

    def _build_key(self) -> None:
        column = self._page(
            "The recovery key",
            "It opens the clinic when the passphrase is lost. It is shown once and kept nowhere: write it on paper, "
            "or print it, and lock the paper away. Without passphrase and key nobody can read the records again.",
        )
        self.key = text_label("", "heading", wrap=False)
        self.key.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.key.setAccessibleName("Recovery key")
        column.addWidget(self.key)
        self.copy = Button("Copy")
        self.copy.clicked.connect(self._copy)
        self.print = Button("Print…", sign="print")
        self.print.clicked.connect(self._print)
        column.addLayout(row_of(self.copy, self.print))
        self.written = QCheckBox("I wrote it down and put it in a safe place")
        self.written.toggled.connect(self._allow_start)
        column.addWidget(self.written)
        column.addStretch(1)

    def _allow_start(self, written: bool) -> None:
        self.go.setEnabled(written)

    def _build_buttons(self, column: QVBoxLayout) -> None:
        self.back = Button("Back")
        self.back.clicked.connect(lambda: self._show(self.pages.currentIndex() - 1))
        self.go = Button("Next", "primary")
        self.go.clicked.connect(self._next)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.go)
        column.addLayout(row)
        for edit in (self.clinic_name, self.full_name, self.user_name, self.first, self.second):
            edit.returnPressed.connect(self._enter)
        for edit in (self.backups, self.strengths):
            edit.returnPressed.connect(self._next)

    def _enter(self) -> None:
        """Enter goes to the next empty field, and on from the last one."""
        fields = self._fields()
        empty = next((e for e in fields if not e.text()), None)
        if empty is None:
            self._next()
        else:
            empty.setFocus()

    def _fields(self) -> list[QLineEdit]:
        clinician = [self.full_name, self.user_name, self.first, self.second]
        return [[self.clinic_name], clinician, [self.backups, self.strengths], []][self.pages.currentIndex()]

    def _judge(self, passphrase: str) -> None:
        known = tuple(edit.text() for edit in (self.clinic_name, self.full_name, self.user_name))
        ink, words = strength_hint(passphrase, self._shortest, known)
        self.hint.setText(words)
        set_ink(self.hint, ink)

    def _show(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        self.step.setText(f"Step {page + 1} of {self.pages.count()}")
        self.trouble.say("")
        self.back.setVisible(page in (1, 2))
        self.go.setText(("Next", "Next", "Make the clinic", "Start")[page])
        self.go.setEnabled(page < KEY_PAGE or self.written.isChecked())
        fields = self._fields()
        (fields[0] if fields else self.copy).setFocus()

    def _next(self) -> None:
        page = self.pages.currentIndex()
        if page == KEY_PAGE:
            self.finished.emit(self._clinic)
        elif trouble := (self._clinic_trouble, self._clinician_trouble, self._workstation_trouble)[page]():
            self._refuse(trouble)
        elif page == KEY_PAGE - 1:
            self._make()
        else:
            self._show(page + 1)

    def _clinic_trouble(self) -> str:
        return "" if self.clinic_name.text().strip() else "The clinic needs a name."

    def _clinician_trouble(self) -> str:
        """What keeps the step from being left, or ""."""
        if not self.full_name.text().strip():
            return "Your full name is needed; it stands in signatures."
        if not self.user_name.text().strip():
            return "A short name for unlocking is needed."
        if len(self.first.text()) < self._shortest:
            return f"The passphrase needs at least {self._shortest} characters."
        return "" if self.first.text() == self.second.text() else "The two passphrases differ."

    def _workstation_trouble(self) -> str:
        folder, wanted = self.backups.text().strip(), self._wanted_settings()
        if folder and not (Path(folder).is_absolute() and Path(folder).is_dir()):
            return f"There is no folder {folder}. Choose one that is there, or leave the line empty."
        if wanted.strengths_mg and wanted.strengths is None:
            return "The tablets are written as numbers in mg with spaces between them, as 20 5 1."
        return ""

    def _wanted_settings(self) -> "Settings":
        return replace(
            self._settings,
            backup_folder=self.backups.text().strip(),
            strengths_mg=" ".join(self.strengths.text().split()),
            page_size=self.paper.currentText(),
        )

    def _refuse(self, text: str) -> None:
        self.trouble.say(text)

    def _make(self) -> None:
        clinic, user, full = (" ".join(e.text().split()) for e in (self.clinic_name, self.user_name, self.full_name))
        wanted = Wanted(clinic, user, full, self.first.text(), self._wanted_settings())
        self._busy(True)
        self._tasks.run(lambda: self._create(wanted), self._made, self._failed)

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self.back.setEnabled(not busy)
        self.go.setText("Making the clinic …" if busy else "Make the clinic")

    def _made(self, made: tuple[object, str]) -> None:
        self._clinic, key = made
        self._busy(False)
        self.first.clear()
        self.second.clear()
        self.key.setText(key)
        self._show(KEY_PAGE)

    def _failed(self, error: UserError) -> None:
        self._busy(False)
        self._refuse(str(error))

    def _copy(self) -> None:
        """The key is gone from the clipboard a minute later, also when the wizard is."""
        clipboard, app = QGuiApplication.clipboard(), QGuiApplication.instance()
        if app is not None and self._guard is None:
            self._guard = ClipboardGuard(clipboard, app)
        clipboard.setText(self.key.text())

    def _print(self) -> None:
        from myositis_desktop.ui.printing import print_text  # noqa: PLC0415 - the print libraries load on first use

        title = f"Recovery key of {self.clinic_name.text().strip()}"
        print_text(f"{title}\n\n{self.key.text()}\n\nKeep this paper locked away.", title, self)


def _choice(column: QVBoxLayout, label: str) -> QComboBox:
    """A labelled choice, the label above it."""
    box = QComboBox()
    box.setAccessibleName(label)
    caption = text_label(label, "caption")
    caption.setBuddy(box)
    column.addWidget(caption)
    column.addWidget(box)
    return box
