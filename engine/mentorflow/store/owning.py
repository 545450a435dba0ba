"""A transaction of our own: a connection of ours, begun, committed or rolled back, given back.

Written as a class and not with generators: it stands around every single event.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection

from mentorflow.clock import Clock
from mentorflow.store.failing import translated
from mentorflow.store.opening import is_open
from mentorflow.store.transaction import Transaction

_MOST_IDLE = 4


class IdleConnections:
    """Connections kept at hand between transactions, each left clean by its last user."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._idle: list[PoolProxiedConnection] = []

    def take(self) -> PoolProxiedConnection:
        """Return a connection nobody uses."""
        while self._idle:
            # Taking from a list's end is atomic: two threads never get the same one.
            try:
                held = self._idle.pop()
            except IndexError:
                break
            if self._database.dialect.name == "sqlite" or is_open(held.driver_connection):
                return held
            held.invalidate()
        return self._database.raw_connection()

    def give_back(self, held: PoolProxiedConnection) -> None:
        """Keep a connection for the next transaction."""
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(held)
        else:
            held.close()

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """Lend the driver's connection, to be left as clean as it was."""
        held = self.take()
        try:
            yield held.driver_connection
        finally:
            self.give_back(held)

    def close(self) -> None:
        """Give every connection back to the pool."""
        while self._idle:
            self._idle.pop().close()


class OwnTransaction(AbstractContextManager[Transaction], ABC):
    """Begin on entering; commit on leaving, or roll back where something was raised."""

    def __init__(self, connections: IdleConnections, clock: Clock) -> None:
        self._connections = connections
        self._clock = clock

    def __enter__(self) -> Transaction:
        try:
            self._held = self._connections.take()
            self._driver: Any = self._held.driver_connection
        except Exception as failed:
            raise translated(failed) from failed
        try:
            return self.begin()
        except BaseException as failed:
            self._undo()
            raise translated(failed) from failed

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            try:
                self.commit()
            except BaseException as failed:
                self._undo()
                raise translated(failed) from failed
            self._connections.give_back(self._held)
            return
        self._undo()
        ours = translated(error)
        if ours is not error:
            raise ours from error

    @abstractmethod
    def begin(self) -> Transaction:
        """Begin the transaction."""

    @abstractmethod
    def commit(self) -> None:
        """Commit it."""

    @abstractmethod
    def roll_back(self) -> None:
        """Undo it."""

    def _undo(self) -> None:
        try:
            self.roll_back()
        except Exception:  # noqa: BLE001  # what was raised first is what people must see
            self._held.invalidate()
        else:
            self._connections.give_back(self._held)


class OwnSqliteTransaction(OwnTransaction):
    """A transaction that takes SQLite's write lock before it reads."""

    def begin(self) -> Transaction:
        from mentorflow.store.sqlite import SqliteTransaction

        self._driver.execute("BEGIN IMMEDIATE")
        return SqliteTransaction(self._driver, self._clock)

    def commit(self) -> None:
        self._driver.execute("COMMIT")

    def roll_back(self) -> None:
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")


class OwnSqliteStep(OwnSqliteTransaction):
    """A step of a long work: on the disk at the latest when a commit after it is, in its order.

    Nor does it copy what was written ahead: whoever takes turns does that while others have theirs.
    """

    def begin(self) -> Transaction:
        self._driver.execute("PRAGMA synchronous = NORMAL")
        self._copied = self._driver.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
        self._driver.execute("PRAGMA wal_autocheckpoint = 0")
        return super().begin()

    def commit(self) -> None:
        super().commit()
        self._as_before()

    def roll_back(self) -> None:
        super().roll_back()
        self._as_before()

    def _as_before(self) -> None:
        self._driver.execute("PRAGMA synchronous = FULL")
        self._driver.execute(f"PRAGMA wal_autocheckpoint = {self._copied}")


class OwnSqliteSnapshot(OwnSqliteTransaction):
    """A transaction that reads what stood when it first read, and keeps no writer waiting."""

    def begin(self) -> Transaction:
        from mentorflow.store.sqlite import SqliteTransaction

        self._driver.execute("BEGIN")
        return SqliteTransaction(self._driver, self._clock)


class OwnPostgresqlTransaction(OwnTransaction):
    """A transaction in one pipeline, from BEGIN to COMMIT."""

    def __init__(
        self, connections: IdleConnections, clock: Clock, left_effects: Callable[[], object]
    ) -> None:
        super().__init__(connections, clock)
        self._left_effects = left_effects

    def begin(self) -> Transaction:
        from mentorflow.store.postgresql import PostgresqlTransaction

        self._pipeline = self._driver.pipeline()
        pipeline = self._pipeline.__enter__()
        self._transaction = PostgresqlTransaction(self._driver, self._clock, pipeline)
        return self._transaction

    def commit(self) -> None:
        self._driver.commit()
        self._pipeline.__exit__(None, None, None)
        if self._transaction.leaves_effects:
            self._left_effects()

    def roll_back(self) -> None:
        try:
            self._driver.rollback()
        finally:
            self._pipeline.__exit__(None, None, None)


class OwnPostgresqlStep(OwnPostgresqlTransaction):
    """A step of a long work: on the disk at the latest when a commit after it is, in its order."""

    def begin(self) -> Transaction:
        transaction = super().begin()
        self._transaction.commit_without_waiting()
        return transaction


class OwnPostgresqlSnapshot(OwnPostgresqlTransaction):
    """A transaction all of whose statements read what was committed when it began."""

    def begin(self) -> Transaction:
        transaction = super().begin()
        self._transaction.take_snapshot()
        return transaction
