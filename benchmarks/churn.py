"""What the settings of the tables that change often are worth: the same work with and without.

Timers fire and effects are carried out, round after round, on two databases of one server that
looks for something to vacuum every second. One has the settings of the migrations, the other those
of a PostgreSQL nobody has touched. A round ends with a claim, whose time is the figure.
"""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.claim import claim_once
from benchmarks.clock import TickingClock
from benchmarks.databases import PostgresqlDatabase, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.population import Population, Size
from benchmarks.stopwatch import Stopwatch
from mentorflow.definitions.load import installed, load
from mentorflow.engine.carrier import Carrier
from mentorflow.engine.library import Library
from mentorflow.engine.relay import Relay
from mentorflow.engine.timekeeper import BATCH, Timekeeper
from mentorflow.store.models import metadata
from mentorflow.store.store import Store

_MOST_ROUNDS = 10
_OFTEN = {"autovacuum_naptime": "1s"}
_SCATTERED = """
UPDATE mentorflow_timer
SET due_at = ?::timestamptz - (hashtext(mentorship_id::text) & 16383) * interval '1 second'
WHERE due_at <= ?
RETURNING 1
"""
_STANDING = """
SELECT relname, n_dead_tup, coalesce(round(100.0 * n_tup_hot_upd / nullif(n_tup_upd, 0)), 0)::int,
       pg_total_relation_size(relid) / 1048576.0, autovacuum_count
FROM pg_stat_user_tables
WHERE relname = ANY(?)
ORDER BY relname
"""


def measure(*, size: Size) -> Figure:
    """Measure the claim of due timers after many updates."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder), **_OFTEN) as kept,
    ):
        assert isinstance(kept, PostgresqlDatabase)
        plain = PostgresqlDatabase(kept.address.set(database="plain"))
        for name, settings in _settings():
            kinds = ", ".join(settings)
            plain.command(f"ALTER TABLE {name} RESET ({kinds})")
        population = Population(size, Path(folder))
        sides = [_Side(one, population) for one in (kept, plain)]
        rounds = Rounds()
        batches = size.due // 2 // BATCH
        repeats = min(_MOST_ROUNDS, batches)
        for _ in range(repeats):
            for side in sides:
                side.work(batches // repeats)
            ours, floor = (claim_once(side.store, population) for side in sides)
            rounds.add(ours=ours, floor=floor)
        notes = [
            (
                f"{population.pending:,} timers, of which {batches * BATCH:,} fire in {repeats} "
                f"rounds, their effects carried out; then {BATCH:,} are claimed"
            ),
            *_told("with the settings", sides[0]),
            *_told("without them", sides[1]),
        ]
        for side in sides:
            side.store.close()
    return rounds.times("hot_tables", "ms", 1000, notes)


class _Side:
    """One of the databases, and the engine's parts that work on it."""

    def __init__(self, database: PostgresqlDatabase, population: Population) -> None:
        self.database = database
        population.fill(database)
        database.query(_SCATTERED, (population.now, population.now))
        database.settle()
        self.until = population.now
        self.clock = TickingClock(population.now)
        self.store = Store(database.url, self.clock)
        library = Library(load(pack) for pack in installed().values())
        self._timekeeper = Timekeeper(self.store, library)
        self._relay, self._carrier = Relay(self.store), Carrier(self.store, library, ())
        self.took: list[float] = []

    def work(self, batches: int) -> None:
        """Fire batches of timers and carry out what that leaves."""
        self.clock.pass_(timedelta(seconds=1))
        with Stopwatch() as watch:
            fired = sum(self._timekeeper.fire_batch(self.until).size for _ in range(batches))
            while (claim := self._relay.claim_batch()).keys:
                self._carrier.carry(claim)
        assert fired == batches * BATCH, fired
        self.took.append(watch.took.wall / fired * 1e6)


def _settings() -> Iterator[tuple[str, dict[str, str]]]:
    for name, table in metadata.tables.items():
        given = table.dialect_options["postgresql"]["with"]
        if given:
            yield name, dict(given)


def _told(what: str, side: _Side) -> Iterator[str]:
    found = side.database.query(_STANDING, ([name for name, _ in _settings()],))
    yield f"{what}: {median(side.took):.0f} µs to fire a timer and carry out its effects"
    for name, dead, hot, megabytes, vacuums in found:
        yield (
            f"  {name.removeprefix('mentorflow_'):<11} {dead:>7,} dead rows, {vacuums} vacuums, "
            f"{hot:>3} % of updates touch no index, {megabytes:.0f} MB"
        )
