from pathlib import Path

import pytest

from myositis_desktop import paths


def test_a_portable_copy_keeps_everything_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "stick" / "program" / "myositis-desktop"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr("sys.executable", str(program))
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert paths.portable_folder() is None
    (program.parent / paths.PORTABLE_MARKER).touch()
    assert paths.default_profile() == tmp_path / "stick" / "data"
    assert paths.machine_file() == tmp_path / "stick" / "machine.toml"


def test_a_checkout_is_never_portable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / paths.PORTABLE_MARKER).touch()
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert paths.portable_folder() is None
    assert "MyositisDesktop" in str(paths.default_profile())


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_the_administrators_file_stands_outside_every_users_folder(platform: str) -> None:
    file = paths.machine_file(platform)
    assert file.name == "machine.toml"
    assert str(Path.home()) not in str(file)
