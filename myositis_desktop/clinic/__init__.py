"""The one place that orders the steps: unlock, save, decide, sign and file, verify, export.

The window and the command line talk to `Clinic`; below it every layer does one thing and knows nothing of the others.
"""

from myositis_desktop.clinic.copies import Backup, Contents, Copies, Restored, found_backups, preview, rescue, restore
from myositis_desktop.clinic.left_over import LeftOver, LeftOvers
from myositis_desktop.clinic.merging import Offer
from myositis_desktop.clinic.opened import Clinic
from myositis_desktop.clinic.records import Archive, Comparison, Merge, Records
from myositis_desktop.clinic.rights import ROLE_WORDS, NotAllowed, Right
from myositis_desktop.clinic.signatures import Key, KeyFile, Signatures, Token
from myositis_desktop.clinic.staff import NewUser, Staff
from myositis_desktop.clinic.trail import AuditFilter, AuditRow
from myositis_desktop.clinic.verifying import reproduce, verify_file
from myositis_desktop.documents import Letterhead, Meaning, Verification, WithdrawnFor
from myositis_desktop.documents.trust import REVOKED_WORDS, names_in
from myositis_desktop.store.certificates import CertificateRow
from myositis_desktop.store.filing import FiledDocument
from myositis_desktop.store.keys import WrongPassphrase
from myositis_desktop.store.patients import PatientRow
from myositis_desktop.store.people import User
from myositis_desktop.store.salvage import Salvage
from myositis_desktop.store.settings import Settings
from myositis_desktop.store.strength import Strength, strength
from myositis_desktop.store.tries import TooManyTries

root_names = names_in
"""(name, fingerprint) of each root certificate in a file."""

__all__ = [
    "REVOKED_WORDS",
    "ROLE_WORDS",
    "Archive",
    "AuditFilter",
    "AuditRow",
    "Backup",
    "CertificateRow",
    "Clinic",
    "Comparison",
    "Contents",
    "Copies",
    "FiledDocument",
    "Key",
    "KeyFile",
    "LeftOver",
    "LeftOvers",
    "Letterhead",
    "Meaning",
    "Merge",
    "NewUser",
    "NotAllowed",
    "Offer",
    "PatientRow",
    "Records",
    "Restored",
    "Right",
    "Salvage",
    "Settings",
    "Signatures",
    "Staff",
    "Strength",
    "Token",
    "TooManyTries",
    "User",
    "Verification",
    "WithdrawnFor",
    "WrongPassphrase",
    "found_backups",
    "preview",
    "reproduce",
    "rescue",
    "restore",
    "root_names",
    "strength",
    "verify_file",
]
