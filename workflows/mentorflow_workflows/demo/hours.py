"""When things happen: people act at some hours of working days and meet at others."""

from datetime import datetime, timedelta
from random import Random

STEP = timedelta(hours=1)
"""The grid of virtual time: what falls between is done at its end."""
_ACTING = (9, 11, 13, 15, 17)
_MEETING = (10, 16)
# Few hours on purpose: each of them is one batch for the engine, for all who act then.
_SATURDAY = 5


def on_grid(instant: datetime) -> datetime:
    """Return the instant, or the next one on the grid."""
    over = timedelta(minutes=instant.minute, seconds=instant.second)
    over += timedelta(microseconds=instant.microsecond)
    return instant if not over else instant - over + STEP


def acting_hour(instant: datetime, chance: Random) -> datetime:
    """Return when somebody gets round to it: not before the instant, and by day."""
    return _next(instant, _ACTING, _ACTING[chance.randrange(3)])


def meeting_hour(instant: datetime, chance: Random) -> datetime:
    """Return when a meeting could be: not before the instant, and by day."""
    return _next(instant, _MEETING, chance.choice(_MEETING))


def _next(instant: datetime, hours: tuple[int, ...], on_another_day: int) -> datetime:
    found = on_grid(instant)
    if found.weekday() < _SATURDAY:
        for hour in hours:
            if hour >= found.hour:
                return found.replace(hour=hour)
    found += timedelta(days=1)
    while found.weekday() >= _SATURDAY:
        found += timedelta(days=1)
    return found.replace(hour=on_another_day)
