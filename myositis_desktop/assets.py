"""The one door to the files that travel with the program: resources/ and forms/."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def asset(*parts: str) -> Traversable:
    """A bundled file or folder, as `asset("resources", "fonts")`.

    Installed and frozen programs carry them in `_bundled`; a checkout has them beside the package.
    """
    bundled = files("myositis_desktop").joinpath("_bundled")
    root: Traversable = bundled if bundled.is_dir() else Path(__file__).resolve().parent.parent
    return root.joinpath(*parts)
