"""The store: one database and its transactions."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

from mentorflow.clock import Clock
from mentorflow.errors import MentorflowError, StoreUnavailable
from mentorflow.store.failing import our_errors
from mentorflow.store.joining import HostTransaction, Joined, join
from mentorflow.store.migrate import require_current
from mentorflow.store.opening import is_memory, open_database
from mentorflow.store.owning import (
    IdleConnections,
    OwnPostgresqlSnapshot,
    OwnPostgresqlStep,
    OwnPostgresqlTransaction,
    OwnSqliteSnapshot,
    OwnSqliteStep,
    OwnSqliteTransaction,
    OwnTransaction,
)
from mentorflow.store.transaction import Transaction

if TYPE_CHECKING:
    from mentorflow.store.reading import Reader


class Store:
    """One database with the tables of mentorflow."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.left_effects: Callable[[], object] = _tell_nobody
        """Called after a transaction of our own on PostgreSQL that left effects to carry out."""
        self.database = open_database(url)
        self.dialect = self.database.dialect.name
        self._connections = IdleConnections(self.database)
        # A database in memory is one connection, which two threads must not use at once.
        self._one_at_a_time = RLock() if is_memory(self.database.url) else None
        try:
            with our_errors():
                require_current(self.database)
        except MentorflowError:
            self.close()  # nobody gets this store, so nobody else could
            raise

    @cached_property
    def reader(self) -> "Reader":
        """The cold reads; the table models behind them are imported on first use."""
        from mentorflow.store.reading import Reader

        return Reader(self.database, one_at_a_time=self._one_at_a_time)

    def alone(self) -> AbstractContextManager[Any]:
        """Return what keeps other threads away where all share one connection, to be entered."""
        return self._one_at_a_time or nullcontext()

    def close(self) -> None:
        """Give the connections back."""
        self._connections.close()
        self.database.dispose()

    def transaction(
        self, session: HostTransaction | None = None
    ) -> AbstractContextManager[Transaction]:
        """Return a transaction of our own, or a part of the host's, to be entered.

        Raises:
            StoreUnavailable: if the database refuses; nothing was written then.
        """
        if session is not None:
            return self._in_the_hosts(session)
        return self._one_by_one(self._own())

    def step(self) -> AbstractContextManager[Transaction]:
        """Return a transaction of a work of many, whose commit need not have reached the disk.

        It has by the time that any commit after it has, so the last of them is to be another.

        Raises:
            StoreUnavailable: if the database refuses; nothing was written then.
        """
        if self.dialect == "sqlite":
            return self._one_by_one(OwnSqliteStep(self._connections, self.clock))
        return OwnPostgresqlStep(self._connections, self.clock, self.left_effects)

    def copy_what_was_written_ahead(self) -> None:
        """Bring it into SQLite's file, as far as nobody reads what stood before; none need wait."""
        with our_errors(), self.alone(), self._connections.lent() as driver:
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """Return a transaction that writes nothing and reads what stands at one moment.

        Raises:
            StoreUnavailable: if the database refuses.
        """
        if self.dialect == "sqlite":
            return self._one_by_one(OwnSqliteSnapshot(self._connections, self.clock))
        return OwnPostgresqlSnapshot(self._connections, self.clock, self.left_effects)

    @contextmanager
    def twins(self) -> Iterator[list[Transaction]]:
        """Lend two snapshots of one moment, for two threads; or one, where that cannot be had.

        Raises:
            StoreUnavailable: if the database refuses.
        """
        with ExitStack() as opened:
            found = [opened.enter_context(self.snapshot())]
            if self._one_at_a_time is None:
                found += self._beside(found[0], opened)
            yield found

    def _beside(self, first: Transaction, opened: ExitStack) -> Iterator[Transaction]:
        """Yield a second snapshot of the first one's moment, where that can be had."""
        with suppress(StoreUnavailable):  # the database may have no connection to spare
            second = opened.enter_context(self.snapshot())
            if second.joins(first):
                yield second

    def _one_by_one(self, own: OwnTransaction) -> AbstractContextManager[Transaction]:
        return own if self._one_at_a_time is None else _alone(self._one_at_a_time, own)

    def _own(self) -> OwnTransaction:
        if self.dialect == "sqlite":
            return OwnSqliteTransaction(self._connections, self.clock)
        return OwnPostgresqlTransaction(self._connections, self.clock, self.left_effects)

    @contextmanager
    def _in_the_hosts(self, session: HostTransaction) -> Iterator[Transaction]:
        with our_errors(), self._part_of(join(session)) as transaction:
            yield transaction

    @contextmanager
    def _part_of(self, joined: Joined) -> Iterator[Transaction]:
        if joined.dialect != self.dialect:
            raise StoreUnavailable(
                f"session= is of {joined.dialect}, but this engine keeps its tables in "
                f"{self.dialect}"
            )
        driver = joined.connection
        if self.dialect == "postgresql":
            # A savepoint where a transaction is open: what we refuse leaves it usable.
            with _begun(driver), driver.transaction(), driver.pipeline():
                yield _on_postgresql(driver, self.clock)
        elif driver.in_transaction:
            with _savepoint(driver):
                yield _on_sqlite(driver, self.clock)
        elif _commits_by_itself(driver):
            with _sqlite_transaction(driver):
                yield _on_sqlite(driver, self.clock)
        else:
            with _sqlite_begun(driver):
                yield _on_sqlite(driver, self.clock)


def _tell_nobody() -> None:
    """Tell nobody of effects: whoever carries them out looks for them."""


@contextmanager
def _alone(lock: RLock, own: OwnTransaction) -> Iterator[Transaction]:
    with lock, own as transaction:
        yield transaction


def _on_sqlite(driver: Any, clock: Clock) -> Transaction:
    from mentorflow.store.sqlite import SqliteTransaction

    return SqliteTransaction(driver, clock)


def _on_postgresql(driver: Any, clock: Clock) -> Transaction:
    from mentorflow.store.postgresql import PostgresqlTransaction

    return PostgresqlTransaction(driver, clock)


@contextmanager
def _begun(driver: Any) -> Iterator[None]:
    """Begin the host's transaction, where it has none yet and does not commit by itself."""
    if not driver.autocommit:
        driver.execute("SELECT 1")
    yield


@contextmanager
def _sqlite_transaction(driver: Any) -> Iterator[None]:
    with _sqlite_begun(driver):
        yield
        driver.execute("COMMIT")


@contextmanager
def _sqlite_begun(driver: Any) -> Iterator[None]:
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        raise


@contextmanager
def _savepoint(driver: Any) -> Iterator[None]:
    """Keep a failure of ours from leaving half an event in the host's transaction."""
    driver.execute("SAVEPOINT mentorflow")
    try:
        yield
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK TO mentorflow")
            driver.execute("RELEASE mentorflow")
        raise
    driver.execute("RELEASE mentorflow")


def _commits_by_itself(driver: Any) -> bool:
    return driver.isolation_level is None or getattr(driver, "autocommit", False) is True
