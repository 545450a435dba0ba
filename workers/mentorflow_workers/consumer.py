"""Takes claims from the queue, and waits in Redis until one comes.

dramatiq would look again and again, which costs a Carrier that has nothing to do more than all
else it does, and each claim half the time between two looks.
"""

from collections.abc import Iterable
from typing import Any

from dramatiq.broker import Consumer, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

_WAIT = 1
"""Seconds, after which dramatiq is given its sign of life, and a wish to end is looked at."""
_LOOK = 60
"""Milliseconds between two looks, at most, where there is no room for more or no way to wait."""


class WaitingConsumer(Consumer):
    """Take messages as dramatiq's own consumer does, which does no waiting then."""

    def __init__(self, broker: RedisBroker, waiting: str, taking: Any) -> None:
        self._client = broker.client
        self._waiting = waiting
        """The list of those nobody has fetched yet."""
        self._taking = taking
        self._can_wait = True

    def __next__(self) -> MessageProxy | None:
        has_room = self._taking.outstanding_message_count < self._taking.prefetch
        waits = has_room and self._can_wait
        self._taking.timeout = 0 if waits else _LOOK
        found: MessageProxy | None = next(self._taking)
        if found is None and waits:
            self._wait_for_one()
        return found

    def ack(self, message: MessageProxy) -> None:
        self._taking.ack(message)

    def nack(self, message: MessageProxy) -> None:
        self._taking.nack(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        self._taking.requeue(messages)

    def close(self) -> None:
        self._taking.close()

    def _wait_for_one(self) -> None:
        """Wait until there is one: moved from the head of its list to the head, it stays there."""
        try:
            self._client.blmove(self._waiting, self._waiting, _WAIT, "LEFT", "LEFT")
        except ResponseError:
            self._can_wait = False  # a Redis older than 6.2 does not know how
        except RedisConnectionError as failed:
            raise ConnectionClosed(failed) from None  # type: ignore[no-untyped-call]  # dramatiq does not say
