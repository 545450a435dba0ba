"""Whether claiming due timers stays as quick while the history grows."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.clock import START, TickingClock
from benchmarks.databases import Database, Row, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.population import Population, Size
from benchmarks.stopwatch import Stopwatch, Took
from benchmarks.tables import Table, tables
from mentorflow.engine.timekeeper import BATCH
from mentorflow.store.rows import instant_text
from mentorflow.store.statements import statement
from mentorflow.store.store import Store

REPEATS = 15
_ENTRIES = 10
"""Of history, for each mentorship that is over."""


def measure(kind: str, *, size: Size, few: int, many: int) -> Figure:
    """Measure the claim of a batch with few and with many history rows beside the timers."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as small:
        population = Population(size, Path(folder))
        population.fill(small)
        _grow(small, 0, few)
        large = small.copy("large")
        _grow(large, few, many)
        clock = TickingClock(population.now)
        stores = Store(small.url, clock), Store(large.url, clock)
        rounds = Rounds()
        for _ in range(1 + REPEATS):
            rounds.add(
                floor=claim_once(stores[0], population), ours=claim_once(stores[1], population)
            )
        for store in stores:
            store.close()
        sizes = (
            f"{BATCH:,} due of {population.pending:,} timers, with {many:,} history rows; "
            f"the floor is the same claim with {few:,}"
        )
        notes = [sizes, *_plan(large, population)]
    rounds.drop_first()
    return rounds.times(f"claim_flat.{kind}", "ms", 1000, notes)


def claim_once(store: Store, population: Population) -> Took:
    """Take the time of a claim that changes nothing."""
    with store.transaction() as transaction, Stopwatch() as watch:
        list(transaction.claim_due(population.now, most=BATCH, needs_all=frozenset()))
    return watch.took


def _grow(database: Database, start: int, end: int) -> None:
    for table in tables():
        if table.name == "mentorflow_history":
            database.load(table, _entries(table, start, end))
    database.settle()


def _entries(table: Table, start: int, end: int) -> Iterator[Row]:
    for number in range(start, end):
        over, revision = divmod(number, _ENTRIES)
        values = {
            "mentorship_id": str(UUID(int=over << 80 | 0x7 << 76 | 0x2 << 62 | over)),
            "revision": revision + 1,
            "at": instant_text(START + timedelta(minutes=number)),
            "event": "message.logged",
            "from_state": "active",
            "to_state": "active",
            "by": "mentee-1",
            "data": '{"channel":"chat"}',
        }
        yield tuple(values.get(column) for column in table.columns)


def _plan(database: Database, population: Population) -> list[str]:
    claim = statement(database.dialect, "claim_due").sql.replace("%s", "?").replace("%b", "?")
    if database.dialect == "sqlite":
        values = (instant_text(population.now), BATCH)
        lines = [row[-1] for row in database.query(f"EXPLAIN QUERY PLAN {claim}", values)]
    else:
        found = database.query(f"EXPLAIN {claim}", (population.now, BATCH))
        lines = [row[0].strip(" ->") for row in found if "Scan" in row[0]]
    plan = "\n".join(lines)
    # A plan is no time: it is the same on every machine, and wrong wherever it passes the index.
    assert "mentorflow_timer_due" in plan, plan
    assert "mentorflow_history" not in plan, plan
    return lines
