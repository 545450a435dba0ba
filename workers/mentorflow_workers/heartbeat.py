"""The Heartbeat's duty: every process of a worker gives signs of life, whatever else it does."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.heartbeat import EVERY, Heartbeat
from mentorflow.errors import StoreUnavailable
from mentorflow.store.store import Store
from mentorflow_workers.duties import DutyName
from mentorflow_workers.duty import Duty

PLACE = "MENTORFLOW_WORKER_PLACE"
"""Names the place of a process in its worker, which the one that follows it takes over."""
_PATIENCE = timedelta(seconds=5)


class HeartbeatDuty(Duty):
    """Give a sign of life, and rest."""

    name: ClassVar[str] = "heartbeat"

    def __init__(self, heartbeat: Heartbeat) -> None:
        super().__init__(EVERY)
        self._heartbeat = heartbeat

    def work(self) -> int:
        self._heartbeat.beat()
        return 0


def place() -> str:
    """Return the place of this process in its worker; a name of its own if it is in none."""
    return os.environ.get(PLACE) or f"alone-{os.getpid()}"


@contextmanager
def alive(store: Store, part: str, duties: Sequence[DutyName]) -> Iterator[None]:
    """Give signs of life of this process until it leaves, and then say that it has ended."""
    heartbeat = Heartbeat(store, id_=place(), part=part, duties=duties)
    duty = HeartbeatDuty(heartbeat)
    duty.start()
    try:
        yield
    finally:
        duty.stop()
        if duty.join(_PATIENCE):
            with suppress(StoreUnavailable):
                heartbeat.end()
