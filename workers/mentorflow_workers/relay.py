"""The Relay's duty: claim effects of the outbox, and send the claims to the Carriers."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.relay import Claim, Relay
from mentorflow_workers.duty import Duty

Dispatch = Callable[[Claim], object]
"""How a claim gets to a Carrier: by the queue, or by a call where all is one process."""
MOST = 100
"""Effects of one claim: a message costs as much as fifty effects, and one thread carries it."""
_FULL = timedelta(milliseconds=50)
"""How long to wait for room in the queue."""


class RelayDuty(Duty):
    """Claim what is available, as long as there is room for it."""

    name: ClassVar[str] = "relay"

    def __init__(
        self,
        poll: timedelta,
        relay: Relay,
        dispatch: Dispatch,
        *,
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(poll)
        self._relay = relay
        self._dispatch = dispatch
        self._is_full = is_full
        self._waits_for_room = False

    def work(self) -> int:
        self._waits_for_room = self._is_full()
        if self._waits_for_room:
            return 0
        claim = self._relay.claim_batch(most=MOST)
        if claim.keys:
            self._dispatch(claim)
        return len(claim.keys)

    def rest(self) -> timedelta:
        return min(_FULL, self._poll) if self._waits_for_room else self._poll
