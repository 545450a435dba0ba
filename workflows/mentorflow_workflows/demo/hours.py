"""When people do things: by day, on working days, on the hour."""

from datetime import datetime, timedelta
from random import Random

STEP = timedelta(hours=1)
"""The grid of virtual time: what falls between is done at its end."""
_OPENS, _CLOSES = 8, 18
_SATURDAY = 5


def on_grid(instant: datetime) -> datetime:
    """Return the instant, or the next one on the grid."""
    over = timedelta(minutes=instant.minute, seconds=instant.second)
    over += timedelta(microseconds=instant.microsecond)
    return instant if not over else instant - over + STEP


def by_day(instant: datetime, chance: Random) -> datetime:
    """Return the instant, or some time of the next working day where nobody is at work."""
    found = on_grid(instant)
    if _OPENS <= found.hour < _CLOSES and found.weekday() < _SATURDAY:
        return found
    if found.hour >= _OPENS:
        found += timedelta(days=1)
    while found.weekday() >= _SATURDAY:
        found += timedelta(days=1)
    morning = found.replace(hour=_OPENS, minute=0)
    return morning + STEP * chance.randrange(5)
