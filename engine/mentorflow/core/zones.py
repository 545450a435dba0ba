"""The clocks on the walls of a zone: which instant a wall-clock time is, and when clocks change.

Where clocks go forward, some times of day never come; where they go back, some come twice. One
policy serves both: a wall-clock time is the first instant at which the clock shows it, or more.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_HALF_A_DAY = timedelta(hours=12)


def require_named(zone: tzinfo) -> None:
    """Refuse a zone that is not one of IANA's by name: a fixed offset knows of no change.

    Raises:
        ValueError: if it has no name.
    """
    if zone is not UTC and not (isinstance(zone, ZoneInfo) and zone.key):
        raise ValueError(f"{zone!r} is no IANA zone; take ZoneInfo('Europe/Vienna'), or UTC")


def wall_of(instant: datetime, zone: tzinfo) -> datetime:
    """Return what the clocks of a zone show at an instant, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def instant_of(wall: datetime, zone: tzinfo) -> datetime:
    """Return the first instant at which the clocks of a zone show a time or more, in UTC."""
    if zone is UTC:
        return wall.replace(tzinfo=UTC)
    first = _offset(zone, wall, fold=0)
    second = _offset(zone, wall, fold=1)
    if second <= first:
        return (wall - first).replace(tzinfo=UTC)
    earliest = (wall - second).replace(microsecond=0, tzinfo=UTC)
    latest = earliest + (second - first) + 2 * _SECOND
    return _first(earliest, latest, lambda instant: wall_of(instant, zone) > wall)


class Change(NamedTuple):
    """The instant the clocks of a zone change, and their offsets before and from then on."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def walls(self) -> tuple[datetime, datetime]:
        """What the clocks show as they change, and what they show instead."""
        naive = self.at.replace(tzinfo=None)
        return naive + self.before, naive + self.after


def changes(zone: tzinfo, since: datetime, until: datetime) -> Iterator[Change]:
    """Yield the changes of a zone's clocks after one instant and up to another."""
    if zone is UTC:
        return
    for year in range(since.year, until.year + 1):
        for change in _changes_in(zone, year):
            if since < change.at <= until:
                yield change


@lru_cache(maxsize=4096)
def _changes_in(zone: tzinfo, year: int) -> tuple[Change, ...]:
    """Return the changes of a year in UTC, found by asking at noon and at midnight."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    # The last instant before the year is where to begin: a change may come with its first second.
    asked = start - _SECOND
    found = []
    while asked < end - _SECOND:
        following = min(asked + _HALF_A_DAY, end - _SECOND)
        before, after = _offset_at(zone, asked), _offset_at(zone, following)
        if before != after:
            found.append(Change(_changed_at(zone, asked, following), before, after))
        asked = following
    return tuple(found)


def _changed_at(zone: tzinfo, asked: datetime, following: datetime) -> datetime:
    before = _offset_at(zone, asked)
    return _first(asked, following, lambda instant: _offset_at(zone, instant) != before)


def _first(since: datetime, until: datetime, holds: Callable[[datetime], bool]) -> datetime:
    """Return the first whole second of which something holds that holds of all later ones."""
    seconds = range((until - since) // _SECOND)
    return since + _SECOND * bisect_left(seconds, 1, key=lambda n: holds(since + n * _SECOND))


def _offset(zone: tzinfo, wall: datetime, *, fold: int) -> timedelta:
    offset = zone.utcoffset(wall.replace(tzinfo=zone, fold=fold))
    assert offset is not None, "a named zone has an offset at any time"
    return offset


def _offset_at(zone: tzinfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None, "a named zone has an offset at any time"
    return offset
