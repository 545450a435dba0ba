"""`session=` writes in the host's own transaction: whatever the host does to it happens to ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy import text as sql
from sqlalchemy.orm import Session
from sqlmodel import Session as SqlmodelSession

from builders import Host, open_host
from mentorflow import EventRejected, NotFound
from mentorflow.errors import StoreUnavailable
from tables import everything, execute, rows

INSERT = "INSERT INTO host_order (id) VALUES (1)"
ORDERS = "SELECT count(*) FROM host_order"


class Transaction(Protocol):
    """What a test does with the host's transaction, whatever it is made of."""

    session: Any

    def begin(self) -> None: ...
    def write(self) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...


@dataclass
class Alchemy:
    """A Session or a Connection of SQLAlchemy, which begins by itself."""

    session: Any

    def begin(self) -> None:
        self.session.execute(sql("SELECT 1"))

    def write(self) -> None:
        self.session.execute(sql(INSERT))

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()


@dataclass
class Driver:
    """A connection of sqlite3 or psycopg that does not commit by itself."""

    session: Any

    def begin(self) -> None:
        self.session.execute("SELECT 1")

    def write(self) -> None:
        self.session.execute(INSERT)

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()


@dataclass
class Autocommit(Driver):
    """One that does, where the host says BEGIN and COMMIT itself."""

    def begin(self) -> None:
        self.session.execute("BEGIN")

    def commit(self) -> None:
        self.session.execute("COMMIT")

    def rollback(self) -> None:
        self.session.execute("ROLLBACK")


KINDS = [
    "sqlite sqlalchemy-session",
    "sqlite sqlmodel-session",
    "sqlite sqlalchemy-connection",
    "sqlite driver",
    "sqlite driver-autocommit",
    "postgresql sqlalchemy-session",
    "postgresql sqlmodel-session",
    "postgresql sqlalchemy-connection",
    "postgresql driver",
    "postgresql driver-autocommit",
]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """One way a host holds its transaction."""
    return str(request.param)


@pytest.fixture
def host(kind: str, request: pytest.FixtureRequest) -> Iterator[Host]:
    """A host whose database has a table of its own beside ours."""
    url = request.getfixturevalue("sqlite_url" if kind.startswith("sqlite") else "postgres_url")
    execute(url, "CREATE TABLE host_order (id INTEGER PRIMARY KEY)")
    opened = open_host(url)
    yield opened
    opened.engine.close()


@pytest.fixture
def theirs(kind: str, host: Host) -> Iterator[Transaction]:
    """The host's transaction, not begun yet."""
    with ExitStack() as stack:
        yield stack.enter_context(transaction_of(kind.split()[1], host.url))


@contextmanager
def transaction_of(kind: str, url: str) -> Iterator[Transaction]:
    if kind.startswith("driver"):
        with driver_of(url, autocommit=kind.endswith("autocommit")) as driver:
            yield Autocommit(driver) if kind.endswith("autocommit") else Driver(driver)
        return
    database = create_engine(url, poolclass=NullPool)
    if kind == "sqlalchemy-connection":
        with database.connect() as connection:
            yield Alchemy(connection)
        return
    with (SqlmodelSession if kind == "sqlmodel-session" else Session)(database) as session:
        yield Alchemy(session)


@contextmanager
def driver_of(url: str, *, autocommit: bool) -> Iterator[Any]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        connection: Any = sqlite3.connect(str(parsed.database))
        if autocommit:
            connection.isolation_level = None
    else:
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(plain, autocommit=autocommit)
    try:
        yield connection
    finally:
        connection.close()


@pytest.mark.parametrize("is_begun", [False, True], ids=["not-begun", "begun"])
def test_a_commit_of_the_host_makes_all_of_it_visible(
    host: Host, theirs: Transaction, *, is_begun: bool
) -> None:
    if is_begun or isinstance(theirs, Autocommit):
        theirs.begin()
    started = host.start(session=theirs.session)
    theirs.write()
    accepted = host.send(started, "mentor.accepted", session=theirs.session)

    with pytest.raises(NotFound):
        host.engine.get(started.id)
    theirs.commit()

    assert host.engine.get(started.id) == accepted
    assert host.events(started) == ["mentorship.started", "mentor.accepted"]
    assert rows(host.url, ORDERS) == [(1,)]


@pytest.mark.parametrize("is_begun", [False, True], ids=["not-begun", "begun"])
def test_a_rollback_of_the_host_leaves_nothing(
    host: Host, theirs: Transaction, *, is_begun: bool
) -> None:
    before = everything(host.url)
    if is_begun or isinstance(theirs, Autocommit):
        theirs.begin()
    started = host.start(session=theirs.session)
    host.send(started, "mentor.accepted", session=theirs.session, key="e-1")
    theirs.write()

    theirs.rollback()

    assert everything(host.url) == before
    assert rows(host.url, ORDERS) == [(0,)]
    assert host.engine.run_due().effects_done == 0


def test_a_refused_event_leaves_the_transaction_of_the_host_as_it_was(
    host: Host, theirs: Transaction
) -> None:
    started = host.start()
    theirs.begin()
    theirs.write()

    with pytest.raises(EventRejected):
        host.send(started, "concern.raised", session=theirs.session)
    accepted = host.send(started, "mentor.accepted", session=theirs.session)
    theirs.commit()

    assert host.engine.get(started.id) == accepted
    assert rows(host.url, ORDERS) == [(1,)]


def test_a_known_key_in_the_same_transaction_gets_the_first_answer(
    host: Host, theirs: Transaction
) -> None:
    theirs.begin()
    started = host.start(session=theirs.session, key="s-1")

    again = host.start(session=theirs.session, key="s-1")
    theirs.commit()

    assert again == started


@pytest.mark.parametrize("kind", ["sqlite driver-autocommit", "postgresql driver-autocommit"])
def test_without_a_transaction_on_autocommit_each_call_commits_by_itself(
    host: Host, theirs: Transaction
) -> None:
    started = host.start(session=theirs.session)

    assert host.engine.get(started.id) == started
    with pytest.raises(EventRejected):
        host.send(started, "concern.raised", session=theirs.session)
    assert host.send(started, "mentor.accepted", session=theirs.session).state == "active"
    assert host.engine.get(started.id).state == "active"


@pytest.mark.parametrize("kind", ["postgresql driver-autocommit", "postgresql driver"])
def test_a_savepoint_of_the_host_is_joined(host: Host, theirs: Transaction) -> None:
    started = host.start()

    with theirs.session.transaction():
        theirs.write()
        with theirs.session.transaction(force_rollback=True):
            host.send(started, "mentor.accepted", session=theirs.session)
    theirs.session.commit()

    assert host.engine.get(started.id) == started
    assert rows(host.url, ORDERS) == [(1,)]


@pytest.mark.parametrize("kind", ["sqlite driver", "postgresql driver"])
def test_a_closed_connection_is_told_from_a_working_one(host: Host, theirs: Transaction) -> None:
    theirs.session.close()

    with pytest.raises(StoreUnavailable):
        host.start(session=theirs.session)


@pytest.mark.parametrize("kind", ["sqlite driver"])
def test_a_host_may_have_its_rows_as_it_likes_them(host: Host, theirs: Transaction) -> None:
    started = host.start()
    theirs.session.row_factory = lambda cursor, row: dict(
        zip((column[0] for column in cursor.description), row, strict=True)
    )

    accepted = host.send(started, "mentor.accepted", session=theirs.session)
    theirs.commit()

    assert host.engine.get(started.id) == accepted


@pytest.mark.parametrize("kind", ["postgresql driver"])
def test_a_psycopg_host_may_have_its_rows_as_it_likes_them(host: Host, theirs: Transaction) -> None:
    started = host.start()
    theirs.session.row_factory = psycopg.rows.dict_row

    accepted = host.send(started, "mentor.accepted", session=theirs.session)
    theirs.commit()

    assert host.engine.get(started.id) == accepted


@pytest.mark.parametrize("kind", ["sqlite driver", "postgresql driver"])
@pytest.mark.parametrize("wrong", [object(), "sqlite:///x.db", 5])
def test_what_holds_no_transaction_is_refused(host: Host, wrong: object) -> None:
    with pytest.raises(StoreUnavailable, match="session= takes"):
        host.start(session=wrong)


@pytest.mark.parametrize("kind", ["sqlite driver", "postgresql driver"])
def test_a_cursor_is_no_connection(host: Host, theirs: Transaction) -> None:
    with pytest.raises(StoreUnavailable, match="session= takes"):
        host.start(session=theirs.session.cursor())


@pytest.mark.parametrize("kind", ["postgresql driver"])
@pytest.mark.usefixtures("host")
def test_a_session_of_another_database_is_refused(theirs: Transaction, sqlite_url: str) -> None:
    other = open_host(sqlite_url)

    with pytest.raises(StoreUnavailable, match="is of postgresql"):
        other.start(session=theirs.session)
    other.engine.close()


def test_the_first_answer_is_given_again_inside_the_transaction_of_the_host(
    host: Host, theirs: Transaction
) -> None:
    theirs.begin()
    started = host.start(session=theirs.session)
    accepted = host.send(started, "mentor.accepted", session=theirs.session, key="e-1")
    host.send(started, "concern.raised", session=theirs.session)

    again = host.send(started, "mentor.accepted", session=theirs.session, key="e-1")
    theirs.commit()

    assert again == accepted


def test_a_failure_inside_the_transaction_of_the_host_leaves_no_half_of_an_event(
    host: Host, theirs: Transaction
) -> None:
    started = host.start()
    execute(host.url, "DROP TABLE mentorflow_effect")  # which is written late
    theirs.begin()
    theirs.write()

    with pytest.raises(StoreUnavailable):
        host.send(started, "mentor.accepted", session=theirs.session)
    theirs.commit()

    assert host.engine.get(started.id) == started
    assert host.events(started) == ["mentorship.started"]
    assert rows(host.url, ORDERS) == [(1,)]
