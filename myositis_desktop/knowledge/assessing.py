"""Loads what the assessment reads: antibodies.toml, workup.toml and the search for cancer of assessment.toml."""

from collections.abc import Iterator
from importlib.resources.abc import Traversable

from myositis_desktop.engine.pack import AntibodyCard, AntibodyPanel, CancerSearch, CheckRow
from myositis_desktop.engine.sheet import Definition
from myositis_desktop.knowledge.tables import Place, facts, open_file, row
from myositis_desktop.model.plan import CancerPanel, Reason


def load_antibodies(folder: Traversable, definitions: dict[str, Definition]) -> AntibodyPanel:
    """The antibody catalogue; its facts join the definitions."""
    place = open_file(folder, "antibodies.toml")
    definitions |= ((d.id, d) for d in facts(place))
    found = AntibodyPanel(
        cards=tuple(_antibody(p) for p in place.tables("antibody")),
        notes=tuple(row(p) for p in place.tables("note")),
        standing=tuple(
            Reason(f"blot-standing-{n}", p.take("text", str), (), p.texts("sources"))
            for n, p in enumerate(place.tables("standing"), 1)
        ),
    )
    place.done()
    return found


def _antibody(place: Place) -> AntibodyCard:
    words = {key: place.take(key, str) for key in ("id", "kind", "phenotype", "ild", "cancer", "heart", "pitfalls")}
    fits = place.parsed(place.take("fits", str))
    found = AntibodyCard(**words, fits=fits, confidence=place.take("confidence", str), sources=place.texts("sources"))
    place.done()
    return found


def load_workup(folder: Traversable, definitions: dict[str, Definition]) -> tuple[CheckRow, ...]:
    """What is done before treatment; its facts join the definitions."""
    place = open_file(folder, "workup.toml")
    definitions |= ((d.id, d) for d in facts(place))
    found = tuple(load_checks(place, "item"))
    place.done()
    return found


def load_checks(place: Place, key: str) -> Iterator[CheckRow]:
    """The checks of an array of tables."""
    for one in place.tables(key):
        text = one.take("text", str, None) or one.take("label", str)
        found = CheckRow(
            id=one.take("id", str),
            text=text,
            when=one.parsed(one.take("when", str, "true")),
            findings=one.texts("findings", []),
            done=one.expr("done", None),
            group=one.take("group", str, ""),
            note=one.take("note", str, ""),
            needed=one.take("needed", bool, False),
        )
        one.done()
        yield found


def load_cancer_search(place: Place) -> CancerSearch:
    """Panels, advice and the sex that some tests are for, out of assessment.toml."""
    panels = []
    for one in place.tables("cancer_panel"):
        panel = CancerPanel(one.take("id", str), one.take("timing", str), one.texts("tests"))
        panels.append((frozenset(one.texts("levels")), panel))
        one.done()
    advice = tuple(row(p) for p in place.tables("cancer_advice"))
    return CancerSearch(tuple(panels), advice, place.table("cancer_test_sex").data)
