"""A duty: something a worker does over and over. This loop is the only one; duties say what."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import ClassVar

from mentorflow.errors import QueueUnavailable, StoreUnavailable

log = logging.getLogger("mentorflow.worker")
_AFTER_FAILURE = timedelta(seconds=1)


class Duty(ABC):
    """Work in pieces until told to end; rest where there is nothing to do."""

    name: ClassVar[str]

    def __init__(self, poll: timedelta) -> None:
        self._poll = poll
        self._woken = Event()
        self._ended = Event()
        self._thread = Thread(target=self._loop, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be work now, before the next look for it."""
        self._woken.set()

    def stop(self) -> None:
        """Ask for the end; the piece of work under way is finished."""
        self._ended.set()
        self._woken.set()

    def join(self, within: timedelta) -> bool:
        """Wait for the end; say whether it has come."""
        self._thread.join(within.total_seconds())
        return not self._thread.is_alive()

    @property
    def is_to_end(self) -> bool:
        """Whether it was asked to end."""
        return self._ended.is_set()

    @abstractmethod
    def work(self) -> int:
        """Do one piece of work; return how much there was to do."""

    def rest(self) -> timedelta:
        """Return how long to rest where there was nothing to do."""
        return self._poll

    def ended(self) -> None:  # noqa: B027  # most duties have nothing to let go of
        """Let go of what the work was done with, after its end."""

    def _loop(self) -> None:
        try:
            self._work_until_ended()
        finally:
            with self._failures_told():
                self.ended()

    def _work_until_ended(self) -> None:
        while not self._ended.is_set():
            # Cleared before the look, not after: a call that comes meanwhile is not missed.
            self._woken.clear()
            pause = self._pause_after_work()
            if pause and not self._ended.is_set():
                self._woken.wait(pause.total_seconds())

    def _pause_after_work(self) -> timedelta:
        pause = _AFTER_FAILURE
        with self._failures_told():
            pause = timedelta() if self.work() else self.rest()
        return pause  # noqa: RET504  # where the work fails, it is what it was

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        """Log whatever goes wrong inside, and go on behind it."""
        try:
            yield
        except (StoreUnavailable, QueueUnavailable) as failed:
            # A server that restarts comes back, and nobody need start us again for that.
            # Its first line: those below may hold what is in a row, which names people.
            reason = str(failed).partition("\n")[0]
            log.warning("duty.waits duty=%s error=%s", self.name, reason)
        except BaseException:
            # Of an app's callback that calls sys.exit, nothing would be seen but the silence.
            log.exception("duty.failed duty=%s", self.name)
