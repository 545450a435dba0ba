"""Endpoints in the store: what operators set up, and how each fares."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from mentorflow.core.override import TimingChange
from mentorflow.store import operating
from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction

Place = tuple[int, int]
"""Of a notice in the order of commits: the transaction, and its place in that."""


class StoredEndpoint(NamedTuple):
    """An endpoint as operators set it up."""

    id: str
    url: str | None
    """None for one that pulls."""
    description: str
    types: Sequence[str]
    programs: Sequence[str]
    form: str
    ordering: str
    per_minute: int | None
    schedule: Sequence[float] | None
    """Seconds from each attempt to the next, where they are its own."""
    headers: str | None
    """Sealed."""
    secrets: str
    """Sealed."""
    contact: str | None
    """The person who is told when it fails for long."""
    status: str
    why: str | None
    """Why it is not told anything, where it is not."""
    created_at: datetime
    changed_at: datetime
    changed_by: str | None
    revision: int


def insert_endpoint(transaction: Transaction, endpoint: StoredEndpoint) -> None:
    """Add an endpoint, of which nothing is known yet of how it fares."""
    transaction.write("put_endpoint", [_row(transaction, endpoint)])
    transaction.write("insert_health", [(endpoint.id,)])


def put_endpoint(transaction: Transaction, endpoint: StoredEndpoint) -> None:
    """Write an endpoint anew."""
    transaction.write("put_endpoint", [_row(transaction, endpoint)])


def endpoint_of(transaction: Transaction, endpoint: str) -> StoredEndpoint | None:
    """Return an endpoint that is not removed."""
    return next(map(endpoint_row, transaction.read("select_endpoint", endpoint)), None)


def cancel_deliveries(transaction: Transaction, endpoint: str, *, why: str) -> None:
    """Give up whatever is still to reach an endpoint."""
    now = transaction.instant(transaction.now())
    transaction.run("cancel_deliveries", now, why, endpoint)


def acknowledged(transaction: Transaction, endpoint: str) -> Place:
    """Return the place up to which an endpoint that pulls has taken all."""
    (found,) = transaction.read("select_acknowledged", endpoint)
    return found[0], found[1]


def acknowledge(transaction: Transaction, endpoint: str, place: Place) -> None:
    """Write down that an endpoint that pulls has taken all up to a place."""
    transaction.run("acknowledge", *place, endpoint)


def forget_failures(transaction: Transaction, endpoint: str) -> None:
    """Take an endpoint for well: what it failed with before counts no more."""
    transaction.run("forget_failures", endpoint)


def note_changes(transaction: Transaction, changes: Iterable[TimingChange]) -> None:
    """Write down who changed an endpoint and why."""
    rows = [operating.change_row(change, transaction.instant) for change in changes]
    transaction.write("insert_timing_change", rows)


def _row(transaction: Transaction, endpoint: StoredEndpoint) -> Row:
    at = transaction.instant
    return (
        *endpoint[:3],
        encoded(list(endpoint.types)),
        encoded(list(endpoint.programs)),
        *endpoint[5:8],
        None if endpoint.schedule is None else encoded(list(endpoint.schedule)),
        *endpoint[9:14],
        at(endpoint.created_at),
        at(endpoint.changed_at),
        endpoint.changed_by,
        endpoint.revision,
    )


def endpoint_row(row: Row) -> StoredEndpoint:
    """Return the endpoint of a row."""
    return StoredEndpoint._make(
        (
            *row[:3],
            decoded(row[3]),
            decoded(row[4]),
            *row[5:8],
            None if row[8] is None else decoded(row[8]),
            *row[9:14],
            instant(row[14]),
            instant(row[15]),
            *row[16:],
        )
    )
