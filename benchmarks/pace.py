"""Whether the Pruner keeps up: effects come and are carried out for a while at a steady rate.

A real worker does all duties and keeps what is done for a few seconds only. Once a second, somebody
looks how many rows there are, how long the Relay's claim takes the server, and how many pages it
touches. So that it always finds as many effects, some that were set aside are made available first;
then all of that is undone.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic

import psycopg

from benchmarks.databases import ROOT, Database, PostgresqlDatabase, conninfo, databases
from benchmarks.figure import Figure
from benchmarks.queues import redis_server
from mentorflow import Engine
from mentorflow.engine.relay import BATCH
from mentorflow.store.statements import statement

RATE = 1000
"""Effects a second."""
KEPT = 5
"""Seconds that effects which are done are kept."""
_TICK = 0.1
_PER_START = 2
"""A start leaves two effects."""
_LOOK = 1.0
_PATIENCE = 60.0
_ASIDE = datetime(2100, 1, 1, tzinfo=UTC)
_ROWS = """
SELECT count(*) FILTER (WHERE status = 'done'),
       count(*) FILTER (WHERE status = 'pending' AND available_at < '2100-01-01T00:00Z')
FROM mentorflow_effect
"""
_CARRIED = "SELECT 1 FROM mentorflow_effect WHERE status = 'done' LIMIT 1"
_PRUNED = """
SELECT 1 WHERE NOT EXISTS (
    SELECT FROM mentorflow_effect WHERE available_at < '2100-01-01T00:00Z')
"""
_DEAD = """
SELECT n_dead_tup, autovacuum_count FROM pg_stat_user_tables WHERE relname = 'mentorflow_effect'
"""


@dataclass(slots=True)
class _Seen:
    """What was seen, look by look."""

    claims: list[float] = field(default_factory=list)
    """Milliseconds."""
    pages: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    made: int = 0
    seconds: float = 0.0


def measure(*, seconds: float) -> Figure:
    """Measure the claim of effects at the end of a steady time, beside its beginning."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder)) as database,
        redis_server() as redis,
    ):
        assert isinstance(database, PostgresqlDatabase)
        _set_aside(database)
        with _working(database, redis):
            seen = _watched(database, seconds)
            _wait_until(database, _PRUNED)
        ((dead, vacuums),) = database.query(_DEAD)
    third = max(1, len(seen.claims) // 3)
    ours, floor = median(seen.claims[-third:]), median(seen.claims[:third])
    notes = [
        f"a claim of {BATCH} effects in the last third of the time; the floor: in the first third",
        (
            f"pages it touches: {median(seen.pages[:third]):,.0f} in the first third, "
            f"{median(seen.pages[-third:]):,.0f} in the last"
        ),
        (
            f"{seen.made:,} effects in {seen.seconds:.0f} s: {seen.made / seen.seconds:,.0f}/s "
            f"(wanted: {RATE:,}), all carried out; kept for {KEPT} s and then pruned"
        ),
        (
            f"done rows: {median(seen.done[:third]):,.0f} in the first third, "
            f"{median(seen.done[-third:]):,.0f} in the last, at most {max(seen.done):,}, "
            f"0 in the end; pending: at most {max(seen.pending):,}; dead in the end: {dead:,}, "
            f"vacuums: {vacuums}"
        ),
    ]
    ratios = [floor / claim for claim in seen.claims]
    return Figure(
        name="pruner.pace",
        unit="ms",
        ours=ours,
        floor=floor,
        ratio=floor / ours,
        repeats=len(seen.claims),
        spread=(min(*ratios, floor / ours), max(*ratios, floor / ours)),
        notes=tuple(notes),
    )


def _watched(database: PostgresqlDatabase, seconds: float) -> _Seen:
    seen, ended = _Seen(), Event()
    producer = Thread(target=_produce, args=(database, seen, ended))
    began = monotonic()
    producer.start()
    with psycopg.connect(conninfo(database.address)) as server:
        while monotonic() - began < seconds:
            Event().wait(_LOOK)
            milliseconds, pages = _claim(server)
            seen.claims.append(milliseconds)
            seen.pages.append(pages)
            ((done, pending),) = database.query(_ROWS)
            seen.done.append(done)
            seen.pending.append(pending)
    ended.set()
    producer.join()
    seen.seconds = monotonic() - began
    return seen


def _produce(database: Database, seen: _Seen, ended: Event) -> None:
    """Start mentorships in step with the clock, catching up where the machine was busy."""
    with Engine(database.url, channels=()) as engine:
        began = monotonic()
        while not ended.is_set():
            owed = int((monotonic() - began) * RATE) - seen.made
            engine.start_many(_requests(f"{seen.made}", owed // _PER_START))
            seen.made += owed // _PER_START * _PER_START
            ended.wait(_TICK)


def _requests(first: str, count: int) -> Iterator[dict[str, object]]:
    for number in range(count):
        key = f"{first}-{number}"
        # Somebody else each time: one person's messages would wait for their week.
        yield {"mentee": "mentee-1", "mentors": [key], "program": "program-1", "key": key}


def _claim(server: psycopg.Connection) -> tuple[float, int]:
    """Return the milliseconds a claim takes the server, and the pages it touches."""
    now = datetime.now(UTC)
    server.execute(
        "UPDATE mentorflow_effect SET available_at = %s WHERE available_at = %s", (now, _ASIDE)
    )
    claim = (
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement('postgresql', 'claim_effects').sql}"
    )
    found = server.execute(claim.encode(), (now, BATCH, "looking", _ASIDE)).fetchone()
    server.rollback()
    assert found is not None
    told = found[0][0]
    assert told["Plan"]["Actual Rows"] == BATCH, told["Plan"]
    pages = told["Plan"]["Shared Hit Blocks"] + told["Plan"]["Shared Read Blocks"]
    return told["Planning Time"] + told["Execution Time"], pages


def _set_aside(database: Database) -> None:
    with Engine(database.url, channels=()) as engine:
        engine.start_many(_requests("aside", BATCH // _PER_START))
    database.query("UPDATE mentorflow_effect SET available_at = ? RETURNING 1", (_ASIDE,))


def _wait_until(database: Database, found: str) -> None:
    until = monotonic() + _PATIENCE
    while not database.query(found):
        assert monotonic() < until, "the worker does not keep up"
        Event().wait(_LOOK)


@contextmanager
def _working(database: Database, redis: str) -> Iterator[None]:
    days = KEPT / timedelta(days=1).total_seconds()
    command: Sequence[str] = (
        *(sys.executable, "-m", "mentorflow", "worker", "--db", database.url),
        *("--redis", redis, "--keep", f"{days:.8f}", "--lease", "60"),
    )
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        stack.callback(process.terminate)
        with Engine(database.url, channels=()) as engine:
            engine.start_many(_requests("first", 1))
        _wait_until(database, _CARRIED)  # it has begun
        yield
