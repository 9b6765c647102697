"""Where a finding, a field or a problem stands among the pages of findings. No widgets."""

from myositis_desktop.model.problem import Problem
from myositis_desktop.ui.form_index import Section, form_index, form_of

THERAPY = "therapy"
"""Name of the page of treatments; it is no .ui form."""


def place_of(problem: Problem) -> tuple[str, str]:
    """Page and field of a problem by its JSON pointer; ("", "") where these pages have no field for it."""
    parts = [p.replace("~1", "/").replace("~0", "~") for p in problem.pointer.split("/")[1:]]
    match parts:
        case ["findings", id_, *_]:
            return form_of(id_) or "", id_
        case ["patient", field, *_]:
            return "patient", f"patient.{field}"
        case ["assessed_on", *_]:
            return "patient", "patient.assessed_on"
        case ["therapy", index, *_] if index.isdecimal():
            return THERAPY, index
        case ["visits", *_]:
            return "measures", "visits"
    return "", ""


def form_sections(name: str) -> tuple[str, ...]:
    """The names of the sections of a form."""
    return tuple(s.name for s in sections_of(name))


def sections_of(name: str) -> tuple[Section, ...]:
    """The sections of a form; none for the treatments."""
    return next((f.sections for f in form_index() if f.name == name), ())


def page_order() -> tuple[str, ...]:
    """The forms, with the treatments between history and activity."""
    names = [f.name for f in form_index()]
    names.insert(names.index("measures"), THERAPY)
    return tuple(names)


def page_of(place: str) -> str | None:
    """The page of a finding id, of patient.sex, of therapy or of visits."""
    if place.startswith("patient."):
        return "patient"
    if place.startswith(THERAPY):
        return THERAPY
    return "measures" if place.startswith("visits") else form_of(place)
