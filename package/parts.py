"""What the built folder is made of, as Debian's copyright file and as a CycloneDX list of parts (SBOM)."""

import re
import uuid
from datetime import UTC, datetime
from importlib.metadata import PathDistribution
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot5
from packageurl import PackageURL

from dev import LOCK
from myositis_desktop.parts import OTHER_PARTS, OURS, Part, part_of

__all__ = ["Part", "copyright_text", "parts_of", "sbom"]


def parts_of(bundle: Path) -> list[Part]:
    """Every library whose metadata stands in the built folder, and the parts that have none."""
    found = [part_of(PathDistribution(p)) for p in sorted((bundle / "_internal").glob("*.dist-info"))]
    return [*(part for part in found if _plain(part.name) != OURS), *OTHER_PARTS]


def copyright_text(parts: list[Part]) -> str:
    """Debian's copyright file: ours, and one line for each part with its licence."""
    rows = "".join(f" {p.name} {p.version}: {p.licence}; {p.holder or 'its authors'}\n" for p in parts)
    return f"""\
Myositis Desktop is copyright of its maintainers and licensed under the Apache License, version 2.0; on Debian systems
its text stands in /usr/share/common-licenses/Apache-2.0.

The program is delivered with these parts, each under its own licence. The licence texts of the Python libraries stand
beside their metadata in /usr/lib/{OURS}/_internal/*.dist-info/, those of the GNU licences in
/usr/share/common-licenses. Qt and PySide6 are used under the LGPL, version 3, as shared libraries that can be replaced
in /usr/lib/{OURS}/_internal. Shared libraries of Debian (X11, GLib, CUPS, GnuTLS, Kerberos and what they need) are
those of Debian 12, with their sources there.

{rows}"""


def sbom(parts: list[Part], version: str, epoch: int) -> str:
    """The parts as CycloneDX 1.5 JSON; hashes are those of the wheels that requirements.lock allows."""
    hashes = _locked_hashes()
    program = Component(name=OURS, version=version, type=ComponentType.APPLICATION, bom_ref=OURS)
    bom = Bom(
        metadata=BomMetaData(component=program, timestamp=datetime.fromtimestamp(epoch, UTC)),
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{OURS}/{version}/{epoch}"),
    )
    components = [_component(part, hashes.get(_plain(part.name), [])) for part in parts]
    for component in components:
        bom.components.add(component)
    bom.register_dependency(program, components)
    return JsonV1Dot5(bom).output_as_string(indent=1) + "\n"


def _component(part: Part, hashes: list[str]) -> Component:
    from_index = bool(part.version)
    return Component(
        name=part.name,
        version=part.version or None,
        type=ComponentType.LIBRARY,
        licenses=[DisjunctiveLicense(name=part.licence)],
        purl=PackageURL("pypi", name=_plain(part.name), version=part.version) if from_index else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in hashes],
        bom_ref=f"{_plain(part.name)}@{part.version}",
    )


def _locked_hashes() -> dict[str, list[str]]:
    """Name -> sha256 of each wheel that the lock allows."""
    blocks = re.split(r"^(?=[a-z0-9])", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = ((re.match(r"[a-z0-9.-]+", block), block) for block in blocks)
    return {name.group(): re.findall(r"sha256:([0-9a-f]{64})", block) for name, block in named if name}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
