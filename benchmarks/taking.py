"""The process that takes out of the queue, in its own interpreter, until it is told to end."""

import signal
import sys
from threading import Event
from time import monotonic

from dramatiq import Worker
from dramatiq.brokers.redis import RedisBroker

from benchmarks.queues import CLAIMS, TOLD, bare_actor
from mentorflow import Engine
from mentorflow_workers.queue import Queue, open_broker
from mentorflow_workers.threads import Threads

_THREADS = 8


def main(what: str, redis: str, db: str) -> None:
    """Take claims and carry them out, or take bare messages, with or without a word of each."""
    if what == CLAIMS:
        broker = open_broker(redis)
        Queue(broker, Engine(db, channels=()).carrier.carry)
        worker: Worker = Threads(broker, _THREADS)
    else:
        broker = RedisBroker(url=redis)  # type: ignore[no-untyped-call]  # dramatiq does not say
        bare_actor(broker, _tell if what == TOLD else _nothing)
        worker = Worker(broker, worker_threads=_THREADS, worker_timeout=100)
    worker.start()
    print("ready", flush=True)
    end = Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    end.wait()
    worker.stop(timeout=1000)


def _tell(value: object) -> None:
    print(value, monotonic(), flush=True)


def _nothing(_value: object) -> None:
    """Do nothing."""


if __name__ == "__main__":
    main(*sys.argv[1:])
