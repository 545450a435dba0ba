"""A database that refuses one thing in the middle of a work: the n-th it is asked for.

The connections are the drivers' own, and what they refuse looks as it does in earnest: SQLite has
no room for one statement, and PostgreSQL's connection is cut, before it has heard or before it has
answered.
"""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

import psycopg
from sqlalchemy import event

from mentorflow import Engine

T = TypeVar("T")


class Cut(StrEnum):
    """Where a connection is cut."""

    UNHEARD = "unheard"
    """While it is asked: SQLite has not done it, PostgreSQL may have."""
    UNANSWERED = "unanswered"
    """Before the answer arrives: it is done, and nobody knows."""


class Fuse:
    """Count what a database is asked for, and have it refuse one thing of that."""

    def __init__(self, cut: Cut) -> None:
        self.cut = cut
        self._left: int | None = None
        """How much is asked for before what is refused; None where nothing is to be."""
        self.has_burnt = False
        """Whether something was refused since it was lit last."""

    @contextmanager
    def lit(self, number: int) -> Iterator[None]:
        """Have what is asked for as the n-th from now on refused, unless less is."""
        self._left, self.has_burnt = number, False
        try:
            yield
        finally:
            self._left = None

    def burns(self) -> bool:
        """Say whether what is asked for now is refused."""
        if self._left is None:
            return False
        self._left -= 1
        self.has_burnt = self._left < 0
        if self.has_burnt:
            self._left = None
        return self.has_burnt


def put_in(engine: Engine, cut: Cut) -> Fuse:
    """Put a fuse into an engine that nobody works with yet."""
    fuse = Fuse(cut)
    store = engine._store

    @event.listens_for(store.database, "do_connect")
    def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> Any:
        if store.dialect == "sqlite":
            connection: Any = sqlite3.connect(*given, factory=_Sqlite, **named)
        else:
            connection = _Postgresql.connect(*given, **named)
        connection.fuse = fuse
        return connection

    # Those made before have none.
    store._connections.close()
    store.database.dispose()
    return fuse


class _Sqlite(sqlite3.Connection):
    fuse: Fuse

    def cursor(self, *_: Any) -> Any:
        return super().cursor(_Cursor)

    def execute(self, *asked: Any) -> Any:
        return self.cursor().execute(*asked)

    def executemany(self, *asked: Any) -> Any:
        return self.cursor().executemany(*asked)


class _Cursor(sqlite3.Cursor):
    def execute(self, *asked: Any) -> Any:
        return self._asked(super().execute, *asked)

    def executemany(self, *asked: Any) -> Any:
        return self._asked(super().executemany, *asked)

    def _asked(self, ask: Callable[..., sqlite3.Cursor], *asked: Any) -> sqlite3.Cursor:
        connection: Any = self.connection
        if not connection.fuse.burns():
            return ask(*asked)
        if connection.fuse.cut is Cut.UNANSWERED and asked[0] == "COMMIT":
            ask(*asked)  # all else is undone with its transaction
        raise sqlite3.OperationalError("database or disk is full")


class _Postgresql(psycopg.Connection[Any]):
    fuse: Fuse | None = None
    """None until it is connected."""

    def wait(self, gen: Any, *limits: Any, **named: Any) -> Any:
        if self.fuse is None or not self.fuse.burns():
            return super().wait(gen, *limits, **named)
        if self.fuse.cut is Cut.UNANSWERED:
            super().wait(gen, *limits, **named)
        with socket.socket(fileno=socket.dup(self.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        if self.fuse.cut is Cut.UNHEARD:
            return super().wait(gen, *limits, **named)
        raise psycopg.OperationalError("the connection was cut")
