"""What a plan comes to, from how many mentorships have which timers: counts, loads, the peak."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from mentorflow.core.retiming import Follower
from mentorflow.store.moves import Weighed
from mentorflow.store.retiming import MoveCounts

MINUTES_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
"""Minutes are counted from here."""
ROLE_BITS = 10
"""Of the messages of one role, in the number that has those of all."""
MOST_ROLES = 6
_WIDTH = len("2000-01-01 00:00")
_DAY = 24 * 60


class Load(NamedTuple):
    """What people are told on one day, without a plan and with it, as far as it can be foreseen."""

    day: str
    messages_before: int
    messages_after: int
    escalations_before: int
    escalations_after: int


class _Weight(NamedTuple):
    """How many timers of one name move alike: all that is told of them but the very minutes."""

    timer: str
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


class Weighing:
    """What a plan comes to, up to a horizon."""

    def __init__(
        self, found: Weighed, timers: Sequence[str], now: datetime, until: datetime
    ) -> None:
        self._now, self._last = minute_of(now), minute_of(until)
        self._today = self._now // _DAY
        self._mentorships = found.mentorships
        totals: Counter[str] = Counter()
        for profile, many in found.profiles:
            for one in profile.split(","):
                totals[one] += many
        self._minutes: Counter[int] = Counter()
        """How many are due in each minute, with the plan."""
        alike: Counter[tuple[Any, ...]] = Counter()
        instants = _Instants()
        # There may be as many as there are timers: one look at each, and few are left.
        for written, many in totals.items():
            number, moves, since, to = _read(written, instants)
            self._minutes[to] += many
            alike[self._told(since, to), number, moves] += many
        self._weights = {
            _Weight(timers[number], moves, *told): many
            for (told, number, moves), many in alike.items()
        }

    @property
    def overdue(self) -> set[str]:
        """The timers of which some would be due at once."""
        return {one.timer for one in self._weights if one.moves and one.overdue}

    @property
    def stand_still(self) -> bool:
        """Whether some that move stand still."""
        return any(one.moves and one.stands_still for one in self._weights)

    def counts(self, *, suspended: int) -> MoveCounts:
        """Return how many timers move, with those that stand still and have another time left."""
        moved = [(one, many) for one, many in self._weights.items() if one.moves]
        earlier = sum(many for one, many in moved if one.later < 0)
        later = sum(many for one, many in moved if one.later > 0)
        return MoveCounts(
            moved=earlier + later + suspended,
            earlier=earlier,
            later=later,
            suspended=sum(many for one, many in moved if one.stands_still),
            overdue=sum(many for one, many in moved if one.overdue),
            listed=sum(many for one, many in moved),
            mentorships=self._mentorships,
        )

    def by_days(self) -> dict[int, int]:
        """Return how many move by how many whole days; those below nought become earlier."""
        found: Counter[int] = Counter()
        for one, many in self._weights.items():
            if one.later:
                found[one.days] += many
        return dict(sorted(found.items()))

    def loads(self, followers: Mapping[str, Follower]) -> tuple[Load, ...]:
        """Return day by day what people are told; what is overdue counts for the first."""
        totals: dict[int, Counter[str]] = {}
        for one, many in self._weights.items():
            follower = followers[one.timer]
            for when, day in (("before", one.before), ("after", one.after)):
                if day is not None:
                    total = totals.setdefault(day, Counter())
                    total[f"messages_{when}"] += many * follower.tells.total()
                    total[f"escalations_{when}"] += many * follower.escalations
        return tuple(
            Load(_day_of(day), **{field: total[field] for field in Load._fields[1:]})
            for day, total in sorted(totals.items())
        )

    def peak(self) -> tuple[datetime, int] | None:
        """Return the minute with most timers due with the plan, and how many."""
        ahead = [pair for pair in self._minutes.items() if self._now < pair[0] <= self._last]
        if not ahead:
            return None
        minute, many = min(ahead, key=lambda pair: (-pair[1], pair[0]))
        return MINUTES_SINCE + timedelta(minutes=minute), many

    def _told(self, since: int, to: int) -> tuple[Any, ...]:
        """Return what is told of a timer that is due in a minute, and in another with the plan."""
        return (
            not since,
            (to > since) - (to < since),
            int((to - since) / _DAY),
            0 < to <= self._now,
            self._day(since),
            self._day(to),
        )

    def _day(self, minute: int) -> int | None:
        return max(minute // _DAY, self._today) if 0 < minute <= self._last else None


def minute_of(instant: datetime) -> int:
    """Return the minute an instant lies in."""
    return (instant - MINUTES_SINCE) // timedelta(minutes=1)


def _day_of(day: int) -> str:
    return (MINUTES_SINCE + timedelta(days=day)).date().isoformat()


def _read(written: str, instants: "_Instants") -> tuple[int, bool, int, int]:
    """Return a timer as `weigh_moves` writes it: (number, whether it moves, minute, minute then).

    A minute is nought where it stands still.
    """
    number, _, rest = written.partition(" ")
    if written[0] != "-":
        since = instants[rest] // 60
        return int(number), False, since, since
    seconds, _, both = rest.partition(" ")
    if not both:
        return -int(number), True, 0, 0
    to = instants[both[_WIDTH:]] + int(seconds)
    return -int(number), True, instants[both[:_WIDTH]] // 60, to // 60


class _Instants(dict[str, int]):
    """Instants that were written to the minute or second, in seconds from 2000; nothing is 0."""

    def __missing__(self, text: str) -> int:
        found = 0
        if text:
            instant = datetime.fromisoformat(text).replace(tzinfo=UTC)
            found = int((instant - MINUTES_SINCE).total_seconds())
        self[text] = found
        return found
