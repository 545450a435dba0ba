"""The Timekeeper's duty: fire the timers that are due, batch after batch, when they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.timekeeper import Timekeeper
from mentorflow_workers.duty import Duty


class TimekeeperDuty(Duty):
    """Fire due timers, tell the Relay when that left effects, and rest until the next is due."""

    name: ClassVar[str] = "timekeeper"

    def __init__(
        self, poll: timedelta, timekeeper: Timekeeper, *, fired: Callable[[], object]
    ) -> None:
        super().__init__(poll)
        self._timekeeper = timekeeper
        self._fired = fired
        self._next_in: timedelta | None = None

    def work(self) -> int:
        fired = self._timekeeper.fire_batch(None)
        self._next_in = fired.next_in
        if fired.fired:
            self._fired()
        return fired.size

    def rest(self) -> timedelta:
        # A timer that is due already is locked by somebody who works on its mentorship.
        left = self._next_in
        return min(left, self._poll) if left is not None and left > timedelta() else self._poll
