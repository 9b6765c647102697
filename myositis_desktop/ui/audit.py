"""The audit, newest first: who did what and when, with before and after; and the proof that nobody changed it."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from myositis_desktop.clinic import AuditFilter
from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Band, Button, row_of, text_label
from myositis_desktop.ui.tasks import Tasks
from myositis_desktop.ui.wording import read_day

if TYPE_CHECKING:
    from myositis_desktop.clinic import AuditRow, Clinic

ACTIONS: Mapping[str, str] = {
    "access-ended": "Access ended",
    "access-given": "Access given",
    "authority-trusted": "Authority trusted",
    "backup-made": "Backup made",
    "archive-exported": "Patient handed over",
    "archive-imported": "Patient taken in",
    "backup-restored": "Backup restored",
    "backups-removed": "Earlier backups removed",
    "case-exported": "Case exported",
    "calendar-exported": "Calendar file exported",
    "chart-exported": "Chart exported",
    "certificate-added": "Certificate made",
    "certificate-revoked": "Certificate revoked",
    "clinic-created": "Clinic created",
    "clock-went-back": "The clock went back",
    "document-countersigned": "Document countersigned",
    "document-exported": "Document exported",
    "document-time-stamped": "Document time-stamped",
    "draft-saved": "Findings saved",
    "identity-added": "Signing key made",
    "locked": "Locked",
    "merge-undone": "Records taken apart",
    "merged-into": "Merged into another record",
    "passphrase-changed": "Passphrase changed",
    "passphrase-set": "Passphrase set by an administrator",
    "patient-added": "Patient added",
    "patient-deleted": "Patient deleted",
    "plan-received": "Plan of another clinic filed",
    "plan-filed": "Plan signed and filed",
    "plan-withdrawn": "Plan withdrawn",
    "records-merged": "Records merged",
    "role-changed": "Role changed",
    "salvaged": "Rescued from a damaged file",
    "screen-turned": "Screen turned to the patient",
    "signature-refused": "Wrong passphrase at signing",
    "unlocked": "Unlocked",
    "unlocked-by-recovery-key": "Unlocked by the recovery key",
    "unsaved-dropped": "Typed before a crash, not taken",
    "user-added": "Person added",
}
COLUMNS = ("No.", "When", "Who", "What", "About")
PAGE = 200


class AuditDialog(Dialog):
    """A list with filters; a row shows what it recorded."""

    def __init__(self, clinic: "Clinic", patient_id: int | None, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__("Audit", parent, width=900)
        self._clinic, self._tasks = clinic, tasks
        self.rows: list[AuditRow] = []
        self._build_filters(patient_id)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setAccessibleName("Audit rows, newest first")
        self.table.setMinimumHeight(200)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.currentCellChanged.connect(lambda row, *_: self._show_detail(row))
        self.column.addWidget(self.table, 1)
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("What the row recorded")
        self.detail.setMinimumHeight(96)
        self.column.addWidget(self.detail, 1)
        self.more = Button("Older rows")
        self.more.clicked.connect(self._load)
        self.column.addLayout(row_of(self.more))
        self.proof = Band("green", "verify")
        self.proof.hide()
        self.column.addWidget(self.proof)
        self.setMinimumHeight(620)
        self.check = self.add_button("Check the whole audit", self._verify, "secondary", "verify")
        self.add_button("Close", self.accept, "primary")
        self.refresh()

    def _build_filters(self, patient_id: int | None) -> None:
        who, what = self._clinic.trail.names()
        grid = QGridLayout()
        self.who = self._filter(grid, 0, "Who", [("Everybody", ""), *((name, name) for name in who)])
        actions = sorted((ACTIONS.get(name, name), name) for name in what)
        self.what = self._filter(grid, 1, "What", [("Everything", ""), *actions])
        about = [("Everything", "")]
        if patient_id is not None:
            about.append(("The open patient", f"patient/{patient_id}"))
        self.about = self._filter(grid, 2, "About", about)
        self.since = self._day(grid, 3, "From day")
        self.until = self._day(grid, 4, "To day")
        self.column.addLayout(grid)

    def _day(self, grid: QGridLayout, column: int, label: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setPlaceholderText("2026-11-25")
        edit.setAccessibleName(label)
        edit.setClearButtonEnabled(True)
        caption = text_label(label, "caption")
        caption.setBuddy(edit)
        grid.addWidget(caption, 0, column)
        grid.addWidget(edit, 1, column)
        edit.textChanged.connect(lambda _: self.refresh())
        return edit

    def _filter(self, grid: QGridLayout, column: int, label: str, options: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        for words, value in options:
            box.addItem(words, value)
        box.setAccessibleName(label)
        caption = text_label(label, "caption")
        caption.setBuddy(box)
        grid.addWidget(caption, 0, column)
        grid.addWidget(box, 1, column)
        box.currentIndexChanged.connect(lambda _: self.refresh())
        return box

    def refresh(self) -> None:
        """Show the newest rows that fit the filters."""
        if not hasattr(self, "table"):
            return
        self.rows = []
        self.table.setRowCount(0)
        self._load()

    def _load(self) -> None:
        days = [read_day(edit.text()) for edit in (self.since, self.until)]
        typed = [edit.text().strip() for edit in (self.since, self.until)]
        wrong = any(text and day is None for text, day in zip(typed, days, strict=True))
        self.complain("A day is written as 2026-11-25 or 25 Nov 2026; until then it asks nothing." if wrong else "")
        wanted = AuditFilter(self.who.currentData(), self.what.currentData(), self.about.currentData(), *days)
        before = self.rows[-1].seq if self.rows else None
        found = self._clinic.trail.rows(wanted, before, PAGE)
        for row in found:
            self._add(row)
        self.rows.extend(found)
        self.more.setEnabled(len(found) == PAGE)
        if self.rows and self.table.currentRow() < 0:
            self.table.selectRow(0)
        if not self.rows:
            self.detail.setPlainText("No row fits.")

    def _add(self, row: "AuditRow") -> None:
        at = self.table.rowCount()
        self.table.insertRow(at)
        for column, text in enumerate(
            (str(row.seq), when_text(row.at), row.who, ACTIONS.get(row.action, row.action), row.entity)
        ):
            item = QTableWidgetItem(text)
            if column == 0:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(at, column, item)

    def _show_detail(self, row: int) -> None:
        self.detail.setPlainText(detail_text(self.rows[row].detail) if 0 <= row < len(self.rows) else "")

    def _verify(self) -> None:
        self.check.setEnabled(False)
        self._tasks.run(self._clinic.trail.verify, self._verified, self._refused)

    def _verified(self, wrong: tuple[str, ...]) -> None:
        self.check.setEnabled(True)
        self.complain("\n".join(wrong[:20]))
        self.proof.say("" if wrong else f"The audit is whole. Its end is {self._clinic.audit_head()}.")

    def _refused(self, error: UserError) -> None:
        self.check.setEnabled(True)
        self.complain(str(error))


def when_text(at: str) -> str:
    """The time of a row in the zone of this workstation, to the second."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def detail_text(detail: Mapping[str, object]) -> str:
    """One line for each thing that a row recorded: `what: before → after`, or `what: value`."""
    lines = [line for name, told in detail.items() for line in _lines(name.lstrip("/") or "case", told)]
    return "\n".join(lines) or "Nothing more."


def _lines(name: str, told: object) -> Iterator[str]:
    match told:
        case [None, dict() as new] if "value" not in new:
            for inner, value in new.items():
                yield from _lines(f"{name}/{inner}", [None, value])
        case [before, after]:
            yield f"{name}: {_value(before)} → {_value(after)}"
        case _:
            yield f"{name}: {_value(told)}"


def _value(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case str():
            return value
        case {"value": amount, "unit": unit}:
            return f"{amount} {unit}"
    return json.dumps(value, ensure_ascii=False)
