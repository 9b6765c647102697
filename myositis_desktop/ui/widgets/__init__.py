"""The controls of findings. Each holds one finding or none; none is unknown, and nothing is ever preset."""

from myositis_desktop.model.catalogue import FindingSpec
from myositis_desktop.ui.widgets.control import FindingControl
from myositis_desktop.ui.widgets.entries import DateControl, TextControl
from myositis_desktop.ui.widgets.mmt8 import Mmt8Field
from myositis_desktop.ui.widgets.quantity import QuantityField
from myositis_desktop.ui.widgets.segments import AntibodyControl, ChoiceControl, SignControl

CONTROLS: tuple[type[FindingControl], ...] = (
    SignControl, AntibodyControl, ChoiceControl, QuantityField, Mmt8Field, DateControl, TextControl,
)  # fmt: skip
"""The classes that a .ui file may name."""

_OF_KIND: dict[str, type[FindingControl]] = {
    "sign": SignControl,
    "antibody": AntibodyControl,
    "choice": ChoiceControl,
    "quantity": QuantityField,
    "date": DateControl,
}


def control_for(spec: FindingSpec) -> type[FindingControl]:
    """The class of control that fits a finding."""
    return Mmt8Field if spec.id == "measure.mmt8" else _OF_KIND[spec.kind]


__all__ = [
    "CONTROLS",
    "AntibodyControl",
    "ChoiceControl",
    "DateControl",
    "FindingControl",
    "Mmt8Field",
    "QuantityField",
    "SignControl",
    "TextControl",
    "control_for",
]
