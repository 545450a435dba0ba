"""A due rule as pieces: for which anchors it adds which length of time, or leads to one instant.

Moving millions of timers at once is a join with these pieces, where asking the calendar for every
timer would take minutes.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.zones import changes, instant_of, wall_of

_TICK = timedelta(microseconds=1)
_MARGIN = timedelta(days=3)
"""More than what a clock shows can differ from UTC, and from what it showed before."""


class Piece(NamedTuple):
    """What the rule does to every anchor from one instant to before another."""

    since: datetime
    until: datetime
    shift: timedelta | None
    """What is added to the anchor; None where all of them lead to the same instant."""
    due_at: datetime | None
    """The instant all of them lead to, where they do."""


def pieces(
    calendar: Calendar,
    span: Duration,
    *,
    is_before: bool,
    at: time | None,
    since: datetime,
    until: datetime,
) -> list[Piece]:
    """Return the pieces of a due rule for the anchors from an instant to before another.

    The span is the value times the factor of the timer. Every anchor lies in exactly one piece.
    """
    if since >= until:
        return []
    move = calendar.before if is_before else calendar.after
    breaks = _breaks(calendar, span, -1 if is_before else 1, since, until)
    found = _cut(since, until, breaks, lambda anchor: move(anchor, span))
    if at is not None:
        due = calendar.due_before if is_before else calendar.due_after
        tick = timedelta() if is_before else _TICK
        found = (
            piece
            for moved in found
            for piece in _cut(
                moved.since,
                moved.until,
                _times_of_day(calendar, at, moved, tick),
                lambda anchor: due(anchor, span, at),
            )
        )
    return _merged(found)


def _cut(
    since: datetime,
    until: datetime,
    breaks: Iterable[datetime],
    due: Callable[[datetime], datetime],
) -> Iterator[Piece]:
    """Yield the pieces between breaks, within each of which the rule adds one length."""
    inner = sorted({one for one in breaks if since < one < until})
    for start, end in pairwise([since, *inner, until]):
        first, last = due(start), due(end - _TICK)
        if first == last and end - start > _TICK:
            yield Piece(start, end, None, first)
        else:
            yield Piece(start, end, first - start, None)


def _breaks(
    calendar: Calendar, span: Duration, sign: int, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Yield every anchor from which on the span may add another length than before."""
    if not (span.days or span.business_days):
        return
    zone = calendar.zone
    yield from (change.at for change in changes(zone, since, until))
    first = wall_of(since - _MARGIN, zone).toordinal()
    last = wall_of(until + _MARGIN, zone).toordinal()
    reached = [_reached(calendar, span, sign, day) for day in (first, last)]
    changing = _changing_walls(zone, *reached)
    if not span.business_days:
        for wall in changing:
            yield from _instants(wall - sign * timedelta(days=span.days), zone)
        return
    by_day: dict[int, list[datetime]] = {}
    for wall in changing:
        by_day.setdefault(wall.toordinal(), []).append(wall)
    for day in range(first, last + 1):
        yield from _instants(datetime.combine(date.fromordinal(day), time()), zone)
        leads_to = _reached(calendar, span, sign, day)
        for wall in by_day.get(leads_to, ()):
            yield from _instants(wall - timedelta(days=leads_to - day), zone)


def _reached(calendar: Calendar, span: Duration, sign: int, day: int) -> int:
    return calendar.work.moved(day + sign * span.days, sign * span.business_days)


def _changing_walls(zone: tzinfo, first: int, last: int) -> list[datetime]:
    """Return what the clocks show when they change, and what they show then, around two days."""
    since, until = (datetime.combine(date.fromordinal(day), time(), UTC) for day in (first, last))
    found = changes(zone, since - _MARGIN, until + _MARGIN)
    return [wall for change in found for wall in change.walls]


def _instants(wall: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the instants at which a clock shows a time, the second as well as the first."""
    for fold in (0, 1):
        yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _times_of_day(
    calendar: Calendar, at: time, moved: Piece, tick: timedelta
) -> Iterator[datetime]:
    """Yield the anchors that a span moves to the time of day itself, or just past it."""
    if moved.shift is None:
        return
    zone = calendar.zone
    first = wall_of(moved.since + moved.shift - _MARGIN, zone).toordinal()
    last = wall_of(moved.until + moved.shift + _MARGIN, zone).toordinal()
    for day in range(first, last + 1):
        shown = instant_of(datetime.combine(date.fromordinal(day), at), zone)
        yield shown + tick - moved.shift


def _merged(found: Iterable[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in found:
        if merged and merged[-1][2:] == piece[2:]:
            merged[-1] = merged[-1]._replace(until=piece.until)
        else:
            merged.append(piece)
    return merged
