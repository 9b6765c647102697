"""Network shares and synchronised folders are recognised and refused with the reason."""

import sys
from pathlib import Path

import pytest

from myositis_desktop.clinic import Clinic, NewUser
from myositis_desktop.errors import UserError
from myositis_desktop.store.location import check_place

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts are read on Linux")


def _mounts(tmp_path: Path, *mounted: tuple[str, str]) -> Path:
    file = tmp_path / "mountinfo"
    lines = ["22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"]
    lines += [f"{30 + n} 22 0:{n} / {at} rw shared:2 - {kind} x rw" for n, (at, kind) in enumerate(mounted)]
    file.write_text("\n".join(lines) + "\nnonsense\n", encoding="utf-8")
    return file


@LINUX
@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_a_share_is_refused_below_its_mount_only(kind: str, tmp_path: Path) -> None:
    mounts = _mounts(tmp_path, ("/srv/share", kind), ("/srv/share/local", "ext4"))
    with pytest.raises(UserError, match="network share"):
        check_place(Path("/srv/share/clinic"), mounts)
    check_place(Path("/srv/share/local/clinic"), mounts)
    check_place(Path("/srv/share-of-mine/clinic"), mounts)
    check_place(Path("/srv/clinic"), mounts)


@LINUX
def test_a_mount_with_a_space_is_read_rightly(tmp_path: Path) -> None:
    mounts = _mounts(tmp_path, ("/srv/the\\040share", "nfs"))
    with pytest.raises(UserError, match="network share"):
        check_place(Path("/srv/the share/clinic"), mounts)


@LINUX
def test_a_link_to_a_share_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    mounts = _mounts(tmp_path, (str(tmp_path / "real"), "nfs"))
    with pytest.raises(UserError, match="network share"):
        check_place(tmp_path / "link" / "clinic", mounts)


def test_without_a_list_of_mounts_nothing_is_refused(tmp_path: Path) -> None:
    check_place(tmp_path / "clinic", tmp_path / "no list")


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive - Hospital", "Google Drive", "Nextcloud"])
def test_a_synchronised_folder_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="copies to other computers"):
        check_place(tmp_path / name / "records" / "clinic")


@pytest.mark.parametrize("mark", [".stfolder", ".dropbox.cache"])
def test_a_synchronised_folder_is_refused_by_its_mark(mark: str, tmp_path: Path) -> None:
    (tmp_path / "plain" / mark).mkdir(parents=True)
    with pytest.raises(UserError, match="copies to other computers"):
        check_place(tmp_path / "plain" / "clinic")
    check_place(tmp_path / "beside" / "clinic")


def test_no_clinic_is_made_there(tmp_path: Path) -> None:
    from tests.store.conftest import LIGHT, START

    anna = NewUser("anna", "Dr Anna", "four words in a row")
    with pytest.raises(UserError, match="copies to other computers"):
        Clinic.create(tmp_path / "Dropbox" / "clinic", "Hill clinic", anna, lambda: START, cost=LIGHT)
    assert not (tmp_path / "Dropbox").exists()
