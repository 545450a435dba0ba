"""Where the time comes from: the only module that asks for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from mentorflow.errors import NaiveDatetime


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware."""
        ...


class SystemClock:
    """Ask the operating system."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """Stand still until told otherwise: for tests, the demo and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start, what="the start of the clock")

    def now(self) -> datetime:
        """Return the instant the clock was last set to."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Move the clock to an instant."""
        self._now = as_utc(instant, what="the time of the clock")


def passing(clock: Clock) -> Callable[[], float]:
    """Return what counts the seconds that pass: those of the system go on when its clock is set."""
    return monotonic if isinstance(clock, SystemClock) else lambda: clock.now().timestamp()


def as_utc(instant: datetime, *, what: str) -> datetime:
    """Return an aware instant in UTC.

    Raises:
        NaiveDatetime: if the instant carries no time zone.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise NaiveDatetime(
            f"{what} is {instant.isoformat()}, without a time zone; "
            f"write {instant.isoformat()}Z or with an offset"
        )
    return instant.astimezone(UTC)
