"""The floor on SQLite: the sqlite3 driver, cached statements, one transaction."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.changes import Change, Changes
from benchmarks.floors.floor import Floor, given_columns, grouped, values_of
from benchmarks.tables import Table, tables
from mentorflow.store.rows import instant_text

_MENTORSHIP = "SELECT * FROM mentorflow_mentorship WHERE id = ?"
_TIMERS = "SELECT * FROM mentorflow_timer WHERE mentorship_id = ?"
_DUE = """
SELECT m.*, t.name, t.instance, t.due_at, t.timing, t.value, t.scope, t.anchor, t.anchor_at
FROM mentorflow_timer AS t CROSS JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.due_at <= ?
ORDER BY t.due_at
LIMIT ?
"""
Prepared = list[tuple[str, list[Sequence[Any]]]]
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "temp_store = MEMORY",
    "wal_autocheckpoint = 4000",
)
"""Those of the engine: what is compared is the work, not the settings."""


class SqliteFloor(Floor):
    """Hand-written transactions on the sqlite3 driver."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        for setting in _SETTINGS:
            self._connection.execute(f"PRAGMA {setting}")

    def close(self) -> None:
        self._connection.close()

    def prepare_one(self, written: Sequence[Change]) -> Prepared:
        prepared: dict[str, list[Sequence[Any]]] = {}
        for change in written:
            columns = change.columns
            prepared.setdefault(_statement(change.verb, change.table, columns), []).append(
                [*change.values, *(change.key if change.verb != "insert" else ())]
            )
        return list(prepared.items())

    def write_one(self, mentorship_id: str, prepared: Prepared) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        execute(_MENTORSHIP, (mentorship_id,)).fetchone()
        execute(_TIMERS, (mentorship_id,)).fetchall()
        for statement, rows in prepared:
            if len(rows) == 1:
                execute(statement, rows[0])
            else:
                self._connection.executemany(statement, rows)
        execute("COMMIT")

    def prepare_many(self, found: Changes, ids: Sequence[str]) -> Prepared:
        prepared: Prepared = []
        by_name = {table.name: table for table in tables()}
        for (verb, name, columns), changes in grouped(found, ids).items():
            set_ = given_columns(changes) if verb == "insert" else columns
            rows: list[Sequence[Any]] = [
                [*values_of(change, set_), *(change.key if verb != "insert" else ())]
                for change in changes
            ]
            prepared.append((_statement(verb, by_name[name], set_), rows))
        return prepared

    def write_many(self, ids: Sequence[str], prepared: Prepared) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        for mentorship_id in ids:
            execute(_MENTORSHIP, (mentorship_id,)).fetchone()
            execute(_TIMERS, (mentorship_id,)).fetchall()
        self._write(prepared)
        execute("COMMIT")

    def write_due(self, until: datetime, most: int, prepared: Prepared) -> list[str]:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        claimed = execute(_DUE, (instant_text(until), most)).fetchall()
        self._write(prepared)
        execute("COMMIT")
        return [row[0] for row in claimed]

    def _write(self, prepared: Prepared) -> None:
        for statement, rows in prepared:
            self._connection.executemany(statement, rows)


def _statement(verb: str, table: Table, columns: Sequence[str]) -> str:
    where = " AND ".join(f"{name} = ?" for name in table.key)
    if verb == "insert":
        marks = ", ".join("?" * len(columns))
        return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
    if verb == "update":
        return f"UPDATE {table.name} SET {', '.join(f'{n} = ?' for n in columns)} WHERE {where}"
    return f"DELETE FROM {table.name} WHERE {where}"
