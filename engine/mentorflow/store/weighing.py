"""How many timers are alike, in what `weigh_moves` found.

PostgreSQL counts them itself. SQLite counts nothing without sorting it, and a million timers are
sorted more slowly than they are read; so it writes down those of each mentorship, and they are
counted here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from json import loads
from operator import itemgetter
from typing import NamedTuple

from mentorflow.store.rows import Row

MINUTES_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
"""Minutes are counted from here."""
_SINCE = MINUTES_SINCE.replace(tzinfo=None)
_MINUTE, _SECOND = len("2000-01-01 00:00"), len("2000-01-01 00:00:00")
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
        """Count what one reader found."""
        alike: dict[str, list[str]] = defaultdict(list)
        for person, timers, many, more in rows:
            if person is not None:
                self._before[person] += many
                self._after[person] += more
            elif type(many) is str:  # the instants of a mentorship
                alike[timers].append(many)
            elif timers is not None:
                self.weights[Weight(*loads(timers))] += many
            elif more is not None:
                self.minutes[more] += many
            else:
                self.mentorships += many or 0
        self._count(alike)

    def _count(self, alike: dict[str, list[str]]) -> None:
        """Count the timers of mentorships that have the same ones, each at its place."""
        instants = _Instants()
        for timers, texts in alike.items():
            for place, timer in enumerate(timers.split(",")):
                number, moves, seconds = timer.partition(" ")
                since = place * (_MINUTE + _SECOND)
                until = since + _MINUTE
                if moves:
                    until += _SECOND if int(seconds) % 60 else _MINUTE
                found = Counter(map(itemgetter(slice(since, until)), texts))
                self._weigh(int(number), int(seconds) if moves else None, found, instants)

    def _weigh(
        self, number: int, seconds: int | None, found: Counter[str], instants: "_Instants"
    ) -> None:
        """Count timers of one number, which are due so many seconds after an instant, or stay."""
        now, last = self._horizon.minutes
        alike: Counter[tuple[int, int, int, bool, bool, bool]] = Counter()
        # There may be as many texts as there are timers, and few are left: not a call for each.
        for text, many in found.items():
            since = to = instants[text[:_MINUTE]] // 60
            if seconds is not None and since:
                to = (instants[text[_MINUTE:]] + seconds) // 60
            if now < to <= last:
                self.minutes[to] += many
            alike[to - since, since // _DAY, to // _DAY, to <= now, since <= last, to <= last] += (
                many
            )
        for (later, day, then_day, is_past, is_near, stays_near), many in alike.items():
            weight = Weight(
                number,
                moves=seconds is not None,
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
    """Instants that were written to the minute or second, in seconds from 2000; spaces are 0."""

    def __missing__(self, text: str) -> int:
        found = 0
        if not text.isspace():
            past = datetime.fromisoformat(text) - _SINCE
            found = past.days * 86400 + past.seconds
        self[text] = found
        return found
