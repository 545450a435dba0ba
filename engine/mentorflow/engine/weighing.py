"""What a plan comes to, from how many mentorships have which timers: counts, loads, the peak."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

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
    """How many timers of one name are due in a minute, and are moved to another."""

    timer: str
    moves: bool
    since: int
    """The minute it is due in; nought where it stands still."""
    to: int
    many: int


class Weighing:
    """What a plan comes to."""

    def __init__(self, found: Weighed, timers: Sequence[str], now: datetime) -> None:
        self._now = minute_of(now)
        self._mentorships = found.mentorships
        totals: Counter[str] = Counter()
        for profile, many in found.profiles:
            for one in profile.split(","):
                totals[one] += many
        self._weights = [_weight(one, many, timers) for one, many in totals.items()]

    @property
    def overdue(self) -> set[str]:
        """The timers of which some would be due at once."""
        return {one.timer for one in self._weights if self._is_overdue(one)}

    @property
    def stand_still(self) -> bool:
        """Whether some that move stand still."""
        return any(one.moves and not one.since for one in self._weights)

    def counts(self, *, suspended: int) -> MoveCounts:
        """Return how many timers move, with those that stand still and have another time left."""
        moved = [one for one in self._weights if one.moves]
        earlier = sum(one.many for one in moved if one.to < one.since)
        later = sum(one.many for one in moved if one.to > one.since)
        return MoveCounts(
            moved=earlier + later + suspended,
            earlier=earlier,
            later=later,
            suspended=sum(one.many for one in moved if not one.since),
            overdue=sum(one.many for one in moved if self._is_overdue(one)),
            listed=sum(one.many for one in moved),
            mentorships=self._mentorships,
        )

    def by_days(self) -> dict[int, int]:
        """Return how many move by how many whole days; those below nought become earlier."""
        found: Counter[int] = Counter()
        for one in self._weights:
            if one.moves and one.to != one.since:
                found[int((one.to - one.since) / _DAY)] += one.many
        return dict(sorted(found.items()))

    def loads(self, followers: Mapping[str, Follower], until: datetime) -> tuple[Load, ...]:
        """Return day by day what people are told; what is overdue counts for the first."""
        last, today = minute_of(until), self._now // _DAY
        totals: dict[int, Counter[str]] = {}
        for one in self._weights:
            follower = followers[one.timer]
            for when, minute in (("before", one.since), ("after", one.to)):
                if 0 < minute <= last:
                    total = totals.setdefault(max(minute // _DAY, today), Counter())
                    total[f"messages_{when}"] += one.many * follower.tells.total()
                    total[f"escalations_{when}"] += one.many * follower.escalations
        return tuple(
            Load(_day_of(day), **{field: total[field] for field in Load._fields[1:]})
            for day, total in sorted(totals.items())
        )

    def peak(self, until: datetime) -> tuple[datetime, int] | None:
        """Return the minute with most timers due with the plan, and how many."""
        last = minute_of(until)
        found: Counter[int] = Counter()
        for one in self._weights:
            if self._now < one.to <= last:
                found[one.to] += one.many
        if not found:
            return None
        minute, many = min(found.items(), key=lambda item: (-item[1], item[0]))
        return MINUTES_SINCE + timedelta(minutes=minute), many

    def _is_overdue(self, one: _Weight) -> bool:
        return one.moves and 0 < one.to <= self._now


def minute_of(instant: datetime) -> int:
    """Return the minute an instant lies in."""
    return (instant - MINUTES_SINCE) // timedelta(minutes=1)


def _day_of(day: int) -> str:
    return (MINUTES_SINCE + timedelta(days=day)).date().isoformat()


def _weight(written: str, many: int, timers: Sequence[str]) -> _Weight:
    """Read a timer as `weigh_moves` writes it."""
    number, _, rest = written.partition(" ")
    if written[0] != "-":
        since = _minute(rest)
        return _Weight(timers[int(number)], moves=False, since=since, to=since, many=many)
    seconds, _, instants = rest.partition(" ")
    since, to = _minute(instants[:_WIDTH]), _minute(instants[_WIDTH:], int(seconds))
    return _Weight(timers[-int(number)], moves=True, since=since, to=to, many=many)


def _minute(text: str, later: int = 0) -> int:
    """Return the minute that an instant of a minute or second lies in, or so many seconds later."""
    if not text:
        return 0
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:] or 0) + later
    return _midnight(text[:10]) + seconds // 60


@lru_cache(maxsize=4096)
def _midnight(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - MINUTES_SINCE.toordinal()) * _DAY
