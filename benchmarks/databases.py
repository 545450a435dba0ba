"""The databases that are measured on: made, filled, copied, and looked into past the engine."""

import shutil
import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader
from sqlalchemy import URL

from benchmarks.tables import Table
from mentorflow.store.migrate import upgrade
from mentorflow.store.rows import instant_text

Row = tuple[Any, ...]
Key = tuple[Any, ...]

ROOT = Path(__file__).parents[1]
# The servers that the tests start serve the benchmarks too, with their durability turned on.
sys.path.append(str(ROOT / "tests"))

POSTGRESQL_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
}
"""What a durable server of its own has; the sizes keep checkpoints out of a short measurement."""


class Database(ABC):
    """One database with the tables of mentorflow."""

    dialect: str
    durability: str

    @property
    @abstractmethod
    def url(self) -> str:
        """The address as an Engine takes it."""

    @abstractmethod
    def copy(self, name: str) -> "Database":
        """Return a copy, made while nobody is connected."""

    @abstractmethod
    def load(self, table: Table, rows: Iterable[Row]) -> None:
        """Fill a table quickly; instants are texts as SQLite keeps them."""

    @abstractmethod
    def settle(self) -> None:
        """Bring statistics and files into the shape they have in a database that is in use."""

    @abstractmethod
    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return rows; documents come as text. `?` stands for a value."""

    @abstractmethod
    def rows(self, table: Table, ids: Sequence[str]) -> dict[Key, Row]:
        """Return the rows of some mentorships by their primary keys."""

    @abstractmethod
    def touched_since(self, instant: datetime) -> list[str]:
        """Return the mentorships that were changed at an instant or later."""


class SqliteDatabase(Database):
    """A file."""

    dialect = "sqlite"
    durability = "WAL, synchronous=FULL"

    def __init__(self, file: Path) -> None:
        self.file = file
        upgrade(self.url)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def copy(self, name: str) -> "SqliteDatabase":
        with connected(self.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copied = self.file.with_name(f"{name}.db")
        shutil.copyfile(self.file, copied)
        return SqliteDatabase(copied)

    def load(self, table: Table, rows: Iterable[Row]) -> None:
        marks = ", ".join("?" * len(table.columns))
        with connected(self.file) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)
            connection.execute("COMMIT")

    def settle(self) -> None:
        # Nothing of ours analyses a SQLite file, so the plans must be right without statistics.
        with connected(self.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with connected(self.file) as connection:
            return connection.execute(statement, values).fetchall()

    def rows(self, table: Table, ids: Sequence[str]) -> dict[Key, Row]:
        marks = ", ".join("?" * len(ids))
        found = self.query(f"{_reading(table)} WHERE {table.owner} IN ({marks})", ids)
        return _by_key(table, found)

    def touched_since(self, instant: datetime) -> list[str]:
        wanted = "SELECT id FROM mentorflow_mentorship WHERE updated_at >= ? ORDER BY id"
        return [row[0] for row in self.query(wanted, (instant_text(instant),))]


@contextmanager
def connected(file: Path) -> Iterator[sqlite3.Connection]:
    """Connect to a SQLite file as durably as the engine does."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        yield connection
    finally:
        connection.close()


class PostgresqlDatabase(Database):
    """A database of a server of our own."""

    dialect = "postgresql"
    durability = "fsync=on, synchronous_commit=on"

    def __init__(self, address: URL, *, template: str = "template0") -> None:
        self.address = address
        with psycopg.connect(conninfo(address.set(database="postgres")), autocommit=True) as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(address.database or ""), sql.Identifier(template)
                )
            )
        upgrade(self.url)

    @property
    def url(self) -> str:
        return self.address.render_as_string(hide_password=False)

    def copy(self, name: str) -> "PostgresqlDatabase":
        return PostgresqlDatabase(
            self.address.set(database=name), template=self.address.database or ""
        )

    def load(self, table: Table, rows: Iterable[Row]) -> None:
        with (
            self._connected() as connection,
            connection.cursor().copy(f"COPY {table.name} FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def settle(self) -> None:
        with self._connected() as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._connected() as connection:
            return connection.execute(statement.replace("?", "%s"), values or None).fetchall()

    def command(self, statement: str) -> None:
        """Run what returns nothing."""
        with self._connected() as connection:
            connection.execute(statement.encode())

    def rows(self, table: Table, ids: Sequence[str]) -> dict[Key, Row]:
        found = self.query(f"{_reading(table)} WHERE {table.owner} = ANY(?::uuid[])", (list(ids),))
        return _by_key(table, found)

    def touched_since(self, instant: datetime) -> list[str]:
        wanted = "SELECT id FROM mentorflow_mentorship WHERE updated_at >= ? ORDER BY id"
        return [row[0] for row in self.query(wanted, (instant,))]

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(conninfo(self.address), autocommit=True) as connection:
            as_text(connection)
            yield connection


def as_text(connection: psycopg.Connection) -> None:
    """Read documents and ids as text: what is only written again need not be understood."""
    for kind in ("jsonb", "uuid"):
        connection.adapters.register_loader(kind, TextLoader)
    connection.execute("SET timezone = 'UTC'")


def conninfo(address: URL) -> str:
    """Write an address as psycopg takes it."""
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def databases(kind: str, directory: Path, **settings: str) -> Iterator[Database]:
    """Lend an empty database of a kind; for PostgreSQL, on a durable server of our own.

    Further settings are that server's.
    """
    if kind == "sqlite":
        yield SqliteDatabase(directory / "start.db")
        return
    from servers import postgres, session

    with session.opened() as opened:
        server = postgres.start(opened, postgres.programs(opened), POSTGRESQL_SETTINGS | settings)
        yield PostgresqlDatabase(server.url.set(database="start"))


def _reading(table: Table) -> str:
    return f"SELECT {', '.join(table.columns)} FROM {table.name}"


def _by_key(table: Table, found: Iterable[Row]) -> dict[Key, Row]:
    places = [table.columns.index(column) for column in table.key]
    return {tuple(row[place] for place in places): row for row in found}
