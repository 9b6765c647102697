"""The pack's schedules and score are those of the rules, and a slip in their files is refused by name."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.engine.response import ResponseTable
from myositis_desktop.engine.schedules import Schedule
from myositis_desktop.errors import BugError
from myositis_desktop.knowledge.catalogue import load_catalogue
from myositis_desktop.knowledge.tapers import load_response, load_schedules, load_taper_rules

D = Decimal
PACK = asset("resources", "knowledge", "2026.11.0")
Edit = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def schedules() -> Mapping[str, Schedule]:
    return load_schedules(PACK)


@pytest.fixture(scope="module")
def score() -> ResponseTable:
    return load_response(PACK)


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the pack's files with one text replaced."""

    def edit(name: str, old: str, new: str) -> Path:
        (tmp_path / "tapers").mkdir()
        files = [PACK.joinpath("tablets.toml"), PACK.joinpath("response.toml"), *PACK.joinpath("tapers").iterdir()]
        for file in files:
            inside = "tapers/" if (PACK.joinpath("tapers").joinpath(file.name)).is_file() else ""
            text = file.read_text(encoding="utf-8")
            if f"{inside}{file.name}" == name:
                assert text.count(old) >= 1
                text = text.replace(old, new, 1)
            (tmp_path / f"{inside}{file.name}").write_text(text, encoding="utf-8")
        return tmp_path

    return edit


def test_the_schedules_are_those_of_the_closed_list(schedules: Mapping[str, Schedule]) -> None:
    assert set(schedules) == set(load_catalogue(PACK).lists["schedules"])


def test_every_source_resolves(schedules: Mapping[str, Schedule], score: ResponseTable) -> None:
    known = load_catalogue(PACK).sources
    named = {source for schedule in schedules.values() for source in schedule.sources}
    assert named | set(score.sources) | set(load_taper_rules(PACK).sources) <= set(known)


def test_no_schedule_is_surer_than_its_least_sure_source(schedules: Mapping[str, Schedule]) -> None:
    known = load_catalogue(PACK).sources
    order = ("high", "medium", "low")
    for schedule in schedules.values():
        assert order.index(schedule.confidence) >= max(order.index(known[s].confidence) for s in schedule.sources)


def ladder(schedule: Schedule, start: str) -> list[tuple[str, int]]:
    return [
        (str(rung.dose_mg.normalize() if rung.dose_mg % 1 else int(rung.dose_mg)), rung.days)
        for rung in schedule.rungs(D(start))
    ]


@pytest.mark.parametrize(
    ("start", "weeks", "total"),
    [
        ("60", 60, 6160),
        ("55", 60, 5880),
        ("50", 58, 5180),
        ("45", 58, 4970),
        ("40", 56, 4340),
        ("35", 56, 4200),
        ("30", 54, 3640),
    ],
)
def test_standard_has_the_check_values(schedules: Mapping[str, Schedule], start: str, weeks: int, total: int) -> None:
    rungs = schedules["standard"].rungs(D(start))
    assert sum(rung.days for rung in rungs) == 7 * weeks
    assert sum(rung.days * rung.dose_mg for rung in rungs) == total


def test_standard_never_jumps_past_the_end_of_a_band(schedules: Mapping[str, Schedule]) -> None:
    doses = [dose for dose, _ in ladder(schedules["standard"], "44")]
    assert doses[:7] == ["44", "34", "30", "25", "20", "17.5", "15"]
    assert [dose for dose, _ in ladder(schedules["standard"], "13")][:4] == ["13", "10.5", "10", "9"]


def test_percent(schedules: Mapping[str, Schedule]) -> None:
    from_60 = [
        ("60", 28),
        ("45", 28),
        ("35", 28),
        ("27.5", 28),
        ("20", 28),
        ("15", 28),
        ("12.5", 28),
        ("10", 28),
        ("7.5", 28),
        ("5", 28),
    ]
    assert ladder(schedules["percent"], "60") == from_60
    assert sum(D(dose) * days for dose, days in from_60) == 6650
    assert ladder(schedules["percent"], "5") == [("5", 28)]


def test_slow(schedules: Mapping[str, Schedule]) -> None:
    doses = ["60", "50", "40", "30", "20", "15", "10", "7.5", "5", "2.5"]
    assert ladder(schedules["slow"], "60") == [(dose, 28) for dose in doses]
    assert ladder(schedules["slow"], "55") == [("55", 28), *((dose, 28) for dose in doses[1:])]


def test_checkpoint_inhibitor_tapers(schedules: Mapping[str, Schedule]) -> None:
    short = [("60", 14), *((dose, 7) for dose in ("50", "40", "30", "20", "10", "5"))]
    long = [("60", 28), *((dose, 7) for dose in ("50", "40", "30", "25", "20", "15", "10", "5"))]
    assert ladder(schedules["ici-short"], "60") == short
    assert ladder(schedules["ici-long"], "60") == long
    assert sum(D(dose) * days for dose, days in short) == 1925
    assert sum(D(dose) * days for dose, days in long) == 3045
    assert ladder(schedules["ici-short"], "35")[1] == ("30", 7)


def test_juvenile_printo_has_its_days(schedules: Mapping[str, Schedule]) -> None:
    rungs = schedules["jdm-printo"].rungs(D(100))
    begins = {}
    day = 0
    for rung in rungs:
        begins[int(rung.dose_mg)] = day
        day += rung.days
    assert [int(r.dose_mg) for r in rungs] == [100, 85, 70, 53, 46, 40, 35, 28, 23, 19, 16, 12, 10, 7, 5]
    assert (begins[85], begins[12], begins[10], begins[7], begins[5], day) == (28, 168, 182, 365, 547, 728)


def test_juvenile_gkjr_has_its_days(schedules: Mapping[str, Schedule]) -> None:
    rungs = schedules["jdm-gkjr"].rungs(D(1000))
    ends = {rung.dose_mg: sum(r.days for r in rungs[: at + 1]) - 1 for at, rung in enumerate(rungs)}
    assert (ends[D(1000)], ends[D(70)], ends[D(60)], ends[D(50)], ends[D(15)]) == (41, 265, 293, 307, 349)
    assert ladder(schedules["jdm-gkjr"], "22")[1:4] == [("17.5", 14), ("12.5", 14), ("10", 14)]


def test_the_trial_lasts_twelve_weeks(schedules: Mapping[str, Schedule]) -> None:
    assert ladder(schedules["ibm-trial"], "40") == [("40", 56), ("20", 14), ("10", 14)]


def test_only_the_three_ladders_for_adults_take_the_clinicians_hold(schedules: Mapping[str, Schedule]) -> None:
    taking = {id_ for id_, schedule in schedules.items() if schedule.start.replaceable}
    assert taking == {"standard", "percent", "slow"}
    assert all(schedules[id_].start.later_note == "only if both keys of S5 hold" for id_ in taking)


def test_the_rules_of_every_taper() -> None:
    rules = load_taper_rules(PACK)
    assert rules.strengths_mg == (D(20), D(10), D(5), D("2.5"), D(1))
    assert (rules.highest_mg(child=False), rules.highest_mg(child=True)) == (D(80), D(60))
    assert (rules.hold_days, rules.latest_days, rules.halve_from_mg) == ((28, 42), 42, D(5))
    steps = {mg: rules.largest_step_mg(D(mg)) for mg in ("60", "30.5", "30", "20", "10", "1")}
    assert steps == {"60": 10, "30.5": 10, "30": 5, "20": D("2.5"), "10": 1, "1": 1}
    assert (rules.stop_at_most_mg, rules.stop_after_days) == (D(5), 21)


def test_the_score_has_its_maxima(score: ResponseTable) -> None:
    assert {m.id: m.points[-1] for m in score.measures} == {
        "measure.physician_global": 20,
        "measure.patient_global": 10,
        "measure.mmt8": D("32.5"),
        "measure.haq": 10,
        "enzyme": D("7.5"),
        "measure.extramuscular_global": 20,
    }
    lists = load_catalogue(PACK).lists
    assert [m.id for m in score.measures] == list(lists["core_set"])
    assert [id_ for m in score.measures for id_, _ in m.enzymes] == list(lists["enzymes"])


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "tapers/standard.toml",
            "days = 28\nreplaceable",
            "replaceable",
            "tapers/standard.toml: start.days: is missing",
        ),
        ("tapers/standard.toml", 'by = "10"', 'by = "0"', "phases.0.bands.0.by: 0 is outside"),
        ("tapers/standard.toml", 'above = "20"', 'above = "35"', "phases.0.bands: the bands stand from the highest"),
        ("tapers/standard.toml", 'id = "standard"', 'id = "usual"', "is not the name of the file"),
        (
            "tapers/standard.toml",
            'sources = ["S4", "S5", "DOA-PM", "rule-12"]',
            "sources = []",
            "sources: at least one",
        ),
        ("tapers/slow.toml", "[[phases]]", 'colour = "red"\n[[phases]]', "start.colour: unknown key"),
        ("tapers/slow.toml", '"50", "40"', '"40", "50"', "phases.0.doses_mg: the values may not rise"),
        (
            "tapers/slow.toml",
            "days = 28\nreplaceable",
            "days = 28.5\nreplaceable",
            "start.days: a whole number is needed",
        ),
        ("tapers/percent.toml", 'ties = "up"', 'ties = "away"', "phases.0.ties: 'away' is none of up, down"),
        ("tapers/percent.toml", 'evidence = "product-rule"', 'evidence = "rumour"', "evidence: 'rumour' is none of"),
        ("tapers/jdm-printo.toml", '"10"]', '"13"]', "phases.1.percents_of_start: the values may not rise"),
        ("tapers/jdm-gkjr.toml", "[start]", "[start", "jdm-gkjr.toml: "),
        (
            "tablets.toml",
            "hold_days = [28, 42]",
            "hold_days = [28]",
            "tablets.toml: hold_days: a shortest and a longest",
        ),
        ("response.toml", '"17.5", "20"]', '"17.5", "25"]', "measures: the highest points add up to 105"),
        ("response.toml", '"17.5", "20"]', '"12", "20"]', "measures.0.points: the points begin with 0 and never fall"),
        ("response.toml", '"15", "25"', '"25", "15"', "measures.0.edges: each edge is above"),
        ("response.toml", '{ "{0-10}" = "10" }', "{}", "measures.0.ranges: at least one unit"),
        ("response.toml", 'major = "60"', 'major = "30"', "categories.0.minimal: minimal is below moderate"),
        (
            "response.toml",
            'population = "adult"',
            'population = "grown"',
            "categories.0.population: 'grown' is none of",
        ),
        (
            "response.toml",
            'missing = "measure.mmt8"',
            'missing = "measure.mmt24"',
            "'measure.mmt24' is no measure here",
        ),
    ],
)
def test_a_slip_is_refused_with_file_and_key(edited: Edit, name: str, old: str, new: str, told: str) -> None:
    folder = edited(name, old, new)
    load = {"tablets.toml": load_taper_rules, "response.toml": load_response}.get(name, load_schedules)
    with pytest.raises(BugError) as fault:
        load(folder)
    assert told in str(fault.value)
    assert name.removeprefix("tapers/") in str(fault.value)
