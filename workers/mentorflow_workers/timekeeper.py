"""The Timekeeper's duty: fire the timers that are due, batch after batch."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.timekeeper import Timekeeper
from mentorflow_workers.duty import Duty


class TimekeeperDuty(Duty):
    """Fire due timers, and tell the Relay when that left effects."""

    name: ClassVar[str] = "timekeeper"

    def __init__(
        self, poll: timedelta, timekeeper: Timekeeper, *, fired: Callable[[], object]
    ) -> None:
        super().__init__(poll)
        self._timekeeper = timekeeper
        self._fired = fired

    def work(self) -> int:
        fired = self._timekeeper.fire_batch(None)
        if fired:
            self._fired()
        return fired
