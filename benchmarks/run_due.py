"""Firing due timers in a large population: through the Timekeeper, and set-based by hand."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.changes import changes, count, require_equal
from benchmarks.clock import TickingClock
from benchmarks.databases import ROOT, Database, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.floors import floor_on
from benchmarks.floors.floor import Floor
from benchmarks.population import Population, Size
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.definitions.load import installed, load
from mentorflow.engine.library import Library
from mentorflow.engine.timekeeper import BATCH, Timekeeper
from mentorflow.store.rows import instant_text
from mentorflow.store.store import Store

MOST_REPEATS = 10
MOST_MEGABYTES = 300


def measure(kind: str, *, size: Size) -> Figure:
    """Measure the Timekeeper on a database of a kind, with the memory it takes."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as ours:
        population = Population(size, Path(folder))
        population.fill(ours)
        size_note = (
            f"{ours.durability}; {population.mentorships:,} mentorships, "
            f"{population.pending:,} timers pending, {size.due:,} due"
        )
        alone = _alone(ours.copy("alone"), population.now)
        floor_database = ours.copy("floor")
        rounds, written = _rounds(ours, floor_database, population.now, size.due)
    notes = [size_note, alone, written]
    return rounds.rates(f"run_due.{kind}", "timers/s", _each(size.due), notes)


def _repeats(due: int) -> int:
    return max(1, min(MOST_REPEATS, due // BATCH))


def _each(due: int) -> int:
    """Return how many timers a repeat fires: whole batches."""
    return due // _repeats(due) // BATCH * BATCH


def _rounds(
    ours: Database, floor_database: Database, now: datetime, due: int
) -> tuple[Rounds, str]:
    rounds, written = Rounds(), ""
    clock = TickingClock(now)
    store = Store(ours.url, clock)
    keeper = Timekeeper(store, Library(load(pack) for pack in installed().values()))
    floor = floor_on(floor_database)
    for _ in range(_repeats(due)):
        began = clock.pass_(timedelta(seconds=1))
        batches = _due(floor_database, now, _each(due))
        ours_took = _fire(keeper, now, len(batches))
        ids = [mentorship_id for some in batches for mentorship_id in some]
        assert sorted(ids) == ours.touched_since(began)
        found = changes(ours, floor_database, ids)
        floor_took = _write(
            floor, [(some, floor.prepare_many(found, some)) for some in batches], now
        )
        require_equal(ours, floor_database, ids)
        rounds.add(ours=ours_took, floor=floor_took)
        rows = ", ".join(f"{n / len(ids):.2f} {what}" for what, n in count(found).items())
        written = f"rows a timer: {rows}"
    floor.close()
    store.close()
    return rounds, written


def _due(database: Database, now: datetime, most: int) -> list[list[str]]:
    """Return the mentorships of the due timers in the order of the claim, batch by batch."""
    until: object = now if database.dialect == "postgresql" else instant_text(now)
    found = database.query(
        "SELECT mentorship_id FROM mentorflow_timer WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        (until, most),
    )
    ids = [row[0] for row in found]
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _fire(keeper: Timekeeper, until: datetime, batches: int) -> Took:
    with Stopwatch() as watch:
        for _ in range(batches):
            keeper.fire_batch(until)
    return watch.took


def _write(floor: Floor, prepared: Sequence[tuple[list[str], object]], until: datetime) -> Took:
    with Stopwatch() as watch:
        claimed = [floor.write_due(until, len(ids), statements) for ids, statements in prepared]
    for (ids, _), found in zip(prepared, claimed, strict=True):
        assert sorted(ids) == sorted(found)
    return watch.took


def _alone(database: Database, now: datetime) -> str:
    """Fire everything in a process of its own, to see the memory that it takes."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.alone", database.url, now.isoformat()],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    found = json.loads(told.stdout)
    return (
        f"alone: {found['timers']:,} timers at {found['timers_rate']:,.0f}/s, "
        f"{found['effects']:,} effects carried at {found['effects_rate']:,.0f}/s, "
        f"peak memory {found['megabytes']:.0f} MB (must stay below {MOST_MEGABYTES})"
    )
