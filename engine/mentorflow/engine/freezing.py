"""Taking up the timers that a frozen program has set aside: spread, in the order they came due."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from mentorflow.core.spreading import Window, roomy, spread
from mentorflow.errors import InvalidPayload
from mentorflow.store.programs import (
    SetAside,
    count_aside,
    list_aside,
    program_named,
    take_up,
)
from mentorflow.store.store import Store

Progress = Callable[[int, int], object]
"""Told how many timers are done, and of how many."""
_LISTED = 50_000
"""Timers that are read at once: each reading looks through all that are left."""
BATCH = 1000
"""Timers that are written in one transaction, under the locks of their mentorships."""
_LONGEST = timedelta(days=366)
_LAST = 1 - 1e-9


class TakingUp(NamedTuple):
    """The timers of a program that goes on, and over which stretch of time they are spread."""

    store: Store
    program: str
    window: Window
    batch: int
    urgent: frozenset[str]
    """Those timers that are due at once, by day and by night."""
    now: datetime

    def take_up_all(self, progress: Progress | None) -> int:
        """Give all that is set aside a due instant; return how many it were.

        Another freeze ends it: then those that are left wait for the next time.
        """
        with self.store.transaction() as transaction:
            size = count_aside(transaction, self.program)
        done = 0
        for batch in self._batches():
            timers = [
                (self._due(timer, (done + place) / size), timer)
                for place, timer in enumerate(batch)
            ]
            with self.store.transaction() as transaction:
                found = program_named(transaction, self.program)
                if found is not None and found.frozen_at is not None:
                    break
                take_up(transaction, timers)
            done += len(batch)
            if progress is not None:
                progress(min(done, size), size)
        return done

    def _batches(self) -> Iterator[list[SetAside]]:
        while True:
            with self.store.transaction() as transaction:
                listed = list_aside(transaction, self.program, most=_LISTED)
            if not listed:
                return
            for start in range(0, len(listed), self.batch):
                yield listed[start : start + self.batch]

    def _due(self, timer: SetAside, part: float) -> datetime:
        window = self.window
        if timer.name in self.urgent:
            return self.now
        if window.since < timer.anchor_at < window.until:
            # What reminds of something to come is of no use after it.
            window = window._replace(until=timer.anchor_at)
        return spread(window, min(part, _LAST))


def window_of(now: datetime, over: timedelta, zone: tzinfo) -> Window:
    """Return the stretch of time to spread over; at night, it begins in the morning.

    Raises:
        InvalidPayload: if it is longer than a year, or no time at all.
    """
    if not timedelta() < over <= _LONGEST:
        raise InvalidPayload(f"over is {over}; it must be up to {_LONGEST.days} days")
    return roomy(Window(now, now + over, zone))
