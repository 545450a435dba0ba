"""Carrying effects out in one process: Relay and Carrier, and the same statements by hand.

The floor runs the statements of the `.sql` files on the bare driver, transaction by transaction,
and passes what it reads on to the next one: it makes no values of it, and there is nobody to tell.
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.generators import send

from benchmarks.databases import (
    Database,
    PostgresqlDatabase,
    SqliteDatabase,
    as_text,
    connected,
    conninfo,
    databases,
)
from benchmarks.figure import Figure, Rounds
from benchmarks.queues import fill
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.clock import SystemClock
from mentorflow.definitions.load import installed, load
from mentorflow.engine.carrier import Carrier
from mentorflow.engine.library import Library
from mentorflow.engine.relay import BATCH, Relay
from mentorflow.store.rows import instant_text
from mentorflow.store.statements import statement
from mentorflow.store.store import Store

REPEATS = 5
_HELD = timedelta(minutes=5)
_LEFT = "SELECT count(*) FROM mentorflow_effect WHERE status <> 'done'"


def measure(kind: str, *, effects: int) -> Figure:
    """Measure effects that nobody is told of, from the outbox to done, in one process."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as ours:
        floor = ours.copy("floor")
        rounds = Rounds()
        for number in range(1 + REPEATS):
            for database in (ours, floor):
                fill(database, effects, number)
            rounds.add(ours=_carry(ours), floor=_carry_by_hand(floor))
            assert ours.query(_LEFT) == floor.query(_LEFT) == [(0,)]
        note = f"{ours.durability}; {effects:,} effects that do nothing, {BATCH} to a claim"
    rounds.drop_first()
    return rounds.rates(f"carry.{kind}", "effects/s", effects, [note])


def _carry(database: Database) -> Took:
    store = Store(database.url, SystemClock())
    library = Library(load(pack) for pack in installed().values())
    relay, carrier = Relay(store), Carrier(store, library, ())
    with Stopwatch() as watch:
        while (claim := relay.claim_batch()).keys:
            carrier.carry(claim)
    store.close()
    return watch.took


def _carry_by_hand(database: Database) -> Took:
    if isinstance(database, SqliteDatabase):
        with connected(database.file) as driver, Stopwatch() as watch:
            while _carried_on_sqlite(driver):
                pass
        return watch.took
    assert isinstance(database, PostgresqlDatabase)
    with closing(psycopg.connect(conninfo(database.address))) as server:
        as_text(server)
        server.commit()
        with server.pipeline(), Stopwatch() as watch:
            while _carried_on_postgresql(server):
                pass
    return watch.took


def _carried_on_sqlite(driver: Any) -> bool:
    now = datetime.now(UTC)
    begun, until = instant_text(now), instant_text(now + _HELD)
    driver.execute("BEGIN IMMEDIATE")
    keys = driver.execute(_sqlite("claim_effects"), ("claim", until, begun, BATCH)).fetchall()
    driver.execute("COMMIT")
    if not keys:
        return False
    driver.execute("BEGIN IMMEDIATE")
    for key in keys:
        driver.execute(_sqlite("take_effects"), ("attempt", until, *key, "claim")).fetchone()
    for place in {key[:2] for key in keys}:
        driver.execute(_sqlite("select_entry"), place).fetchone()
        driver.execute(_sqlite("lock_mentorship"), place[:1]).fetchone()
    driver.execute("COMMIT")
    driver.execute("BEGIN IMMEDIATE")
    done = [("done", begun, begun, None, *key, "attempt") for key in keys]
    driver.executemany(_sqlite("finish_effect"), done)
    driver.execute("COMMIT")
    return True


def _carried_on_postgresql(server: psycopg.Connection) -> bool:
    now = datetime.now(UTC)
    until = now + _HELD
    claimed = _run(server, "claim_effects", (now, BATCH, "claim", until)).fetchall()
    keys = [row[:3] for row in claimed]
    server.commit()
    if not keys:
        return False
    ids, revisions, positions = (list(column) for column in zip(*keys, strict=True))
    taking = _run(server, "take_effects", ("attempt", until, ids, revisions, positions, "claim"))
    entries = _run(server, "select_entries", (ids, revisions))
    standing = _run(server, "select_mentorships", (ids,))
    for found in (taking, entries, standing):
        found.fetchall()
    server.commit()
    count = len(keys)
    columns: Sequence[Any] = (["done"], [now], [now], [None])
    leases = ["attempt"] * count
    done = (*(one * count for one in columns), ids, revisions, positions, leases)
    _run(server, "finish_effect", done)
    server.commit()
    return True


def _run(server: psycopg.Connection, name: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
    found = server.execute(statement("postgresql", name).sql.encode(), values)
    # Or psycopg would wait for ever for the answer to what it has not sent to the end.
    server.wait(send(server.pgconn))
    return found


def _sqlite(name: str) -> str:
    return statement("sqlite", name).sql
