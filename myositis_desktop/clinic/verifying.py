"""Judging a signed document that anybody may have made: without a passphrase, and without trusting what is inside."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from myositis_desktop import documents
from myositis_desktop.documents import Verification
from myositis_desktop.engine import LEVEL
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.ranking import ranked
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack, versions
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_bytes
from myositis_desktop.model.problem import Problem
from myositis_desktop.store.profile import Profile


def verify_file(pdf: bytes, profile: Path | None, extra_roots: Sequence[bytes] = ()) -> Verification:
    """What holds of a PDF.

    Args:
        pdf: the file.
        profile: the clinic's folder, whose root and trust file make a signer known, or None.
        extra_roots: further roots or trust files, PEM.
    """
    roots = list(extra_roots)
    if profile is not None:
        place = Profile(profile)
        roots += [path.read_bytes() for path in (place.root, place.trust) if path.is_file()]
    return documents.verify(pdf, roots, reproduce)


def reproduce(case_file: bytes, plan_file: bytes) -> tuple[bool | None, str]:
    """Whether a plan file comes again from its case file, and the reason where not.

    None where it cannot be judged here: the pack or the engine level that made it is not in this program. The version
    of the program is taken from the file: it may rise without any change of plans.
    """
    maker = _maker(plan_file)
    if maker is None:
        return False, "The plan inside is not a plan file."
    if maker.engine != LEVEL:
        return None, f"The plan was made by engine level {maker.engine}; this program has level {LEVEL}."
    pack = load_pack(maker.knowledge_version) if maker.knowledge_version in versions() else None
    if pack is None or pack.sha256 != maker.knowledge_sha256:
        return None, "The knowledge pack that made the plan is not in this program."
    plan, problems = _decided_again(case_file, maker.knowledge_version)
    if plan is None:
        return False, f"The findings inside give no plan: {problems[0]}"
    if plan_bytes(replace(plan, product_version=maker.product_version)) != plan_file:
        return False, "The findings inside give another plan than the one inside."
    return True, ""


@lru_cache(maxsize=2)
def _decided_again(case_file: bytes, version: str) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The ranked plan of a case file; kept for the other documents of the same plan."""
    pack = load_pack(version)
    case, problems = read_case(case_file, pack.catalogue)
    if case is None:
        return None, problems
    plan, problems = decide(case, pack, case_sha256(case))
    return (None, problems) if plan is None else (ranked(plan, case, pack), ())


@dataclass(frozen=True, slots=True)
class _Maker:
    """What a plan file says about the program and the knowledge that made it."""

    product_version: str
    engine: int
    knowledge_version: str
    knowledge_sha256: str


def _maker(plan_file: bytes) -> _Maker | None:
    try:
        document = json.loads(plan_file)
        product, knowledge = document["product"], document["knowledge"]
        found = _Maker(product["version"], product["engine"], knowledge["version"], knowledge["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    words = (found.product_version, found.knowledge_version, found.knowledge_sha256)
    return found if all(isinstance(w, str) for w in words) and type(found.engine) is int else None
