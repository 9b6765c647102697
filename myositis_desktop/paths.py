"""The one door to folders of the machine."""

from pathlib import Path

from platformdirs import user_data_dir


def default_profile() -> Path:
    """The clinic's folder when none is named on the command line."""
    return Path(user_data_dir("MyositisDesktop", appauthor=False))
