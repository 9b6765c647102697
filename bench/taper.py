"""A taper over two years with its tablets, and the redrawing of table and chart after a step was moved."""

import os
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from time import process_time

from myositis_desktop.engine.tablets import tablets_at_hand
from myositis_desktop.engine.taper import TaperRequest, build
from myositis_desktop.engine.taper_edits import moved, steps_of
from myositis_desktop.knowledge import load_pack
from myositis_desktop.model.case import TaperPreferences
from myositis_desktop.model.plan import Taper

RUNS = 30


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """Medians."""

    two_years: float
    """Start dose to dated steps with their tablets, another dose each time, so that no way of paying is remembered."""
    redraw: float
    """The steps moved by a day, worked out again, table and both charts drawn."""


def milliseconds() -> Milliseconds:
    """Measure both."""
    pack = load_pack()
    request = TaperRequest(
        drug="prednisone",
        dose_mg=Decimal(60),
        starts=date(2027, 1, 4),
        schedule=pack.schedules["jdm-printo"],
        tablets=tablets_at_hand(TaperPreferences(), pack.taper_rules),
        rules=pack.taper_rules,
    )
    spent = []
    taper = _made(request)
    for run in range(1, RUNS + 1):
        start = process_time()
        _made(replace(request, dose_mg=request.dose_mg - run))
        spent.append(process_time() - start)
    return Milliseconds(median(spent) * 1000, _redraw(request, taper))


def _made(request: TaperRequest) -> Taper:
    taper = build(request).taper
    if taper is None:
        raise SystemExit("the request gives no taper")
    return taper


def _redraw(request: TaperRequest, taper: Taper) -> float:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the platform is set first

    from myositis_desktop.ui.taper_chart import SumChart, TaperChart  # noqa: PLC0415 - as above
    from myositis_desktop.ui.taper_table import TaperTable  # noqa: PLC0415 - as above

    app = QApplication.instance() or QApplication([])
    table, charts = TaperTable(), (TaperChart(), SumChart())
    for widget in (table, *charts):
        widget.resize(960, 600)
        widget.show()
    steps, spent = steps_of(taper, request.rules), []
    for run in range(RUNS):
        start = process_time()
        later = moved(steps, taper.starts + timedelta(days=run))
        made = _made(replace(request, edited=later))
        table.show_taper(made)
        table.repaint()
        for chart in charts:
            chart.show_taper(made)
            chart.repaint()
        app.processEvents()
        spent.append(process_time() - start)
    return median(spent) * 1000
