"""A database that cannot do it is told by an error of ours, and nothing is half written."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url

from builders import Host, open_host
from mentorflow import Engine, InvalidPayload, MentorflowError
from mentorflow.errors import StoreUnavailable
from mentorflow.store.migrate import upgrade
from servers import postgres
from servers.session import Session
from tables import everything, execute

READS: dict[str, Callable[[Engine, str], object]] = {
    "get": lambda engine, found: engine.get(found),
    "find": lambda engine, _: engine.find(),
    "history": lambda engine, found: engine.history(found),
    "upcoming": lambda engine, found: engine.upcoming(found),
    "explain": lambda engine, found: engine.explain(found),
    "escalations": lambda engine, _: engine.escalations(),
}
WRITES: dict[str, Callable[[Engine, str], object]] = {
    "send": lambda engine, found: engine.send(found, "mentor.accepted", by="mentor-1"),
    "send_many": lambda engine, found: engine.send_many([(found, "mentor.accepted", "mentor-1")]),
    "start": lambda engine, _: engine.start(
        mentee="x", mentors=["y"], program="p", workflow="tiny"
    ),
    "run_due": lambda engine, _: engine.run_due(),
}


@pytest.fixture
def full(sqlite_url: str) -> Iterator[Host]:
    """A host on a SQLite database that may not grow."""
    host = open_host(sqlite_url)

    def limit(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead

    event.listen(host.engine._store.database, "connect", limit)
    host.engine._store.database.dispose()
    yield host
    host.engine.close()


def test_a_full_disk_is_told_and_leaves_what_was_there(full: Host) -> None:
    before = everything(full.url)

    with pytest.raises(StoreUnavailable, match="full") as caught:
        full.start(facts={"x": "y" * 60_000})

    assert caught.value.code == "store_unavailable"
    assert everything(full.url) == before
    assert full.start(facts={"x": "y"}).state == "contact"


@pytest.mark.parametrize("name", WRITES)
def test_a_database_that_may_only_be_read_can_be_read(sqlite_url: str, name: str) -> None:
    writer = open_host(sqlite_url)
    started = writer.start()
    writer.engine.close()
    file = make_url(sqlite_url).database
    before = everything(sqlite_url)

    host = open_host(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match="readonly"):
        WRITES[name](host.engine, started.id)

    assert host.engine.get(started.id) == started
    host.engine.close()
    assert everything(sqlite_url) == before


@pytest.mark.parametrize("name", READS | WRITES)
def test_tables_that_are_gone_are_told(database_url: str, name: str) -> None:
    host = open_host(database_url)
    started = host.start()
    for table in ("mentorship", "timer", "history", "effect", "escalation"):
        execute(database_url, f"DROP TABLE mentorflow_{table}")

    with pytest.raises(StoreUnavailable):
        (READS | WRITES)[name](host.engine, started.id)
    host.engine.close()


def test_a_server_that_went_away_is_told(server_session: Session) -> None:
    server = postgres.start(server_session, postgres.programs(server_session))
    url = server.url.render_as_string(hide_password=False)
    upgrade(url)
    host = open_host(url)
    started = host.start()
    server.process.kill()

    for work in (READS | WRITES).values():
        with pytest.raises(StoreUnavailable):
            work(host.engine, started.id)
    host.engine.close()
    server.process.stop()


def test_a_connection_that_was_cut_is_made_again(postgres_url: str) -> None:
    host = open_host(postgres_url)
    started = host.start()
    plain = postgres.conninfo(make_url(postgres_url))
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity "  # waits for its end
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert host.send(started, "mentor.accepted").state == "active"
    host.engine.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Dear diary, " * 1000)

    with pytest.raises(StoreUnavailable, match="not a database"):
        open_host(f"sqlite:///{file}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "mysql://somewhere/else",
        "sqlite+nonesuch:///x.db",
        "postgresql+nonesuch://somewhere/else",
        "postgresql://nobody@/none?host=/nowhere",
        "sqlite:////nowhere/at/all/x.db",
    ],
)
def test_an_address_that_leads_nowhere_is_told(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        open_host(url)


def test_an_error_does_not_show_the_password() -> None:
    with pytest.raises(MentorflowError) as caught:
        open_host("postgresql://someone:secret-word@/none?host=/nowhere")

    assert "secret-word" not in str(caught.value)


FIELDS = ("program", "state", "key", "person")


@pytest.mark.parametrize("odd", ["a\x00b", "\ud800", "x" * 10_000, 7, ["x"], b"x"])
def test_looking_for_what_nothing_can_be_called_is_refused(database_url: str, odd: Any) -> None:
    host = open_host(database_url)

    for field in FIELDS:
        with pytest.raises(InvalidPayload, match=field):
            host.engine.find(**{field: odd})
    host.engine.close()


@pytest.mark.parametrize("odd", ["%", "_", "'", "' OR 1=1 --", "NULL", "*"])
def test_looking_for_something_odd_finds_nothing(database_url: str, odd: str) -> None:
    host = open_host(database_url)
    host.start(key="k")

    for field in FIELDS:
        looked_for: dict[str, Any] = {field: odd}
        assert host.engine.find(**looked_for) == []
    host.engine.close()
