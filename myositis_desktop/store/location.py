"""Where a clinic may not lie: on a network share, and in a folder that another program copies to other computers.

A share does not keep the locks that one writer at a time depends on, and a program that synchronises takes the parts of
a database at different moments. Both lose records without a word, so both are refused with the reason.
"""

import os
import sys
from pathlib import Path

from myositis_desktop.errors import UserError

_SHARES = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "lustre", "davfs", "glusterfs"),
    *("fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs"),
}
_SYNC_NAMES = ("dropbox", "onedrive", "google drive", "googledrive", "icloud drive", "nextcloud", "owncloud", "pcloud")
"""Folders whose name is, or begins with, one of these are taken for what their name says."""
_SYNC_MARKS = (".dropbox", ".dropbox.cache", ".stfolder", ".nextcloudsync.log", ".owncloudsync.log", ".tmp.driveupload")
_REMOTE_DRIVE = 4
"""What Windows calls a drive on the network."""


def check_place(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> None:
    """Raises UserError where a clinic's folder lies on a share or in a synchronised folder.

    Args:
        folder: it need not exist yet.
        mounts: the system's list of mounts; read on Linux. Other systems than Linux and Windows are not asked for
            shares, only for synchronised folders.
    """
    full = Path(os.path.realpath(folder))
    if _is_share(full, mounts):
        raise UserError(
            f"{folder} lies on a network share, where records can be lost without notice. Nothing was changed. "
            "Keep the clinic's folder on a disk of this computer; the second folder for backups may lie on the share."
        )
    sync = _sync_folder(full)
    if sync is not None:
        raise UserError(
            f"{folder} lies in {sync}, which another program copies to other computers; it would tear the clinic file. "
            "Nothing was changed. Keep the clinic's folder outside; the second folder for backups may lie there."
        )


def _is_share(folder: Path, mounts: Path) -> bool:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - asked there only

        if str(folder).startswith("\\\\"):
            return True
        return int(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor)) == _REMOTE_DRIVE
    return _kind(folder, mounts) in _SHARES


def _kind(folder: Path, mounts: Path) -> str:
    """The kind of file system of the innermost mount that holds the folder; "" where that cannot be told."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        left, dash, right = line.partition(" - ")
        fields = left.split(" ")
        if not dash or len(fields) < 5:
            continue
        at = Path(fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if (at == folder or at in folder.parents) and len(at.parts) >= best:
            best, kind = len(at.parts), right.split(" ")[0]
    return kind


def _sync_folder(folder: Path) -> Path | None:
    for place in (folder, *folder.parents):
        if place.name.casefold().startswith(_SYNC_NAMES) or any((place / mark).exists() for mark in _SYNC_MARKS):
            return place
    return None
