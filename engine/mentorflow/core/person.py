"""A person as the engine knows them: how, when and how often they like to be reached."""

from datetime import datetime, time
from typing import NamedTuple

STYLES = ("concise", "detailed")
"""Behavior M6: some like it short and direct, some like it explained."""
WEEKLY_BUDGET = 3
"""Letters a week that are not escalations, over all of a person's mentorships (behavior M7)."""


class Reach(NamedTuple):
    """One way to reach a person: the name of a channel, and their address in it."""

    channel: str
    """`email`, `apprise`, `log` or the name of a channel of the host's."""
    address: str | None = None
    """None where the channel knows by itself where to find them."""


class QuietHours(NamedTuple):
    """A part of each day in which a person is left alone, by the clock of their time zone."""

    since: time
    until: time
    """Earlier than `since` where the quiet hours go over midnight."""


class Absence(NamedTuple):
    """A time in which a person is away."""

    since: datetime
    until: datetime


class Person(NamedTuple):
    """Somebody who has a role in mentorships, with what they have said about being reached."""

    id: str
    name: str | None = None
    """What messages call them; their id where it is not known."""
    time_zone: str = "UTC"
    locale: str = "en"
    style: str = "detailed"
    channels: tuple[Reach, ...] = ()
    """In the order of their choice; empty for whatever the engine has."""
    quiet_hours: QuietHours | None = None
    absence: Absence | None = None
    weekly_budget: int = WEEKLY_BUDGET

    @property
    def called(self) -> str:
        """What messages call them."""
        return self.name or self.id
