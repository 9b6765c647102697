"""How old the knowledge is on the day it is used: told from the ninth month on, and on every plan once it expired."""

from datetime import date

from myositis_desktop.engine.pack import Pack

WARNED_AFTER_MONTHS = 9


def age_notice(pack: Pack, day: date) -> str:
    """What must be said about the age of the pack on a day; "" where it is young enough."""
    if day > pack.expires:
        key = "knowledge-expired"
    elif day >= _months_after(pack.made, WARNED_AFTER_MONTHS):
        key = "knowledge-ageing"
    else:
        return ""
    return pack.wording.texts[key].format(version=pack.version, made=pack.made, expires=pack.expires)


def expired_notice(pack: Pack, day: date) -> str:
    """As `age_notice`, and only once the pack has expired: what stands on a plan."""
    return age_notice(pack, day) if day > pack.expires else ""


def _months_after(day: date, months: int) -> date:
    """The same day so many months later; the 28th where that month may be too short."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))
