"""The two kinds of failure: the user's (a sentence for the clinician) and ours."""


class UserError(Exception):
    """Something the clinician can act on.

    The message says what happened, what was kept and what to do; it is shown as it is.
    """


class BugError(Exception):
    """A fault of the program. The message goes to the log, never with patient data."""


class DamagedFile(UserError):  # noqa: N818 - the name says what the clinician sees
    """The clinic file cannot be read whole; a rescue or a backup helps."""
