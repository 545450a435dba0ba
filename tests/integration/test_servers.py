"""The servers that tests talk to start from the wheels alone, and never outlive the tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy import Engine, create_engine, text

from servers import postgres, redis, session
from servers.databases import Databases
from servers.session import ENVIRONMENT, Session
from servers.waiting import wait_until


def test_postgresql_starts_from_the_wheel(server_session: Session) -> None:
    server = postgres.start(server_session, postgres.wheel_programs(server_session))

    with psycopg.connect(postgres.conninfo(server.url)) as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    server.process.stop()

    assert row is not None
    assert int(row[0]) >= 180000


def test_valkey_starts_from_the_wheel(server_session: Session) -> None:
    server = redis.start(server_session, redis.wheel_program(server_session))

    with Redis.from_url(server.url) as client:
        server_name = client.info("server")["server_name"]
    server.process.stop()

    assert server_name == "valkey"


def test_each_test_has_a_postgresql_database_of_its_own(postgres_server: Databases) -> None:
    with postgres_server.bare() as one, postgres_server.bare() as other:
        with psycopg.connect(_plain(one)) as connection:
            connection.execute("CREATE TABLE only_here ()")
        with psycopg.connect(_plain(other)) as connection:
            row = connection.execute("SELECT to_regclass('only_here')").fetchone()

    assert row == (None,)


def test_a_test_finds_the_tables_made_and_empty(database_url: str) -> None:
    with _engine(database_url) as database, database.connect() as connection:
        rows = connection.scalar(text("SELECT count(*) FROM mentorflow_mentorship"))

    assert rows == 0


def test_a_redis_database_starts_empty(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


@pytest.mark.parametrize(("name", "value"), [("_ROOM", 1 << 60), ("_MEMORY", Path("/no/such"))])
def test_servers_lie_on_the_disk_where_memory_is_short(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, name, value)

    assert session.in_memory() is None


def test_servers_end_with_the_tests_even_when_those_are_killed(tmp_path: Path) -> None:
    script = tmp_path / "session.py"
    script.write_text(SESSION_THAT_IS_KILLED)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    environment.pop(ENVIRONMENT)

    killed = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    session_directory = Path(killed.stdout.strip())

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    wait_until(lambda: not session_directory.exists(), "the keeper stops the server and cleans up")


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    database = create_engine(url)
    try:
        yield database
    finally:
        database.dispose()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")


SESSION_THAT_IS_KILLED = """
import os, signal
from servers import redis, session

with session.opened() as opened:
    redis.start(opened, redis.wheel_program(opened))
    print(opened.directory, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
