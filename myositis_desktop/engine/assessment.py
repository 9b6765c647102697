"""What the assessment says beside the judgements: antibodies, the search for cancer, checks that are to be done."""

from collections.abc import Iterable

from myositis_desktop.engine.logic import unique
from myositis_desktop.engine.pack import AntibodyCard, CancerSearch, CheckRow, Pack
from myositis_desktop.engine.sheet import FactSheet, Row
from myositis_desktop.model.plan import AntibodyReading, Because, CancerRisk, Check, IciWorkup, Reason

_FITS = {True: "antibody-fits", False: "antibody-does-not-fit", None: "antibody-fit-open"}
ICI_GRADE = "ici-proposed-grade"


def antibodies(pack: Pack, sheet: FactSheet) -> tuple[AntibodyReading, ...]:
    """Every positive or weak antibody of the catalogue, read against the rest of the findings."""
    found = [card for card in pack.antibodies.cards if sheet.get(f"seen.{card.id}") is True]
    return tuple(_reading(pack, card, sheet) for card in found)


def _reading(pack: Pack, card: AntibodyCard, sheet: FactSheet) -> AntibodyReading:
    fits = card.fits.value(sheet)
    because = (
        Reason(card.id.replace(".", "-"), f"{card.phenotype}.", (card.id,), card.sources),
        pack.wording.reason(_FITS[fits], card.fits.support(sheet) if fits is not None else ()),
    )
    return AntibodyReading(card.id, "weak" if sheet.get(f"weak.{card.id}") is True else "positive", fits, because)


def antibody_notes(pack: Pack, sheet: FactSheet) -> Because:
    """The warnings about the blot that hold."""
    return holding(pack.antibodies.notes, sheet)


def holding(rows: Iterable[Row], sheet: FactSheet) -> Because:
    """The reasons of all rows that surely hold."""
    return tuple(sheet.reason(row) for row in rows if row.when.value(sheet) is True)


def cancer_risk(search: CancerSearch, sheet: FactSheet) -> CancerRisk:
    """Tier, factors, panels with their timing, and advice; tests that the sex has no organ for are left out."""
    level, sex = str(sheet.get("cancer-risk")), sheet.get("sex")

    def fits(test: str) -> bool:
        return sex is None or search.only_for.get(test, sex) == sex

    panels = tuple(
        type(panel)(panel.id, panel.timing, tuple(t for t in panel.tests if fits(t)))
        for levels, panel in search.panels
        if level in levels
    )
    tests = unique(p.tests for p in panels)
    return CancerRisk(level, sheet.reasons("cancer-risk"), tests, panels, holding(search.advice, sheet))


def ici(pack: Pack, sheet: FactSheet) -> IciWorkup | None:
    """Grade and checks of checkpoint-inhibitor myositis; None in every other subtype."""
    if sheet.get("ici-myositis") is not True:
        return None
    checks = checked(pack.ici_checks, sheet)
    complete = all(c.status == "done" for c, row in zip(checks, pack.ici_checks, strict=True) if row.needed)
    return IciWorkup(str(sheet.get(ICI_GRADE)), sheet.reasons(ICI_GRADE), checks, complete)


def checked(rows: Iterable[CheckRow], sheet: FactSheet) -> tuple[Check, ...]:
    """Each check as done, not done or not needed; one whose need is not known counts as needed."""
    return tuple(_check(row, sheet) for row in rows)


def _check(row: CheckRow, sheet: FactSheet) -> Check:
    values = sheet.values
    missing = tuple([f for f in row.findings if values[f] is None])
    known = bool(row.findings) and not missing
    done = known if row.done is None else row.done.read(values) is True
    needed = row.when.read(values) is not False
    status = "done" if done else "not-done" if needed else "not-needed"
    open_ = missing if status == "not-done" else ()
    return Check(row.id, status, row.text, open_, row.group, row.note, recorded=bool(row.findings))
