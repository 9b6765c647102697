"""The window: widgets only. It edits the case and shows the plan; it decides nothing clinical."""

import ctypes
import sys

if sys.version_info < (3, 12) and sys.implementation.name == "cpython":
    # PySide6 6.12.0 gives back one reference to None too many in every call that returns None. From Python 3.12 on
    # None cannot die; before, the program would be aborted after some thousand calls ("deallocating None").
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40
