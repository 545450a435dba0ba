"""Sending events a thousand at a time: through `Engine.send_many`, and set-based by hand."""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.changes import Changes, changes, require_equal
from benchmarks.clock import TickingClock
from benchmarks.databases import databases
from benchmarks.figure import Figure, Rounds
from benchmarks.floors import floor_on
from benchmarks.floors.floor import Floor
from benchmarks.lives import LENGTH, Lives
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.engine.engine import Engine

REPEATS = 7
CALLS = 3
"""In each repeat, for different mentorships."""


def measure(kind: str, *, batch: int) -> Figure:
    """Measure transactions of many events on a database of a kind."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as ours:
        clock = TickingClock()
        with Engine(ours.url, clock=clock, channels=()) as engine:
            lives = Lives(engine, batch * CALLS)
        ours.settle()
        floor_database = ours.copy("floor")
        rounds = Rounds()
        floor = floor_on(floor_database)
        with Engine(ours.url, clock=clock, channels=()) as engine:
            for _ in range(1 + REPEATS):
                now = clock.pass_(timedelta(hours=1))
                events = lives.next_events()
                calls = [events[start : start + batch] for start in range(0, len(events), batch)]
                ours_took = _send(engine, calls)
                found = changes(ours, floor_database, ours.touched_since(now))
                floor_took = _write(floor, found, calls)
                require_equal(ours, floor_database, lives.ids)
                rounds.add(ours=ours_took, floor=floor_took)
        floor.close()
    rounds.drop_first()
    mix = f"{ours.durability}; {batch:,} events a call, of {LENGTH} moments of a life"
    return rounds.rates(f"send_many.{kind}", "events/s", batch * CALLS, notes=[mix])


def _send(engine: Engine, calls: Sequence[Sequence[dict[str, Any]]]) -> Took:
    with Stopwatch() as watch:
        for events in calls:
            engine.send_many(events)
    return watch.took


def _write(floor: Floor, found: Changes, calls: Sequence[Sequence[dict[str, Any]]]) -> Took:
    batches = [sorted(event["id"] for event in events) for events in calls]
    prepared = [(ids, floor.prepare_many(found, ids)) for ids in batches]
    with Stopwatch() as watch:
        for ids, statements in prepared:
            floor.write_many(ids, statements)
    return watch.took
