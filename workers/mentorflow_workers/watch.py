"""The watch over a process that carries effects out: it gives up the calls that do not come back.

A call that blocks cannot be interrupted, so its thread is lost. When half of the threads are, the
process ends, and its supervisor starts another one.
"""

import logging
from datetime import timedelta
from threading import Event
from time import monotonic

from mentorflow.engine.carrier import Call, Carrier
from mentorflow.errors import StoreUnavailable

log = logging.getLogger("mentorflow.worker")
_PART_OF_LEASE = 2
"""Half of a lease: a third of it may be over when a call begins, and it must not end unsettled."""
_LOOKS = 10
"""In the time a call has; a look costs nothing."""
_TOO_MANY = 0.5
"""Of the threads."""


class Watch:
    """Look again and again whether calls have come back."""

    def __init__(self, carrier: Carrier, lease: timedelta, *, threads: int) -> None:
        self._carrier = carrier
        self._threads = threads
        self._since: dict[Call, float] = {}
        self._lost: set[Call] = set()
        self.patience = lease / _PART_OF_LEASE
        """How long a call may take."""

    def until(self, end: Event) -> bool:
        """Wait for the end; bring it about, and say so, when too many threads are lost."""
        while not end.wait(self.patience.total_seconds() / _LOOKS):
            self._look()
            if len(self._lost) >= self._threads * _TOO_MANY:
                log.error("worker.stuck calls=%d threads=%d", len(self._lost), self._threads)
                return True
        return False

    def _look(self) -> None:
        now = monotonic()
        self._since = {call: self._since.get(call, now) for call in self._carrier.calls}
        self._lost &= self._since.keys()  # some may come back after all
        late = (
            call
            for call, since in self._since.items()
            if now - since >= self.patience.total_seconds()
        )
        for call in set(late) - self._lost:
            self._give_up(call)

    def _give_up(self, call: Call) -> None:
        log.error("call.hung effect=%s seconds=%.1f", call.effect.id, self.patience.total_seconds())
        self._lost.add(call)
        try:
            self._carrier.give_up(call)
        except StoreUnavailable as failed:
            log.warning("call.unsettled effect=%s error=%s", call.effect.id, failed)
