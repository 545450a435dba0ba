"""Adding durations to instants: calendar days in a zone, business days, hours, times of day."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo

from mentorflow.core.duration import Duration
from mentorflow.core.workdays import HolidaysOf, WorkDays, no_holidays
from mentorflow.core.zones import instant_of, require_named, wall_of


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days a program counts by: its zone, its working days, its holidays."""

    zone: tzinfo = UTC
    """UTC or a zone of IANA's by its name, which knows when its clocks change."""
    work_days: frozenset[int] = frozenset(range(5))
    """Days of the week that count as business days, Monday is 0."""
    holidays: frozenset[date] = frozenset()
    """Days of its own that are no business days."""
    holidays_of: HolidaysOf = no_holidays
    """The public holidays of a year."""
    work: WorkDays = field(init=False, repr=False, compare=False)
    """What counts the business days."""

    def __post_init__(self) -> None:
        require_named(self.zone)
        if getattr(self.zone, "key", "") == "UTC":
            object.__setattr__(self, "zone", UTC)
        work = WorkDays(self.work_days, self.holidays, self.holidays_of)
        object.__setattr__(self, "work", work)

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

    def due_after(self, anchor: datetime, span: Duration, at: time | None) -> datetime:
        """Return when something is due after its anchor, at a time of day where one is given.

        It is the first such time at or after the end of the span; of business days, on one of them.
        """
        due = self.after(anchor, span)
        if at is None:
            return due
        day = wall_of(due, self.zone).toordinal() - 1
        while True:
            day = self.work.from_day(day) if span.business_days else day
            found = self._at(day, at)
            if found >= due:
                return found
            day += 1

    def due_before(self, anchor: datetime, span: Duration, at: time | None) -> datetime:
        """Return when something is due before its anchor: the last such time where one is given."""
        due = self.before(anchor, span)
        if at is None:
            return due
        day = wall_of(due, self.zone).toordinal() + 1
        while True:
            day = self.work.to_day(day) if span.business_days else day
            found = self._at(day, at)
            if found <= due:
                return found
            day -= 1

    def is_fixed(self, span: Duration) -> bool:
        """Whether a span takes the same time from whenever it is counted."""
        return not span.business_days and (self.zone is UTC or not span.days)

    def start_of(self, day: date) -> datetime:
        """Return the instant a day begins in the zone of the program, in UTC."""
        return instant_of(datetime.combine(day, time()), self.zone)

    def _at(self, day: int, at: time) -> datetime:
        return instant_of(datetime.combine(date.fromordinal(day), at), self.zone)

    def _moved(self, instant: datetime, duration: Duration, *, sign: int) -> datetime:
        if not (duration.days or duration.business_days):
            return instant.astimezone(UTC) + sign * duration.exact
        wall = wall_of(instant, self.zone)
        day = self.work.moved(
            wall.toordinal() + sign * duration.days, sign * duration.business_days
        )
        moved = datetime.combine(date.fromordinal(day), wall.time())
        return instant_of(moved, self.zone) + sign * duration.exact


EVERYWHERE = Calendar()
"""Days in UTC, Monday to Friday, no holidays: what counts where a program says nothing."""
