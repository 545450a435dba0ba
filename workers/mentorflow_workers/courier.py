"""The Courier's duty: send webhooks that are due, with many requests under way at once."""

from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.courier import Courier
from mentorflow_workers.duty import Duty


class CourierDuty(Duty):
    """Send while there is something to send, and look again when there may be."""

    name: ClassVar[str] = "courier"

    def __init__(self, poll: timedelta, courier: Courier) -> None:
        super().__init__(poll)
        self._courier = courier

    def work(self) -> int:
        return self._courier.work()

    def rest(self) -> timedelta:
        return self._courier.rest(self._poll)

    def ended(self) -> None:
        self._courier.close()
