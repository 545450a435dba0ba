"""The Rescuer's duty: set effects free whose lease is over, and wake the Relay for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.rescuer import Rescuer
from mentorflow_workers.duty import Duty

_REST = timedelta(seconds=5)


class RescuerDuty(Duty):
    """Rescue piece by piece, and look again some seconds later."""

    name: ClassVar[str] = "rescuer"

    def __init__(self, rescuer: Rescuer, *, rescued: Callable[[], object]) -> None:
        super().__init__(_REST)
        self._rescuer = rescuer
        self._rescued = rescued

    def work(self) -> int:
        rescued = self._rescuer.rescue_batch()
        if rescued:
            self._rescued()
        return rescued
