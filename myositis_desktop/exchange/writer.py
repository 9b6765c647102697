"""The model into case files. One canonical form: the same case is the same bytes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Context, Decimal
from typing import Any

from myositis_desktop.errors import BugError
from myositis_desktop.exchange.reader import FORMAT
from myositis_desktop.model.case import (
    Case,
    Choice,
    Decision,
    DoseChoice,
    EditedStep,
    Finding,
    Findings,
    Patient,
    Preferences,
    TabletStock,
    TaperPreferences,
    Therapy,
)
from myositis_desktop.model.number import text_of

_EXACT = Context(prec=200)
"""Wide enough that writing a kept number never rounds it."""


def case_bytes(case: Case) -> bytes:
    """Canonical UTF-8 JSON of a case, ending in a newline; what travels, is filed and is hashed."""
    return (_encoded(case_json(case), "\n") + "\n").encode()


def case_sha256(case: Case) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(case_bytes(case)).hexdigest()


def case_json(case: Case) -> dict[str, Any]:
    """The case as JSON values, findings in the order of their ids; numbers as decimal text, days as YYYY-MM-DD.

    Decimals stand only inside `x-` keys and a custom schedule, which are kept as they came.
    Raises BugError for a quantity without the value as written.
    """
    out: dict[str, Any] = {
        "format": FORMAT,
        "patient": _patient(case.patient),
        "assessed_on": case.assessed_on.isoformat(),
        "findings": _findings(case.findings),
        "therapy": [_therapy(t) for t in case.therapy],
        "visits": [{"on": v.on.isoformat(), "findings": _findings(v.findings)} for v in case.visits],
        "preferences": _preferences(case.preferences),
    }
    extras: dict[str, Any] = _sorted(case.extras)
    return {k: v for k, v in out.items() if v not in ([], {})} | extras


def _patient(patient: Patient) -> dict[str, str]:
    names = {name: getattr(patient, name) for name in ("record_number", "family_name", "given_name")}
    known = {name: text for name, text in names.items() if text}
    return {**known, "birth_date": patient.birth_date.isoformat(), "sex": patient.sex}


def _findings(findings: Findings) -> dict[str, Any]:
    return {id_: _finding(findings[id_]) for id_ in sorted(findings)}


def _finding(finding: Finding) -> Any:  # noqa: ANN401  # a word or an object, as case files write it
    parts: dict[str, Any] = {
        **_value(finding),
        "on": finding.on and finding.on.isoformat(),
        "assay": finding.assay,
        "strength": finding.strength,
        "muscles": finding.muscles and {m: text_of(finding.muscles[m]) for m in sorted(finding.muscles)},
    }
    parts = {k: v for k, v in parts.items() if v is not None}
    return parts["value"] if len(parts) == 1 else parts


def _value(finding: Finding) -> dict[str, Any]:
    if isinstance(finding.value, date):
        return {"value": finding.value.isoformat()}
    if isinstance(finding.value, str):
        return {"value": finding.value}
    limits = ((finding.uln, finding.entered_uln), (finding.lln, finding.entered_lln))
    if finding.entered is None or any((stored is None) != (entered is None) for stored, entered in limits):
        raise BugError(f"{finding.id} has a number without the number as written")
    return {
        "value": text_of(finding.entered.value),
        "unit": finding.entered.unit,
        "uln": _number(finding.entered_uln),
        "lln": _number(finding.entered_lln),
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else text_of(value)


def _therapy(therapy: Therapy) -> dict[str, Any]:
    dose = therapy.dose
    return {
        "drug": therapy.drug,
        **({} if dose is None else {"dose": {"value": text_of(dose.value), "unit": dose.unit}}),
        "started": therapy.started.isoformat(),
        "stopped": therapy.stopped and therapy.stopped.isoformat(),
        "outcome": therapy.outcome,
    }


def _preferences(preferences: Preferences) -> dict[str, Any]:
    out = {
        "taper": _taper(preferences.taper),
        "choose": [_choice(c) for c in preferences.choose],
        "doses": {d.drug: _dose(d) for d in preferences.doses},
        "decisions": [_decision(d) for d in preferences.decisions],
    }
    return {k: v for k, v in out.items() if v}


def _choice(choice: Choice) -> Any:  # noqa: ANN401  # a plain id or an object, as case files write it
    return choice.drug if choice.reason is None else {"drug": choice.drug, "reason": choice.reason}


def _decision(decision: Decision) -> dict[str, str]:
    dose = {} if decision.dose_mg is None else {"dose_mg": text_of(decision.dose_mg)}
    return {"on": decision.on.isoformat(), "action": decision.action} | dose | _reason(decision.reason)


def _dose(dose: DoseChoice) -> dict[str, str]:
    return {"value": text_of(dose.value), "unit": dose.unit} | _reason(dose.reason)


def _reason(reason: str | None) -> dict[str, str]:
    return {} if reason is None else {"reason": reason}


def _taper(taper: TaperPreferences) -> dict[str, Any]:
    writers: dict[str, Callable[[Any], Any]] = {
        "start": lambda day: day.isoformat(),
        "strengths_mg": lambda strengths: [text_of(mg) for mg in strengths],
        "steps": lambda steps: [_step(s) for s in steps],
        "custom": _sorted,
        "tablets": lambda tablets: [_stock(t) for t in tablets],
    }
    values = {f.name: getattr(taper, f.name) for f in fields(taper)}
    return {k: writers[k](v) if k in writers else v for k, v in values.items() if v is not None}


def _step(step: EditedStep) -> dict[str, Any]:
    out: dict[str, Any] = {"from": step.start.isoformat(), "days": step.days}
    if step.dose_mg is not None:
        out["dose_mg"] = text_of(step.dose_mg)
    if step.alternate is not None:
        out["alternate"] = [text_of(mg) for mg in step.alternate]
    return out | _reason(step.reason)


def _stock(tablet: TabletStock) -> dict[str, Any]:
    out: dict[str, Any] = {"mg": text_of(tablet.mg), "may_halve": tablet.may_halve}
    if tablet.stock is not None:
        out["stock"] = tablet.stock
    if tablet.pack is not None:
        out["pack"] = tablet.pack
    return out | {"gastro_resistant": True} if tablet.gastro_resistant else out


def _sorted(value: Any) -> Any:  # noqa: ANN401  # any JSON value that the clinic or another program put there
    """The same JSON value with the keys of every object in order."""
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


def _encoded(value: Any, newline: str) -> str:  # noqa: ANN401  # any JSON value, and decimals
    """JSON text with one space of indent a level. `json` itself would write a Decimal only by way of a float."""
    deeper = newline + " "
    if isinstance(value, Mapping):
        lines = [f"{json.dumps(k, ensure_ascii=False)}: {_encoded(v, deeper)}" for k, v in value.items()]
        return "{" + deeper + f",{deeper}".join(lines) + newline + "}" if lines else "{}"
    if isinstance(value, list):
        lines = [_encoded(v, deeper) for v in value]
        return "[" + deeper + f",{deeper}".join(lines) + newline + "]" if lines else "[]"
    if isinstance(value, Decimal):
        return "0" if value == 0 else str(value.normalize(_EXACT))
    return json.dumps(value, ensure_ascii=False)
