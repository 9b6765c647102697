"""Loads criteria/*.toml: the weighted classification set, and the sets that are tables of rows."""

from decimal import Decimal
from importlib.resources.abc import Traversable

from myositis_desktop.engine.logic import Literal
from myositis_desktop.engine.pack import Criteria, CriteriaItem, CriteriaModel, CriteriaTable
from myositis_desktop.engine.sheet import Definition
from myositis_desktop.knowledge.tables import Place, facts, open_file, row

WEIGHTED = "eular-acr-2017"
CONFIDENCES = ("high", "medium", "low")


def load_criteria(folder: Traversable) -> Criteria:
    """The weighted set."""
    place = open_file(folder, "criteria", f"{WEIGHTED}.toml")
    models = tuple(_model(p) for p in place.tables("model"))
    found = Criteria(
        id=place.take("id", str),
        models=models,
        items=tuple(_criteria_item(p, tuple(m.id for m in models)) for p in place.tables("item")),
        lowest_level=place.take("lowest_level", str),
        probability_levels=tuple((w, Decimal(p)) for w, p in place.take("probability_levels", list)),
        subgroup_levels=place.texts("subgroup_levels"),
        subgroups=tuple(row(p) for p in place.tables("subgroup")),
        sources=place.texts("sources"),
        text=place.take("text", str),
    )
    place.done()
    return found


def _model(place: Place) -> CriteriaModel:
    offset = Decimal(place.take("offset", str))
    cut_offs = tuple((word, least) for word, least in place.take("cut_offs", list))
    found = CriteriaModel(place.take("id", str), place.when(), offset, cut_offs)
    place.done()
    return found


def _criteria_item(place: Place, models: tuple[str, ...]) -> CriteriaItem:
    tenths = {m: points for m in models if (points := place.take(m, int, None)) is not None}
    found = CriteriaItem(place.take("id", str), place.take("label", str), place.when(), tenths)
    place.done()
    return found


def load_other_criteria(folder: Traversable, definitions: dict[str, Definition]) -> tuple[CriteriaTable, ...]:
    """Every other set, those built in first, each in the order of its name; their facts join the definitions."""
    files = sorted(f.name for f in folder.joinpath("criteria").iterdir() if f.name.endswith(".toml"))
    found = [_table(open_file(folder, "criteria", name), definitions) for name in files if name != f"{WEIGHTED}.toml"]
    return tuple(sorted(found, key=lambda t: not t.rows))


def _table(place: Place, definitions: dict[str, Definition]) -> CriteriaTable:
    definitions |= {d.id: d for d in facts(place)}
    sources, confidence = place.texts("sources"), place.take("confidence", str)
    if confidence not in CONFIDENCES:
        raise place.fault(f"confidence must be one of {', '.join(CONFIDENCES)}")
    built_in = place.take("built_in", bool, True)
    rows = tuple(row(p, sources) for p in place.tables("row"))
    if built_in != bool(rows):
        raise place.fault("a set that is built in has rows, one that is not has none")
    if rows and not (isinstance(rows[-1].when, Literal) and rows[-1].when.constant is True):
        raise place.fault('its last row must be `when = "true"`')
    found = CriteriaTable(place.take("id", str), confidence, sources, rows, place.take("note", str, ""))
    place.done()
    return found
