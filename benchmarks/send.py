"""Sending events one by one: a transaction each, through `Engine.send` and by hand."""

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.changes import Changes, changes, count, require_equal
from benchmarks.clock import TickingClock
from benchmarks.databases import databases
from benchmarks.figure import Figure, Rounds
from benchmarks.floors import floor_on
from benchmarks.floors.floor import Floor
from benchmarks.lives import LENGTH, Lives
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.engine.engine import Engine

REPEATS = 9


def measure(kind: str, *, mentorships: int) -> Figure:
    """Measure one-event transactions on a database of a kind."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as ours:
        clock = TickingClock()
        with Engine(ours.url, clock=clock, channels=()) as engine:
            lives = Lives(engine, mentorships)
        ours.settle()
        floor_database = ours.copy("floor")
        rounds = Rounds()
        written: Counter[str] = Counter()
        floor = floor_on(floor_database)
        with Engine(ours.url, clock=clock, channels=()) as engine:
            for _ in range(1 + REPEATS):
                now = clock.pass_(timedelta(hours=1))
                ours_took = send_all(engine, lives.next_events())
                found = changes(ours, floor_database, ours.touched_since(now))
                floor_took = _write(floor, found)
                require_equal(ours, floor_database, lives.ids)
                rounds.add(ours=ours_took, floor=floor_took)
                written += count(found)
        floor.close()
    rounds.drop_first()
    return rounds.rates(
        f"send.{kind}",
        "events/s",
        mentorships,
        notes=[ours.durability, _per_event(written, mentorships * (1 + REPEATS))],
    )


def send_all(engine: Engine, events: list[dict[str, Any]]) -> Took:
    """Send events one by one."""
    with Stopwatch() as watch:
        for event in events:
            engine.send(
                event["id"], event["event"], by=event["by"], data=event["data"], key=event["key"]
            )
    return watch.took


def _write(floor: Floor, found: Changes) -> Took:
    prepared = [(mentorship_id, floor.prepare_one(found[mentorship_id])) for mentorship_id in found]
    with Stopwatch() as watch:
        for mentorship_id, statements in prepared:
            floor.write_one(mentorship_id, statements)
    return watch.took


def _per_event(written: Counter[str], events: int) -> str:
    rows = ", ".join(f"{number / events:.2f} {what}" for what, number in sorted(written.items()))
    return f"rows an event: {rows}; {LENGTH} kinds of moments in the mix"
