"""The queue between the Relay and the Carriers: dramatiq on Redis, carrying claims and no more.

The outbox in the database is the truth. What Redis forgets is claimed again when its lease is
over; what it delivers twice finds nothing left under its lease.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import DramatiqError
from redis.exceptions import RedisError

from mentorflow.engine.relay import Claim
from mentorflow.errors import InvalidPayload, QueueUnavailable
from mentorflow_workers.consumer import SeldomConsumer, WaitingConsumer, WokenConsumer

EFFECTS = "effects"
_NAMESPACE = "mentorflow"
WAITING = f"{_NAMESPACE}:{EFFECTS}"
"""The list in which Redis keeps the claims that no process has fetched yet."""
_HEARTBEAT_TIMEOUT = 5_000
"""Milliseconds after which a process that shows no sign of life is taken to be dead."""
_MAINTENANCE_CHANCE = 333_333
"""In a million: one command in three looks for the messages of dead processes."""
_DEAD_MESSAGE_TTL = 60 * 60 * 1000
"""Milliseconds; what failed in an actor is in the database's hands already."""
_MOST_WAITING = 20
"""Claims. More would only wait until their leases are over."""


def open_broker(url: str) -> RedisBroker:
    """Return a broker of our own, which is nobody's global one.

    It has no middleware: attempts, waits and limits are the database's, and a time limit would
    not interrupt a call that blocks.

    Raises:
        InvalidPayload: if the URL is none; nothing is connected to yet.
    """
    try:
        return _Broker(
            url=url,
            middleware=[],
            namespace=_NAMESPACE,
            heartbeat_timeout=_HEARTBEAT_TIMEOUT,
            maintenance_chance=_MAINTENANCE_CHANCE,
            dead_message_ttl=_DEAD_MESSAGE_TTL,
        )
    except ValueError as wrong:
        raise InvalidPayload(
            "redis is no URL of a Redis server; write redis://host/0 or unix:///path?db=0"
        ) from wrong


class _Broker(RedisBroker):
    """Wait for what is in our queue, and look seldom into the other; dramatiq looks into both."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]  # dramatiq does not say

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 0) -> WokenConsumer:  # noqa: ARG002
        taking = super().consume(queue_name, prefetch, timeout=0)
        if queue_name == EFFECTS:
            return WaitingConsumer(self, WAITING, taking)
        return SeldomConsumer(taking)


class Queue:
    """Claims on their way to a Carrier."""

    def __init__(self, broker: RedisBroker, carry: Callable[[Claim], object] | None = None) -> None:
        self._broker = broker
        declare = dramatiq.actor(broker=broker, actor_name="carry", queue_name=EFFECTS)
        self._actor = declare(_receiver(carry))

    def put(self, claim: Claim) -> None:
        """Send a claim to whichever Carrier is free.

        Raises:
            QueueUnavailable: if it cannot be reached; the effects are free again after their lease.
        """
        with _our_errors():
            self._actor.send(claim.lease, [list(key) for key in claim.keys])

    def is_full(self) -> bool:
        """Say whether enough claims wait already.

        Raises:
            QueueUnavailable: if it cannot be reached.
        """
        with _our_errors():
            return int(self._broker.do_qsize(EFFECTS)) >= _MOST_WAITING


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except (RedisError, DramatiqError) as failed:
        raise QueueUnavailable(f"the queue cannot be reached: {failed}") from failed


def _receiver(carry: Callable[[Claim], object] | None) -> Callable[[str, Sequence[Any]], None]:
    def receive(lease: str, keys: Sequence[Any]) -> None:
        if carry is None:
            raise AssertionError("only a Carrier's process takes claims from the queue")
        carry(Claim(lease, [(str(id_), int(rev), int(place)) for id_, rev, place in keys]))

    return receive
