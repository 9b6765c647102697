"""Many files at once: progress, a stop between two files, and nothing half done."""

import json
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.importing import ImportProgress
from myositis_desktop.ui.workbench import Workbench


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Five cases of different patients."""
    case = json.loads(asset("resources", "demo", "03-polymyositis.json").read_bytes())
    out = []
    for number in range(5):
        case["patient"]["record_number"] = f"R-{number}"
        out.append(tmp_path / f"case-{number}.json")
        out[-1].write_text(json.dumps(case))
    return out


def test_every_file_is_counted_and_the_last_is_shown(
    bench: Workbench, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    goes_on = ImportProgress.goes_on

    def listen(self: ImportProgress, done: int, name: str) -> bool:
        out = goes_on(self, done, name)
        said.append(self.line.text())
        assert self.isVisible()
        return out

    monkeypatch.setattr(ImportProgress, "goes_on", listen)
    bench.import_paths(files)
    assert said == [f"{n + 1} of 5: case-{n}.json" for n in range(5)]
    assert len(bench.clinic.patients("")) == 5
    assert bench.session.open_case.patient.record_number == "R-4"
    assert not [d for d in bench.findChildren(ImportProgress) if d.isVisible()]


def test_a_stop_keeps_what_is_in_and_begins_nothing_more(
    bench: Workbench, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = ImportProgress.goes_on

    def press(self: ImportProgress, done: int, name: str) -> bool:
        if done == 2:
            self.stop.click()
        return goes_on(self, done, name)

    monkeypatch.setattr(ImportProgress, "goes_on", press)
    bench.import_paths(files)
    assert len(bench.clinic.patients("")) == 2
    told = bench.findChildren(MessageDialog)[-1].said.text()
    assert told == "Stopped after 2 of 5 files. What was imported stays."
