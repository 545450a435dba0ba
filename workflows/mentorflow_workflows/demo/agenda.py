"""What people mean to do, in the order in which their time comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mentorflow_workflows.demo.pair import Pair

Words = Callable[["Pair"], Mapping[str, Any] | None]
"""What to send, settled only when the time has come; None if there is no reason any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One event somebody means to send."""

    pair: "Pair"
    event: str
    by: str | None
    words: Words
    then: Callable[["Pair"], None] | None
    """What follows once it was taken."""


class Agenda:
    """The acts of everybody, the soonest first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str, int, Act]] = []
        self._count = 0

    def add(self, at: datetime, act: Act) -> None:
        """Write an act down; of two at the same time in one mentorship, the first comes first."""
        self._count += 1
        heappush(self._heap, (at, act.pair.key, self._count, act))

    def next_at(self) -> datetime | None:
        """Return when the next act is due."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> list[Act]:
        """Take off the acts whose time has come, one for each mentorship.

        The next one of the same mentorship is settled when this one has been answered.
        """
        found: dict[str, Act] = {}
        later = []
        while self._heap and self._heap[0][0] <= now:
            planned = heappop(self._heap)
            if found.setdefault(planned[1], planned[3]) is not planned[3]:
                later.append(planned)
        for planned in later:
            heappush(self._heap, planned)
        return list(found.values())
