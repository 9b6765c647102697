"""A whole patient as files for another clinic, and back: the contents of a patient archive; see docs/archive.md."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from myositis_desktop.documents.identity import fingerprint
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import read_draft
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.store import filing, patients
from myositis_desktop.store.database import Store
from myositis_desktop.store.filing import FiledDocument, Filing
from myositis_desktop.store.people import ClinicRecord

FORMAT = "myositis-patient/1"
_WITHDRAWN = ("entered-in-error", "wrong-patient")
_KINDS = ("treatment", "taper", "pharmacy", "monitoring", "letter", "withdrawal")


@dataclass(frozen=True, slots=True, repr=False)
class PlanInside:
    """A signed plan in an archive."""

    told: Mapping[str, Any]
    """Its entry in the manifest, checked."""
    case_file: bytes
    plan_file: bytes
    documents: Mapping[str, bytes]

    @property
    def number(self) -> str:
        return str(self.told["number"])


@dataclass(frozen=True, slots=True, repr=False)
class Archive:
    """A patient as another clinic handed them over."""

    clinic: str
    clinic_root: str
    """SHA-256 of the root certificate of that clinic, hexadecimal."""
    made_at: datetime
    case: Case
    plans: tuple[PlanInside, ...]
    """Oldest first."""


def pack(store: Store, patient_id: int, record: ClinicRecord, now: datetime) -> dict[str, bytes]:
    """The files of an archive, by name."""
    files = {"case.json": patients.draft_bytes(store, patient_id)}
    plans: list[dict[str, object]] = []
    for document in reversed(filing.filed_documents(store, patient_id)):
        if not any(p["number"] == document.plan_number for p in plans):
            plans.append(_pack_plan(store, document, files))
    manifest = {
        "format": FORMAT,
        "clinic": record.name,
        "clinic_root": root_of(record),
        "made_at": now.isoformat(),
        "plans": plans,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return {"manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1).encode(), **files}


def root_of(record: ClinicRecord) -> str:
    """SHA-256 of a clinic's root certificate, hexadecimal, without the spaces that it is printed with."""
    return "".join(c for c in fingerprint(record.root_certificate) if c.isalnum()).lower()


def _pack_plan(store: Store, one: FiledDocument, files: dict[str, bytes]) -> dict[str, object]:
    """Puts the files of a plan beside the others; its entry in the manifest."""
    folder = f"plans/{one.plan_number}"
    made = filing.plan_of(store, one.plan_number)
    papers = filing.documents_of_plan(store, one.plan_number)
    files[f"{folder}/case.json"], files[f"{folder}/plan.json"] = made.case_file, made.plan_file
    for paper in papers:
        files[f"{folder}/{paper.kind}.pdf"] = filing.document_pdf(store, paper.id)
    return {
        "number": one.plan_number,
        "supersedes": one.supersedes,
        "signer": one.signer,
        "meaning": made.meaning,
        "signed_at": one.signed_at.isoformat(),
        "engine": made.engine,
        "knowledge_version": made.knowledge_version,
        "knowledge_sha256": made.knowledge_sha256,
        "withdrawn": one.withdrawn,
        "documents": [paper.kind for paper in papers],
    }


def unpack(files: Mapping[str, bytes], catalogue: Catalogue) -> Archive:
    """The archive that some files make. Raises UserError where they make none, or the case cannot be read here."""
    try:
        manifest = json.loads(files["manifest.json"])
        if manifest["format"] != FORMAT:
            raise UserError(
                "A newer version of the program wrote this archive. Nothing was changed. Install the newer version."
            )
        case_file = files["case.json"]
        _check_files(manifest["files"], files)
        plans = tuple(_plan(told, files) for told in manifest["plans"])
        clinic, root = _title(manifest["clinic"]), _title(manifest["clinic_root"])
        made_at = datetime.fromisoformat(manifest["made_at"])
        int(root, 16)
        made_at.astimezone()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise UserError(
            "This archive does not hold what it should. Nothing was changed. Ask for it once more."
        ) from None
    case, problems = read_draft(case_file, catalogue)
    if case is None:
        raise UserError(f"The case inside cannot be read by this version of the program: {problems[0]}.")
    return Archive(clinic, root, made_at, case, plans)


def _check_files(digests: Mapping[str, str], files: Mapping[str, bytes]) -> None:
    """Raises ValueError where a file is missing, too many or not the one that was packed."""
    found = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    if found != digests:
        raise ValueError


def _plan(told: Mapping[str, Any], files: Mapping[str, bytes]) -> PlanInside:
    folder, kinds = f"plans/{_title(told['number'])}", told["documents"]
    for name in ("signer", "meaning", "knowledge_version", "knowledge_sha256"):
        _title(told[name])
    _title(told["supersedes"] or "none")
    fits = type(told["engine"]) is int and told["withdrawn"] in (None, *_WITHDRAWN) and set(kinds) <= set(_KINDS)
    if not fits or datetime.fromisoformat(told["signed_at"]).tzinfo is None:
        raise ValueError
    documents = {kind: files[f"{folder}/{kind}.pdf"] for kind in kinds}
    return PlanInside(told, files[f"{folder}/case.json"], files[f"{folder}/plan.json"], documents)


def _title(text: object) -> str:
    """A text that can be shown and printed; ValueError otherwise."""
    if not isinstance(text, str) or not text.strip() or len(text) > 200 or not text.isprintable():
        raise ValueError
    return text


def filings(found: Archive, patient_id: int, *, own: bool) -> Iterator[tuple[Filing, str | None]]:
    """Each plan of an archive on its way into the file, with why it was withdrawn; oldest first.

    The number of another clinic's plan carries the beginning of that clinic's fingerprint; `own`: it is this clinic's.
    """
    end = "" if own else f"@{found.clinic_root[:8]}"
    numbers = {plan.number: plan.number if "@" in plan.number else plan.number + end for plan in found.plans}
    for plan in found.plans:
        told = plan.told
        yield (
            Filing(
                patient_id=patient_id,
                number=numbers[plan.number],
                supersedes=numbers.get(told["supersedes"]),
                case_file=plan.case_file,
                case_sha256=hashlib.sha256(plan.case_file).hexdigest(),
                plan_file=plan.plan_file,
                engine=told["engine"],
                knowledge_version=told["knowledge_version"],
                knowledge_sha256=told["knowledge_sha256"],
                signer=told["signer"],
                meaning=told["meaning"],
                signed_at=datetime.fromisoformat(told["signed_at"]),
                audit_head="",
                documents=plan.documents,
            ),
            told["withdrawn"],
        )
