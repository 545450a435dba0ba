"""What tests have threads and processes do at once; processes are forked from one that is warm."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from builders import Empty, Host, at, life, open_host, tiny
from mentorflow import Engine, ManualClock
from mentorflow.core.workflow import Workflow

T = TypeVar("T")
_together: list[Barrier] = []


@lru_cache
def processes() -> ForkServerContext:
    """Return the server that forks the processes of tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


@contextmanager
def importable() -> Iterator[None]:
    """Let the server that forks find this folder, which it is not told of."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parent), before]))
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def in_processes(count: int, work: Callable[..., T], *arguments: Any) -> list[T]:
    """Run a function in several processes at once, with the number of each; return the results."""
    context = processes()
    barrier = context.Barrier(count)
    with (
        importable(),
        ProcessPoolExecutor(
            count, mp_context=context, initializer=_meet_at, initargs=(barrier,)
        ) as pool,
    ):
        running = [pool.submit(work, number, *arguments) for number in range(count)]
        return [found.result(timeout=60) for found in running]


def _meet_at(barrier: Barrier) -> None:
    _together.append(barrier)


def in_threads(count: int, work: Callable[[int], T]) -> list[T]:
    """Run a function in several threads at once, with the number of each; return the results."""
    barrier = threading.Barrier(count)

    def run(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(run, number) for number in range(count)]
        return [found.result(timeout=60) for found in running]


@contextmanager
def host_of(url: str, *, days: float = 0) -> Iterator[Host]:
    """Open a host of the small life, and wait until all the processes have come so far."""
    host = open_host(url, life(), clock=ManualClock(at(days=days)))
    _together[-1].wait(timeout=60)
    try:
        yield host
    finally:
        host.engine.close()


def send_notes(number: int, url: str, mentorship_id: str, count: int) -> list[int]:
    """Send events to one mentorship; return the revisions of the answers."""
    with host_of(url) as host:
        return [
            host.engine.send(
                mentorship_id, "noted", by="mentor-1", data={"text": f"{number}-{n}"}
            ).revision
            for n in range(count)
        ]


def send_same_keys(number: int, url: str, mentorship_id: str, count: int) -> list[int]:
    """Send the same events under the same keys as all other processes, in another order."""
    order = list(range(count))
    Random(number).shuffle(order)
    with host_of(url) as host:
        answers = {
            n: host.engine.send(mentorship_id, "noted", data={"text": f"{n}"}, key=f"k-{n}")
            for n in order
        }
    return [answers[n].revision for n in range(count)]


def start_same_keys(number: int, url: str, count: int) -> list[str]:
    """Start mentorships under the same keys as all other processes; return their ids."""
    order = list(range(count))
    Random(number).shuffle(order)
    with host_of(url) as host:
        ids = {n: host.start(key=f"s-{n}").id for n in order}
    return [ids[n] for n in range(count)]


def fire_timers(_number: int, url: str, days: float) -> int:
    """Do what is due, and say how many timers were."""
    with host_of(url, days=days) as host:
        return host.engine.run_due().timers_fired


def open_new(_number: int, url: str) -> str:
    """Open a database nobody has opened before, and start a mentorship in it."""
    _together[-1].wait(timeout=60)
    host = open_host(url, life())
    try:
        return host.start().id
    finally:
        host.engine.close()


STORM = """
states:
  active:
    events:
      noted: {do: [call: told]}
      quarrel: {to: conflict}
      over: {to: closed, outcome: over}
    timers:
      daily: {every: d1, do: [notify: daily]}
      limit: {after: d9999, fire: over}
  conflict:
    detour: true
    suspends: [active.daily]
    passes: [noted, over]
    enter: {do: [escalate: trouble]}
    events: {back: {to: return}, conflict.over: {to: return}}
    timers: {over: {after: d2, fire: conflict.over}}
  closed: {final: true}
ladders:
  trouble:
    repeat: d1
    rungs:
      - {to: [mentor], after: d0, message: trouble}
      - {to: [coordinator], after: h12, message: more}
"""


@lru_cache
def storm() -> Workflow:
    """Return a workflow in which every event and every day writes to every table."""
    return tiny(STORM, payloads={"noted": Empty})


class TickingClock:
    """Go on by a minute with every look, from an instant each life of a process has for itself."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def now(self) -> datetime:
        """Return the next minute."""
        self.instant += timedelta(minutes=1)
        return self.instant


def live_until_killed(url: str, ids: Sequence[str], life_number: int, folder: Path) -> None:
    """Send events and do what is due for ever, noting down what was accepted and carried out."""
    clock = TickingClock(at(days=life_number))
    engine = Engine(url, clock=clock, workflows=[storm()], channels=[])
    engine.on("*")(lambda notice: _append(folder / "effects", notice.id))
    for number in range(100_000):
        mentorship_id, key = ids[number % len(ids)], f"{life_number}-{number}"
        if number % 7 == 3:
            clock.instant += timedelta(hours=9)
            engine.run_due()
        elif number % 5 == 4:
            state = engine.get(mentorship_id).state
            event = "back" if state == "conflict" else "quarrel"
            engine.send(mentorship_id, event, by="mentor-1", key=key)
            _append(folder / "ledger", f"{mentorship_id} {key}")
        elif number % 3 == 2:
            engine.send_many({"id": found, "event": "noted", "key": key} for found in ids)
            _append(folder / "ledger", *(f"{found} {key}" for found in ids))
        else:
            engine.send(mentorship_id, "noted", by="mentor-1", key=key)
            _append(folder / "ledger", f"{mentorship_id} {key}")


def _append(file: Path, *lines: str) -> None:
    # One write: what the process was killed after is there whole.
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
    finally:
        os.close(descriptor)
