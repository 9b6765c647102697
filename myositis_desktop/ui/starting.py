"""How the program starts itself anew, beside this window."""

import sys


def program_words(*words: str) -> tuple[str, list[str]]:
    """The program and its words for a call of its own command line, in the built program and in a checkout."""
    frozen = getattr(sys, "frozen", False)
    return sys.executable, [*(() if frozen else ("-m", "myositis_desktop")), *words]
