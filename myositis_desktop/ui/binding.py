"""The one binder between .ui forms and findings: an input names its finding, the rest comes from the catalogue."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, Signal
from PySide6.QtUiTools import QUiLoader
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from myositis_desktop.errors import BugError
from myositis_desktop.model.case import Findings
from myositis_desktop.model.catalogue import Catalogue, FindingSpec
from myositis_desktop.ui.form_index import form_bytes
from myositis_desktop.ui.widgets import CONTROLS, FindingControl

LABEL_CHARACTERS = 21


class FindingsForm(QWidget):
    """A form of forms/ with its controls bound to the catalogue.

    Input widgets carry the dynamic property `finding`; those of the patient carry `patient` and are left to
    `PatientFields`. Raises BugError where a form names an id or a class that does not exist.
    """

    finding_changed = Signal(str, object)
    """Id, and the finding as it is now; None is unknown."""
    marked = Signal()
    """What is written somewhere has become a problem, or is none any more."""
    stepped_out = Signal(int)
    """The clinician went on past the last control (1) or back past the first (-1)."""

    def __init__(self, name: str, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._catalogue = catalogue
        self.root = load_ui(name, self)
        self.setMaximumWidth(self.root.maximumWidth())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.root)
        found = self.root.findChildren(FindingControl)
        self.controls = {str(c.property("finding")): c for c in found if c.property("finding")}
        self.patient_controls = {str(c.property("patient")): c for c in found if c.property("patient")}
        for id_, control in self.controls.items():
            self._bind(id_, control)
        self._connect_steps()
        fit_labels(self.root)

    def _bind(self, id_: str, control: FindingControl) -> None:
        spec = self._catalogue.findings.get(id_)
        if spec is None:
            raise BugError(f"{self.name}.ui: {id_} is not a finding of the catalogue")
        control.bind(spec, self._catalogue.lists)
        control.changed.connect(partial(self._tell, id_))
        self._label(control, spec)

    def _label(self, control: FindingControl, spec: FindingSpec) -> None:
        label = self.root.findChild(QLabel, f"label_{control.objectName()}")
        if label is not None:
            label.setText(spec.label)
            label.setToolTip(spec.help)

    def _tell(self, id_: str) -> None:
        self.finding_changed.emit(id_, self.controls[id_].value())

    # Going on

    def _connect_steps(self) -> None:
        self._order = [*self.patient_controls.values(), *self.controls.values()]
        for at, control in enumerate(self._order):
            control.stepped.connect(partial(self._step, at))
            control.marked.connect(self.marked)

    def _step(self, at: int, step: int) -> None:
        if 0 <= at + step < len(self._order):
            focus(self._order[at + step])
        else:
            self.stepped_out.emit(step)

    def go_on_from(self, id_: str) -> None:
        """Put the keyboard on the control after the one of a finding."""
        self._step(self._order.index(self.controls[id_]), 1)

    def focus_end(self, first: bool) -> None:
        """Put the keyboard on the first or the last control."""
        focus(self._order[0 if first else -1])

    # Findings

    def load(self, findings: Findings, *, afresh: bool = False) -> None:
        """Show the findings of a case.

        A control that already holds the same finding is left alone, so that text which cannot be read stays;
        with `afresh`, for another patient, nothing stays.
        """
        for id_, control in self.controls.items():
            finding = findings.get(id_)
            if afresh or finding != control.value():
                control.set_finding(finding)

    def known(self) -> int:
        """How many findings of the form are known."""
        return sum(c.value() is not None for c in self.controls.values())

    def completeness(self) -> str:
        """4/23."""
        return f"{self.known()}/{len(self.controls)}"

    def show_problem(self, id_: str, text: str) -> bool:
        """Show a problem at the control of an id; whether there is one."""
        control = self.controls.get(id_) or self.patient_controls.get(id_)
        if control is not None:
            control.show_problem(text)
        return control is not None

    def clear_problems(self, keep: Iterable[str] = ()) -> None:
        """Take away the problems that other layers showed, but at the ids of `keep`."""
        kept = set(keep)
        for id_, control in {**self.controls, **self.patient_controls}.items():
            if id_ not in kept:
                control.show_problem("")


def load_ui(name: str, parent: QWidget) -> QWidget:
    """The widget of a form file, with our own controls in it."""
    loader = _loader(parent)
    buffer = QBuffer()
    buffer.setData(form_bytes(name))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    root = loader.load(buffer, parent)
    if not isinstance(root, QWidget):
        raise BugError(f"{name}.ui: {loader.errorString()}")
    return root


def _loader(parent: QObject) -> QUiLoader:
    loader = QUiLoader(parent)
    for control in CONTROLS:
        loader.registerCustomWidget(control)
    return loader


def fit_labels(root: QWidget) -> None:
    """One width for all labels of a form, so that the controls stand in one line; longer labels wrap.

    The form may say how many characters fit, in its dynamic property `labelCharacters`.
    """
    characters = int(root.property("labelCharacters") or LABEL_CHARACTERS)
    for rows in root.findChildren(QFormLayout):
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    labels = [label for label in root.findChildren(QLabel) if label.buddy() is not None]
    metrics = root.fontMetrics()
    widest = max((metrics.horizontalAdvance(label.text()) for label in labels), default=0) + 4
    for label in labels:
        label.setFixedWidth(min(widest, metrics.averageCharWidth() * characters))
        label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 6, 0, 0)


def focus(control: QWidget) -> None:
    """Put the keyboard on a control, its text selected."""
    target = control.focusProxy() or control
    target.setFocus(Qt.FocusReason.TabFocusReason)
