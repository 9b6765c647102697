"""Case files in and out of the window."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog, QProgressBar, QWidget

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.files import file_stem, read_file, write_file
from myositis_desktop.ui.pieces import text_label

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench

PROBLEMS_SHOWN = 12


def import_cases(bench: "Workbench", paths: list[Path]) -> None:
    """Each case file becomes a new patient, the last one is shown; a PDF is verified; refusals are told together."""
    refused: list[str] = []
    last: int | None = None
    progress = ImportProgress(len(paths), bench)
    for number, path in enumerate(paths):
        if not progress.goes_on(number, path.name):
            refused.append(f"Stopped after {number} of {len(paths)} files. What was imported stays.")
            break
        if path.suffix.lower() == ".pdf":
            bench.documents.verify_path(path)
            continue
        try:
            patient_id, problems = bench.clinic.import_case(read_file(path))
        except UserError as error:
            refused.append(str(error))
            continue
        if patient_id is None:
            refused.append(refusal(path.name, [str(p) for p in problems]))
        else:
            last = patient_id
    progress.accept()
    if last is not None:
        bench.rail.search.clear()
        bench.rail.refresh()
        bench.open_patient(last)
    if refused:
        bench.tell("Not imported", "\n\n".join(refused))


class ImportProgress(Dialog):
    """How far an import is, with a way to stop between two files; a single file is over before it would be seen."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__("Importing case files", parent)
        self._count, self.stopped = count, False
        self.line = text_label("")
        self.bar = QProgressBar()
        self.bar.setRange(0, count)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Files imported")
        self.column.addWidget(self.line)
        self.column.addWidget(self.bar)
        self.stop = self.add_button("Stop after this file", self.reject)

    def reject(self) -> None:
        """Stop; also by Esc. The file that is being read is finished first, so that nothing is half done."""
        self.stopped = True
        self.stop.setEnabled(False)

    def goes_on(self, done: int, name: str) -> bool:
        """Show the next file; False once the clinician has stopped. Keys and clicks are answered here."""
        if self._count > 1:
            self.line.setText(f"{done + 1} of {self._count}: {name}")
            self.bar.setValue(done)
            self.show()
            QApplication.processEvents()
        return not self.stopped


def refusal(name: str, problems: list[str]) -> str:
    """Why a file was not imported, a line for each problem."""
    rest = len(problems) - PROBLEMS_SHOWN
    lines = [f"{name} is not a case file that can be read. Nothing was changed.", *problems[:PROBLEMS_SHOWN]]
    return "\n".join([*lines, f"and {rest} more"] if rest > 0 else lines)


def export_case(bench: "Workbench") -> None:
    """Ask where, and write the saved draft of the open patient."""
    session = bench.session
    if session.case is None or session.patient_id is None:
        return
    name = file_stem(session.case.patient.record_number or "case", session.case.assessed_on.isoformat()) + ".json"
    path, _ = QFileDialog.getSaveFileName(bench, "Export the case", str(Path.home() / name), "Case files (*.json)")
    if not path:
        return
    try:
        session.flush()
        write_file(Path(path), bench.clinic.export_case(session.patient_id))
    except UserError as error:
        bench.tell("Not exported", str(error))
