"""What an open clinic works with: its folder, its file, who is in, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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

    def stamp(self) -> Stamp:
        """Who, and when: now."""
        return Stamp(self.user.name, self.clock())
