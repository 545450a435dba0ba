"""The workload: what operators look at, read outside any lock, by partial indexes."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.core.leaving import Way
from mentorflow.errors import StoreUnavailable
from mentorflow.store.failing import our_errors
from mentorflow.store.rows import Row, WorkerProcess, instant, instant_text, worker_of
from mentorflow.store.statements import statement
from mentorflow.store.store import Store

MOST = 100_000
"""As far as is counted; more is more than enough to act on."""

_PATIENCE = 30_000
"""Milliseconds, for the one look that walks more than an index of what waits."""


class Workload(NamedTuple):
    """What waits to be done, and since when."""

    now: datetime
    timers_due: int
    first_timer_at: datetime | None
    """When the first of all timers is due, or was."""
    effects_due: int
    """Those that could be carried out now and that nobody holds."""
    effects_later: int
    """Those that somebody holds, or that wait for their next attempt."""
    first_effect_at: datetime | None
    """From when on the first of all pending effects can be carried out."""
    leases_over: int
    """Of the first thousand effects that are due."""
    effects_failed: int
    escalations_open: int

    @property
    def timers_wait(self) -> float:
        """The seconds that the timer due first has waited."""
        return _seconds_since(self.first_timer_at, self.now)

    @property
    def effects_wait(self) -> float:
        """The seconds that the effect due first has waited."""
        return _seconds_since(self.first_effect_at, self.now)


class Stuck(NamedTuple):
    """A mentorship that time will never move, or that nobody knows the version of."""

    id: str
    state: str
    workflow: str
    version: int


def workload(store: Store, *, most: int = MOST) -> Workload:
    """Read what waits; counts end at `most`."""
    now = now_of(store)
    (row,) = _read(store, "select_workload", (_instant(store, now), most))
    due, first_due, effects, later, first_effect, *rest = row
    return Workload(now, due, _at(first_due), effects, later, _at(first_effect), *rest)


def stuck(store: Store, ways: Iterable[Way], *, most: int) -> list[Stuck] | None:
    """Find mentorships with none of the ways their state has; None if it takes too long.

    It is the one look that walks all mentorships, so it gives up after a while.
    """
    try:
        found = _read(store, "select_stuck", (json.dumps(list(ways)), most), within=_PATIENCE)
    except StoreUnavailable as failed:
        if "statement timeout" in str(failed):
            return None
        raise
    return [Stuck(*row) for row in found]


def workers(store: Store) -> list[WorkerProcess]:
    """Read the last signs of life of all workers."""
    return [worker_of(row) for row in _read(store, "select_workers", ())]


def now_of(store: Store) -> datetime:
    """Return the instant by which the database's work is timed."""
    with store.transaction() as transaction:
        return transaction.now()


def revision(store: Store) -> int:
    """Read how often operators have changed what they set."""
    ((found,),) = _read(store, "select_revision", ())
    return found or 0


def _read(
    store: Store, name: str, values: tuple[Any, ...], *, within: int | None = None
) -> list[Row]:
    with our_errors(), store.database.connect() as connection:
        if within is not None and store.dialect == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {within}")
        found = connection.exec_driver_sql(statement(store.dialect, name).sql, values)
        return [tuple(row) for row in found]


def _instant(store: Store, value: datetime) -> Any:
    return instant_text(value) if store.dialect == "sqlite" else value


def _at(value: Any) -> datetime | None:
    return None if value is None else instant(value)


def _seconds_since(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
