"""A quantity: a plain field, its unit, for laboratory values the upper limit. Empty is unknown."""

from decimal import Decimal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from myositis_desktop.errors import BugError
from myositis_desktop.exchange.findings import quantity_finding, scale_of
from myositis_desktop.model.case import Finding, Quantity
from myositis_desktop.model.catalogue import FindingSpec, Unit
from myositis_desktop.ui.widgets.control import FindingControl, Lists, Note
from myositis_desktop.ui.widgets.details import open_details
from myositis_desktop.ui.widgets.edits import PlainEdit, set_property
from myositis_desktop.ui.widgets.numbers import (
    Unreadable,
    from_first,
    multiple,
    number_text,
    read_number,
    rounded,
)
from myositis_desktop.ui.widgets.units import UnitButton, unit_text

_LONGEST = 24
_UNIT_CHARACTERS = 15


class QuantityField(FindingControl):
    """A number as it is written, in one of the units of the catalogue.

    What cannot be read or is not possible stays in the field and is not part of the finding; what is implausible
    is used and marked. The dynamic property `firstUnitOnly` keeps the field to one unit (weight: kilograms).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.row = QHBoxLayout()
        self.row.setSpacing(6)
        column.addLayout(self.row)
        self.edit = self._new_edit(8)
        self.limit: PlainEdit | None = None
        self._unit_button: UnitButton | None = None
        self._dots: QToolButton | None = None
        self._lower: Decimal | None = None
        """The lower limit as it was written; it is entered among the details."""
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def bind(self, spec: FindingSpec, lists: Lists) -> None:
        self._unit_button = UnitButton(spec.units[:1] if self.property("firstUnitOnly") else spec.units, self)
        self._unit_button.chosen.connect(self._reread)
        self._unit_button.stepped.connect(self.stepped)
        self.row.addWidget(self.edit)
        self.row.addWidget(self._unit_button)
        if spec.takes_limit:
            self._unit_button.set_characters(_UNIT_CHARACTERS)
            self.limit = self._new_edit(6)
            self.limit.setPlaceholderText(self.tr("limit"))
            self.limit.setToolTip(self.tr("Upper limit of normal of the laboratory, in the same unit"))
            self.row.addWidget(self.limit)
        self.row.addStretch(1)
        super().bind(spec, lists)

    @property
    def unit_button(self) -> UnitButton:
        """The unit of a control that is bound."""
        if self._unit_button is None:
            raise BugError("a quantity field is used before it is bound")
        return self._unit_button

    def _new_edit(self, characters: int) -> PlainEdit:
        edit = PlainEdit(self)
        edit.setMaxLength(_LONGEST)
        edit.set_characters(characters)
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.textEdited.connect(self._typed)
        edit.entered.connect(self._show_dots)
        edit.left.connect(self._left)
        edit.asked.connect(self._open_details)
        edit.stepped.connect(lambda step: self._step(edit, step))
        return edit

    # What is written

    @property
    def mark(self) -> str:
        """The decimal mark of the locale."""
        return self.locale().decimalPoint()

    def unit(self) -> Unit:
        """The unit that is chosen."""
        return self.unit_button.unit

    def is_read(self) -> bool:
        return not self.edit.text().strip() or self._finding is not None

    def is_wrong(self) -> bool:
        return super().is_wrong() or (self.limit is not None and bool(self._limit_problem(self.limit)))

    def state_text(self) -> str:
        text = self.edit.text().strip()
        return f"{text} {unit_text(self.unit())}" if text else self.tr("unknown")

    def keys_text(self) -> str:
        return self.tr("Empty is unknown; Enter goes on, F2 details")

    def notes(self) -> tuple[Note, ...]:
        bad = self._why_not(self.edit, self.spec)
        if bad:
            return (Note("red", bad),)
        out = []
        if self.limit is not None and (wrong := self._limit_problem(self.limit)):
            out.append(Note("red", wrong))
        elif self.limit is not None and self.limit.text().strip() and self._finding is None:
            out.append(Note("amber", self.tr("The limit counts once there is a value.")))
        if unusual := self._unusual():
            out.append(Note("amber", unusual))
        if (known := self._finding) is not None:
            texts = (self._against_limit(known), self._below_limit(known), self._as_written(known))
            out += [Note("note", t) for t in texts if t]
        return tuple(out)

    def _typed(self) -> None:
        self._edit(self._read())
        soon = any(n.level != "note" for n in self.notes())
        if soon:
            self.show_notes_soon()
        else:
            self.show_notes()

    def _reread(self) -> None:
        self._edit(self._read())
        self.show_notes()

    def _read(self) -> Finding | None:
        """The finding that the fields write; the number typed is kept as it is, in the unit chosen."""
        number = read_number(self.edit.text(), self.mark)
        if isinstance(number, Unreadable) or self._range_problem(number):
            return None
        upper, lower = self._limit_number(self.limit), self._lower
        return quantity_finding(
            self.spec,
            Quantity(number, self.unit().symbol),
            uln=upper,
            lln=None if self._limits_cross(upper) else lower,
            on=self.details.on,
        )

    def _limits_cross(self, upper: Decimal | None) -> bool:
        return upper is not None and self._lower is not None and self._lower >= upper

    def _limit_number(self, edit: PlainEdit | None) -> Decimal | None:
        number = read_number(edit.text(), self.mark) if edit is not None else None
        fits = isinstance(number, Decimal) and number > 0 and self.unit().to_first(number) > 0
        return number if isinstance(number, Decimal) and fits else None

    # What is said of it

    def _why_not(self, edit: PlainEdit, spec: FindingSpec) -> str:
        text = edit.text().strip()
        if not text:
            return ""
        number = read_number(text, self.mark)
        if isinstance(number, Unreadable):
            return self._unreadable(number)
        return self._range_problem(number) if spec.possible else ""

    def _unreadable(self, why: Unreadable) -> str:
        if why is Unreadable.MARK:
            return self.tr("Not used: write it without separators, the decimal as {example}.").format(
                example=f"12{self.mark}5"
            )
        return self.tr("Not used: this needs a number, such as {example}.").format(example=f"12{self.mark}5")

    def _range_problem(self, number: Decimal) -> str:
        unit = self.unit()
        bounds = scale_of(unit.symbol)
        if bounds and not bounds[0] <= number <= bounds[1]:
            return self.tr("Not used: this scale goes from {low} to {high}.").format(low=bounds[0], high=bounds[1])
        possible = self.spec.possible
        if possible and not possible[0] <= unit.to_first(number) <= possible[1]:
            return self.tr("Not used: only {range} is possible.").format(range=self._range(possible))
        return ""

    def _unusual(self) -> str:
        plausible, known = self.spec.plausible, self._finding
        if known is None or plausible is None or not isinstance(known.value, Decimal):
            return ""
        if plausible[0] <= known.value <= plausible[1]:
            return ""
        return self.tr("Please check: mostly {range}. It is used as written.").format(range=self._range(plausible))

    def _range(self, ends: tuple[Decimal, Decimal]) -> str:
        unit = self.unit()
        low, high = (
            number_text(rounded(from_first(end, unit), 4, up), self.mark)
            for end, up in zip(ends, (True, False), strict=True)
        )
        return self.tr("{low} to {high} {unit}").format(low=low, high=high, unit=unit_text(unit))

    def _limit_problem(self, limit: PlainEdit) -> str:
        upper = self._limit_number(limit)
        if self._limits_cross(upper):
            return self.tr("The lower limit is not used: it is not below the upper one.")
        if not limit.text().strip() or upper is not None:
            return ""
        return self.tr("The limit is not used: it needs a number above 0, such as {example}.").format(
            example=f"12{self.mark}5"
        )

    def _against_limit(self, known: Finding) -> str:
        if known.uln is None or known.uln <= 0 or not isinstance(known.value, Decimal):
            return ""
        if known.value <= known.uln:
            return self.tr("within the limit")
        times = number_text(multiple(known.value, known.uln), self.mark)
        return self.tr("{times} × the limit").format(times=times)

    def _below_limit(self, known: Finding) -> str:
        if known.lln is None or not isinstance(known.value, Decimal) or known.value >= known.lln:
            return ""
        lower = number_text(known.entered_lln or known.lln, self.mark)
        return self.tr("below the lower limit of {lower}").format(lower=lower)

    def _as_written(self, known: Finding) -> str:
        """What a case file says in a unit that this field does not offer, as pounds."""
        written = known.entered
        if written is None or written.unit == self.unit().symbol:
            return ""
        unit = self.spec.unit(written.unit)
        return self.tr("written as {value} {unit}").format(
            value=number_text(written.value, self.mark), unit=unit_text(unit) if unit else written.unit
        )

    # Showing

    def _show(self) -> None:
        known = self._finding
        self._lower = (known.entered_lln or known.lln) if known is not None else None
        written = known.entered if known is not None else None
        same_unit = written is not None and self.unit_button.set_unit(written.unit)
        if not same_unit:
            self.unit_button.set_unit(self.spec.units[0].symbol)
        self.edit.setText(self._number_shown(known, same_unit))
        if self.limit is not None:
            self.limit.setText(self._limit_shown(known, same_unit))

    def _number_shown(self, known: Finding | None, same_unit: bool) -> str:
        if known is None or not isinstance(known.value, Decimal):
            return ""
        if known.entered is not None and same_unit:
            return number_text(known.entered.value, self.mark)
        exact = known.entered is None
        return number_text(known.value if exact else known.value.quantize(Decimal("0.01")), self.mark)

    def _limit_shown(self, known: Finding | None, same_unit: bool) -> str:
        if known is None or known.uln is None:
            return ""
        return number_text(known.entered_uln if same_unit and known.entered_uln is not None else known.uln, self.mark)

    def show_notes(self) -> None:
        super().show_notes()
        set_property(self.edit, "wrong", "true" if self._why_not(self.edit, self.spec) or self._outside else "false")
        if self.limit is not None:
            set_property(self.limit, "wrong", "true" if self._limit_problem(self.limit) else "false")
        if self._has_details() or self._dots is not None:
            self._show_dots()

    def _has_details(self) -> bool:
        return bool(self.details.text()) or self._lower is not None

    def _describe(self) -> None:
        super()._describe()
        label = self.spec.label
        self.edit.setAccessibleName(self.accessibleName())
        self.edit.setAccessibleDescription(self.accessibleDescription())
        self.edit.setToolTip(self.toolTip())
        if self._unit_button is not None:
            self._unit_button.setAccessibleName(self.tr("{label}: unit").format(label=label))
            self._unit_button.setAccessibleDescription(self._unit_button.text())
        if self.limit is not None:
            self.limit.setAccessibleName(self.tr("{label}: upper limit of normal").format(label=label))

    # Keys and details

    def _step(self, edit: PlainEdit, step: int) -> None:
        """Enter goes from the value to its limit, then on; the unit is passed over."""
        if step > 0 and edit is self.edit and self.limit is not None:
            self.limit.setFocus(Qt.FocusReason.TabFocusReason)
        elif step < 0 and edit is self.limit:
            self.edit.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.stepped.emit(step)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        super().enterEvent(event)
        self._show_dots()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().leaveEvent(event)
        self._hide_dots()

    def _left(self) -> None:
        self.show_notes()
        self._hide_dots()

    def _open_details(self) -> None:
        open_details(self)

    def _show_dots(self) -> None:
        """The details button is made when it is first wanted: it stands beside the field that is in use."""
        if self._dots is None:
            self._dots = _details_button(self)
            self.row.insertWidget(self.row.count() - 1, self._dots)
        set_property(self._dots, "set", "true" if self._has_details() else "false")
        self._dots.show()

    def _hide_dots(self) -> None:
        near = self.edit.hasFocus() or self.underMouse() or (self.limit is not None and self.limit.hasFocus())
        if self._dots is not None and not near and not self._has_details():
            self._dots.hide()

    def detail_fields(self) -> tuple[tuple[str, QWidget], ...]:
        if not self.spec.takes_limit:
            return ()
        lower = PlainEdit(number_text(self._lower, self.mark) if self._lower is not None else "")
        lower.setMaxLength(_LONGEST)
        lower.setAccessibleName(self.tr("{label}: lower limit of normal").format(label=self.spec.label))
        lower.textEdited.connect(lambda: self._take_lower(self._limit_number(lower)))
        return ((self.tr("Lower limit"), lower),)

    def _take_lower(self, lower: Decimal | None) -> None:
        self._lower = lower
        self._reread()


def _details_button(control: QuantityField) -> QToolButton:
    button = QToolButton(control)
    button.setObjectName("details")
    button.setText("…")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setToolTip(control.tr("Details: when it was found (F2)"))
    button.setAccessibleName(control.tr("{label}: details").format(label=control.spec.label))
    button.clicked.connect(lambda: open_details(control))
    return button
