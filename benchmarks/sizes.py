"""How large a database becomes: real lives copied until there are as many mentorships as wanted.

The demo lives the year of a real cohort, and others stand somewhere in their first weeks; effects
that were done more than 90 days ago are pruned, and so is what became of messages, as a worker
does. The rows of these are copied by the database itself, with ids of their own, in the order of
time.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clock import TickingClock
from benchmarks.databases import ROOT, PostgresqlDatabase, databases
from benchmarks.figure import Figure
from benchmarks.lives import Lives
from benchmarks.tables import Table, tables
from mentorflow import Engine
from mentorflow.engine.pruner import KEPT_FOR

RUNNING = 54
"""Mentorships of the pattern that have not ended, at as many moments."""
_AT_ONCE = 20
"""Copies of the whole pattern that one statement makes."""
_PRUNE = (
    """
DELETE FROM mentorflow_message
WHERE status IN ('sent', 'dropped')
  AND decided_at < (SELECT max(done_at) FROM mentorflow_effect) - ?::interval
RETURNING 1
""",
    """
DELETE FROM mentorflow_effect
WHERE status = 'done' AND done_at < (SELECT max(done_at) FROM mentorflow_effect) - ?::interval
RETURNING 1
""",
)
# Ids of version 7, so that what is started later is stored later: milliseconds, then what is left.
_NEW_IDS = """
CREATE TABLE copied AS
SELECT copy, id AS old, (lpad(to_hex(1700000000000 + copy * 1000 + place), 12, '0') || '7'
       || substr(md5(copy::text || id::text), 1, 3) || '8'
       || substr(md5(copy::text || id::text), 4, 15))::uuid AS id
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM pattern_mentorflow_mentorship) AS p,
     generate_series(1, {copies}) AS copy
"""
_SIZES = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid), c.reltuples::bigint
FROM pg_class AS c WHERE c.relkind = 'r' AND c.relname LIKE 'mentorflow%'
ORDER BY pg_total_relation_size(c.oid) DESC
"""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one table takes on the disk."""

    name: str
    rows: int
    table: int
    indexes: int
    values: int
    """Bytes of its rows alone, each with its header."""


def measure(*, mentorships: int) -> Figure:
    """Measure the bytes of a mentorship on the disk, beside those of its rows alone."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder), max_wal_size="2GB") as database,
    ):
        assert isinstance(database, PostgresqlDatabase)
        pattern = _live(database)
        copies = max(1, mentorships // pattern)
        _copy(database, copies)
        taken = list(_taken(database))
    count = copies * pattern
    ours = sum(one.table + one.indexes for one in taken) / count
    floor = sum(one.values for one in taken) / count
    notes = [
        (
            f"{count:,} mentorships, of which {RUNNING / pattern:.0%} have not ended; "
            f"effects of the last {KEPT_FOR.days} days; the floor: the rows without any index"
        ),
        _head(),
        *(_line(one, count) for one in taken),
    ]
    ratio = floor / ours
    return Figure(
        name="sizes",
        unit="bytes each",
        ours=ours,
        floor=floor,
        ratio=ratio,
        repeats=1,
        spread=(ratio, ratio),
        notes=tuple(notes),
    )


def _live(database: PostgresqlDatabase) -> int:
    """Live the lives of the pattern; return how many there are."""
    command = [sys.executable, "-m", "mentorflow", "demo", "--db", database.url]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    for pruning in _PRUNE:
        database.query(pruning, (f"{KEPT_FOR.days} days",))
    with Engine(database.url, clock=TickingClock(), channels=()) as engine:
        Lives(engine, RUNNING)
        engine.run_due()
    for table in tables():
        database.command(f"CREATE TABLE pattern_{table.name} AS SELECT * FROM {table.name}")
        database.command(f"TRUNCATE {table.name}")
    ((count,),) = database.query("SELECT count(*) FROM pattern_mentorflow_mentorship")
    return int(count)


def _copy(database: PostgresqlDatabase, copies: int) -> None:
    database.command(_NEW_IDS.format(copies=copies))
    database.command("CREATE UNIQUE INDEX ON copied (copy, old) INCLUDE (id)")
    database.settle()
    for first in range(1, copies + 1, _AT_ONCE):
        last = min(first + _AT_ONCE - 1, copies)
        for table in tables():
            columns = ", ".join(_copied(table, column) for column in table.columns)
            database.command(
                f"INSERT INTO {table.name} SELECT {columns} FROM copied AS n "
                f"JOIN pattern_{table.name} AS p ON p.{table.owner} = n.old "
                f"WHERE n.copy BETWEEN {first} AND {last} ORDER BY n.id"
            )
    database.settle()


def _copied(table: Table, column: str) -> str:
    """Return a column of a copy: with the new id, a key of its own, and a little later."""
    kind = table.type_of(column)
    if column == table.owner:
        return "n.id"
    if (table.name, column) == ("mentorflow_mentorship", "key"):
        return "p.key || '-' || n.copy"
    if kind == "timestamptz":
        return f"p.{column} + n.copy * interval '7 seconds'"
    if kind in {"text", "jsonb"}:
        return f"replace(p.{column}::text, n.old::text, n.id::text)::{kind}"
    return f"p.{column}"


def _taken(database: PostgresqlDatabase) -> Iterator[_Taken]:
    for name, table, indexes, rows in database.query(_SIZES):
        ((values,),) = database.query(f"SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM {name} t")
        yield _Taken(name.removeprefix("mentorflow_"), max(rows, 0), table, indexes, int(values))


def _head() -> str:
    return f"{'':<12} {'rows':>12} {'table MB':>9} {'index MB':>9} {'bytes each':>11}"


def _line(one: _Taken, count: int) -> str:
    each = (one.table + one.indexes) / count
    return (
        f"{one.name:<12} {one.rows:>12,} {one.table / 1e6:>9,.0f} {one.indexes / 1e6:>9,.0f} "
        f"{each:>11,.0f}"
    )
