"""The clock of the measurements: it stands where it is set and ticks with every look."""

from datetime import UTC, datetime, timedelta

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)


class TickingClock:
    """Give every transaction an instant of its own, the same in every run."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the instant, and move on."""
        self._now += _TICK
        return self._now

    def pass_(self, span: timedelta) -> datetime:
        """Let time go by; return the instant it is then."""
        self._now += span
        return self._now
