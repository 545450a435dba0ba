"""Counting business days: which day is the n-th after another, without walking from one to it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

HolidaysOf = Callable[[int], Collection[date]]
"""The holidays of a year; the same for the same year, always."""
_WEEK = range(7)


def no_holidays(year: int) -> Collection[date]:  # noqa: ARG001 - as a HolidaysOf
    """Return the holidays of a year where there are none."""
    return ()


@dataclass(frozen=True, slots=True)
class WorkDays:
    """The days that are business days, by their ordinals."""

    days: frozenset[int]
    """Days of the week, Monday is 0."""
    holidays: frozenset[date]
    holidays_of: HolidaysOf
    _next: tuple[tuple[int, ...], ...] = field(init=False)
    """By the day of the week: how many days until the first of its work days, the second, …"""
    _last: tuple[tuple[int, ...], ...] = field(init=False)
    _off: dict[int, tuple[int, ...]] = field(init=False, default_factory=dict)
    """By year: its holidays that fall on a work day, sorted, once they were asked for."""

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(_WEEK):
            raise ValueError(
                f"work days are {sorted(self.days)}; name at least one from 0 (Monday) to 6"
            )
        ahead = [[n for n in range(1, 8) if (day + n) % 7 in self.days] for day in _WEEK]
        behind = [[n for n in range(1, 8) if (day - n) % 7 in self.days] for day in _WEEK]
        object.__setattr__(self, "_next", tuple(map(tuple, ahead)))
        object.__setattr__(self, "_last", tuple(map(tuple, behind)))

    def moved(self, day: int, count: int) -> int:
        """Return the business day that many after a day, or before it; the day itself for 0."""
        if count == 0:
            return day
        if count > 0:
            return self._after(day, count)
        return self._before(day, -count)

    def from_day(self, day: int) -> int:
        """Return a day if it is a business day, else the next one."""
        return self._after(day - 1, 1)

    def to_day(self, day: int) -> int:
        """Return a day if it is a business day, else the last one before it."""
        return self._before(day + 1, 1)

    def _after(self, day: int, count: int) -> int:
        off = 0
        while True:
            weeks, rest = divmod(count + off - 1, len(self.days))
            found = day + 7 * weeks + self._next[_weekday(day)][rest]
            passed = self._off_between(day + 1, found)
            if passed == off:
                return found
            off = passed

    def _before(self, day: int, count: int) -> int:
        off = 0
        while True:
            weeks, rest = divmod(count + off - 1, len(self.days))
            found = day - 7 * weeks - self._last[_weekday(day)][rest]
            passed = self._off_between(found, day - 1)
            if passed == off:
                return found
            off = passed

    def _off_between(self, first: int, last: int) -> int:
        """Count the holidays on work days from one day to another, both included."""
        years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
        return sum(
            bisect_right(off, last) - bisect_left(off, first)
            for off in map(self._off_in, years)
            if off
        )

    def _off_in(self, year: int) -> tuple[int, ...]:
        found = self._off.get(year)
        if found is None:
            listed = {day for day in self.holidays if day.year == year}
            days = listed.union(self.holidays_of(year))
            off = (day.toordinal() for day in days if day.weekday() in self.days)
            found = self._off[year] = tuple(sorted(off))
        return found


def _weekday(day: int) -> int:
    return (day + 6) % 7
