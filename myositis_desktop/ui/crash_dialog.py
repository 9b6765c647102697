"""The one dialog for faults of the program: what was kept, and a report to copy."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import text_label


class CrashDialog(Dialog):
    """Said once, however many faults follow while it is open."""

    def __init__(self, kept: str, report: str, log: Path) -> None:
        super().__init__("The program made a mistake", QApplication.activeWindow(), width=600)
        self.column.addWidget(text_label(kept))
        self.column.addWidget(
            text_label(f"The report below has no data of patients. It also stands in {log}.", "muted")
        )
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName("Report")
        self.report.setMinimumHeight(180)
        self.column.addWidget(self.report)
        self.add_button("Copy the report", lambda: QGuiApplication.clipboard().setText(report))
        self.add_button("Go on", self.accept, "primary").setFocus()
