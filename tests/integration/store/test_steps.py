"""The steps of a long work hurry, and leave their connection as slow and sure as it was."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from builders import Host
from mentorflow.store.owning import IdleConnections, OwnPostgresqlStep, OwnSqliteStep
from mentorflow.store.ranges import EVERYBODY, NOBODY, next_place
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

HURRIED = {"sqlite": {"synchronous": 1, "wal_autocheckpoint": 0}, "postgresql": "off"}
SURE = {"sqlite": {"synchronous": 2, "wal_autocheckpoint": 4000}, "postgresql": "on"}


class Refused(Exception):
    """What goes wrong within a step."""


@pytest.fixture
def connections(store: Store) -> Iterator[IdleConnections]:
    """One connection that waits for the disk, which the servers of tests do not."""
    opened = IdleConnections(store.database)
    with opened.lent() as driver:
        if store.dialect == "postgresql":
            driver.execute("SET synchronous_commit = on")
            driver.commit()
    yield opened
    opened.close()


def step(store: Store, connections: IdleConnections) -> AbstractContextManager[Transaction]:
    if store.dialect == "sqlite":
        return OwnSqliteStep(connections, store.clock)
    return OwnPostgresqlStep(connections, store.clock, lambda: None)


def settings(store: Store, driver: Any) -> Any:
    if store.dialect == "postgresql":
        return driver.execute("SHOW synchronous_commit").fetchone()[0]
    names = SURE["sqlite"]
    return {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def test_a_step_does_not_wait_for_the_disk(store: Store, connections: IdleConnections) -> None:
    with connections.lent() as driver:
        pass
    with step(store, connections):
        assert settings(store, driver) == HURRIED[store.dialect]

    assert settings(store, driver) == SURE[store.dialect]


def test_a_step_that_fails_leaves_its_connection_as_it_was(
    store: Store, connections: IdleConnections
) -> None:
    with connections.lent() as driver:
        pass
    with pytest.raises(Refused), step(store, connections):
        raise Refused

    assert settings(store, driver) == SURE[store.dialect]


def test_what_a_step_writes_is_there_for_others(host: Host, store: Store) -> None:
    host.start()
    with store.step() as transaction:
        place = next_place(transaction, NOBODY, most=10)
        transaction.run("forget_listed", "nobody", *EVERYBODY)

    assert place == host.engine.find(limit=1)[0].id


def test_what_was_written_ahead_is_copied_while_others_read(host: Host, store: Store) -> None:
    if store.dialect != "sqlite":
        pytest.skip("only SQLite writes ahead into a file beside")
    started = host.start()
    with store.snapshot() as reader:
        assert reader.standing([started.id])
        store.copy_what_was_written_ahead()
        host.engine.send(started.id, "mentor.accepted", by="mentor-1")
        store.copy_what_was_written_ahead()

        assert reader.standing([started.id])[started.id].state == started.state
