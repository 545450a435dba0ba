"""The threads of a Carrier's process: dramatiq's worker, which ends as soon as it is told to.

dramatiq has each thread look once a second whether it is to end, and those that take from the queue
only after those that work. Here they are woken.
"""

from queue import PriorityQueue
from time import monotonic
from typing import Any

from dramatiq import Worker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import join_all

from mentorflow_workers.consumer import WokenConsumer

_FOR_WAKING = 1000
"""Milliseconds that the threads which were woken have, though grace may be over."""


class Threads(Worker):
    """Carry out what comes, until told to stop."""

    def __init__(self, broker: RedisBroker, threads: int) -> None:
        super().__init__(broker, worker_threads=threads)
        self.work_queue: _AtHand = _AtHand()

    def stop(self, timeout: int = 600_000) -> None:
        """Finish what is under way, within some milliseconds, and give back what is not begun.

        Those who take from the queue go on until then: they give Redis the signs of life without
        which it would have others begin what is still under way here.
        """
        until = monotonic() + timeout / 1000
        for thread in self.workers:
            thread.stop()
        self.work_queue.wake()
        join_all(self.workers, timeout)  # type: ignore[no-untyped-call]  # dramatiq does not say
        for taking in self.consumers.values():
            taking.stop()
            if isinstance(taking.consumer, WokenConsumer):
                taking.consumer.wake()
        left = int((until - monotonic()) * 1000)
        super().stop(timeout=max(left, _FOR_WAKING))


class _AtHand(PriorityQueue[Any]):
    """What was taken and is not begun: who gets nothing from it was woken.

    It waits for longer than it is asked to: nobody pauses these threads, who would look for that.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_woken = False

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ARG002, FBT001, FBT002  # as it is called
        if block:
            with self.not_empty:
                self.not_empty.wait_for(lambda: self._qsize() or self._is_woken)
        return super().get(block=False)

    def wake(self) -> None:
        """End all waits, now and from now on."""
        with self.not_empty:
            self._is_woken = True
            self.not_empty.notify_all()
