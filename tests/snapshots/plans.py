"""Plans of many patients, each in a few dozen lines: what a change of the pack changes is seen in the difference.

The patients are the demonstration's, the examples of the pack, and those of edges.ndjson, who stand at the edge of a
condition. `python3 dev.py renew` writes the lines anew.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from myositis_desktop.assets import asset
from myositis_desktop.cli.knowledge import read_examples
from myositis_desktop.engine.decide import decide
from myositis_desktop.engine.pack import Pack
from myositis_desktop.exchange import case_sha256, read_case
from myositis_desktop.knowledge import load_pack, versions
from myositis_desktop.knowledge.check import EXAMPLE_OF
from myositis_desktop.model.case import Case
from myositis_desktop.model.plan_json import plan_line

FOLDER = Path(__file__).parent / "plans"
NUMBERS = ("value", "unit", "per_kg", "lowest", "highest", "days", "times_per_day", "infusions", "interval_days")


@cache
def patients() -> dict[str, Case]:
    """Every patient by the name of the snapshot."""
    catalogue = load_pack().catalogue
    found: dict[str, Case] = {}
    for file in sorted(asset("resources", "demo").iterdir(), key=lambda f: f.name):
        case, _ = read_case(file.read_bytes(), catalogue)
        if case is not None:
            found[file.name.removesuffix(".json")] = case
    examples = read_examples(asset("resources", "knowledge", versions()[-1]), catalogue)
    for case in (*examples, *read_examples(FOLDER.parent, catalogue, "edges.ndjson")):
        found[str(case.extras[EXAMPLE_OF]).replace(",", "").replace(" ", "-")] = case
    return found


def lines_of(case: Case, pack: Pack) -> tuple[str, ...]:
    """What a pack says of a patient: every word and number that a clinician acts on, with the rules behind it."""
    plan, problems = decide(case, pack, case_sha256(case))
    if plan is None:
        return tuple(f"refused {p}" for p in problems)
    return tuple(_lines(json.loads(plan_line(plan))))


def _lines(plan: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a plan
    assessed = plan["assessment"]
    scores = {k: v for k, v in assessed["classification"].items() if isinstance(v, str)}
    yield f"criteria {_flat(scores)} {_rules(assessed['classification'])}"
    for key in ("subtype", "severity", "cancer_risk"):
        yield f"{key} {assessed[key].get('id', assessed[key].get('level'))} {_rules(assessed[key])}"
    yield f"course {' '.join(c if isinstance(c, str) else c['id'] for c in assessed['course'])}"
    yield f"cancer tests {' '.join(assessed['cancer_risk'].get('tests', ()))}"
    yield f"cancer advice {_rules({'because': assessed['cancer_risk'].get('advice', ())})}"
    yield from (f"cancer {_flat(p)}" for p in assessed["cancer_risk"].get("panels", ()))
    if assessed.get("ici"):
        yield f"ici {assessed['ici']['proposed_grade']} {_rules(assessed['ici'])}"
    yield from (f"other {o['id']} {o.get('level')}" for o in assessed.get("other_criteria", ()))
    yield from (f"alert {a['id']} {a['level']} {_rules(a)}" for a in assessed["alerts"])
    if assessed.get("response"):
        yield f"response {_flat(assessed['response'])}"
    items = plan["treatment"]["items"]
    for item in items:
        if item["status"] != "not-indicated":
            yield from _item(item)
    yield " ".join(("not-indicated", *(f"{i['drug']}{_rules(i)}" for i in items if i["status"] == "not-indicated")))
    yield from (f"together {_flat(i, 'text', 'act')}" for i in plan["treatment"].get("interactions", ()))
    yield from _taper(plan.get("taper") or {})
    yield from (f"monitor {m['test']} {' '.join(m['on'])}" for m in plan["monitoring"])
    yield from (f"review {r['day']} {r['on']} {r['title']}" for r in plan.get("reviews", ()))
    yield from (f"ask {u['finding']}" for u in plan["undecided"][:3])
    yield f"facts {_flat(plan.get('facts') or {})}"


def _item(item: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a plan
    yield f"{item['drug']} {item['status']} {_rules(item)} {' '.join(item.get('needs') or ())}".rstrip()
    dose = item.get("dose") or {}
    if dose:
        yield f"  {_flat({k: dose[k] for k in NUMBERS if dose.get(k) is not None})} {dose['text']}"
    if dose.get("arithmetic"):
        yield f"  {dose['arithmetic']}"
    for key in ("trial_weeks", "step_up"):
        if item.get(key):
            yield f"  {key} {_flat(item[key])}"
    yield from (f"  - {text}" for text in item.get("counselling") or ())


def _taper(taper: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a plan
    if not taper or not taper.get("steps"):
        yield f"taper none {taper.get('reason') or ''}".rstrip()
        return
    yield f"taper {_flat({k: v for k, v in taper.items() if isinstance(v, str)})} {_rules(taper)}"
    yield f"  tablets {_flat(taper.get('tablets_total') or {})}"
    yield from (f"  {_flat(s)}" for s in taper["steps"])


def _rules(part: Any) -> str:  # noqa: ANN401 - any part of a plan
    found = dict.fromkeys(b["rule"] for b in part.get("because") or ())
    return f"[{' '.join(found)}]"


def _flat(value: Any, *but: str) -> str:  # noqa: ANN401 - any part of a plan
    """Values in one line, without brackets and quotes."""
    if isinstance(value, dict):
        return " ".join(f"{k}={_flat(v)}" for k, v in value.items() if v is not None and k not in but)
    return ",".join(_flat(v) for v in value) if isinstance(value, list) else str(value)


def write(names: Iterable[str] | None = None) -> None:
    """Write the snapshots anew and remove those of patients who are gone."""
    pack = load_pack()
    FOLDER.mkdir(exist_ok=True)
    for name in names or patients():
        text = "".join(f"{line}\n" for line in lines_of(patients()[name], pack))
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    for file in FOLDER.glob("*.txt"):
        if file.stem not in patients():
            file.unlink()


def kept(name: str) -> tuple[str, ...]:
    """The lines that were reviewed."""
    file = FOLDER / f"{name}.txt"
    return tuple(file.read_text(encoding="utf-8").splitlines()) if file.exists() else ()
