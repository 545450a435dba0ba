"""Opening a database: the connections, their settings, and what each setting is for."""

import re
import select
from typing import Any

from sqlalchemy import URL, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

from mentorflow.errors import MissingExtra, StoreUnavailable

_LOCK_WAIT_SECONDS = 30.0
_MOST_TRIES = 100
_WANTED_MODES = {"wal", "memory"}
"""A database in memory has no file to write ahead to."""
_PREPARE = "prepare_threshold"
_CREDENTIALS = re.compile(r"(?<=//).*(?=@)")
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


def open_database(url: str) -> Engine:
    """Return an engine for a SQLite or PostgreSQL URL.

    Raises:
        StoreUnavailable: if the URL is none, or of another database.
        MissingExtra: if PostgreSQL's driver is not installed.
    """
    parsed = _parsed(url)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _open_sqlite(parsed)
    if parsed.drivername != "postgresql+psycopg":
        raise StoreUnavailable(
            f"mentorflow keeps its tables in SQLite or PostgreSQL, not {parsed.drivername!r}; "
            "write sqlite:///mentorships.db or postgresql+psycopg://host/database"
        )
    arguments = {
        # A pooler takes no other option than this.
        "options": "-c timezone=UTC",
        "application_name": "mentorflow",
        **_preparing(parsed),
    }
    try:
        engine = create_engine(parsed.difference_update_query([_PREPARE]), connect_args=arguments)
    except ModuleNotFoundError as missing:
        raise MissingExtra("PostgreSQL", extra="postgres") from missing
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "checkout", _refuse_closed)
    return engine


def _set_up_postgresql(connection: Any, _record: object) -> None:
    from mentorflow.store.packing import pack_columns

    pack_columns(connection)


def _preparing(url: URL) -> dict[str, int | None]:
    """Return after how many uses the driver is to prepare a statement, if the URL says so.

    Behind a pooler that shares connections between transactions, what one prepared another may
    not find: there it is to be never.
    """
    value = url.query.get(_PREPARE)
    if value is None:
        return {}
    if value == "never":
        return {_PREPARE: None}
    if isinstance(value, str) and value.isdecimal():
        return {_PREPARE: int(value)}
    raise StoreUnavailable(f"{_PREPARE} is {value!r}; write a number of uses, or never")


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Have the pool replace a connection the server has closed.

    An idle connection has nothing to read but the server's farewell, so a look at the socket
    tells what a ping would, without its round trip.
    """
    if not is_open(connection):
        raise DisconnectionError("the server closed the connection")


def is_open(connection: Any) -> bool:
    """Whether the server has not closed an idle PostgreSQL connection."""
    if connection.closed:
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return not waiting.poll(0)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is no number
        # Without its cause, which shows the whole URL.
        raise StoreUnavailable(
            f"{_CREDENTIALS.sub('***', url)!r} is not a database URL; write "
            "sqlite:///mentorships.db or postgresql+psycopg://host/database"
        ) from None
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _open_sqlite(url: URL) -> Engine:
    arguments: dict[str, Any] = {
        "connect_args": {"timeout": _LOCK_WAIT_SECONDS, "check_same_thread": False}
    }
    if is_memory(url):
        arguments["poolclass"] = StaticPool  # one connection, else every thread has its own
    engine = create_engine(url, **arguments)
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def is_memory(url: URL) -> bool:
    """Whether a SQLite database lives in memory only."""
    return url.database in {None, "", ":memory:"} or "mode=memory" in str(url)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Transactions begin where we say so: BEGIN IMMEDIATE takes the write lock before the first
    # read, so two writers wait for each other instead of failing half-way.
    connection.isolation_level = None
    _write_ahead(connection)  # readers do not wait for the writer
    connection.execute("PRAGMA synchronous = FULL")  # what was committed survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    # 16 MB of journal rather than 4 between two checkpoints: pages that change often, as those of
    # indexes do, are copied to the file less often.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    connection.execute("PRAGMA temp_store = MEMORY")


def _write_ahead(connection: Any) -> None:
    """Have a SQLite file write ahead, which it keeps to once it was told.

    Of several processes that tell a new file at once, SQLite refuses some without waiting. Those
    wait for a write lock instead, and look again.
    """
    import sqlite3

    for _ in range(_MOST_TRIES):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] in _WANTED_MODES:
            return
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
