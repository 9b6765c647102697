"""Case files in and out of the window."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from myositis_desktop.errors import UserError
from myositis_desktop.ui.files import file_stem, read_file, write_file

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench

PROBLEMS_SHOWN = 12


def import_cases(bench: "Workbench", paths: list[Path]) -> None:
    """Each case file becomes a new patient, the last one is shown; a PDF is verified; refusals are told together."""
    refused: list[str] = []
    last: int | None = None
    for path in paths:
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
    if last is not None:
        bench.rail.search.clear()
        bench.rail.refresh()
        bench.open_patient(last)
    if refused:
        bench.tell("Not imported", "\n\n".join(refused))


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
