"""Files that the user picks: whole or not at all, and a sentence when it does not work."""

from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.ui import files
from myositis_desktop.ui.files import file_stem, read_file, write_file


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_file(tmp_path / "a.pdf", b"%PDF")
    assert read_file(tmp_path / "a.pdf") == b"%PDF"
    assert [p.name for p in tmp_path.iterdir()] == ["a.pdf"]


def test_a_place_that_cannot_be_written_is_named_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"b\.pdf could not be written"):
        write_file(tmp_path / "missing" / "b.pdf", b"%PDF")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="records are untouched"):
        write_file(tmp_path / "folder", b"%PDF")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="could not be read"):
        read_file(tmp_path / "none.json")
    (tmp_path / "big.json").write_bytes(b"0123456789")
    monkeypatch.setattr(files, "LARGEST", 9)
    with pytest.raises(UserError, match="larger than"):
        read_file(tmp_path / "big.json")


def test_a_name_for_a_file_holds_no_path() -> None:
    assert file_stem("R/10\\01", "Treatment plan", "") == "R-10-01-Treatment-plan"
    assert file_stem("../..", "") == "document"
    assert file_stem("Müller 7") == "Müller-7"
