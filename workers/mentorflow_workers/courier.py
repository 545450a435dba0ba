"""The Courier's duty: send webhooks that are due, with many requests under way at once."""

from contextlib import ExitStack
from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.courier import Courier
from mentorflow.engine.webhooks import Webhooks
from mentorflow_workers.duty import Duty

_SHORTEST_REST = timedelta(milliseconds=50)


class CourierDuty(Duty):
    """Send while there is something to send; the client is opened when there first is."""

    name: ClassVar[str] = "courier"

    def __init__(self, poll: timedelta, webhooks: Webhooks) -> None:
        super().__init__(poll)
        self._webhooks = webhooks
        self._open = ExitStack()
        self._courier: Courier | None = None
        self._left = poll
        """How long there was nothing to send, when it was last looked."""

    def work(self) -> int:
        if self._courier is None:
            self._left = self._webhooks.rest(self._poll)
            if self._left:
                return 0
            client = self._open.enter_context(self._webhooks.client())
            self._courier = self._webhooks.courier(client)
            self._open.callback(self._courier.close)
        return self._courier.work()

    def rest(self) -> timedelta:
        # Where nothing was ever sent, one look in each round is enough.
        left = self._left if self._courier is None else self._webhooks.rest(self._poll)
        return max(left, _SHORTEST_REST)

    def ended(self) -> None:
        self._open.close()
