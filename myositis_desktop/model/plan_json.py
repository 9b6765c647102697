"""The plan file: `myositis-plan/1`. One canonical form, so that the same plan is the same bytes."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from myositis_desktop.model.number import text_of
from myositis_desktop.model.plan import (
    Answer,
    Because,
    CardText,
    Check,
    Dose,
    FollowUp,
    IciWorkup,
    Interaction,
    Item,
    ModelScore,
    OtherCriteria,
    Plan,
    Response,
    Supply,
    Taper,
    TaperStep,
    Undecided,
)

FORMAT = "myositis-plan/1"


def plan_bytes(plan: Plan) -> bytes:
    """Canonical UTF-8 JSON of a plan, ending in a newline."""
    return (json.dumps(plan_json(plan), ensure_ascii=False, indent=1) + "\n").encode()


def plan_line(plan: Plan) -> str:
    """The plan on one line, for a batch."""
    return json.dumps(plan_json(plan), ensure_ascii=False, separators=(",", ":"))


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values: decimals as text, days as YYYY-MM-DD."""
    return {
        "format": FORMAT,
        "product": {"version": plan.product_version, "engine": plan.engine},
        "knowledge": _knowledge(plan),
        "case_sha256": plan.case_sha256,
        "assessed_on": _day(plan.assessed_on),
        "assessment": _assessment(plan),
        "treatment": {
            "items": [_item(i) for i in plan.items],
            "interactions": [_interaction(i) for i in plan.interactions],
            "disabled": [
                {"id": d.id, "label": d.label, "text": d.text, "sources": list(d.sources)} for d in plan.disabled
            ],
        },
        "taper": _taper(plan.taper),
        "taper_reason": plan.taper_reason,
        "monitoring": [
            {"test": m.test, "on": [_day(d) for d in m.on], "why": m.why, "act": m.act} for m in plan.monitoring
        ],
        "reviews": [
            {
                "day": r.day,
                "on": _day(r.on),
                "title": r.title,
                "keys": list(r.keys),
                "if_no": r.if_no,
                "sources": list(r.sources),
            }
            for r in plan.reviews
        ],
        "follow_up": _follow_up(plan.follow_up),
        "undecided": [_undecided(u) for u in plan.undecided],
        "defaults": list(plan.defaults),
        "facts": dict(plan.facts),
    }


def _knowledge(plan: Plan) -> dict[str, str]:
    """The notice stands there only where the knowledge had expired."""
    notice = {"notice": plan.knowledge_notice} if plan.knowledge_notice else {}
    return {"version": plan.knowledge_version, "sha256": plan.knowledge_sha256} | notice


def _assessment(plan: Plan) -> dict[str, Any]:
    c = plan.classification
    return {
        "classification": {
            "criteria": "eular-acr-2017",
            "model": c.model,
            "score": text_of(c.score),
            "probability": text_of(c.probability),
            "level": c.level,
            "subgroup": c.subgroup,
            "highest_score": text_of(c.highest_score),
            "highest_probability": text_of(c.highest_probability),
            "highest_level": c.highest_level,
            "unknown": list(c.unknown),
            "models": [_model(m) for m in c.models],
            "tree": [{"rule": b.rule, "text": b.text, "holds": b.holds, "known": b.known} for b in c.tree],
            "because": _because(c.because),
        },
        "other_criteria": [_other(o) for o in plan.other_criteria],
        "subtype": {"id": plan.subtype.id, "because": _because(plan.subtype.because)},
        "severity": {"level": plan.severity.id, "because": _because(plan.severity.because)},
        "course": [{"id": j.id, "because": _because(j.because)} for j in plan.course],
        "cancer_risk": {
            "level": plan.cancer_risk.level,
            "because": _because(plan.cancer_risk.because),
            "tests": list(plan.cancer_risk.tests),
            "panels": [{"id": p.id, "when": p.timing, "tests": list(p.tests)} for p in plan.cancer_risk.panels],
            "advice": _because(plan.cancer_risk.advice),
        },
        "antibodies": {
            "readings": [
                {"id": a.id, "answer": a.answer, "fits": a.fits, "because": _because(a.because)}
                for a in plan.antibodies
            ],
            "notes": _because(plan.antibody_notes),
        },
        "ici": _ici(plan.ici),
        "workup": [_check(c) for c in plan.workup],
        "response": _response(plan.response),
        "alerts": [{"id": a.id, "level": a.level, "text": a.text, "because": _because(a.because)} for a in plan.alerts],
    }


def _model(m: ModelScore) -> dict[str, Any]:
    return {
        "model": m.model,
        "score": text_of(m.score),
        "probability": text_of(m.probability),
        "level": m.level,
        "highest_score": text_of(m.highest_score),
        "highest_probability": text_of(m.highest_probability),
        "highest_level": m.highest_level,
    }


def _other(o: OtherCriteria) -> dict[str, Any]:
    return {
        "id": o.id,
        "level": o.level,
        "confidence": o.confidence,
        "could_be": list(o.could_be),
        "missing": list(o.missing),
        "note": o.note,
        "because": _because(o.because),
    }


def _ici(ici: IciWorkup | None) -> dict[str, Any] | None:
    if ici is None:
        return None
    return {
        "proposed_grade": ici.proposed_grade,
        "because": _because(ici.because),
        "complete": ici.complete,
        "checks": [_check(c) for c in ici.checks],
    }


def _check(c: Check) -> dict[str, Any]:
    out: dict[str, Any] = {"id": c.id, "status": c.status, "text": c.text, "missing": list(c.missing)}
    return out | {"group": c.group, "note": c.note, "recorded": c.recorded}


def _response(r: Response | None) -> dict[str, Any] | None:
    if r is None:
        return None
    return {
        "score": text_of(r.score),
        "category": r.category,
        "population": r.population,
        "baseline": _day(r.baseline),
        "follow_up": _day(r.follow_up),
        "highest_reachable": text_of(r.highest_reachable),
        "complete": r.complete,
        "highest_score": text_of(r.highest_score),
        "worsened": list(r.worsened),
        "missing": list(r.missing),
    }


def _item(item: Item) -> dict[str, Any]:
    out: dict[str, Any] = {
        "drug": item.drug,
        "status": item.status,
        "line": item.line,
        "dose": None if item.dose is None else _dose(item.dose),
        "because": _because(item.because),
        "needs": list(item.needs),
        "monitoring": list(item.monitoring),
        "counselling": list(item.counselling),
    }
    if item.continued:
        out["continue"] = True
    if item.chosen:
        out["chosen"] = True
    if item.override_reason is not None:
        out["override_reason"] = item.override_reason
    if item.trial_weeks is not None:
        out["trial"] = {"weeks": item.trial_weeks}
    if item.step_up:
        steps = [{"from": _day(s.on), "value": text_of(s.value), "unit": s.unit} for s in item.step_up]
        out["step_up"] = {"steps": steps, "text": item.step_up_text}
    if item.due:
        out["due"] = [
            {"text": d.text, "on": _day(d.on), "until": None if d.until is None else _day(d.until)} for d in item.due
        ]
    if item.card is not None:
        out["card"] = _card(item.card)
    return out


def _card(card: CardText) -> dict[str, Any]:
    return {
        "forms": list(card.forms),
        "baseline": list(card.baseline),
        "hold": list(card.hold),
        "ask": list(card.ask),
        "kidney": card.kidney,
        "liver": card.liver,
        "weight": card.weight,
        "pregnancy": card.pregnancy,
        "lactation": card.lactation,
        "vaccines": card.vaccines,
        "sources": list(card.sources),
    }


def _interaction(found: Interaction) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "level": found.level,
        "drugs": list(found.drugs),
        "beside": found.beside,
        "findings": list(found.findings),
        "text": found.text,
        "act": found.act,
        "sources": list(found.sources),
    }


def _follow_up(found: FollowUp | None) -> dict[str, Any] | None:
    if found is None:
        return None
    out: dict[str, Any] = {
        "action": found.action,
        "because": _because(found.because),
        "day": found.day,
        "dose_mg": None if found.dose_mg is None else text_of(found.dose_mg),
        "missing": list(found.missing),
        "worse": list(found.worse),
    }
    if found.hold_days is not None:
        out["hold_days"] = found.hold_days
    if found.flare_mg is not None:
        out["flare_mg"] = text_of(found.flare_mg)
    if found.decided is not None:
        out["decided"] = {"action": found.decided.action, "reason": found.decided.reason}
    return out


def _undecided(asked: Undecided) -> dict[str, Any]:
    out: dict[str, Any] = {"finding": asked.finding, "would_change": list(asked.would_change)}
    if asked.cost:
        out |= {"cost": asked.cost, "answers": [_answer(a) for a in asked.answers]}
    return out


def _answer(answer: Answer) -> dict[str, Any]:
    out: dict[str, Any] = {"value": answer.value}
    if answer.unit:
        out["unit"] = answer.unit
    if answer.uln:
        out["uln"] = answer.uln
    return out | {"changes": [{"part": c.part, "before": c.before, "after": c.after} for c in answer.changes]}


def _dose(dose: Dose) -> dict[str, Any]:
    parts = {
        "value": dose.value,
        "unit": dose.unit,
        "per_kg": dose.per_kg,
        "lowest": dose.lowest,
        "highest": dose.highest,
        "days": dose.days,
        "times_per_day": dose.times_per_day,
        "infusions": dose.infusions,
        "interval_days": dose.interval_days,
        "text": dose.text,
        "arithmetic": dose.arithmetic,
    }
    return {k: text_of(v) if isinstance(v, Decimal) else v for k, v in parts.items() if v is not None}


def _taper(taper: Taper | None) -> dict[str, Any] | None:
    if taper is None:
        return None
    return {
        "drug": taper.drug,
        "schedule": taper.schedule,
        "starts": _day(taper.starts),
        "ends": _day(taper.ends),
        "total_mg": text_of(taper.total_mg),
        "steps": [_step(s) for s in taper.steps],
        "tablets_total": _tablets(taper.tablets_total),
        "notes": list(taper.notes),
        "because": _because(taper.because),
        "supply": [_supply(s) for s in taper.supply],
    }


def _supply(supply: Supply) -> dict[str, Any]:
    out: dict[str, Any] = {"mg": text_of(supply.mg), "tablets": text_of(supply.tablets)}
    if supply.boxes is not None:
        out |= {"pack": supply.pack, "boxes": supply.boxes}
    if supply.stock is not None:
        out |= {"stock": supply.stock, "lasts_to": None if supply.lasts_to is None else _day(supply.lasts_to)}
    return out


def _step(step: TaperStep) -> dict[str, Any]:
    out: dict[str, Any] = {
        "from": _day(step.start),
        "to": _day(step.end),
        "dose_mg": text_of(step.dose_mg),
        "tablets": _tablets(step.tablets),
    }
    if step.alternate_mg is not None:
        out["alternate_mg"] = text_of(step.alternate_mg)
        out["alternate_tablets"] = _tablets(step.alternate_tablets)
    if step.note is not None:
        out["note"] = step.note
    return out


def _tablets(pairs: tuple[tuple[Decimal, Decimal], ...]) -> dict[str, str]:
    return {text_of(mg): text_of(count) for mg, count in pairs}


def _because(because: Because) -> list[dict[str, Any]]:
    return [{"rule": r.rule, "findings": list(r.findings), "text": r.text, "sources": list(r.sources)} for r in because]


def _day(day: date) -> str:
    return day.isoformat()
