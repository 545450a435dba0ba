"""The floor on PostgreSQL: psycopg in pipeline mode, a locking read, then one statement."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import psycopg
from psycopg.generators import send
from sqlalchemy import URL

from benchmarks.changes import Change, Changes
from benchmarks.databases import as_text, conninfo
from benchmarks.floors.floor import Floor, given_columns, grouped, values_of
from benchmarks.tables import Table, tables

_MENTORSHIP = "SELECT *, clock_timestamp() FROM mentorflow_mentorship WHERE id = %s FOR UPDATE"
_TIMERS = "SELECT * FROM mentorflow_timer WHERE mentorship_id = %s"
_MENTORSHIPS = (
    "SELECT * FROM mentorflow_mentorship WHERE id = ANY(%b::uuid[]) ORDER BY id FOR UPDATE"
)
_ALL_TIMERS = "SELECT * FROM mentorflow_timer WHERE mentorship_id = ANY(%b::uuid[])"
_CLAIM = """
SELECT m.*
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.due_at <= %s
ORDER BY t.due_at
LIMIT %s
FOR UPDATE OF m SKIP LOCKED
"""
_DUE = "SELECT * FROM mentorflow_timer WHERE mentorship_id = ANY(%b::uuid[]) AND due_at <= %s"
Prepared = list[tuple[str, list[Any]]]


class PostgresqlFloor(Floor):
    """Hand-written transactions on psycopg: two round trips each, every statement prepared."""

    def __init__(self, address: URL) -> None:
        self._connection = psycopg.connect(conninfo(address))
        self._connection.prepared_max = 1000
        as_text(self._connection)
        # Otherwise each shape of a statement would be planned anew the first five times.
        self._connection.execute("SET plan_cache_mode = force_generic_plan")
        self._connection.commit()
        self._stack = ExitStack()
        self._stack.enter_context(self._connection.pipeline())

    def close(self) -> None:
        self._stack.close()
        self._connection.close()

    def prepare_one(self, written: Sequence[Change]) -> Prepared:
        """Put all rows of a transaction into one data-modifying statement."""
        groups: dict[tuple[str, str, tuple[str, ...]], list[Change]] = {}
        for change in written:
            groups.setdefault((change.verb, change.table.name, change.columns), []).append(change)
        parts: Prepared = []
        for (verb, _, columns), changes in groups.items():
            if verb == "update":
                parts += [_update(change, columns) for change in changes]
            else:
                parts.append((_insert if verb == "insert" else _delete)(changes, columns))
        named = ", ".join(f"w{number} AS ({part})" for number, (part, _) in enumerate(parts))
        return [(f"WITH {named} SELECT 1", [value for _, values in parts for value in values])]

    def write_one(self, mentorship_id: str, prepared: Prepared) -> None:
        execute = self._connection.execute
        locked = execute(_MENTORSHIP, (mentorship_id,), prepare=True)
        timers = execute(_TIMERS, (mentorship_id,), prepare=True)
        locked.fetchone()
        timers.fetchall()
        for statement, values in prepared:
            execute(statement, values, prepare=True)
        self._commit()

    def prepare_many(self, found: Changes, ids: Sequence[str]) -> Prepared:
        by_name = {table.name: table for table in tables()}
        prepared: Prepared = []
        for (verb, name, columns), changes in grouped(found, ids).items():
            table = by_name[name]
            set_ = given_columns(changes) if verb == "insert" else columns
            rows = [
                [*values_of(change, set_), *(change.key if verb != "insert" else ())]
                for change in changes
            ]
            arrays = [list(column) for column in zip(*rows, strict=True)]
            prepared.append((_set_based(verb, table, set_), arrays))
        return prepared

    def write_many(self, ids: Sequence[str], prepared: Prepared) -> None:
        execute = self._connection.execute
        locked = execute(_MENTORSHIPS, (list(ids),), prepare=True)
        timers = execute(_ALL_TIMERS, (list(ids),), prepare=True)
        locked.fetchall()
        timers.fetchall()
        self._write(prepared)

    def write_due(self, until: datetime, most: int, prepared: Prepared) -> list[str]:
        execute = self._connection.execute
        claimed = execute(_CLAIM, (until, most), prepare=True).fetchall()
        ids = [row[0] for row in claimed]
        execute(_DUE, (ids, until), prepare=True).fetchall()
        self._write(prepared)
        return ids

    def _commit(self) -> None:
        # psycopg waits for an answer to what it may not have sent to the end, and would wait for
        # ever after a statement that is larger than the socket's buffer.
        self._connection.wait(send(self._connection.pgconn))
        self._connection.commit()

    def _write(self, prepared: Prepared) -> None:
        for statement, values in prepared:
            self._connection.execute(statement, values, prepare=True)
        self._commit()


def _insert(changes: Sequence[Change], columns: Sequence[str]) -> tuple[str, list[Any]]:
    marks = ", ".join(f"({', '.join(['%s'] * len(columns))})" for _ in changes)
    into = f"{changes[0].table.name} ({', '.join(columns)})"
    return f"INSERT INTO {into} VALUES {marks}", [
        value for change in changes for value in change.values
    ]


def _delete(changes: Sequence[Change], _columns: Sequence[str]) -> tuple[str, list[Any]]:
    table = changes[0].table
    keys = ", ".join(f"({_key_marks(table)})" for _ in changes)
    return f"DELETE FROM {table.name} WHERE ({', '.join(table.key)}) IN ({keys})", [
        value for change in changes for value in change.key
    ]


def _update(change: Change, columns: Sequence[str]) -> tuple[str, list[Any]]:
    table = change.table
    set_ = ", ".join(f"{name} = %s" for name in columns)
    where = " AND ".join(f"{name} = %s::{table.type_of(name)}" for name in table.key)
    return f"UPDATE {table.name} SET {set_} WHERE {where}", [*change.values, *change.key]


def _key_marks(table: Table) -> str:
    return ", ".join(f"%s::{table.type_of(name)}" for name in table.key)


def _set_based(verb: str, table: Table, columns: Sequence[str]) -> str:
    passed = [*columns, *(table.key if verb != "insert" else ())]
    arrays = ", ".join(f"%b::{table.type_of(name)}[]" for name in passed)
    if verb == "insert":
        return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"
    names = [f"c{number}" for number in range(len(passed))]
    keys = names[len(columns) :]
    where = " AND ".join(f"t.{name} = n.{key}" for name, key in zip(table.key, keys, strict=True))
    source = f"unnest({arrays}) AS n ({', '.join(names)}) WHERE {where}"
    if verb == "delete":
        return f"DELETE FROM {table.name} AS t USING {source}"
    set_ = ", ".join(f"{name} = n.{at}" for name, at in zip(columns, names, strict=False))
    return f"UPDATE {table.name} AS t SET {set_} FROM {source}"
