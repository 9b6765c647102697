"""Which taper a plan has: the molecule, the schedule, the day, the tablets, and what was taken before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.schedules import Schedule, chosen_schedule
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.engine.tablets import tablets_at_hand
from myositis_desktop.engine.taper import TaperOutcome, TaperRequest, build, days_taken
from myositis_desktop.engine.treatment import Treatment, Verdict
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan import Reason, Taper
from myositis_desktop.model.problem import Problem

TAPER_DAYS = {"taper-days": 0, "taper-days-20": 20, "taper-days-30": 30}
"""Facts of the taper: the days of it with at least so many mg a day."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TaperPart:
    """The taper of a plan, or why there is none."""

    taper: Taper | None
    reason: str | None
    problems: tuple[Problem, ...] = ()


Build = Callable[[TaperRequest], TaperOutcome]


def plan_taper(treatment: Treatment, built: Build = build) -> TaperPart:
    """Make the taper of the glucocorticoid by mouth and put its days on the sheet, where supportive care reads them."""
    part = _plan(treatment, built)
    steps = part.taper.steps if part.taper else ()
    for name, least in TAPER_DAYS.items():
        treatment.sheet.put(name, sum(s.days for s in steps if s.dose_mg >= least))
    return part


def _plan(treatment: Treatment, built: Build) -> TaperPart:
    main = _main(treatment)
    texts = treatment.pack.wording.texts
    if main is None:
        return TaperPart(None, texts[_why_none(treatment)])
    if treatment.sheet.get("subtype") == "ibm" and not (main.chosen or main.taken):
        return TaperPart(None, texts["taper-ibm"])
    dose = main.dose.value if main.dose else None
    if dose is None:
        return TaperPart(None, texts["taper-no-dose"])
    schedule, reasons, problems = _schedule(treatment)
    if schedule is None:
        return TaperPart(None, None, problems)
    outcome = built(_request(treatment, main, dose, schedule, reasons))
    return TaperPart(outcome.taper, _reason(outcome), outcome.problems)


def _reason(outcome: TaperOutcome) -> str | None:
    return None if outcome.taper else outcome.reason


def _why_none(treatment: Treatment) -> str:
    if treatment.sheet.get("subtype") == "ibm":
        return "taper-ibm"
    if any(treatment.verdicts[drug].status == "needs-data" for drug in treatment.pack.oral):
        return "taper-no-dose"
    return "taper-waits" if treatment.sheet.get("glucocorticoid-not-tolerated") is True else "taper-none"


def _main(treatment: Treatment) -> Verdict | None:
    """The oral glucocorticoid that is chosen, or recommended, or taken with caution."""
    oral = [treatment.verdicts[d] for d in treatment.pack.oral]
    ranked = (
        [v for v in oral if v.chosen],
        [v for v in oral if v.status == "recommended"],
        [v for v in oral if v.taken and v.status == "caution"],
    )
    return next((found[0] for found in ranked if found), None)


def _schedule(treatment: Treatment) -> tuple[Schedule | None, tuple[Reason, ...], tuple[Problem, ...]]:
    pack, wish = treatment.pack, treatment.case.preferences.taper
    name = pack.taper_choice.schedule.id
    schedule, problems = chosen_schedule(wish, pack.schedules, str(treatment.sheet.get(name)))
    by_default = wish.custom is None and wish.schedule is None
    return schedule, treatment.sheet.reasons(name) if by_default else (), problems


def starts_on(pack: Pack, case: Case, sheet: FactSheet) -> date:
    """The taper's first day: the clinician's, else the day after the assessment, later where pulses come first."""
    if case.preferences.taper.start is not None:
        return case.preferences.taper.start
    pulses = sheet.get("status.methylprednisolone-iv") == "recommended"
    return case.assessed_on + (pack.taper_choice.pulse_delay_days if pulses else 1) * _DAY


def _request(
    treatment: Treatment, main: Verdict, dose: Decimal, schedule: Schedule, reasons: tuple[Reason, ...]
) -> TaperRequest:
    pack, case, sheet = treatment.pack, treatment.case, treatment.sheet
    choice, wish = pack.taper_choice, case.preferences.taper
    start = starts_on(pack, case, sheet)
    goes_on = sheet.get("course.continuing") is True and dose == sheet.get("oral-taken-dose")
    remarks = [sheet.reason(r) for r in choice.remarks if r.when.value(sheet) is True]
    hold = choice.hold_before_next.value(sheet)
    return TaperRequest(
        drug=main.card.drug,
        dose_mg=dose,
        starts=start,
        schedule=schedule,
        tablets=tablets_at_hand(wish, pack.taper_rules),
        rules=pack.taper_rules,
        hold_days=wish.hold_days,
        days_taken=_days_taken(treatment, start) if goes_on else 0,
        exposed_days=_days_taken(treatment, wish.steps[0].start if wish.steps else start),
        begin_lower=choice.begin_lower.value(sheet) is True,
        hold_before_next=int(hold) if hold else None,
        child=sheet.get("child") is True,
        edited=wish.steps,
        notes=tuple(r.text for r in remarks),
        because=(*reasons, *remarks),
    )


def _days_taken(treatment: Treatment, start: date) -> int:
    """Days at the dose that goes on; the molecules are alike, milligram for milligram."""
    taken = [t for t in treatment.case.therapy if t.drug in treatment.pack.oral and t.stopped is None]
    begun = max((t.started for t in taken), default=None)
    return 0 if begun is None else days_taken(begun, start, treatment.case.assessed_on)
