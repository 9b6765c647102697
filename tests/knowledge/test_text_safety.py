"""Safe writing (fact sheet, 9.3) in every text of the pack and in every plan: no text can be read as another dose."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from myositis_desktop.assets import asset
from myositis_desktop.documents.items import methotrexate_safety
from myositis_desktop.engine.decide import decide
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan import Plan
from myositis_desktop.model.plan_json import plan_json
from tests.engine.grid import cells, patched
from tests.strategies import cases

PACK = load_pack()
FOLDER = Path(str(asset("resources", "knowledge", PACK.version)))
RULES = {
    "trailing zero": re.compile(r"(?<![\d.])\d+\.\d*0(?![\d.])"),
    "naked decimal point": re.compile(r"(?<![\d.])\.\d"),
    "abbreviation": re.compile(
        r"\b(U|u|IU|QD|qd|QOD|qod|BID|bid|TID|tid|MS|MSO4|MgSO4|ug|cc|HS|SC|SQ|D/C|"
        r"MTX|AZA|MMF|IVIG|CYC|TAC|CSA|RTX|HCQ|JAKi|PLEX)\b(?!/L)|[µμ]g"
    ),
    "sign": re.compile(r"[@<>]"),
    "name without tall letters": re.compile(
        r"(?i:\b(?:methyl)?prednisolone|\bprednisone|\bazathioprine|\bcyclosporine|\brituximab|\binfliximab)"
    ),
}
TALL = re.compile(r"\b(methylPREDNISolone|prednisoLONE|predniSONE|azaTHIOprine|cycloSPORINE|riTUXimab|inFLIXimab)\b")
# What these keys hold is read by people; the rest is expressions, ids and citations.
TEXTS = frozenset(
    {
        "text", "arithmetic", "why", "act", "title", "if_no", "keys", "forms", "baseline", "hold", "ask", "kidney",
        "liver", "weight", "pregnancy", "lactation", "vaccines", "label", "patient_label", "base", "others", "plan",
        "note",
    }
)  # fmt: skip
# Findings have units of laboratory values and names of products; citations keep the words of their title.
NOT_ORDERS = ("findings.toml", "sources.toml", "lists.toml")


def faults(text: str) -> list[str]:
    """Which rules of safe writing a text breaks."""
    plain = TALL.sub("", text)
    return [name for name, rule in RULES.items() if rule.search(plain)]


def spoken(data: Any, key: str = "") -> Iterator[str]:  # noqa: ANN401 - any part of a TOML file
    """Every text under a key that people read."""
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from spoken(inner, name)
    elif isinstance(data, list):
        for inner in data:
            yield from spoken(inner, key)
    elif isinstance(data, str) and key in TEXTS:
        yield data


def files() -> list[Path]:
    return [f for f in sorted(FOLDER.rglob("*.toml")) if f.name not in NOT_ORDERS]


@pytest.mark.parametrize("file", files(), ids=lambda f: f.relative_to(FOLDER).as_posix())
def test_no_text_of_the_pack_is_unsafe(file: Path) -> None:
    texts = list(spoken(tomllib.loads(file.read_text(encoding="utf-8"))))
    assert [(found, text) for text in texts if (found := faults(re.sub(r"\{[^}]*\}", "", text)))] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("take 5.0 mg", "trailing zero"), ("take 0.50 mg", "trailing zero"), ("take .5 mg", "naked decimal point"),
        ("10 U of insulin", "abbreviation"), ("800 IU a day", "abbreviation"), ("15 mg SC", "abbreviation"),
        ("MTX 15 mg", "abbreviation"), ("50 µg", "abbreviation"), ("dose < 5 mg", "sign"),
        ("prednisone 5 mg", "name without tall letters"), ("Azathioprine 50 mg", "name without tall letters"),
    ],
)  # fmt: skip
def test_an_unsafe_text_is_seen(text: str, fault: str) -> None:
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "0.5 mg",
        "10 mg, 20 mg. Then 5 mg.",
        "100 U/L",
        "predniSONE 10 mg",
        "2026.11.0 of the pack",
        "methylPREDNISolone",
    ],
)
def test_a_safe_text_is_left_alone(text: str) -> None:
    assert faults(text) == []


# ---- plans


def told(plan: Plan) -> Iterator[str]:
    """Every text of a plan that is read by people, but for what the clinician wrote."""
    data = plan_json(plan)
    del data["knowledge"], data["product"]
    for item in data["treatment"]["items"]:
        yield from (str(part) for part in (item["dose"] or {}).values())
        yield from item["counselling"]
        yield from (f"{s['value']} {s['unit']}" for s in item.get("step_up", {}).get("steps", ()))
    for step in (data["taper"] or {}).get("steps", ()):
        yield f"{step['dose_mg']} mg {step.get('note') or ''}"
    yield from spoken(data)


def check(plan: Plan) -> None:
    wrong = [(text, found) for text in told(plan) if (found := faults(text))]
    assert not wrong, wrong


def test_no_text_of_any_plan_is_unsafe() -> None:
    for cell in list(cells())[::9]:
        plan, problems = decide(patched(cell, {}), PACK, "0" * 64)
        assert plan is not None, problems
        check(plan)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(cases(with_preferences=False))
def test_no_text_of_any_other_plan_is_unsafe(case: Case) -> None:
    plan, problems = decide(case, PACK, "0" * 64)
    assert plan is not None, problems
    check(plan)


@pytest.mark.soak
@settings(max_examples=1000, deadline=None, suppress_health_check=SLOW)
@given(cases(with_preferences=False))
def test_no_text_of_a_thousand_plans_is_unsafe(case: Case) -> None:
    plan, problems = decide(case, PACK, "0" * 64)
    assert plan is not None, problems
    check(plan)


def test_methotrexate_is_once_a_week_wherever_it_has_a_dose() -> None:
    seen = 0
    for cell in list(cells())[::9]:
        plan, _ = decide(patched(cell, {}), PACK, "0" * 64)
        assert plan is not None
        item = plan.item("methotrexate")
        if item.dose is None:
            continue
        seen += 1
        assert item.dose.unit == "mg/wk"
        assert "once a week on one named day, never daily" in item.dose.text.lower()
        assert {s.unit for s in item.step_up} <= {"mg/wk"}
        assert methotrexate_safety(item, plan)
    assert seen > 10
    assert PACK.catalogue.word("unit", "mg/wk") == "mg once a week"
