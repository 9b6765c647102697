"""A measure over the visits, as it is drawn on paper and in the window."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Points = tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """One chart: points in order of their days, all in one unit."""

    id: str
    """ck | dose | mmt8 | response | weight"""
    title: str
    unit: str
    points: Points
    limit: Decimal | None = None
    """The upper limit of normal."""
    logarithmic: bool = False
    stairs: bool = False
    """Each value holds until the next point; the last point is the end."""
    planned: Points = ()
    """What is planned from the last assessment on; stairs too."""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    """The ends of the scale, where it has any."""
