"""The queue between processes: claims of effects beside dramatiq's own bare messages.

One process puts in, another takes out, for both sides: `python -m benchmarks.taking` is the other.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from benchmarks.databases import ROOT, Database, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow import Engine
from mentorflow.clock import SystemClock
from mentorflow.engine.relay import Relay
from mentorflow.store.store import Store
from mentorflow_workers.queue import EFFECTS, Queue, open_broker
from mentorflow_workers.relay import MOST

REPEATS = 5
CLAIMS, BARE, TOLD = "claims", "bare", "told"
"""What is taken out: claims, bare messages, or bare messages each of which is told of."""
_LOOK = 0.005
"""Seconds between two looks at whether all is done."""
_BATCH = 1000


def relay(*, effects: int) -> Figure:
    """Measure effects from the outbox to carried out, beside as many bare messages."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder)) as database,
        redis_server() as redis,
    ):
        rounds = Rounds()
        with taking(CLAIMS, redis, database.url), taking(BARE, redis):
            for number in range(1 + REPEATS):
                fill(database, effects, number)
                rounds.add(ours=_relay_all(database, redis), floor=_send_all(redis, effects))
    rounds.drop_first()
    notes = [
        (
            f"{database.durability}; {effects:,} effects that do nothing, {MOST} to a claim; "
            "one process puts in, one takes out with 8 threads"
        ),
        "the floor: as many messages of dramatiq with an actor that does nothing, nothing durable",
    ]
    return rounds.rates("relay.redis", "effects/s", effects, notes)


@contextmanager
def redis_server() -> Iterator[str]:
    """Lend a Redis server of our own, which keeps nothing on disk."""
    from servers import redis, session

    with session.opened() as opened:
        yield redis.start(opened, redis.program(opened)).url


@contextmanager
def taking(what: str, redis: str, db: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run the process that takes out."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.taking", what, redis, db],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.terminate()


def bare_actor(broker: RedisBroker, work: Callable[[Any], object]) -> Any:
    """Return an actor that is not ours."""
    return dramatiq.actor(broker=broker, actor_name=BARE, queue_name=BARE)(work)


def fill(database: Database, effects: int, number: int) -> None:
    """Leave effects in the outbox; the number is of a round, of which there may be several."""
    with Engine(database.url, channels=()) as engine:
        left = effects
        while left > 0:
            count = min(left, 2 * _BATCH) // 2  # a start leaves two
            engine.start_many(
                {
                    "mentee": "mentee-1",
                    # Somebody else each time: one person's messages would wait for their week.
                    "mentors": [f"mentor-{number}-{left}-{one}"],
                    "program": "program-1",
                    "key": f"{number}-{left}-{one}",
                }
                for one in range(count)
            )
            left -= 2 * count
    database.settle()


def _relay_all(database: Database, redis: str) -> Took:
    store = Store(database.url, SystemClock())
    queue = Queue(open_broker(redis))
    relaying = Relay(store)
    with Stopwatch() as watch:
        while True:
            if queue.is_full():
                Event().wait(_LOOK)
                continue
            claim = relaying.claim_batch(most=MOST)
            if not claim.keys:
                break
            queue.put(claim)
        _wait_until_empty(open_broker(redis), EFFECTS)
    store.close()
    left = database.query("SELECT count(*) FROM mentorflow_effect WHERE status <> 'done'")
    assert left == [(0,)], left
    return watch.took


def _send_all(redis: str, count: int) -> Took:
    broker = RedisBroker(url=redis)  # type: ignore[no-untyped-call]  # dramatiq does not say
    actor = bare_actor(broker, _nothing)
    with Stopwatch() as watch:
        for number in range(count):
            actor.send(number)
        _wait_until_empty(broker, BARE)
    return watch.took


def _wait_until_empty(broker: RedisBroker, queue: str) -> None:
    # What is being worked on counts until it is acknowledged.
    while broker.do_qsize(queue):
        Event().wait(_LOOK)


def _nothing(_value: object) -> None:
    """Do nothing, which is the floor's work."""
