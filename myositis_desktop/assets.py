"""The one door to the files that travel with the program: resources/ and forms/."""

from pathlib import Path


def asset(*parts: str) -> Path:
    """A bundled file or folder, as `asset("resources", "fonts")`.

    Installed and frozen programs carry them in `_bundled`; a checkout has them beside the package.
    """
    here = Path(__file__).resolve().parent
    bundled = here / "_bundled"
    return (bundled if bundled.is_dir() else here.parent).joinpath(*parts)
