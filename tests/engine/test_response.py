"""The response score: the published cases, the edges of the bands, and what must hold for every pair of days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from myositis_desktop.assets import asset
from myositis_desktop.engine.response import of
from myositis_desktop.knowledge.tapers import load_response
from myositis_desktop.model.case import Case, Finding, Findings, Patient, Quantity, Visit
from myositis_desktop.model.plan import Response

D = Decimal
TABLE = load_response(asset("resources", "knowledge", "2026.11.0"))
FIRST, LAST = date(2026, 5, 1), date(2026, 11, 20)
SCALES = {
    "phga": ("measure.physician_global", "{0-10}"),
    "ptga": ("measure.patient_global", "{0-10}"),
    "mmt": ("measure.mmt8", "{0-80}"),
    "mmt150": ("measure.mmt8", "{0-150}"),
    "haq": ("measure.haq", "{0-3}"),
    "ext": ("measure.extramuscular_global", "{0-10}"),
    "cmas": ("measure.cmas", "{0-52}"),
}
LABS = {"ck": "lab.ck", "aldolase": "lab.aldolase", "ldh": "lab.ldh", "ast": "lab.ast", "alt": "lab.alt"}
BEFORE = "phga 6.5, ptga 6, mmt 55, haq 1.75, ext 4, ck 3000/200"
AFTER = "phga 2, ptga 3, mmt 72, haq 0.75, ext 1, ck 400/200"


def findings(text: str) -> Findings:
    """Findings written as "phga 6.5, ck 3000/200"; the limit of an enzyme follows the stroke, a day the sign @."""
    out = {}
    for part in text.split(", ") if text else ():
        name, written = part.split(" ")
        written, _, on = written.partition("@")
        value, _, limit = written.partition("/")
        id_, unit = SCALES[name] if name in SCALES else (LABS[name], "U/L")
        out[id_] = Finding(
            id_,
            D(value),
            Quantity(D(value), unit),
            uln=D(limit) if limit else None,
            on=date.fromisoformat(on) if on else None,
        )
    return out


def case(before: str | Findings, after: str | Findings, *more: tuple[date, str]) -> Case:
    first, last = (findings(f) if isinstance(f, str) else f for f in (before, after))
    visits = (Visit(FIRST, first), *(Visit(day, findings(text)) for day, text in more))
    return Case(Patient(date(1974, 3, 15), "female"), LAST, last, (), visits)


def response(before: str, after: str, *more: tuple[date, str], population: str = "adult") -> Response:
    found = of(case(before, after, *more), population, TABLE)
    assert found is not None
    return found


# ---- the published cases


@pytest.mark.parametrize(
    ("before", "after", "score", "category", "reachable"),
    [
        (BEFORE, AFTER, "85", "major", "95"),
        (BEFORE, "phga 5.5, ptga 5.5, mmt 58, haq 1.5, ext 3.5, ck 2500/200", "27.5", "minimal", "95"),
        (BEFORE, "phga 4.5, ptga 4.5, mmt 64, haq 1.25, ext 3, ck 1500/200", "60", "major", "95"),
        (BEFORE, "phga 7.5, ptga 7, mmt 50, haq 2, ext 5, ck 4200/200", "0", "none", "95"),
        (
            "phga 5, ptga 5, mmt 80, haq 0.25, ext 5, ck 120/200",
            "phga 0.5, ptga 1, mmt 80, haq 0, ext 0.5, ck 110/200",
            "52.5",
            "moderate",
            "55",
        ),
        (
            "phga 7, ptga 7, mmt150 96, haq 2, ext 2, ck 1800/180",
            "phga 3, ptga 4, mmt150 126, haq 1, ext 1, ck 600/180",
            "67.5",
            "major",
            "92.5",
        ),
        (
            "phga 6, ptga 5, mmt 60, haq 1.5, ext 3, aldolase 24/8, ck 110/200",
            "phga 3.5, ptga 4, mmt 66, haq 1, ext 2, aldolase 9/8, ck 110/200",
            "50",
            "moderate",
            "90",
        ),
        (
            "phga 5, ptga 5, mmt 70, haq 1, ext 2, ck 300/200",
            "phga 3.5, ptga 3.5, mmt 78, haq 0.55, ext 0.5, ck 150/200",
            "32.5",
            "minimal",
            "70",
        ),
        (
            "phga 5, ptga 5, mmt 70, haq 1, ext 2, ck 300/200",
            "phga 3.4, ptga 3.4, mmt 79, haq 0.5, ext 0.4, ck 100/200",
            "62.5",
            "major",
            "70",
        ),
    ],
)
def test_published_cases(before: str, after: str, score: str, category: str, reachable: str) -> None:
    found = response(before, after)
    assert (found.score, found.category, found.highest_reachable) == (D(score), category, D(reachable))
    assert (found.baseline, found.follow_up) == (FIRST, LAST)
    assert found.complete
    assert found.highest_score == found.score


@pytest.mark.parametrize(("population", "category"), [("adult", "moderate"), ("jdm", "minimal")])
def test_children_need_more_points(population: str, category: str) -> None:
    before = "phga 6, ptga 6, mmt 58, haq 1.5, ext 4, ldh 600/250, ck 150/200"
    after = "phga 4, ptga 4.5, mmt 64, haq 1.2, ext 3, ldh 500/250, ck 150/200"
    found = response(before, after, population=population)
    assert (found.score, found.category, found.population) == (D("42.5"), category, population)


@pytest.mark.parametrize(
    ("population", "score", "category"),
    [
        ("adult", "19.5", "none"),
        ("adult", "20", "minimal"),
        ("adult", "40", "moderate"),
        ("adult", "60", "major"),
        ("jdm", "27.5", "none"),
        ("jdm", "30", "minimal"),
        ("jdm", "45", "moderate"),
        ("jdm", "70", "major"),
        ("jdm", "67.5", "moderate"),
    ],
)
def test_thresholds_belong_to_the_better_category(population: str, score: str, category: str) -> None:
    assert TABLE.category(population, D(score)) == category


def test_what_got_worse_is_listed_in_the_order_of_the_core_set() -> None:
    worse = response(BEFORE, "phga 7.5, ptga 7, mmt 50, haq 2, ext 5, ck 4200/200")
    assert worse.worsened == (
        "measure.physician_global",
        "measure.patient_global",
        "measure.mmt8",
        "measure.haq",
        "lab.ck",
        "measure.extramuscular_global",
    )
    assert response(BEFORE, "phga 2, ptga 6.1, mmt 72, haq 0.75, ext 1, ck 400/200").worsened == (
        "measure.patient_global",
    )


# ---- days


def test_of_three_days_the_first_and_the_last_count() -> None:
    found = response(BEFORE, AFTER, (date(2026, 8, 1), "phga 9, ptga 9, mmt 20, haq 3, ext 9, ck 9000/200"))
    assert (found.score, found.baseline, found.follow_up) == (D(85), FIRST, LAST)


def test_a_visit_after_the_assessment_is_the_follow_up() -> None:
    later = date(2027, 2, 1)
    found = response(BEFORE, "phga 9", (later, AFTER))
    assert (found.follow_up, found.score) == (later, D(85))


def test_one_day_gives_no_response() -> None:
    assert of(case("", AFTER), "adult", TABLE) is None
    assert of(case("", ""), "adult", TABLE) is None


def test_a_day_with_enzymes_alone_is_no_measuring_day() -> None:
    assert of(case("ck 3000/200", AFTER), "adult", TABLE) is None
    found = response(BEFORE, AFTER, (date(2026, 1, 1), "ck 9000/200"), (date(2027, 1, 1), "ck 20/200"))
    assert (found.baseline, found.follow_up) == (FIRST, LAST)


def test_a_measure_with_its_own_day_belongs_to_that_day() -> None:
    dated = ", ".join(f"{part}@2026-03-01" for part in BEFORE.split(", ")[:5])
    found = of(case("", f"{dated}"), "adult", TABLE)
    assert found is None
    moved = response(AFTER, f"{dated}")
    assert (moved.baseline, moved.follow_up) == (date(2026, 3, 1), FIRST)


def test_blood_drawn_earlier_counts_for_the_visit_it_was_filed_under() -> None:
    found = response(BEFORE, AFTER.replace("400/200", "400@2026-11-17"))
    assert (found.score, found.complete) == (D(85), True)


# ---- enzymes


def test_the_limit_is_that_of_the_baseline_and_need_not_be_given_again() -> None:
    assert response(BEFORE, AFTER.replace("400/200", "400")).score == 85
    assert response(BEFORE, AFTER.replace("400/200", "400/999")).score == 85
    missing = response(BEFORE.replace("3000/200", "3000"), AFTER)
    assert (missing.missing, missing.highest_score - missing.score) == (("enzyme",), D("7.5"))


def test_the_most_abnormal_enzyme_at_baseline_counts() -> None:
    before = BEFORE.replace("ck 3000/200", "ck 300/200, ldh 1000/250, ast 90/40")
    # LDH: 4 x its limit; from 1000 to 925 is 10 % of 3 x 250. CK would have earned nothing.
    found = response(before, AFTER.replace("ck 400/200", "ck 300, ldh 925, ast 40"))
    assert found.score - response(before, AFTER.replace("ck 400/200", "ck 300, ldh 1000, ast 40")).score == D("2.5")


def test_an_enzyme_that_is_not_measured_again_does_not_count() -> None:
    before = BEFORE.replace("ck 3000/200", "ck 3000/200, ast 160/40")
    found = response(before, AFTER.replace("ck 400/200", "ast 220"))
    assert found.complete
    assert found.worsened == ("lab.ast",)


def test_two_equal_enzymes_are_settled_by_the_order_of_the_list() -> None:
    before = BEFORE.replace("ck 3000/200", "ast 400/40, ck 2000/200")
    assert response(before, AFTER.replace("ck 400/200", "ck 2500, ast 10")).worsened == ("lab.ck",)


def test_units_of_two_days_compare_in_the_stored_unit() -> None:
    microkatal = Finding("lab.ck", D(400), Quantity(D("6.6666666"), "ukat/L"))
    found = of(case(BEFORE, {**findings(AFTER), "lab.ck": microkatal}), "adult", TABLE)
    assert found is not None
    assert found.score == 85


@pytest.mark.parametrize("limit", ["0", "-1"])
def test_a_limit_that_is_no_limit_leaves_the_enzyme_out(limit: str) -> None:
    assert response(BEFORE.replace("3000/200", f"3000/{limit}"), AFTER).missing == ("enzyme",)


# ---- missing measures


def test_a_missing_measure_counts_nothing_and_at_best_all() -> None:
    found = response(BEFORE, AFTER.replace("haq 0.75, ", ""))
    assert (found.score, found.highest_score, found.category) == (D("77.5"), D("87.5"), "major")
    assert (found.complete, found.missing, found.highest_reachable) == (False, ("measure.haq",), D(95))


def test_two_scales_of_the_muscle_test_do_not_compare() -> None:
    found = response(BEFORE, AFTER.replace("mmt 72", "mmt150 140"))
    assert (found.missing, found.score, found.highest_score) == (("measure.mmt8",), D("57.5"), D(90))


def test_in_children_the_cmas_takes_the_place_of_a_missing_muscle_test() -> None:
    before, after = BEFORE.replace("mmt 55", "cmas 20"), AFTER.replace("mmt 72", "cmas 30")
    # 10 of 52 is 19.2 %
    found = response(before, after, population="jdm")
    assert (found.score, found.complete) == (D("57.5") + 20, True)
    assert response(before, AFTER.replace("mmt 72", "cmas 12"), population="jdm").worsened == ("measure.cmas",)
    assert response(before, after).missing == ("measure.mmt8",)


def test_the_muscle_test_goes_before_the_cmas() -> None:
    found = response(BEFORE + ", cmas 50", AFTER + ", cmas 10", population="jdm")
    assert (found.score, found.worsened) == (D(85), ())


def test_a_day_with_the_cmas_alone_is_a_measuring_day_of_children_only() -> None:
    early = (date(2026, 1, 1), "cmas 20")
    assert response(BEFORE, AFTER, early, population="jdm").baseline == early[0]
    assert response(BEFORE, AFTER, early).baseline == FIRST


# ---- what must hold for every pair of days

tenths = st.integers(min_value=0, max_value=100).map(lambda n: D(n) / 10)
days = st.fixed_dictionaries(
    {
        "phga": tenths,
        "ptga": tenths,
        "mmt": st.integers(min_value=0, max_value=80).map(D),
        "haq": st.integers(min_value=0, max_value=24).map(lambda n: D(n) / 8),
        "ext": tenths,
        "ck": st.integers(min_value=10, max_value=20000).map(D),
    }
)
Day = Mapping[str, Decimal]
POINTS = {measure.id: measure.points for measure in TABLE.measures}


def written(day: Day) -> str:
    return ", ".join(f"{name} {value}{'/200' if name == 'ck' else ''}" for name, value in day.items())


@settings(deadline=None, max_examples=200)
@given(before=days, after=days, left_out=st.sets(st.sampled_from(["ptga", "mmt", "haq", "ext", "ck"])))
def test_the_score_lies_between_nothing_and_what_is_reachable(before: Day, after: Day, left_out: set[str]) -> None:
    found = response(written(before), written({k: v for k, v in after.items() if k not in left_out}))
    assert 0 <= found.score <= found.highest_score <= found.highest_reachable <= 100
    assert found.complete == (not left_out)
    assert len(found.missing) == len(left_out)


@settings(deadline=None, max_examples=200)
@given(before=days, after=days, name=st.sampled_from(["phga", "ptga", "mmt", "haq", "ext", "ck"]), other=days)
def test_a_better_measure_never_scores_less(before: Day, after: Day, name: str, other: Day) -> None:
    better, worse = sorted((after[name], other[name]), reverse=name == "mmt")
    with_better = response(written(before), written({**after, name: better}))
    with_worse = response(written(before), written({**after, name: worse}))
    assert with_better.score >= with_worse.score
    assert set(with_better.worsened) <= set(with_worse.worsened)


@settings(deadline=None, max_examples=100)
@given(before=days, after=days)
def test_there_and_back_no_measure_improves_twice(before: Day, after: Day) -> None:
    there, back = response(written(before), written(after)), response(written(after), written(before))
    assert not set(there.worsened) & set(back.worsened)
    unchanged = sum(before[name] == after[name] for name in before)
    assert len(there.worsened) + len(back.worsened) == len(before) - unchanged


@settings(deadline=None, max_examples=100)
@given(before=days, after=days, order=st.permutations(range(4)))
def test_neither_the_order_of_visits_nor_of_findings_matters(before: Day, after: Day, order: list[int]) -> None:
    middle = [(FIRST + timedelta(days=30 * n), "phga 5, ck 300/200") for n in range(1, 4)]
    base = case(written(before), written(after), *middle)
    turned = replace(
        base,
        findings=dict(reversed(list(base.findings.items()))),
        visits=tuple(base.visits[at] for at in order),
    )
    assert of(turned, "adult", TABLE) == of(base, "adult", TABLE)


@settings(deadline=None, max_examples=200)
@given(
    edge=st.sampled_from([D(5), D(15), D(25), D(40)]),
    name=st.sampled_from(["phga", "ptga", "haq", "ext"]),
    start=tenths,
    past=st.sampled_from([D(0), D("0.001")]),
)
def test_an_upper_edge_belongs_to_the_band_below(edge: Decimal, name: str, start: Decimal, past: Decimal) -> None:
    length = D(3) if name == "haq" else D(10)
    start = start * length / 10
    end = start - edge * length / 100 - past
    assume(end >= 0)
    found = response(f"{name} {start}", f"{name} {end}")
    points = POINTS[SCALES[name][0]]
    band = [D(5), D(15), D(25), D(40)].index(edge)
    assert found.score == points[band + (past > 0)]
