"""Small files are replaced whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.store.profile import Profile, write_atomic


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"one")
    write_atomic(tmp_path / "a", b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"two"


def test_a_replacement_that_fails_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomic(tmp_path / "a", b"one")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="disk is full"):
        write_atomic(tmp_path / "a", b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"one"


def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no longer reachable"):
        write_atomic(tmp_path / "gone" / "a", b"one")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_folder_and_files_are_for_this_account_only(tmp_path: Path) -> None:
    place = Profile(tmp_path / "clinic")
    place.make()
    write_atomic(place.keys, b"{}")
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.keys.stat().st_mode) == 0o600


def test_a_file_in_the_way_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "clinic").write_text("in the way")
    with pytest.raises(UserError):
        Profile(tmp_path / "clinic" / "deeper").make()
