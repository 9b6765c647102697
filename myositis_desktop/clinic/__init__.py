"""The one place that orders the steps: unlock, save, decide, sign and file, verify, export.

The window and the command line talk to `Clinic`; below it every layer does one thing and knows nothing of the others.
"""

from myositis_desktop.clinic.opened import Clinic, NewUser
from myositis_desktop.clinic.verifying import reproduce, verify_file
from myositis_desktop.documents import Meaning, Verification
from myositis_desktop.store.filing import FiledDocument
from myositis_desktop.store.keys import WrongPassphrase
from myositis_desktop.store.patients import PatientRow
from myositis_desktop.store.people import User
from myositis_desktop.store.settings import Settings
from myositis_desktop.store.tries import TooManyTries

__all__ = [
    "Clinic",
    "FiledDocument",
    "Meaning",
    "NewUser",
    "PatientRow",
    "Settings",
    "TooManyTries",
    "User",
    "Verification",
    "WrongPassphrase",
    "reproduce",
    "verify_file",
]
