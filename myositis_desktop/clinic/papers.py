"""From a decided case to signed documents that are ready to be filed."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from myositis_desktop import __version__
from myositis_desktop.clinic.desk import Desk
from myositis_desktop.documents import (
    DocumentContext,
    Imprint,
    Letterhead,
    LetterTooLong,
    Mark,
    Meaning,
    PageSize,
    Signer,
    render_letter,
    render_monitoring,
    render_pharmacy,
    render_taper,
    render_treatment,
    render_workup,
    sign,
)
from myositis_desktop.documents.identity import RootKey, fingerprint, load_signer
from myositis_desktop.documents.trust import seal
from myositis_desktop.engine.decide import decide
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import Seal, case_bytes, read_case, write_scan
from myositis_desktop.knowledge import load_pack, versions
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_bytes
from myositis_desktop.store import keys
from myositis_desktop.store.filing import FiledPlan, Filing
from myositis_desktop.store.letterhead import letterhead as letterhead_of
from myositis_desktop.store.people import ClinicRecord
from myositis_desktop.store.settings import read_machine, read_settings

Kind = Literal["treatment", "taper", "pharmacy", "monitoring", "letter", "workup"]
"""The work-up is a request sheet: it is printed and sent, never signed and filed."""
RENDERS: Mapping[Kind, Callable[[DocumentContext, Mark], bytes]] = {
    "treatment": render_treatment,
    "taper": render_taper,
    "pharmacy": render_pharmacy,
    "monitoring": render_monitoring,
    "letter": render_letter,
    "workup": render_workup,
}

_NAMES = {"family_name": "family name", "given_name": "given name", "record_number": "record number"}


@dataclass(frozen=True, slots=True)
class Stationery:
    """The paper of this workstation and what the clinic prints above it."""

    page_size: PageSize
    letterhead: Letterhead


def stationery_of(desk: Desk) -> Stationery:
    """As it is set now."""
    size = read_settings(desk.profile.settings, read_machine()).page_size
    return Stationery("Letter" if size == "Letter" else "A4", Letterhead(*letterhead_of(desk.store)))


def context(
    decided: tuple[Case, Plan, Catalogue],
    record: ClinicRecord,
    *,
    plan_number: str,
    generated_at: datetime,
    supersedes: str | None,
    author: str,
    audit_head: str,
    stationery: Stationery,
) -> DocumentContext:
    """Everything that the documents of a decided case say."""
    case, plan, catalogue = decided
    return DocumentContext(
        case=case,
        plan=plan,
        catalogue=catalogue,
        case_bytes=case_bytes(case),
        plan_bytes=plan_bytes(plan),
        plan_number=plan_number,
        generated_at=generated_at,
        clinic_name=record.name,
        supersedes=supersedes,
        author=author,
        audit_head=audit_head,
        root_fingerprint=fingerprint(record.root_certificate),
        page_size=stationery.page_size,
        letterhead=stationery.letterhead,
        code=_code(case, plan, catalogue, plan_number, RootKey(record.root_certificate, record.root_key)),
    )


def _code(case: Case, plan: Plan, catalogue: Catalogue, number: str, root: RootKey) -> str:
    """The code on the plan, sealed by the clinic; none where it cannot hold the names."""
    key_id = bytes.fromhex(fingerprint(root.cert_pem).replace(" ", ""))[:8]
    digest = hashlib.sha256(plan_bytes(plan)).hexdigest()
    with suppress(UserError):
        return write_scan(case, plan, number, digest, catalogue, Seal(key_id, lambda content: seal(root, content)))
    return ""


def imprint(desk: Desk, version: str) -> Imprint:
    """Who prints a sheet that belongs to no patient."""
    stationery = stationery_of(desk)
    return Imprint(
        clinic_name=desk.record.name,
        product_version=__version__,
        knowledge_version=version,
        at=desk.clock(),
        page_size=stationery.page_size,
        letterhead=stationery.letterhead,
        root_fingerprint=fingerprint(desk.record.root_certificate),
    )


def notice(
    filed: FiledPlan,
    record: ClinicRecord,
    *,
    plan_number: str,
    generated_at: datetime,
    author: str,
    audit_head: str,
    stationery: Stationery,
) -> DocumentContext:
    """What the notice of a withdrawal says: the filed case and plan as they are, read by the program of today.

    Raises:
        UserError: the program of today cannot read the case that was filed.
    """
    pack = load_pack(filed.knowledge_version) if filed.knowledge_version in versions() else load_pack()
    case, problems = read_case(filed.case_file, pack.catalogue)
    plan = None
    if case is not None:
        plan, problems = decide(case, pack, hashlib.sha256(filed.case_file).hexdigest())
    if case is None or plan is None:
        raise UserError(f"The notice was not made, and nothing was withdrawn: {problems[0]}.")
    made = context(
        (case, plan, pack.catalogue),
        record,
        plan_number=plan_number,
        generated_at=generated_at,
        supersedes=filed.supersedes,
        author=author,
        audit_head=audit_head,
        stationery=stationery,
    )
    return replace(made, case_bytes=filed.case_file, plan_bytes=filed.plan_file)


def check_named(case: Case) -> None:
    """Raises UserError where the patient has no record number, family name or given name."""
    missing = [label for name, label in _NAMES.items() if not getattr(case.patient, name).strip()]
    if missing:
        raise UserError(
            f"A plan is signed for a named patient; missing: {', '.join(missing)}. Nothing was signed, the draft is "
            "kept. Fill in the patient's page and sign again."
        )


def render(about: DocumentContext, kind: Kind, mark: Mark) -> bytes:
    """The unsigned PDF. Raises UserError for a taper plan of a plan without taper."""
    if kind == "taper" and about.plan.taper is None:
        raise UserError(f"There is no taper plan: {about.plan.taper_reason or 'no taper applies'}.")
    return RENDERS[kind](about, mark)


def kinds_of(plan: Plan) -> tuple[Kind, ...]:
    """The documents of a plan that are signed and filed together, in the order of the list."""
    kinds: list[Kind] = ["treatment"]
    kinds += ["taper"] if plan.taper else []
    kinds += ["pharmacy"] if any(i.dose for i in plan.items if i.status == "recommended" or i.override_reason) else []
    kinds += ["monitoring"] if plan.monitoring else []
    return (*kinds, "letter")


def unlock_signer(identities: tuple[bytes, ...], passphrase: str) -> Signer | None:
    """The first of the identities that the passphrase opens, or None."""
    for p12 in identities:
        with suppress(UserError):
            return load_signer(p12, keys.normal(passphrase))
    return None


def make_filing(
    patient_id: int,
    about: DocumentContext,
    signer: Signer,
    meaning: Meaning,
    at: datetime,
) -> Filing:
    """Renders and signs every document of the plan."""
    return Filing(
        patient_id=patient_id,
        number=about.plan_number,
        supersedes=about.supersedes,
        case_file=about.case_bytes,
        case_sha256=about.plan.case_sha256,
        plan_file=about.plan_bytes,
        engine=about.plan.engine,
        knowledge_version=about.plan.knowledge_version,
        knowledge_sha256=about.plan.knowledge_sha256,
        signer=signer.name,
        meaning=meaning,
        signed_at=at,
        audit_head=about.audit_head or "",
        documents={kind: sign(pdf, signer, meaning, at) for kind, pdf in _unsigned(about).items()},
    )


def _unsigned(about: DocumentContext) -> dict[Kind, bytes]:
    """Every document of the plan; the letter is left out where it cannot be said on one page."""
    made: dict[Kind, bytes] = {kind: render(about, kind, None) for kind in kinds_of(about.plan) if kind != "letter"}
    with suppress(LetterTooLong):
        made["letter"] = render(about, "letter", None)
    return made
