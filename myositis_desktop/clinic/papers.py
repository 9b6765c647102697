"""From a decided case to signed documents that are ready to be filed."""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Literal

from myositis_desktop.documents import (
    DocumentContext,
    Mark,
    Meaning,
    Signer,
    render_taper,
    render_treatment,
    render_workup,
    sign,
)
from myositis_desktop.documents.identity import fingerprint, load_signer
from myositis_desktop.engine.decide import decide
from myositis_desktop.errors import UserError
from myositis_desktop.exchange import case_bytes, read_case
from myositis_desktop.knowledge import load_pack, versions
from myositis_desktop.model.case import Case
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_bytes
from myositis_desktop.store import keys
from myositis_desktop.store.filing import FiledPlan, Filing
from myositis_desktop.store.people import ClinicRecord

Kind = Literal["treatment", "taper", "workup"]
"""The work-up is a request sheet: it is printed and sent, never signed and filed."""

_NAMES = {"family_name": "family name", "given_name": "given name", "record_number": "record number"}


def context(
    decided: tuple[Case, Plan, Catalogue],
    record: ClinicRecord,
    *,
    plan_number: str,
    generated_at: datetime,
    supersedes: str | None,
    author: str,
    audit_head: str,
    page_size: str,
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
        page_size="Letter" if page_size == "Letter" else "A4",
    )


def notice(
    filed: FiledPlan,
    record: ClinicRecord,
    *,
    plan_number: str,
    generated_at: datetime,
    author: str,
    audit_head: str,
    page_size: str = "A4",
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
        page_size=page_size,
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
    renders = {"treatment": render_treatment, "taper": render_taper, "workup": render_workup}
    return renders[kind](about, mark)


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
    kinds: tuple[Kind, ...] = ("treatment", "taper") if about.plan.taper else ("treatment",)
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
        documents={kind: sign(render(about, kind, None), signer, meaning, at) for kind in kinds},
    )
