"""What is meant to be done, in the order in which its time comes."""

from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

Planned = TypeVar("Planned")


class Agenda(Generic[Planned]):
    """The plans of many, each of one owner, the soonest first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str, int, Planned]] = []
        self._count = 0

    def add(self, at: datetime, owner: str, planned: Planned) -> None:
        """Write a plan down; of two of one owner at the same time, the first comes first."""
        self._count += 1
        heappush(self._heap, (at, owner, self._count, planned))

    def next_at(self) -> datetime | None:
        """Return when the next plan is due."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> list[Planned]:
        """Take off the plans whose time has come, one for each owner.

        The next one of the same owner is due when this one has been carried out.
        """
        found: dict[str, Planned] = {}
        later = []
        while self._heap and self._heap[0][0] <= now:
            entry = heappop(self._heap)
            if entry[1] in found:
                later.append(entry)
            else:
                found[entry[1]] = entry[3]
        for entry in later:
            heappush(self._heap, entry)
        return list(found.values())
