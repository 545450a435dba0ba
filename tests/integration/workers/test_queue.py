"""The queue between the Relay and the Carriers: who has nothing to do waits in Redis."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from dramatiq.brokers.redis import RedisBroker

from mentorflow.engine.relay import Claim
from mentorflow_workers.queue import EFFECTS, Queue, open_broker
from servers.waiting import wait_until

CLAIM = Claim("claim-1", [("a", 1, 0)])


@pytest.fixture
def broker(redis_url: str) -> Iterator[RedisBroker]:
    """A broker on an empty Redis."""
    broker = open_broker(redis_url)
    yield broker
    broker.client.close()
    broker.client.connection_pool.disconnect()


def test_what_waits_for_a_claim_wakes_when_one_comes_and_takes_it(broker: RedisBroker) -> None:
    queue = Queue(broker)
    consumer = broker.consume(EFFECTS, 8)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(next, consumer)
        _wait_until_waiting(broker, 1)
        queue.put(CLAIM)
        assert waiting.result(timeout=30) is None, "it has waited, and looks now"

    taken = next(consumer)
    assert taken is not None
    assert taken.args == ("claim-1", [["a", 1, 0]])
    assert next(broker.consume(EFFECTS, 8)) is None, "nobody else gets it"


def test_of_several_that_wait_one_gets_the_claim(broker: RedisBroker) -> None:
    queue = Queue(broker)
    consumers = [broker.consume(EFFECTS, 8) for _ in range(3)]
    with ThreadPoolExecutor() as threads:
        waiting = [threads.submit(next, consumer) for consumer in consumers]
        _wait_until_waiting(broker, 3)
        queue.put(CLAIM)
        for each in waiting:
            assert each.result(timeout=30) is None

    taken = [next(consumer) for consumer in consumers]
    assert sum(found is not None for found in taken) == 1


def test_claims_are_taken_in_the_order_they_were_put(broker: RedisBroker) -> None:
    queue = Queue(broker)
    consumer = broker.consume(EFFECTS, 8)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(next, consumer)
        _wait_until_waiting(broker, 1)
        for number in range(5):
            queue.put(CLAIM._replace(lease=f"claim-{number}"))
        waiting.result(timeout=30)

    taken = [next(consumer) for _ in range(5)]
    assert [found.args[0] for found in taken if found] == [f"claim-{number}" for number in range(5)]


def test_who_has_enough_at_hand_takes_no_more(broker: RedisBroker) -> None:
    queue = Queue(broker)
    consumer = broker.consume(EFFECTS, 1)
    queue.put(CLAIM)
    queue.put(CLAIM)

    taken = next(consumer)
    assert taken is not None
    assert next(consumer) is None
    consumer.ack(taken)
    assert next(consumer) is not None


def _wait_until_waiting(broker: RedisBroker, count: int) -> None:
    wait_until(lambda: _blocked(broker) == count, "all wait in Redis")


def _blocked(broker: RedisBroker) -> int:
    """Count the clients that Redis has wait, of this database alone: others may have theirs."""
    ours = str(broker.client.connection_pool.connection_kwargs.get("db", 0))
    clients = broker.client.client_list()
    return sum("b" in one["flags"] and one["db"] == ours for one in clients)
