"""pgqueuer: jobs that do nothing, deferred to one instant, taken by processes of its own.

Usage of one such process: python -m benchmarks.peers.pgqueuer URL
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from importlib.metadata import version
from threading import Event

import asyncpg  # type: ignore[import-untyped]  # it comes without types
from pgqueuer import AsyncpgDriver, Job, PgQueuer, Queries
from sqlalchemy import URL, make_url

from benchmarks.databases import ROOT, PostgresqlDatabase

BATCH = 100
"""Of a dequeue: what it was quickest with."""
_NAME = "nothing"
_LOOK = 0.02
_AT_ONCE = 1000


def described() -> str:
    """Return which release it is, and how it was run."""
    return f"pgqueuer {version('pgqueuer')} on asyncpg, {BATCH} jobs to a dequeue"


def install(database: PostgresqlDatabase) -> None:
    """Make its tables."""

    async def make() -> None:
        connection = await _connect(database.address)
        await Queries(AsyncpgDriver(connection)).install()
        await connection.close()

    asyncio.run(make())


@contextmanager
def taking(database: PostgresqlDatabase, processes: int) -> Iterator[None]:
    """Run processes that take jobs."""
    with ExitStack() as stack:
        for _ in range(processes):
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.peers.pgqueuer", database.url],
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.terminate)
            assert process.stdout is not None
            process.stdout.readline()
        yield


def defer(database: PostgresqlDatabase, jobs: int, by: timedelta) -> datetime:
    """Put jobs into the queue that are all due at one instant; return that instant."""

    async def put() -> None:
        connection = await _connect(database.address)
        queries = Queries(AsyncpgDriver(connection))
        async with connection.transaction():  # now() is the same for all of them
            for start in range(0, jobs, _AT_ONCE):
                count = min(_AT_ONCE, jobs - start)
                await queries.enqueue([_NAME] * count, [None] * count, [0] * count, [by] * count)
        await connection.close()

    asyncio.run(put())
    ((due_at, found),) = database.query("SELECT min(execute_after), count(*) FROM pgqueuer")
    assert found == jobs, found
    return due_at  # type: ignore[no-any-return]  # a row's values are what the column holds


def committed(database: PostgresqlDatabase, due_at: datetime, jobs: int) -> list[float]:
    """Wait until all jobs are done; return the seconds after the instant each was committed."""
    while database.query("SELECT 1 FROM pgqueuer LIMIT 1"):
        Event().wait(_LOOK)
    found = database.query(
        "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - ?)::float8 "
        "FROM pgqueuer_log WHERE status = 'successful' AND created >= ? ORDER BY 1",
        (due_at, due_at),
    )
    assert len(found) == jobs, len(found)
    return [row[0] for row in found]


async def _connect(address: URL) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=address.query.get("host") or address.host,
        port=address.port,
        user=address.username,
        password=address.password,
        database=address.database,
    )


async def _take(address: URL) -> None:
    queue = PgQueuer.from_asyncpg_connection(await _connect(address))

    @queue.entrypoint(_NAME)
    async def nothing(_job: Job) -> None:
        """Do nothing."""

    print("ready", flush=True)
    # Its statistics are not asked for here, and rewrite the log rows that tell when jobs were done.
    await queue.qm.run(batch_size=BATCH, log_aggregation_interval=timedelta())


if __name__ == "__main__":
    import uvloop

    uvloop.run(_take(make_url(sys.argv[1])))
