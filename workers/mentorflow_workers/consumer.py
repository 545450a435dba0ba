"""Takes what is in Redis' queues, and waits until there is something, or until it is told to end.

dramatiq would look again and again, which costs a Carrier that has nothing to do more than all
else it does, and each claim half the time between two looks; and it would end no sooner than at
its next look.
"""

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from threading import Event
from typing import Any

from dramatiq.broker import Consumer, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

_WAIT = 1
"""Seconds, after which dramatiq is given its sign of life."""
_LOOK = 60
"""Milliseconds between two looks, at most, where there is no room for more or no way to wait."""
_LOOK_FOR_DELAYED = 2.0
"""Seconds; nothing of ours is ever delayed, but dramatiq has a queue for what is. The look is also
the sign of life of a process that has no room for more, which others await for five seconds."""


class WokenConsumer(Consumer):
    """Take messages as dramatiq's own consumer does, which does no waiting then."""

    def __init__(self, taking: Any) -> None:
        self._taking = taking

    @abstractmethod
    def wake(self) -> None:
        """End the wait, now and from now on; any thread may."""

    def ack(self, message: MessageProxy) -> None:
        self._taking.ack(message)

    def nack(self, message: MessageProxy) -> None:
        self._taking.nack(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        self._taking.requeue(messages)

    def close(self) -> None:
        self._taking.close()


class WaitingConsumer(WokenConsumer):
    """Wait in Redis for what comes."""

    def __init__(self, broker: RedisBroker, waiting: str, taking: Any) -> None:
        super().__init__(taking)
        self._client = broker.client
        self._waiting = waiting
        """The list of those nobody has fetched yet."""
        self._can_wait = True
        self._waiter: Redis | None = None
        self._waits_as: int | None = None
        """What Redis calls the connection that waits."""

    def __next__(self) -> MessageProxy | None:
        has_room = self._taking.outstanding_message_count < self._taking.prefetch
        waits = has_room and self._can_wait
        self._taking.timeout = 0 if waits else _LOOK
        found: MessageProxy | None = next(self._taking)
        if found is None and waits:
            self._wait_for_one()
        return found

    def wake(self) -> None:
        waits_as, self._can_wait = self._waits_as, False
        if waits_as is not None:
            # Who may not give this command, or has lost Redis, waits to the end of the wait.
            with suppress(RedisError):
                self._client.client_unblock(waits_as)

    def close(self) -> None:
        super().close()
        if self._waiter is not None:
            self._waiter.close()

    def _wait_for_one(self) -> None:
        """Wait until there is one: moved from the head of its list to the head, it stays there."""
        try:
            if self._waiter is None:
                self._waiter = self._client.client()
            self._waits_as = _name_of(self._waiter)
            if self._can_wait:
                self._waiter.blmove(self._waiting, self._waiting, _WAIT, "LEFT", "LEFT")
        except ResponseError:
            self._can_wait = False  # a Redis older than 6.2 does not know how
        except RedisConnectionError as failed:
            raise ConnectionClosed(failed) from None  # type: ignore[no-untyped-call]  # dramatiq does not say
        finally:
            self._waits_as = None


def _name_of(client: Redis) -> int | None:
    """Ask what Redis calls a connection: another each time that it had to be made anew."""
    with suppress(ResponseError):  # not everybody may ask
        return int(client.client_id())
    return None


class SeldomConsumer(WokenConsumer):
    """Look now and then."""

    def __init__(self, taking: Any) -> None:
        super().__init__(taking)
        taking.timeout = 0
        self._woken = Event()

    def __next__(self) -> MessageProxy | None:
        found: MessageProxy | None = next(self._taking)
        if found is None:
            self._woken.wait(_LOOK_FOR_DELAYED)
        return found

    def wake(self) -> None:
        self._woken.set()
