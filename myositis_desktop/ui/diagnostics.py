"""Whether every part of the program works on this computer, and where things lie: text to copy, without patients."""

import platform
import shutil
from pathlib import Path

from PySide6.QtCore import QProcess, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from myositis_desktop import __version__
from myositis_desktop.paths import machine_file
from myositis_desktop.ui.about import read_only
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import text_label
from myositis_desktop.ui.starting import program_words
from myositis_desktop.ui.theme import scaled

NO_NAMES = "~"


def machine_text(folder: Path) -> str:
    """Versions, screen, folders and free space. The user's own folder is written as ~: its name can be a person's."""
    screen = QGuiApplication.primaryScreen()
    size, ratio = screen.size(), screen.devicePixelRatio()
    lines = (
        f"Myositis Desktop {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        f"System: {platform.system()} {platform.release()} {platform.machine()}",
        f"Screen: {size.width()} x {size.height()}, {ratio:g} times, {QGuiApplication.platformName()}",
        f"Clinic's folder: {_without_home(folder)}",
        f"Logs: {_without_home(folder / 'logs')}",
        f"Administrator's settings: {machine_file()} ({'there' if machine_file().is_file() else 'none'})",
        f"Free on that disk: {_free(folder)}",
    )
    return "\n".join(lines)


def _without_home(path: Path) -> str:
    home = Path.home()
    return str(NO_NAMES / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / 1e9:.1f} GB"
    except OSError:
        return "not known"


class DiagnosticsDialog(Dialog):
    """Runs the self-check beside the window and shows its lines as they come; closing it ends the check."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__("Diagnostics", parent, width=720)
        self.column.addWidget(
            text_label("Nothing here tells anything of a patient. The self-check tries every part.", "muted")
        )
        self.report = read_only(machine_text(folder), "Report")
        self.report.setMinimumHeight(scaled(320))
        self.column.addWidget(self.report)
        self.state = text_label("Checking …", "strong")
        self.column.addWidget(self.state)
        self.add_button("Copy", self._copy)
        self.add_button("Close", self.accept, "primary").setFocus()
        self.check = QProcess(self)
        self.check.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self.check.readyReadStandardOutput.connect(self._more)
        self.check.finished.connect(self._ended)
        self.check.errorOccurred.connect(lambda _: self.state.setText("The self-check could not be run to its end."))
        self.finished.connect(self._end)
        self.check.start(*program_words("self-check"))

    def _more(self) -> None:
        text = self.check.readAllStandardOutput().toStdString()
        lines = [line for line in text.splitlines() if line.startswith(("ok", "FAILED", "All parts"))]
        if lines:
            self.report.appendPlainText("\n".join(lines))

    def _ended(self, code: int) -> None:
        self._more()
        self.state.setText("Every part works." if code == 0 else "A part does not work; the lines above say which.")

    def _end(self) -> None:
        self.check.blockSignals(True)
        if self.check.state() != QProcess.ProcessState.NotRunning:
            self.check.kill()
            self.check.waitForFinished(2000)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
