"""How late timers fire that a plan leaves alone, while it moves all others beside them."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from random import Random
from statistics import median
from threading import Event, Thread

from benchmarks.databases import ROOT, Database, SqliteDatabase, connected, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.population import Population, Size
from benchmarks.retiming import CHANGES
from benchmarks.stopwatch import Took
from mentorflow.clock import SystemClock
from mentorflow.definitions.load import installed, load
from mentorflow.engine.library import Library
from mentorflow.engine.timekeeper import Timekeeper
from mentorflow.store.rows import instant_text
from mentorflow.store.store import Store

WANTED_P99 = 2000
"""Milliseconds."""
_LEFT_ALONE = "contact.nudge_1"
_LOOK = 0.02
_ALONE = timedelta(seconds=5)
"""How long timers fire before anything else is done: the floor."""
_FAR = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Applying:
    """A process that applies a plan, and when it did."""

    began: datetime = _FAR
    ended: datetime = _FAR
    moved: int = 0

    def run(self, database: Database) -> None:
        """Run it until it is over."""
        changes = [change for change in CHANGES if change["timing"] != _LEFT_ALONE]
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.retimed", database.url, json.dumps(changes)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n", "it was refused"
            self.began = datetime.now(UTC)
            told = process.stdout.readline()
            self.ended = datetime.now(UTC)
        self.moved = json.loads(told)["done"]


def measure(kind: str, *, size: Size, each_second: int, longest: int) -> Figure:
    """Measure the 99th of a hundred that come due during a plan, beside those just before it."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as ours:
        population = Population(size, Path(folder), datetime.now(UTC))
        population.fill(ours)
        store = Store(ours.url, SystemClock())
        keeper = Timekeeper(store, Library(load(pack) for pack in installed().values()))
        while keeper.fire_batch(None).size:  # those of the population that are due
            pass
        due = _come_due(ours, each_second=each_second, longest=longest)
        applying = _Applying()
        late = dict(_fire(keeper, ours, due, applying))
        store.close()
    alone = [late[id_] for id_, at in due.items() if at < min(due.values()) + _ALONE]
    beside = [late[id_] for id_, at in due.items() if applying.began <= at < applying.ended]
    rounds = Rounds()
    rounds.add(ours=Took(_p99(beside)), floor=Took(_p99(alone)))
    took = (applying.ended - applying.began).total_seconds()
    notes = [
        f"{ours.durability}; {population.pending:,} timers pending, {applying.moved:,} moved",
        (
            f"{len(beside):,} came due in the {took:.1f} s of that: p50 "
            f"{median(beside) * 1000:.0f} ms, at most {max(beside) * 1000:.0f} ms; "
            f"p99 must stay below {WANTED_P99}"
        ),
        "the floor is those that came due in the seconds before",
    ]
    return rounds.times(f"timings.lateness.{kind}", "ms", 1000, notes)


def _come_due(database: Database, *, each_second: int, longest: int) -> dict[str, datetime]:
    """Have timers from all over the table come due one after the other, from now on."""
    wanted = each_second * longest
    found = database.query(
        "SELECT mentorship_id FROM mentorflow_timer WHERE name = ? ORDER BY mentorship_id",
        (_LEFT_ALONE,),
    )
    ids = [str(row[0]) for row in found]
    ids = Random(1).sample(ids, min(wanted, len(ids)))
    began = datetime.now(UTC) + timedelta(seconds=1)
    due = {id_: began + timedelta(seconds=n / each_second) for n, id_ in enumerate(ids)}
    values = [(at, id_) for id_, at in due.items()]
    if isinstance(database, SqliteDatabase):
        with connected(database.file) as connection:
            connection.execute("BEGIN")
            connection.executemany(
                "UPDATE mentorflow_timer SET due_at = ? WHERE mentorship_id = ? AND name = ?",
                [(instant_text(at), id_, _LEFT_ALONE) for at, id_ in values],
            )
            connection.execute("COMMIT")
    else:
        database.query(
            "UPDATE mentorflow_timer AS t SET due_at = n.at "
            "FROM unnest(?::timestamptz[], ?::uuid[]) AS n (at, id) "
            "WHERE t.mentorship_id = n.id AND t.name = ? RETURNING 1",
            (*map(list, zip(*values, strict=True)), _LEFT_ALONE),
        )
    return due


def _fire(
    keeper: Timekeeper, database: Database, due: dict[str, datetime], applying: _Applying
) -> Iterator[tuple[str, float]]:
    """Fire what is due until the plan is applied; yield each with how late it was committed."""
    thread = Thread(target=applying.run, args=(database,))
    left, first = dict(due), min(due.values())
    while any(at < applying.ended for at in left.values()) and (left or thread.is_alive()):
        size = keeper.fire_batch(None).size
        now = datetime.now(UTC)
        if thread.ident is None and now > first + _ALONE:
            thread.start()
        if not size:
            Event().wait(_LOOK)
            continue
        waiting = _waiting(database, first, now)
        for id_ in [id_ for id_, at in left.items() if at <= now and id_ not in waiting]:
            yield id_, (now - left.pop(id_)).total_seconds()
    thread.join()


def _waiting(database: Database, first: datetime, now: datetime) -> set[str]:
    bounds = (first, now)
    found = database.query(
        "SELECT mentorship_id FROM mentorflow_timer WHERE name = ? AND due_at >= ? AND due_at <= ?",
        (_LEFT_ALONE, *(map(instant_text, bounds) if database.dialect == "sqlite" else bounds)),
    )
    return {str(row[0]) for row in found}


def _p99(values: Sequence[float]) -> float:
    assert values, "nothing came due"
    return sorted(values)[ceil(len(values) * 0.99) - 1]
