"""The next assessment: what lasts is carried with its day, what may have changed is asked again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from myositis_desktop.assets import asset
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.next_visit import lasting, next_assessment, taken_as_planned
from myositis_desktop.exchange import case_bytes, read_case
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case, DoseChoice, Finding
from myositis_desktop.model.plan import Plan

PACK = load_pack()
KEEPS = lasting(PACK.catalogue.lists)


def patient() -> Case:
    case, problems = read_case(asset("resources", "demo", "01-dermatomyositis.json").read_bytes(), PACK.catalogue)
    assert case is not None, problems
    return case


def plan_of(case: Case) -> Plan:
    plan, problems = decide(case, PACK, "0" * 64)
    assert plan is not None, problems
    return plan


def test_what_lasts_is_carried_with_the_day_it_was_found() -> None:
    case = patient()
    later = next_assessment(case, date(2026, 12, 21), KEEPS)
    assert later.findings["antibody.mi2"].on == date(2026, 11, 2)
    assert later.findings["antibody.jo1"].on == case.assessed_on
    assert later.visits[-1].findings == case.findings
    assert "body.height" in later.findings
    for id_ in later.findings:
        assert not id_.startswith(("weakness.", "skin.", "organ.", "lab.", "measure.", "test.", "medication."))
    assert "body.weight" not in later.findings
    assert "screen.pregnancy" not in later.findings
    assert plan_of(later).subtype.id == plan_of(case).subtype.id


def test_an_absent_allergy_is_asked_again_and_a_present_one_stays() -> None:
    case = patient()
    found = {
        **case.findings,
        "allergy.methotrexate": Finding("allergy.methotrexate", "present"),
        "allergy.sulfonamide": Finding("allergy.sulfonamide", "absent"),
    }
    later = next_assessment(replace(case, findings=found), date(2026, 12, 21), KEEPS)
    assert later.findings["allergy.methotrexate"].value == "present"
    assert "allergy.sulfonamide" not in later.findings


def test_doses_that_were_written_stay_but_for_the_glucocorticoid() -> None:
    case = patient()
    doses = (DoseChoice("methotrexate", Decimal(10), "mg/wk", "sick"), DoseChoice("prednisone", Decimal(40), "mg/d"))
    wish = replace(case.preferences, doses=doses)
    later = next_assessment(replace(case, preferences=wish), date(2026, 12, 21), KEEPS)
    assert later.preferences.doses == doses[:1]
    assert later.preferences.choose == case.preferences.choose


def test_a_child_is_measured_again() -> None:
    case = patient()
    child = replace(case, patient=replace(case.patient, birth_date=date(2016, 1, 1)))
    assert "body.height" not in next_assessment(child, date(2026, 12, 21), KEEPS).findings


def test_taken_as_planned_the_doses_stand_as_treatments_and_the_rest_keeps_its_days() -> None:
    case, on = patient(), date(2027, 1, 10)
    taper = plan_of(case).taper
    assert taper is not None
    later = taken_as_planned(next_assessment(case, on, KEEPS), taper, on, PACK.taper_rules)
    mine = [t for t in later.therapy if t.drug == taper.drug]
    assert [(t.dose and t.dose.value, t.started, t.stopped) for t in mine] == [
        (Decimal(50), date(2026, 11, 23), date(2026, 12, 21)),
        (Decimal(40), date(2026, 12, 21), date(2027, 1, 4)),
        (Decimal(30), date(2027, 1, 4), None),
    ]
    rest = plan_of(later).taper
    assert rest is not None
    assert (rest.starts, rest.ends, rest.steps[0].dose_mg) == (on, taper.ends, Decimal(30))
    assert [(s.start, s.end, s.dose_mg) for s in rest.steps[1:]] == [
        (s.start, s.end, s.dose_mg) for s in taper.steps[3:]
    ]
    again, problems = read_case(case_bytes(later), PACK.catalogue)
    assert again is not None, problems
    assert case_bytes(again) == case_bytes(later)


def test_a_second_visit_taken_as_planned_goes_on_from_the_first() -> None:
    case = patient()
    first = plan_of(case).taper
    assert first is not None
    for day in (date(2026, 12, 21), date(2027, 2, 15), date(2027, 9, 1)):
        taper = plan_of(case).taper
        assert taper is not None
        case = taken_as_planned(
            next_assessment(case, day, KEEPS), taper, day, PACK.taper_rules, case.preferences.taper.steps
        )
    last = plan_of(case).taper
    assert last is not None
    assert last.ends == first.ends
    doses = [t.dose.value for t in case.therapy if t.drug == first.drug and t.dose]
    assert sum(1 for t in case.therapy if t.drug == first.drug and t.stopped is None) == 1
    assert len(doses) == len(set(doses))  # a dose that went on over a visit is one treatment
    assert set(doses) == {s.dose_mg for s in first.steps if s.start < day}
