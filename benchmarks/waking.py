"""A worker that has nothing to do: how soon it begins what comes, and what it costs meanwhile."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Event
from time import monotonic

import psutil
from dramatiq.brokers.redis import RedisBroker

from benchmarks.databases import Database, databases
from benchmarks.figure import Figure
from benchmarks.queues import TOLD, bare_actor, redis_server, taking
from mentorflow import Engine

_APART = 0.05
"""Seconds between two events: long enough that the system is idle again."""
_APP = """
from time import monotonic

from mentorflow import Engine

engine = Engine({url!r}, channels=())


@engine.on("mentorship.state_changed")
def tell(notice):
    print(notice.id, monotonic(), flush=True)
"""


def event_to_effect(*, events: int) -> Figure:
    """Measure from an event's commit to the start of the app's callback in another process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder)) as database,
        redis_server() as redis,
    ):
        with working(database, redis, Path(folder)) as worker:
            ours = list(_from_events(database, worker, events))
        with taking(TOLD, redis) as process:
            floor = list(_from_messages(redis, process, events))
    notes = [
        f"{database.durability}; {events} events {_APART * 1000:.0f} ms apart",
        (
            f"ours: p50 {median(ours):.1f} ms (wanted: < 50), p99 {_p99(ours):.1f} ms (< 250), "
            f"at most {max(ours):.1f} ms"
        ),
        (
            f"the floor, a bare message of dramatiq: p50 {median(floor):.1f} ms, "
            f"p99 {_p99(floor):.1f} ms"
        ),
    ]
    return _figure("event_to_effect", "ms", ours, floor, notes)


def idle(*, seconds: float) -> Figure:
    """Measure what a whole worker costs that has nothing to do."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder)) as database,
        redis_server() as redis,
    ):
        with working(database, redis, Path(folder)) as worker:
            Event().wait(2)
            before = _transactions(database)
            ours = _busy(worker.pid, seconds)
            rate = (_transactions(database) - before) / seconds
        with taking(TOLD, redis) as process:
            Event().wait(2)
            floor = _busy(process.pid, seconds)
    notes = [
        f"keeper and one carrier with 4 threads, for {seconds:.0f} s; wanted: < 2 % of a core",
        f"{rate:.1f} transactions a second on the database (wanted: < 10 queries)",
        "the floor: one process of dramatiq with 8 threads",
    ]
    return _figure("idle", "% of a core", [ours], [floor], notes)


@contextmanager
def working(database: Database, redis: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a worker with an app that tells of every change."""
    (folder / "told_app.py").write_text(_APP.format(url=database.url))
    command = [sys.executable, "-m", "mentorflow", "worker", "--db", database.url]
    process = subprocess.Popen(
        [*command, "--redis", redis, "--app", "told_app:engine"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        list(_from_events(database, process, 1))  # it has begun
        yield process
        process.terminate()


def _from_events(database: Database, worker: subprocess.Popen[str], events: int) -> Iterator[float]:
    assert worker.stdout is not None
    with Engine(database.url, channels=()) as engine:
        for _ in range(events):
            started = engine.start(mentee="m", mentors=["n"], program="p")
            committed = monotonic()
            name, at = worker.stdout.readline().split()
            assert name.startswith(started.id), name
            yield max(float(at) - committed, 0.0) * 1000
            Event().wait(_APART)


def _from_messages(redis: str, process: subprocess.Popen[str], count: int) -> Iterator[float]:
    assert process.stdout is not None
    broker = RedisBroker(url=redis)  # type: ignore[no-untyped-call]  # dramatiq does not say
    actor = bare_actor(broker, str)
    for number in range(count):
        actor.send(number)
        sent = monotonic()
        _, at = process.stdout.readline().split()
        yield max(float(at) - sent, 0.0) * 1000
        Event().wait(_APART)


def _busy(pid: int, seconds: float) -> float:
    """Return the share of a core a process and its children take, in percent."""
    whole = psutil.Process(pid)
    tree = [whole, *whole.children(recursive=True)]
    before = sum(_processor_seconds(one) for one in tree)
    Event().wait(seconds)
    return (sum(_processor_seconds(one) for one in tree) - before) / seconds * 100


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _transactions(database: Database) -> int:
    found = database.query(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database "
        "WHERE datname = current_database()"
    )
    return int(found[0][0])


def _figure(
    name: str, unit: str, ours: Sequence[float], floor: Sequence[float], notes: Sequence[str]
) -> Figure:
    ratio = median(floor) / max(median(ours), 1e-6)
    return Figure(
        name=name,
        unit=unit,
        ours=median(ours),
        floor=median(floor),
        ratio=ratio,
        repeats=len(ours),
        spread=(median(floor) / max(*ours, 1e-6), median(floor) / max(min(ours), 1e-6)),
        notes=tuple(notes),
    )


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) > 1 else values[0]
