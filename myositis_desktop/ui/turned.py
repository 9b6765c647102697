"""The screen turned to the patient: one record on screen, and nothing else within reach until the passphrase."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from myositis_desktop.errors import UserError
from myositis_desktop.ui.dialogs import Dialog
from myositis_desktop.ui.pieces import Band, Button, field, text_label

if TYPE_CHECKING:
    from myositis_desktop.ui.workbench import Workbench

STAYS = {
    *("Findings", "Assessment", "Plan", "Taper", "History"),
    *("Undo", "Redo", "Lock the window", "Close the program", "Next part of the window", "Back", "Keys"),
}
"""What can still be done by a key; everything else of the window would lead to other people or out of the record."""


class Turned(QObject):
    """Belongs to one workbench: goes into the mode and out of it. The clinic itself refuses everything else."""

    def __init__(self, bench: "Workbench") -> None:
        super().__init__(bench)
        self._bench = bench
        self._hidden: tuple[Button, ...] = ()
        self.band = Band("blue", "info")
        back = Button("Turn back…", "secondary", "key")
        back.clicked.connect(self.ask_back)
        self.band.add(back)
        self.band.hide()

    @property
    def is_on(self) -> bool:
        """Whether the screen is turned to the patient."""
        return self._bench.clinic.user.turned

    def turn(self) -> None:
        """Show the open patient alone."""
        bench = self._bench
        if bench.session.patient_id is None or self.is_on:
            return
        try:
            bench.session.flush()
            bench.clinic.turn_to(bench.session.patient_id)
        except UserError as error:
            bench.tell("Not turned", str(error))
            return
        self.band.say("The screen is turned to the patient: no other record can be reached.")
        self._show(turned=True)

    def ask_back(self) -> None:
        """Ask for the passphrase of who is in."""
        TurnBackDialog(self._bench, self).open()

    def turn_back(self, passphrase: str) -> None:
        """Show everything again. Raises WrongPassphrase, TooManyTries."""
        self._bench.clinic.turn_back(passphrase)
        self.band.say("")
        self._show(turned=False)

    def _show(self, *, turned: bool) -> None:
        bench = self._bench
        for action in bench.actions():
            action.setEnabled(not turned or action.text() in STAYS)
        if turned:
            self._hidden = tuple(b for b in bench.banner.buttons() if not b.isHidden())
        for button in self._hidden:
            button.setVisible(not turned)
        bench.tabs.setTabEnabled(4, not turned)
        bench.show_rail(shown=False)
        bench.rail.refresh()


class TurnBackDialog(Dialog):
    """One field: the passphrase of who is in."""

    def __init__(self, bench: "Workbench", turned: Turned) -> None:
        super().__init__("Turn the screen back", bench)
        self._turned = turned
        self.column.addWidget(text_label(f"The passphrase of {bench.clinic.user.full_name} shows everything again."))
        self.passphrase = field(self.column, "Passphrase", secret=True)
        self.add_button("Cancel", self.reject)
        self.go = self.add_button("Turn back", self._finish, "primary")
        self.go.setDefault(True)
        self.passphrase.setFocus()

    def _finish(self) -> None:
        try:
            self._turned.turn_back(self.passphrase.text())
        except UserError as error:
            self.complain(str(error))
            self.passphrase.selectAll()
            return
        self.accept()
