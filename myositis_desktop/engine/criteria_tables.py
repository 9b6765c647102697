"""Classification sets that are tables of rows, three-valued: what holds, what else could hold, what is missing."""

from myositis_desktop.engine.logic import unique
from myositis_desktop.engine.pack import CriteriaTable, Wording
from myositis_desktop.engine.sheet import FactSheet, Row
from myositis_desktop.model.plan import OtherCriteria, Reason

NOT_BUILT_IN = "not-built-in"


def judged(table: CriteriaTable, sheet: FactSheet, wording: Wording) -> OtherCriteria:
    """The level of one set; a set without rows says that its source must be checked, and never guesses."""
    if not table.rows:
        named = Reason(NOT_BUILT_IN, wording.texts[NOT_BUILT_IN], (), table.sources)
        return OtherCriteria(table.id, NOT_BUILT_IN, table.confidence, (named,))
    held = [(row, row.when.read(sheet.values)) for row in table.rows]
    at = next(n for n, (_, holds) in enumerate(held) if holds is True)
    still_open = [row for row, holds in held[:at] if holds is None]
    row = table.rows[at]
    level = _level(row, sheet)
    last = at == len(table.rows) - 1
    return OtherCriteria(
        id=table.id,
        level=None if last and still_open else level,
        confidence=table.confidence,
        because=() if last and still_open else _because(table, row, sheet),
        could_be=tuple(dict.fromkeys(w for r in still_open if (w := _level(r, sheet)) != level)),
        note=table.note,
        missing=unique(r.when.missing(sheet) for r in still_open if _level(r, sheet) != level),
    )


def _level(row: Row, sheet: FactSheet) -> str:
    return "" if row.then is None else str(row.then.read(sheet.values))


def _because(table: CriteriaTable, row: Row, sheet: FactSheet) -> tuple[Reason, ...]:
    """The row with its findings; for "not met" those that keep the easiest of its levels from holding."""
    speaks = table.rows[-2] if row is table.rows[-1] else row
    return (Reason(row.rule, row.text, speaks.when.support(sheet), row.sources),)
