"""When a timer that recurs had its last time: what was missed in a silence is not made up for."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, time, timedelta

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration

_LEAST = timedelta(minutes=1)
"""What a timer takes at least from one time to the next."""


def last_time(
    calendar: Calendar, since: datetime, span: Duration, at: time | None, now: datetime
) -> datetime:
    """Return the last of the times that recur since an instant which is not after now."""
    if at is None and calendar.is_fixed(span):
        step = max(span.fixed, _LEAST)
        return since + step * ((now - since) // step)
    if at is None and _is_of_days_only(span):
        return _last_of_days(lambda count: calendar.after(since, span.times(count)), now)
    found = since
    while True:
        following = max(calendar.due_after(found, span, at), found + _LEAST)
        if following > now:
            return found
        found = following


def _is_of_days_only(span: Duration) -> bool:
    """Say whether twice the span leads where the span leads from where it has led."""
    return not span.exact and not (span.days and span.business_days)


def _last_of_days(time_of: Callable[[int], datetime], now: datetime) -> datetime:
    ahead = 1
    while time_of(ahead) <= now:
        ahead *= 2
    return time_of(bisect_right(range(ahead), now, key=time_of) - 1)
