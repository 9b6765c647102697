"""What another record of the same patient says more or otherwise, to be ticked line by line."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from myositis_desktop.clinic import Offer
from myositis_desktop.model.case import Finding, Preferences, Therapy, Visit
from myositis_desktop.model.catalogue import Catalogue
from myositis_desktop.ui.theme import scaled
from myositis_desktop.ui.wording import day_text, drug_label, finding_label, value_text

COLUMNS = ("Take over", "This record", "The other record")
_FIELDS = {
    "birth_date": "Birth date",
    "sex": "Sex",
    "record_number": "Record number",
    "family_name": "Family name",
    "given_name": "Given name",
}
_KINDS = {
    "therapy": "Medicine",
    "as-visit": "The earlier findings as a visit of their day",
    "preferences": "Choices about doses and taper",
}


class OfferTable(QTableWidget):
    """One line an offer: ticked where it fills a gap or is of a later day, and free to change."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(0, len(COLUMNS))
        self._catalogue = catalogue
        self._offers: tuple[Offer, ...] = ()
        self.setHorizontalHeaderLabels(COLUMNS)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("What the other record would bring, to be ticked")
        self.setMinimumHeight(scaled(150))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_offers(self, offers: tuple[Offer, ...]) -> None:
        """Show another comparison, ticked as proposed."""
        self._offers = offers
        self.setRowCount(len(offers))
        for row, offer in enumerate(offers):
            name = QTableWidgetItem(offer_name(offer, self._catalogue))
            name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            name.setCheckState(Qt.CheckState.Checked if offer.taken else Qt.CheckState.Unchecked)
            self.setItem(row, 0, name)
            self.setItem(row, 1, QTableWidgetItem(content_text(offer.kept, self._catalogue)))
            self.setItem(row, 2, QTableWidgetItem(content_text(offer.other, self._catalogue)))
        self.resizeRowsToContents()

    @property
    def taken(self) -> tuple[str, ...]:
        """Keys of the ticked lines."""
        ticked = Qt.CheckState.Checked
        found = [(offer, self.item(row, 0)) for row, offer in enumerate(self._offers)]
        return tuple(offer.key for offer, item in found if item is not None and item.checkState() == ticked)


def offer_name(offer: Offer, catalogue: Catalogue) -> str:
    """What an offer is about, in words."""
    kind, _, name = offer.key.partition(":")
    match kind:
        case "patient":
            return _FIELDS[name]
        case "finding":
            return finding_label(catalogue, name)
        case "visit":
            return f"Visit of {day_text(date.fromisoformat(name))}"
    return _KINDS.get(kind) or f"Further entry {name}"


def content_text(content: object, catalogue: Catalogue) -> str:
    """What one of the two records says; "Nothing" where it says nothing."""
    match content:
        case None:
            return "Nothing"
        case Finding():
            on = f" ({day_text(content.on)})" if content.on else ""
            return f"{value_text(content, catalogue)}{on}"
        case Therapy():
            return _therapy_text(content, catalogue)
        case Visit():
            count = len(content.findings)
            return f"{day_text(content.on)}, {count} finding{'' if count == 1 else 's'}"
        case date():
            return day_text(content)
    return "Chosen by the clinician" if isinstance(content, Preferences) else str(content)


def _therapy_text(entry: Therapy, catalogue: Catalogue) -> str:
    dose = f" {entry.dose.value} {entry.dose.unit}" if entry.dose else ""
    end = f" to {day_text(entry.stopped)}" if entry.stopped else ", still taken"
    return f"{drug_label(catalogue, entry.drug)}{dose}, from {day_text(entry.started)}{end}"
