"""Adding durations to instants: calendar days in a zone, business days, exact hours."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from mentorflow.core.duration import Duration

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days a program counts by: its zone, its working days, its holidays."""

    zone: tzinfo = UTC
    work_days: frozenset[int] = frozenset(range(5))
    """Days of the week that count as business days, Monday is 0."""
    holidays: frozenset[date] = field(default_factory=frozenset)

    def after(self, instant: datetime, duration: Duration) -> datetime:
        """Return the instant a duration after another, in UTC."""
        if self.zone is UTC and not duration.business_days:
            return instant + duration.fixed
        return self._moved(instant, duration, sign=1)

    def before(self, instant: datetime, duration: Duration) -> datetime:
        """Return the instant a duration before another, in UTC."""
        if self.zone is UTC and not duration.business_days:
            return instant - duration.fixed
        return self._moved(instant, duration, sign=-1)

    def start_of(self, day: date) -> datetime:
        """Return the instant a day begins in the zone of the program, in UTC."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def _moved(self, instant: datetime, duration: Duration, *, sign: int) -> datetime:
        local = instant.astimezone(self.zone) + sign * timedelta(days=duration.days)
        local = self._business_days_from(local, sign * duration.business_days)
        return local.astimezone(UTC) + sign * duration.exact

    def _business_days_from(self, local: datetime, count: int) -> datetime:
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            local += step
            if local.weekday() in self.work_days and local.date() not in self.holidays:
                left -= 1
        return local


EVERYWHERE = Calendar()
"""Days in UTC, Monday to Friday, no holidays: what counts where a program says nothing."""
