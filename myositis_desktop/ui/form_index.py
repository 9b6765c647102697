"""What the forms hold, read from their .ui files without making a widget: sections, findings, order."""

from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree as ET

from PySide6.QtCore import QCoreApplication

from myositis_desktop.assets import asset

FORMS = ("patient", "clinical", "skin_organs", "laboratory", "antibodies", "biopsy", "history", "measures")
"""The files of forms/, in the order of the examination."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of a form under one heading."""

    name: str
    title: str
    findings: tuple[str, ...]
    short: str = ""
    """The title for the list; "" where the heading itself is short."""
    rest_absent: str = ""
    """The words of the button that sets the signs left open to absent; "" where that would be wrong."""


@dataclass(frozen=True, slots=True)
class FormInfo:
    """One .ui file."""

    name: str
    title: str
    sections: tuple[Section, ...]

    @property
    def findings(self) -> tuple[str, ...]:
        """Every finding of the form, in its order."""
        return tuple(f for s in self.sections for f in s.findings)


@cache
def form_index() -> tuple[FormInfo, ...]:
    """All forms. The .ui files are our own, so a file that cannot be read raises."""
    return tuple(_form(name) for name in FORMS)


def form_of(finding: str) -> str | None:
    """The form that holds a finding, or None."""
    return next((form.name for form in form_index() if finding in form.findings), None)


def form_bytes(name: str) -> bytes:
    """The .ui file of a form."""
    return asset("forms", f"{name}.ui").read_bytes()


def _form(name: str) -> FormInfo:
    root = ET.fromstring(form_bytes(name))  # noqa: S314 - a file of the program, never one from outside
    context = root.findtext("class", "")
    top = root.find("widget")
    if top is None:
        raise LookupError(f"{name}.ui holds no widget")
    frames = [w for w in top.iter("widget") if _property(w, "section")]
    return FormInfo(
        name, _translated(context, _property(top, "windowTitle")), tuple(_section(context, f) for f in frames)
    )


def _section(context: str, frame: ET.Element) -> Section:
    heading = next(w for w in frame.iter("widget") if _property(w, "role") == "heading")
    return Section(
        name=_property(frame, "section"),
        title=_translated(context, _property(heading, "text")),
        short=_translated(context, _property(frame, "short")),
        findings=tuple(f for w in frame.iter("widget") if (f := _property(w, "finding"))),
        rest_absent=_translated(context, _property(frame, "restAbsent")),
    )


def _property(widget: ET.Element, name: str) -> str:
    return next((p.findtext("string", "") for p in widget.findall("property") if p.get("name") == name), "")


def _translated(context: str, text: str) -> str:
    return QCoreApplication.translate(context, text) if text else ""
