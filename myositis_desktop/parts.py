"""What the program is made of: every library with its version and licence. For the window, the package and the SBOM."""

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions

OURS = "myositis-desktop"


@dataclass(frozen=True, slots=True)
class Part:
    """A library or a set of files that somebody else made; `version` and `holder` are "" where they are not told."""

    name: str
    version: str
    licence: str
    holder: str = ""


OTHER_PARTS = (
    Part("Qt", "", "LGPL-3.0-only", "The Qt Company Ltd. and contributors"),
    Part("PDFium (in QtPdf)", "", "BSD-3-Clause", "The PDFium Authors"),
    Part("ICU", "", "Unicode-3.0", "Unicode, Inc."),
    Part("Python", "", "PSF-2.0", "Python Software Foundation"),
    Part("SQLCipher and SQLite (in sqlcipher3)", "", "BSD-3-Clause", "Zetetic LLC; SQLite is in the public domain"),
    Part("OpenSSL", "", "Apache-2.0", "The OpenSSL Project Authors"),
    Part("Noto Sans", "", "OFL-1.1", "The Noto Project Authors"),
    Part("Droid Sans Fallback", "", "Apache-2.0", "Google"),
    Part("NanumBarunGothic", "", "OFL-1.1", "NAVER Corporation"),
    Part("HarfBuzz (in uharfbuzz)", "", "MIT", "The HarfBuzz Project Authors"),
    Part("PyInstaller's starter", "", "GPL-2.0-or-later WITH Bootloader-exception", "PyInstaller Development Team"),
)
"""Parts without metadata of Python."""

_CLASSIFIER = "License :: OSI Approved :: "


def parts() -> tuple[Part, ...]:
    """The libraries the program needs, by name, and the other parts. In a checkout the tools of developers are left
    out; the built program holds nothing else.
    """
    known = {_plain(d.name): d for d in distributions()}
    wanted, seen = [OURS], set[str]()
    while wanted:
        name = _plain(wanted.pop())
        if name in known and name not in seen:
            seen.add(name)
            wanted += [_first_word(r) for r in known[name].requires or () if "extra ==" not in r]
    return (*(part_of(known[name]) for name in sorted(seen - {OURS})), *OTHER_PARTS)


def part_of(library: Distribution) -> Part:
    """Name, version and licence as the metadata of a library gives them."""
    told = library.metadata
    classified = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith(_CLASSIFIER)]
    written = (told["License"] or "").partition("\n")[0]
    licence = told["License-Expression"] or ", ".join(classified) or written or "see its licence file"
    return Part(library.name, library.version, licence, told["Author"] or told["Author-email"] or "")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _first_word(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return found.group() if found else ""
