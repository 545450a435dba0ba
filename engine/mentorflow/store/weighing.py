"""How many timers are alike, in what `weigh_moves` found.

PostgreSQL counts them itself. SQLite counts nothing without sorting it, and a million timers are
sorted more slowly than they are read; so it counts mentorships that have the same ones, and theirs
are told apart here.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from json import loads
from typing import NamedTuple

from mentorflow.store.rows import Row

MINUTES_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
"""Minutes are counted from here."""
_SINCE = MINUTES_SINCE.replace(tzinfo=None)
_MINUTE = len("2000-01-01 00:00")
_DAY = 24 * 60
_WORST = 10


class Weight(NamedTuple):
    """How many timers of one number move alike: all that is told of them but the very minutes."""

    number: int
    moves: bool
    stands_still: bool
    later: int
    """1 if they get later, -1 if earlier, by at least a minute."""
    days: int
    """By how many whole days."""
    overdue: bool
    """Whether they are due by now, with the plan."""
    before: int | None
    """The day on which they are due, if that is up to the horizon; what is overdue, the first."""
    after: int | None
    """The same by the plan."""


class Horizon(NamedTuple):
    """From when to when it is looked ahead."""

    now: datetime
    until: datetime

    @property
    def minutes(self) -> tuple[int, int]:
        """The minutes they lie in."""
        return minute_of(self.now), minute_of(self.until)


class Weighed:
    """What a plan comes to: how many timers are alike, how many mentorships move, who is told."""

    def __init__(self, horizon: Horizon) -> None:
        self._horizon = horizon
        self.weights: Counter[Weight] = Counter()
        self.minutes: Counter[int] = Counter()
        """How many are due in each minute up to the horizon, with the plan."""
        self.mentorships = 0
        self._before: Counter[str] = Counter()
        self._after: Counter[str] = Counter()

    @property
    def worst(self) -> list[tuple[str, int, int]]:
        """Who would be told most: (person, before, after)."""
        most = sorted((-after, person) for person, after in self._after.items() if after > 0)
        return [(person, self._before[person], -less) for less, person in most[:_WORST]]

    def add(self, rows: Iterable[Row]) -> None:
        """Count what one reader found, as `weigh_moves` returns it.

        A row is of a person, who is told so much before and after; of timers that are alike, as a
        list in JSON, or of mentorships that are alike, as a text for each timer; of a minute and
        how many are due in it; or of how many mentorships move.
        """
        timers: Counter[str] = Counter()
        for person, alike, many, more in rows:
            if person is not None:
                self._before[person] += many
                self._after[person] += more
            elif alike is not None and alike.startswith("["):
                self.weights[Weight(*loads(alike))] += many
            elif alike is not None:
                for timer in alike.split(","):
                    timers[timer] += many
            elif more is not None:
                self.minutes[more] += many
            else:
                self.mentorships += many or 0
        self._count(timers)

    def _count(self, timers: Counter[str]) -> None:
        """Count timers as SQLite writes them: what is told of when they are due, and are then."""
        now, last = self._horizon.minutes
        instants = _Instants()
        alike: Counter[tuple[str, int, int, int, bool, bool, bool]] = Counter()
        # There may be as many texts as there are timers, and few are left: not a call for each.
        for text, many in timers.items():
            number, _, rest = text.partition(" ")
            if number[0] == "-":
                seconds, _, both = rest.partition(" ")
                since = instants[both[:_MINUTE]] // 60
                to = (instants[both[_MINUTE:]] + int(seconds)) // 60 if since else 0
            else:
                since = to = instants[rest] // 60
            if now < to <= last:
                self.minutes[to] += many
            alike[
                number, to - since, since // _DAY, to // _DAY, to <= now, since <= last, to <= last
            ] += many
        for (number, later, day, then_day, is_past, is_near, stays_near), many in alike.items():
            weight = Weight(
                number=int(number.removeprefix("-")),
                moves=number[0] == "-",
                stands_still=not day,
                later=(later > 0) - (later < 0),
                days=int(later / _DAY),
                overdue=is_past and then_day > 0,
                before=max(day, now // _DAY) if is_near and day else None,
                after=max(then_day, now // _DAY) if stays_near and then_day else None,
            )
            self.weights[weight] += many


def minute_of(instant: datetime) -> int:
    """Return the minute an instant lies in."""
    return (instant - MINUTES_SINCE) // timedelta(minutes=1)


class _Instants(dict[str, int]):
    """Instants that were written to the minute or second, in seconds from 2000; nothing is 0."""

    def __missing__(self, text: str) -> int:
        found = 0
        if text:
            past = datetime.fromisoformat(text) - _SINCE
            found = past.days * 86400 + past.seconds
        self[text] = found
        return found
