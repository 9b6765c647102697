"""The antibodies of one blot in one grid: answer, strength of the band, and how the result is read, side by side."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from myositis_desktop.engine.pack import AntibodyCard, AntibodyPanel
from myositis_desktop.model.case import Finding, Findings
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.model.plan import AntibodyReading, Plan
from myositis_desktop.ui.pieces import card, row_of, text_label
from myositis_desktop.ui.widgets import AntibodyControl
from myositis_desktop.ui.widgets.edits import PlainEdit

KINDS = {"specific": "Myositis-specific antibodies", "associated": "Myositis-associated antibodies"}
_FITS = {True: "fits", False: "does not fit: confirm by another method", None: "fit not known yet"}


class BlotGrid(QWidget):
    """Every antibody of the catalogue with its answer; the assay written above goes with each answer given here."""

    answered = Signal(dict, str)
    """Findings by id (None: unknown again), and the id that was edited."""

    def __init__(self, catalogue: Catalogue, panel: AntibodyPanel) -> None:
        super().__init__()
        self._catalogue, self._panel = catalogue, panel
        self._findings: Mapping[str, Finding] = {}
        self.controls: dict[str, AntibodyControl] = {}
        self.strengths: dict[str, PlainEdit] = {}
        self.readings = {c.id: text_label("", "small") for c in panel.cards}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.assay = PlainEdit()
        self.assay.setPlaceholderText("line blot, ELISA …")
        self.assay.setMaxLength(80)
        self.assay.setFixedWidth(220)
        self.assay.setAccessibleName("Assay of the answers given here")
        column.addLayout(row_of(text_label("Assay of the answers given here", "strong", wrap=False), self.assay))
        for kind, title in KINDS.items():
            column.addWidget(self._block(title, [c for c in panel.cards if c.kind == kind]))

    def _block(self, title: str, cards: list[AntibodyCard]) -> QWidget:
        frame, column = card()
        column.addWidget(text_label(title, "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(3, 1)
        for at, head in enumerate(("Antibody", "Answer", "Strength", "Reading")):
            grid.addWidget(text_label(head, "caption", wrap=False), 0, at)
        for row, antibody in enumerate(cards, 1):
            self._add_row(grid, row, antibody)
        column.addLayout(grid)
        return frame

    def _add_row(self, grid: QGridLayout, row: int, antibody: AntibodyCard) -> None:
        spec = self._catalogue.findings[antibody.id]
        name = text_label(spec.label, wrap=False)
        name.setToolTip(about(antibody))
        name.setContentsMargins(0, 6, 0, 0)
        control = self.controls[antibody.id] = AntibodyControl()
        control.bind(spec, self._catalogue.lists)
        control.setAccessibleName(spec.label)
        control.changed.connect(partial(self._answer, antibody.id))
        control.stepped.connect(partial(self._step, antibody.id))
        control.setFixedWidth(control.sizeHint().width())
        strength = self.strengths[antibody.id] = PlainEdit()
        strength.setPlaceholderText("strong …")
        strength.setMaxLength(80)
        strength.setFixedWidth(120)
        strength.setAccessibleName(f"Strength of {spec.label}")
        strength.editingFinished.connect(partial(self._set_strength, antibody.id))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(name, row, 0, top)
        grid.addWidget(control, row, 1, top)
        grid.addWidget(strength, row, 2, top)
        grid.addWidget(self.readings[antibody.id], row, 3, top)

    def load(self, findings: Findings) -> None:
        """Show the answers of a case."""
        self._findings = findings
        for id_, control in self.controls.items():
            finding = findings.get(id_)
            if finding != control.value():
                control.set_finding(finding)
            strength = self.strengths[id_]
            strength.setEnabled(finding is not None)
            if not strength.hasFocus():
                strength.setText((finding.strength or "") if finding else "")

    def show_plan(self, plan: Plan) -> None:
        """How each positive or weak answer is read."""
        of = {r.id: r for r in plan.antibodies}
        for antibody in self._panel.cards:
            self.readings[antibody.id].setText(reading_text(of.get(antibody.id)))

    def _answer(self, id_: str) -> None:
        finding = self.controls[id_].value()
        assay = self.assay.text().strip()
        if finding is not None and finding.assay is None and assay:
            finding = replace(finding, assay=assay)
        self.answered.emit({id_: finding}, id_)

    def _set_strength(self, id_: str) -> None:
        finding = self._findings.get(id_)
        strength = self.strengths[id_].text().strip() or None
        if finding is not None and finding.strength != strength:
            self.answered.emit({id_: replace(finding, strength=strength)}, id_)

    def _step(self, id_: str, step: int) -> None:
        order = list(self.controls)
        at = order.index(id_) + step
        if 0 <= at < len(order):
            self.controls[order[at]].setFocus(Qt.FocusReason.TabFocusReason)


def about(antibody: AntibodyCard) -> str:
    """What the catalogue says of an antibody, one line each."""
    lines = (
        ("", antibody.phenotype),
        ("Lung: ", antibody.ild),
        ("Cancer: ", antibody.cancer),
        ("Heart: ", antibody.heart),
        ("Line blot: ", antibody.pitfalls),
    )
    text = "\n".join(f"{head}{words}" for head, words in lines if words)
    return text if antibody.confidence == "high" else f"{text}\n(to be verified by a clinician)"


def reading_text(reading: AntibodyReading | None) -> str:
    """One line in the grid; nothing for an antibody that is neither positive nor weak."""
    if reading is None:
        return ""
    weak = "weak band: confirm by another method; " if reading.answer == "weak" else ""
    return f"{(weak + _FITS[reading.fits]).capitalize()}."
