"""What a plan comes to, from how many timers are alike: counts, loads, the peak."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.retiming import Follower
from mentorflow.store.retiming import MoveCounts
from mentorflow.store.weighing import MINUTES_SINCE, Weighed

ROLE_BITS = 10
"""Of the messages of one role, in the number that has those of all."""
MOST_ROLES = 6


class Load(NamedTuple):
    """What people are told on one day, without a plan and with it, as far as it can be foreseen."""

    day: str
    messages_before: int
    messages_after: int
    escalations_before: int
    escalations_after: int


class Weighing:
    """What a plan comes to, from how many timers are alike."""

    def __init__(self, found: Weighed, timers: Sequence[str]) -> None:
        self._found = found
        self._timers = timers

    @property
    def overdue(self) -> set[str]:
        """The timers of which some would be due at once."""
        return {
            self._timers[one.number] for one in self._found.weights if one.moves and one.overdue
        }

    @property
    def stand_still(self) -> bool:
        """Whether some that move stand still."""
        return any(one.moves and one.stands_still for one in self._found.weights)

    def counts(self, *, suspended: int) -> MoveCounts:
        """Return how many timers move, with those that stand still and have another time left."""
        moved = [(one, many) for one, many in self._found.weights.items() if one.moves]
        earlier = sum(many for one, many in moved if one.later < 0)
        later = sum(many for one, many in moved if one.later > 0)
        return MoveCounts(
            moved=earlier + later + suspended,
            earlier=earlier,
            later=later,
            suspended=sum(many for one, many in moved if one.stands_still),
            overdue=sum(many for one, many in moved if one.overdue),
            listed=sum(many for one, many in moved),
            mentorships=self._found.mentorships,
        )

    def by_days(self) -> dict[int, int]:
        """Return how many move by how many whole days; those below nought become earlier."""
        found: Counter[int] = Counter()
        for one, many in self._found.weights.items():
            if one.later:
                found[one.days] += many
        return dict(sorted(found.items()))

    def loads(self, followers: Mapping[str, Follower]) -> tuple[Load, ...]:
        """Return day by day what people are told; what is overdue counts for the first."""
        totals: dict[int, Counter[str]] = {}
        for one, many in self._found.weights.items():
            follower = followers[self._timers[one.number]]
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
        ahead = self._found.minutes.items()
        if not ahead:
            return None
        minute, many = min(ahead, key=lambda pair: (-pair[1], pair[0]))
        return MINUTES_SINCE + timedelta(minutes=minute), many


def _day_of(day: int) -> str:
    return (MINUTES_SINCE + timedelta(days=day)).date().isoformat()
