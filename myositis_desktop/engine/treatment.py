"""From drug cards to items: what each drug is for this patient, and why.

A verdict is built in order: the indication, what speaks against it, what is taken, the choice within the group of
steroid-sparing drugs, what the clinician chose. Precedence: contraindicated, not-indicated, needs-data, caution,
recommended or option.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from myositis_desktop.engine.cards import DrugCard, SafetyRow
from myositis_desktop.engine.dosing import Dosed, beyond, taken_amount, work_out, written_problems
from myositis_desktop.engine.logic import unique
from myositis_desktop.engine.pack import Pack
from myositis_desktop.engine.sheet import FactSheet
from myositis_desktop.errors import BugError
from myositis_desktop.model.case import Case, Choice
from myositis_desktop.model.plan import Dose, Item, Reason
from myositis_desktop.model.problem import Problem

ACCEPTABLE = ("recommended", "option", "candidate")
DOSED = ("recommended", "option", "caution")


@dataclass(slots=True)
class Verdict:
    """The working record of one drug while it is judged."""

    card: DrugCard
    indication: str
    status: str
    because: list[Reason]
    needs: tuple[str, ...] = ()
    dose: Dose | None = None
    taken: bool = False
    refused: bool = False
    """Not indicated for a reason that taking it does not lift: exhausted, or no dose can be made."""
    continued: bool = False
    chosen: bool = False
    override: str | None = None

    def anew(self) -> "Verdict":
        """The same verdict before any choice, without its reasons."""
        return Verdict(self.card, self.indication, self.status, [], self.needs, self.dose, self.taken, self.refused)


@dataclass(slots=True)
class Treatment:
    """All verdicts of one case."""

    pack: Pack
    case: Case
    sheet: FactSheet
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    group_needs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def status(self, drug: str) -> str:
        return self.verdicts[drug].status


Judge = Callable[[Pack, DrugCard, FactSheet], Verdict]


def treat(pack: Pack, case: Case, sheet: FactSheet, judged: Judge | None = None) -> Treatment:
    """Judge every drug that is not supportive care and put the statuses on the sheet; `judged` in place of `judge`."""
    treatment = Treatment(pack, case, sheet)
    for card in pack.main_cards:
        verdict = (judged or judge)(pack, card, sheet)
        treatment.verdicts[card.drug] = verdict
        sheet.put(card.offer, _offer(verdict))
    _choose_in_group(treatment)
    _apply_choices(treatment)
    _apply_written_doses(treatment)
    sheet.put_all(statuses(treatment))
    return treatment


def support(treatment: Treatment, judged: Judge | None = None) -> None:
    """Judge supportive care, which reads the statuses of the drugs and the days of the taper."""
    pack, sheet = treatment.pack, treatment.sheet
    for card in pack.supportive_cards:
        treatment.verdicts[card.drug] = (judged or judge)(pack, card, sheet)
    for choice in treatment.case.preferences.choose:
        if pack.cards[choice.drug] in pack.supportive_cards:
            _apply_choice(treatment, choice)
    sheet.put_all(statuses(treatment))


def items(treatment: Treatment) -> tuple[Item, ...]:
    """One item for every drug of the vocabulary, in its order."""
    return tuple(_item(treatment, treatment.verdicts[drug]) for drug in treatment.pack.cards)


# ---- one drug


def judge(pack: Pack, card: DrugCard, sheet: FactSheet) -> Verdict:
    """The verdict of one drug before any choice."""
    sheet.values["drug"] = card.drug
    found = card.guarded.indications.first(sheet.values)
    if found is None:
        message = f"{card.drug}: no indication holds"
        raise BugError(message)
    verdict = Verdict(card, found.status, found.status, [sheet.reason(found.row)])
    verdict.taken = card.drug in sheet.inputs.taken
    against = _against(pack, card, sheet)
    if against["contraindicated"]:
        verdict.status = "contraindicated"
        verdict.because[:0] = [*_stop(pack, card, verdict), *against["contraindicated"]]
        return verdict
    if found.status == "needs-data":
        verdict.needs = _named(found.needs, found.needs_missing, sheet)
    if found.status != "not-indicated":
        _dose_and_needs(pack, card, sheet, verdict)
        _cautions(pack, card, sheet, verdict)
    _stay_on_taken(pack, card, sheet, verdict)
    if verdict.taken:
        verdict.because += _beyond(pack, card, sheet, verdict.dose, "beyond-taken")
    return verdict


def _stop(pack: Pack, card: DrugCard, verdict: Verdict) -> list[Reason]:
    """What to do with a contraindicated drug that is taken; a glucocorticoid by mouth is never stopped suddenly."""
    key = "taken-stop-slowly" if card.drug in pack.oral else "taken-stop"
    return [pack.wording.reason(key, (f"therapy.{card.drug}",))] if verdict.taken else []


def _rows(pack: Pack, card: DrugCard, sheet: FactSheet, effect: str) -> list[SafetyRow]:
    rows = pack.by_effect.get((card.drug, effect))
    return rows.holding(sheet.values) if rows else []


def _against(pack: Pack, card: DrugCard, sheet: FactSheet) -> dict[str, list[Reason]]:
    reasons = [sheet.reason(s.row) for s in _rows(pack, card, sheet, "contraindicated")]
    if card.drug in sheet.inputs.not_tolerated:
        reasons.append(pack.wording.reason("not-tolerated", (f"therapy.{card.drug}",)))
    return {"contraindicated": reasons}


def _named(findings: tuple[str, ...], facts: tuple[str, ...], sheet: FactSheet) -> tuple[str, ...]:
    return unique([findings, *(sheet.missing_of(f) for f in facts)])


def _dose_and_needs(pack: Pack, card: DrugCard, sheet: FactSheet, verdict: Verdict) -> None:
    fixed = _taken_dose(pack, card, sheet, verdict)
    dosed = work_out(card, sheet)
    if fixed is not None:
        dosed = _at_most(pack, card, sheet, fixed, dosed.dose)
    refused = [sheet.reason(r) for r in card.guarded.refusals.holding(sheet.values)]
    if not verdict.taken:
        refused += _beyond(pack, card, sheet, dosed.dose, "beyond-not-begun")
    if refused:
        verdict.status, verdict.refused = "not-indicated", True
        verdict.because[:0] = refused
        return
    verdict.dose = dosed.dose
    verdict.because += dosed.remarks
    waiting = card.guarded.needs.holding(sheet.values)
    rows = _rows(pack, card, sheet, "needs-data")
    verdict.because += [Reason(n.rule, n.text, (), n.sources) for n in waiting] + [sheet.reason(s.row) for s in rows]
    parts = [tuple(n.finding for n in waiting), *(_named(s.needs, s.needs_missing, sheet) for s in rows)]
    verdict.needs = unique([verdict.needs, *parts, dosed.missing])
    if dosed.is_open and not dosed.missing:
        verdict.because.append(pack.wording.reason("dose-not-written"))
    if verdict.needs or rows or (dosed.is_open and not verdict.taken) or verdict.indication == "needs-data":
        verdict.status = "needs-data"


def _beyond(pack: Pack, card: DrugCard, sheet: FactSheet, dose: Dose | None, key: str) -> list[Reason]:
    """That a dose is outside the absolute ring: only one that follows from what is taken can be."""
    if not sheet.inputs.taken or dose is None or dose.value is None or dose.unit is None:
        return []
    return [pack.wording.reason(key)] if beyond(card, sheet, dose.value, dose.unit) else []


def _taken_dose(pack: Pack, card: DrugCard, sheet: FactSheet, verdict: Verdict) -> Decimal | None:
    """A steroid-sparing drug that is taken goes on at the dose taken, unless a rule of its own begins it anew."""
    if not verdict.taken or card.drug not in pack.group.drugs or verdict.indication == "recommended":
        return None
    return taken_amount(card, sheet, _unit(card, sheet))


def _at_most(pack: Pack, card: DrugCard, sheet: FactSheet, taken: Decimal | None, begun: Dose | None) -> Dosed:
    """The dose taken, brought down to the upper limit of the dose that would be begun."""
    limit = begun.highest if begun is not None else None
    above = taken is not None and limit is not None and taken > limit
    said = pack.wording.texts["taken-to-limit" if above else "taken-continue"]
    return work_out(card, sheet, limit if above else taken, said)


def _unit(card: DrugCard, sheet: FactSheet) -> str | None:
    return next((r.unit for r in card.doses if r.when.read(sheet.values) is True), None)


def _cautions(pack: Pack, card: DrugCard, sheet: FactSheet, verdict: Verdict) -> None:
    rows = _rows(pack, card, sheet, "caution")
    verdict.because += [sheet.reason(s.row) for s in rows]
    kept = verdict.indication == "recommended" and all(_keeps(card, s, sheet) for s in rows)
    if rows and verdict.status in ACCEPTABLE and not kept:
        verdict.status = "caution"


def _keeps(card: DrugCard, row: SafetyRow, sheet: FactSheet) -> bool:
    return any(e is not None and e.value(sheet) is True for e in (row.keeps, card.keeps_recommended))


def _stay_on_taken(pack: Pack, card: DrugCard, sheet: FactSheet, verdict: Verdict) -> None:
    """A drug that is taken is never stopped for want of a finding, a diagnosis or an indication."""
    if not verdict.taken or verdict.refused or verdict.status not in ("needs-data", "not-indicated"):
        return
    verdict.status = "caution"
    verdict.because.insert(0, pack.wording.reason("taken", (f"therapy.{card.drug}",)))
    amount = taken_amount(card, sheet, _unit(card, sheet))
    limited = work_out(card, sheet).dose if card.drug in pack.group.drugs else None
    verdict.dose = _at_most(pack, card, sheet, amount, limited).dose or _no_dose(pack)


def _no_dose(pack: Pack) -> Dose:
    return Dose(text=pack.wording.texts["dose-missing"])


def _offer(verdict: Verdict) -> str:
    """The status without cautions: what ciclosporin asks of tacrolimus."""
    return verdict.indication if verdict.status == "caution" else verdict.status


# ---- the group


def _choose_in_group(treatment: Treatment) -> None:
    pack, sheet = treatment.pack, treatment.sheet
    order = pack.group.lists[str(sheet.get(pack.group.orders.id))]
    candidates = [
        v for d in unique([order, pack.group.drugs]) if (v := treatment.verdicts[d]).indication == "candidate"
    ]
    going_on = [v for v in candidates if v.taken and v.status in ("candidate", "caution", "needs-data")]
    first = going_on[0] if going_on else _first_free(treatment, [v for v in candidates if v.card.drug in order])
    if first is not None and first.status == "candidate":
        first.status, first.continued = "recommended", first.taken
        first.because += sheet.reasons(pack.group.orders.id)
        if first.taken:
            first.because.append(pack.wording.reason("taken-continue", (f"therapy.{first.card.drug}",)))
    key = "place-filled" if going_on else "needs-first" if treatment.group_needs else "group-option"
    for verdict in candidates:
        if verdict.status == "candidate":
            verdict.status = "option"
            verdict.because.append(pack.wording.reason("taken-second" if verdict.taken else key))


def _first_free(treatment: Treatment, in_order: Iterable[Verdict]) -> Verdict | None:
    """The first that nothing speaks against; none where an earlier one still needs data."""
    needs: list[tuple[str, ...]] = []
    for verdict in in_order:
        if verdict.status == "needs-data":
            needs.append(verdict.needs)
        elif verdict.status == "candidate":
            treatment.group_needs = unique(needs)
            return None if needs else verdict
    treatment.group_needs = unique(needs)
    return None


# ---- what the clinician chose


def _apply_choices(treatment: Treatment) -> None:
    for choice in treatment.case.preferences.choose:
        if choice.drug in treatment.verdicts:
            _apply_choice(treatment, choice)


def _apply_choice(treatment: Treatment, choice: Choice) -> None:
    verdict, wording = treatment.verdicts[choice.drug], treatment.pack.wording
    verdict.chosen = True
    if verdict.status in DOSED:
        verdict.status = "recommended"
        verdict.because.insert(0, wording.reason("chosen"))
    elif choice.reason:
        verdict.override = choice.reason
        verdict.because.insert(0, wording.reason("override"))
        if verdict.dose is None:
            _dose_chosen(treatment, choice, verdict)
    else:
        why = verdict.because[0].text if verdict.because else ""
        treatment.problems.append(_refused(treatment, choice, f"is {verdict.status} ({why}) a reason is needed"))
    _step_back(treatment, choice.drug)


def _dose_chosen(treatment: Treatment, choice: Choice, verdict: Verdict) -> None:
    """The dose of a drug chosen against its status; one outside the absolute ring cannot be chosen."""
    pack, sheet = treatment.pack, treatment.sheet
    sheet.values["drug"] = choice.drug
    verdict.dose = work_out(verdict.card, sheet).dose
    if not verdict.taken and (outside := _beyond(pack, verdict.card, sheet, verdict.dose, "beyond-not-begun")):
        treatment.problems.append(_refused(treatment, choice, f"cannot be chosen. {outside[0].text}"))


def _refused(treatment: Treatment, choice: Choice, why: str) -> Problem:
    at = treatment.case.preferences.choose.index(choice)
    return Problem(f"/preferences/choose/{at}", f"{choice.drug} {why}")


def _step_back(treatment: Treatment, chosen: str) -> None:
    """What had been recommended of the same kind becomes an option."""
    kinds: tuple[tuple[str, ...], ...] = (treatment.pack.oral, treatment.pack.group.drugs)
    for drug in next((k for k in kinds if chosen in k), ()):
        verdict = treatment.verdicts[drug]
        if drug != chosen and verdict.status == "recommended":
            verdict.status, verdict.continued = "option", False
            verdict.because.insert(0, treatment.pack.wording.reason("chosen-other"))


def _apply_written_doses(treatment: Treatment) -> None:
    for wish in treatment.case.preferences.doses:
        verdict = treatment.verdicts.get(wish.drug)
        dose = verdict.dose if verdict else None
        card = treatment.pack.cards[wish.drug]
        treatment.sheet.values["drug"] = wish.drug
        found = written_problems(card, treatment.sheet, dose, wish)
        treatment.problems += found
        if verdict is not None and not found:
            said = treatment.pack.wording.texts["dose-written"] + (f" {wish.reason}" if wish.reason else "")
            verdict.dose = work_out(card, treatment.sheet, wish.value, said).dose
            verdict.because.append(treatment.pack.wording.reason("dose-written")._replace(text=said))


# ---- items


def _item(treatment: Treatment, verdict: Verdict) -> Item:
    card, sheet = verdict.card, treatment.sheet
    shown = verdict.status in DOSED or (verdict.chosen and (verdict.status != "needs-data" or verdict.dose is not None))
    trial = card.trial if card.trial and card.trial[0].value(sheet) is True and shown else None
    oral_goes_on = card.drug in treatment.pack.oral and verdict.taken and sheet.get("course.continuing") is True
    return Item(
        drug=card.drug,
        status=verdict.status,
        line=treatment.pack.catalogue.drugs[card.drug].line,
        dose=(verdict.dose or _no_dose(treatment.pack)) if shown else None,
        because=tuple(verdict.because),
        needs=verdict.needs if verdict.status == "needs-data" else (),
        monitoring=card.monitoring if shown else (),
        counselling=tuple(card.guarded.counselling.holding(sheet.values)) if shown else (),
        continued=verdict.continued or (oral_goes_on and verdict.status in ("recommended", "caution")),
        chosen=verdict.chosen,
        override_reason=verdict.override,
        trial_weeks=trial[1] if trial else None,
        card=card.text if shown else None,
    )


def statuses(treatment: Treatment) -> dict[str, str]:
    """Status of every drug that has been judged, by its name on the sheet."""
    return {verdict.card.status: verdict.status for verdict in treatment.verdicts.values()}
