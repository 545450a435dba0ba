"""A Carrier's threads end as soon as they are told, and nothing is lost or done twice by it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event

import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from mentorflow.engine.relay import Claim
from mentorflow_workers import consumer
from mentorflow_workers.queue import WAITING, Queue, open_broker
from mentorflow_workers.threads import Threads
from servers.waiting import wait_until

PATIENCE = 20.0
LONG = 100
"""Seconds, in place of those that threads wait if nobody wakes them."""
ENDLESS = 600_000
HEARTBEATS = "mentorflow:__heartbeats__"


class Carrying:
    """A Carrier that holds on to its claims until it is let go."""

    def __init__(self) -> None:
        self.begun: SimpleQueue[str] = SimpleQueue()
        self.done: list[str] = []
        self.may_end = Event()

    def __call__(self, claim: Claim) -> None:
        self.begun.put(claim.lease)
        assert self.may_end.wait(PATIENCE)
        self.done.append(claim.lease)


@contextmanager
def threads_of(url: str, carry: Carrying, count: int) -> Iterator[tuple[Threads, RedisBroker]]:
    broker = open_broker(url)
    Queue(broker, carry)
    threads = Threads(broker, count)
    threads.start()
    yield threads, broker
    threads.stop(ENDLESS)
    broker.close()


def put(url: str, count: int) -> list[str]:
    names = [f"claim-{number}" for number in range(count)]
    broker = open_broker(url)
    for name in names:
        Queue(broker).put(Claim(name, [("a", 1, 0)]))
        broker.actors.clear()
    broker.close()
    return names


@pytest.fixture
def server(redis_url: str) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


def wait_until_waiting(server: "redis.Redis") -> None:
    """Wait until somebody waits in Redis, in this database: others may have theirs."""
    ours = str(server.connection_pool.connection_kwargs.get("db", 0))
    wait_until(
        lambda: any("b" in one["flags"] and one["db"] == ours for one in server.client_list()),
        "it waits in Redis",
    )


def signs_of_life(server: "redis.Redis", broker: RedisBroker) -> float:
    """Return when the last one was."""
    return float(server.zscore(HEARTBEATS, broker.broker_id) or 0)


def test_threads_that_wait_end_as_soon_as_they_are_told(
    redis_url: str, server: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "_WAIT", LONG)
    monkeypatch.setattr(consumer, "_LOOK_FOR_DELAYED", LONG)

    with threads_of(redis_url, Carrying(), 4) as (threads, _):
        wait_until_waiting(server)
        with ThreadPoolExecutor() as other:
            other.submit(threads.stop, ENDLESS).result(timeout=PATIENCE)

        assert not any(thread.is_alive() for thread in threads.workers)
        assert not any(taking.is_alive() for taking in threads.consumers.values())


def test_what_is_under_way_is_finished_and_what_is_not_begun_is_given_back(
    redis_url: str, server: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "_LOOK_FOR_DELAYED", 0.1)
    names = put(redis_url, 10)
    carry = Carrying()

    with threads_of(redis_url, carry, 2) as (threads, broker), ThreadPoolExecutor() as other:
        begun = [carry.begun.get(timeout=PATIENCE) for _ in range(2)]
        wait_until(lambda: server.llen(WAITING) == 6, "two more are taken for each thread")
        stopping = other.submit(threads.stop, ENDLESS)
        alive = signs_of_life(server, broker)
        wait_until(lambda: signs_of_life(server, broker) > alive, "it gives signs of life")
        assert not stopping.done()
        carry.may_end.set()
        stopping.result(timeout=PATIENCE)

    assert sorted(carry.done) == sorted(begun)
    assert server.llen(WAITING) == 8
    assert list(server.scan_iter("mentorflow:__acks__*")) == []
    with threads_of(redis_url, carry, 2):
        wait_until(lambda: len(carry.done) == len(names), "another one carries the rest")
    assert sorted(carry.done) == names


def test_a_thread_that_does_not_come_back_is_not_waited_for(redis_url: str) -> None:
    put(redis_url, 1)
    carry = Carrying()

    with threads_of(redis_url, carry, 1) as (threads, _):
        carry.begun.get(timeout=PATIENCE)
        with ThreadPoolExecutor() as other:
            other.submit(threads.stop, 100).result(timeout=PATIENCE)
        assert carry.done == []
        carry.may_end.set()

    assert carry.done == ["claim-0"]


@pytest.mark.parametrize("denied", ["client|unblock", "client"])
def test_who_may_not_wake_itself_ends_after_its_wait(
    redis_url: str, server: "redis.Redis", denied: str
) -> None:
    server.acl_setuser(
        "plain", enabled=True, nopass=True, keys=["*"], commands=["+@all", f"-{denied}"]
    )
    url = redis_url.replace("unix://", "unix://plain:any@")

    try:
        with threads_of(url, Carrying(), 1) as (threads, _):
            wait_until_waiting(server)
            with ThreadPoolExecutor() as other:
                other.submit(threads.stop, ENDLESS).result(timeout=PATIENCE)
    finally:
        server.acl_deluser("plain")
