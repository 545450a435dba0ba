"""Spreading what would all be due at once over the waking hours of a stretch of time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from mentorflow.core.person import QuietHours
from mentorflow.core.zones import instant_of, wall_of

NIGHT = QuietHours(time(20), time(8))
"""When people are taken to rest who have not said when they do."""
_DAY = timedelta(days=1)


class Window(NamedTuple):
    """A stretch of time in which things may be done, by the clocks of a zone."""

    since: datetime
    until: datetime
    zone: tzinfo
    quiet: QuietHours = NIGHT


def spread(window: Window, part: float) -> datetime:
    """Return the instant at a part, from 0 to below 1, of the waking hours of a window.

    Where nobody is awake in all of it, of all its hours.
    """
    stretches = _awake(window) or ((window.since, window.until),)
    left = sum((end - start for start, end in stretches), timedelta()) * part
    for start, end in stretches:
        if left < end - start:
            return start + left
        left -= end - start
    return window.until


@lru_cache(maxsize=4096)
def roomy(window: Window) -> Window:
    """Return a window in which people are awake for at least half as long as usual.

    One that begins at night begins in the morning instead, and one that the night cuts short goes
    on the next day: what is spread over an evening's last minutes comes in one burst.
    """
    over = window.until - window.since
    stretches = _awake(window._replace(until=window.until + 2 * _DAY)) if over else ()
    needed = over * _share(window.quiet) / 2
    for start, end in stretches:
        if needed <= end - start:
            since = stretches[0][0]
            return window._replace(since=since, until=max(since + over, start + needed))
        needed -= end - start
    return window


def _share(quiet: QuietHours) -> float:
    """Return how much of a day is outside quiet hours."""
    since, until = (datetime.combine(date.min, one) for one in quiet)
    return 1 - (until - since) % _DAY / _DAY


@lru_cache(maxsize=4096)
def _awake(window: Window) -> tuple[tuple[datetime, datetime], ...]:
    return tuple(_stretches(window))


def _stretches(window: Window) -> Iterator[tuple[datetime, datetime]]:
    since, until, zone, quiet = window
    day = wall_of(since, zone).date() - _DAY
    while day <= wall_of(until, zone).date():
        begins = instant_of(datetime.combine(day, quiet.until), zone)
        rests = day if quiet.since > quiet.until else day + _DAY
        ends = instant_of(datetime.combine(rests, quiet.since), zone)
        start, end = max(begins, since), min(ends, until)
        if start < end:
            yield start.astimezone(UTC), end.astimezone(UTC)
        day += _DAY
