"""`decide`: from a case and a pack to a plan. The only door of the engine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from myositis_desktop import __version__
from myositis_desktop.engine import LEVEL as ENGINE_LEVEL
from myositis_desktop.engine import assessment, response
from myositis_desktop.engine.calendar import monitoring, reviews
from myositis_desktop.engine.criteria import classify
from myositis_desktop.engine.criteria_tables import judged
from myositis_desktop.engine.expiry import expired_notice
from myositis_desktop.engine.follow_up import follow_up
from myositis_desktop.engine.inputs import Inputs
from myositis_desktop.engine.sheet import FactSheet, shown
from myositis_desktop.engine.taper_plan import TaperPart, plan_taper
from myositis_desktop.engine.together import due, interactions, step_up
from myositis_desktop.engine.treatment import Treatment, items, support, treat
from myositis_desktop.engine.undecided import undecided
from myositis_desktop.model.plan import Alert, Classification, Item, Judgement, Plan, Response, Taper
from myositis_desktop.model.problem import Problem

if TYPE_CHECKING:
    from myositis_desktop.engine.pack import Pack
    from myositis_desktop.model.case import Case

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """A case worked through: everything a plan is written from. `knowledge` looks into it to see which rules fired."""

    classification: Classification
    treatment: Treatment
    part: TaperPart


def decide(case: "Case", pack: "Pack", case_sha256: str) -> "tuple[Plan | None, tuple[Problem, ...]]":
    """The plan of a case; None exactly when the case asks for something that is refused.

    Pure: the same case, pack and engine level give the same plan.
    """
    work = work_through(case, pack)
    problems = (*work.treatment.problems, *work.part.problems)
    if problems:
        return None, problems
    return _plan(case, pack, case_sha256, work), ()


def work_through(case: "Case", pack: "Pack") -> Work:
    """Judge a case: criteria, drugs, taper, supportive care, in the order in which they read each other."""
    sheet = opened(case, pack)
    classification = classify(pack.criteria, sheet)
    treatment = treat(pack, case, sheet)
    part = plan_taper(treatment)
    support(treatment)
    return Work(classification, treatment, part)


def opened(case: "Case", pack: "Pack") -> FactSheet:
    """The sheet of a case before anything is judged."""
    return FactSheet(pack.definitions, Inputs(case, pack.inputs))


def _plan(case: "Case", pack: "Pack", sha256: str, work: Work) -> Plan:
    classification, treatment, part = work.classification, work.treatment, work.part
    sheet = treatment.sheet
    start = part.taper.starts if part.taper else case.assessed_on + _DAY
    score = _response(case, pack, sheet)
    return Plan(
        product_version=__version__,
        engine=ENGINE_LEVEL,
        knowledge_version=pack.version,
        knowledge_sha256=pack.sha256,
        case_sha256=sha256,
        assessed_on=case.assessed_on,
        classification=classification,
        other_criteria=tuple(judged(table, sheet, pack.wording) for table in pack.other_criteria),
        antibodies=assessment.antibodies(pack, sheet),
        antibody_notes=assessment.antibody_notes(pack, sheet),
        ici=assessment.ici(pack, sheet),
        workup=assessment.checked(pack.workup, sheet),
        subtype=Judgement(str(sheet.get("subtype")), sheet.reasons("subtype")),
        severity=Judgement(str(sheet.get("severity")), sheet.reasons("severity")),
        course=_course(pack, sheet),
        cancer_risk=assessment.cancer_risk(pack.cancer_search, sheet),
        response=score,
        alerts=_alerts(pack, sheet),
        items=_with_days(items(treatment), treatment, start, part.taper),
        taper=part.taper,
        taper_reason=part.reason,
        monitoring=monitoring(pack, sheet, start),
        reviews=reviews(pack, sheet, start),
        undecided=undecided(pack, treatment, classification),
        defaults=_defaults(case, pack, part),
        interactions=interactions(treatment),
        disabled=pack.disabled,
        knowledge_notice=expired_notice(pack, case.assessed_on),
        follow_up=follow_up(pack, case, sheet, score),
        facts=tuple((key, shown(v)) for key, name in pack.facts_shown.items() if (v := sheet.get(name)) is not None),
    )


def _with_days(found: tuple[Item, ...], treatment: Treatment, start: date, taper: Taper | None) -> tuple[Item, ...]:
    """The items with the days on which a dose goes up and with what is due by the taper."""
    return tuple(_dated(i, treatment, start, taper) for i in found)


def _dated(item: Item, treatment: Treatment, start: date, taper: Taper | None) -> Item:
    verdict, sheet = treatment.verdicts[item.drug], treatment.sheet
    rule = verdict.card.step_up
    if rule is not None and (steps := step_up(verdict, sheet, start)):
        item = item._replace(step_up=steps, step_up_text=rule.text)
    return item._replace(due=days) if verdict.card.due and (days := due(verdict, sheet, start, taper)) else item


def _course(pack: "Pack", sheet: FactSheet) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(row.rule.removeprefix("course-"), (sheet.reason(row),))
        for row in pack.judgements
        if row.when.value(sheet) is True
    )


def _response(case: "Case", pack: "Pack", sheet: FactSheet) -> Response | None:
    population = "jdm" if sheet.get("juvenile-onset") is True else "adult"
    return response.of(case, population, pack.response_table)


def _alerts(pack: "Pack", sheet: FactSheet) -> tuple[Alert, ...]:
    found: dict[str, Alert] = {}
    for alert in pack.guarded_alerts.holding(sheet.values):
        reason = sheet.reason(alert.row)
        first = found.get(alert.id)
        # Rows stand from the highest level down, so the first that holds decides level and text.
        found[alert.id] = Alert(
            alert.id,
            first.level if first else alert.level,
            first.text if first else reason.text,
            (*first.because, reason) if first else (reason,),
        )
    return tuple(sorted(found.values(), key=lambda a: pack.alert_levels.index(a.level)))


def _defaults(case: "Case", pack: "Pack", part: TaperPart) -> tuple[str, ...]:
    if part.taper is None:
        return ()
    wish, texts = case.preferences.taper, pack.wording.texts
    applies: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("default-schedule", lambda: wish.schedule is None and wish.custom is None and wish.steps is None),
        ("default-start", lambda: wish.start is None and wish.steps is None),
        ("default-strengths", lambda: wish.strengths_mg is None and wish.tablets is None),
        ("default-hold", lambda: wish.hold_days is None and wish.steps is None and _holds(pack, part)),
    )
    return tuple(texts[key] for key, holds in applies if holds())


def _holds(pack: "Pack", part: TaperPart) -> bool:
    schedule = pack.schedules.get(part.taper.schedule) if part.taper else None
    return schedule is not None and schedule.start.replaceable
