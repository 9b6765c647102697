"""Reading the code of a treatment plan from another clinic: whose seal it has, and what it tells."""

from collections.abc import Sequence

from myositis_desktop.documents.trust import read_trust
from myositis_desktop.exchange import Scanned, read_scan
from myositis_desktop.model.catalogue import Catalogue

_OTHER = {
    "visits": "earlier visits",
    "preferences": "choices of the clinician",
    "details": "how findings were found (assay, strength of a band, single muscles)",
    "therapy": "treatment so far",
}


def read_code(letters: str, catalogue: Catalogue, roots: Sequence[bytes]) -> tuple[Scanned, str | None]:
    """What a code says, and the clinic that has sealed it; None where no known clinic has.

    Raises:
        UserError: it is no code, it is damaged, or it names the seal of a known clinic and does not have it.
    """
    scanned = read_scan(letters, catalogue)
    clinic = read_trust(roots).sealed_by(scanned.key_id, scanned.seal, scanned.sealed) if roots else None
    return scanned, clinic


def told(scanned: Scanned, clinic: str | None, catalogue: Catalogue) -> tuple[str, ...]:
    """What a code says, in sentences: whose seal, which plan, what it recommends, what had no room."""
    sealed = "It has the seal of a clinic that is not trusted here." if scanned.is_sealed else "It has no seal."
    vouched = f"Sealed by {clinic}, which this clinic trusts." if clinic else f"{sealed} Anyone could have made it."
    subtype = catalogue.word("subtype", scanned.subtype)
    plan = f"Plan {scanned.plan_number}, SHA-256 {scanned.plan_sha256[:16]}."
    lines = [vouched, f"{plan} Findings: {len(scanned.case.findings)}. Diagnosis there: {subtype}."]
    if scanned.drugs:
        lines.append(f"Treatment there: {'; '.join(_drug(*drug, catalogue) for drug in scanned.drugs)}.")
    if scanned.left_out:
        missing = ", ".join(_OTHER.get(part) or catalogue.word("section", part) for part in scanned.left_out)
        lines.append(f"NOT in the code, for want of room: {missing}. Unknown here does not mean absent there.")
    return tuple(lines)


def _drug(drug: str, value: str, unit: str, catalogue: Catalogue) -> str:
    label = catalogue.drugs[drug].label if drug in catalogue.drugs else drug
    return f"{label} {value} {catalogue.word('unit', unit)}".strip() if value else label
