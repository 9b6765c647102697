"""What must be refused is refused, with the place and what would be right; nothing makes the reader fall over."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from myositis_desktop.exchange import case_bytes, case_json, read_case
from myositis_desktop.exchange.parse import MAX_BYTES, MAX_PROBLEMS
from myositis_desktop.model.case import Case
from myositis_desktop.model.problem import Problem
from tests.strategies import cases, catalogue, one_line

FOLDER = Path(__file__).parent.parent / "data" / "refuse"
SMALL: dict[str, Any] = {
    "format": "myositis-case/1",
    "patient": {"birth_date": "1971-05-09", "sex": "male"},
    "assessed_on": "2026-03-14",
}
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read(case: dict[str, Any]) -> tuple[Case | None, tuple[Problem, ...]]:
    return read_case(json.dumps(case).encode(), catalogue())


def accepted(**changes: Any) -> Case:  # noqa: ANN401 - any JSON
    case, problems = read(SMALL | changes)
    assert problems == ()
    assert case is not None
    return case


def refused(**changes: Any) -> tuple[Problem, ...]:  # noqa: ANN401 - any JSON
    case, problems = read(SMALL | changes)
    assert case is None
    return problems


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_a_case_that_must_be_refused(file: Path) -> None:
    spec = json.loads(file.read_text(encoding="utf-8"))
    data = spec["raw"] if "raw" in spec else json.dumps(spec["case"])
    case, problems = read_case(data.encode(), catalogue())
    assert case is None, spec["why"]
    assert [p.pointer for p in problems] == [spec["pointer"]], [str(p) for p in problems]
    assert spec["says"] in problems[0].text


def test_the_folder_of_refusals_is_read() -> None:
    assert len(list(FOLDER.glob("*.json"))) > 80


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8 text (byte 0)"),
        (json.dumps(SMALL).encode()[:40] + b"\xed\xa0\x80", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b" " * (MAX_BYTES + 1), "at most 5 MB"),
        (b"null", "null stands where a case file begins"),
        (b"7", "7 stands where a case file begins"),
    ],
)
def test_a_file_that_is_no_case_is_refused_in_one_line(data: bytes, said: str) -> None:
    case, problems = read_case(data, catalogue())
    assert case is None
    assert [p.pointer for p in problems] == [""]
    assert said in problems[0].text
    assert "\n" not in str(problems[0])


def test_a_file_of_exactly_five_megabytes_is_read() -> None:
    data = json.dumps(SMALL).encode()
    assert read_case(data + b" " * (MAX_BYTES - len(data)), catalogue())[1] == ()


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_case(b"\xef\xbb\xbf" + json.dumps(SMALL).encode(), catalogue())[1] == ()


def test_direction_marks_and_any_script_are_accepted_in_names() -> None:
    name = "\u202bعلی\u202c \u200fכהן\u200e 😀 Ωß"
    assert accepted(patient=SMALL["patient"] | {"family_name": name}).patient.family_name == name


def test_numbers_may_be_text_or_json_numbers_and_never_pass_a_float() -> None:
    for written in ('"0.1"', "0.1", "1e-1", '"1E-1"'):
        data = json.dumps(SMALL)[:-1] + f', "findings": {{"lab.crp": {{"value": {written}, "unit": "mg/L"}}}}}}'
        case, problems = read_case(data.encode(), catalogue())
        assert problems == ()
        assert case is not None
        assert case.findings["lab.crp"].value == Decimal("0.1")


def test_unknown_is_the_same_as_absent() -> None:
    findings = {
        "skin.v_sign": "unknown",
        "antibody.jo1": {"value": "unknown", "on": "2026-01-01"},
        "function.walking": "unknown",
        "onset.date": "unknown",
        "lab.ck": "unknown",
        "lab.ldh": {"value": "unknown"},
    }
    assert accepted(findings=findings) == accepted()


def test_a_value_on_either_edge_of_the_possible_range_is_read() -> None:
    for edge in ("3", "300"):
        case = accepted(findings={"body.weight": {"value": edge, "unit": "kg"}})
        assert case.findings["body.weight"].value == Decimal(edge)


def test_the_two_forms_of_the_muscle_test_keep_their_scale() -> None:
    case = accepted(findings={"measure.mmt8": {"value": 100, "unit": "{0-150}"}})
    entered = case.findings["measure.mmt8"].entered
    assert case.findings["measure.mmt8"].value == Decimal(100)
    assert entered is not None
    assert entered.unit == "{0-150}"


def test_muscles_of_both_sides_with_the_neck_once_make_150() -> None:
    muscles = dict.fromkeys(catalogue().lists["mmt8_150"], "10")
    case = accepted(findings={"measure.mmt8": {"value": 150, "unit": "{0-150}", "muscles": muscles}})
    assert case.findings["measure.mmt8"].muscles == dict.fromkeys(muscles, Decimal(10))


def test_keys_of_other_programs_are_accepted_everywhere_and_kept_at_the_top() -> None:
    note = {"x-note": [1.5, {"a": None}]}
    case = accepted(
        **note,
        patient=SMALL["patient"] | note,
        findings=note,
        therapy=[{"drug": "prednisone", "started": "2026-01-01", "dose": {"value": 5, "unit": "mg/d"} | note} | note],
        preferences={"taper": note, "doses": note} | note,
    )
    assert case.extras == {"x-note": [Decimal("1.5"), {"a": None}]}


def test_a_taper_may_begin_before_the_assessment_while_the_drug_is_taken() -> None:
    therapy = [{"drug": "prednisone", "started": "2026-02-01"}]
    case = accepted(therapy=therapy, preferences={"taper": {"start": "2026-02-01"}})
    assert case.preferences.taper.start == date(2026, 2, 1)


def test_a_visit_after_the_assessment_may_hold_its_own_findings() -> None:
    finding = {"value": "present", "on": "2026-06-01"}
    case = accepted(visits=[{"on": "2026-06-01", "findings": {"skin.v_sign": finding}}])
    assert case.visits[0].findings["skin.v_sign"].on == date(2026, 6, 1)


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    problems = refused(
        patient={"birth_date": "1971-13-01", "sex": "x"},
        findings={"skin.v_sign": "maybe", "lab.ck": {"value": "?", "unit": "?"}},
        therapy=[{"drug": "aspirin"}],
    )
    assert [p.pointer for p in problems] == [
        "/patient/birth_date",
        "/patient/sex",
        "/findings/skin.v_sign",
        "/findings/lab.ck/unit",
        "/findings/lab.ck/value",
        "/therapy/0/started",
        "/therapy/0/drug",
    ]


def test_another_format_is_told_and_nothing_else() -> None:
    assert [p.pointer for p in refused(format="other/1", findings=7, nonsense=1)] == ["/format"]


def test_a_flood_of_problems_is_cut_with_a_count() -> None:
    problems = refused(findings={f"k{n}": 1 for n in range(MAX_PROBLEMS + 20)})
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].text.startswith("and 20 more problems")


def test_messages_never_hold_half_characters_or_line_breaks() -> None:
    problems = refused(assessed_on="20\n\ud800\u2028", therapy=[{"drug": "\ud800", "started": "2026-01-01"}])
    for problem in problems:
        assert str(problem).isprintable()
        str(problem).encode()


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON, with half characters and words of case files in it."""
    words = (
        sorted(catalogue().findings) + sorted(catalogue().drugs) + ["value", "unit", "on", "present", "unknown", "x-"]
    )
    text = st.sampled_from(words) | st.text(max_size=8) | st.text(st.characters(categories=["Cs", "Cc"]), max_size=3)
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | text | st.just("2026-03-14")
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4))


def resolves(pointer: str, document: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether the pointer leads to a place of the document, or to a key that is missing from one."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for depth, part in enumerate(parts):
        if isinstance(document, dict) and part not in document:
            return depth == len(parts) - 1
        document = document[int(part)] if isinstance(document, list) else document[part]
    return True


def check_refusal(document: Any) -> None:  # noqa: ANN401 - any JSON
    written = json.dumps(document)
    document = json.loads(written)  # two halves side by side are read as the one character that they make
    case, problems = read_case(written.encode(), catalogue())
    assert (case is None) == bool(problems)
    for problem in problems:
        assert resolves(problem.pointer, document), str(problem)
        assert "\n" not in str(problem)
        str(problem).encode()
    if case is not None:
        assert read_case(case_bytes(case), catalogue()) == (case, ())


@slow
@given(json_values())
def test_any_json_is_read_or_refused_with_its_place(document: Any) -> None:  # noqa: ANN401 - any JSON
    check_refusal(document)


@slow
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    case, problems = read_case(data, catalogue())
    assert (case is None) == bool(problems)


@st.composite
def broken(draw: DrawFn) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of a valid case in which one place was changed, left out or added."""
    document = json.loads(case_bytes(draw(cases(max_findings=8))))
    place: Any = draw(st.sampled_from(list(containers(document))))
    keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
    elsewhere: bool = draw(st.booleans())
    if keys and not elsewhere:
        key = draw(st.sampled_from(keys))
        if draw(st.booleans()):
            place[key] = draw(json_values())
        else:
            del place[key]
    elif isinstance(place, dict):
        place[draw(one_line(8))] = draw(json_values())
    else:
        place.append(draw(json_values()))
    return document


def containers(node: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    """Every object and list of a document."""
    inner = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    own = [node] if isinstance(node, dict | list) else []
    return own + [c for child in inner for c in containers(child)]


@slow
@given(broken())
def test_a_case_with_one_broken_place_is_read_or_refused_with_its_place(document: Any) -> None:  # noqa: ANN401 - any JSON
    check_refusal(document)


def test_the_round_trip_of_json_keeps_decimals_out_of_the_public_words() -> None:
    case = accepted(findings={"body.weight": {"value": 70.50, "unit": "kg"}})
    assert json.dumps(case_json(case))


@pytest.mark.parametrize(
    ("tablet", "pointer"),
    [
        ({"mg": "5", "gastro_resistant": True, "may_halve": True}, "/may_halve"),
        ({"mg": "5", "pack": 0}, "/pack"),
        ({"mg": "5", "pack": "28.5"}, "/pack"),
        ({"mg": "5", "gastro_resistant": "yes"}, "/gastro_resistant"),
    ],
)
def test_tablets_that_cannot_be(tablet: dict[str, Any], pointer: str) -> None:
    problems = refused(preferences={"taper": {"tablets": [tablet]}})
    assert [p.pointer for p in problems] == [f"/preferences/taper/tablets/0{pointer}"]


@pytest.mark.parametrize(
    ("pair", "wrong"), [(["1", "0"], []), (["0", "1"], []), (["0", "0"], [0, 1]), (["1", "-1"], [1])]
)
def test_of_alternate_doses_one_may_be_nothing(pair: list[str], wrong: list[int]) -> None:
    step = {"from": "2026-03-16", "days": 14, "alternate": pair}
    changes = {"preferences": {"taper": {"steps": [step]}}}
    if not wrong:
        assert accepted(**changes).preferences.taper.steps is not None
        return
    assert [p.pointer for p in refused(**changes)] == [f"/preferences/taper/steps/0/alternate/{at}" for at in wrong]
