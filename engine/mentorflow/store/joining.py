"""Joining a transaction of the host: from whatever it holds to the driver's connection."""

from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from mentorflow.errors import StoreUnavailable

HostTransaction = Session | Connection | Any
"""A SQLAlchemy or SQLModel Session or Connection, or a driver connection (sqlite3, psycopg)."""

_DRIVERS = {"sqlite3": "sqlite", "psycopg": "postgresql"}
"""Drivers by the package their connections come from, so that none need be imported to look."""


class Joined(NamedTuple):
    """The driver connection that holds the host's transaction."""

    dialect: str
    connection: Any


def join(session: HostTransaction) -> Joined:
    """Return the driver connection behind what the host passed as `session=`.

    Raises:
        StoreUnavailable: if it is nothing a transaction can be joined on.
    """
    held = session
    if isinstance(held, Session):
        held = held.connection()
    if isinstance(held, Connection):
        held = held.connection.driver_connection
    for base in type(held).__mro__:
        dialect = _DRIVERS.get(base.__module__.partition(".")[0])
        # By its name too: a cursor and an asynchronous connection come from there as well.
        if dialect is not None and base.__name__ == "Connection":
            return Joined(dialect=dialect, connection=held)
    raise StoreUnavailable(
        f"session= takes a SQLAlchemy or SQLModel Session or Connection, or a sqlite3 or psycopg "
        f"connection, not {type(session).__name__}"
    )
