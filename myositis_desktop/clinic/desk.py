"""What an open clinic works with: its folder, its file, who is in, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from myositis_desktop.clinic.rights import NotAllowed
from myositis_desktop.store.database import Stamp, Store
from myositis_desktop.store.people import ClinicRecord, User
from myositis_desktop.store.profile import Profile

Clock = Callable[[], datetime]
"""Gives the time of now, with its zone."""


@dataclass(slots=True, repr=False)
class Desk:
    """Shared by the parts of one open clinic."""

    profile: Profile
    store: Store
    clock: Clock
    record: ClinicRecord
    user: User
    only: int | None = None
    """The one patient that can be reached while the screen is turned to them."""

    def stamp(self) -> Stamp:
        """Who, and when: now."""
        return Stamp(self.user.name, self.clock())

    def check_here(self, patient_id: int | None) -> None:
        """Raises NotAllowed where the screen is turned to another patient; None is anybody."""
        if self.only is not None and patient_id != self.only:
            raise NotAllowed(
                "The screen is turned to one patient, so no other record can be reached. Nothing was changed. "
                "Turn the screen back with your passphrase first."
            )
