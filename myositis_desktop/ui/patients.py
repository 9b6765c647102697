"""The rail at the left: search, the patients, and adding one."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from myositis_desktop.model.case import Case, Patient
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Button, field, text_label
from myositis_desktop.ui.session import Session
from myositis_desktop.ui.theme import Tokens, scaled
from myositis_desktop.ui.wording import day_text, name_text, read_day

if TYPE_CHECKING:
    from myositis_desktop.clinic import PatientRow

WIDTH = 220
WIDEST = 4096
SEARCH_AFTER_MS = 120
LONGEST = 500
"""Patients that are listed; more are found by typing."""
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
ROW = Qt.ItemDataRole.UserRole


class PatientModel(QAbstractListModel):
    """The patients that were found, last edited first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PatientRow, ...] = ()

    def show_rows(self, rows: "tuple[PatientRow, ...]") -> None:
        """Show another result."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row_name(row)}, {under_name(row)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            signed = "\nHas a signed plan" if row.has_signed_plan else ""
            return f"{row_name(row)}\n{under_name(row)}{signed}"
        return None


def row_name(row: "PatientRow") -> str:
    """EXAMPLE, Ann."""
    return name_text(Patient(row.birth_date, row.sex, row.record_number, row.family_name, row.given_name))


def under_name(row: "PatientRow") -> str:
    """R-1001 · 2 Apr 1968."""
    return " · ".join(p for p in (row.record_number, day_text(row.birth_date)) if p)


def alike_text(alike: "tuple[PatientRow, ...]") -> str:
    """Who has the same name, record number, or birth date, in a sentence; "" where nobody has."""
    if not alike:
        return ""
    shown = "; ".join(f"{row_name(row)} ({under_name(row)})" for row in alike[:5])
    more = f" and {len(alike) - 5} more" if len(alike) > 5 else ""
    return f"Easily mistaken for: {shown}{more}."


class PatientDelegate(QStyledItemDelegate):
    """Two lines a patient: name, then record number and birth date; the open patient is marked."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.open_id: int | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002 - Qt's name
        return QSize(0, scaled(48))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PatientRow = index.data(ROW)
        view = option.widget
        ink = view.property("ink_text") or QColor("white")
        soft = view.property("ink_muted") or QColor("lightgray")
        painter.save()
        rect: QRect = option.rect.adjusted(2, 1, -2, -1)
        if row.id == self.open_id or option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(view.property("ink_raised") or "gray"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(rect, 6, 6)
        if row.id == self.open_id:
            painter.setBrush(QColor(ink))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(rect.left(), rect.top() + 10, 3, rect.height() - 20, 1.5, 1.5)
        self._line(painter, rect.adjusted(10, 4, -8, 0), row_name(row), QColor(ink), 14, bold=row.id == self.open_id)
        self._line(painter, rect.adjusted(10, scaled(24), -8, 0), under_name(row), QColor(soft), 12, bold=False)
        painter.restore()

    def _line(self, painter: QPainter, rect: QRect, text: str, ink: QColor, size: int, *, bold: bool) -> None:
        font = QFont(painter.font())
        font.setPixelSize(scaled(size))
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(ink)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(QRect(rect.left(), rect.top(), rect.width(), scaled(18)), Qt.AlignmentFlag.AlignVCenter, shown)


class PatientRail(QWidget):
    """Search, list and "new patient"."""

    chosen = Signal(int)
    """The number of the patient to open."""
    wanted_new = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.set_narrow(False)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.search.returnPressed.connect(self._open_first)
        self.list.activated.connect(self._open)
        self.list.clicked.connect(self._open)
        session.opened.connect(self._mark_open)
        session.saved.connect(self._timer.start)
        self.refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.clinic = text_label(self._session.clinic.clinic_name, "strong")
        column.addWidget(self.clinic)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search  (Ctrl+F)")
        self.search.setAccessibleName("Search patients by name, record number or birth date")
        self.search.setToolTip("Name, record number or birth date (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        column.addWidget(self.search)
        self.count = text_label("", "small")
        column.addWidget(self.count)
        self.model = PatientModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.delegate = PatientDelegate(self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Patients")
        column.addWidget(self.list, 1)
        new = Button("New patient", sign="plus", tip="New patient (Ctrl+N)")
        new.setSizePolicy(new.sizePolicy().Policy.Expanding, new.sizePolicy().Policy.Fixed)
        new.clicked.connect(self.wanted_new)
        foot = QHBoxLayout()
        foot.addWidget(new, 1)
        column.addLayout(foot)

    def set_narrow(self, narrow: bool) -> None:
        """As wide as its column, or, where the window has room for one thing at a time, as the window."""
        self.setMinimumWidth(0 if narrow else scaled(WIDTH))
        self.setMaximumWidth(WIDEST if narrow else scaled(WIDTH))

    def tint(self, tokens: Tokens) -> None:
        """Take the inks of the theme for the drawn rows."""
        for name in ("text", "muted", "raised"):
            self.list.setProperty(f"ink_{name}", tokens["rail_raised" if name == "raised" else f"rail_{name}"])
        self.list.viewport().update()

    def end(self) -> None:
        """Ask the clinic nothing more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Ask the clinic again for what the search field says."""
        text = self.search.text()
        rows = self._session.clinic.patients(text, LONGEST)
        self.model.show_rows(rows)
        found = "patient" if len(rows) == 1 else "patients"
        if len(rows) == LONGEST:
            self.count.setText(f"The {LONGEST} last edited; type more of a name to find others")
        elif text.strip():
            self.count.setText(f"{len(rows)} {found} found" if rows else "Nobody found")
        else:
            self.count.setText(f"{len(rows)} {found}, last edited first" if rows else "No patients yet")
        self._mark_open()

    def _mark_open(self) -> None:
        self.delegate.open_id = self._session.patient_id
        self.list.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.rows[index.row()].id)

    def _open_first(self) -> None:
        self._timer.stop()
        self.refresh()
        if self.model.rows:
            self.chosen.emit(self.model.rows[0].id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and self.model.rows:
                self.list.setFocus()
                self.list.setCurrentIndex(self.model.index(0, 0))
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


class NewPatientDialog(Dialog):
    """The least that a new case needs: birth date and sex; names and record number before anything is signed."""

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Callable[[], datetime],
        done: Callable[[Case], None],
        similar: "Callable[[Patient], tuple[PatientRow, ...]]",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("New patient", parent)
        self._clock, self._done, self._similar = clock, done, similar
        self._warned: Patient | None = None
        self.family = field(self.column, "Family name")
        self.given = field(self.column, "Given name")
        self.record = field(self.column, "Record number")
        self.born = field(self.column, "Born on")
        self.born.setPlaceholderText("1968-04-02 or 2 Apr 1968")
        self.column.addWidget(text_label("Sex (for doses, pregnancy and kidney function)", "caption"))
        self.sex: dict[str, Button] = {}
        row = QHBoxLayout()
        for id_ in catalogue.lists.get("sexes", ()):
            pill = Button(catalogue.word("sex", id_), "pill")
            pill.setCheckable(True)
            pill.clicked.connect(lambda _checked=False, chosen=id_: self._choose_sex(chosen))
            self.sex[id_] = pill
            row.addWidget(pill)
        row.addStretch(1)
        self.column.addLayout(row)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Add patient", self._finish, "primary")
        self.go.setDefault(True)
        self.family.setFocus()

    def _choose_sex(self, chosen: str) -> None:
        for id_, pill in self.sex.items():
            pill.setChecked(id_ == chosen)

    def _finish(self) -> None:
        today = self._clock().date()
        born = read_day(self.born.text())
        sex = next((id_ for id_, pill in self.sex.items() if pill.isChecked()), None)
        trouble = _trouble(born, sex, today)
        self.complain(trouble)
        if trouble or born is None or sex is None:
            return
        names = [" ".join(e.text().split()) for e in (self.record, self.family, self.given)]
        patient = Patient(born, sex, *names)
        if self._is_distinct(patient):
            self.accept()
            self._done(Case(patient, assessed_on=today))

    def _is_distinct(self, patient: Patient) -> bool:
        """Whether nobody here is like the patient, or the clinician has been shown who is and goes on."""
        alike = () if patient == self._warned else self._similar(patient)
        if not alike:
            return True
        self._warned = patient
        self.complain(
            f"{alike_text(alike)} If it is the same person, cancel and open that record. Nothing is added yet."
        )
        self.go.setText("Add as another person")
        return False


def _trouble(born: date | None, sex: str | None, today: date) -> str:
    if born is None:
        return "The birth date is needed, as 1968-04-02 or 2 Apr 1968."
    if born > today:
        return "The birth date lies in the future."
    if today.year - born.year > 130:
        return "The birth date is more than 130 years ago."
    return "" if sex else "The sex on file is needed; “Not stated” is an answer too."
